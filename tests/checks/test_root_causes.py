"""One root cause is shown once, and never as a verdict on a cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.checks import Finding, run_checks
from assistant.form import Form
from assistant.form.loader import load_form
from tests.checks.judging import subject, with_previous
from tests.checks.texts import reported, told
from tests.strategies import example_values

Filling = dict[str, object]
FICTITIOUS = Path(__file__).parents[1] / "data" / "form2027.toml"


def _found(form: Form, values: Filling) -> tuple[Finding, ...]:
    return run_checks(subject(form, values), families={"C", "T2", "T3", "T4"}).findings


def _plus(form: Form, key: str, change: int) -> Filling:
    return {key: int(example_values(form)[key]) + change}


@pytest.mark.parametrize(
    ("key", "rules"),
    [
        ("t3.r7_total.natural", {"T3-RESULTSUM", "T3-BALANCE", "T3-ROWSUM"}),
        ("t3.new.natural", {"T3-BALANCE", "T3-ROWSUM"}),
        ("t3.carry_out.total", {"T3-BALANCE", "T3-ROWSUM"}),
        ("t3.r4_1_nothold.biz", {"T3-RESULTSUM", "T3-ROWSUM"}),
    ],
)
def test_one_wrong_cell_is_one_finding_that_asks_to_look_there_first(form2021: Form, key: str, rules: set[str]) -> None:
    (finding,) = _found(form2021, _plus(form2021, key, 3))

    assert {finding.rule, *finding.also} == rules
    assert finding.suspects == (key,)
    assert "请先核对" in finding.remedy and subject(form2021).label(key) in finding.remedy
    assert not any(word in finding.message + finding.remedy for word in ("应为", "应填", "改为", "填错"))


def test_the_consequences_in_the_same_column_are_not_shown_on_their_own(form2021: Form) -> None:
    (finding,) = _found(form2021, {"t3.r7_total.natural": 0})

    assert finding.rule == "T3-LEAF-GT"
    assert {"T3-RESULTSUM", "T3-BALANCE", "T3-ROWSUM"} <= set(finding.also)


def test_a_column_without_results_is_told_as_such(form2021: Form) -> None:
    zeros: Filling = {key: 0 for key in form2021.cells if key.startswith("t3.") and not key.startswith(("t3.new.", "t3.carry_in."))}

    (finding,) = _found(form2021, zeros)

    assert finding.rule == "T3-NOPROC" and "T3-BALANCE" in finding.also


def test_a_part_column_and_its_total_out_by_the_same_are_one_finding(form2021: Form) -> None:
    values = {**_plus(form2021, "t3.new.natural", 5), **_plus(form2021, "t3.new.total", 5)}

    (finding,) = _found(form2021, values)

    assert finding.rule == "T3-BALANCE" and finding.difference == 5
    assert {"t3.new.natural", "t3.new.total"} <= set(finding.cells) and not finding.suspects


def test_two_wrong_cells_are_two_findings(form2021: Form) -> None:
    values = {**_plus(form2021, "t3.r7_total.natural", 3), **_plus(form2021, "t4.rev.total", 1)}

    assert {finding.rule for finding in _found(form2021, values)} == {"T3-RESULTSUM", "T4-SUM-REV"}


def test_a_single_broken_sum_names_no_suspect(form2021: Form) -> None:
    (finding,) = _found(form2021, _plus(form2021, "t4.rev.total", 1))

    assert finding.suspects == () and finding.also == ()


def test_a_negative_count_is_told_rather_than_the_sums_it_breaks(form2021: Form) -> None:
    (finding,) = _found(form2021, {"t3.new.natural": -3})

    assert finding.rule == "C-NEGATIVE" and {"T3-BALANCE", "T3-ROWSUM"} <= set(finding.also)


def test_a_carry_that_broke_the_table_is_shown_with_the_year_before(form2021: Form) -> None:
    taken_over = {
        key.replace("carry_out", "carry_in"): value for key, value in example_values(form2021).items() if "carry_out" in key
    }
    balanced = {
        key.replace("carry_in", "new"): example_values(form2021)[key.replace("carry_in", "new")]
        + example_values(form2021)[key]
        - value
        for key, value in taken_over.items()
    }
    right: Filling = {**taken_over, **balanced}
    wrong = {**right, "t3.carry_in.total": int(taken_over["t3.carry_in.total"]) + 2}

    assert not [finding for finding in _cross(form2021, right) if finding.rule.startswith(("T3", "X-CARRY"))]
    (finding,) = [finding for finding in _cross(form2021, wrong) if finding.rule.startswith(("T3", "X-CARRY"))]
    assert finding.suspects == ("t3.carry_in.total",) and "X-CARRY" in finding.also


def _cross(form: Form, values: Filling) -> tuple[Finding, ...]:
    return run_checks(with_previous(form, values), families={"T3", "X"}).findings


def test_what_blanks_leave_undecided_is_one_finding(form2021: Form) -> None:
    blanks: Filling = {key: None for key in form2021.cells if key.startswith("t3.carry_in.")}

    blank, unknown = _found(form2021, blanks)

    assert blank.rule == "C-BLANK"
    assert unknown.status == "unknown" and set(unknown.missing) == set(blanks) and "T3-ROWSUM" in unknown.also


def test_findings_come_in_order_of_severity_and_place(form2021: Form) -> None:
    values: Filling = {"t4.rev.total": 999, "t3.new.natural": "3O", "t2.norm.valid": None, "t2.license.decisions": "/"}

    severities = [finding.severity for finding in _found(form2021, values)]

    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    errors = [finding.cells[0] for finding in _found(form2021, values) if finding.severity == "error"]
    assert errors == ["t3.new.natural", "t4.rev.upheld"]


def test_a_ruling_holds_as_long_as_the_values_are_the_same(form2021: Form) -> None:
    def mark(change: int) -> str:
        return _found(form2021, _plus(form2021, "t3.r7_total.natural", change))[0].fingerprint

    assert mark(3) == mark(3) != mark(4)


def test_a_third_form_is_checked_without_new_code() -> None:
    form = load_form(FICTITIOUS)
    assert not [finding for finding in _found(form, {}) if finding.severity != "info"]
    (finding,) = [found for found in _found(form, _plus(form, "t3.r3_9_trial.media", 2)) if found.severity == "error"]
    assert finding.suspects == ("t3.r3_9_trial.media",)


@pytest.mark.parametrize(
    ("text", "rule", "also"),
    [
        ("因政府信息公开被申请行政复议9件，其中结果维持3件、结果纠正2件、尚未审结1件。", "TX-REV", "TX-SUBSUM"),
        ("因政府信息公开被申请行政复议6件，其中结果维持3件、结果纠正9件、尚未审结1件。", "TX-REV-RES", "TX-SUBSUM-OVER"),
    ],
)
def test_a_wrong_figure_of_a_list_is_one_finding_not_also_one_on_the_list(form2021: Form, text: str, rule: str, also: str) -> None:
    (finding,) = told(reported(form2021, text))

    assert (finding.rule, finding.also) == (rule, (also,))
    assert "同一原因" in finding.message


def test_a_list_that_stays_wrong_after_its_wrong_figure_is_still_told(form2021: Form) -> None:
    text = "因政府信息公开被申请行政复议9件，其中结果维持3件、其他情形4件、尚未审结1件。"

    assert {finding.rule for finding in told(reported(form2021, text))} >= {"TX-REV", "TX-SUBSUM"}
