"""The doctor says what the model is, how it answers, and never what the key is."""

from __future__ import annotations

from pathlib import Path

from assistant.drafting.model.examine import model_lines
from assistant.drafting.model.settings import ModelSettings
from tests.model import behaviours as does
from tests.model.material import KEY, settings_for
from tests.model.server import ScriptedServer


def test_a_service_that_answers_is_described_and_asked_once(tmp_path: Path) -> None:
    with ScriptedServer(probe=does.refuses_field("json_schema", does.answer(does.PROBE))) as server:
        first, second = ("\n".join(model_lines(settings_for(server, tmp_path))) for _ in range(2))
        assert len(server.history) == 2
    assert "刚刚探测：按 JSON 作答，逐段接收" in first
    assert "探测于" in second
    assert KEY not in first + second


def test_a_service_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    with ScriptedServer(probe=does.status(401)) as server:
        told = "\n".join(model_lines(settings_for(server, tmp_path)))
    assert "不能使用" in told
    assert "OPENAI_API_KEY" in told


def test_an_office_without_a_model_is_told_what_writes_instead(tmp_path: Path) -> None:
    (line,) = model_lines(ModelSettings(home=tmp_path))
    assert "OPENAI_BASE_URL" in line
    assert "离线写作" in line
