"""Tables and notes that contradict themselves or one another: nothing is said against a cell, and the unit is asked."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.drafting.assemble import Drafted, draft_report
from assistant.form import Form, FormRegistry, default_registry
from assistant.submission.model import Submission
from tests.drafting.material import part_text
from tests.strategies import example_submission

FORM = default_registry().get("form2021")
NONE_SAID = ("未收到", "没有新收", "尚无办结", "没有结转", "未发生", "没有因政府信息公开", "无结转", "无在办")


def zeros(**filled: int) -> dict[str, Decimal]:
    return dict.fromkeys(FORM.cells, Decimal(0)) | {key.replace("__", "."): Decimal(value) for key, value in filled.items()}


def of(values: dict[str, Decimal], previous: Submission | None = None, **changes: object) -> Drafted:
    return draft_report(example_submission(FORM, values, **changes), default_registry(), previous=previous)  # type: ignore[arg-type]


def last_year(values: dict[str, Decimal], **changes: object) -> Submission:
    submission = example_submission(FORM, values, **changes)  # type: ignore[arg-type]
    return submission.model_copy(update={"year": submission.year - 1})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([key for key in FORM.cells if key.startswith("t4.") and not key.endswith(".total")]), st.integers(1, 500))
def test_no_dispute_is_denied_while_an_outcome_is_filled_in(key: str, value: int) -> None:
    result = of(zeros(**{key.replace(".", "__"): value}))
    text = part_text(result, "s1.request")
    kind = "复议" if key.startswith("t4.rev") else "诉讼"
    assert f"未发生行政{kind}" not in text and f"未发生因政府信息公开引起的行政{kind}" not in text
    assert "引起的行政复议、行政诉讼" not in text and "没有因政府信息公开" not in text
    assert "s1.request.disputes" in {gap.key for gap in result.draft.gaps}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["new", "carry_in", "r7_total", "carry_out"]),
    st.sampled_from([column.key for column in FORM.table("t3").leaf_columns() if column.key != "total"]),
    st.integers(1, 500),
)
def test_no_request_is_denied_while_a_column_is_filled_in(row: str, column: str, value: int) -> None:
    result = of(zeros(**{f"t3__{row}__{column}": value}))
    text = part_text(result, "s1.request").split("【待补")[0]
    assert not any(words in text for words in NONE_SAID[:4] + NONE_SAID[6:])
    assert any("不一致" in gap.ask for gap in result.draft.gaps)


def test_outcomes_that_do_not_add_up_are_left_out_and_asked_for(form2021: Form, registry: FormRegistry) -> None:
    result = of(zeros(t4__rev__total=7, t4__rev__upheld=2))
    text = part_text(result, "s1.request")
    assert "7件" in text and "结果维持" not in text
    assert "行政复议四项之和与总计不一致" in text


def test_results_that_do_not_add_up_give_no_share() -> None:
    values = zeros(t3__new__total=30, t3__new__natural=30, t3__r7_total__total=30, t3__r7_total__natural=30)
    sound = values | {"t3.r1_open.total": Decimal(30), "t3.r1_open.natural": Decimal(30)}
    broken = values | {"t3.r1_open.total": Decimal(20), "t3.r1_open.natural": Decimal(20)}
    assert "占办结总数的100.0%" in part_text(of(sound), "s1.request")
    assert "%" not in part_text(of(broken), "s1.request")


def test_stock_of_documents_is_compared_only_where_the_year_explains_it() -> None:
    now = zeros(t2__norm__issued=9, t2__norm__repealed=14, t2__norm__valid=87)
    kind = {"kind": "gov_county"}
    fits = of(now, last_year(zeros(t2__norm__valid=92)), **kind)
    not_ = of(now, last_year(zeros()), **kind)
    assert "比上年末减少5件" in part_text(fits, "s1.active")
    assert "比上年末" not in part_text(not_, "s1.active")


@pytest.mark.parametrize(
    ("before", "after", "told"), [(9, 4, "由上年的9件减至4件"), (0, 4, "有4件，上年没有"), (4, 0, "上年为4件")]
)
def test_a_change_told_without_figures_is_told_by_the_tables(before: int, after: int, told: str) -> None:
    account = "统一了补正告知书范本，补正后仍不明确的申请比上年少了"
    follow_ups = [{"problem": "补正告知内容不清楚", "status": "partial", "text": account}]
    now, then = zeros(t3__r4_3_unclear__total=after), zeros(t3__r4_3_unclear__total=before)
    result = of(now, last_year(then), follow_ups=follow_ups)
    text = part_text(result, "sec5")
    hints = [hint.text for hint in result.draft.hints if hint.sources == ("f1",)]
    assert told in text and "比上年少了" not in text and "范本" in text
    assert bool(hints) == (after > before)


def test_a_change_the_tables_do_not_know_stays_as_noted() -> None:
    follow_ups = [{"problem": "补正告知内容不清楚", "status": "partial", "text": "补正后仍不明确的申请比上年少了"}]
    assert "补正后仍不明确的申请比上年少了" in part_text(of(zeros(), follow_ups=follow_ups), "sec5")


def test_two_notes_that_contradict_are_named() -> None:
    notes = [
        {"id": "n1", "aspect": "s1.active", "text": "全年公开信息一千二百三十四条，解读9篇"},
        {"id": "n2", "aspect": "s1.active", "text": "公开信息1300条，解读9篇"},
    ]
    told = [hint for hint in of(zeros(), notes=notes).draft.hints if hint.sources == ("n1", "n2")]
    assert len(told) == 1 and "1234条" in told[0].text and "1300条" in told[0].text


@pytest.mark.parametrize("text", ["好", "正常", "同去年", "已落实", "培训", "按要求开展", "We held 3 training sessions."])
def test_a_note_that_tells_nothing_is_asked_for_and_named(text: str) -> None:
    result = of(zeros(), notes=[{"id": "n1", "aspect": "s1.platform", "text": text}])
    assert "s1.platform" in {gap.key for gap in result.draft.gaps}
    assert text not in part_text(result, "s1.platform")
    assert any(hint.kind == "unused" and hint.sources == ("n1",) for hint in result.draft.hints)


def test_last_years_nothing_is_no_base() -> None:
    values = zeros(t3__new__total=12, t3__new__natural=12)
    text = part_text(of(values, last_year(zeros()), kind="gov_county"), "s1.request")
    assert "比上年增加12件" in text and "上年的0件" not in text and "增长" not in text
