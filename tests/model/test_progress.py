"""Whoever waits for a draft is told how it gets on, and can stop it without losing what is written."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from assistant.drafting.assemble import draft_report
from assistant.drafting.model.chain import Chain, Task
from assistant.drafting.model.progress import STAGES, Progress
from assistant.drafting.model.writer import PLAIN_PARTS
from assistant.form import default_registry
from tests.model.author import Author
from tests.model.drafts import county, sentences
from tests.model.material import PROMPT, Clock, Reply, connected
from tests.model.server import ScriptedServer


def task(unit: str = "gonganju") -> Task:
    submission, previous = county(unit, 2025)
    return Task(submission, default_registry(), previous)


def test_steps_come_in_order_and_tell_each_part_and_what_stands() -> None:
    told: list[Progress] = []
    drafted = Chain(task(), Author(), tell=told.append).run()
    whole = [step for step in told if not step.part]
    assert [step.stage for step in whole] == ["facts", "facts", "retrieve", "retrieve", "brief", "draft"]
    for part in drafted.draft.parts:
        own = [step for step in told if step.part == part.key]
        assert bool(own) == (part.key not in PLAIN_PARTS)
        places = [STAGES.index(step.stage) for step in own if step.stage in ("write", "draft")]
        assert places == sorted(places)
        assert [step for step in own if step.stage == "draft"] == own[-1:]
    last = whole[-1]
    assert last.done and 0 < last.settled <= last.points == next(step.points for step in told if step.stage == "brief")
    assert last.settled == sum(step.settled for step in told if step.part and step.stage == "draft")


class StopsAfter(Author):
    """Sets the event once it has answered so many questions."""

    def __init__(self, calls: int, stop: threading.Event) -> None:
        super().__init__()
        self.calls, self.stop = calls, stop

    def ask(self, prompt: Any, **options: Any) -> Any:
        answer = super().ask(prompt, **options)
        if len(self.history) >= self.calls:
            self.stop.set()
        return answer


@pytest.mark.parametrize("calls", [0, 1, 3])
def test_a_wish_to_stop_leaves_a_complete_draft_with_what_was_written(calls: int) -> None:
    stop = threading.Event()
    if not calls:
        stop.set()
    author = StopsAfter(calls, stop)
    chain = Chain(task(), author, cancel=stop)
    drafted = chain.run()
    given = task()
    offline = draft_report(given.submission, given.registry, previous=given.previous)
    assert chain.cancelled
    assert [part.key for part in drafted.draft.parts] == [part.key for part in offline.draft.parts]
    assert {gap.key for gap in drafted.draft.gaps} == {gap.key for gap in offline.draft.gaps}
    writers = {each.writer for each in sentences(drafted)}
    assert ("model" in writers) == (calls > 0) and "offline" in writers
    assert any("停止" in reason for each in sentences(drafted) for attempt in each.attempts for reason in attempt.reasons)
    if not calls:
        assert author.history == []


def test_a_stop_is_heard_between_the_repeats_of_one_question(tmp_path: Path) -> None:
    stop = threading.Event()

    class Waits(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            stop.set()
            return True

        def is_set(self) -> bool:
            return stop.is_set()

    with ScriptedServer() as server, connected(server, tmp_path, Clock()) as connection:
        connection.dialect()
        before = len(server.history)
        answer = connection.client("r", cancel=Waits()).ask(PROMPT, schema=Reply, part="s1")
        assert answer.outcome == "cancelled" and not answer.usable
        assert len(server.history) - before == 1
