"""Consistent tables give no failure; a change of any one cell is caught, or no equation of the form covers the cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checks import run_checks, subject_of_submission
from assistant.form import Form, FormRegistry, default_registry
from assistant.form.loader import load_form
from tests.strategies import cells_from, consistent_values, example_submission, example_values, free_keys

FORMS = (*default_registry().forms, load_form(Path(__file__).parents[1] / "data" / "form2027.toml"))
TABLES = {"T3", "T4"}


def _errors(form: Form, values: dict[str, object]) -> set[str]:
    submission = example_submission(form).model_copy(update={"cells": cells_from(form, values)})
    result = run_checks(subject_of_submission(submission, registry=FormRegistry([form])), families={"C", "T2", *TABLES})
    return {finding.rule for finding in result.findings if finding.severity == "error"}


def _covered(form: Form) -> set[str]:
    """Cells that stand in an equation of the form: all of 表三 and 表四. No equation covers 表二."""
    return {key for equation in form.equations for key in equation.terms}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_the_equations_cover_every_cell_of_the_tables_they_are_about(form: Form) -> None:
    assert _covered(form) == {key for key, cell in form.cells.items() if cell.table in ("t3", "t4")}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_consistent_tables_have_no_error(form: Form, data: st.DataObject) -> None:
    assert _errors(form, dict(data.draw(consistent_values(form)))) == set()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_change_of_one_cell_is_caught(form: Form, data: st.DataObject) -> None:
    values: dict[str, object] = dict(data.draw(consistent_values(form)))
    key = data.draw(st.sampled_from(sorted(_covered(form))))
    change = data.draw(st.integers(-5000, 5000).filter(bool))

    assert _errors(form, {**values, key: int(str(values[key])) + change})


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_a_change_of_any_cell_by_one_is_caught(form: Form) -> None:
    values: dict[str, object] = dict(example_values(form))

    missed = [key for key in _covered(form) if not _errors(form, {**values, key: int(str(values[key])) + 1})]

    assert missed == []


def test_what_no_equation_can_show_is_known(form2021: Form) -> None:
    """A case moved between 新收 and 上年结转 in a column and its total keeps every equation; only last year's report shows it."""
    values: dict[str, object] = dict(example_values(form2021))
    for column in ("natural", "total"):
        values[f"t3.new.{column}"] = int(str(values[f"t3.new.{column}"])) + 1
        values[f"t3.carry_in.{column}"] = int(str(values[f"t3.carry_in.{column}"])) - 1

    assert _errors(form2021, values) == set()
    assert [key for key in form2021.cells if key not in _covered(form2021)] == [
        key for key in form2021.cells if key.startswith("t2.")
    ]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_blank_never_makes_an_error_of_consistent_tables(form: Form, data: st.DataObject) -> None:
    values: dict[str, object] = dict(data.draw(consistent_values(form)))
    gone = data.draw(st.sets(st.sampled_from(sorted(form.cells)), max_size=30))

    assert _errors(form, {**values, **dict.fromkeys(gone)}) == set()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_one_wrong_cell_is_one_error(form: Form, data: st.DataObject) -> None:
    values: dict[str, object] = dict(data.draw(consistent_values(form)))
    key = data.draw(st.sampled_from(sorted(set(free_keys(form)) & _covered(form))))
    values[key] = int(str(values[key])) + data.draw(st.integers(1, 50))
    submission = example_submission(form).model_copy(update={"cells": cells_from(form, values)})
    result = run_checks(subject_of_submission(submission, registry=FormRegistry([form])), families={"C", "T2", *TABLES})

    assert len([finding for finding in result.findings if finding.severity == "error"]) == 1
