"""Kills: ``python -m benchmarks.batch_kill [--units 60] [--kills 20] [--database URL] [--workers 2] [--writer offline]``.

The whole run is killed (SIGKILL to every process) at random moments and started again, until it has been killed so often; then it
is let run to its end. Its files must equal those of a run that was never killed; told is how many units, and with a model how
many calls, were brought to an end more than once. With ``--database`` single workers are killed instead, over PostgreSQL.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # no stubs among the test packages

from assistant.batch.database import place_of, run_id
from assistant.batch.store import OUTCOMES, Store
from benchmarks.batch_material import county
from benchmarks.batch_running import ROOT, environment, run, table
from tests.batch.material import command, written
from tests.model.service import running


def _start(folder: Path, out: Path, settings: dict[str, str], more: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command(folder, out, *more),
        cwd=ROOT,
        env=settings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill_runs(
    folder: Path, out: Path, settings: dict[str, str], more: list[str], kills: int, chance: random.Random, span: float
) -> int:
    """Kill the whole run again and again; how often it was hit while at work."""
    hit = 0
    for _ in range(kills):
        process = _start(folder, out, settings, more)
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.3, span))
        hit += process.poll() is None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    _start(folder, out, settings, more).wait()
    return hit


def kill_workers(folder: Path, out: Path, settings: dict[str, str], more: list[str], kills: int, chance: random.Random) -> int:
    """Kill single workers of one run at random moments; how many."""
    process, hit = _start(folder, out, settings, more), 0
    while process.poll() is None and hit < kills:
        time.sleep(chance.uniform(0.2, 2.0))
        with suppress(psutil.Error):
            workers = [child for child in psutil.Process(process.pid).children() if "worker" in child.cmdline()]
            if workers:
                chance.choice(workers).kill()
                hit += 1
    process.wait()
    return hit


def times(out: Path, home: Path, database: str) -> list[int]:
    """How often each unit was brought to an end."""
    store = Store(place_of(run_id(out), database, {"ASSISTANT_HOME": str(home)}))
    with store.engine.connect() as link:
        found = [row.times for row in link.execute(OUTCOMES.select().where(OUTCOMES.c.run == run_id(out)))]
    store.close()
    return found


def asked_again(home: Path) -> tuple[int, int]:
    """Calls made, and how many of them put a question that had been put before."""
    if not (home / "model.sqlite3").exists():
        return 0, 0
    with sqlite3.connect(home / "model.sqlite3") as record:
        counts = [row[0] for row in record.execute("SELECT count(*) FROM calls WHERE part <> 'probe' GROUP BY key")]
    return sum(counts), sum(count - 1 for count in counts)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=60)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--span", type=float, default=8.0)
    parser.add_argument("--writer", choices=("offline", "model"), default="offline")
    parser.add_argument("--database", default="")
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    more = ["--workers", str(chosen.workers), "--writer", chosen.writer]
    with tempfile.TemporaryDirectory(prefix="batch-kill-") as name, running(latency=0.1) as service:
        work = Path(name)
        folder = county(work / "county", chosen.units)
        model = {"OPENAI_BASE_URL": service.url, "ASSISTANT_MODEL": "m", "ASSISTANT_MODEL_AT_ONCE": "16"}
        settings = environment(work / "home", ASSISTANT_DATABASE=chosen.database, **(model if chosen.writer == "model" else {}))
        if chosen.database:
            hit = kill_workers(folder, work / "out", settings, more, chosen.kills, chance)
        else:
            hit = kill_runs(folder, work / "out", settings, more, chosen.kills, chance, chosen.span)
        whole = run(folder, work / "whole", work / "home2", *more, **(model if chosen.writer == "model" else {}))
        counts = times(work / "out", work / "home", chosen.database)
        calls, again = asked_again(work / "home")
        same = written(work / "out") == written(work / "whole")
        row = (hit, chosen.units, same, len(counts), sum(counts) - len(counts), calls, again, f"{whole.seconds:.1f}")
        heading = ("kills", "units", "files equal", "units done", "done again", "calls", "asked again", "uninterrupted s")
        print(table(heading, [row]))


if __name__ == "__main__":
    main()
