"""Which process runs a job, and whether that process is still there."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def own_name() -> str:
    """This process: host, process id and when it began, so that a reused id is told apart."""
    return f"{socket.gethostname()}:{os.getpid()}:{_begun(os.getpid())}"


def alive(owner: str) -> bool:
    """Whether the process is still there; one on another host is taken to be."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    number = rest
    begun = owner.rpartition(":")[2]
    if not number.isdigit():
        return False
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return _begun(int(number)) == begun


def _begun(number: int) -> str:
    """When a process began, in the kernel's ticks; empty where the system does not tell or it is no more than a remainder."""
    try:
        fields = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in ("Z", "X") else fields[19]
