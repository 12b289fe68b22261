"""Material of batch runs: workbooks of the sample county, running the command, what a run wrote."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from assistant.batch.records import RunRecord, read_run
from assistant.form import default_registry
from assistant.submission.workbook_writer import blank_workbook
from tests.corpus.material import COUNTY
from tests.drafting.material import submission_at

ROOT = Path(__file__).resolve().parents[2]
UNITS = ("gonganju", "weijianju", "liuxizhen", "xianzhengfu")
NAMES = {"示例县公安局", "示例县卫生健康局", "示例县柳溪镇人民政府", "示例县人民政府"}


def workbooks(folder: Path, units: Iterable[str] = UNITS, years: Iterable[int] = (2024, 2025)) -> Path:
    """The workbooks of some units, of each of the years."""
    folder.mkdir(parents=True, exist_ok=True)
    for unit in units:
        for year in years:
            submission = submission_at(COUNTY / str(year) / f"{unit}.json")
            (folder / f"{unit}-{year}.xlsx").write_bytes(
                blank_workbook(year, submission.unit.kind, default_registry(), filled=submission)
            )
    return folder


def batch(folder: Path, out: Path, *more: str, code: int | None = None, **environment: str) -> RunRecord:
    """Run the command to its end; its record."""
    done = subprocess.run(command(folder, out, *more), capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment})
    if code is not None:
        assert done.returncode == code, done.stdout + done.stderr
    return read_run(out)


def command(folder: Path, out: Path, *more: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "assistant",
        "batch",
        str(folder),
        "-o",
        str(out),
        "--today",
        "2026-01-10",
        "--quiet",
        "--no-overview",
        *more,
    ]


def started(folder: Path, out: Path, *more: str, **environment: str) -> subprocess.Popen[bytes]:
    """Run the command in a session of its own, so that all its processes can be killed together."""
    return subprocess.Popen(
        command(folder, out, *more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
    )


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """Kill a run with all its workers, as a power cut would."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def written(out: Path) -> dict[str, str]:
    """Digest of everything a run wrote, the moment and cost of it aside."""
    found = {}
    for path in sorted((out / "units").rglob("*")):
        if path.is_file():
            content: Any = path.read_bytes()
            if path.name == "result.json":
                content = json.loads(content)
                content.pop("account")
                content = json.dumps(content, sort_keys=True).encode()
            found[path.relative_to(out).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


def wait_for(condition: Any, seconds: float = 60.0) -> None:
    """Wait until something holds."""
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)
