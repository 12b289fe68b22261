"""Time and memory of drafting: ``python -m benchmarks.drafting [--write]`` prints the table, and writes it into docs/benchmarks.md.

Medians of repeated runs on this machine. The named alternative is python-docx filling the same document cell by cell.
"""

from __future__ import annotations

import argparse
import io
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.drafting.assemble import Drafted, draft_report
from assistant.drafting.printing import to_document
from assistant.form import default_registry, table_grid
from assistant.intake import read_input
from assistant.report.document import Document, FormTable, Heading
from assistant.report.docx_writer import write_docx
from assistant.submission.workbook_writer import blank_workbook

ROOT = Path(__file__).resolve().parents[1]
COUNTY = sorted((ROOT / "corpus" / "county").glob("*/*.json"))
REGISTRY = default_registry()


def median_seconds(action: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def command(*arguments: str) -> float:
    return median_seconds(lambda: subprocess.run([sys.executable, "-m", "assistant", *arguments], cwd=ROOT, capture_output=True), 7)


def one_unit(path: Path) -> bytes:
    return write_docx(to_document(drafted(path)))


def drafted(path: Path) -> Drafted:
    return draft_report(read_input(path, REGISTRY).submission, REGISTRY)


def with_python_docx(document: Document) -> bytes:
    """The same text and tables through python-docx's own cells: no merges, no styles, the least it can do."""
    import docx

    target = docx.Document()
    for element in document.elements:
        if isinstance(element, Heading):
            target.add_heading(element.text, element.level)
        elif isinstance(element, FormTable):
            grid = table_grid(document.form.table(element.table))
            table = target.add_table(grid.rows, grid.cols)
            for cell in grid.cells:
                text = document.cells[cell.key].raw if cell.key else cell.text
                table.cell(cell.row, cell.col).text = text
        else:
            target.add_paragraph("".join(run.text for run in element.runs))
    buffer = io.BytesIO()
    target.save(buffer)
    return buffer.getvalue()


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rows() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        books = [Path(folder) / f"{number}.xlsx" for number in range(len(COUNTY))]
        for book, path in zip(books, COUNTY, strict=True):
            submission = read_input(path, REGISTRY).submission
            book.write_bytes(blank_workbook(submission.year, submission.unit.kind, REGISTRY, filled=submission))
        yield "`assistant --help`, cold", f"{command('--help') * 1000:.0f} ms"
        yield (
            "`assistant draft`, workbook to Word, cold",
            f"{command('draft', str(books[0]), '-o', str(books[0].with_suffix('.docx'))) * 1000:.0f} ms",
        )
        one_unit(books[0])
        yield "one unit in process, from JSON", f"{_per_unit(COUNTY, 1) * 1000:.1f} ms"
        yield "one unit in process, from a workbook", f"{_per_unit(books, 1) * 1000:.1f} ms"
        hundred, thousand = _per_unit(COUNTY, 3), _per_unit(COUNTY, 30)
        yield f"per unit over {len(COUNTY) * 3} units", f"{hundred * 1000:.1f} ms"
        yield f"per unit over {len(COUNTY) * 30} units", f"{thousand * 1000:.1f} ms ({thousand / hundred:.2f} ×)"
        document = to_document(drafted(COUNTY[0]))
        ours, theirs = median_seconds(lambda: write_docx(document), 15), median_seconds(lambda: with_python_docx(document), 5)
        yield "Word file", f"{ours * 1000:.1f} ms; python-docx cell by cell {theirs * 1000:.0f} ms ({theirs / ours:.0f} ×)"
        yield "peak memory of this process", f"{peak_megabytes():.0f} MB"


def _per_unit(paths: list[Path], rounds: int) -> float:
    started = time.perf_counter()
    for _ in range(rounds):
        for path in paths:
            one_unit(path)
    return (time.perf_counter() - started) / (rounds * len(paths))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    lines = ["| what | measured |", "| --- | --- |", *(f"| {what} | {measured} |" for what, measured in rows())]
    print("\n".join(lines))
    if parser.parse_args().write:
        head = "# Benchmarks\n\nTwo x86-64 cores, Python 3.11. Made by the programs in `benchmarks/`.\n\n"
        head += "Checking: [benchmarks-checking.md](benchmarks-checking.md). The library: [library.md](library.md). "
        head += "Writing with a model: [benchmarks-model.md](benchmarks-model.md).\n\n"
        head += "## Drafting\n\n`python -m benchmarks.drafting`\n\n"
        (ROOT / "docs" / "benchmarks.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
