"""The statutory tables in the Word file (docx-format D12): merges, values in their places, blanks that ask."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.form import Cell, Form, FormRegistry, Source, table_grid
from assistant.form.loader import load_form
from assistant.report.document import Document, FormTable
from assistant.report.docx_styles import TEXT_WIDTH
from assistant.report.docx_table import column_widths
from assistant.report.docx_writer import write_docx
from assistant.report.printing import TO_CHECK, TO_FILL
from tests.report.writer_samples import document, numbered_cells

KEYS = ("t2", "t3", "t4")


@pytest.fixture(params=["form2019", "form2021", "form2027"])
def any_form(request: pytest.FixtureRequest, registry: FormRegistry) -> Form:
    if request.param == "form2027":
        return load_form(Path(__file__).parents[1] / "data" / "form2027.toml")
    return registry.get(request.param)


def read_tables(sample: Document) -> list[Any]:
    opened: Any = open_docx(io.BytesIO(write_docx(sample)))
    return list(opened.tables)


def texts(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_every_value_is_read_back_from_its_place(any_form: Form) -> None:
    sample = document(any_form)
    tables = read_tables(sample)
    seen = 0
    for definition, table in zip(any_form.tables, tables, strict=True):
        printed = texts(table)
        for cell in table_grid(definition).cells:
            expected = sample.cells[cell.key].raw if cell.kind == "data" else cell.text
            covered = {
                printed[row][column]
                for row in range(cell.row, cell.row + cell.rowspan)
                for column in range(cell.col, cell.col + cell.colspan)
            }
            assert covered == {expected}
            seen += cell.kind == "data"
    assert seen == len(any_form.cells)


def test_the_form_of_2021_has_its_200_cells_in_three_tables(form2021: Form) -> None:
    shapes = [(len(table.rows), len(table.columns)) for table in read_tables(document(form2021))]
    assert shapes == [(14, 4), (28, 10), (4, 15)]
    assert len(form2021.cells) == 10 + 175 + 15


def test_table_three_has_the_statutory_merges(form2021: Form) -> None:
    rows = read_tables(document(form2021))[1].rows
    corner = rows[0].cells[0]._tc
    assert {rows[row].cells[column]._tc for row in range(3) for column in range(3)} == {corner}
    assert len({cell._tc for cell in rows[0].cells[3:]}) == 1
    assert len({cell._tc for cell in rows[1].cells[4:9]}) == 1
    result = [row for row in range(28) if rows[row].cells[0].text == "三、本年度办理结果"]
    assert len(result) == 22
    assert len({rows[row].cells[0]._tc for row in result}) == 1


def test_headers_repeat_and_rows_hold_together(any_form: Form) -> None:
    for definition, table in zip(any_form.tables, read_tables(document(any_form)), strict=True):
        header = [row._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None for row in table.rows]
        count = table_grid(definition).header_rows
        assert header == [True] * count + [False] * (len(header) - count)
        assert all(row._tr.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None for row in table.rows)


def test_tables_are_as_wide_as_the_type_area(any_form: Form) -> None:
    for table in any_form.tables:
        widths = column_widths(table_grid(table))
        assert sum(widths) == TEXT_WIDTH
        assert min(widths) >= 540


def printed(form: Form, cell: Cell | None) -> str:
    key = "t2.fee.amount_wan"
    cells = numbered_cells(form)
    del cells[key]
    if cell is not None:
        cells[key] = cell
    table = read_tables(document(form, cells))[0]
    return str(texts(table)[-1][-1])


@pytest.mark.parametrize(
    ("status", "value", "raw", "expected"),
    [
        ("ok", "0", "0", "0"),
        ("ok", "0.0000", "0.0000", "0.0000"),
        ("ok", "96171.60", "９６１７１．６０", "96171.60"),
        ("ok", "24672.02", "24672.02 万元", "24672.02万元"),
        ("ok", "12", "", "12"),
        ("placeholder", None, "／", "／"),
        ("placeholder", None, " — ", "—"),
        ("placeholder", None, "", TO_FILL),
        ("blank", None, "", TO_FILL),
        ("blank", None, "  ", TO_FILL),
        ("inferred_zero", "0", "", TO_FILL),
        ("position_uncertain", "7", "7", TO_CHECK),
        ("unparsed", None, "约10", "约10" + TO_CHECK),
    ],
)
def test_a_cell_prints_what_was_filled_in_or_asks(form2021: Form, status: Any, value: str | None, raw: str, expected: str) -> None:
    number = None if value is None else Decimal(value)
    cell = Cell(key="t2.fee.amount_wan", value=number, raw=raw, status=status, source=Source())
    assert printed(form2021, cell) == expected


def test_a_missing_cell_asks(form2021: Form) -> None:
    assert printed(form2021, None) == TO_FILL


def test_an_empty_submission_prints_no_zero_at_all(any_form: Form) -> None:
    tables = read_tables(document(any_form, {}))
    for definition, table in zip(any_form.tables, tables, strict=True):
        found = texts(table)
        assert {found[cell.row][cell.col] for cell in table_grid(definition).cells if cell.kind == "data"} == {TO_FILL}


_STATUSES = st.sampled_from(["ok", "blank", "placeholder", "inferred_zero", "unparsed", "position_uncertain"])


@settings(max_examples=40, deadline=None)
@given(status=_STATUSES, raw=st.text(max_size=60), value=st.one_of(st.none(), st.decimals(0, 10**9, places=2)))
def test_no_value_cell_is_empty_whatever_was_filled_in(form2021: Form, status: Any, raw: str, value: Decimal | None) -> None:
    cell = Cell(key="t2.fee.amount_wan", value=value, raw=raw, status=status)
    text = printed(form2021, cell)
    assert text.strip()
    if status != "ok" or value is None:
        assert text != "0" or raw.strip() == "0"


def test_tables_side_by_side_do_not_run_together_and_do_not_end_the_file(form2021: Form) -> None:
    sample = document(form2021, elements=tuple(FormTable(key) for key in KEYS))
    opened: Any = open_docx(io.BytesIO(write_docx(sample)))
    kinds = [child.tag.rpartition("}")[2] for child in opened.element.body]
    assert kinds == ["p", "tbl", "p", "tbl", "p", "tbl", "p", "sectPr"]
