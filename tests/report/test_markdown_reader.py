"""Markdown: tables of bars in the shapes converters leave them in, headings, pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.form import FormRegistry
from assistant.form.loader import load_form
from assistant.report.block_reader import read_blocks
from assistant.report.blocks import GridBlock, ImageBlock, TextBlock
from assistant.report.markdown_reader import markdown_blocks
from assistant.report.model import Report
from tests.report.block_report import printed
from tests.report.flat_report import numbered_values
from tests.report.page_maker import bar_table, bar_tables, markdown_report
from tests.report.test_block_reader_damage import damages

FORMS = ("form2019", "form2021", "form2027")


@pytest.fixture(scope="module")
def known(registry: FormRegistry) -> FormRegistry:
    return FormRegistry([*registry.forms, load_form(Path(__file__).parents[1] / "data" / "form2027.toml")])


def read(text: str, known: FormRegistry) -> Report:
    return read_blocks(markdown_blocks(text.encode(), "报告.md"), "报告.md", known)


def accepted(report: Report) -> dict[str, str]:
    return {key: cell.raw for key, cell in report.cells.items() if cell.ok}


@pytest.mark.parametrize("style", ["spaced", "tight", "wide"])
@pytest.mark.parametrize("form_id", FORMS)
def test_every_value_is_placed(form_id: str, style: str, known: FormRegistry) -> None:
    form = known.get(form_id)
    report = read(markdown_report(form, bar_tables(form, numbered_values(form), style)), known)
    assert accepted(report) == numbered_values(form)
    assert [report.text(section.key) for section in form.sections] == [
        f"这里是{section.title}的文字。" for section in form.sections
    ]
    assert report.remarks == ()


@pytest.mark.parametrize("form_id", FORMS)
def test_rows_of_uneven_length_yield_no_wrong_value(form_id: str, known: FormRegistry) -> None:
    form = known.get(form_id)
    values = numbered_values(form)
    report = read(markdown_report(form, bar_tables(form, values, "ragged")), known)
    assert [key for key, raw in accepted(report).items() if raw != values[key]] == []
    assert any(remark.rule.startswith("S-") for remark in report.remarks)


@pytest.mark.parametrize(("form_id", "style"), [("form2019", "spaced"), ("form2021", "tight"), ("form2027", "spaced")])
def test_no_damaged_table_yields_a_wrong_value(form_id: str, style: str, known: FormRegistry) -> None:
    form = known.get(form_id)
    values = numbered_values(form)
    for table in form.tables:
        for what, damaged in damages(printed(table, values)):
            report = read(markdown_report(form, {table.key: bar_table(damaged, style)}), known)
            assert [key for key, raw in accepted(report).items() if raw != values.get(key)] == [], what


@pytest.mark.parametrize("form_id", FORMS)
def test_a_lost_cell_takes_its_row_with_it(form_id: str, known: FormRegistry) -> None:
    form = known.get(form_id)
    values = numbered_values(form)
    for table, bars in bar_tables(form, values).items():
        for key in (key for key, definition in form.cells.items() if definition.table == table):
            report = read(markdown_report(form, {table: bars.replace(f" {values[key]} |", "", 1)}), known)
            assert [name for name, raw in accepted(report).items() if raw != values[name]] == []


def test_blanks_stay_blank(known: FormRegistry) -> None:
    form = known.get("form2021")
    values = dict.fromkeys(form.cells, "") | {"t3.new.natural": "3", "t3.new.total": "3", "t2.norm.issued": "/"}
    cells = read(markdown_report(form, bar_tables(form, values)), known).cells
    assert {key for key, cell in cells.items() if cell.ok} == {"t3.new.natural", "t3.new.total"}
    assert {cell.status for key, cell in cells.items() if key.startswith("t4.")} == {"blank"}
    assert cells["t2.norm.issued"].status == "placeholder"


def test_a_value_over_several_columns_belongs_to_none(known: FormRegistry) -> None:
    form = known.get("form2021")
    head = "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n|---|---|---|---|\n"
    text = head + "| 规章 | 0 |||\n| 行政规范性文件 |  | 2 | 66 |\n"
    cells = read(markdown_report(form, {"t2": text}), known).cells
    assert not any(cells[f"t2.rules.{col}"].ok for col in ("issued", "repealed", "valid"))
    assert [cells[f"t2.norm.{col}"].raw for col in ("issued", "repealed", "valid")] == ["", "2", "66"]


@pytest.mark.parametrize(("cell", "raw"), [("**12**", "12"), ("~~7~~12", "12"), ("１２", "１２"), ("12<br>", "12")])
def test_marks_around_a_figure_are_no_part_of_it(cell: str, raw: str) -> None:
    (grid,) = [block for block in markdown_blocks(f"| 甲 | 乙 |\n|---|---|\n| 丙 | {cell} |", "x") if isinstance(block, GridBlock)]
    assert grid.sheet.text(3, 2) == raw


@pytest.mark.parametrize("cell", ["1<br>2", "12<sup>1</sup>", "12 \\| 3"])
def test_two_figures_in_a_cell_are_not_one(cell: str) -> None:
    (grid,) = [block for block in markdown_blocks(f"| 甲 | 乙 |\n|---|---|\n| 丙 | {cell} |", "x") if isinstance(block, GridBlock)]
    assert not grid.sheet.text(3, 2).isdigit()


def test_headings_lists_pictures_and_rules() -> None:
    text = "标题一\n===\n\n## 二、主动公开 ##\n> 引用的话\n\n---\n![捕获2](img/捕获2.PNG)\n一是*加强*[解读](http://x)。\n"
    found = markdown_blocks(text, "x.md")
    assert [(block.text, block.heading) for block in found if isinstance(block, TextBlock)] == [
        ("标题一", 1),
        ("二、主动公开", 2),
        ("引用的话", 0),
        ("一是加强解读。", 0),
    ]
    assert [block.name for block in found if isinstance(block, ImageBlock)] == ["捕获2"]
    assert [block.place for block in found] == ["第 1 行", "第 4 行", "第 5 行", "第 8 行", "第 9 行"]


@given(st.text(alphabet="|-: #*`\\>[]()!~_<br>0123456789表一、\n", max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_comes_out_as_blocks(text: str) -> None:
    assert all(block.place for block in markdown_blocks(text, "x.md"))
