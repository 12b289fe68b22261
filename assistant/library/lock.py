"""One process owns the index: a lock on a file that names its holder. The system lets go of it when the holder dies."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

from assistant.library.model import LibraryError

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class OwnerLock:
    """The lock of an index folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "owner.lock"
        self._descriptor = -1

    @property
    def held(self) -> bool:
        """Whether this object holds it."""
        return self._descriptor >= 0

    def take(self) -> bool:
        """Take it if nobody has it; a lock file left by a process that died is taken over.

        Raises:
            LibraryError: the folder cannot be written.
        """
        if self.held:
            return True
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o644)
        except OSError as error:
            raise LibraryError(
                f"索引文件夹不能写入（{error.strerror}）", place=str(self.path.parent), remedy="请检查文件夹权限和磁盘空间"
            ) from error
        try:
            _take(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        name = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": time.strftime("%Y-%m-%d %H:%M:%S"),
            "command": _command(),
        }
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, json.dumps(name, ensure_ascii=False).encode())
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let go."""
        if self.held:
            os.close(self._descriptor)
            self._descriptor = -1

    def holder(self) -> str:
        """Who holds it, in Chinese, as far as the file tells."""
        try:
            data: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
            return f"进程 {data['pid']}（{data['command']}，主机 {data['host']}，{data['since']} 起）"
        except (OSError, ValueError, KeyError, TypeError):
            return "另一个进程"


def _command() -> str:
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:3]])[:60] if sys.argv and sys.argv[0] else "python"
