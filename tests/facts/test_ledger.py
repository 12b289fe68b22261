"""What the ledger states, what it refuses to state, and why."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.errors import AssistantError, InputError
from assistant.facts.ledger import Ledger, SlotError, build_ledger
from assistant.facts.provisions import articles
from assistant.form import Cell, CellStatus, Form, default_registry
from assistant.form.loader import load_form
from assistant.submission.model import FollowUp, Note, Submission
from tests.strategies import cells_from, consistent_values, example_submission

FORMS = {form.id: form for form in default_registry().forms}
FORM = FORMS["form2021"]
OLD = FORMS["form2019"]
NEXT = load_form(Path(__file__).parents[1] / "data" / "form2027.toml")


def ledger(values: Mapping[str, object] | None = None, before: Mapping[str, object] | None = None, **fields: Any) -> Ledger:
    previous = None if before is None else example_submission(FORM, before)
    return build_ledger(example_submission(FORM, values, **fields), FORM, previous, FORM)


def test_a_blank_cell_takes_every_sum_and_share_over_it_along() -> None:
    found = ledger({"t3.r3_4_third.total": None})
    for key in ("t3.r3_4_third.total", "d.r3_sum", "d.share.r3_sum", "d.share.r3_4_third"):
        assert key not in found and found.unavailable[key] == "缺 t3.r3_4_third.total（空白）"
    assert "d.r4_sum" in found


@pytest.mark.parametrize(
    ("key", "raw", "reason"),
    [
        ("t3.new.total", "-3", "负数"),
        ("t3.new.total", "3.5", "不是整数"),
        ("t3.new.total", "约3", "不是数字"),
        ("t3.new.total", "—", "填的是“—”"),
        ("t2.fee.amount_wan", "380元", "应为万元"),
    ],
)
def test_an_illegal_value_is_no_fact(key: str, raw: str, reason: str) -> None:
    found = ledger({key: raw})
    assert key not in found and reason in found.unavailable[key]


def test_an_amount_without_its_unit_is_no_fact() -> None:
    submission = example_submission(OLD, {"t2.procure.amount": "24672.02"})
    assert "没有写明单位" in build_ledger(submission, OLD).unavailable["t2.procure.amount"]
    fact = build_ledger(example_submission(OLD, {"t2.procure.amount": "24672.02万元"}), OLD)["t2.procure.amount"]
    assert (fact.text, fact.unit) == ("24672.02", "万元")


def test_a_negative_change_of_items_is_legal_and_signed() -> None:
    fact = build_ledger(example_submission(OLD, {"t2.license.delta_items": "-1"}), OLD)["t2.license.delta_items"]
    assert (fact.text, fact.sign) == ("-1", -1)


def test_no_base_no_share() -> None:
    found = ledger(dict.fromkeys(FORM.cells, 0))
    assert not [key for key in found if key.startswith("d.share.")]
    assert "没有基数" in found.unavailable["d.share.disclosed"]


def test_growth_needs_a_base_and_a_change_prints_without_sign() -> None:
    found = ledger({"t3.new.total": 20, "t4.rev.total": 2}, {"t3.new.total": 30, "t4.rev.total": 1})
    diff, growth = found["d.diff.t3.new.total"], found["d.growth.t3.new.total"]
    assert (diff.text, diff.value, diff.sign, diff.direction) == ("10", Decimal(-10), -1, "减少")
    assert (growth.text, growth.value, growth.direction) == ("33.3", Decimal("-33.3"), "下降")
    assert found["d.diff.t4.rev.total"].text == "1" and "d.growth.t4.rev.total" not in found
    assert "上年不足" in found.unavailable["d.growth.t4.rev.total"]


def test_without_last_year_nothing_is_compared() -> None:
    found = ledger()
    assert not [key for key in found if key.startswith(("prev.", "d.diff.", "d.growth."))]
    assert found.unavailable["d.diff.t3.new.total"] == "没有上年数据"


def test_figures_of_last_year_inside_the_submission_serve_too() -> None:
    found = ledger(previous_cells=cells_from(FORM, {"t3.new.total": 30}))
    assert found["prev.t3.new.total"].value == 30 and "d.diff.t3.new.total" in found


def test_only_comparable_cells_of_an_earlier_form_are_compared() -> None:
    found = build_ledger(example_submission(FORM), FORM, example_submission(OLD), OLD)
    assert "d.diff.t3.new.total" in found and "d.diff.r6_sum" in found and "文件:60号" in found
    assert not [key for key in found if key.startswith(("d.diff.t2.norm", "d.diff.t2.fee"))]


@pytest.mark.parametrize("form", [OLD, FORM, NEXT], ids=lambda form: form.id)
def test_every_form_gives_each_cell_sum_and_notice(form: Form) -> None:
    found = build_ledger(
        example_submission(form, dict.fromkeys((key for key, cell in form.cells.items() if cell.col.units), "3万元")), form
    )
    assert {*form.cells, *(item.key for item in form.derived), form.reference} <= set(found)


def test_texts_are_numbered_and_their_figures_counted() -> None:
    note = Note(id="n9", aspect="s1.active", text="2025年公开1.36万条，六十三条被采纳", source="台账")
    follow = FollowUp(problem="更新慢", status="partial", text="改了17所")
    found = ledger(notes=(note,), follow_ups=(follow, follow))
    assert [found[f"note.n9.{number}"].text for number in (1, 2)] == ["1.36万", "63"] and "note.n9.3" not in found
    assert note.text[found["note.n9.2"].start : found["note.n9.2"].end] == "六十三"
    assert found["follow.f2.1"].text == "17" and "部分解决" in found["f2"].label
    assert found["n9"].text == note.text and found["p1"].kind == "text"


def test_the_fee_is_a_fact_only_when_stated() -> None:
    none = ledger(fee=None)
    assert not {"fee", "fee.count", "fee.yuan"} & set(none) and none.unavailable["fee"]
    some = ledger(fee={"count": 2, "yuan": "1200"})
    assert some.render("{fee.count}件、{fee.yuan}元") == "2件、1200元"
    assert ledger(fee={"count": 0})["fee"].text == "未收取"


def test_an_unknown_slot_is_named_with_the_reason() -> None:
    found = ledger({"t2.fee.amount_wan": None})
    with pytest.raises(SlotError, match=r"t2\.fee\.amount_wan.*空白"):
        found.render("收费{t2.fee.amount_wan}万元")
    with pytest.raises(SlotError, match=r"t9\.none"):
        found.render("{t9.none}件")


@pytest.mark.parametrize("text", ["{n1}", "{条例:33}", "{p1}"])
def test_whole_texts_and_provisions_are_not_printed_in_slots(text: str) -> None:
    with pytest.raises(SlotError):
        ledger().render(text)


@pytest.mark.parametrize("text", ["{year年", "year}年", "{{year}}", "{}"])
def test_stray_braces_are_refused(text: str) -> None:
    with pytest.raises(AssistantError):
        ledger().render(text)


def test_two_texts_of_one_name_are_refused() -> None:
    note = Note(id="p1", aspect="s1.active", text="公开3条")
    with pytest.raises(InputError, match="p1"):
        ledger(notes=(note,))


def test_the_regulation_has_its_56_articles() -> None:
    assert list(articles()) == [f"条例:{number}" for number in range(1, 57)]
    fact = ledger()["条例:50"]
    assert fact.text == "第五十条" and "711" in fact.source and "条例:57" not in ledger()


def test_facts_are_found_by_what_they_print() -> None:
    found = ledger({"t3.new.total": 20, "t2.fee.amount_wan": "2368.47"}, {"t3.new.total": 30})
    assert "d.diff.t3.new.total" in {fact.key for fact in found.with_value(Decimal(10))}
    assert {fact.key for fact in found.with_value(Decimal("23684700"))} == {"t2.fee.amount_wan"}
    assert found.with_value(Decimal("987654321")) == []


def _cell(key: str, status: CellStatus, value: int) -> Cell:
    return Cell(key=key, status=status, value=Decimal(value) if status == "ok" else None, raw=str(value))


_STATUSES = st.sampled_from(get_args(CellStatus))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    consistent_values(FORM),
    consistent_values(FORM),
    st.dictionaries(st.sampled_from(list(FORM.cells)), _STATUSES, max_size=30),
    st.dictionaries(st.sampled_from(list(FORM.cells)), _STATUSES, max_size=30),
)
def test_figures_follow_from_cells_that_may_be_stated(
    values: dict[str, Decimal], before: dict[str, Decimal], gaps: dict[str, CellStatus], gaps_before: dict[str, CellStatus]
) -> None:
    def submission(filled: dict[str, Decimal], spoiled: dict[str, CellStatus]) -> Submission:
        cells = cells_from(FORM, filled) | {key: _cell(key, status, 5) for key, status in spoiled.items() if status != "ok"}
        return example_submission(FORM).model_copy(update={"cells": cells})

    now, last = submission(values, gaps), submission(before, gaps_before)
    found = build_ledger(now, FORM, last, FORM)
    for prefix, source in (("", now), ("prev.", last)):
        stated = {key for key in FORM.cells if source.cells[key].status == "ok"}
        assert {key for key in FORM.cells if prefix + key in found} == stated
        for item in FORM.derived:
            whole = {term.lstrip("-") for term in item.terms} <= stated
            assert (prefix + item.key in found) == whole
            if whole:
                total = sum(source.cells[term].value or 0 for term in item.terms)
                assert found[prefix + item.key].value == total
    for key, fact in found.items():
        assert fact.key == key and fact.label and fact.line()
        if fact.kind == "share":
            assert fact.value is not None and 0 <= fact.value <= 100
        if key.startswith("d.growth."):
            diff = found[key.replace("d.growth.", "d.diff.")]
            assert fact.sign == diff.sign and fact.value is not None and fact.value * diff.sign >= 0
    assert not set(found) & set(found.unavailable)


@given(st.dictionaries(st.sampled_from(list(FORM.cells)), st.integers(-5, 400), max_size=80))
def test_inconsistent_tables_are_stated_as_they_are(values: dict[str, int]) -> None:
    found = build_ledger(example_submission(FORM, values), FORM)
    for key, value in values.items():
        assert (key in found) == (value >= 0)
        if value >= 0:
            assert found[key].value == value
    assert len(list(found.values())) == len(found)
