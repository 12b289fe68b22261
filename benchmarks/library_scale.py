"""What the library costs from 1,000 to 100,000 passages: adding, rebuilding, queries, memory, disk.

``python -m benchmarks.library_scale [--sizes 1000 10000 100000]``. Passages are those of the generated counties with other units and years;
their vectors are those of real passages with a little noise, put into the cache, so that neighbours are as near as in life. Each size
runs in a process of its own.
"""

# ruff: noqa: E501  (lines of Chinese data, wide by their characters)
from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from assistant.library.embedding import open_embedder
from assistant.library.library import Library
from assistant.library.model import Filters, Piece, Source
from assistant.library.rows import content_hash, embedded_text
from assistant.library.settings import LibrarySettings

A_REPORT = 12
QUERIES = (
    "依申请公开办理情况", "公众号并了几个", "答复期限多少天", "咨询电话打不通", "征地信息上网有早有晚", "第三方意见没有征求", "解读形式单一怎么改", "旧文件扫描上网",
    "{unit}{year}年存在哪些问题", "{unit}{year}年度主动公开", "{year}年平台建设情况", "新收申请{figure}件", "109号文怎么规定收费", "条例第三十三条",
)  # fmt: skip


def _pieces() -> list[Piece]:
    from assistant.form import default_registry
    from assistant.library.passages import report_pieces
    from assistant.report.text_reader import read_text_report
    from benchmarks.library_material import published

    registry = default_registry()
    return [piece for item in published() for piece in report_pieces(read_text_report(item.text, item.name, registry), registry)[1]]


def _prepared(work: Path, model: str) -> list[tuple[Piece, bytes]]:
    """300 real passages with their real vectors, kept between runs."""
    import pickle

    kept = work / "real.pickle"
    if kept.exists():
        found: list[tuple[Piece, bytes]] = pickle.loads(kept.read_bytes())
        return found
    pieces = list({content_hash(piece): piece for piece in _pieces()}.values())[::5][:300]
    start = time.perf_counter()
    vectors = open_embedder(LibrarySettings(work)).passages([embedded_text(piece) for piece in pieces])
    seconds = time.perf_counter() - start
    characters = statistics.mean(len(embedded_text(piece)) for piece in pieces)
    print(
        json.dumps({"embedding passages/s": round(len(pieces) / seconds, 1), "characters": round(characters), "model": model}),
        flush=True,
    )
    (work / "embedding.json").write_text(json.dumps({"add/s embedding": round(len(pieces) / seconds, 1)}))
    rows = [(piece, vector.tobytes()) for piece, vector in zip(pieces, vectors, strict=True)]
    kept.write_bytes(pickle.dumps(rows))
    return rows


def _fill(library: Library, real: list[tuple[Piece, bytes]], size: int) -> float:
    """Seconds to store the passages, 25 reports at a time as the library does; their vectors are put into the cache beforehand."""
    chance, noise = random.Random(size), np.random.default_rng(size)
    took, reports = 0.0, size // A_REPORT + 1
    for first in range(0, reports, 25):
        made = [_report(number, real, size, chance, noise) for number in range(first, min(first + 25, reports))]
        library.store.put_vectors(library.index.embedder.model, (row for *_rest, rows in made for row in rows))
        start = time.perf_counter()
        with library.store.writing():
            for source, pieces, _rows in made:
                library.store.add(source, "".join(piece.text for piece in pieces), pieces)
        took += time.perf_counter() - start
    return took


def _report(
    number: int, real: list[tuple[Piece, bytes]], size: int, chance: random.Random, noise: np.random.Generator
) -> tuple[Source, list[Piece], list[tuple[str, bytes]]]:
    """A report with its passages and their vectors by content."""
    unit, year = f"第{number // 5}县公安局", 2020 + number % 5
    pieces, rows = [], []
    for piece, vector in [chance.choice(real) for _ in range(min(A_REPORT, size - number * A_REPORT))]:
        text = f"{piece.text}（登记{chance.randint(1000, 9_999_999)}号）"
        changed = Piece(piece.section, piece.role, text, 0, len(text), piece.aspect, None, piece.heading, "", piece.figures)
        row = np.frombuffer(vector, dtype="<f4") + noise.normal(0, 0.012, 384).astype("<f4")
        rows.append((content_hash(changed), (row / np.linalg.norm(row)).astype("<f4").tobytes()))
        pieces.append(changed)
    source = Source(f"{number:024d}", "report", f"{unit}{year}年报告", unit, "dept", f"第{number // 5}县", year, "form2021")
    return source, pieces, rows


def _memory(what: str) -> int:
    """``VmRSS`` or ``VmHWM`` (the peak) of this process in MB; ``ru_maxrss`` is that of the parent too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) // 1024


def _queries(library: Library, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds by the clock and of processor time, ascending."""
    chance = random.Random(1)
    times, worked = [], []
    for number in range(count):
        text = QUERIES[number % len(QUERIES)].format(unit=f"第{chance.randint(0, 15)}县公安局", year=chance.randint(2020, 2024),
                                                     figure=chance.randint(100, 999))  # fmt: skip
        filters = Filters(section="sec1") if number % 7 == 3 else None
        start, busy = time.perf_counter(), time.process_time()
        library.search(text, filters)
        times.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    return sorted(times), sorted(worked)


def run(size: int, work: Path) -> dict[str, float]:
    """Measure one size, in processes of their own: one adds and rebuilds, one is opened and asked."""
    settings = LibrarySettings(work / f"library-{size}")
    shutil.rmtree(settings.folder, ignore_errors=True)
    _prepared(work, open_embedder(settings).model)
    added = _in_a_process("--add", str(settings.folder), "--size", str(size))
    asked = _in_a_process("--ask", str(settings.folder))
    disk = sum(path.stat().st_size for path in settings.folder.rglob("*") if path.is_file())
    return {"passages": size, **added, **asked, "disk MB": disk >> 20}


def _in_a_process(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.library_scale", *arguments]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def add(folder: Path, size: int) -> dict[str, float]:
    """Add with cached vectors, index, ask, rebuild with the old index open, ask again: what a long-lived owner goes through."""
    settings = LibrarySettings(folder)
    real = _prepared(folder.parent, open_embedder(settings).model)
    with Library(settings) as library:
        library.add([Path(__file__).parents[1] / "corpus" / "regulation"])
        library.index.refresh()
        stored = _fill(library, real, size)
        start = time.perf_counter()
        library.index.refresh()
        indexed = time.perf_counter() - start
        adding = _memory("VmHWM")
        _queries(library, 14)
        start = time.perf_counter()
        library.index.refresh(rebuild=True)
        rebuilt = time.perf_counter() - start
        _queries(library, 14)
        whole = _memory("VmHWM")
    return {
        "add/s cached": round(size / (stored + indexed)),
        "rebuild s": round(rebuilt, 1),
        "peak adding MB": adding,
        "peak rebuilding MB": whole,
    }


def ask(folder: Path) -> dict[str, float]:
    """Open as owner, ask, and as a reader in the same process afterwards."""
    start = time.perf_counter()
    with Library(LibrarySettings(folder)) as library:
        library.index.refresh()
        opened = time.perf_counter() - start
        _queries(library, 14)
        times, worked = _queries(library, 210)
        memory = _memory("VmRSS")
    return {
        "open s": round(opened, 2),
        "p50 ms": round(times[105], 1),
        "p95 ms": round(times[199], 1),
        "p95 CPU ms": round(worked[199], 1),
        "RSS MB": memory,
        "peak asking MB": _memory("VmHWM"),
    }


# Measure, bound, whether it is an upper one; by number of passages.
BARS = {
    10_000: (("p95 ms", 40.0, True),),
    100_000: (
        ("p95 ms", 120.0, True), ("add/s cached", 1500.0, False), ("add/s embedding", 20.0, False), ("rebuild s", 180.0, True),
        ("RSS MB", 700.0, True), ("peak adding MB", 700.0, True), ("peak rebuilding MB", 700.0, True), ("peak asking MB", 700.0, True),
    ),
}  # fmt: skip


def _embedding(work: Path) -> dict[str, float]:
    """What was measured when the real passages were embedded."""
    kept = work / "embedding.json"
    found: dict[str, float] = json.loads(kept.read_text()) if kept.exists() else {}
    return found


def _say_bars(measured: dict[str, float], size: int) -> None:
    for name, bound, upper in BARS.get(size, ()):
        if name in measured:
            met = measured[name] <= bound if upper else measured[name] >= bound
            print(
                f"  {size} passages, {name}: {measured[name]} {'<=' if upper else '>='} {bound:g}: {'met' if met else 'NOT met'}",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[1000, 10_000, 100_000])
    parser.add_argument("--work", type=Path)
    parser.add_argument("--ask", type=Path)
    parser.add_argument("--add", type=Path)
    parser.add_argument("--size", type=int, default=1000)
    given = parser.parse_args()
    if given.ask or given.add:
        print(json.dumps(ask(given.ask) if given.ask else add(given.add, given.size)))
        return
    work = given.work or Path(tempfile.mkdtemp(prefix="library-scale-"))
    work.mkdir(parents=True, exist_ok=True)
    print("load of the machine at the start:", " ".join(f"{value:.1f}" for value in os.getloadavg()), flush=True)
    for size in given.sizes:
        measured = run(size, work)
        print(json.dumps(measured, ensure_ascii=False), flush=True)
        _say_bars({**measured, **_embedding(work)}, size)


if __name__ == "__main__":
    main()
