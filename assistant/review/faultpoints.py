"""Named points in the middle of deeds, so that a test can break them there (kill the process, fill the disk).

Nothing happens at a point unless a test armed it; no setting and no input can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_armed: dict[str, Callable[[], None]] = {}


def reached(name: str) -> None:
    """Say that a point is reached: ``edit.written`` is after writing and before the commit."""
    action = _armed.get(name)
    if action is not None:
        action()


@contextmanager
def armed(name: str, action: Callable[[], None]) -> Iterator[None]:
    """Run ``action`` whenever the point is reached, while the block lasts. For tests."""
    _armed[name] = action
    try:
        yield
    finally:
        del _armed[name]
