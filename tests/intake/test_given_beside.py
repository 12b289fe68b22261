"""What is said beside a file fills in what the file does not say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openpyxl import Workbook

from assistant.errors import InputError
from assistant.form import FormRegistry
from assistant.intake import Overrides
from assistant.intake.door import read_bytes
from tests.submission.material import document, edited, workbook

_SAID = Overrides(kind="gov_town", year=2025, unit="示例县样例镇人民政府")


def _cleared(*labels: str) -> bytes:
    def change(book: Workbook) -> None:
        for line in book["填报说明"].iter_rows():
            if line[0].value in labels:
                line[1].value = None

    return edited(workbook(), change)


def test_a_workbook_that_does_not_say_takes_kind_year_and_name(registry: FormRegistry) -> None:
    data = _cleared("单位类型", "报告年度", "单位全称")
    submission = read_bytes(data, "a.xlsx", registry, overrides=_SAID).submission
    assert (submission.unit.kind, submission.year, submission.unit.name) == ("gov_town", 2025, "示例县样例镇人民政府")


@pytest.mark.parametrize("label", ["单位类型", "报告年度", "单位全称"])
def test_a_workbook_that_does_not_say_is_refused_when_nothing_is_said_beside_it(registry: FormRegistry, label: str) -> None:
    with pytest.raises(InputError, match=label):
        read_bytes(_cleared(label), "a.xlsx", registry)


@pytest.mark.parametrize("unit", [None, {}, {"region": "示例县"}])
def test_json_that_does_not_say_takes_kind_year_and_name(registry: FormRegistry, unit: dict[str, Any] | None) -> None:
    data = json.dumps({**document(), "unit": unit, "year": None}).encode()
    submission = read_bytes(data, "a.json", registry, overrides=_SAID).submission
    assert (submission.unit.kind, submission.year, submission.unit.name) == ("gov_town", 2025, "示例县样例镇人民政府")
