"""A draft from a published report: its tables become the figures, nothing of its text becomes a statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.drafting.assemble import Drafted, draft_report
from assistant.form import default_registry
from assistant.intake import read_input
from tests.drafting.material import loose_figures, narrative, slots

# Observations of the specification on this report, as far as a draft from its tables can make them.
EXPECTED = {
    "C-BLANK": "warning", "C-POSITION": "warning", "T3-TOTALONLY": "info", "C-ZERO-INFER": "info", "C-UNIT": "info",
    "T2A-ITEM-NODEC": "info", "T2A-DELTA-JUMP": "info", "COV-ASPECT-REQUEST": "warning", "COV-ASPECT-MGMT": "warning",
    "COV-ART50-ASSESS": "error", "COV-ART50-SOCIAL": "error", "COV-ART50-ACCOUNT": "error", "COV-PAIR": "warning",
    "S-SECTION-ORDER": "warning", "S-HEADER-LOST": "info", "S-PREFACE-COUNT": "info", "S-CHROME": "info",
    "COV-LOGIC": "warning", "COV-NORM-MENTION": "info",
}  # fmt: skip


@pytest.fixture(scope="module")
def seed(shared: Path) -> Drafted:
    registry = default_registry()
    intake = read_input(shared / "reports" / "fengxiang-2020.txt", registry)
    return draft_report(intake.submission, registry, report=intake.report)


def test_the_findings_name_what_is_odd_about_the_report(seed: Drafted) -> None:
    found = {finding.rule: finding.severity for finding in seed.draft.findings if finding.status == "fail"}
    assert {rule: found.get(rule) for rule in EXPECTED} == EXPECTED


def test_the_findings_hold_no_false_alarm_about_its_figures(seed: Drafted) -> None:
    rules = {finding.rule for finding in seed.draft.findings if finding.status == "fail"}
    assert not rules & {"C-NEGATIVE", "T2A-CURITEMS", "COV-FEE", "N-RENAME", "T3-BALANCE", "T3-RESULTSUM", "T3-ROWSUM", "TX-NOSRC"}


def test_no_figure_is_invented_and_no_blank_becomes_zero(seed: Drafted) -> None:
    text = narrative(seed)
    assert loose_figures(seed) == []
    assert "未收到" not in text
    assert "自然人" not in text
    assert "5263" not in text
    assert not {key for key in slots(seed) if key.startswith("t3.")}


def test_items_and_decisions_stand_side_by_side(seed: Drafted) -> None:
    text = narrative(seed)
    assert "行政许可382项" in text
    assert "行政许可决定511件" in text
