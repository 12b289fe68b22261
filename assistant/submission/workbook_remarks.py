"""What is odd about the tables of a workbook, each matter told once a table: figures twice, in no row or column, text beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.form import Cell, CellDef, Form
from assistant.grids.grid import Sheet
from assistant.grids.table_reader import TableReading
from assistant.submission import workbook_text as words
from assistant.submission.build import Builder

MAX_NAMED = 8
_SHOWN = 20  # characters of a text
_SHORT = 10  # above a table, shorter texts are units of measure and the like


@dataclass(frozen=True)
class _Double:
    definition: CellDef
    cells: Sequence[Cell]
    equal: bool


@dataclass
class Doubles:
    """Cells filled in at more than one place, gathered by table and by the sheets they stand on."""

    builder: Builder
    _found: dict[tuple[str, tuple[str, ...]], list[_Double]] = field(default_factory=dict)

    def add(self, definition: CellDef, sheets: Sequence[str], cells: Sequence[Cell], *, equal: bool) -> None:
        """Note one cell with what stands at each place."""
        self._found.setdefault((definition.table, tuple(dict.fromkeys(sheets))), []).append(_Double(definition, cells, equal))

    def tell(self, form: Form) -> None:
        """One remark for each table and set of sheets: the differing cells, or that everything is the same."""
        for (table, sheets), found in self._found.items():
            title = form.table(table).title
            where = "、".join(f"工作表“{name}”" for name in sheets)
            differing = [double for double in found if not double.equal]
            if differing:
                shown = "；".join(_differing(double) for double in differing[:MAX_NAMED])
                more = f"等 {len(differing)} 格" if len(differing) > MAX_NAMED else ""
                message = f"{title}有 {len(differing)} 格填了两个不同的值，都未采用：{shown}{more}"
                self.builder.remark("duplicate", message, where, "请核对后只保留一处")
            elif len(sheets) > 1:
                message = f"{title}有内容相同的几张工作表：{'、'.join(f'“{name}”' for name in sheets)}"
                self.builder.remark("layout", message, where, "请只保留一张")
            else:
                places = "、".join(cell.source.place for cell in found[0].cells)
                self.builder.remark("layout", f"{title}有 {len(found)} 格填了不止一处，内容相同", places, "请只保留一处")


def _differing(double: _Double) -> str:
    label = double.definition.label.partition(" ")[2]
    return f"“{label}”" + "、".join(f"“{cell.raw.strip()[:_SHOWN]}”（{cell.source.place}）" for cell in double.cells)


def tell_foreign(builder: Builder, reading: TableReading) -> None:
    """Name the rows and columns with figures that the table does not have."""
    if not reading.foreign:
        return
    names = list(dict.fromkeys(f"{item.line}“{item.name}”" for item in reading.foreign if item.name))
    more = f"等 {len(names)} 处" if len(names) > MAX_NAMED else ""
    named = f"{reading.table.title}没有{'、'.join(names[:MAX_NAMED])}{more}，其中的数未采用" if names else ""
    nameless = sum(not item.name for item in reading.foreign)
    unnamed = f"表中有 {nameless} 处没有行名或列名的数，未采用" if nameless else ""
    first = reading.foreign[0]
    place = reading.sheet.place(first.row, first.col)
    builder.remark("unplaced", "；".join(filter(None, (named, unnamed))), place, "请核对表式、行名和列名，或删去")


def tell_outside(builder: Builder, readings: Sequence[TableReading]) -> None:
    """Name texts that stand beside or below the tables of a sheet, once a sheet."""
    by_sheet: dict[int, list[TableReading]] = {}
    for reading in readings:
        by_sheet.setdefault(id(reading.sheet), []).append(reading)
    for found in by_sheet.values():
        sheet = found[0].sheet
        outside = _outside(sheet, found)
        if outside:
            row, col = outside[0]
            more = f"等 {len(outside)} 处文字" if len(outside) > 1 else ""
            message = f"“{sheet.text(row, col).strip()[:_SHOWN]}”{more}不在表格里，未采用"
            builder.remark("ignored", message, sheet.place(row, col), "要写进报告的，请填到工作素材中")


def _outside(sheet: Sheet, readings: Sequence[TableReading]) -> list[tuple[int, int]]:
    """Places of texts outside all tables of the sheet. Titles and hints above a table, and names of rows and columns that
    were told of already, are left aside.
    """
    rows = {item.row for reading in readings for item in reading.foreign if item.line == "行"}
    cols = {item.col for reading in readings for item in reading.foreign if item.line == "列"}
    top = min(reading.header_row for reading in readings)
    titles = {part for reading in readings for part in (reading.table.title, reading.table.name)}
    places = []
    for (row, col), value in sorted(sheet.values.items()):
        inside = any(reading.header_row <= row <= reading.bottom and col <= reading.right for reading in readings)
        if value.kind != "text" or inside or row in rows or col in cols:
            continue
        above = row < top and (
            value.text == words.TABLE_HINT or any(title in value.text for title in titles) or len(value.text) < 10
        )
        if not above:
            places.append((row, col))
    return places
