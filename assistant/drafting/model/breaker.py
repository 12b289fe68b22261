"""Stops asking a service that is down or turns us away, so that it costs one part's patience and not every part's."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from assistant.drafting.model.faults import ModelFault

_FAILURES = 3
_PAUSE_SECONDS = 60.0
_LONGEST_PAUSE_SECONDS = 600.0


class Breaker:
    """Remembers how the service did. Shared between threads.

    Three failures in a row open it for a minute: questions without an answer after all their tries, or requests that were turned
    away in a manner that would meet every request (wrong key, unknown model, a web page). One of these may be a stray one, and
    requests on their way at the same time count once. When the pause is over one request is let through: its answer closes the
    breaker, its failure doubles the pause, up to ten minutes.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._moment = 0
        self._pause = _PAUSE_SECONDS
        self._until = 0.0
        self._trying = False
        self._fault: ModelFault | None = None

    @property
    def moment(self) -> int:
        """Changes with every failure counted: a request that began at another moment did not see the last one."""
        with self._lock:
            return self._moment

    def open(self) -> ModelFault | None:
        """The fault for which nothing is asked now, None if asking is fine."""
        with self._lock:
            return self._fault if self._fault is not None and self._clock() < self._until else None

    def admit(self) -> ModelFault | None:
        """As :meth:`open`; after a pause only the first to come gets None, the others wait for what becomes of its request."""
        fault = self.open()
        with self._lock:
            if fault is None and self._fault is not None:
                if self._clock() < self._until:
                    return self._fault
                self._until, self._trying = self._clock() + self._pause, True
        return fault

    def answered(self) -> None:
        """The service answered."""
        with self._lock:
            self._failures, self._fault, self._trying, self._pause = 0, None, False, _PAUSE_SECONDS

    def failed(self, fault: ModelFault, *, hopeless: bool = False, began: int | None = None) -> bool:
        """A question got no answer for all its tries, or a request was turned away.

        Args:
            fault: why.
            hopeless: whether nothing was ever answered.
            began: the moment when the request began; None counts whatever was counted meanwhile.

        Returns:
            Whether nothing is to be asked now.
        """
        with self._lock:
            if began is None or began == self._moment:
                self._failures += 1
                self._moment += 1
            final = fault.outcome == "over_budget"
            if not (hopeless or final or self._failures >= _FAILURES):
                return False
            if self._trying:
                self._trying, self._pause = False, min(_LONGEST_PAUSE_SECONDS, 2 * self._pause)
            self._fault = fault
            self._until = float("inf") if final else self._clock() + self._pause
            return True
