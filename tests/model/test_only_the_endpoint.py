"""Only the configured service is contacted, by nobody's detour, and the key stays where it was."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from assistant.drafting.model.client import Connection
from assistant.drafting.model.settings import ModelSettings, model_settings, why_not
from assistant.errors import AssistantError, InputError
from tests.model import behaviours as does
from tests.model.material import GOOD, KEY, PROMPT, Reply, connected, settings_for
from tests.model.server import ScriptedServer


def test_neither_proxies_nor_tracing_nor_gateways_nor_redirects_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer(author=lambda _body: "no") as other:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "OPENAI_PROXY"):
            monkeypatch.setenv(name, other.url.removesuffix("/v1"))
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2", "LANGSMITH_GATEWAY"):
            monkeypatch.setenv(name, "true")
        for name in ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT"):
            monkeypatch.setenv(name, other.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "ls-key")
        monkeypatch.setenv("OPENAI_API_BASE", other.url)
        monkeypatch.setenv("OPENAI_BASE_URL", other.url)
        script = [does.json_answer(GOOD), *[does.redirect(other.url + "/chat/completions")] * 3]
        with ScriptedServer(script) as server, connected(server, tmp_path) as connection:
            client = connection.client("r", cache=False)
            assert client.ask(PROMPT, schema=Reply, part="s1").outcome == "ok"
            assert client.ask(PROMPT, schema=Reply, part="s1").outcome == "not_a_model"
            assert len(server.asked) == 4
        assert other.history == []


def test_the_key_is_sent_to_the_service_and_found_nowhere_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    echo = f"bad request, your key was {KEY}"
    script = [
        does.status(400, echo),
        does.status(400, echo),
        does.answer(f"key {KEY}"),
        does.json_answer({"reply": f"密钥是{KEY}"}),
    ]
    said = []
    with ScriptedServer(script) as server, connected(server, tmp_path) as connection:
        client = connection.client("r", cache=False)
        answers = [client.ask(PROMPT, schema=Reply, part="s1") for _ in range(3)]
        assert {seen.headers["authorization"] for seen in server.history} == {f"Bearer {KEY}"}
        said += [answer.text + answer.reason for answer in answers]
        said += [repr(connection.settings), str(connection.settings.key)]
    assert KEY not in "".join(said) + caplog.text
    assert all(KEY.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_the_record_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    with ScriptedServer() as server, connected(server, tmp_path) as connection:
        assert connection.calls.path.stat().st_mode & 0o077 == 0


def test_user_and_password_in_the_address_are_not_kept(tmp_path: Path) -> None:
    settings = ModelSettings(home=tmp_path, base_url="http://user:geheim@127.0.0.1:9/v1?token=t")
    assert settings.endpoint == "http://127.0.0.1:9/v1"


def test_each_request_is_a_row_that_says_how_it_ended(tmp_path: Path) -> None:
    with ScriptedServer([does.status(500), does.json_answer(GOOD)]) as server, connected(server, tmp_path) as connection:
        connection.client("甲局2025").ask(PROMPT, schema=Reply, part="s1.active")
        path = connection.calls.path
    with sqlite3.connect(path) as db:
        rows = db.execute(
            "SELECT report,part,try,prompt,version,model,served,outcome,input_tokens,output_tokens FROM calls WHERE part<>'probe'"
        ).fetchall()
    db.close()
    assert rows == [
        ("甲局2025", "s1.active", 1, "part", "abc123", "m", "", "unavailable", None, None),
        ("甲局2025", "s1.active", 2, "part", "abc123", "m", "scripted-1", "ok", 100, 50),
    ]


def test_without_a_record_nothing_is_asked(tmp_path: Path) -> None:
    with ScriptedServer(author=lambda _body: "{}") as server, connected(server, tmp_path) as connection:
        connection.dialect()
        connection.calls.close()
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert (answer.outcome, server.asked) == ("unavailable", [])
        assert "调用记录" in answer.reason


def test_a_damaged_record_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "model.sqlite3").write_bytes(b"not a database, not at all" * 100)
    with ScriptedServer() as server, pytest.raises(AssistantError, match="调用记录不能使用"):
        Connection(settings_for(server, tmp_path))


def test_what_is_not_configured_is_named(tmp_path: Path) -> None:
    assert "OPENAI_BASE_URL" in why_not(ModelSettings(home=tmp_path))
    assert "ASSISTANT_MODEL" in why_not(ModelSettings(home=tmp_path, base_url="http://127.0.0.1:1/v1"))


def test_a_missing_package_is_named_with_its_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    assert "pip install" in why_not(ModelSettings(home=tmp_path, base_url="http://127.0.0.1:1/v1", model="m"))


def test_settings_come_from_the_environment_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ASSISTANT_MODEL=文件里的\nASSISTANT_LIMIT_PART=3,-,10\n", encoding="utf-8")
    settings = model_settings({"ASSISTANT_MODEL": "环境里的", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1/"}, tmp_path)
    assert (settings.model, settings.base_url) == ("环境里的", "http://127.0.0.1:1/v1")
    assert (settings.part.requests, settings.part.tokens, settings.part.seconds) == (3, None, 10)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_BASE_URL", "file:///etc/passwd"),
        ("ASSISTANT_LIMIT_RUN", "1,2"),
        ("ASSISTANT_LIMIT_PART", "0,1,1"),
        ("ASSISTANT_MODEL_TRIES", "0"),
        ("ASSISTANT_MODEL_SECONDS", "nan"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=name):
        model_settings({name: value}, tmp_path)
