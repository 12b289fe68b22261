"""How rules are declared and run."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from assistant.checks import Finding, Rule, Settings, Subject, all_rules, run_checks
from assistant.checks.engine import Check, number, rule, run_rule
from assistant.errors import AssistantError
from assistant.form import Form
from tests.checks.judging import subject


def test_a_rule_that_breaks_down_is_an_error_that_names_it(form2021: Form) -> None:
    def broken(checked: Subject, check: Check) -> Iterator[Finding]:
        raise ZeroDivisionError("nothing")
        yield check.passed()

    own = Rule("T3-BROKEN", ("cells",), ("error",), "永远成立", "", "", "", broken)

    with pytest.raises(AssistantError, match="T3-BROKEN"):
        run_rule(own, subject(form2021))


def test_an_id_is_declared_once_for_a_scope() -> None:
    assert "T3-BALANCE" in {known.id for known in all_rules()}
    again = rule("T3-BALANCE", severity="error", scope=("cells", "report"), formula="", message="")

    with pytest.raises(ValueError, match="T3-BALANCE"):
        again(lambda _subject, _check: ())


def test_families_and_scopes_choose_rules(form2021: Form) -> None:
    checked = subject(form2021, {"t4.rev.total": 999, "t3.new.natural": 1})

    assert {finding.rule[:2] for finding in run_checks(checked, families={"T4"}).outcomes} == {"T4"}
    assert not [finding for finding in run_checks(checked, scopes={"submission"}).findings if finding.rule.startswith("T4-SUM")]


def test_thresholds_and_switches_are_settings(form2021: Form) -> None:
    checked = subject(form2021, {"t3.r6_3_other.total": 41, "t3.r7_total.total": 100})

    def rules(settings: Settings) -> set[str]:
        return {
            finding.rule for finding in run_checks(checked, families={"T3"}, settings=settings).outcomes if finding.status == "fail"
        }

    assert "T3-R6-OTHER-HIGH" in rules(Settings())
    assert "T3-R6-OTHER-HIGH" not in rules(Settings(thresholds={"T3-R6-OTHER-HIGH": {"share": Decimal("0.5")}}))
    assert "T3-R6-OTHER-HIGH" not in rules(Settings(disabled=frozenset({"T3-R6-OTHER-HIGH"})))


def test_every_rule_leaves_an_outcome(form2021: Form) -> None:
    outcomes = run_checks(subject(form2021)).outcomes

    assert {"T2A-DISCLOSED", "T3-BALANCE", "X-CARRY"} & {finding.rule for finding in outcomes if finding.status == "na"} == {
        "T2A-DISCLOSED"
    }
    assert all(finding.fingerprint for finding in outcomes if finding.status in ("fail", "unknown"))


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("3035"), "3035"), (Decimal("12.50"), "12.5"), (Decimal("1E+3"), "1000"), (None, "缺")]
)
def test_numbers_are_printed_plainly(value: Decimal | None, text: str) -> None:
    assert number(value) == text


def test_only_blocking_findings_keep_a_draft_from_being_final(form2021: Form) -> None:
    result = run_checks(subject(form2021, {"t4.rev.total": 999, "t2.norm.valid": None}))

    assert [finding.rule for finding in result.blocking] == ["T4-SUM-REV"]
