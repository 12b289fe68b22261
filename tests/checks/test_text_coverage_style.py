"""Promise: what the form demands of the text and is not there is told once; marked gaps stay open; empty words get advice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from assistant.checks.text_style import forbidden, phrases
from assistant.form import Form, unit_kinds
from tests.checks.texts import Written, drafted, reported, text_findings

FULL = {
    "s1.active": "我局在门户网站公开信息12条，配发解读3篇。",
    "s1.request": "全年新收政府信息公开申请95件，均已登记编号。",
    "s1.mgmt": "信息发布前由办公室审查，公开指南更新1次。",
    "s1.platform": "没有自建网站，统一在县政府门户网站发布。",
    "s1.supervise": "由办公室1人专职负责，举办培训2次。",
    "sec5": "主要问题是解读偏少。改进办法是同步起草解读。",
    "sec6": "2025年没有收取政府信息公开信息处理费。",
}


def coverage(form: Form, texts: Mapping[str, str] | None = None) -> list[str]:
    subject = reported(form, texts={**FULL, **(texts or {})})
    return [each.rule for each in text_findings(subject) if each.rule.startswith("COV-")]


def test_a_text_with_everything_passes(form2021: Form) -> None:
    assert coverage(form2021) == []


@pytest.mark.parametrize(
    ("part", "text", "rules"),
    [
        ("s1.mgmt", "好。", ["COV-ASPECT-MGMT", "COV-EMPTYSEC"]),
        ("s1.platform", " ", ["COV-ASPECT-PLATFORM"]),
        ("sec5", "无", ["COV-PROBLEM"]),
        ("sec5", "主要问题是解读偏少，信息更新比较慢。", ["COV-IMPROVE"]),
        ("sec5", "下一步将加强培训，同步起草解读稿件。", ["COV-IMPROVE"]),
        ("sec6", "无其他需要报告的事项。", ["COV-FEE"]),
    ],
)
def test_what_is_missing_is_told(form2021: Form, part: str, text: str, rules: list[str]) -> None:
    assert coverage(form2021, {part: text}) == rules


def test_a_form_without_the_duty_asks_for_no_fee(form2019: Form) -> None:
    assert coverage(form2019, {"sec6": "无。"}) == []


def test_a_marked_gap_stays_open_and_is_told_once(form2021: Form) -> None:
    gap = Written("【待补：平台情况】", "【待补：平台情况】", gap="s1.platform")
    subject = drafted(reported(form2021, texts=FULL), gap, part="s1.platform")
    subject = replace(subject, texts={**reported(form2021, texts=FULL).texts, "s1.platform": gap.rendered})
    findings = [each for each in text_findings(subject, scope="draft") if each.rule.startswith("COV-")]
    assert [(each.rule, each.severity) for each in findings] == [("COV-ASPECT-PLATFORM", "error")]
    assert "待补" in findings[0].message


def test_governments_owe_three_results(form2021: Form) -> None:
    subject = replace(reported(form2021, texts=FULL), kind=unit_kinds()["gov_county"])
    assert {each.rule for each in text_findings(subject, "COV-ART50-ASSESS", "COV-ART50-SOCIAL", "COV-ART50-ACCOUNT")} == {
        "COV-ART50-ASSESS",
        "COV-ART50-SOCIAL",
        "COV-ART50-ACCOUNT",
    }
    told = "考核12个单位。社会评议收回问卷200份。没有发生责任追究的情形。"
    subject = replace(subject, texts={**subject.texts, "s1.supervise": told})
    assert not text_findings(subject, "COV-ART50-ASSESS", "COV-ART50-SOCIAL", "COV-ART50-ACCOUNT")


def test_a_heading_alone_is_told(form2021: Form) -> None:
    text = "（一）主动公开\n我局公开信息12条，配发解读3篇。\n（二）依申请公开\n（三）政府信息管理\n信息发布前由办公室审查。"
    assert [each.quote for each in text_findings(reported(form2021, text, part="sec1"), "COV-EMPTYSEC")] == ["（二）依申请公开"]


@pytest.mark.parametrize("text", ["领导高度重视。", "成效明显。", "进一步加强。", "政务公开有序开展。"])
def test_empty_words_get_advice(text: str) -> None:
    found = [phrase for phrase, _, _ in forbidden(text)]
    assert found and all(phrase.why and phrase.instead for phrase in found)


@pytest.mark.parametrize(
    "text", ["县政务公开办通报结果。", "问题是“指导不够到位”。", "群众满意度91%，由第三方评议。", "公开信息12条。"]
)
def test_names_quotations_and_plain_words_get_none(text: str) -> None:
    assert [phrase.text for phrase, _, _ in forbidden(text)] == []


def test_each_phrase_is_listed_once_with_reason_and_advice() -> None:
    assert len(phrases()) > 60
    assert all(each.text and each.why and each.instead for each in phrases().values())
