"""Each rule of the families C, T2, T3 and T4 fires, passes and stays undecided where it should."""

from __future__ import annotations

import pytest

from assistant.checks import all_rules, run_checks
from assistant.form import Form, FormRegistry
from tests.checks.judging import failures, outcomes, statuses, subject, with_previous

Filling = dict[str, object]

FIRES: list[tuple[str, str, Filling, str]] = [
    ("C-BLANK", "form2021", {"t2.license.decisions": None}, "warning"),
    ("C-PLACEHOLDER", "form2021", {"t2.license.decisions": "/"}, "info"),
    ("C-PLACEHOLDER", "form2021", {"t2.norm.issued": "—"}, "warning"),
    ("C-NEGATIVE", "form2021", {"t2.penalty.decisions": -3}, "error"),
    ("C-NONINT", "form2021", {"t3.new.natural": "12.5"}, "error"),
    ("C-FEE-DEC", "form2021", {"t2.fee.amount_wan": "９６１７１．６"}, "info"),
    ("C-FEE-DEC", "form2021", {"t2.fee.amount_wan": "96,171.6"}, "info"),
    ("C-FEE-DEC", "form2021", {"t2.fee.amount_wan": "1.23456"}, "info"),
    ("C-FEE-DEC", "form2021", {"t2.fee.amount_wan": "12.5万元"}, "info"),
    ("C-UNIT", "form2021", {"t3.new.natural": "5条"}, "warning"),
    ("C-UNIT", "form2021", {"t2.fee.amount_wan": "5元"}, "warning"),
    ("C-UNIT", "form2019", {"t2.procure.amount": "24672.02万元"}, "info"),
    ("C-UNPARSED", "form2021", {"t3.new.natural": "3O"}, "error"),
    (
        "C-ZERO-INFER",
        "form2021",
        {"t4.rev.upheld": None, "t4.rev.corrected": 0, "t4.rev.other": 0, "t4.rev.pending": 0, "t4.rev.total": 0},
        "info",
    ),
    ("T2A-DISCLOSED", "form2019", {"t2.norm.new_disclosed": 5, "t2.norm.total_disclosed": 3}, "warning"),
    ("T2A-MADE-ZERO", "form2019", {"t2.norm.new_made": 2, "t2.norm.total_disclosed": 0}, "warning"),
    ("T2A-CURITEMS", "form2019", {"t2.coercion.prev_items": 16, "t2.coercion.delta_items": -20}, "error"),
    ("T2A-CURITEMS", "form2019", {"t2.fee.prev_items": 1, "t2.fee.delta_items": -2}, "error"),
    (
        "T2A-DEC-NOITEM",
        "form2019",
        {"t2.penalty.prev_items": 3, "t2.penalty.delta_items": -3, "t2.penalty.decisions": 12},
        "warning",
    ),
    ("T2A-ITEM-NODEC", "form2019", {"t2.service.prev_items": 51, "t2.service.delta_items": 42, "t2.service.decisions": 0}, "info"),
    ("T2A-DELTA-JUMP", "form2019", {"t2.service.prev_items": 51, "t2.service.delta_items": 42}, "info"),
    ("T2A-PROC-PAIR", "form2019", {"t2.procure.items": 0, "t2.procure.amount": "3万元"}, "warning"),
    ("T2A-PROC-UNIT", "form2019", {"t2.procure.amount": "24672.02"}, "warning"),
    ("T2B-VALID-ISSUED", "form2021", {"t2.norm.issued": 6, "t2.norm.valid": 3}, "warning"),
    ("T2B-RULE-POWER", "form2021", {"t2.rules.valid": 2}, "warning"),
    ("T3-BALANCE", "form2021", {"t3.carry_out.natural": 999}, "error"),
    ("T3-RESULTSUM", "form2021", {"t3.r7_total.total": 1}, "error"),
    ("T3-ROWSUM", "form2021", {"t3.r4_1_nothold.total": 759}, "error"),
    ("T3-LEAF-GT", "form2021", {"t3.r2_partial.natural": 5, "t3.r7_total.natural": 4}, "error"),
    ("T3-CARRYOUT-GT", "form2021", {"t3.carry_out.natural": 9999}, "error"),
    ("T3-NOPROC", "form2021", {"t3.r7_total.natural": 0, "t3.carry_out.natural": 0}, "error"),
    ("T3-NOINPUT", "form2021", {"t3.new.natural": 0, "t3.carry_in.natural": 0}, "error"),
    ("T3-R6-OTHER-HIGH", "form2021", {"t3.r6_3_other.total": 41, "t3.r7_total.total": 100}, "info"),
    ("T3-CARRY-LARGE", "form2021", {"t3.carry_out.total": 35, "t3.new.total": 90, "t3.carry_in.total": 10}, "info"),
    ("T4-SUM-REV", "form2021", {"t4.rev.total": 350}, "error"),
    ("T4-SUM-DIRECT", "form2021", {"t4.lit_direct.pending": 77}, "error"),
    ("T4-SUM-AFTER", "form2021", {"t4.lit_after.total": 0}, "error"),
]

UNDECIDED: list[tuple[str, str, Filling]] = [
    ("T2A-DISCLOSED", "form2019", {"t2.norm.total_disclosed": None}),
    ("T2A-MADE-ZERO", "form2019", {"t2.norm.new_made": "/"}),
    ("T2A-CURITEMS", "form2019", {"t2.coercion.delta_items": None}),
    ("T2A-DEC-NOITEM", "form2019", {"t2.penalty.decisions": None}),
    ("T2A-ITEM-NODEC", "form2019", {"t2.service.decisions": "无"}),
    ("T2A-DELTA-JUMP", "form2019", {"t2.service.prev_items": None}),
    ("T2A-PROC-PAIR", "form2019", {"t2.procure.items": None}),
    ("T2A-PROC-UNIT", "form2019", {"t2.procure.amount": None}),
    ("T2B-VALID-ISSUED", "form2021", {"t2.norm.valid": "/"}),
    ("T2B-RULE-POWER", "form2021", {"t2.rules.valid": None}),
    ("T3-BALANCE", "form2021", {"t3.carry_out.natural": None}),
    ("T3-RESULTSUM", "form2021", {"t3.r4_1_nothold.biz": "3O"}),
    ("T3-ROWSUM", "form2021", {"t3.r4_1_nothold.biz": None}),
    ("T3-LEAF-GT", "form2021", {"t3.r4_1_nothold.biz": None}),
    ("T3-CARRYOUT-GT", "form2021", {"t3.carry_out.total": "/"}),
    ("T3-NOPROC", "form2021", {"t3.new.natural": None}),
    ("T3-NOINPUT", "form2021", {"t3.carry_in.natural": None}),
    ("T3-R6-OTHER-HIGH", "form2021", {"t3.r6_3_other.total": None}),
    ("T3-CARRY-LARGE", "form2021", {"t3.carry_out.total": None}),
    ("T4-SUM-REV", "form2021", {"t4.rev.other": None}),
    ("T4-SUM-DIRECT", "form2021", {"t4.lit_direct.total": "/"}),
    ("T4-SUM-AFTER", "form2021", {"t4.lit_after.upheld": None}),
    ("T4-AFTER-NOREV", "form2021", {"t4.rev.total": None}),
]

CLEAN = sorted({(rule, form) for rule, form, _, _ in FIRES if (rule, form) != ("C-UNIT", "form2019")})


@pytest.mark.parametrize(("rule", "form", "values", "severity"), FIRES)
def test_a_fault_is_found_with_its_severity_and_figures(
    registry: FormRegistry, rule: str, form: str, values: Filling, severity: str
) -> None:
    found = failures(rule, subject(registry.get(form), values))

    assert found and {finding.severity for finding in found} == {severity}
    for finding in found:
        assert finding.message and "{" not in finding.message and "None" not in finding.message
        assert set(finding.cells) & set(values) and finding.fingerprint and "测试" in finding.place


@pytest.mark.parametrize(("rule", "form"), CLEAN)
def test_a_consistent_filling_passes(registry: FormRegistry, rule: str, form: str) -> None:
    assert statuses(rule, subject(registry.get(form))) == {"pass"}


@pytest.mark.parametrize(("rule", "form", "values"), UNDECIDED)
def test_an_unusable_cell_leaves_the_rule_undecided_and_is_named(
    registry: FormRegistry, rule: str, form: str, values: Filling
) -> None:
    unknown = [finding for finding in outcomes(rule, subject(registry.get(form), values)) if finding.status == "unknown"]

    assert unknown and all(finding.severity == "info" for finding in unknown)
    assert {key for finding in unknown for key in finding.missing} == set(values)
    assert not failures(rule, subject(registry.get(form), values))


def test_a_blank_is_never_taken_for_zero(form2021: Form) -> None:
    blanks: Filling = {key: None for key in form2021.cells if key.startswith("t3.")}

    for rule in ("T3-BALANCE", "T3-RESULTSUM", "T3-ROWSUM", "T3-NOPROC", "T3-NOINPUT", "T3-LEAF-GT", "T3-CARRYOUT-GT"):
        assert statuses(rule, subject(form2021, blanks)) == {"unknown"}


def test_the_message_of_an_equation_carries_all_its_figures(form2021: Form) -> None:
    values: Filling = {
        "t3.new.natural": 3001,
        "t3.carry_in.natural": 34,
        "t3.r7_total.natural": 2932,
        "t3.carry_out.natural": 100,
    }

    (finding,) = failures("T3-BALANCE", subject(form2021, values))

    assert finding.message == "自然人列：新收 3001＋上年结转 34＝3035，而办理结果总计 2932＋结转下年 100＝3032，差 3"
    assert (finding.left, finding.right, finding.difference) == (3035, 3032, 3)
    assert finding.cells == tuple(values)


def test_a_row_of_blanks_under_a_zero_total_holds_and_is_reported_as_inferred(form2021: Form) -> None:
    row = [key for key in form2021.cells if key.startswith("t3.r3_1_secret.")]
    values: Filling = dict.fromkeys(row) | {"t3.r3_1_secret.total": 0}

    assert statuses("T3-ROWSUM", subject(form2021, values)) == {"pass"}
    (finding,) = failures("C-ZERO-INFER", subject(form2021, values))
    assert set(finding.cells) == set(row) - {"t3.r3_1_secret.total"}


def test_a_row_of_blanks_under_a_total_above_zero_is_not_judged(form2021: Form) -> None:
    values: Filling = {key: None for key in form2021.cells if key.startswith("t3.r3_1_secret.")} | {"t3.r3_1_secret.total": 4}

    assert "unknown" in statuses("T3-ROWSUM", subject(form2021, values))


@pytest.mark.parametrize(("total", "severity"), [(0, "info"), (4, "warning")])
def test_a_row_with_only_its_total_is_reported(form2021: Form, total: int, severity: str) -> None:
    values: Filling = {key: None for key in form2021.cells if key.startswith("t3.r3_1_secret.")} | {"t3.r3_1_secret.total": total}

    (finding,) = failures("T3-TOTALONLY", subject(form2021, values))

    assert finding.severity == severity and "属于国家秘密" in finding.message
    assert statuses("T3-TOTALONLY", subject(form2021)) == {"pass"}


def test_a_row_with_only_natural_persons_and_its_total_is_reported(form2021: Form) -> None:
    row: Filling = {key: None for key in form2021.cells if key.startswith("t3.r1_open.")}
    values = row | {"t3.r1_open.natural": 4, "t3.r1_open.total": 4}

    (finding,) = failures("T3-NATURALONLY", subject(form2021, values))

    assert finding.severity == "info"
    assert statuses("T3-NATURALONLY", subject(form2021)) == {"pass"}
    assert statuses("T3-NATURALONLY", subject(form2021, dict.fromkeys(row, 0))) == {"pass"}


def test_many_blanks_are_one_finding(form2021: Form) -> None:
    values: Filling = {key: None for key in form2021.cells if key.startswith("t3.r3")}

    (finding,) = failures("C-BLANK", subject(form2021, values))

    assert len(finding.cells) == len(values) and str(len(values)) in finding.message


def test_a_blank_row_and_a_single_blank_are_two_findings(form2021: Form) -> None:
    values: Filling = {"t2.norm.issued": None, "t2.norm.repealed": None, "t2.norm.valid": None, "t2.license.decisions": None}

    assert [len(finding.cells) for finding in failures("C-BLANK", subject(form2021, values))] == [3, 1]


def test_a_blank_column_is_one_finding(form2021: Form) -> None:
    values: Filling = {"t2.penalty.decisions": None, "t2.coercion.decisions": None}

    (finding,) = failures("C-BLANK", subject(form2021, values))

    assert set(finding.cells) == set(values)


def test_a_value_of_uncertain_column_is_reported_and_never_calculated_with(form2021: Form) -> None:
    checked = subject(form2021)
    cell = checked.cells["t3.r1_open.total"].model_copy(update={"status": "position_uncertain"})
    uncertain = type(checked)(**{**vars(checked), "cells": {**checked.cells, "t3.r1_open.total": cell}})

    (finding,) = failures("C-POSITION", uncertain)

    assert finding.severity == "warning" and "予以公开" in finding.message
    assert "unknown" in statuses("T3-RESULTSUM", uncertain)
    assert statuses("C-POSITION", checked) == {"pass"}


def test_negative_changes_of_items_are_legal(form2019: Form) -> None:
    values: Filling = {"t2.coercion.prev_items": 16, "t2.coercion.delta_items": -1, "t2.coercion.decisions": 17}

    assert statuses("C-NEGATIVE", subject(form2019, values)) == {"pass"}
    assert not failures("T2A-CURITEMS", subject(form2019, values))


def test_placeholders_in_the_row_of_rules_are_accepted_of_units_without_that_power(form2021: Form) -> None:
    values: Filling = dict.fromkeys((key for key in form2021.cells if key.startswith("t2.rules.")), "/")

    assert statuses("T2B-RULE-POWER", subject(form2021, values)) == {"pass"}


@pytest.mark.parametrize("kind", ["gov_province", "gov_city"])
def test_units_with_the_power_may_report_rules(form2021: Form, kind: str) -> None:
    assert statuses("T2B-RULE-POWER", subject(form2021, {"t2.rules.valid": 2}, kind=kind)) == {"na"}


def test_an_enforcement_department_without_any_decision_is_asked(form2021: Form) -> None:
    police = {"name": "示例县公安局", "kind": "dept", "region": "示例县"}
    zeros: Filling = dict.fromkeys(("t2.license.decisions", "t2.penalty.decisions", "t2.coercion.decisions"), 0)

    assert statuses("T2B-ZERO-ENFORCE", subject(form2021, zeros, unit=police)) == {"fail"}
    assert statuses("T2B-ZERO-ENFORCE", subject(form2021, unit=police)) == {"pass"}
    assert statuses("T2B-ZERO-ENFORCE", subject(form2021, {**zeros, "t2.coercion.decisions": "/"}, unit=police)) == {"unknown"}
    assert statuses("T2B-ZERO-ENFORCE", subject(form2021, zeros)) == {"na"}


def test_suits_after_review_need_a_review_in_two_years(form2021: Form) -> None:
    now: Filling = {"t4.rev.total": 0, "t4.lit_after.total": 3}

    assert statuses("T4-AFTER-NOREV", with_previous(form2021, now, {"t4.rev.total": 0})) == {"fail"}
    assert statuses("T4-AFTER-NOREV", with_previous(form2021, now, {"t4.rev.total": 2})) == {"pass"}
    assert statuses("T4-AFTER-NOREV", subject(form2021, now)) == {"unknown"}
    assert statuses("T4-AFTER-NOREV", subject(form2021, {"t4.rev.total": 1})) == {"pass"}


@pytest.mark.parametrize(
    ("year", "count", "status"), [(2024, 1, "fail"), (2024, 0, "pass"), (2024, None, "unknown"), (2023, 1, "na")]
)
def test_direct_suits_are_pointed_out_since_2024(form2021: Form, year: int, count: int | None, status: str) -> None:
    assert statuses("T4-DIRECT-2024", subject(form2021, {"t4.lit_direct.total": count}, year=year)) == {status}


def test_more_disputes_than_answers_are_pointed_out(form2021: Form) -> None:
    few: Filling = {"t3.r7_total.total": 1}

    assert statuses("T4-VS-T3", with_previous(form2021, {**few, "t4.rev.total": 9}, few)) == {"fail"}
    assert statuses("T4-VS-T3", with_previous(form2021)) == {"pass"}
    assert statuses("T4-VS-T3", with_previous(form2021, few, {"t3.r7_total.total": None})) == {"unknown"}


def test_unpaid_fees_ask_for_the_fee_sentence(form2021: Form) -> None:
    assert statuses("T3-UNPAID-LINK", subject(form2021, {"t3.r6_2_unpaid.total": 6}, fee=None)) == {"fail"}
    assert statuses("T3-UNPAID-LINK", subject(form2021, {"t3.r6_2_unpaid.total": 6}, fee={"count": 0})) == {"pass"}
    assert statuses("T3-UNPAID-LINK", subject(form2021, {"t3.r6_2_unpaid.total": None}, fee=None)) == {"unknown"}


def test_cases_counted_in_two_results_are_pointed_out(form2021: Form) -> None:
    twice = [{"id": "n1", "aspect": "s1.request", "text": "部分公开的2件，其不公开部分同时计入不予公开"}]
    once = [{"id": "n1", "aspect": "s1.request", "text": "部分公开2件，不予公开3件"}]

    assert statuses("T3-PARTIAL-NOTE", subject(form2021, notes=twice)) == {"fail"}
    assert statuses("T3-PARTIAL-NOTE", subject(form2021, notes=once)) == {"pass"}


GUARDED: list[tuple[str, str, Filling, set[str]]] = [
    # figures of a published report: 305 + 77 items beside 511 decisions
    ("T2A-NOTSUM", "form2019", {"t2.license.prev_items": 305, "t2.license.delta_items": 77, "t2.license.decisions": 511}, {"T2"}),
    ("T2B-FEE-GUARD", "form2021", {"t2.fee.amount_wan": "96171.6"}, {"T2", "COV"}),
    ("T4-NOTOTAL", "form2021", {}, {"T4"}),
    ("T3-WORD-GUARD", "form2021", {"t3.new.org_other": 9}, set()),
]


@pytest.mark.parametrize(("guard", "form", "values", "families"), GUARDED)
def test_guards_are_declared_and_never_fire(
    registry: FormRegistry, guard: str, form: str, values: Filling, families: set[str]
) -> None:
    (declared,) = [rule for rule in all_rules() if rule.id == guard]
    result = run_checks(subject(registry.get(form), values), families=families)

    assert declared.kind == "guard" and declared.reason
    assert all(finding.rule != guard for finding in result.outcomes)
    assert not result.findings, [finding.message for finding in result.findings]


def test_table_four_has_no_total_of_suits(registry: FormRegistry) -> None:
    assert all(sum(key.startswith("t4.") for key in form.cells) == 15 for form in registry.forms)
