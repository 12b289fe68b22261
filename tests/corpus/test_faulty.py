"""Each faulty submission has exactly the fault its expectation names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from assistant.form import Form, FormRegistry
from tests.corpus.material import FAULTS, FAULTY, ROOT, failing, form_of, load, numbers, with_previous

RULE = re.compile(r"(?:S|C|T2A|T2B|T3|T4|X|TX|Y|N|COV)-[A-Z0-9-]+")

every_fault = pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)


def expected(path: Path) -> Any:
    return load(FAULTY / "expect" / path.name)


def test_there_are_enough_and_each_has_its_expectation() -> None:
    assert len(FAULTS) >= 15
    assert {path.name for path in FAULTS} == {path.name for path in (FAULTY / "expect").glob("*.json")}
    assert len({expected(path)["about"] for path in FAULTS}) == len(FAULTS)


@every_fault
def test_expectations_name_rules_and_cells_that_exist(path: Path, registry: FormRegistry) -> None:
    expectation = expected(path)
    assert expectation["findings"]
    assert expectation.keys() == {"about", "base", "previous", "findings", "silent"}
    cells = form_of(load(path), registry).cells
    for finding in expectation["findings"]:
        assert finding.keys() == {"rule", "severity", "status", "cells"}
        assert RULE.fullmatch(finding["rule"])
        assert finding["severity"] in ("error", "warning", "info")
        assert finding["status"] in ("fail", "unknown")
        assert set(finding["cells"]) <= cells.keys()
    assert not set(expectation["silent"]) & {finding["rule"] for finding in expectation["findings"]}


@every_fault
def test_it_differs_from_the_sound_submission_it_was_made_from(path: Path) -> None:
    expectation = expected(path)
    base, faulty = load(ROOT / expectation["base"]), load(path)
    assert base != faulty
    assert base["unit"]["name"] == faulty["unit"]["name"]
    assert base["year"] == faulty["year"]
    if expectation["previous"]:
        previous = load(ROOT / expectation["previous"])
        assert (previous["unit"]["name"], previous["year"]) == (faulty["unit"]["name"], faulty["year"] - 1)


@every_fault
def test_exactly_the_expected_equations_fail(path: Path, registry: FormRegistry) -> None:
    expectation, submission = expected(path), load(path)
    form = form_of(submission, registry)
    values = numbers(submission, form)
    equations = form.equations
    if expectation["previous"]:
        values = with_previous(values, numbers(load(ROOT / expectation["previous"]), form))
        equations += form.rollovers
    wrong = failing(equations, values)
    wanted = [finding for finding in expectation["findings"] if finding["rule"] in {equation.rule for equation in equations}]
    assert len(wrong) == len(wanted)
    for finding in wanted:
        assert any(equation.rule == finding["rule"] and set(finding["cells"]) <= set(equation.terms) for equation in wrong), finding
    assert not {equation.rule for equation in wrong} & set(expectation["silent"])


def test_every_equation_rule_that_a_county_can_break_has_its_fault(form2021: Form) -> None:
    shown = {finding["rule"] for path in FAULTS for finding in expected(path)["findings"]}
    rules = {equation.rule for equation in (*form2021.equations, *form2021.rollovers)}
    assert rules - shown == {"T4-SUM-DIRECT", "X-RULE-ROLL"}
