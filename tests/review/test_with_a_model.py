"""Drafting and rewording with a model service that answers, or dies in the middle: nothing is lost, nothing leaks into the text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.review import drafts, suggestions
from assistant.review.reading import open_draft
from tests.model.author import Author
from tests.model.behaviours import status
from tests.model.server import ScriptedServer
from tests.review.desk_material import YEAR, Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "home") as found:
        yield found


def configured(monkeypatch: pytest.MonkeyPatch, server: ScriptedServer, home: Path) -> None:
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    values = {"OPENAI_BASE_URL": server.url, "ASSISTANT_MODEL": "m", "OPENAI_API_KEY": "k", "ASSISTANT_HOME": str(home)}
    for name, value in {**values, "ASSISTANT_MODEL_TRIES": "1"}.items():
        monkeypatch.setenv(name, value)


def test_a_service_that_dies_leaves_a_complete_draft(desk: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with ScriptedServer([status(500)] * 200) as server:
        configured(monkeypatch, server, tmp_path / "model")
        job = drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR, writer="model")
        desk.jobs.wait(job.id, 120)
        found = desk.jobs.job(desk.drafter, job.id)
        assert found.state == "done" and "离线写作" in found.message and found.done == found.total
        assert found.draft_id is not None
        view = open_draft(desk.record, desk.drafter, found.draft_id)
        seen = [each for each in view.paragraphs() if each.part == "s1.request"][1]
        asked = suggestions.ask_suggestions(desk.record, desk.drafter, seen.id, "更简洁")
    texts = [each.text for each in view.paragraphs()] + [each.text for each in asked.suggestions]
    assert not any("500" in text or "error" in text.lower() for text in texts)
    assert asked.message


def test_a_service_that_answers_writes_and_rewords(desk: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with ScriptedServer(author=Author().answer) as server:
        configured(monkeypatch, server, tmp_path / "model")
        assert drafts.plan(desk.record, desk.drafter, desk.unit, YEAR).model_available
        job = drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR, writer="model")
        desk.jobs.wait(job.id, 120)
        found = desk.jobs.job(desk.drafter, job.id)
        assert found.state == "done" and found.draft_id is not None and found.done == found.total, found
        view = open_draft(desk.record, desk.drafter, found.draft_id)
        writers = {sentence.writer for each in view.paragraphs() for sentence in each.sentences}
        assert view.writer == "model" and "model" in writers
        asked = len(server.history)
        again = drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR, writer="model")
        desk.jobs.wait(again.id, 120)
        assert desk.jobs.job(desk.drafter, again.id).state == "done"
        assert len(server.history) == asked, "answers are on record and not asked for again"
