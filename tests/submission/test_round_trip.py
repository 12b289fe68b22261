"""What is written into the workbook comes back as it was, in every form."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from assistant.form import Form, FormRegistry, table_grid
from assistant.submission.json_reader import read_json
from assistant.submission.workbook_writer import blank_workbook
from tests.submission.material import document, numbered, opened, read, submission, three_forms, values, workbook

_FORMS = three_forms()
_YEARS = {"form2019": 2020, "form2021": 2025, "form2027": 2028}

_CELL = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.decimals(-(10**8), 10**8, places=4).map(str),
    st.sampled_from(
        ["/", "—", "无", " ", "3O", "约3件", "=1+2", "24672.02万元", "１２", "1,200", "TRUE", "2025-1-1", "#REF!", "'3", "_x0041_"]
    ),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=12),
)


@pytest.mark.parametrize("year", _YEARS.values())
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_cells_come_back_equal(year: int, data: st.DataObject) -> None:
    form = _FORMS.for_year(year)
    cells = data.draw(st.fixed_dictionaries(dict.fromkeys(form.cells, _CELL)))
    given_in = read(document(year=year, cells=cells, form=form.id), _FORMS)
    back = opened(blank_workbook(year, "dept", _FORMS, filled=given_in), _FORMS)
    assert back.form == form.id
    assert values(back.cells) == values(given_in.cells)
    assert [remark.message for remark in back.remarks] == []
    odd = {key: cell.raw.strip() for key, cell in given_in.cells.items() if cell.status == "unparsed"}
    assert {key: back.cells[key].raw.strip() for key in odd} == odd


@pytest.mark.parametrize("year", _YEARS.values())
def test_every_cell_has_its_own_place(year: int) -> None:
    form = _FORMS.for_year(year)
    back = opened(workbook(year, _FORMS), _FORMS)
    assert {key: cell.value for key, cell in back.cells.items()} == numbered(form)
    assert back.remarks == ()


@pytest.mark.parametrize("year", _YEARS.values())
def test_a_table_stands_on_its_sheet_as_printed(year: int) -> None:
    form = _FORMS.for_year(year)
    book = load_workbook(io.BytesIO(blank_workbook(year, "dept", _FORMS)))
    for table in form.tables:
        sheet, grid = book[table.title], table_grid(table)
        for cell in (cell for cell in grid.cells if cell.text):
            assert sheet.cell(4 + cell.row, 1 + cell.col).value == cell.text
        merged = {
            (m.min_row - 4, m.min_col - 1, m.max_row - m.min_row + 1, m.max_col - m.min_col + 1) for m in sheet.merged_cells.ranges
        }
        wanted = {(c.row, c.col, c.rowspan, c.colspan) for c in grid.cells if c.rowspan * c.colspan > 1}
        assert wanted <= merged
        assert sheet.freeze_panes
        assert sheet.page_setup.fitToWidth == 1


def test_everything_beside_the_tables_comes_back() -> None:
    before = submission(
        unit={
            "name": "示例县人民政府",
            "kind": "gov_county",
            "region": "示例县",
            "aliases": ["县政府", "示例县政府"],
            "site": "www.shilixian.example",
            "neighbours": ["样例县人民政府"],
            "contact": {
                "unit": "办公室",
                "address": "迎宾路1号",
                "zip": "000000",
                "phone": "0000-8800001",
                "fax": "1",
                "email": "a@b.example",
            },
        },
        notes=[
            {"aspect": "s1.active", "text": "公开信息 5 条\n另有 3 条", "source": "台账"},
            {"aspect": "sec6", "text": "=HYPERLINK(1)"},
        ],
        problems=[{"id": "p1", "text": "偏晚"}, {"id": "p2", "text": "偏少"}],
        improvements=[{"id": "i1", "text": "当天报送", "answers": ["p2", "p1"]}, {"id": "i2", "text": "其他"}],
        follow_ups=[{"problem": "力量薄弱", "status": "ongoing", "text": "已定专人"}],
        fee={"count": 2, "yuan": "1200.5"},
        previous={"cells": numbered(_FORMS.for_year(2024))},
    )
    after = opened(blank_workbook(2025, "dept", _FORMS, filled=before), _FORMS)
    assert after.unit == before.unit
    assert [(n.aspect, n.text, n.source) for n in after.notes] == [(n.aspect, n.text, n.source) for n in before.notes]
    assert [(p.id, p.text) for p in after.problems] == [("p1", "偏晚"), ("p2", "偏少")]
    assert [(i.text, i.answers) for i in after.improvements] == [("当天报送", ("p2", "p1")), ("其他", ())]
    assert [(f.problem, f.status, f.text) for f in after.follow_ups] == [("力量薄弱", "ongoing", "已定专人")]
    assert after.fee is not None
    assert (after.fee.count, after.fee.yuan) == (2, Decimal("1200.5"))
    assert values(after.previous_cells) == values(before.previous_cells)
    assert after.remarks == ()


def test_examples_come_back_through_the_workbook(shared: Path, registry: FormRegistry) -> None:
    for file in sorted((shared / "examples").glob("*/submission.json")):
        before = read_json(file.read_bytes(), file.name, registry)
        last = read_json(file.with_name("previous.json").read_bytes(), file.name, registry)
        after = opened(blank_workbook(2025, "dept", registry, filled=before, previous=last), registry)
        assert values(after.cells) == values(before.cells)
        assert values(after.previous_cells) == values(last.cells)
        assert (after.unit, [n.text for n in after.notes]) == (before.unit, [n.text for n in before.notes])


def test_a_blank_workbook_has_no_value_and_no_last_year(registry: FormRegistry) -> None:
    def sign(book: Any) -> None:
        book["填报说明"]["B9"] = "示例县教育局"

    from tests.submission.material import edited

    back = opened(edited(blank_workbook(2025, "dept", registry), sign))
    assert {cell.status for cell in back.cells.values()} == {"blank"}
    assert (back.previous_cells, back.notes, back.problems, back.fee, back.remarks) == ({}, (), (), None, ())


def test_the_first_year_has_no_sheets_for_last_year(registry: FormRegistry) -> None:
    assert not any("上年表" in name for name in load_workbook(io.BytesIO(blank_workbook(2019, "dept", registry))).sheetnames)


def test_last_year_is_printed_in_last_years_form(registry: FormRegistry) -> None:
    book = load_workbook(io.BytesIO(blank_workbook(2021, "dept", registry)))
    texts = {cell.value for line in book["上年表二"].iter_rows() for cell in line}
    assert "本年新制作数量" in texts
    assert "本年制发件数" not in texts


def test_drop_down_lists_and_number_checks(form2021: Form, form2019: Form, registry: FormRegistry) -> None:
    book = load_workbook(io.BytesIO(blank_workbook(2025, "dept", registry)))
    kinds = {(r.type, r.formula1) for r in book["表二"].data_validations.dataValidation}
    assert kinds == {("whole", "0"), ("decimal", "0")}
    signed = load_workbook(io.BytesIO(blank_workbook(2020, "dept", registry)))["表二"].data_validations.dataValidation
    assert any(float(rule.formula1) < 0 for rule in signed)
    lists = [
        rule.formula1 for name in ("填报说明", "工作素材", "上年问题整改") for rule in book[name].data_validations.dataValidation
    ]
    assert "县级以上人民政府部门" in lists[0]
    assert "监督保障" in lists[1]
    assert lists[2] == '"已解决,部分解决,继续推进"'
    assert all(len(text) <= 257 for text in lists)


def test_totals_are_left_to_the_unit_and_coloured_by_every_equation(form2021: Form, registry: FormRegistry) -> None:
    book = load_workbook(io.BytesIO(workbook(2025)))
    rules = [rule for table in form2021.tables for area in book[table.title].conditional_formatting for rule in area.rules]
    assert len(rules) >= len(form2021.equations)
    assert all(rule.formula[0].startswith("AND(COUNT(") for rule in rules)
    assert not any(str(cell.value).startswith("=") for sheet in book for line in sheet.iter_rows() for cell in line)


def test_the_same_content_makes_the_same_file(registry: FormRegistry) -> None:
    names = [blank_workbook(2025, "dept", registry) for _ in range(2)]
    first, second = (load_workbook(io.BytesIO(name)) for name in names)
    assert first.properties.created == second.properties.created
