"""The whole way: command line, transport over real HTTP, chain, record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant.cli import main
from tests.corpus.material import COUNTY
from tests.model.author import Author
from tests.model.behaviours import PROBE
from tests.model.server import ScriptedServer

SUBMISSION = COUNTY / "2025" / "gonganju.json"


def answer(body: dict[str, Any]) -> str:
    system, user = body["messages"][0]["content"], body["messages"][-1]["content"]
    return PROBE if user == "JSON" else Author().reply(system, user)


def draft(folder: Path, *options: str) -> Result:
    arguments = ["draft", str(SUBMISSION), "--writer", "model", "-o", str(folder / "out.docx"), "--json", str(folder / "out.json")]
    return CliRunner().invoke(main, [*arguments, "--exit-zero", *options])


def written(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    found.pop("usage")
    return found


@pytest.fixture
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ASSISTANT_MODEL", "m")


@pytest.mark.usefixtures("_home")
def test_a_second_run_is_answered_from_the_record_and_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(author=answer) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        first = draft(tmp_path, "--stages", str(tmp_path / "stages"))
        assert first.exit_code == 0, first.output
        before, asked = written(tmp_path), len(server.history)
        second = draft(tmp_path)
        assert len(server.history) == asked
    assert written(tmp_path) == before
    assert "模型写作" in first.stdout and "请求 0 次" in second.stderr
    assert {sentence["writer"] for part in before["parts"] for p in part["paragraphs"] for sentence in p["sentences"]} >= {"model"}
    assert (tmp_path / "stages" / "4-write.json").exists()


@pytest.mark.usefixtures("_home")
def test_a_service_that_is_not_there_leaves_a_complete_offline_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("ASSISTANT_MODEL_TRIES", "1")
    result = draft(tmp_path)
    assert result.exit_code == 0, result.output
    assert "改由离线写作" in result.stderr
    parts = written(tmp_path)["parts"]
    assert {sentence["writer"] for part in parts for p in part["paragraphs"] for sentence in p["sentences"]} == {"offline"}


@pytest.mark.usefixtures("_home")
def test_without_a_model_the_notice_says_what_to_set(tmp_path: Path) -> None:
    result = draft(tmp_path)
    assert result.exit_code == 0
    assert "全文由离线写作完成" in result.stderr and "OPENAI_BASE_URL" in result.stderr
    assert written(tmp_path)["writer"] == "offline"
