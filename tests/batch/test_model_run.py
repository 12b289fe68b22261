"""Many units written with a model: one budget over all workers, nothing asked twice, the run ends or waits as asked."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from assistant.batch.database import place_of, run_id
from assistant.batch.gate import spent_so_far
from assistant.batch.store import Store
from tests.batch.material import batch, kill_all, started, wait_for, written
from tests.model.author import Author
from tests.model.behaviours import PROBE, scripted_author, status
from tests.model.exchange import Behaviour, Exchange, Seen
from tests.model.server import ScriptedServer


def author(body: dict[str, Any]) -> str:
    system, user = body["messages"][0]["content"], body["messages"][-1]["content"]
    return PROBE if user == "JSON" else Author().reply(system, user)


class Crowd:
    """How many requests were on their way at once, and who was asked what."""

    def __init__(self, latency: float = 0.05) -> None:
        self.latency, self.now, self.most = latency, 0, 0
        self.asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def choose(self, seen: Seen) -> Behaviour:
        def behave(exchange: Exchange) -> None:
            with self._lock:
                self.now += 1
                self.most = max(self.most, self.now)
                self.asked[seen.system + seen.user] += 1
            exchange.wait(self.latency)
            with self._lock:
                self.now -= 1
            scripted_author(author)(exchange)

        return behave


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, home: Path, county: Path) -> Any:
    for path in (*county.glob("weijianju-*"), *county.glob("xianzhengfu-*")):  # two units are enough here
        path.unlink()
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")

    def use(server: ScriptedServer, **settings: str) -> None:
        values = {"OPENAI_BASE_URL": server.url, "ASSISTANT_MODEL": "m", **settings}
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return use


def test_calls_of_all_workers_stay_below_the_limit_and_are_made_once(county: Path, tmp_path: Path, model: Any) -> None:
    crowd = Crowd()
    with ScriptedServer(choose=crowd.choose) as server:
        model(server, ASSISTANT_MODEL_AT_ONCE="3")
        run = batch(county, tmp_path / "out", "--writer", "model")
    assert {unit.state for unit in run.units} == {"done"}
    assert all(unit.sentences.model and not unit.fallback for unit in run.units)
    assert 2 <= crowd.most <= 3
    assert max(crowd.asked.values()) == 1
    assert run.account.calls == crowd.asked.total()


def test_killed_with_a_model_nothing_is_asked_twice_but_what_was_on_its_way(county: Path, tmp_path: Path, model: Any) -> None:
    crowd = Crowd(0.15)
    with ScriptedServer(choose=crowd.choose) as server:
        model(server, ASSISTANT_MODEL_AT_ONCE="4")
        out = tmp_path / "out"
        process = started(county, out, "--writer", "model")
        wait_for(lambda: crowd.asked.total() >= 6)
        kill_all(process)
        time.sleep(0.5)
        before = crowd.asked.total()
        batch(county, out, "--writer", "model")
        again = sum(count - 1 for count in crowd.asked.values())
        assert crowd.asked.total() > before
        batch(county, tmp_path / "whole", "--writer", "model")
    assert again <= 4
    assert max(crowd.asked.values()) <= 2
    assert written(out) == written(tmp_path / "whole")


def test_a_wrong_key_lets_the_offline_writer_finish_and_a_later_run_makes_up_for_it(
    county: Path, tmp_path: Path, model: Any
) -> None:
    refused = threading.Event()
    with ScriptedServer(choose=lambda _seen: scripted_author(author) if refused.is_set() else status(401)) as server:
        model(server)
        run = batch(county, tmp_path / "out", "--writer", "model")
        assert {unit.state for unit in run.units} == {"done"}
        assert all(unit.fallback and not unit.sentences.model for unit in run.units)
        refused.set()
        again = batch(county, tmp_path / "out", "--writer", "model")
        assert all(unit.sentences.model and not unit.fallback for unit in again.units)


def test_a_wrong_key_pauses_the_run_where_that_is_asked(county: Path, tmp_path: Path, model: Any) -> None:
    refused = threading.Event()
    with ScriptedServer(choose=lambda _seen: scripted_author(author) if refused.is_set() else status(401)) as server:
        model(server)
        arguments = ("--writer", "model", "--on-model-failure", "pause")
        run = batch(county, tmp_path / "out", *arguments, code=2)
        assert run.state == "paused"
        assert {unit.state for unit in run.units} == {"waiting"}
        assert "401" in run.message
        refused.set()
        assert {unit.state for unit in batch(county, tmp_path / "out", *arguments).units} == {"done"}


def test_one_retry_after_is_honoured_by_all_workers(county: Path, tmp_path: Path, model: Any) -> None:
    told: list[float] = []
    times: list[float] = []
    lock = threading.Lock()

    def choose(_seen: Seen) -> Behaviour:
        with lock:
            times.append(time.monotonic())
            if len(times) == 6:
                told.append(time.monotonic())
                return status(429, retry_after=2)
        return scripted_author(author, latency=0.05)

    with ScriptedServer(choose=choose) as server:
        model(server, ASSISTANT_MODEL_AT_ONCE="3")
        run = batch(county, tmp_path / "out", "--writer", "model")
    assert {unit.state for unit in run.units} == {"done"}
    assert not [at for at in times if told[0] + 0.6 < at < told[0] + 1.8]  # what had been let in before may still go out


def test_tokens_of_the_whole_run_are_never_passed_not_even_by_starting_again(county: Path, tmp_path: Path, model: Any) -> None:
    out = tmp_path / "out"
    with ScriptedServer(author=author) as server:
        model(server, ASSISTANT_LIMIT_RUN="-,20000,-", ASSISTANT_MODEL_TOKENS="2000")
        run = batch(county, out, "--writer", "model", "--on-model-failure", "pause", code=2)
        assert run.state == "paused"
        assert "20000" in run.message
        # What calls under way had set aside and did not need may serve another call or two after a new start.
        batch(county, out, "--writer", "model", "--on-model-failure", "pause", code=2)
    store = Store(place_of(run_id(out)))
    assert spent_so_far(store, run_id(out))[1] <= 20_000
    store.close()
    assert json.loads((out / "run.json").read_text(encoding="utf-8"))["state"] == "paused"
