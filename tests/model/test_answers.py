"""Reading answers: whatever is said has an outcome, and nothing is ever made up to complete it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.model.answers import read_answer, without_stray_commas, without_thinking
from assistant.drafting.model.client import wire_schema
from assistant.drafting.model.contract import Alternatives
from assistant.drafting.model.language import endless, wrong_language
from tests.model.material import GOOD, SENTENCE, Reply

TEXT = json.dumps(GOOD, ensure_ascii=False)
MARKS = st.sampled_from(
    [
        "<think>",
        "</think>",
        "```json",
        "```",
        "{",
        "}",
        '"',
        "reply",
        ":",
        ",",
        "[",
        "]",
        "\\",
        "抱歉",
        "，",
        "<html",
        "NaN",
        "1e999",
    ]
)


@given(st.lists(st.one_of(MARKS, st.text(max_size=6)), max_size=40).map("".join))
def test_anything_at_all_has_an_outcome(raw: str) -> None:
    reading = read_answer(raw, Reply)
    assert (reading.data is not None) == (reading.outcome == "ok")
    assert bool(reading.reason) == (reading.outcome != "ok")


@given(st.integers(1, len(TEXT) - 1))
def test_a_part_of_the_answer_is_never_completed(size: int) -> None:
    for finish in ("stop", "length"):
        assert read_answer(TEXT[:size], Reply, finish=finish).data is None


@given(
    st.sampled_from(["", "好的：\n", "结果如下（{t3.new.total}）：", "```json\n"]),
    st.sampled_from(["", "\n```", "\n以上{供参考}。", "\n\n{"]),
)
def test_words_around_the_answer_change_nothing(before: str, after: str) -> None:
    reading = read_answer(before + TEXT + after, Reply)
    assert (reading.outcome, reading.data) == ("ok", Reply(**GOOD))


@pytest.mark.parametrize(
    "raw",
    [
        f"<think>先写{TEXT}看看</think>{TEXT}",
        f"先写{{}}看看</think>\n{TEXT}",
        f"<thinking lang='zh'>想\n</thinking>{TEXT}",
        f"<|channel|>analysis<|message|>想{{<|end|><|start|>assistant<|channel|>final<|message|>{TEXT}<|return|>",
        f"◁think▷想◁/think▷{TEXT}",
        f"\ufeff{TEXT}",
    ],
)
def test_thinking_is_taken_off(raw: str) -> None:
    assert without_thinking(raw) == TEXT
    assert read_answer(raw, Reply).data == Reply(**GOOD)


def test_a_draft_inside_thinking_is_not_the_answer() -> None:
    assert read_answer(f"<think>草稿：{TEXT}", Reply).outcome == "empty"


def test_commas_inside_strings_are_kept() -> None:
    assert json.loads(without_stray_commas('{"a": ["甲,]", "乙\\",}",], }')) == {"a": ["甲,]", '乙",}']}


def test_an_object_of_another_form_before_the_answer_is_passed_over() -> None:
    assert read_answer('{"note": "下面是答复"}\n' + TEXT, Reply).data == Reply(**GOOD)


def test_the_insides_of_a_broken_object_are_not_the_answer() -> None:
    assert read_answer('{"draft": {"reply": "旧的一句"}, "final": ', Reply).data is None


def test_a_whole_answer_followed_by_chatter_up_to_the_limit_is_usable() -> None:
    assert read_answer(TEXT + "\n另外，", Reply, finish="length").outcome == "ok"


def test_a_dictionary_schema_is_checked_for_what_it_requires() -> None:
    schema = {"type": "object", "properties": {"reply": {"type": "string"}}, "required": ["reply"]}
    assert read_answer(TEXT, schema).data == GOOD
    assert "reply" in read_answer('{"text": "好"}', schema).reason


def test_reasons_name_the_place_not_the_content() -> None:
    reason = read_answer(json.dumps({"reply": "机密" * 300}), Reply).reason
    assert "reply" in reason
    assert "机密" not in reason


def test_the_same_sentence_three_times_is_repetition() -> None:
    schema = {"type": "object", "required": ["sentences"]}
    assert read_answer(json.dumps({"sentences": [SENTENCE] * 3}), schema).outcome == "repetition"
    assert read_answer(json.dumps({"sentences": [SENTENCE] * 2}), schema).outcome == "ok"


def test_only_the_real_thing_counts_as_endless() -> None:
    assert endless("开头" + "加强领导，" * 60)
    assert endless('{"reply": "' + " " * 400)
    assert not endless("加强领导，" * 6)
    assert not endless("".join(f"第{number}条：信息{number * 37 % 101}条。" for number in range(200)))


def test_rare_characters_of_the_evidence_are_not_held_against_the_answer() -> None:
    text = "臺陞镇、堃陞村全年公开信息。"
    assert wrong_language(text)
    assert wrong_language(text, known="臺陞镇和堃陞村") == ""


def test_slots_and_short_foreign_names_are_no_foreign_language() -> None:
    assert wrong_language("新收{t3.new.total}件{d.diff.t3.new.total}{note.n1.1}{note.n1.2}") == ""
    assert wrong_language("OFD、PDF 两种格式均可下载，APP 同步更新。") == ""


def test_the_schema_sent_requires_every_field_and_allows_no_other() -> None:
    sent = wire_schema(Reply)
    assert (sent["required"], sent["additionalProperties"]) == (["reply"], False)
    named = wire_schema({"type": "object", "properties": {"default": {"type": "string", "default": ""}}})
    assert named["properties"] == {"default": {"type": "string"}}


def test_several_wordings_may_have_a_sentence_in_common() -> None:
    same = {"items": [1], "text": "办结{t3.r7_total.total}件，均在法定期限内答复。", "sources": ["t3.r7_total.total"]}
    others = [{"items": [2], "text": f"结转下年度继续办理的申请{word}。", "sources": ["t3.carry_out.total"]} for word in "甲乙丙"]
    wordings = {"alternatives": [[same, other] for other in others]}
    assert read_answer(json.dumps(wordings, ensure_ascii=False), Alternatives).outcome == "ok"
    wordings["alternatives"][0] = [same, same, same]
    assert read_answer(json.dumps(wordings, ensure_ascii=False), Alternatives).outcome == "repetition"
