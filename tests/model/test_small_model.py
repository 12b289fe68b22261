"""A real model that writes nonsense is met with a defined outcome, and every request of it is on record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from assistant.drafting.assemble import draft_report
from assistant.drafting.model.budget import Limits
from assistant.drafting.model.chain import Chain, Task
from assistant.drafting.model.client import Connection
from assistant.drafting.model.settings import ModelSettings
from assistant.drafting.model.types import Outcome, RenderedPrompt
from assistant.form import default_registry
from tests.drafting.material import loose_figures
from tests.model.drafts import county, sentences
from tests.model.material import PROMPT, Reply
from tests.model.small_model import NAME, serving

pytestmark = pytest.mark.small_model


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("weights")) as base_url:
        yield base_url


def test_nonsense_has_a_defined_outcome_and_is_on_record(address: str, tmp_path: Path) -> None:
    connection = Connection(ModelSettings(home=tmp_path, base_url=address, model=NAME, answer_tokens=48, request_seconds=200))
    try:
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert answer.outcome in get_args(Outcome)
        assert answer.outcome not in ("unavailable", "over_budget", "not_a_model")
        assert (answer.data is not None) == answer.usable
        assert answer.calls == connection.calls.totals("r").calls == 1
        assert answer.input_tokens > 0
        assert answer.output_tokens > 0
    finally:
        connection.close()


def test_a_prompt_longer_than_the_model_reads_is_told_at_once(address: str, tmp_path: Path) -> None:
    connection = Connection(ModelSettings(home=tmp_path, base_url=address, model=NAME, answer_tokens=8, request_seconds=200))
    try:
        prompt = RenderedPrompt("p", "1", "规则", "全年公开政府信息若干条。" * 4000)
        answer = connection.client("r").ask(prompt, schema=Reply, part="s1")
        assert (answer.outcome, answer.calls) == ("unavailable", 1)
        assert "长度" in answer.reason
    finally:
        connection.close()


def test_the_whole_chain_comes_out_complete_and_honest(address: str, tmp_path: Path) -> None:
    submission, previous = county("shuiwuju", 2025)
    limits = Limits(requests=1, seconds=12)
    settings = ModelSettings(
        home=tmp_path,
        base_url=address,
        model=NAME,
        answer_tokens=64,
        request_seconds=12,
        tries=1,
        part=limits,
        report=Limits(seconds=35),
    )
    connection = Connection(settings)
    try:
        chain = Chain(Task(submission, default_registry(), previous), connection.client("r"), folder=tmp_path / "stages")
        drafted = chain.run()
    finally:
        connection.close()
    offline = draft_report(submission, default_registry(), previous=previous)
    assert [part.key for part in drafted.draft.parts] == [part.key for part in offline.draft.parts]
    assert {gap.key for gap in drafted.draft.gaps} == {gap.key for gap in offline.draft.gaps}
    assert loose_figures(drafted) == []
    assert [each for each in drafted.draft.findings if each.blocking] == [each for each in offline.draft.findings if each.blocking]
    told = sentences(drafted)
    assert all(each.writer in ("model", "offline") for each in told)
    stands = {each.rendered for each in sentences(offline)}
    assert all(each.rendered in stands for each in told if each.writer == "offline")
    assert any(attempt.reasons for each in told for attempt in each.attempts)
    assert drafted.draft.usage.calls >= 1
