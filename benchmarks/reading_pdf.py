"""Time and memory of reading a PDF: ``python -m benchmarks.reading_pdf FILE...`` prints a table.

The named alternative is pdfplumber's plain extraction (text and tables of each page) of the same file in the same run.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

PLAIN = "import pdfplumber, sys; [(p.extract_text(), p.extract_tables()) for p in pdfplumber.open(sys.argv[1]).pages]"
OURS = (
    "import sys, pathlib; from assistant.report.pdf_reader import pdf_blocks;"
    "from assistant.report.block_reader import read_blocks; from assistant.form import default_registry;"
    "read_blocks(pdf_blocks(pathlib.Path(sys.argv[1]).read_bytes(), 'a.pdf'), 'a.pdf', default_registry())"
)


def cold(program: str, path: str, times: int = 5) -> str:
    """Median seconds of a fresh process, by the clock and of the processor."""
    clock, processor = [], []
    for _ in range(times):
        started, before = time.perf_counter(), children()
        subprocess.run([sys.executable, "-c", program, path], check=True)
        clock.append(time.perf_counter() - started)
        processor.append(children() - before)
    return f"{statistics.median(clock):.2f} s ({statistics.median(processor):.2f} s)"


def children() -> float:
    """Processor seconds of all ended child processes."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def warm(path: str, times: int = 5) -> tuple[float, float]:
    """Median seconds in a process that has read one already: ours, plain extraction."""
    import pdfplumber

    from assistant.form import default_registry
    from assistant.report.block_reader import read_blocks
    from assistant.report.pdf_reader import pdf_blocks

    ours, plain = [], []
    registry, data = default_registry(), Path(path).read_bytes()
    for _ in range(times):
        started = time.perf_counter()
        read_blocks(pdf_blocks(data, path), path, registry)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        with pdfplumber.open(path) as pdf:
            for page in pdf.pages:
                page.extract_text()
                page.extract_tables()
        plain.append(time.perf_counter() - started)
    return statistics.median(ours), statistics.median(plain)


def main() -> None:
    """Print one row a file, and the largest memory of any process started."""
    print("| file | cold (processor) | plain pdfplumber, cold | warm | plain, warm |\n|---|---|---|---|---|")
    for path in sys.argv[1:]:
        ours, plain = cold(OURS, path), cold(PLAIN, path)
        again, plain_again = warm(path)
        print(f"| {Path(path).name} | {ours} | {plain} | {again:.2f} s | {plain_again:.2f} s |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"\nPeak memory of a cold process, ours or plain: {peak:.0f} MB")


if __name__ == "__main__":
    main()
