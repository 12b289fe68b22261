"""The example submissions and a published report give just the findings a clerk would expect."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.checks import CheckResult, run_checks, subject_of_submission
from assistant.form import FormRegistry
from assistant.intake import read_input

EXPECTED = {
    "county-education-bureau-2025": {"COV-ASPECT-PLATFORM"},
    "county-government-2025": set(),
    "township-2025": {"COV-ASPECT-MGMT", "COV-ART50-ASSESS", "COV-ART50-SOCIAL", "COV-ART50-ACCOUNT"},
}


@pytest.mark.parametrize("name", EXPECTED)
def test_an_example_lacks_only_what_its_target_marks_as_a_gap(shared: Path, registry: FormRegistry, name: str) -> None:
    folder = shared / "examples" / name
    submission, previous = (read_input(folder / file, registry).submission for file in ("submission.json", "previous.json"))

    subject = subject_of_submission(submission, registry=registry, previous=previous, today=date(2026, 1, 10))
    result = run_checks(subject, scopes={"cells", "cross_year", "submission"})

    assert {finding.rule for finding in result.findings if finding.severity == "error"} == EXPECTED[name]
    assert not [finding for finding in result.findings if finding.status == "fail" and finding.rule.startswith(("T2", "T3", "X"))]


@pytest.fixture
def flattened(shared: Path, registry: FormRegistry) -> CheckResult:
    submission = read_input(shared / "reports" / "fengxiang-2020.txt", registry).submission
    return run_checks(subject_of_submission(submission, registry=registry), scopes={"cells", "submission"})


def test_a_flattened_report_is_told_what_its_tables_leave_open(flattened: CheckResult) -> None:
    found = {finding.rule: finding for finding in flattened.findings if finding.status == "fail"}

    assert found["C-BLANK"].message.startswith("表三有 132 格空白")
    assert "22 行" in found["C-POSITION"].message and found["T3-TOTALONLY"].severity == "info"
    assert {"T2A-ITEM-NODEC", "T2A-DELTA-JUMP", "C-UNIT", "C-ZERO-INFER", "COV-ASPECT-REQUEST", "COV-ASPECT-MGMT"} <= found.keys()
    assert found["C-UNIT"].severity == "info" and found["COV-ASPECT-MGMT"].severity == "warning"


def test_a_flattened_report_gets_no_false_arithmetic(flattened: CheckResult) -> None:
    assert not [finding for finding in flattened.findings if finding.severity == "error" and not finding.rule.startswith("COV-")]
    assert not {finding.rule for finding in flattened.findings} & {"C-NEGATIVE", "COV-FEE", "T2A-NOTSUM"}
