"""Running single rules on the fixed example filling with some cells changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.checks import Finding, Subject, all_rules, subject_of_submission
from assistant.checks.engine import run_rule
from assistant.form import Form, FormRegistry
from tests.strategies import example_submission, example_values


def subject(form: Form, values: Mapping[str, object] | None = None, **fields: Any) -> Subject:
    """The example submission with some cells replaced; ``None`` and texts are taken as typed."""
    return subject_of_submission(example_submission(form, values, **fields), registry=FormRegistry([form]))


def with_previous(
    form: Form, values: Mapping[str, object] | None = None, before: Mapping[str, object] | None = None, *, trusted: bool = False
) -> Subject:
    """The example submission of the form's second year with last year's, both with some cells replaced."""
    return subject_of_submission(
        example_submission(form, values, year=form.first_year + 1),
        registry=FormRegistry([form]),
        previous=example_submission(form, before),
        previous_trusted=trusted,
    )


def outcomes(rule_id: str, checked: Subject, scope: str | None = None) -> tuple[Finding, ...]:
    """The outcomes of one rule, before root causes are merged."""
    rules = [rule for rule in all_rules() if rule.id == rule_id and (scope is None or scope in rule.scope)]
    assert rules, f"{rule_id} is not declared"
    return run_rule(rules[0], checked)


def failures(rule_id: str, checked: Subject, scope: str | None = None) -> list[Finding]:
    """The failures among them."""
    return [finding for finding in outcomes(rule_id, checked, scope) if finding.status == "fail"]


def statuses(rule_id: str, checked: Subject, scope: str | None = None) -> set[str]:
    """The statuses among them."""
    return {finding.status for finding in outcomes(rule_id, checked, scope)}


def scaled(form: Form, **rows: int) -> dict[str, object]:
    """The example filling with whole rows of a table set to one figure, such as ``t3_carry_out=0``."""
    return {
        key: value
        for name, value in rows.items()
        for key in example_values(form)
        if key.startswith(name.replace("_", ".", 1) + ".")
    }
