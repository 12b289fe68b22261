"""Names and signs of life of worker processes; who is dead is judged by silence on one's own steady clock."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from assistant.errors import AssistantError, InputError
from assistant.settings import environment_values

BEAT_SECONDS = 2.0
SILENT_SECONDS = 20.0
SILENT = "ASSISTANT_WORKER_SILENT"


def silent_seconds() -> float:
    """How long a worker on another machine may be silent before its units are taken over (ASSISTANT_WORKER_SILENT; 20)."""
    text = environment_values().get(SILENT, "").strip()
    try:
        seconds = float(text) if text else SILENT_SECONDS
    except ValueError:
        seconds = -1.0
    if not 3 * BEAT_SECONDS <= seconds <= 3600:
        raise InputError(f"{SILENT} 应是 {3 * BEAT_SECONDS:g} 到 3600 之间的秒数", remedy="不设即为 20")
    return seconds


def machine_id(home: Path) -> str:
    """A name for this installation that stays the same: random, kept in ASSISTANT_HOME.

    Raises:
        AssistantError: the folder cannot be used.
    """
    path = home / "batch" / "machine"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w") as handle:
            handle.write(secrets.token_hex(6))
        return path.read_text(encoding="ascii").strip() or "machine"
    except (OSError, ValueError) as error:
        raise AssistantError("ASSISTANT_HOME 不能使用", place=str(home), remedy="请检查文件夹权限和磁盘空间") from error


class Lock:
    """A file that one process holds; the system lets go of it when that process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    def take(self) -> bool:
        """Take it if nobody has it. A file system without locks counts as free."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        except OSError as error:
            raise AssistantError("不能写入文件夹", place=str(self.path.parent), remedy="请检查权限和磁盘空间") from error
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let go of it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock."""
    if not path.exists():
        return False
    lock = Lock(path)
    try:
        if lock.take():
            lock.release()
            return False
    except AssistantError:
        return False
    return True


def worker_slot(home: Path, most: int = 256) -> tuple[str, Lock]:
    """A worker's name on this machine that no other living worker has: the first free of a row of locks.

    Raises:
        AssistantError: none is free.
    """
    for number in range(1, most + 1):
        lock = Lock(home / "batch" / "workers" / f"{number}.lock")
        if lock.take():
            return f"{machine_id(home)}-w{number}", lock
    raise AssistantError("这台机器上的批量进程太多了", remedy="请先停下一些")


class Watch:
    """Tells who fell silent: a beat that did not change for ``silent`` seconds by ``clock``."""

    def __init__(self, silent: float = SILENT_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._silent, self._clock = silent, clock
        self._seen: dict[str, tuple[int, float]] = {}

    def dead(self, beats: Mapping[str, int]) -> set[str]:
        """Who is dead by now, given everybody's last beat."""
        now = self._clock()
        for worker, beat in beats.items():
            if self._seen.get(worker, (None, 0.0))[0] != beat:
                self._seen[worker] = (beat, now)
        self._seen = {worker: seen for worker, seen in self._seen.items() if worker in beats}
        return {worker for worker, (_beat, since) in self._seen.items() if now - since >= self._silent}


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import errno
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)
        return True
