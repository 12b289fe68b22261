"""One job under way, as its work sees it: what is asked, whether to stop, and telling how it gets on."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from assistant.errors import AssistantError
from assistant.review.engine import Record
from assistant.review.faultpoints import reached
from assistant.review.schema import JobRow

_EVERY = 0.7  # seconds between two notes of progress in the record
_log = logging.getLogger(__name__)


class Stopped(Exception):
    """The job was asked to stop."""


class Run:
    """One job under way.

    Attributes:
        record, job_id, request: where it is kept, which, and what it needs to know.
        by, unit_id, year, draft_id: who asked, and what it is about.
        stopped: the wish to stop, as :mod:`assistant.drafting.model.progress` hears it.
        closing: whether the wish comes from the end of the server.
        message: what a person should know afterwards.
        on_cancel: what a person is told when it was cancelled.
    """

    def __init__(
        self,
        record: Record,
        job_id: str,
        request: dict[str, Any],
        *,
        by: int | None = None,
        unit_id: int | None = None,
        year: int | None = None,
        draft_id: int | None = None,
    ) -> None:
        self.record, self.job_id, self.request = record, job_id, request
        self.by, self.unit_id, self.year, self.draft_id = by, unit_id, year, draft_id
        self.stopped, self.closing, self.message = threading.Event(), False, ""
        self.on_cancel = "已取消；原有内容没有改动"
        self._parts: dict[str, dict[str, str]] = {}
        self._lock, self._noted, self._now = threading.Lock(), 0.0, ""

    @property
    def cancelled(self) -> bool:
        """Whether somebody wishes to stop."""
        return self.stopped.is_set()

    def stop(self, *, closing: bool = False) -> None:
        """Wish it to stop."""
        self.closing = self.closing or closing
        self.stopped.set()

    def check(self) -> None:
        """Go on only if nobody wishes to stop.

        Raises:
            Stopped: somebody does.
        """
        if self.cancelled:
            raise Stopped

    def plan(self, parts: dict[str, str]) -> None:
        """Say which parts there are: key and heading, in order."""
        with self._lock:
            self._parts = {
                key: {"key": key, "heading": heading, "state": "waiting", "message": ""} for key, heading in parts.items()
            }

    def tell(self, part: str, state: str, message: str = "") -> None:
        """Say how one part stands: ``writing``, ``done`` or ``failed``; empty ``part`` for a message on the whole."""
        with self._lock:
            if part in self._parts:
                self._parts[part] |= {"state": state, "message": message}
            elif not part:
                self._now = message
        reached(f"job.part.{state}")
        if time.monotonic() - self._noted >= _EVERY:
            self._noted = time.monotonic()
            self._note()

    def tell_rest(self) -> None:
        """Say that the parts nobody spoke of are done, too: those the program writes by itself."""
        for part in [key for key, each in self._parts.items() if each["state"] != "done"]:
            self.tell(part, "done")

    def progress(self) -> dict[str, Any]:
        """How it stands, as plain data."""
        with self._lock:
            parts = [dict(each) for each in self._parts.values()]
            done = sum(each["state"] == "done" for each in parts)
            return {"done": done, "total": len(parts), "parts": parts, "message": self._now}

    def _note(self) -> None:
        """Leave the progress in the record, for other processes and after a crash; a failure only costs the note."""
        try:
            with self.record.write() as session:
                row = session.get_one(JobRow, self.job_id)
                if row.state == "running":
                    row.progress = self.progress()
        except AssistantError:
            _log.warning("progress of job %s not noted", self.job_id)
