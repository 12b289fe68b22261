"""How far a run is: shown to whoever watches it, and kept in its output folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from assistant.batch.records import PROGRESS_FILE, Progress, RunState
from assistant.batch.store import Tally
from assistant.errors import OutputError
from assistant.files import write_all

_LEAST_SECONDS = 0.5


class Reporter:
    """Tells how far a run is.

    Args:
        out: the output folder.
        show: is given the progress now and then.

    Attributes:
        progress: what was told last.
        before: units that were done when the run was started.
    """

    def __init__(self, out: Path, show: Callable[[Progress], None]) -> None:
        self._out, self._show = out, show
        self._began = time.monotonic()
        self._last = 0.0
        self.before = 0
        self.progress = Progress(state="running", pid=os.getpid(), message="正在读取文件")

    def tell(self, message: str, *, state: RunState = "running", tally: Tally | None = None, **numbers: int) -> None:
        """Show and keep how far the run is, at most about twice a second.

        Args:
            message: what a person should know.
            state: of the run; any but ``running`` is told at once.
            tally: sums over the units, once there are any.
            numbers: units: ``total``, ``done``, ``failed``, ``waiting``.
        """
        now = time.monotonic()
        if state == "running" and now - self._last < _LEAST_SECONDS:
            return
        self._last = now
        seconds = now - self._began
        new = numbers.get("done", 0) + numbers.get("failed", 0) - self.before
        left = seconds / new * numbers.get("waiting", 0) if new > 0 and tally is not None else None
        self.progress = Progress(
            state=state,
            seconds=round(seconds, 1),
            seconds_left=round(left, 1) if left is not None else None,
            calls=tally.calls if tally is not None else 0,
            cached=tally.cached if tally is not None else 0,
            tokens=tally.tokens if tally is not None else 0,
            message=message,
            pid=os.getpid(),
            at=datetime.now(UTC),
            **numbers,
        )
        self._show(self.progress)
        with suppress(OutputError, OSError):
            write_all([(self._out / PROGRESS_FILE, self.progress.model_dump_json().encode())], flushed=False)

    def tell_again(self, message: str) -> None:
        """The same numbers with another message."""
        last = self.progress
        self.tell(message, total=last.total, done=last.done, failed=last.failed, waiting=last.waiting)
