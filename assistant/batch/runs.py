"""Runs as the site sees them: started as a process of their own, stopped, looked at through the records they leave."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.batch.machine import is_locked
from assistant.batch.places import WORK, check_out, make_folder
from assistant.batch.records import Progress, RunRecord, Writer, read_progress, read_run
from assistant.batch.run import LOCK_FILE, STOP_FILE
from assistant.errors import AssistantError, InputError, OutputError

_SECONDS_TO_START = 20.0
LOG_FILE = f"{WORK}/run.log"


@dataclass(frozen=True)
class State:
    """A run now.

    Attributes:
        alive: whether a process is at work on it.
        progress: how far it is; None where it never began.
        run: its record with every unit as it stands; None where it never got so far.
        message: what a person should know, such as why it could not begin.
    """

    alive: bool
    progress: Progress | None
    run: RunRecord | None
    message: str = ""


def start_run(
    folder: Path,
    out: Path,
    *,
    writer: Writer = "offline",
    workers: int = 2,
    previous: Path | None = None,
    units: Path | None = None,
    year: int | None = None,
    on_model_failure: Literal["offline", "pause"] = "offline",
) -> int:
    """Start a run, or go on with one that was stopped; returns when it is at work.

    Args:
        folder, out, writer, workers, previous, units, year, on_model_failure: as for ``assistant batch``.

    Returns:
        The process's id.

    Raises:
        AssistantError: it is at work already, or it ended at once (the message says why).
        OutputError: OUT cannot be used.
    """
    place = check_out(out, (folder,) if previous is None else (folder, previous))
    make_folder(place, WORK)
    if is_locked(place / LOCK_FILE):
        raise AssistantError("这个批量正在进行", place=str(out), remedy="请等它做完，或先停下它")
    command = [sys.executable, "-m", "assistant", "batch", str(folder), "-o", str(place), "--quiet"]
    command += ["--writer", writer, "--workers", str(workers), "--on-model-failure", on_model_failure]
    for name, value in (("--previous", previous), ("--units", units), ("--year", year)):
        command += [name, str(value)] if value is not None else []
    try:
        with (place / LOG_FILE).open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=os.name == "posix"
            )
    except OSError as error:
        raise OutputError("不能开始批量起草", place=str(out), remedy="请检查权限和磁盘空间") from error
    _RUNNING[process.pid] = process
    _wait_until_at_work(process, place)
    return process.pid


def stop_run(out: Path, *, wait: float = 0.0) -> bool:
    """Ask a run to finish what is under way and stop; whether it was at work.

    Args:
        out: its output folder.
        wait: seconds to wait until it has stopped.

    Raises:
        OutputError: the folder cannot be written.
    """
    _collect()
    if not is_locked(out / LOCK_FILE):
        return False
    try:
        (out / STOP_FILE).write_bytes(b"")
    except OSError as error:
        raise OutputError("不能通知批量停下", place=str(out), remedy="请检查权限和磁盘空间") from error
    limit = time.monotonic() + wait
    while time.monotonic() < limit and is_locked(out / LOCK_FILE):
        time.sleep(0.1)
    _collect()
    return True


def state_of(out: Path) -> State:
    """A run as it stands; of one that ended without a word, that it can be gone on with."""
    _collect()
    alive = is_locked(out / LOCK_FILE)
    progress = read_progress(out)
    try:
        run = read_run(out)
    except InputError:
        run = None
    if alive:
        return State(True, progress, run, progress.message if progress else "")
    if progress is not None and progress.state == "running":
        told = "程序意外结束，已写好的都在；再次开始会接着做"
        progress = progress.model_copy(update={"state": "stopped", "message": told})
        run = run.model_copy(update={"state": "stopped", "message": told}) if run is not None and run.state == "running" else run
        return State(False, progress, run, _last_words(out) or told)
    return State(False, progress, run, run.message if run is not None else _last_words(out))


_RUNNING: dict[int, subprocess.Popen[bytes]] = {}


def _collect() -> None:
    """Take leave of processes that ended, so that none of them stays behind as a shadow."""
    for number, process in list(_RUNNING.items()):
        if process.poll() is not None:
            _RUNNING.pop(number, None)


def _wait_until_at_work(process: subprocess.Popen[bytes], out: Path) -> None:
    limit = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < limit:
        code = process.poll()
        if code is not None:
            words = _last_words(out)
            if code == 2 and words.startswith("未能完成"):
                raise AssistantError(words.removeprefix("未能完成：").rstrip("。"))
            return
        if is_locked(out / LOCK_FILE):
            return
        time.sleep(0.05)


def _last_words(out: Path) -> str:
    """The last line that says why a run could not be done."""
    try:
        lines = (out / LOG_FILE).read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except OSError:
        return ""
    return next((line for line in reversed(lines) if line.startswith("未能完成")), "")
