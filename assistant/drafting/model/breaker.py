"""Stops asking a service that is down, so that a dead endpoint costs one part's patience and not every part's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from assistant.drafting.model.faults import ModelFault

_FAILURES = 3
_PAUSE_SECONDS = 60.0


class Breaker:
    """Remembers how the service did. Shared between threads.

    A fault that would meet every request (wrong key, unknown model, a web page) opens it for good; three unanswered questions
    in a row open it for a minute.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._fault: ModelFault | None = None

    def open(self) -> ModelFault | None:
        """The fault for which nothing is asked now, None if asking is fine."""
        with self._lock:
            return self._fault if self._fault is not None and self._clock() < self._until else None

    def answered(self) -> None:
        """The service answered."""
        with self._lock:
            self._failures, self._fault = 0, None

    def failed(self, fault: ModelFault, *, hopeless: bool = False) -> None:
        """A question got no answer for all its tries; ``hopeless`` where nothing was ever answered."""
        with self._lock:
            self._failures += 1
            if fault.everywhere:
                self._fault, self._until = fault, float("inf")
            elif hopeless or self._failures >= _FAILURES:
                self._fault, self._until = fault, self._clock() + _PAUSE_SECONDS
