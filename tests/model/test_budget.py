"""Limits hold at every moment, for a part, a report and a run, however many threads ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.model.budget import Budget, Hold, Limits, RunBudget
from assistant.drafting.model.faults import retry_after


def held(budget: Budget, part: str, tokens: int) -> Hold:
    hold = budget.hold(part, tokens)
    assert isinstance(hold, Hold)
    return hold


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60), st.integers(0, 60)), max_size=30))
def test_no_limit_is_ever_crossed_by_what_is_set_aside(asked: list[tuple[str, int, int]]) -> None:
    run = RunBudget(Limits(requests=12, tokens=400))
    budget = Budget(Limits(requests=5, tokens=150), Limits(requests=9, tokens=300), run)
    for part, guess, really in asked:
        hold = budget.hold(part, guess)
        if isinstance(hold, Hold):
            assert budget.spent(part).tokens <= 150
            assert budget.spent().tokens <= 300
            budget.settle(hold, min(guess, really))
    assert budget.spent().requests <= 9
    assert all(budget.spent(part).requests <= 5 for part in "abc")


def test_the_limit_that_stops_is_named() -> None:
    budget = Budget(Limits(tokens=100), Limits(requests=1), RunBudget())
    assert "单个部分" in str(budget.hold("a", 101))
    held(budget, "a", 10)
    assert "报告的上限（请求 1 次）" in str(budget.hold("b", 10))


def test_reports_of_a_run_share_its_limits_and_nothing_else() -> None:
    run = RunBudget(Limits(requests=3))
    first, second = (Budget(Limits(), Limits(requests=2), run) for _ in range(2))
    held(first, "a", 1)
    held(first, "a", 1)
    held(second, "a", 1)
    assert "整批" in str(second.hold("a", 1))


def test_time_runs_from_the_first_request_on() -> None:
    now = [0.0]
    budget = Budget(Limits(seconds=10), Limits(seconds=100), RunBudget(clock=lambda: now[0]))
    now[0] = 50
    assert budget.remaining_seconds("a") == 10
    held(budget, "a", 1)
    now[0] = 56
    assert budget.remaining_seconds("a") == 4
    assert budget.remaining_seconds("b") == 10
    now[0] = 61
    assert "10 秒" in str(budget.hold("a", 1))
    held(budget, "b", 1)


def test_threads_together_get_no_more_than_there_is() -> None:
    budget = Budget(Limits(), Limits(requests=25), RunBudget())
    with ThreadPoolExecutor(8) as pool:
        holds = list(pool.map(lambda number: budget.hold(str(number % 5), 1), range(200)))
    assert sum(isinstance(hold, Hold) for hold in holds) == 25


def test_how_long_to_wait_is_read_in_every_form() -> None:
    assert retry_after({"Retry-After": "3"}) == 3
    assert retry_after({"retry-after-ms": "250"}) == 0.25
    assert retry_after({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, now=1792567670.0) == 10
    assert retry_after({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, now=1892567670.0) == 0
    assert retry_after({"Retry-After": "soon"}) is None
    assert retry_after({}) is None
