"""Limits on requests, tokens and seconds for a part, a report and a run. Crossing one stops what would come next, nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from assistant.errors import InputError

_SCOPES = ("部分", "报告", "整批")


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that may be spent; None is no limit.

    Attributes:
        requests: HTTP requests, repeats included.
        tokens: tokens of prompts and answers together.
        seconds: wall time from the first request on, waits included.
    """

    requests: int | None = None
    tokens: int | None = None
    seconds: float | None = None


def read_limits(text: str, default: Limits, name: str) -> Limits:
    """Limits from ``requests,tokens,seconds``; ``-`` is no limit and an empty text the default.

    Raises:
        InputError: not three positive numbers or ``-``.
    """
    if not text.strip():
        return default
    try:
        values = [None if item.strip() == "-" else float(item) for item in text.split(",")]
        requests, tokens, seconds = values
    except ValueError:
        requests = tokens = seconds = -1.0
    if any(value is not None and not 0 < value < 1e12 for value in (requests, tokens, seconds)):
        raise InputError(f"{name} 应是“请求数,词元数,秒数”三个正数，不限的写“-”", remedy="例如 12,60000,300")
    return Limits(None if requests is None else int(requests), None if tokens is None else int(tokens), seconds)


@dataclass(slots=True)
class Spent:
    """What was spent within one limit, and when its clock began."""

    requests: int = 0
    tokens: int = 0
    began: float | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """A request that may be made: tokens set aside for it until its answer says how many it took."""

    part: str
    tokens: int


@dataclass
class RunBudget:
    """What a whole run (a batch of reports, or one command) may spend. Shared between threads."""

    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.monotonic
    spent: Spent = field(default_factory=Spent)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Budget:
    """What one report and each of its parts may spend, inside the run's budget.

    Args:
        part: limits of each part by itself.
        report: limits of all parts together.
        run: the run this report belongs to; a run of its own without limits if None.
    """

    def __init__(self, part: Limits, report: Limits, run: RunBudget | None = None) -> None:
        self._run = run or RunBudget()
        self._part, self._report = part, report
        self._report_spent = Spent()
        self._parts: dict[str, Spent] = {}

    def hold(self, part: str, tokens: int) -> Hold | str:
        """Set ``tokens`` aside for one request of ``part``; a Chinese clause naming the limit if it does not fit."""
        with self._run.lock:
            for (limits, spent), scope in zip(self._scopes(part), _SCOPES, strict=True):
                reason = self._crossed(limits, spent, tokens)
                if reason:
                    return f"达到{'单个' if scope == '部分' else ''}{scope}的上限（{reason}），已写成的都已保存，再次运行会接着做"
            now = self._run.clock()
            for _limits, spent in self._scopes(part):
                spent.requests += 1
                spent.tokens += tokens
                spent.began = now if spent.began is None else spent.began
            return Hold(part, tokens)

    def settle(self, hold: Hold, tokens: int) -> None:
        """Put the tokens really taken in the place of those set aside."""
        with self._run.lock:
            for _limits, spent in self._scopes(hold.part):
                spent.tokens += tokens - hold.tokens

    def remaining_seconds(self, part: str) -> float:
        """Seconds until the nearest time limit; infinite where there is none."""
        with self._run.lock:
            now = self._run.clock()
            left = [
                limits.seconds - (0.0 if spent.began is None else now - spent.began)
                for limits, spent in self._scopes(part)
                if limits.seconds is not None
            ]
        return max(0.0, min(left)) if left else float("inf")

    def spent(self, part: str | None = None) -> Spent:
        """What a part, or without one the report, has spent so far, tokens set aside included."""
        with self._run.lock:
            found = self._report_spent if part is None else self._parts.get(part, Spent())
            return Spent(found.requests, found.tokens, found.began)

    def _scopes(self, part: str) -> tuple[tuple[Limits, Spent], ...]:
        own = self._parts.setdefault(part, Spent())
        return ((self._part, own), (self._report, self._report_spent), (self._run.limits, self._run.spent))

    def _crossed(self, limits: Limits, spent: Spent, tokens: int) -> str:
        if limits.requests is not None and spent.requests + 1 > limits.requests:
            return f"请求 {limits.requests} 次"
        if limits.tokens is not None and spent.tokens + tokens > limits.tokens:
            return f"词元 {limits.tokens} 个"
        if limits.seconds is not None and spent.began is not None and self._run.clock() - spent.began >= limits.seconds:
            return f"用时 {limits.seconds:g} 秒"
        return ""
