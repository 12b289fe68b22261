"""This year beside last year: every rule of family X, and C-HUGE."""

from __future__ import annotations

import pytest

from assistant.checks import Subject, subject_of_submission
from assistant.form import Form, FormRegistry
from tests.checks.judging import failures, statuses, subject, with_previous
from tests.strategies import example_submission, example_values

Filling = dict[str, object]


def _continued(form: Form) -> Filling:
    """Cells of the second year that follow from the example filling of the first."""
    before = example_values(form)
    values: Filling = {}
    for equation in form.rollovers:
        fixed = sum(before[term.removeprefix("prev.")] for term in equation.left if term.startswith("prev."))
        moved = sum(
            -before[term.lstrip("-")] if term.startswith("-") else before[term] for term in equation.left if "prev." not in term
        )
        values[equation.right[0]] = fixed + moved
    return values


def _faults(form: Form) -> list[tuple[str, str]]:
    return [(equation.rule, equation.right[0]) for equation in form.rollovers]


@pytest.mark.parametrize("form_id", ["form2019", "form2021"])
def test_each_rollover_of_the_form_passes_fires_and_stays_undecided(registry: FormRegistry, form_id: str) -> None:
    form = registry.get(form_id)
    values = _continued(form)
    for rule, key in _faults(form):
        assert statuses(rule, with_previous(form, values)) == {"pass"}
        assert "fail" in statuses(rule, with_previous(form, {**values, key: int(str(values[key])) + 3}))
        assert "unknown" in statuses(rule, with_previous(form, {**values, key: None}))


@pytest.mark.parametrize(("trusted", "severity"), [(True, "error"), (False, "warning")])
def test_a_broken_carry_is_an_error_only_when_last_year_was_checked(form2021: Form, trusted: bool, severity: str) -> None:
    now, before = {"t3.carry_in.total": 100}, {"t3.carry_out.total": 103}

    (finding,) = failures("X-CARRY", with_previous(form2021, now, before, trusted=trusted))

    assert finding.severity == severity
    assert (finding.left, finding.right, finding.difference) == (103, 100, 3)
    assert "103" in finding.message and "100" in finding.message


def _two_forms(registry: FormRegistry, year: int = 2021) -> Subject:
    old, new = registry.get("form2019"), registry.get("form2021")
    previous = example_submission(old, {"t3.carry_out.total": 7}, year=2020)
    return subject_of_submission(example_submission(new, {"t3.carry_in.total": 9}, year=year), previous=previous)


def test_after_a_change_of_form_only_cells_of_the_same_meaning_are_compared(registry: FormRegistry) -> None:
    changed = _two_forms(registry)

    (finding,) = failures("X-MIGRATE", changed)

    assert "“其他处理合计”按合计比较" in finding.message and "逾期不补正" not in finding.message
    assert all(name in finding.message for name in ("规章", "行政规范性文件", "行政事业性收费", "政府集中采购"))
    assert "予以公开" not in finding.message and "行政许可" not in finding.message
    assert statuses("X-CARRY", changed) == {"fail"}
    assert statuses("X-NORM-ROLL", changed) == statuses("X-RULE-ROLL", changed) == statuses("X-SAME-TABLE", changed) == {"na"}


def test_years_that_are_not_adjacent_are_not_compared(registry: FormRegistry) -> None:
    apart = _two_forms(registry, 2023)

    for rule in ("X-CARRY", "X-CARRY-COL", "X-MIGRATE", "X-PENDING", "X-SAME-TABLE", "X-JUMP", "C-HUGE"):
        assert statuses(rule, apart) == {"na"}


def test_the_same_form_in_both_years_is_no_migration(form2021: Form) -> None:
    assert statuses("X-MIGRATE", with_previous(form2021)) == {"na"}


def test_pending_cases_that_vanish_are_asked_for(form2021: Form) -> None:
    (finding,) = failures("X-PENDING", with_previous(form2021, {"t4.rev.total": 0}, {"t4.rev.pending": 6}))

    assert "6 件" in finding.message
    assert statuses("X-PENDING", with_previous(form2021, {"t4.rev.total": 1}, {"t4.rev.pending": 6})) == {"pass"}
    assert "unknown" in statuses("X-PENDING", with_previous(form2021, {"t4.rev.total": None}))


def test_a_table_equal_to_last_years_is_asked_for(form2021: Form) -> None:
    tables = [finding.message[:2] for finding in failures("X-SAME-TABLE", with_previous(form2021))]

    assert tables == ["表二", "表三", "表四"]
    changed = with_previous(form2021, {"t2.license.decisions": 99, "t3.new.natural": 1, "t4.rev.total": 99})
    assert statuses("X-SAME-TABLE", changed) == {"pass"}
    assert "unknown" in statuses("X-SAME-TABLE", with_previous(form2021, {"t2.license.decisions": None}))


def test_tables_of_zeros_may_be_equal(form2021: Form) -> None:
    zeros: Filling = dict.fromkeys(form2021.cells, 0)

    assert statuses("X-SAME-TABLE", with_previous(form2021, zeros, zeros)) == {"pass"}


@pytest.mark.parametrize(
    ("now", "before", "status"), [(315, 40, "fail"), (160, 40, "fail"), (159, 40, "pass"), (30, 2, "pass"), (500, 0, "pass")]
)
def test_a_jump_is_large_in_share_and_in_number(form2021: Form, now: int, before: int, status: str) -> None:
    key = "t3.new.total"

    assert statuses("X-JUMP", with_previous(form2021, {key: now}, {key: before})) == {status}


@pytest.mark.parametrize(
    ("now", "before", "status"), [(1200, 12, "fail"), (1199, 12, "pass"), (12, 1200, "fail"), (900, 9, "pass"), (0, 5000, "pass")]
)
def test_a_hundredfold_change_is_a_likely_mistake_of_units(form2021: Form, now: int, before: int, status: str) -> None:
    key = "t2.fee.amount_wan"

    assert statuses("C-HUGE", with_previous(form2021, {key: now}, {key: before})) == {status}


def test_cells_whose_meaning_changed_are_never_compared(registry: FormRegistry) -> None:
    old, new = registry.get("form2019"), registry.get("form2021")
    previous = example_submission(old, {"t2.fee.prev_items": 10}, year=2020)
    now = subject_of_submission(example_submission(new, {"t2.fee.amount_wan": 100000}, year=2021), previous=previous)

    assert not failures("X-JUMP", now) and not failures("C-HUGE", now)


def test_another_unit_last_year_is_pointed_out(form2021: Form) -> None:
    same = with_previous(form2021)
    unit = {"name": "示例县人民政府", "kind": "gov_county", "region": "示例县"}
    previous = example_submission(form2021, unit=unit)
    other = subject_of_submission(example_submission(form2021, year=form2021.first_year + 1), previous=previous)

    assert statuses("X-SCOPE", same) == {"pass"}
    assert statuses("X-SCOPE", other) == {"fail"}


def test_figures_of_last_year_inside_the_submission_are_used(form2021: Form) -> None:
    before = example_submission(form2021, {"t3.carry_out.total": 103}).cells
    alone = subject(form2021, {"t3.carry_in.total": 100}, year=2022, previous_cells=before)

    assert failures("X-CARRY", alone)[0].severity == "warning"
