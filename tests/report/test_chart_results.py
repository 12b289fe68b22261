"""The chart of results: from the form's groups, from 0, honest about what is not known."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from assistant.form import Cell, Form, read_value
from assistant.form.loader import load_form
from assistant.report.chart import UNKNOWN, ResultChart, Series, chart_html, result_chart
from assistant.report.html_writer import write_html
from tests.report.writer_samples import document

GROUPS = ("予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "其他处理")


def totals(form: Form, values: dict[str, str]) -> dict[str, Cell]:
    """All cells 0 but these rows' totals."""
    cells = {key: read_value(definition, "0") for key, definition in form.cells.items()}
    for row, raw in values.items():
        cells[f"t3.{row}.total"] = read_value(form.cells[f"t3.{row}.total"], raw)
    return cells


def test_groups_are_the_sums_of_their_rows(form2021: Form) -> None:
    cells = totals(form2021, {"r1_open": "20", "r3_1_secret": "1", "r3_8_query": "2", "r7_total": "23"})
    chart = result_chart(document(form2021, cells))
    assert chart is not None
    assert chart.labels == GROUPS
    assert chart.series == (Series("2021年", tuple(map(Decimal, (20, 0, 3, 0, 0, 0)))),)


def test_a_group_with_a_blank_row_is_unknown_not_smaller(form2021: Form) -> None:
    cells = totals(form2021, {"r1_open": "20", "r3_1_secret": "1"})
    cells["t3.r3_2_law.total"] = Cell(key="t3.r3_2_law.total", value=Decimal(0), status="inferred_zero")
    del cells["t3.r4_1_nothold.total"]
    chart = result_chart(document(form2021, cells))
    assert chart is not None
    assert chart.series[0].values == (Decimal(20), Decimal(0), None, None, Decimal(0), Decimal(0))
    written = chart_html(chart)
    assert written.count(f"<td>{UNKNOWN}</td>") == 2
    assert "不予公开数据不全" in written


def test_two_years_of_two_forms_meet_by_the_name_of_the_group(form2021: Form, form2019: Form) -> None:
    sample = document(
        form2021,
        totals(form2021, {"r6_1_nocorrect": "3", "r6_3_other": "4"}),
        previous=totals(form2019, {"r6_other_single": "5"}),
        previous_year=2020,
        previous_form=form2019,
    )
    chart = result_chart(sample)
    assert chart is not None
    assert [series.name for series in chart.series] == ["2020年", "2021年"]
    assert [series.values[-1] for series in chart.series] == [Decimal(5), Decimal(7)]


@pytest.mark.parametrize("cells", [{}, "zero"])
def test_there_is_no_chart_when_there_is_nothing_to_show(form2021: Form, cells: Any) -> None:
    sample = document(form2021, totals(form2021, {}) if cells else {}, previous=totals(form2021, {"r1_open": "9"}))
    assert result_chart(sample) is None
    assert "<svg" not in write_html(sample)


def test_an_empty_last_year_is_left_out(form2021: Form) -> None:
    chart = result_chart(document(form2021, totals(form2021, {"r1_open": "9"}), previous=totals(form2021, {}), previous_year=2020))
    assert chart is not None
    assert [series.name for series in chart.series] == ["2021年"]


def test_a_form_of_the_future_has_its_chart_too() -> None:
    form = load_form(Path(__file__).parents[1] / "data" / "form2027.toml")
    chart = result_chart(document(form, totals(form, {"r3_9_trial": "6"})))
    assert chart is not None
    assert chart.series[0].values[2] == 6


def bars(svg: Any, series: int, of: int) -> list[float]:
    colour = svg.findall(".//{*}rect")[series].get("fill")
    return [float(bar.get("height")) for bar in svg.findall(".//{*}rect")[of:] if bar.get("fill") == colour]


@settings(max_examples=80, deadline=None)
@given(values=st.lists(st.integers(1, 10**7), min_size=6, max_size=6))
def test_bars_stand_on_zero_inside_the_picture_in_proportion(values: list[int]) -> None:
    chart = ResultChart(GROUPS, (Series("2025年", tuple(map(Decimal, values))),))
    written = chart_html(chart)
    svg: Any = etree.fromstring(written[written.index("<svg") : written.index("</svg>") + 6])
    height = float(svg.get("viewBox").split()[3])
    frames = svg.findall(".//{*}rect")[1:]
    assert {round(float(bar.get("y")) + float(bar.get("height")), 0) for bar in frames} == {240.0}
    assert all(0 <= float(bar.get("y")) <= height for bar in frames)
    tallest = max(values)
    found = bars(svg, 0, 1)
    assert found == pytest.approx([max(found) * value / tallest for value in values], abs=0.11)
    assert max(found) > 90
    axis = [text.text for text in svg.findall(".//{*}text") if text.get("text-anchor") == "end"]
    assert axis[0] == "0"
    assert Decimal(axis[-1]) >= tallest


def test_the_chart_is_said_in_words_and_in_a_table(form2021: Form) -> None:
    cells = totals(form2021, {"r1_open": "20", "r4_1_nothold": "9"})
    sample = document(form2021, cells, previous=totals(form2021, {"r1_open": "1200"}), previous_year=2020)
    root: Any = html.document_fromstring(write_html(sample))
    svg = root.xpath("//svg")[0]
    assert svg.get("role") == "img"
    named = [root.xpath(f"//*[@id='{name}']")[0] for name in svg.get("aria-labelledby").split()]
    assert [element.tag for element in named] == ["title", "desc"]
    assert "2020年：予以公开1200件" in named[1].text_content()
    rows = [[cell.text_content() for cell in row] for row in root.xpath("//table[@class='chart-data']//tr")]
    assert rows == [["年度", *GROUPS], ["2020年", "1200", "0", "0", "0", "0", "0"], ["2021年", "20", "0", "0", "9", "0", "0"]]
