"""One gate before the model for all workers of a run: calls at once, requests and tokens a minute, tokens in all, shared pauses.

The counts stand in the run's database. A call takes one transaction: the end of one call lets the next of the same worker in,
unless another worker has fewer than its share. No clock of another machine is trusted: a pause is told as a number and its
seconds, and each worker waits them by its own steady clock.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from assistant.batch.database import patiently
from assistant.batch.store import GATE, PERMITS, Store
from assistant.drafting.model.faults import Busy, ModelFault, NotAllowed, ServerFailed, TimedOut, Unreachable
from assistant.drafting.model.types import Outcome

_POLL, _LONGEST_POLL = 0.02, 0.5
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_BURST_SECONDS = 1.0


@dataclass(frozen=True)
class GateLimits:
    """What a run may ask of the model; None is no limit.

    Attributes:
        at_once: calls on their way at the same time, over all workers.
        requests_a_minute, tokens_a_minute: of all workers together.
        requests, tokens: in the whole run, restarts included.
        patience: seconds of waiting for a service that fails before the run gives it up.
    """

    at_once: int = 4
    requests_a_minute: float | None = None
    tokens_a_minute: float | None = None
    requests: int | None = None
    tokens: int | None = None
    patience: float = 300.0

    @property
    def failures(self) -> int:
        """Failures in a row, over all workers, that make the run pause: single failures of a busy service do not."""
        return max(3, self.at_once // 2)


class Spent(ModelFault):
    """The run's budget is used up."""

    everywhere = True
    outcome: Outcome = "over_budget"


class GivenUp(NotAllowed):
    """The run no longer asks."""


@dataclass(eq=False)
class _Ticket:
    """A call that waits; its own bell, for a worker has dozens and one goes in at a time."""

    tokens: int
    bell: threading.Condition = field(default_factory=threading.Condition)
    granted: bool = False


@dataclass
class _Seen:
    """What the gate's row said last."""

    pauses: int = 0
    until: float = 0.0
    closed: str = ""


@dataclass(frozen=True)
class _Answer:
    """What asking for a permit gave: let in, wait so many seconds, or closed."""

    granted: bool = False
    wait: float = _POLL


@dataclass
class Gate:
    """One worker's side of the gate. Shared between threads.

    Attributes:
        store: the run's database.
        run: the run's id.
        worker: this worker's id.
        limits: those of the whole run, equal for all workers.
        clock: steady seconds.
        wall: seconds of the clock that workers share; it may jump.
    """

    store: Store
    run: str
    worker: str
    limits: GateLimits = field(default_factory=GateLimits)
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        self._change = threading.Lock()
        self._queue: deque[_Ticket] = deque()
        self._seen = _Seen()

        def begin() -> None:
            with self.store.engine.begin() as link:
                made = self.store.insert(GATE).values(run=self.run)
                link.execute(made.on_conflict_do_nothing())
                fresh = self.store.insert(PERMITS).values(run=self.run, worker=self.worker, held=0, waiting=0)
                link.execute(fresh.on_conflict_do_update(index_elements=["run", "worker"], set_={"held": 0, "waiting": 0}))

        patiently(begin)

    def enter(self, tokens: int) -> None:
        """Wait until a call may be made; ``tokens`` are set aside for it.

        Raises:
            Spent, GivenUp: no more calls are made in this run.
        """
        ticket = _Ticket(tokens, threading.Condition(self._change))
        with self._change:
            self._queue.append(ticket)
        pause = _POLL
        while True:
            with self._change:
                if ticket.granted:
                    return
                if self._queue[0] is not ticket:
                    ticket.bell.wait(_LONGEST_POLL)
                    continue
            try:
                answer = patiently(lambda: self._ask(ticket))
            except BaseException:
                if self._left(ticket):
                    return
                raise
            if answer.granted:
                if self._left(ticket):
                    patiently(lambda: self._give_back(tokens))
                return
            pause = min(max(pause * 1.3, _POLL), 0.1)
            with self._change:
                if not ticket.granted:
                    ticket.bell.wait(min(max(answer.wait, pause), _LONGEST_POLL))

    def leave(self, held: int, used: int, fault: ModelFault | None = None) -> None:
        """Say that a call has ended.

        Args:
            held: tokens that were set aside for it.
            used: tokens it took.
            fault: why it got no answer.
        """
        with self._change:
            waiting = self._queue[0] if self._queue else None
        if waiting is not None and patiently(lambda: self._end(held, used, fault, waiting)):
            with self._change:
                # The head can only have left by its own success meanwhile; then its permit is one too many and goes back.
                if self._queue and self._queue[0] is waiting:
                    self._queue.popleft()
                    waiting.granted = True
                    waiting.bell.notify()
                    self._ring()
                    return
            patiently(lambda: self._give_back(waiting.tokens))
        elif waiting is None:
            patiently(lambda: self._end(held, used, fault, None))
        with self._change:
            self._ring()

    def close(self, why: str) -> None:
        """Ask no more in this run."""

        def close() -> None:
            with self.store.engine.begin() as link:
                link.execute(sa.update(GATE).where(GATE.c.run == self.run, GATE.c.closed == "").values(closed=why[:400]))

        patiently(close)
        self._seen.closed = self._seen.closed or why

    @property
    def closed(self) -> str:
        """Why nothing is asked any more, as far as this worker knows; empty while it is."""
        return self._seen.closed

    def _left(self, ticket: _Ticket) -> bool:
        """Take a ticket out of the queue; whether a call that ended had let it in meanwhile."""
        with self._change:
            if not ticket.granted:
                self._queue.remove(ticket)
            self._ring()
            return ticket.granted

    def _ring(self) -> None:
        """Tell the first in the queue that it may look again; the lock is held."""
        if self._queue:
            self._queue[0].bell.notify()

    def _row(self, link: sa.Connection) -> Any:
        return link.execute(sa.select(GATE).where(GATE.c.run == self.run).with_for_update()).one()

    def _permits(self, link: sa.Connection) -> dict[str, Any]:
        rows = link.execute(sa.select(PERMITS).where(PERMITS.c.run == self.run))
        return {row.worker: row for row in rows}

    def _ask(self, ticket: _Ticket) -> _Answer:
        with self.store.engine.begin() as link:
            _locked(link)
            row, permits = self._row(link), self._permits(link)
            self._look(row)
            answer = self._may(row, sum(each.held for each in permits.values()), ticket.tokens)
            mine = permits.get(self.worker)
            held, waiting = (mine.held, mine.waiting) if mine is not None else (0, 0)
            if answer.granted:
                self._take(link, row, ticket.tokens)
                self._set(link, held + 1, 0)
            elif not waiting:
                self._set(link, held, 1)
            return answer

    def _end(self, held_tokens: int, used: int, fault: ModelFault | None, following: _Ticket | None) -> bool:
        """End one call; True if ``following`` was let in with its permit."""
        with self.store.engine.begin() as link:
            _locked(link)
            changed: dict[str, Any] = {"tokens": GATE.c.tokens + (used - held_tokens)}
            row = self._row(link)
            changed |= self._judged(row, fault)
            link.execute(sa.update(GATE).where(GATE.c.run == self.run).values(changed))
            row, permits = self._row(link), self._permits(link)
            self._look(row)
            mine = permits.get(self.worker)
            held = max(0, (mine.held if mine is not None else 1) - 1)
            self._set(link, held, 0)
            if following is None or self._owed(permits, held):
                return False
            others = sum(each.held for worker, each in permits.items() if worker != self.worker)
            try:
                answer = self._may(row, others + held, following.tokens)
            except ModelFault:
                return False
            if answer.granted:
                self._take(link, row, following.tokens)
                self._set(link, held + 1, 0)
            return answer.granted

    def _give_back(self, tokens: int) -> None:
        with self.store.engine.begin() as link:
            _locked(link)
            mine = self._permits(link).get(self.worker)
            self._set(link, max(0, (mine.held if mine is not None else 1) - 1), 0)
            link.execute(
                sa.update(GATE).where(GATE.c.run == self.run).values(tokens=GATE.c.tokens - tokens, requests=GATE.c.requests - 1)
            )

    def _owed(self, permits: dict[str, Any], held: int) -> bool:
        """Whether another worker waits with less than its share while this one has more than its own."""
        share = self.limits.at_once / max(1, len(permits))
        needy = any(each.waiting and each.held < share for worker, each in permits.items() if worker != self.worker)
        return needy and held >= share

    def _set(self, link: sa.Connection, held: int, waiting: int) -> None:
        made = self.store.insert(PERMITS).values(run=self.run, worker=self.worker, held=held, waiting=waiting)
        link.execute(made.on_conflict_do_update(index_elements=["run", "worker"], set_={"held": held, "waiting": waiting}))

    def _look(self, row: Any) -> None:
        if row.pauses != self._seen.pauses:
            self._seen.pauses, self._seen.until = row.pauses, self.clock() + row.pause
        self._seen.closed = row.closed

    def _may(self, row: Any, held: int, tokens: int) -> _Answer:
        limits = self.limits
        if row.closed:
            raise GivenUp(row.closed)
        if limits.requests is not None and row.requests + 1 > limits.requests:
            raise Spent(f"达到整批的上限（请求 {limits.requests} 次）", remedy=_SAVED)
        if limits.tokens is not None and row.tokens + tokens > limits.tokens:
            raise Spent(f"达到整批的上限（词元 {limits.tokens} 个）", remedy=_SAVED)
        left = self._seen.until - self.clock()
        if left > 0:
            return _Answer(wait=left)
        if held >= (1 if row.failures >= limits.failures else limits.at_once):
            return _Answer()
        now = self.wall()
        wait = max(_ahead(row.next_request, now), _ahead(row.next_token, now))
        return _Answer(granted=wait <= 0, wait=wait)

    def _take(self, link: sa.Connection, row: Any, tokens: int) -> None:
        values: dict[str, Any] = {"requests": GATE.c.requests + 1, "tokens": GATE.c.tokens + tokens}
        now = self.wall()
        if self.limits.requests_a_minute:
            values["next_request"] = max(_sane(row.next_request, now), now - _BURST_SECONDS) + 60.0 / self.limits.requests_a_minute
        if self.limits.tokens_a_minute:
            spacing = tokens * 60.0 / self.limits.tokens_a_minute
            values["next_token"] = max(_sane(row.next_token, now), now - _BURST_SECONDS) + spacing
        link.execute(sa.update(GATE).where(GATE.c.run == self.run).values(values))

    def _judged(self, row: Any, fault: ModelFault | None) -> dict[str, Any]:
        """What the end of a call changes for all: an answer ends the trouble, failures in a row lead to pauses."""
        if fault is None:
            return {"failures": 0, "waited": 0.0} if row.failures or row.waited else {}
        if not isinstance(fault, Busy | ServerFailed | TimedOut | Unreachable):
            return {}
        if isinstance(fault, Busy) and fault.wait is not None:
            return {"pauses": row.pauses + 1, "pause": min(fault.wait, 3600.0)}
        failures = row.failures + 1
        changed: dict[str, Any] = {"failures": failures}
        if failures >= self.limits.failures and self._seen.until <= self.clock():
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(10, max(0, failures - self.limits.failures)))
            changed |= {"pauses": row.pauses + 1, "pause": pause, "waited": row.waited + pause}
            if row.waited + pause > self.limits.patience:
                changed["closed"] = f"{fault.message.rstrip('。')}，等了约 {row.waited:.0f} 秒没有恢复"
        return changed


_SAVED = "已写成的都已保存，放宽上限后再运行一次会接着做"


def _locked(link: sa.Connection) -> None:
    """Take the write lock at once: on SQLite a transaction that begins by reading would be refused when it comes to write."""
    if link.dialect.name == "sqlite":
        link.exec_driver_sql("BEGIN IMMEDIATE")


def _ahead(moment: float, now: float) -> float:
    return _sane(moment, now) - now


def _sane(moment: float, now: float) -> float:
    """A moment to wait for; one further off than a minute is a clock that jumped."""
    return moment if moment <= now + 60.0 else now


def reset_gate(store: Store, run: str, *, spent: bool) -> None:
    """Open the gate for a new start of the run; ``spent`` also forgets what was spent."""
    values: dict[str, Any] = {"failures": 0, "pause": 0.0, "waited": 0.0, "closed": "", "next_request": 0.0, "next_token": 0.0}
    if spent:
        values |= {"requests": 0, "tokens": 0}

    def reset() -> None:
        with store.engine.begin() as link:
            link.execute(sa.delete(PERMITS).where(PERMITS.c.run == run))
            link.execute(sa.update(GATE).where(GATE.c.run == run).values(values))

    patiently(reset)


def spent_so_far(store: Store, run: str) -> tuple[int, int, str]:
    """Requests and tokens of the run so far, those set aside included, and why the gate is closed."""

    def read() -> tuple[int, int, str]:
        with store.engine.connect() as link:
            row = link.execute(sa.select(GATE).where(GATE.c.run == run)).one_or_none()
            return (int(row.requests), int(row.tokens), str(row.closed)) if row is not None else (0, 0, "")

    return patiently(read)
