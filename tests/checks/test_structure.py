"""The seed report yields what consistency-rules §13 lists and none of what it forbids; structure rules fire on what they name."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.checks.engine import CheckResult, run_checks
from assistant.checks.finding import Finding
from assistant.checks.report_subject import subject_of_report
from assistant.checks.subject import Subject
from assistant.form import Form, FormRegistry
from assistant.report.model import Report
from assistant.report.text_reader import read_text_report
from tests.report.flat_report import all_tables, numbered_values, report_text

PROBLEMS = "存在的主要问题：一是主动公开的意识不强。二是解读的方式单一。三是对各镇指导不到位。\n"
MEASURES = "2022年，我们将采取以下措施：\n（一）提高思想认识，加强学习。\n（二）采用图解解读。\n（三）开展业务培训。"


def seed_subject(shared: Path, registry: FormRegistry) -> Subject:
    path = shared / "reports" / "fengxiang-2020.txt"
    return subject_of_report(read_text_report(path.read_text(encoding="utf-8"), str(path), registry), registry=registry)


@pytest.fixture(scope="module")
def seed(shared: Path, registry: FormRegistry) -> CheckResult:
    return run_checks(seed_subject(shared, registry))


def shown(result: CheckResult) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in result.findings:
        if finding.status == "fail":
            found.setdefault(finding.rule, []).append(finding)
    return found


def check(text: str, registry: FormRegistry) -> dict[str, list[Finding]]:
    report = read_text_report(text, "报告.txt", registry)
    return shown(run_checks(subject_of_report(report, registry=registry), families={"S", "COV"}))


def whole(form: Form, **changes: str) -> str:
    text = report_text(form, all_tables(form, numbered_values(form)))
    for key, written in changes.items():
        text = text.replace(f"这里是{form.section(key).title}的文字。", written)
    return text


def test_the_seed_yields_exactly_the_observations_listed_for_it(seed: CheckResult) -> None:
    assert {rule: {finding.severity for finding in found} for rule, found in shown(seed).items()} == {
        "C-BLANK": {"warning"},
        "C-POSITION": {"warning"},
        "C-UNIT": {"info"},
        "C-ZERO-INFER": {"info"},
        "T3-TOTALONLY": {"info"},
        "T2A-ITEM-NODEC": {"info"},
        "T2A-DELTA-JUMP": {"info"},
        "S-SECTION-ORDER": {"warning"},
        "S-HEADER-LOST": {"info"},
        "S-PREFACE-COUNT": {"info"},
        "S-CHROME": {"info"},
        "COV-ASPECT-REQUEST": {"warning"},
        "COV-ASPECT-MGMT": {"warning"},
        "COV-ART50-ASSESS": {"error"},
        "COV-ART50-SOCIAL": {"error"},
        "COV-ART50-ACCOUNT": {"error"},
        "COV-LOGIC": {"warning"},
        "COV-PAIR": {"warning"},
        "COV-NORM-MENTION": {"info"},
    }


def test_each_observation_of_the_seed_points_at_its_words(seed: CheckResult, shared: Path, registry: FormRegistry) -> None:
    texts = seed_subject(shared, registry).texts
    found = shown(seed)
    assert [finding.quote for finding in found["COV-LOGIC"]] == ["网站建设架构到位"]
    assert [finding.quote[-5:] for finding in found["COV-PAIR"]] == ["指导不到位"]
    for finding in (*found["COV-LOGIC"], *found["COV-PAIR"], *found["COV-NORM-MENTION"]):
        assert texts[finding.section][finding.start : finding.end] == finding.quote
    assert len(found["C-BLANK"]) == len(found["C-POSITION"]) == 1
    assert "132" in found["C-BLANK"][0].message


def test_nothing_forbidden_is_said_of_the_seed(seed: CheckResult) -> None:
    """No arithmetic between items and decisions, no negative count, no missing part two, no fee, no wrong unit name, no numeral."""
    fails = [finding for finding in seed.findings if finding.status == "fail"]
    forbidden = ("T2A-NOTSUM", "C-NEGATIVE", "S-SECTION-MISSING", "COV-FEE", "N-RENAME", "N-LEFTOVER", "S-CELL-COUNT")
    assert not [finding for finding in fails if finding.rule in forbidden or finding.rule.startswith(("TX-", "Y-"))]


def test_a_whole_report_has_no_structural_finding(form2021: Form, registry: FormRegistry) -> None:
    assert not [rule for rule in check(whole(form2021), registry) if rule.startswith("S-")]


@pytest.mark.parametrize(
    ("old", "new", "rule", "words"),
    [
        ("六、其他需要报告的事项", "", "S-SECTION-MISSING", "未找到“六、其他需要报告的事项”"),
        ("二、主动公开", "（二）主动公开", "S-SECTION-ORDER", "应为“二、”"),
        ("四、政府信息公开行政复议、行政诉讼情况", "四、政府信息公开行政复议和行政诉讼情况", "S-SECTION-TITLE", "已识别为"),
        ("这里是总体情况的文字。", "（一）甲\n（二）乙\n（二）丙", "S-SUBNUM", "出现 2 个“（二）”"),
        ("这里是总体情况的文字。", "（二）乙\n（三）丙", "S-SUBNUM", "从“（二）”开始"),
        ("这里是总体情况的文字。", "（一）甲\n（三）丙", "S-SUBNUM", "缺“（二）”"),
        ("本报告所列", "本报告由总体情况、其他需要报告的事项六个部分组成。本报告所列", "S-PREFACE-COUNT", "只列出 2 个"),
        ("2021年政府", "2020年政府", "S-FORM-VERSION", "报告年度为 2020 年"),
    ],
)  # fmt: skip
def test_each_structural_fault_is_named(old: str, new: str, rule: str, words: str, form2021: Form, registry: FormRegistry) -> None:
    found = check(whole(form2021).replace(old, new, 1), registry)
    assert rule in found
    assert words in found[rule][0].message


def test_a_list_of_its_own_may_start_again_at_one(form2021: Form, registry: FormRegistry) -> None:
    assert "S-SUBNUM" not in check(whole(form2021, sec1="（一）甲\n（二）乙\n（一）子\n（二）丑"), registry)


def test_a_preface_whose_numbers_agree_is_left_alone(form2021: Form, registry: FormRegistry) -> None:
    names = "、".join(section.title for section in form2021.sections)
    for claim in ("六个部分", "等六个部分"):
        text = whole(form2021).replace("本报告所列", f"本报告由{names}{claim}组成。本报告所列", 1)
        assert "S-PREFACE-COUNT" not in check(text, registry)


def test_a_problem_without_an_answer_is_named(form2021: Form, registry: FormRegistry) -> None:
    found = check(whole(form2021, sec5=PROBLEMS + MEASURES), registry)
    assert [finding.quote for finding in found["COV-PAIR"]] == ["对各镇指导不到位"]
    assert "COV-PAIR" not in check(whole(form2021, sec5=PROBLEMS + MEASURES.replace("业务培训", "现场指导")), registry)


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("解决了栏目设置不合理、更新不及时等问题。", []),
        ("解决了栏目设置合理、更新不及时等问题。", ["栏目设置合理"]),
        ("解决了办事群众反映的停车难等问题。", []),
        ("未发生不予公开情况。", []),
        ("全年发生不予公开情况。", ["发生不予公开情况"]),
        ("没有发生过不予公开的情况。", []),
    ],
)
def test_a_lost_negation_is_suspected_only_where_praise_is_called_a_problem(
    text: str, quotes: list[str], form2021: Form, registry: FormRegistry
) -> None:
    found = check(whole(form2021, sec1=text), registry)
    assert [finding.quote for finding in found.get("COV-LOGIC", [])] == quotes


def test_documents_are_asked_about_only_when_none_are_reported(form2021: Form, registry: FormRegistry) -> None:
    values = numbered_values(form2021) | {key: "0" for key in form2021.cells if key.startswith(("t2.rules.", "t2.norm."))}
    zero = report_text(form2021, all_tables(form2021, values)).replace("这里是总体情况的文字。", "印发《示例县信息公开办法》。")
    assert "COV-NORM-MENTION" in check(zero, registry)
    assert "COV-NORM-MENTION" not in check(whole(form2021, sec1="印发《示例县信息公开办法》。"), registry)


def test_a_report_of_an_unknown_unit_is_still_checked(form2021: Form, registry: FormRegistry) -> None:
    report: Report = read_text_report(whole(form2021).replace("示例县人民政府", ""), "报告.txt", registry)
    subject = subject_of_report(report, registry=registry)
    assert (subject.unit, subject.kind) == (None, None)
    assert run_checks(replace(subject, cells={}), families={"S"}).outcomes


def test_glued_tables_are_taken_only_where_one_way_is_left_and_the_rest_is_said_so(shared: Path, registry: FormRegistry) -> None:
    path = shared / "reports" / "pingtan-2021.txt"
    text = path.read_text(encoding="utf-8")
    cells = read_text_report(text, str(path), registry).cells
    doubtful = {f"sec{key[1]}" for key, cell in cells.items() if cell.status == "position_uncertain"}
    found = check(text, registry)
    assert doubtful == {"sec2", "sec4"}
    assert Counter(finding.section for finding in found["S-CELL-COUNT"]) == Counter(doubtful)
