"""Prints any form with any values as blocks, the tables as sheets that can be damaged row by row and column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from assistant.form import Form, Table
from assistant.form.layout import table_grid
from assistant.grids.grid import Merge, Sheet, Value
from assistant.report.blocks import Block, GridBlock, TextBlock

UNIT = "示例县人民政府"


@dataclass
class Printed:
    """A printed table: what each cell shows at its top left place (rows and columns from 1), with its spans, and data keys."""

    rows: int
    cols: int
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    keys: dict[tuple[int, int], str] = field(default_factory=dict)

    def owner(self, row: int, col: int) -> tuple[int, int]:
        """The top left place of the cell that covers a place."""
        for (top, left), (height, width) in self.spans.items():
            if top <= row < top + height and left <= col < left + width:
                return top, left
        raise KeyError((row, col))


def printed(table: Table, values: Mapping[str, str]) -> Printed:
    grid = table_grid(table)
    result = Printed(grid.rows, grid.cols)
    for cell in grid.cells:
        place = (cell.row + 1, cell.col + 1)
        result.texts[place] = values[cell.key] if cell.kind == "data" else cell.text
        result.spans[place] = (cell.rowspan, cell.colspan)
        if cell.kind == "data":
            result.keys[place] = cell.key
    return result


def with_lines(table: Printed, lines: list[int], *, rows: bool) -> Printed:
    """The table made of these rows (or columns) of it, in this order; merged cells are cut where lines are gone or moved."""
    new = Printed(len(lines) if rows else table.rows, table.cols if rows else len(lines))
    shown: dict[tuple[int, int], tuple[int, int]] = {}
    for number, line in enumerate(lines, start=1):
        for other in range(1, (table.cols if rows else table.rows) + 1):
            shown[(number, other) if rows else (other, number)] = table.owner(line, other) if rows else table.owner(other, line)
    done: set[tuple[int, int]] = set()
    for place in sorted(shown):
        if place in done:
            continue
        owner = shown[place]
        height, width = _extent(shown, place, owner, table.spans[owner])
        done |= {(place[0] + down, place[1] + right) for down in range(height) for right in range(width)}
        new.texts[place], new.spans[place] = table.texts[owner], (height, width)
    return new


def _extent(
    shown: Mapping[tuple[int, int], tuple[int, int]], place: tuple[int, int], owner: tuple[int, int], span: tuple[int, int]
) -> tuple[int, int]:
    """How far a cell reaches after the change; a cell of one line stays one where its line is doubled."""
    row, col = place
    width = height = 1
    while span[1] > 1 and shown.get((row, col + width)) == owner:
        width += 1
    while span[0] > 1 and shown.get((row + height, col)) == owner:
        height += 1
    return height, width


def sheet(table: Printed, name: str = "表") -> Sheet:
    result = Sheet(name)
    for (row, col), text in table.texts.items():
        height, width = table.spans[row, col]
        if text:
            result.values[row, col] = Value("text", text)
        if height > 1 or width > 1:
            result.merges.append(Merge(row, col, row + height - 1, col + width - 1))
    result.ends = dict.fromkeys(range(1, table.rows + 1), table.cols)
    return result


def blocks(form: Form, tables: Mapping[str, Sheet], *, year: int | None = None) -> list[Block]:
    return list(_blocks(form, tables, year or form.first_year))


def _blocks(form: Form, tables: Mapping[str, Sheet], year: int) -> Iterator[Block]:
    yield TextBlock(f"{UNIT}{year}年政府信息公开工作年度报告", "第 1 段")
    yield TextBlock(f"本报告所列数据的统计期限为{year}年1月1日至{year}年12月31日。", "第 2 段")
    for number, section in enumerate(form.sections):
        yield TextBlock(section.heading, f"第 {2 * number + 3} 段")
        yield TextBlock(f"这里是{section.title}的文字。", f"第 {2 * number + 4} 段")
        if section.table in tables:
            yield GridBlock(tables[section.table], section.table)


def sheets(form: Form, values: Mapping[str, str], change: Callable[[str, Printed], Printed] | None = None) -> dict[str, Sheet]:
    tables = {table.key: printed(table, values) for table in form.tables}
    return {key: sheet(change(key, table) if change else table, key) for key, table in tables.items()}
