"""Whatever a service does, asking it has one defined outcome and never raises."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from assistant.drafting.model.breaker import Breaker
from assistant.drafting.model.budget import Limits
from assistant.drafting.model.faults import NotAllowed
from assistant.drafting.model.types import RenderedPrompt
from tests.model import behaviours as does
from tests.model.exchange import Behaviour, Exchange
from tests.model.material import GOOD, KEY, PROMPT, SENTENCE, Clock, Reply, connected
from tests.model.server import ScriptedServer

TEXT = '{"reply": "' + SENTENCE + '"}'
ANSWERS: dict[str, tuple[Behaviour, str]] = {
    "plain": (does.json_answer(GOOD), "ok"),
    "thinking in tags": (does.thinking(TEXT), "ok"),
    "thinking without its first tag": (does.thinking(TEXT, opened=False), "ok"),
    "thinking in a field": (does.reasoning_field(TEXT), "ok"),
    "code fence": (does.fenced(TEXT), "ok"),
    "trailing commas": (does.trailing_commas(GOOD), "ok"),
    "no usage told": (does.json_answer(GOOD, usage=None), "ok"),
    "thinking that never ends": (does.thinking(TEXT, closed=False), "empty"),
    "half of the JSON": (does.half_json(GOOD), "unparsable"),
    "an object of another form": (does.json_answer({"text": "好"}), "unparsable"),
    "no JSON": (does.answer("全年新收政府信息公开申请若干件。"), "unparsable"),
    "cut at the token limit": (does.truncated(GOOD), "truncated"),
    "refusal in its field": (does.refusal(), "refused"),
    "refusal in words": (does.refusal_in_words(), "refused"),
    "refusal inside the JSON": (does.json_answer({"reply": "作为一个人工智能，我无法撰写公文。"}), "refused"),
    "content filter": (does.answer("", finish="content_filter"), "refused"),
    "empty": (does.empty(), "empty"),
    "null": (does.null_content(), "empty"),
    "endless repetition": (does.repeating(), "repetition"),
    "English": (does.json_answer({"reply": "The bureau received many applications in 2025."}), "wrong_language"),
    "traditional characters": (does.json_answer({"reply": "全年新收政府資訊公開申請，均依法辦結並答復。"}), "wrong_language"),
    "prompt too long": (does.status(400, "the request exceeds the available context size"), "unavailable"),
}
REFUSALS: dict[str, tuple[Behaviour, str]] = {
    "login page": (does.login_page(), "not_a_model"),
    "login page that claims to be a stream": (does.login_page_called_json(), "not_a_model"),
    "redirect": (does.redirect("http://127.0.0.1:9/"), "not_a_model"),
    "wrong key": (does.status(401, f"Incorrect API key provided: {KEY}"), "unavailable"),
    "no money": (does.status(429, "余额不足", error_code="insufficient_quota"), "unavailable"),
    "unknown model": (does.status(404), "unavailable"),
}
FAULTS: dict[str, Behaviour] = {
    "busy": does.status(429, retry_after=0),
    "failed": does.status(500),
    "unavailable": does.status(503, retry_after=0.01),
    "reset": does.reset(),
    "cut": does.cut(),
    "cut by reset": does.cut(by_reset=True),
    "error in the stream": does.error_event(),
    "no choices": does.no_choices(),
    "stalled": does.stalled(),
    "dripping": does.dripping(),
    "silent": does.silent(),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_has_its_outcome_after_one_request(name: str, tmp_path: Path) -> None:
    behaviour, outcome = ANSWERS[name]
    with ScriptedServer([behaviour]) as server, connected(server, tmp_path) as connection:
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert (answer.outcome, answer.calls, len(server.asked)) == (outcome, 1, 1)
        assert answer.data == (Reply(**GOOD) if outcome == "ok" else None)
        assert bool(answer.reason) == (outcome != "ok")
        assert connection.calls.totals("r").calls == 1


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_that_stays_has_its_outcome_after_three_requests(name: str, tmp_path: Path) -> None:
    behaviour, outcome = REFUSALS[name]
    with ScriptedServer([behaviour] * 9) as server, connected(server, tmp_path) as connection:
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert (answer.outcome, answer.calls, len(server.asked), answer.data) == (outcome, 3, 3, None)
        assert answer.reason


@pytest.mark.parametrize("name", [*ANSWERS, *REFUSALS])
def test_the_outcome_is_the_same_without_streaming(name: str, tmp_path: Path) -> None:
    behaviour, outcome = (ANSWERS | REFUSALS)[name]
    probe = does.refuses_field("stream", does.answer(does.PROBE))
    if name == "login page that claims to be a stream":
        pytest.skip("there is no stream to claim")
    with ScriptedServer([behaviour] * 3, probe=probe) as server, connected(server, tmp_path) as connection:
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert (answer.outcome, len(server.asked)) == (outcome, 3 if name in REFUSALS else 1)
        assert not server.asked[0].body.get("stream")


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_passes_is_met_by_asking_again(name: str, tmp_path: Path) -> None:
    patience = 1.5 if name in ("stalled", "dripping", "silent") else 20.0
    with (
        ScriptedServer([FAULTS[name], does.json_answer(GOOD)]) as server,
        connected(server, tmp_path, request_seconds=patience) as connection,
    ):
        connection.dialect()
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert (answer.outcome, answer.calls, answer.data) == ("ok", 2, Reply(**GOOD))


@pytest.mark.parametrize("name", ["busy", "failed", "reset", "cut", "error in the stream", "no choices"])
def test_a_fault_that_stays_ends_after_the_tries(name: str, tmp_path: Path) -> None:
    with ScriptedServer([FAULTS[name]] * 9) as server, connected(server, tmp_path, tries=3) as connection:
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert (answer.outcome, answer.calls, len(server.asked)) == ("unavailable", 3, 3)
        assert answer.reason and "Traceback" not in answer.reason


def test_pauses_grow_and_follow_what_the_service_asks(tmp_path: Path) -> None:
    script = [does.status(500), does.status(429, retry_after=7), does.status(503), does.json_answer(GOOD)]
    clock = Clock()
    with ScriptedServer(script) as server, connected(server, tmp_path, clock) as connection:
        assert connection.client("r").ask(PROMPT, schema=Reply, part="s1").outcome == "ok"
    first, second, third = clock.waits
    assert 0.25 <= first <= 0.5
    assert second == 7
    assert 1 <= third <= 2


def test_a_wait_longer_than_the_part_may_take_is_not_begun(tmp_path: Path) -> None:
    clock = Clock()
    with (
        ScriptedServer([does.status(429, retry_after=3600)]) as server,
        connected(server, tmp_path, clock, part=Limits(seconds=30)) as connection,
    ):
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert (answer.outcome, answer.calls, clock.waits) == ("unavailable", 1, [])
        assert "3600" in answer.reason


def test_a_service_that_drips_is_given_up_at_the_time_limit(tmp_path: Path) -> None:
    script = [does.dripping(), does.stalled(), does.silent(), does.dripping()]
    with ScriptedServer(script) as server, connected(server, tmp_path, part=Limits(seconds=1.5)) as connection:
        connection.dialect()
        started = time.monotonic()
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert answer.outcome in ("unavailable", "over_budget")
        assert time.monotonic() - started < 4


def test_an_endless_answer_is_broken_off_before_its_end(tmp_path: Path) -> None:
    with ScriptedServer([does.repeating(times=200_000)]) as server, connected(server, tmp_path) as connection:
        started = time.monotonic()
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert answer.outcome == "repetition"
        assert time.monotonic() - started < 5
        assert len(answer.text) < 5000


def test_an_identical_question_is_answered_from_the_record_also_by_a_later_run(tmp_path: Path) -> None:
    with ScriptedServer([does.json_answer(GOOD)] * 3) as server:
        with connected(server, tmp_path) as connection:
            first = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        with connected(server, tmp_path) as connection:
            again = connection.client("another").ask(PROMPT, schema=Reply, part="s2")
            assert (again.outcome, again.calls, again.input_tokens, again.output_tokens) == ("cached", 0, 0, 0)
            assert (again.data, again.text) == (first.data, first.text)
            assert len(server.history) == 2
            other = connection.client("r", cache=False).ask(PROMPT, schema=Reply, part="s1")
            assert (other.outcome, len(server.asked)) == ("ok", 2)


def test_another_question_is_not_answered_from_the_record(tmp_path: Path) -> None:
    with ScriptedServer([does.json_answer(GOOD)] * 3) as server, connected(server, tmp_path) as connection:
        client = connection.client("r")
        client.ask(PROMPT, schema=Reply, part="s1")
        changed = RenderedPrompt(PROMPT.name, PROMPT.version, PROMPT.system, PROMPT.user + "！")
        assert client.ask(changed, schema=Reply, part="s1").outcome == "ok"
        assert client.ask(PROMPT, schema=Reply, part="s1", temperature=0.7).outcome == "ok"


def test_an_unusable_answer_is_never_given_from_the_record(tmp_path: Path) -> None:
    with ScriptedServer([does.half_json(GOOD), does.json_answer(GOOD)]) as server, connected(server, tmp_path) as connection:
        client = connection.client("r")
        assert client.ask(PROMPT, schema=Reply, part="s1").outcome == "unparsable"
        assert client.ask(PROMPT, schema=Reply, part="s1").outcome == "ok"


def test_limits_of_a_part_stop_that_part_only_and_what_was_done_is_kept(tmp_path: Path) -> None:
    limits = Limits(requests=2)
    prompts = [RenderedPrompt("p", "1", "规则", f"第{number}问") for number in range(4)]
    with ScriptedServer(author=lambda _body: TEXT) as server:
        with connected(server, tmp_path, part=limits) as connection:
            client = connection.client("r")
            outcomes = [client.ask(prompt, schema=Reply, part="s1").outcome for prompt in prompts]
            assert outcomes == ["ok", "ok", "over_budget", "over_budget"]
            assert client.ask(prompts[3], schema=Reply, part="s2").outcome == "ok"
        with connected(server, tmp_path, part=limits) as connection:
            client = connection.client("r")
            assert [client.ask(prompt, schema=Reply, part="s1").outcome for prompt in prompts] == [
                "cached",
                "cached",
                "ok",
                "cached",
            ]


def test_a_dead_service_costs_a_few_requests_not_a_few_for_every_part(tmp_path: Path) -> None:
    with ScriptedServer([does.status(500)] * 99) as server, connected(server, tmp_path, tries=2) as connection:
        client = connection.client("r")
        outcomes = {client.ask(PROMPT, schema=Reply, part=f"s{number}").outcome for number in range(12)}
        assert outcomes == {"unavailable"}
        assert len(server.asked) == 6


def test_a_refused_key_is_told_once_and_not_tried_on_every_part(tmp_path: Path) -> None:
    with ScriptedServer([does.status(401)] * 99) as server, connected(server, tmp_path) as connection:
        client = connection.client("r")
        reasons = {client.ask(PROMPT, schema=Reply, part=f"s{number}").reason for number in range(5)}
        assert len(reasons) == 1
        assert len(server.asked) == 3


@pytest.mark.parametrize("stray", [does.login_page(), does.status(401), does.status(404)])
def test_a_stray_refusal_costs_one_request_and_not_the_rest_of_the_connection(tmp_path: Path, stray: Behaviour) -> None:
    script = [does.json_answer(GOOD), stray, does.json_answer(GOOD), stray]
    with ScriptedServer(script, author=lambda _body: TEXT) as server, connected(server, tmp_path) as connection:
        client = connection.client("r", cache=False)
        assert [client.ask(PROMPT, schema=Reply, part=f"s{number}").outcome for number in range(3)] == ["ok"] * 3


def test_refusals_met_side_by_side_count_once(tmp_path: Path) -> None:
    meeting = Barrier(6)

    def together(exchange: Exchange) -> None:
        meeting.wait(20)
        does.login_page()(exchange)

    with ScriptedServer([together] * 6, author=lambda _body: TEXT) as server, connected(server, tmp_path) as connection:
        client = connection.client("r", cache=False)
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda number: client.ask(PROMPT, schema=Reply, part=f"s{number}"), range(6)))
        assert [answer.outcome for answer in answers] == ["ok"] * 6


def test_a_service_that_turned_us_away_is_tried_again_by_one_request_after_a_pause() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(3):
        assert breaker.open() is None
        breaker.failed(NotAllowed("密钥不对"), began=breaker.moment)
    assert breaker.admit() is not None
    now[0] = 61
    assert breaker.admit() is None
    assert breaker.admit() is not None
    breaker.failed(NotAllowed("密钥不对"), began=breaker.moment)
    now[0] = 61 + 119
    assert breaker.admit() is not None
    now[0] = 61 + 121
    assert breaker.admit() is None
    breaker.answered()
    assert [breaker.admit(), breaker.admit()] == [None, None]


def test_nobody_listening_is_an_outcome(tmp_path: Path) -> None:
    with ScriptedServer() as server:
        pass
    with connected(server, tmp_path) as connection:
        answer = connection.client("r").ask(PROMPT, schema=Reply, part="s1")
        assert (answer.outcome, answer.data) == ("unavailable", None)


def test_parts_asked_at_once_wait_for_the_service_not_for_each_other(tmp_path: Path) -> None:
    author = does.scripted_author(lambda body: TEXT, latency=0.3)
    with ScriptedServer([author] * 8) as server, connected(server, tmp_path) as connection:
        connection.dialect()
        client = connection.client("r")
        prompts = [RenderedPrompt("p", "1", "规则", f"第{number}部分") for number in range(8)]
        started = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda prompt: client.ask(prompt, schema=Reply, part=prompt.user), prompts))
        assert {answer.outcome for answer in answers} == {"ok"}
        assert time.monotonic() - started < 2
        assert (client.usage.calls, connection.calls.totals("r").calls) == (8, 8)


def test_with_a_fifth_of_requests_failing_most_questions_are_answered_and_all_end(tmp_path: Path) -> None:
    chance = random.Random(7)
    quick = [FAULTS[name] for name in FAULTS if name not in ("stalled", "dripping", "silent")]
    script = [chance.choice(quick) if chance.random() < 0.2 else does.json_answer(GOOD) for _ in range(400)]
    with ScriptedServer(script, author=lambda _body: TEXT) as server, connected(server, tmp_path) as connection:
        client = connection.client("r")
        prompts = [RenderedPrompt("p", "1", "规则", f"第{number}问") for number in range(60)]
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda prompt: client.ask(prompt, schema=Reply, part=prompt.user), prompts))
        outcomes = [answer.outcome for answer in answers]
        assert outcomes.count("ok") >= 57
        assert set(outcomes) <= {"ok", "unavailable"}
