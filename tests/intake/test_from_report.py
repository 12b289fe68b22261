"""A report's tables become the submission, its text does not."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError
from assistant.form import Cell, FormRegistry
from assistant.intake import Overrides, read_input
from assistant.intake.from_report import submission_from_report
from assistant.report.model import ReadSection, Report


def report(**changes: Any) -> Report:
    fields: dict[str, Any] = {
        "path": "报告.txt",
        "unit": "示例县人民政府",
        "kind": "gov_county",
        "region": "示例县",
        "year": 2020,
        "form": "form2019",
        "site": "www.shilixian.example",
        "phone": "0000-8800001",
        "sections": (ReadSection(key="sec1", number="一", title="总体情况", text="公开信息5条。"),),
        "cells": {
            "t3.new.total": Cell(key="t3.new.total", value=Decimal(0), raw="0", status="ok"),
            "t3.new.natural": Cell(key="t3.new.natural", status="inferred_zero"),
        },
    }
    return Report(**(fields | changes))


def test_tables_and_profile_are_taken_and_no_text(registry: FormRegistry) -> None:
    submission = submission_from_report(report(), registry)
    unit = submission.unit
    assert (unit.name, unit.kind, unit.region, unit.site) == ("示例县人民政府", "gov_county", "示例县", "www.shilixian.example")
    assert unit.contact.phone == "0000-8800001"
    assert (submission.year, submission.form) == (2020, "form2019")
    assert (submission.notes, submission.problems, submission.improvements, submission.follow_ups, submission.fee) == (
        (),
        (),
        (),
        (),
        None,
    )


def test_every_cell_is_there_and_blank_stays_blank(registry: FormRegistry) -> None:
    submission = submission_from_report(report(), registry)
    assert submission.cells.keys() == registry.get("form2019").cells.keys()
    assert submission.cells["t3.new.total"].value == 0
    assert submission.cells["t3.new.natural"].status == "inferred_zero"
    assert submission.cells["t3.new.biz"].status == "blank"


@pytest.mark.parametrize(
    ("changes", "words", "option"),
    [
        ({"unit": ""}, "哪个单位", "--unit"),
        ({"kind": ""}, "哪一类单位", "--kind"),
        ({"year": None}, "报告年度", "--year"),
        ({"cells": {}}, "统计表", "工作簿"),
        ({"kind": "bureau"}, "bureau", "dept"),
        ({"unit": "../../etc"}, "路径", "机关全称"),
        ({"year": 2018, "form": ""}, "2018", "2019"),
    ],
)
def test_what_cannot_be_told_is_asked_for(changes: dict[str, Any], words: str, option: str, registry: FormRegistry) -> None:
    with pytest.raises(InputError) as caught:
        submission_from_report(report(**changes), registry)
    assert words in caught.value.message
    assert option in caught.value.remedy
    assert "报告.txt" in caught.value.place


def test_what_is_given_wins_over_what_was_read(registry: FormRegistry) -> None:
    submission = submission_from_report(report(kind="", year=None), registry, Overrides("gov_county", 2020, "示例县"))
    assert (submission.unit.kind, submission.year, submission.unit.name) == ("gov_county", 2020, "示例县")
    last = submission_from_report(report(), registry, Overrides("dept", 2026, "示例县教育局").for_previous())
    assert (last.unit.kind, last.year, last.unit.name) == ("gov_county", 2020, "示例县人民政府")


def test_published_report_is_read_through_the_door(shared: Path, registry: FormRegistry) -> None:
    intake = read_input(shared / "reports" / "fengxiang-2020.txt", registry)
    assert intake.report is not None
    assert (intake.submission.year, intake.submission.form, intake.submission.unit.kind) == (2020, "form2019", "gov_county")
    assert intake.submission.cells["t2.license.decisions"].value == 511
    assert intake.submission.notes == ()


def test_gb18030_report_is_read_like_utf8(shared: Path, registry: FormRegistry, tmp_path: Path) -> None:
    text = (shared / "reports" / "fengxiang-2020.txt").read_text(encoding="utf-8")
    copy = tmp_path / "fengxiang-2020.txt"
    copy.write_bytes(text.encode("gb18030"))
    plain = read_input(shared / "reports" / "fengxiang-2020.txt", registry).submission
    values = {key: (cell.value, cell.status) for key, cell in plain.cells.items()}
    assert {key: (cell.value, cell.status) for key, cell in read_input(copy, registry).submission.cells.items()} == values
