"""Junk: ``python -m benchmarks.batch_junk [--files 5000] [--junk 200]``.

A folder of so many workbooks and JSON files, of which some are junk: cut off, empty, encrypted, not filled in, of no kind at all.
Told is whether every sound unit was done, whether each file is accounted for, and what it took.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from assistant.batch.records import read_run
from benchmarks.batch_material import COUNTY, place_name
from benchmarks.batch_running import run, table


def sound(folder: Path, files: int) -> None:
    """JSON submissions of so many units."""
    folder.mkdir(parents=True)
    texts = [path.read_text(encoding="utf-8") for path in sorted((COUNTY / "2025").glob("*.json"))]
    for number in range(files):
        place = place_name(number // len(texts))
        (folder / f"{number:05}.json").write_text(texts[number % len(texts)].replace("示例县", place), encoding="utf-8")


def junk(folder: Path, files: int, chance: random.Random) -> None:
    """So many files that are no submissions, each named as if it were one."""
    whole = next(folder.glob("*.json")).read_bytes()
    for number in range(files):
        kinds = (whole[: chance.randrange(1, len(whole))], b"", b"\xd0\xcf\x11\xe0" + bytes(2048), b"{}", chance.randbytes(3000))
        ending = (".json", ".xlsx", ".xlsx", ".json", ".xlsm")[number % len(kinds)]
        (folder / f"junk{number:04}{ending}").write_bytes(kinds[number % len(kinds)])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--junk", type=int, default=200)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="batch-junk-") as name:
        work = Path(name)
        sound(work / "county", chosen.files - chosen.junk)
        junk(work / "county", chosen.junk, random.Random(1))
        cost = run(work / "county", work / "out", work / "home", "--workers", "2")
        record = read_run(work / "out")
        told = {file.path for file in record.files}
        done, refused = record.of_state("done"), [file for file in record.files if file.role == "refused"]
        memory = f"{cost.memory_early:.0f} / {cost.memory_late:.0f}"
        met = len(done) == chosen.files - chosen.junk and told == {path.name for path in (work / "county").iterdir()}
        row = (chosen.files, len(done), len(refused), len(told), f"{cost.seconds:.1f}", f"{cost.cpu:.1f}", memory, cost.code)
        heading = ("files", "units done", "files refused", "files told of", "wall s", "CPU s", "largest process MB", "exit code")
        print(table(heading, [row]))
        print(f"\nevery sound unit done, every file told of: {'met' if met else 'not met'}")


if __name__ == "__main__":
    main()
