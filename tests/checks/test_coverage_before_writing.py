"""What a submission must bring along is asked for before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.checks import Subject, run_checks, subject_of_submission
from assistant.form import Form, FormRegistry
from assistant.report.model import Report
from assistant.submission.model import InputRemark
from tests.checks.judging import failures, statuses, subject
from tests.strategies import example_notes, example_submission

Build = Callable[..., Subject]


def _without(form: Form, aspect: str) -> list[Any]:
    return [note for note in example_notes(form) if note.aspect != aspect]


@pytest.mark.parametrize(("form_id", "severity"), [("form2021", "error"), ("form2019", "warning")])
def test_each_aspect_needs_a_note_or_figures(registry: FormRegistry, form_id: str, severity: str) -> None:
    form = registry.get(form_id)
    for aspect in form.aspects:
        blank = {key: None for table in aspect.tables for key in form.cells if key.startswith(f"{table}.")}
        checked = subject(form, blank, notes=_without(form, aspect.key))
        assert [finding.severity for finding in failures(aspect.rule, checked, "submission")] == [severity]
        assert statuses(aspect.rule, subject(form, blank), "submission") == {"pass"}


def test_tables_speak_for_their_aspects_only_with_usable_figures(form2021: Form) -> None:
    assert statuses("COV-ASPECT-REQUEST", subject(form2021, notes=()), "submission") == {"pass"}
    received = {"t3.new.total": None, "t3.carry_in.total": "/"}
    assert statuses("COV-ASPECT-REQUEST", subject(form2021, received, notes=()), "submission") == {"fail"}


@pytest.mark.parametrize(
    ("kind", "status", "severity"),
    [("gov_county", "fail", "error"), ("gov_town", "fail", "error"), ("subdistrict", "fail", "info"), ("dept", "na", None)],
)
def test_governments_owe_the_three_results(form2021: Form, kind: str, status: str, severity: str | None) -> None:
    for result in form2021.results:
        bare = subject(form2021, kind=kind, notes=())
        assert statuses(result.rule, bare, "submission") == {status}
        assert [finding.severity for finding in failures(result.rule, bare, "submission")] == ([severity] if severity else [])
        if severity:
            assert statuses(result.rule, subject(form2021, kind=kind), "submission") == {"pass"}


LONG = "政策解读形式单一，图解只有两篇"
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("COV-PROBLEM", {"problems": ()}, "fail"),
    ("COV-PROBLEM", {"problems": ({"id": "p1", "text": "无"},)}, "fail"),
    ("COV-PROBLEM", {"problems": ({"id": "p1", "text": "解读少"},)}, "fail"),
    ("COV-PROBLEM", {}, "pass"),
    ("COV-IMPROVE", {"improvements": ()}, "fail"),
    ("COV-IMPROVE", {"problems": ()}, "fail"),
    ("COV-IMPROVE", {}, "pass"),
    ("COV-PAIR", {"improvements": ({"id": "i1", "text": "加强培训", "answers": ("p9",)},)}, "fail"),
    ("COV-PAIR", {"improvements": ({"id": "i1", "text": "加强培训"},)}, "fail"),
    ("COV-PAIR", {}, "pass"),
    ("COV-FEE", {"fee": None}, "fail"),
    ("COV-FEE", {"fee": {"count": 0}}, "pass"),
    ("COV-FEE-VALUE", {"fee": {"count": 2}}, "fail"),
    ("COV-FEE-VALUE", {"fee": {"count": 2, "yuan": "0"}}, "fail"),
    ("COV-FEE-VALUE", {"fee": {"count": 0, "yuan": "380"}}, "fail"),
    ("COV-FEE-VALUE", {"fee": {"yuan": "380"}}, "fail"),
    ("COV-FEE-VALUE", {"fee": {"count": 1, "yuan": "380"}}, "pass"),
    ("COV-FEE-VALUE", {"fee": None}, "na"),
    ("COV-NAMES", {"notes": ({"id": "n1", "aspect": "s1.supervise", "text": "联系人电话13800000000"},)}, "fail"),
    ("COV-NAMES", {"notes": ({"id": "n1", "aspect": "s1.supervise", "text": "身份证11010119900101123X"},)}, "fail"),
    ("COV-NAMES", {"notes": ({"id": "n1", "aspect": "s1.supervise", "text": "邮箱 zhang@qq.com"},)}, "fail"),
    ("COV-NAMES", {"notes": ({"id": "n1", "aspect": "s1.supervise", "text": "电话0000-8800101，公开12345678901234条"},)}, "pass"),
]


@pytest.mark.parametrize(("rule", "fields", "status"), CASES)
def test_what_is_missing_or_does_not_fit_is_asked_for(form2021: Form, rule: str, fields: dict[str, Any], status: str) -> None:
    assert statuses(rule, subject(form2021, **fields), "submission") == {status}


def test_the_form_of_2019_does_not_ask_for_the_fee(form2019: Form) -> None:
    assert statuses("COV-FEE", subject(form2019, fee=None), "submission") == {"na"}


def _after(form: Form, problem: str, **fields: Any) -> Subject:
    previous = example_submission(form, problems=({"id": "p1", "text": problem},))
    return subject_of_submission(example_submission(form, year=form.first_year + 1, **fields), previous=previous)


def test_last_years_problems_are_answered_for_or_named_again(form2021: Form) -> None:
    answered = {"problem": "平台信息更新不及时", "status": "resolved", "text": "已改为每周更新"}

    assert statuses("COV-FOLLOWUP", _after(form2021, "平台信息更新不及时"), "submission") == {"fail"}
    assert statuses("COV-FOLLOWUP", _after(form2021, "平台信息更新不及时", follow_ups=(answered,)), "submission") == {"pass"}
    assert statuses("COV-FOLLOWUP", _after(form2021, LONG), "submission") == {"pass"}
    assert statuses("COV-FOLLOWUP", subject(form2021), "submission") == {"na"}


def test_the_same_problem_again_needs_a_word_on_progress(form2021: Form) -> None:
    progress = {"problem": LONG, "status": "partial", "text": "图解由两篇增加到五篇"}

    assert statuses("COV-FOLLOWUP-SAME", _after(form2021, LONG), "submission") == {"fail"}
    assert statuses("COV-FOLLOWUP-SAME", _after(form2021, LONG, follow_ups=(progress,)), "submission") == {"pass"}
    assert statuses("COV-FOLLOWUP-SAME", _after(form2021, "平台信息更新不及时"), "submission") == {"pass"}


@pytest.mark.parametrize(
    ("code", "rule", "severity"),
    [
        ("unplaced", "I-UNPLACED", "warning"),
        ("duplicate", "I-DUPLICATE", "error"),
        ("ignored", "I-IGNORED", "info"),
        ("layout", "I-LAYOUT", "warning"),
        ("text", "I-TEXT", "warning"),
        ("limit", "I-LIMIT", "warning"),
    ],
)
def test_remarks_of_the_reader_become_findings(form2021: Form, code: Any, rule: str, severity: str) -> None:
    remark = InputRemark(code=code, message="工作表“备注”中的“7”对不上任何一格", remedy="请删去")

    (finding,) = failures(rule, subject(form2021, remarks=(remark,)))

    assert (finding.severity, finding.message, finding.remedy) == (severity, remark.message, "请删去")
    assert statuses(rule, subject(form2021)) == {"pass"}


def _on(form: Form, kind: str, day: date) -> Subject:
    return subject_of_submission(example_submission(form, kind=kind, year=2025), today=day)


@pytest.mark.parametrize(
    ("kind", "rule", "day", "severity"),
    [
        ("dept", "D-DEPT", date(2026, 1, 10), None),
        ("dept", "D-DEPT", date(2026, 1, 24), "info"),
        ("dept", "D-DEPT", date(2026, 2, 1), "warning"),
        ("gov_county", "D-GOV", date(2026, 3, 1), None),
        ("gov_county", "D-GOV", date(2026, 3, 31), "info"),
        ("gov_county", "D-GOV", date(2026, 4, 1), "warning"),
        ("gov_town", "D-TOWN", date(2026, 1, 1), "info"),
        ("subdistrict", "D-TOWN", date(2026, 1, 1), "info"),
    ],
)
def test_deadlines_depend_on_the_kind_and_on_the_day_given(
    form2021: Form, kind: str, rule: str, day: date, severity: str | None
) -> None:
    assert [finding.severity for finding in failures(rule, _on(form2021, kind, day))] == ([severity] if severity else [])


def test_without_a_day_no_deadline_is_judged(form2021: Form) -> None:
    assert statuses("D-DEPT", subject(form2021)) == {"na"}


@pytest.mark.parametrize(
    ("published", "late", "again"),
    [
        (date(2021, 1, 31), "pass", "pass"),
        (date(2021, 2, 20), "fail", "pass"),
        (date(2021, 12, 20), "na", "fail"),
        (None, "na", "na"),
    ],
)
def test_a_report_is_judged_by_its_date_of_publication(form2019: Form, published: date | None, late: str, again: str) -> None:
    kind = subject(form2019).kind
    read = Subject(form=form2019, year=2020, kind=kind, report=Report(path="a.txt"), published=published, today=date(2026, 1, 1))

    assert statuses("D-DEPT", read) == {late} and statuses("D-REPUB", read) == {again}


def test_a_complete_submission_has_no_finding_before_writing(form2021: Form) -> None:
    result = run_checks(subject(form2021), scopes={"submission", "cells"})

    assert [finding.message for finding in result.findings] == []
