"""The published PDF as a report: every printed figure under its own key, its errors found, nothing else called an error."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from assistant.checks.engine import run_checks
from assistant.checks.report_subject import subject_of_report
from assistant.form import FormRegistry
from assistant.report.block_reader import read_blocks
from assistant.report.model import Report
from assistant.report.pdf_reader import pdf_blocks

ORGANISATIONS = ("biz", "research", "ngo", "legal", "org_other")
FIRST_COLUMN = {
    "new": 21, "carry_in": 0, "r1_open": 0, "r2_partial": 4, "r3_1_secret": 1, "r3_2_law": 0, "r3_3_safety": 0,
    "r3_4_third": 0, "r3_5_internal": 0, "r3_6_process": 1, "r3_7_casefile": 1, "r3_8_query": 0, "r4_1_nothold": 10,
    "r4_2_create": 3, "r4_3_unclear": 0, "r5_1_petition": 1, "r5_2_repeat": 0, "r5_3_publication": 0, "r5_4_mass": 0,
    "r5_5_confirm": 0, "r6_other_single": 0, "r7_total": 21, "carry_out": 0,
}  # fmt: skip
TABLE2 = {
    "rules.issued": "0", "rules.repealed": "0", "rules.valid": "0", "norm.issued": "0", "norm.repealed": "5", "norm.valid": "5",
    "license.decisions": "550", "penalty.decisions": "4119", "coercion.decisions": "195", "fee.amount_wan": "7730.28",
}  # fmt: skip
TABLE4 = {"rev.upheld": 10, "rev.corrected": 1, "lit_after.upheld": 5}


@pytest.fixture(scope="module")
def report(shared: Path, registry: FormRegistry) -> Report:
    path = shared / "reports" / "hongze-2023.pdf"
    return read_blocks(pdf_blocks(path.read_bytes(), path.name), str(path), registry)


def test_every_printed_cell_is_right_and_no_other_is_filled(report: Report, registry: FormRegistry) -> None:
    expected = {f"t2.{key}": Decimal(value) for key, value in TABLE2.items()}
    for row, count in FIRST_COLUMN.items():
        expected |= {f"t3.{row}.natural": Decimal(count), f"t3.{row}.total": Decimal(count)}
        expected |= {f"t3.{row}.{column}": Decimal(0) for column in ORGANISATIONS}
    lawsuits = (key for key in registry.get("form2021").cells if key.startswith("t4."))
    expected |= {key: Decimal(TABLE4.get(key.removeprefix("t4."), 0)) for key in lawsuits}
    assert {key: cell.value for key, cell in report.cells.items() if cell.status == "ok"} == expected
    assert all("页（" in cell.source.place for cell in report.cells.values() if cell.status == "ok")


def test_its_published_errors_are_found_and_nothing_else_in_its_tables(report: Report, registry: FormRegistry) -> None:
    found = run_checks(subject_of_report(report, registry=registry)).findings
    errors = {finding.rule for finding in found if finding.severity == "error" and finding.status == "fail" and finding.cells}
    assert errors == {"T4-SUM-REV", "T4-SUM-AFTER"}
    assert not [finding for finding in found if finding.rule in ("S-ROW-MISSING", "S-ROW-FOREIGN", "S-TABLE-MISSING")]


def test_front_and_parts_are_read(report: Report) -> None:
    assert report.year == 2023 and report.form == "form2021" and report.kind == "gov_county"
    assert [section.key for section in report.sections] == [f"sec{number}" for number in range(1, 7)]
    assert [section.number for section in report.sections] == ["一、", "二、", "三、", "四、", "五、", "六、"]
    assert report.text("sec3") == "" and report.text("sec5").count("\n") == 0
