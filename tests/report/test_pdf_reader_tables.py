"""Tables of PDFs: every printed value comes back under its own labels, wherever pages break."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.form import Form, FormRegistry, Table, table_grid
from assistant.grids.table_reader import read_table
from assistant.report.blocks import Block, GridBlock, TextBlock
from assistant.report.pdf_reader import pdf_blocks
from tests.report.pdf_maker import PdfMaker, TableLook, draw_table
from tests.submission.material import three_forms

REGISTRY: FormRegistry = three_forms()
TABLES = [(form, table) for form in REGISTRY.forms for table in form.tables]
LOOKS = st.builds(
    TableLook,
    style=st.sampled_from(["lines", "boxes", "thin"]),
    repeat=st.booleans(),
    closed=st.booleans(),
    label=st.sampled_from(["above", "below", "cut"]),
    number=st.sampled_from(["- {} -", "— {} —", "{}", "第 {} 页", "-{}-"]),
    shift=st.sampled_from([0.0, 12.0]),
)


def numbers(form: Form, table: Table) -> dict[str, str]:
    """Another number in each cell."""
    return {cell.key: str(101 + number) for number, cell in enumerate(form.cells.values()) if cell.key.startswith(f"{table.key}.")}


def tables_of(blocks: list[Block]) -> list[GridBlock]:
    return [block for block in blocks if isinstance(block, GridBlock)]


def placed(block: GridBlock, form: Form, table: Table) -> dict[str, str]:
    reading = read_table(block.sheet, form, table)
    assert not reading.remarks
    found: dict[str, str] = {}
    for item in reading.placed:
        assert item.key not in found
        found[item.key] = item.value.text
    return found


def printed(form: Form, table: Table, values: Mapping[str, str], look: TableLook) -> list[Block]:
    maker = PdfMaker(height=1500)
    maker.page()
    maker.text(200, 60, "一、总体情况", 16)
    maker.text(100, 90, "三、收到和处理政府信息公开申请情况", 16)
    end = draw_table(maker, table_grid(table), values, 130, look)
    maker.text(100, end + 12, "五、存在的主要问题及改进情况", 16)
    return pdf_blocks(maker.save(), "report.pdf")


@given(st.sampled_from(TABLES), LOOKS, st.data())
@settings(max_examples=60, deadline=None)
def test_every_cell_comes_back_wherever_the_pages_break(case: tuple[Form, Table], look: TableLook, data: st.DataObject) -> None:
    form, table = case
    grid = table_grid(table)
    values = numbers(form, table)
    for key in data.draw(st.sets(st.sampled_from(sorted(values)), max_size=5)):
        values[key] = data.draw(st.sampled_from(["", "/", "0", "-1", "24672.02万元"]))
    places = st.integers(max(grid.header_rows, 1), grid.rows - 1)
    breaks = tuple(sorted(data.draw(st.sets(places, max_size=3)))) if grid.rows > grid.header_rows + 1 else ()
    blocks = printed(form, table, values, TableLook(**{**look.__dict__, "breaks": breaks}))
    (found,) = tables_of(blocks)
    assert placed(found, form, table) == {key: value for key, value in values.items() if value}
    texts = [block.text for block in blocks if isinstance(block, TextBlock) and block.role == "body"]
    assert texts == ["一、总体情况", "三、收到和处理政府信息公开申请情况", "五、存在的主要问题及改进情况"]
    assert sum(isinstance(block, TextBlock) and block.role == "chrome" for block in blocks) == len(breaks)


@pytest.mark.parametrize("label", ["above", "below", "cut"])
def test_merges_are_those_of_the_form(form2021: Form, label: Literal["above", "below", "cut"]) -> None:
    table = form2021.table("t3")
    grid = table_grid(table)
    group = next(cell for cell in grid.cells if cell.text.endswith("无法提供"))
    look = TableLook(label=label, breaks=(group.row + 1,))
    (found,) = tables_of(printed(form2021, table, numbers(form2021, table), look))
    merges = {(merge.top, merge.left, merge.bottom, merge.right) for merge in found.sheet.merges}
    spans = {
        (cell.row + 1, cell.col + 1, cell.row + cell.rowspan, cell.col + cell.colspan)
        for cell in grid.cells
        if cell.rowspan > 1 or cell.colspan > 1
    }
    assert merges == spans
    texts = {(row, col): value.text for (row, col), value in found.sheet.values.items()}
    assert texts == {
        (cell.row + 1, cell.col + 1): text
        for cell in grid.cells
        if (text := numbers(form2021, table)[cell.key] if cell.kind == "data" else cell.text)
    }
