"""Where a careless writer would say something twice, say something nobody said, or break its list marks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.drafting.assemble import draft_report
from assistant.form import Form, FormRegistry
from tests.drafting.material import narrative, part_text
from tests.strategies import example_submission


@pytest.mark.parametrize("text", ["组织业务培训2期，结业考核合格", "群众评议意见箱来信3件", "问责条例学习2次", "培训后考核打分"])
def test_a_note_that_only_sounds_like_a_result_is_not_taken_for_one(form2021: Form, registry: FormRegistry, text: str) -> None:
    notes = [{"id": "n1", "aspect": "s1.supervise", "text": text}]
    result = draft_report(example_submission(form2021, kind="gov_county", notes=notes), registry)
    assert {"assess", "social", "account"} <= {gap.key for gap in result.draft.gaps}
    assert {"COV-ART50-ASSESS", "COV-ART50-SOCIAL", "COV-ART50-ACCOUNT"} <= {item.rule for item in result.draft.findings}


def test_a_note_that_repeats_the_tables_is_not_printed_again(form2021: Form, registry: FormRegistry) -> None:
    values = {"t4.rev.upheld": 3, "t4.rev.corrected": 1, "t4.rev.other": 0, "t4.rev.pending": 0, "t4.rev.total": 4}
    notes = [{"id": "n1", "aspect": "s1.request", "text": "复议4件，维持3件、纠正1件，纠正的是没有说明理由"}]
    result = draft_report(
        example_submission(form2021, {key: Decimal(value) for key, value in values.items()}, notes=notes), registry
    )
    text = part_text(result, "s1.request")
    assert text.count("纠正1件") == 1
    assert "纠正的是没有说明理由" in text


def test_a_measure_for_two_problems_is_printed_once(form2021: Form, registry: FormRegistry) -> None:
    problems = [{"id": "p1", "text": "一是更新慢"}, {"id": "p2", "text": "目录不全"}]
    measures = [{"id": "i1", "text": "每月5日核对目录和栏目", "answers": ["p1", "p2"]}]
    text = part_text(draft_report(example_submission(form2021, problems=problems, improvements=measures), registry), "sec5")
    assert text.count("核对目录和栏目") == 1
    assert "与第一个问题的改进措施相同" in text
    assert "1.更新慢" in text


@pytest.mark.parametrize("text", ["无", "暂无。", "——……！", "【待补：请补充】", "同上"])
def test_a_note_without_words_is_no_substance(form2021: Form, registry: FormRegistry, text: str) -> None:
    notes = [{"id": "n1", "aspect": "s1.mgmt", "text": text}]
    result = draft_report(example_submission(form2021, notes=notes), registry)
    assert "s1.mgmt" in {gap.key for gap in result.draft.gaps}


def test_a_problem_that_says_there_is_none_is_asked_for(form2021: Form, registry: FormRegistry) -> None:
    result = draft_report(example_submission(form2021, problems=[{"id": "p1", "text": "没有问题"}], improvements=()), registry)
    assert "problems" in {gap.key for gap in result.draft.gaps}
    assert "没有问题" not in narrative(result)


@pytest.mark.parametrize(
    ("problem", "quoted"),
    [
        ("目录更新慢，3个栏目超期", "“目录更新慢”问题"),
        ("12个栏目更新慢", "“栏目更新慢”问题"),
        ("结果公告比公告少25条，流标的没有说明", "“流标的没有说明”问题"),
        ("以不掌握答复73件，是各类里最多的", "第一个问题"),
    ],
)
def test_last_years_problem_is_quoted_without_its_figures(
    form2021: Form, registry: FormRegistry, problem: str, quoted: str
) -> None:
    follow_ups = [{"problem": problem, "status": "resolved", "text": "已经整改"}]
    assert quoted in part_text(draft_report(example_submission(form2021, follow_ups=follow_ups), registry), "sec5")


def test_contradictory_cells_give_no_share_over_a_hundred(form2021: Form, registry: FormRegistry) -> None:
    result = draft_report(example_submission(form2021, {"t3.r1_open.total": Decimal(9999)}), registry)
    shares = [key for key in result.ledger if key.startswith("d.share")]
    assert all(result.ledger[key].value <= 100 for key in shares)  # type: ignore[operator]
    assert "d.share.r1_open" not in shares


def test_a_fee_note_does_not_repeat_the_sum(form2021: Form, registry: FormRegistry) -> None:
    notes = [{"id": "n1", "aspect": "sec6", "text": "收取信息处理费2件共940元，其中县档案馆1件"}]
    text = part_text(draft_report(example_submission(form2021, notes=notes, fee={"count": 2, "yuan": "940"}), registry), "sec6")
    assert text.count("940元") == 1
    assert "县档案馆1件" in text


@pytest.mark.parametrize("text", ["每期3~5人参加", "改造用了10-15天", "每季度检查2至3次"])
def test_a_range_of_a_note_is_no_error(form2021: Form, registry: FormRegistry, text: str) -> None:
    result = draft_report(example_submission(form2021, notes=[{"id": "n1", "aspect": "s1.mgmt", "text": text}]), registry)
    assert text in part_text(result, "s1.mgmt")
    assert [item for item in result.draft.findings if item.rule in ("TX-UNIT", "TX-NOSRC")] == []
