"""What the batch benchmarks share: running the command in a home of its own, and what it cost."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # no stubs among the test packages

from tests.batch.material import command

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Cost:
    """Wall and CPU seconds of a run with all its processes, its exit code, memory of the largest process over time in MB."""

    seconds: float
    cpu: float
    code: int
    memory: list[float]

    @property
    def memory_early(self) -> float:
        """Largest process in the second quarter of the run."""
        return max(self.memory[len(self.memory) // 4 : max(1, len(self.memory) // 2)], default=0.0)

    @property
    def memory_late(self) -> float:
        """Largest process in the last quarter."""
        return max(self.memory[-max(1, len(self.memory) // 4) :], default=0.0)


def environment(home: Path, **more: str) -> dict[str, str]:
    """An environment with this home and nothing of the machine's own settings."""
    cleared = dict.fromkeys(("ASSISTANT_DATABASE", "OPENAI_BASE_URL", "OPENAI_API_KEY", "ASSISTANT_MODEL"), "")
    return {**os.environ, **cleared, "ASSISTANT_HOME": str(home), **more}


def run(folder: Path, out: Path, home: Path, *more: str, **settings: str) -> Cost:
    """Run the command to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(
        command(folder, out, *more),
        cwd=ROOT,
        env=environment(home, **settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    memory: list[float] = []
    watcher = threading.Thread(target=_watch, args=(process, memory), daemon=True)
    watcher.start()
    code = process.wait()
    seconds = time.perf_counter() - start
    watcher.join(5)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, cpu, code, memory)


def _watch(process: subprocess.Popen[bytes], memory: list[float]) -> None:
    while process.poll() is None:
        with suppress(psutil.Error):
            every = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
            memory.append(max((each.memory_info().rss for each in every), default=0) / 1024 / 1024)
        time.sleep(0.5)


def bar(found: str, wanted: str, met: bool) -> str:
    """A line that says whether a measure was met."""
    return f"- {found} (wanted: {wanted}): {'met' if met else 'not met'}"


def table(heading: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    """A Markdown table."""
    lines = [" | ".join(heading), " | ".join("---" for _ in heading), *(" | ".join(map(str, row)) for row in rows)]
    return "\n".join(f"| {line} |" for line in lines)
