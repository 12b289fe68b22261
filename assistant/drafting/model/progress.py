"""How a draft is getting on, told while it is written, and the wish to stop, heard between two calls.

A page or a batch hands in a function and an event::

    stop = threading.Event()                      # anything with is_set() and wait(seconds)
    steps: queue.Queue[Progress] = queue.Queue()
    drafted, lines = draft_by_model(task, tell=steps.put, cancel=stop)

``tell`` is called from the threads that write, one call at a time, so it should only hand the step on. A stop leaves a complete
draft: what the model wrote so far stands, the offline sentences take the other places, and every answer is on record, so that
the same draft asked for again goes on from there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

Stage = Literal["facts", "retrieve", "brief", "write", "verify", "repair", "draft"]
STAGES: tuple[Stage, ...] = get_args(Stage)
STOPPED = "已按要求停止，没有再问模型"


@dataclass(frozen=True, slots=True)
class Progress:
    """One step.

    Attributes:
        stage: what has begun, or has ended if ``done``.
        part: the part's key; empty for steps of the whole report.
        done: whether the stage has ended.
        points: points asked of the model, in the part or (``brief``, ``draft``) the report.
        settled: those of them that stand in the model's words so far.
        calls: requests made for the whole report so far.
        tokens: tokens of prompts and answers so far.
    """

    stage: Stage
    part: str = ""
    done: bool = False
    points: int = 0
    settled: int = 0
    calls: int = 0
    tokens: int = 0


Tell = Callable[[Progress], None]


class Cancel(Protocol):
    """A wish to stop; ``threading.Event`` is one."""

    def is_set(self) -> bool:
        """Whether to stop."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set or the time (seconds) is over."""
        ...


class Steps:
    """Tells the steps of one draft, one after another from whatever thread, with what was spent by then.

    Args:
        tell: who is told; nobody if None. What it raises ends the run.
        cancel: the wish to stop, if there may be one.
        spent: what the client spent, an object with ``calls``, ``input_tokens``, ``output_tokens``, or None.
    """

    def __init__(self, tell: Tell | None = None, cancel: Cancel | None = None, spent: Callable[[], Any] | None = None) -> None:
        self._tell, self._cancel, self._spent = tell, cancel, spent
        self._lock = threading.Lock()

    @property
    def cancelled(self) -> bool:
        """Whether somebody wishes to stop."""
        return self._cancel is not None and self._cancel.is_set()

    def __call__(self, stage: Stage, part: str = "", *, done: bool = False, points: int = 0, settled: int = 0) -> None:
        """Tell a step."""
        if self._tell is None:
            return
        with self._lock:
            spent = self._spent() if self._spent else None
            calls = spent.calls if spent else 0
            tokens = spent.input_tokens + spent.output_tokens if spent else 0
            self._tell(Progress(stage, part, done, points, settled, calls, tokens))
