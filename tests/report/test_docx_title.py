"""How the title breaks into lines (GB/T 9704: whole words, a balanced shape)."""

from __future__ import annotations

import pytest

from assistant.form import Form
from assistant.report.title import title_lines
from tests.report.writer_samples import document

REST = "2025年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("某局", ("某局2025年政府信息公开工作年度报告",)),
        ("示例县人民政府", ("示例县人民政府", REST)),
        (
            "示例省示范市某某经济技术开发区示例县人力资源和社会保障局",
            ("示例省示范市某某经济技术开发区", "示例县人力资源和社会保障局", REST),
        ),
    ],
)
def test_a_long_title_breaks_between_unit_and_year(form2021: Form, unit: str, expected: tuple[str, ...]) -> None:
    assert title_lines(document(form2021, title=unit + REST, unit=unit), 20) == expected


@pytest.mark.parametrize("title", ["别的标题" * 20, "", "示例县水利局" * 6])
def test_a_title_that_is_not_built_from_the_unit_is_left_in_one_piece(form2021: Form, title: str) -> None:
    assert title_lines(document(form2021, title=title, unit="示例县水利局" * 6), 20) == (title,)
