"""Sums over units are exact, do not depend on order, and are no figure when anything is missing from them."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.facts.rollup import Part, add_up, doublings, left_out_kind, rollup_data
from assistant.form import Cell, Form, default_registry
from assistant.form.loader import load_form
from tests.corpus.material import ROOT
from tests.strategies import cells_from, consistent_cells, example_values

FORMS = (*default_registry().forms, load_form(ROOT / "tests" / "data" / "form2027.toml"))
FORM = FORMS[1]


def _parts(form: Form, filled: list[dict[str, Cell]]) -> list[Part]:
    return [Part(f"第{number}局", cells, form, f"{number}.xlsx") for number, cells in enumerate(filled)]


@st.composite
def _units(draw: st.DrawFn) -> tuple[Form, list[Part]]:
    form = draw(st.sampled_from(FORMS))
    return form, _parts(form, draw(st.lists(consistent_cells(form), min_size=1, max_size=4)))


@settings(max_examples=25, deadline=None)
@given(_units(), st.randoms(use_true_random=False))
def test_a_sum_is_the_sum_of_its_parts_in_any_order(units: tuple[Form, list[Part]], chance: random.Random) -> None:
    form, parts = units
    totals = add_up(form, parts)
    for key, total in totals.items():
        values = [part.cells[key].value for part in parts if part.cells[key].ok]
        if len(values) == len(parts) and total.value is not None:
            assert total.value == sum((value for value in values if value is not None), Decimal(0))
            assert [s.value for s in total.summands] == values
        else:
            assert total.value is None
    assert add_up(form, chance.sample(parts, len(parts))) == totals


@settings(max_examples=25, deadline=None)
@given(_units(), st.data())
def test_a_blank_poisons_only_its_own_cell(units: tuple[Form, list[Part]], data: st.DataObject) -> None:
    form, parts = units
    key, number = data.draw(st.sampled_from(list(form.cells))), data.draw(st.integers(0, len(parts) - 1))
    status = data.draw(st.sampled_from(["blank", "placeholder", "unparsed", "inferred_zero", "position_uncertain"]))
    spoiled = Cell.model_validate({"key": key, "status": status, "raw": "" if status == "blank" else "/"})
    changed = [
        Part(part.unit, {**part.cells, key: spoiled}, part.form, part.file) if place == number else part
        for place, part in enumerate(parts)
    ]
    before, after = add_up(form, parts), add_up(form, changed)
    assert after[key].value is None
    assert not after[key].cell("汇总").ok
    assert [summand.unit for summand in after[key].lacking if summand.raw == spoiled.raw][:1] or status != "blank"
    assert {name: total for name, total in after.items() if name != key} == {
        name: total for name, total in before.items() if name != key
    }


def test_sums_of_consistent_tables_are_consistent() -> None:
    form = FORM
    totals = add_up(form, _parts(form, [cells_from(form, example_values(form)) for _ in range(3)]))
    for equation in form.equations:
        sides = [sum((totals[key].value or 0 for key in keys), Decimal(0)) for keys in (equation.left, equation.right)]
        assert sides[0] == sides[1], equation.rule


def test_money_adds_exactly() -> None:
    amounts = ("0.1", "0.2", "3455.98", "0.0001")
    parts = _parts(FORM, [cells_from(FORM, {"t2.fee.amount_wan": amount}) for amount in amounts])
    assert add_up(FORM, parts)["t2.fee.amount_wan"].value == Decimal("3456.2801")


def test_a_sum_is_traceable_to_each_units_cell() -> None:
    total = add_up(FORM, _parts(FORM, [cells_from(FORM, {"t3.new.total": value}) for value in (3, 4)]))["t3.new.total"]
    assert [(s.unit, s.value, s.source.file, s.source.place) for s in total.summands] == [
        ("第0局", Decimal(3), "0.xlsx", "测试 t3.new.total"),
        ("第1局", Decimal(4), "1.xlsx", "测试 t3.new.total"),
    ]


def test_an_absent_unit_keeps_every_sum_from_being_a_figure() -> None:
    totals = add_up(FORM, _parts(FORM, [cells_from(FORM, example_values(FORM))]), ["示例县档案局"])
    assert all(total.value is None and "示例县档案局" in total.reason for total in totals.values())


def test_not_applicable_is_no_zero_unless_a_person_passes_over_it() -> None:
    parts = _parts(FORM, [cells_from(FORM, {"t2.norm.issued": value, "t2.rules.issued": "/"}) for value in ("/", 4)])
    strict, skipping = add_up(FORM, parts), add_up(FORM, parts, skipping=True)
    assert strict["t2.norm.issued"].value is None
    assert "第0局（填的是“/”）" in strict["t2.norm.issued"].reason
    assert skipping["t2.norm.issued"].value == 4
    for totals in (strict, skipping):
        cell = totals["t2.rules.issued"].cell("汇总")
        assert (cell.status, cell.raw, cell.value) == ("placeholder", "/", None)


def test_cells_of_an_older_form_that_mean_something_else_are_not_added() -> None:
    old, new = FORMS[0], FORMS[1]
    parts = [Part("甲局", cells_from(new, example_values(new)), new), Part("乙局", cells_from(old, example_values(old)), old)]
    totals = add_up(new, parts)
    assert totals["t2.norm.issued"].value is None
    assert totals["t3.new.total"].value is not None


def test_cells_the_form_calls_incomparable_are_not_added() -> None:
    old = FORMS[0]
    new = replace(FORMS[1], not_comparable={old.id: ("t3.new.*",)})
    parts = [Part("甲局", cells_from(new, example_values(new)), new), Part("乙局", cells_from(old, example_values(old)), old)]
    totals = add_up(new, parts)
    assert totals["t3.new.total"].reason == "缺 乙局（所用的表与本年的表口径不同）"
    assert totals["t3.r7_total.total"].value is not None


def test_amounts_in_different_measures_are_not_added() -> None:
    old = FORMS[0]
    key = next(key for key, definition in old.cells.items() if not definition.unit and definition.col.units)
    measures = old.cells[key].col.units
    for pair, known in (((measures[0], measures[0]), True), ((measures[0], measures[1]), False)):
        parts = _parts(old, [cells_from(old, {key: f"5{measure}"}) for measure in pair])
        assert (add_up(old, parts)[key].value is not None) is known


def test_a_sum_that_is_too_long_to_be_read_back_is_no_figure() -> None:
    parts = _parts(FORM, [cells_from(FORM, {"t3.new.total": "9" * 15}) for _ in range(2)])
    total = add_up(FORM, parts)["t3.new.total"]
    assert total.value is None
    assert "15 位" in total.reason


def test_every_declared_place_of_double_counting_is_in_the_form_in_force() -> None:
    assert all(each.keys(FORM) for each in doublings())
    assert {row["cell"] for row in rollup_data()["changes"]["told"]} <= FORM.cells.keys()


def test_who_enters_a_governments_figures() -> None:
    assert left_out_kind("vertical", "gov_county")
    assert left_out_kind("gov_city", "gov_county")
    assert not left_out_kind("gov_town", "gov_county")
    assert not left_out_kind("dept", "gov_county")
