"""What a service understands is found out once, from the strictest form down, and kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.drafting.model.endpoint import Dialect
from tests.model import behaviours as does
from tests.model.exchange import Behaviour, Exchange
from tests.model.material import GOOD, PROMPT, Reply, connected
from tests.model.server import ScriptedServer

OK = does.answer(does.PROBE)
TEXT_ONLY = does.refuses_field("json_schema", does.refuses_field("json_object", does.answer("好的")))
KNOWN: dict[str, tuple[Behaviour, Dialect]] = {
    "everything": (OK, Dialect()),
    "no schema": (does.refuses_field("json_schema", OK), Dialect(mode="json_object")),
    "no JSON mode": (TEXT_ONLY, Dialect(mode="text")),
    "schema ignored": (does.answer("好的，没问题"), Dialect(mode="text")),
    "no stream": (does.refuses_field("stream", OK), Dialect(stream=False)),
    "stream ignored": (does.never_streams(does.PROBE), Dialect(stream=False)),
    "newer token limit only": (does.refuses_field("max_tokens", OK), Dialect(tokens="max_completion_tokens")),
    "older token limit only": (does.refuses_field("max_completion_tokens", OK), Dialect(tokens="max_tokens")),
    "fails on schemas": (does.refuses_field("json_schema", OK), Dialect(mode="json_object")),
    "thinks first": (does.thinking(does.PROBE), Dialect()),
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_a_service_understands_is_found(name: str, tmp_path: Path) -> None:
    behaviour, dialect = KNOWN[name]
    with ScriptedServer([does.json_answer(GOOD)], probe=behaviour) as server, connected(server, tmp_path) as connection:
        assert connection.dialect() == dialect
        assert connection.client("r").ask(PROMPT, schema=Reply, part="s1").outcome == "ok"


def test_a_fixed_temperature_is_respected(tmp_path: Path) -> None:
    def behave(exchange: Exchange) -> None:
        refused = "temperature" in exchange.seen.body
        (does.status(400, "'temperature' does not support 0 with this model") if refused else OK)(exchange)

    with ScriptedServer([does.json_answer(GOOD)], probe=behave) as server, connected(server, tmp_path) as connection:
        assert connection.dialect() == Dialect(temperature=False)
        connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert "temperature" not in server.asked[0].body


def test_it_is_asked_once_and_remembered_by_later_runs(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        for _run in range(2):
            with connected(server, tmp_path) as connection:
                connection.dialect()
                connection.dialect()
        assert len(server.history) == 1
        with connected(server, tmp_path, model="another") as connection:
            connection.dialect()
        assert len(server.history) == 2


def test_nothing_is_remembered_of_a_service_that_gave_no_answer(tmp_path: Path) -> None:
    with ScriptedServer(probe=does.status(503)) as server, connected(server, tmp_path, tries=1) as connection:
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert (answer.outcome, answer.calls) == ("unavailable", 0)
        assert connection.calls.dialect(connection.settings.endpoint, "m") is None


def test_a_service_that_changed_is_asked_anew(tmp_path: Path) -> None:
    with ScriptedServer() as server, connected(server, tmp_path) as connection:
        connection.dialect()
        server._probe = does.refuses_field("json_schema", OK)
        server.script.append(does.refuses_field("json_schema", does.status(500)))
        server.script.append(does.json_answer(GOOD))
        assert connection.client("r").ask(PROMPT, schema=Reply, part="s1").outcome == "ok"
        assert connection.dialect() == Dialect(mode="json_object")


def test_the_schema_is_told_in_words_where_it_cannot_be_sent(tmp_path: Path) -> None:
    with (
        ScriptedServer([does.json_answer(GOOD)], probe=does.refuses_field("json_schema", OK)) as server,
        connected(server, tmp_path) as connection,
    ):
        connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert '"reply"' in server.asked[0].system
        assert server.asked[0].user == PROMPT.user
