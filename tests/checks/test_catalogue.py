"""The catalogue agrees with the written rules, and every rule says what it is, why, and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.checks import Rule, all_rules

FAMILIES = {"C", "T2", "T3", "T4", "X", "D"}
BEFORE_WRITING = {
    *(f"COV-ASPECT-{name}" for name in ("ACTIVE", "REQUEST", "MGMT", "PLATFORM", "SUPERVISE")),
    *(f"COV-ART50-{name}" for name in ("ASSESS", "SOCIAL", "ACCOUNT")),
    *(f"COV-{name}" for name in ("PROBLEM", "IMPROVE", "PAIR", "FOLLOWUP", "FOLLOWUP-SAME", "FEE", "FEE-VALUE", "NAMES")),
}
OF_THE_TEXT = {"T2B-FEE-PAIR"}
OF_OUR_OWN = {"X-PREVIOUS-UNIT"}  # what only a program asks: which files belong together
WORDS = ("error", "warning", "info")

_ROW = re.compile(r"^\|\s*([A-Z][A-Z0-9]*-[A-Z0-9 /-]+?)(?:（护栏）)?\s*\|(.*)\|\s*$")


def _written(shared: Path) -> dict[str, list[str]]:
    """Rule ids of the tables of the written rules, with the severities named after the id, most usual first."""
    text = (shared / "domain" / "consistency-rules.md").read_text(encoding="utf-8")
    found: dict[str, list[str]] = {}
    for line in text.partition("## 13.")[0].splitlines():
        match = _ROW.match(line)
        for rule_id in _ids(match.group(1)) if match else ():
            columns = match.group(2).split("|") if match else []
            found[rule_id] = [word for column in columns[1:] for word in re.findall("|".join(WORDS), column)]
    return found


def _ids(cell: str) -> list[str]:
    """``COV-ART50-ASSESS / -SOCIAL`` names two rules with one beginning."""
    first, *rest = (part.strip() for part in cell.split("/"))
    return [first, *(first.rpartition("-")[0] + part if part.startswith("-") else part for part in rest)]


def _mine() -> dict[str, Rule]:
    return {
        rule.id: rule
        for rule in all_rules()
        if (rule.family in FAMILIES and rule.id not in OF_THE_TEXT) or (rule.id in BEFORE_WRITING and "submission" in rule.scope)
    }


def test_every_written_rule_of_these_families_is_declared(shared: Path) -> None:
    written = {rule_id for rule_id in _written(shared) if re.match("[A-Z]+[0-9]?", rule_id).group() in FAMILIES}  # type: ignore[union-attr]

    assert written - OF_THE_TEXT - {rule.id for rule in all_rules()} == set()
    assert {rule.id for rule in all_rules() if "submission" in rule.scope} >= BEFORE_WRITING


def test_no_rule_is_declared_that_is_not_written(shared: Path) -> None:
    assert set(_mine()) - set(_written(shared)) == OF_OUR_OWN


def test_severities_are_those_written(shared: Path) -> None:
    written = _written(shared)
    for rule_id, rule in _mine().items():
        if rule.kind == "guard" or rule_id.startswith(("D-", "COV-ART50")) or rule_id in OF_OUR_OWN:
            continue
        assert rule.severity == written[rule_id][0], rule_id
        assert set(rule.severities) <= {*written[rule_id], *_form_severities(rule_id)}, rule_id


def _form_severities(rule_id: str) -> set[str]:
    """C-UNIT is info where the header leaves the unit open (the written rules' own sample); T3-TOTALONLY on zeros."""
    return {"info"} if rule_id in ("C-UNIT", "T3-TOTALONLY") else set()


@pytest.mark.parametrize("rule", [rule for rule in _mine().values() if rule.kind == "check"], ids=lambda rule: rule.id)
def test_every_rule_says_what_why_and_what_to_do(rule: Rule) -> None:
    assert rule.formula and rule.message and rule.reason and (rule.remedy or rule.id in ("X-MIGRATE", "D-TOWN"))
    assert not rule.remedy.endswith("。")
    assert re.search("[\u4e00-\u9fff]", rule.formula + rule.reason)


def test_thresholds_from_experience_are_tunable() -> None:
    tunable = {rule.id for rule in all_rules() if rule.thresholds}

    assert {"C-HUGE", "X-JUMP", "T2A-DELTA-JUMP", "T3-R6-OTHER-HIGH", "T3-CARRY-LARGE", "X-SAME-TABLE"} <= tunable
