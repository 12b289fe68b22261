"""Offline: ``python -m benchmarks.batch_speed [--units 1000] [--workers 1 2]``.

Drafts the same county of workbooks (each unit with last year's) with one worker and with two, tells wall and CPU seconds, their
ratio, the CPU of the same units through the plain functions in one process, and memory early and late.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

from assistant.drafting.assemble import draft_report
from assistant.drafting.printing import to_document
from assistant.form import default_registry
from assistant.intake import read_input
from assistant.report.docx_writer import write_docx
from assistant.report.html_writer import write_html
from benchmarks.batch_material import county
from benchmarks.batch_running import Cost, bar, run, table

_SAMPLE = 55


def plain(folder: Path) -> float:
    """CPU seconds of one unit without any engine: read both workbooks, draft, write Word, page and JSON."""
    registry = default_registry()
    paths = sorted(folder.glob("*-2025.xlsx"))[:_SAMPLE]
    for number in (0, 1):
        start = time.process_time()
        for path in paths[: _SAMPLE if number else 5]:
            previous = read_input(path.with_name(path.name.replace("-2025", "-2024")), registry).submission
            drafted = draft_report(read_input(path, registry).submission, registry, previous=previous, today=date(2026, 1, 10))
            document = to_document(drafted)
            write_docx(document), write_html(document), drafted.draft.model_dump_json(indent=1)
    return (time.process_time() - start) / len(paths)


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=1000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="batch-speed-") as name:
        work = Path(name)
        folder = county(work / "county", chosen.units)
        rows: list[tuple[object, ...]] = []
        costs: list[Cost] = []
        for workers in chosen.workers:
            cost = run(folder, work / f"out{workers}", work / f"home{workers}", "--workers", str(workers))
            costs.append(cost)
            per_unit = cost.cpu * 1000 / chosen.units
            memory = f"{cost.memory_early:.0f} / {cost.memory_late:.0f}"
            rows.append((workers, chosen.units, f"{cost.seconds:.1f}", f"{cost.cpu:.1f}", f"{per_unit:.1f}", memory, cost.code))
        again = run(folder, work / f"out{chosen.workers[-1]}", work / f"home{chosen.workers[-1]}")
        rows.append(("again, nothing changed", chosen.units, f"{again.seconds:.1f}", f"{again.cpu:.1f}", "", "", again.code))
        seconds = {workers: float(str(row[2])) for workers, row in zip(chosen.workers, rows, strict=False)}
        grown = [cost.memory_late / cost.memory_early for cost in costs if cost.memory_early]
        heading = ("workers", "units", "wall s", "CPU s", "CPU ms a unit", "largest process MB early / late", "exit code")
        print(table(heading, rows))
        print()
        if {1, 2} <= set(seconds):
            print(bar(f"two workers {seconds[1] / seconds[2]:.2f} x one", "at least 1.7 x", seconds[1] >= 1.7 * seconds[2]))
        if 2 in seconds:
            each = seconds[2] * 1000 / chosen.units
            print(bar(f"two workers {each:.0f} s for 1,000 units", "at most 75 s", each <= 75))
        print(bar(f"memory late {max(grown, default=0):.2f} x early", "flat: at most 1.15 x", max(grown, default=9) <= 1.15))
        last = chosen.workers[-1]
        sizes = [
            size(path) / chosen.units / 1024
            for path in (work / f"out{last}/units", work / f"out{last}/.work", work / f"home{last}")
        ]
        print(
            f"\nkB a unit: results {sizes[0]:.0f}, what was read {sizes[1]:.0f}, database and the rest of the home {sizes[2]:.1f}"
        )
        print(f"plain functions, one process: {plain(folder) * 1000:.1f} CPU ms a unit")


if __name__ == "__main__":
    main()
