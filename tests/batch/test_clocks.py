"""Clocks that jump neither let too much through to the model nor keep it waiting, and take nobody for dead."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.batch.database import place_of
from assistant.batch.gate import Gate, GateLimits, _Ticket, reset_gate
from assistant.batch.machine import Watch
from assistant.batch.store import Store

HOUR = 3600.0


class Clock:
    """A clock that moves as it is told."""

    def __init__(self, now: float = 1_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_a_jump_of_the_shared_clock_neither_stops_calls_nor_opens_the_gate(jump: float, tmp_path: Path, home: Path) -> None:
    store = Store(place_of("r"))
    store.prepare()
    wall = Clock()
    gate = Gate(store, "r", "w", GateLimits(at_once=8, requests_a_minute=60.0), wall=wall)
    reset_gate(store, "r", spent=True)
    try:
        gate.enter(10)  # spaced by a second: two at once, as a second's burst is allowed
        gate.enter(10)
        wall.now += jump
        tickets = [_Ticket(10) for _ in range(4)]
        waits = [gate._ask(ticket).wait if not ticket.granted else 0.0 for ticket in tickets]
        assert max(waits) <= 60.0
        assert sum(wait > 0 for wait in waits) >= 1  # the rate holds after the jump, too
        wall.now += 61.0
        gate.enter(10)
    finally:
        store.close()


def test_who_beats_is_never_dead_whatever_the_steady_clock_of_others_says() -> None:
    steady = Clock(0.0)
    watch = Watch(20.0, steady)
    for beat in range(10):
        assert watch.dead({"w": beat}) == set()
        steady.now += 19.0
    steady.now += 2.0
    assert watch.dead({"w": 9}) == {"w"}
