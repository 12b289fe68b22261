"""Typed text becomes sentences again: nothing typed is altered, what did not change keeps its evidence."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.drafting.draft import Paragraph, Sentence
from assistant.drafting.material import Material
from assistant.errors import InputError
from assistant.review.editing import edited, pieces_of, typed
from tests.drafting.material import county_draft

UNITS = ("gonganju", "xianzhengfu", "weijianju", "liuxizhen")
SLOT = re.compile(r"\{([^{}]+)\}")


@cache
def paragraphs() -> list[tuple[Material, str, Paragraph]]:
    drafts = [county_draft(unit, 2025) for unit in UNITS]
    return [(each.material, part.key, found) for each in drafts for part in each.draft.parts for found in part.paragraphs]


def of(unit: str, part: str, number: int = 0) -> tuple[Material, Paragraph]:
    drafted = county_draft(unit, 2025)
    return drafted.material, next(each for each in drafted.draft.parts if each.key == part).paragraphs[number]


def printed(sentences: tuple[Sentence, ...]) -> str:
    return "".join(each.rendered for each in sentences)


def slots(sentences: tuple[Sentence, ...]) -> list[str]:
    return [key for each in sentences for key in SLOT.findall(each.text)]


def check(material: Material, text: str, sentences: tuple[Sentence, ...]) -> None:
    """What holds after any edit."""
    assert printed(sentences) == text
    for each in sentences:
        assert material.ledger.render(each.text) == each.rendered
        assert each.rendered


CHOICE = st.integers(min_value=0, max_value=10_000)


@settings(deadline=None, max_examples=60)
@given(CHOICE)
def test_text_that_did_not_change_keeps_its_sentences(number: int) -> None:
    material, part, paragraph = paragraphs()[number % len(paragraphs())]
    assert edited(paragraph.sentences, typed(paragraph.text), material, part) == paragraph.sentences


@settings(deadline=None, max_examples=60)
@given(CHOICE, st.lists(st.tuples(CHOICE, CHOICE, st.text("甲乙，。；0123456789.件占%万年〔〕（）“”\n", max_size=6)), max_size=4))
def test_what_was_typed_prints_as_typed(number: int, changes: list[tuple[int, int, str]]) -> None:
    material, part, paragraph = paragraphs()[number % len(paragraphs())]
    text = paragraph.text
    for start, size, words in changes:
        place = start % (len(text) + 1)
        text = text[:place] + words + text[place + size % 12 :]
    if not text.strip():
        return
    text = typed(text)
    check(material, text, edited(paragraph.sentences, text, material, part))


@settings(deadline=None, max_examples=60)
@given(CHOICE, CHOICE, st.integers(1, 9))
def test_a_changed_figure_stays_as_typed_unless_one_fact_fits(number: int, which: int, step: int) -> None:
    material, part, paragraph = paragraphs()[number % len(paragraphs())]
    digits = [match.start() for match in re.finditer(r"\d", paragraph.text)]
    if not digits:
        return
    at = digits[which % len(digits)]
    text = paragraph.text[:at] + str((int(paragraph.text[at]) + step) % 10) + paragraph.text[at + 1 :]
    found = edited(paragraph.sentences, text, material, part)
    check(material, text, found)
    position = 0
    for each in found:
        left = 0
        for match in SLOT.finditer(each.text):
            start = position + len(material.ledger.render(each.text[: match.start()]))
            fact = material.ledger[match.group(1)]
            if start <= at < start + len(fact.text):
                assert fact.text == text[start : start + len(fact.text)]
            left = match.end()
        assert left <= len(each.text)
        position += len(each.rendered)


@settings(deadline=None, max_examples=60)
@given(CHOICE, CHOICE)
def test_the_sentences_around_a_changed_one_keep_their_evidence(number: int, which: int) -> None:
    material, part, paragraph = paragraphs()[number % len(paragraphs())]
    old = paragraph.sentences
    at = which % len(old)
    if not old[at].rendered.endswith("。"):
        return
    text = "".join(each.rendered if place != at else each.rendered[:-1] + "，受到欢迎。" for place, each in enumerate(old))
    found = edited(old, text, material, part)
    assert [each for each in found if each.writer != "person"] == [each for place, each in enumerate(old) if place != at]
    new = next(each for each in found if each.writer == "person")
    assert slots((new,)) == slots((old[at],))
    assert set(old[at].sources) <= {*new.sources, *material.ledger} and set(new.sources) <= set(old[at].sources)


def test_a_figure_between_new_words_is_the_same_slot() -> None:
    material, paragraph = of("gonganju", "s1.request")
    text = paragraph.text.replace("上年结转", "从上一年度结转过来", 1)
    found = edited(paragraph.sentences, text, material, "s1.request")
    check(material, text, found)
    assert slots(found) == slots(paragraph.sentences)
    assert found[0].writer == "person" and found[1] is paragraph.sentences[1]


def test_a_wrong_figure_is_literal_and_a_right_one_finds_its_cell() -> None:
    material, _paragraph = of("gonganju", "s1.request")
    right = material.ledger["t3.r7_total.total"].text
    wrong = str(int(right) + 1)
    new = edited((), f"全年办结政府信息公开申请{right}件。", material, "s1.request")
    assert slots(new) == ["t3.r7_total.total"] and new[0].sources == ("t3.r7_total.total",)
    assert slots(edited((), f"全年办结政府信息公开申请{wrong}件。", material, "s1.request")) == []


def test_other_words_around_a_figure_name_another_cell_or_none() -> None:
    material, paragraph = of("gonganju", "s1.request")
    new = material.ledger["t3.new.total"].text
    text = f"全年办结政府信息公开申请{new}件。"
    found = edited(paragraph.sentences, text, material, "s1.request")
    check(material, text, found)
    assert "t3.new.total" not in slots(found) or material.ledger["t3.r7_total.total"].text == new


def test_a_slot_never_becomes_part_of_a_longer_numeral() -> None:
    material, paragraph = of("gonganju", "s1.active")
    figure = material.ledger["note.n1.1"].text
    for more in (f"{figure}0", f"1{figure}", f"{figure}.5", f"{figure}万"):
        text = paragraph.text.replace(f"{figure}份", f"{more}份", 1)
        found = edited(paragraph.sentences, text, material, "s1.active")
        check(material, text, found)
        assert "note.n1.1" not in slots(found), more


def test_moved_sentences_keep_their_evidence() -> None:
    material, paragraph = of("gonganju", "s1.request")
    moved = (*paragraph.sentences[1:], paragraph.sentences[0])
    assert edited(paragraph.sentences, printed(moved), material, "s1.request") == moved


def test_the_words_of_a_note_may_be_said_again_with_its_figure() -> None:
    material, paragraph = of("gonganju", "s1.active")
    note = material.ledger["n1"].text
    count = material.ledger["note.n1.2"]
    clause = note[max(0, count.start - 4) : count.end + 1]
    text = f"{paragraph.sentences[1].rendered}{clause}。"
    found = edited(paragraph.sentences[1:2], text, material, "s1.active")
    check(material, text, found)
    assert slots(found)[-1] == "note.n1.2" and "n1" in found[-1].sources


def test_a_gap_mark_stays_a_gap_until_it_is_gone() -> None:
    gap = Sentence(text="【待补：做了什么】", rendered="【待补：做了什么】", sources=("缺:s1.mgmt",), gap="s1.mgmt")
    material, _paragraph = of("gonganju", "s1.mgmt")
    kept = edited((gap,), "已经做了一些。【待补：做了什么】", material, "s1.mgmt")
    assert [each.gap for each in kept] == [None, "s1.mgmt"]
    assert [each.gap for each in edited((gap,), "建立了台账。", material, "s1.mgmt")] == [None]
    assert [each.gap for each in edited((), "【待补：人数】", material, "s1.mgmt")] == ["person"]


def test_braces_are_refused_and_nothing_is_lost() -> None:
    material, paragraph = of("gonganju", "s1.active")
    with pytest.raises(InputError, match=r"花括号.*没有丢"):
        edited(paragraph.sentences, paragraph.text + "另有{t3.new.total}件。", material, "s1.active")


@pytest.mark.parametrize("text", ["", " \n\u200b\n ", "甲" * 10_001])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        typed(text)


@settings(deadline=None, max_examples=60)
@given(st.text("甲。！\n “”（）1 ", max_size=40))
def test_cutting_loses_no_sign(text: str) -> None:
    assert "".join(pieces_of(text)) == text


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_typed_text_stays_as_it_is_once_cleaned(text: str) -> None:
    try:
        clean = typed(text)
    except InputError:
        return
    assert typed(clean) == clean
