"""Promise: every numeral of a draft resolves to a slot, a fact or an exempt class; anything else blocks it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from assistant.checks.finding import Finding
from assistant.checks.subject import Subject
from assistant.facts.ledger import build_ledger
from assistant.form import Form
from assistant.submission.model import Note, Problem, Submission
from tests.checks.texts import UNIT, Written, cells_of, drafted, filled, reported, text_findings

NOTES = (
    Note(id="n1", aspect="s1.active", text="3月起发布信息1.36万条，解读21篇，比计划多"),
    Note(id="n2", aspect="s1.mgmt", text="“十四五”规划文件清理了12件，抽查《2023年目录》"),
)


@pytest.fixture
def subject(form2021: Form) -> Subject:
    given = Submission(
        unit=UNIT,
        year=2025,
        form=form2021.id,
        cells=filled(form2021),
        notes=NOTES,
        problems=(Problem(id="p1", text="有4所没公开"),),
    )
    before = given.model_copy(update={"year": 2024, "cells": cells_of({key: Decimal(9) for key in form2021.cells}), "notes": ()})
    ledger = build_ledger(given, form2021, before, form2021)
    return Subject(**{**reported(form2021).__dict__, "submission": given, "ledger": ledger})


def sentence(subject: Subject, text: str, *sources: str, writer: str = "offline", rendered: str | None = None) -> Written:
    facts = {key: subject.ledger.get(key) for key in re.findall(r"\{([^{}]+)\}", text)} if subject.ledger else {}
    printed = text
    for key, fact in facts.items():
        printed = printed.replace(f"{{{key}}}", fact.text if fact else f"{{{key}}}")
    return Written(text, printed if rendered is None else rendered, sources, writer=writer)


def audit(subject: Subject, *sentences: Written, rule: str = "TX-NOSRC") -> list[Finding]:
    return text_findings(drafted(subject, *sentences, ledger=subject.ledger), rule, scope="draft")


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("全年新收政府信息公开申请{t3.new.total}件。", ("t3.new.total",)),
        ("{year}年，依据《条例》第三十三条、国办公开办函〔2021〕30号。", ()),
        ("3月起发布信息{note.n1.1}条。", ("n1",)),
        ("“十四五”规划文件清理{note.n2.1}件，见《2023年目录》。", ("n2",)),
        ("1.第一个问题。一是内容偏少。（二）改进。", ()),
        ("电话：{unit.contact.phone}。", ("unit",)),
        ("占{d.share.r1_open}%，比上年增加{d.diff.t3.new.total}件。", ("d.share.r1_open",)),
    ],
)
def test_what_resolves_passes(subject: Subject, text: str, sources: tuple[str, ...]) -> None:
    assert not audit(subject, sentence(subject, text, *sources))


@pytest.mark.parametrize(
    ("text", "sources", "quote"),
    [
        ("全年新收政府信息公开申请95件。", ("t3.new.total",), "95件"),
        ("举办培训12次。", (), "12次"),
        ("举办培训两次。", (), "两次"),
        ("5月起发布信息{note.n1.1}条。", ("n1",), "5"),
        ("2021年以来发布信息{note.n1.1}条。", ("n1",), "2021"),
        ("见《2023年方案》。", ("n1",), "2023"),
        ("电话0000-7654321。", ("unit",), "0000-7654321"),
        ("增长百分之九十。", (), "百分之九十"),
    ],
)
def test_a_numeral_typed_by_a_writer_is_an_error(subject: Subject, text: str, sources: tuple[str, ...], quote: str) -> None:
    findings = audit(subject, sentence(subject, text, *sources))
    assert [finding.quote for finding in findings] == [quote]
    assert all(finding.blocking for finding in findings)


def test_a_slot_without_a_fact_is_an_error_and_names_why(subject: Subject) -> None:
    finding = audit(subject, sentence(subject, "收费{t3.nothing.total}件。"))[0]
    assert "t3.nothing.total" in finding.message and finding.blocking


def test_a_printed_sentence_that_its_slots_do_not_print_is_an_error(subject: Subject) -> None:
    assert audit(subject, sentence(subject, "新收{t3.new.total}件。", rendered="新收96件。"))


def test_an_edited_sentence_may_repeat_a_fact_with_its_unit_and_nothing_else(subject: Subject) -> None:
    assert not audit(subject, Written("全年新收95件，发布信息1.36万条。", "全年新收95件，发布信息1.36万条。", writer="person"))
    assert not audit(subject, Written("全年发布信息13600条。", "全年发布信息13600条。", writer="person"))
    assert audit(subject, Written("全年新收98件。", "全年新收98件。", writer="person"))
    assert audit(subject, Written("全年发布解读21条。", "全年发布解读21条。", writer="person"))


def test_numerals_outside_all_sentences_are_audited_too(subject: Subject) -> None:
    whole = drafted(subject, sentence(subject, "新收{t3.new.total}件。"), ledger=subject.ledger)
    texts = {part: f"{text}\n附带437件。" for part, text in whole.texts.items()}
    assert [
        finding.quote for finding in text_findings(Subject(**{**whole.__dict__, "texts": texts}), "TX-NOSRC", scope="draft")
    ] == ["437件"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("新收{t3.new.total}件。", False),
        ("新收{t3.new.total}条。", True),
        ("占{d.share.r1_open}%。", False),
        ("占{d.share.r1_open}件。", True),
        ("解读{note.n1.2}篇。", False),
        ("解读{note.n1.2}次。", True),
        ("收费{t2.fee.amount_wan}万元。", False),
        ("收费{t2.fee.amount_wan}元。", True),
    ],
)
def test_the_count_word_after_a_slot_is_the_facts(subject: Subject, text: str, wrong: bool) -> None:
    assert bool(audit(subject, sentence(subject, text), rule="TX-UNIT")) is wrong


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("比上年增加{d.diff.t3.new.total}件。", False),
        ("比上年减少{d.diff.t3.new.total}件。", True),
        ("比上年减少{d.diff.t3.carry_out.total}件。", False),
        ("比上年增加{d.diff.t3.carry_out.total}件。", True),
        ("比上年下降{d.diff.t2.norm.issued}件。", False),
    ],
)
def test_the_direction_word_beside_a_change_has_its_sign(subject: Subject, text: str, wrong: bool) -> None:
    assert bool(audit(subject, sentence(subject, text), rule="TX-GROWTH")) is wrong
