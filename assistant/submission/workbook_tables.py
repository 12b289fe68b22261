"""Finds the statutory tables among a workbook's sheets, this year's and last year's, and makes cells of what they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.form import Cell, CellDef, Form, FormRegistry, Source, Table, read_value
from assistant.grids.grid import Sheet, Value
from assistant.grids.labels import wording
from assistant.grids.table_reader import Placed, TableReading, read_table
from assistant.submission import workbook_text as words
from assistant.submission.build import Builder
from assistant.submission.workbook_remarks import MAX_NAMED, Doubles, tell_foreign, tell_outside

_YEAR = re.compile(r"(20\d\d)年")
_ODD = {
    "bool": "是“是/否”值，不是数字",
    "date": "是日期，不是数字",
    "error": "公式出错",
    "formula": "公式没有计算结果，请在 Excel 或 WPS 中打开并保存一次",
}


def recognise_form(sheets: Sequence[Sheet], stated: str, year: int, registry: FormRegistry) -> Form:
    """The form whose labels the sheets carry, whatever the year says; the stated form or the year's own when labels do not tell.

    Args:
        sheets: sheets with this year's tables.
        stated: form id on the cover, may be empty or wrong.
        year: report year.
        registry: the forms known.
    """
    texts = {wording(value.text).full for sheet in sheets for value in sheet.values.values() if value.kind == "text"}
    own = registry.for_year(year).id

    def score(form: Form) -> tuple[int, bool, bool]:
        labels = _labels(form)
        return 2 * len(labels & texts) - len(labels), form.id == stated, form.id == own

    return max(registry.forms, key=score)


@lru_cache(maxsize=16)
def _labels_of(tables: tuple[Table, ...]) -> frozenset[str]:
    return frozenset(wording(node.label).full for table in tables for node in table.nodes())


def _labels(form: Form) -> frozenset[str]:
    return _labels_of(form.tables)


def is_previous(sheet: Sheet, year: int) -> bool:
    """Whether a sheet says of itself, in its name or in its heading, that it is last year's."""
    if words.PREVIOUS in sheet.name:
        return True
    top = min((row for row, _ in sheet.values), default=0)
    return any(
        value.text.startswith(words.PREVIOUS) and _YEAR.search(value.text) is not None
        for (row, _), value in sheet.values.items()
        if row < top + 3 and value.kind == "text"
    )


def read_tables(builder: Builder, form: Form, sheets: Sequence[Sheet], year: int) -> tuple[dict[str, Cell], list[TableReading]]:
    """Every cell of the form as the sheets hold it, and the tables found. What cannot be placed becomes a remark."""
    placed: dict[str, list[_Found]] = {}
    merged: dict[str, str] = {}
    found: list[TableReading] = []
    for table in form.tables:
        readings = [reading for sheet in sheets if (reading := read_table(sheet, form, table)).found]
        if not readings:
            builder.remark("layout", f"没有找到{table.title}", "", f"请在工作簿中补上{table.title}，或改用程序给的空白工作簿")
            continue
        found += readings
        for reading in readings:
            _tell(builder, form, reading, year)
            merged |= reading.merged
            for item in reading.placed:
                placed.setdefault(item.key, []).append(_Found(reading.sheet.name, item))
    doubles = Doubles(builder)
    cells = {key: _cell(builder, definition, placed.get(key, []), merged, doubles) for key, definition in form.cells.items()}
    doubles.tell(form)
    tell_outside(builder, found)
    return cells, found


def _tell(builder: Builder, form: Form, reading: TableReading, year: int) -> None:
    for code, text, place in reading.remarks:
        message, _, remedy = text.partition("|")
        builder.remark(code, message, place, remedy)
    _tell_missing(builder, form, reading)
    tell_foreign(builder, reading)
    for (row, _), value in reading.sheet.values.items():
        match = _YEAR.search(value.text) if row < reading.header_row and value.kind == "text" else None
        if match and int(match.group(1)) != year:
            builder.remark(
                "layout",
                f"{reading.table.title}的表题写的是 {match.group(1)} 年，报告年度是 {year} 年",
                reading.sheet.place(row, 1),
                "请确认填的是哪一年的数",
            )


def _tell_missing(builder: Builder, form: Form, reading: TableReading) -> None:
    """Name the rows and columns that were not found: whole lines by their labels, single cells otherwise."""
    missing = [d for d in form.cells.values() if d.table == reading.table.key and d.key not in reading.seen]
    if not missing:
        return
    rows: dict[str, list[CellDef]] = {}
    for definition in missing:
        rows.setdefault(definition.row.label if definition.row else "", []).append(definition)
    whole = {
        label for label, cells in rows.items() if label and len(cells) == len(reading.table.blocks[cells[0].block].leaf_columns())
    }
    names = [f"行“{label}”" for label in rows if label in whole]
    rest = [d for label, cells in rows.items() if label not in whole for d in cells]
    names += dict.fromkeys(f"列“{'·'.join(_column_name(d))}”" for d in rest)
    more = f"等 {len(names)} 处" if len(names) > MAX_NAMED else ""
    builder.remark(
        "layout",
        f"{reading.table.title}没有找到{'、'.join(names[:MAX_NAMED])}{more}，按空白处理",
        f"工作表“{reading.sheet.name}”",
        "请按原表补上行名和列名",
    )


def _column_name(definition: CellDef) -> list[str]:
    return [definition.label.partition(" ")[2]] if definition.row is None else [definition.col.label]


@dataclass(frozen=True)
class _Found:
    """A value for a cell and the name of the sheet it stands on."""

    sheet: str
    item: Placed


def _cell(builder: Builder, definition: CellDef, found: Sequence[_Found], merged: dict[str, str], doubles: Doubles) -> Cell:
    if definition.key in merged:
        raw = "｜".join(one.item.value.text for one in found)
        source = Source(file=builder.file, place=merged[definition.key])
        return Cell(key=definition.key, raw=raw, status="unparsed", remark="数据格被合并，分不清是哪一格的数", source=source)
    if not found:
        return Cell(key=definition.key, source=builder.source(""))
    cells = [_read(definition, one.item.value, builder.source(one.item.place)) for one in found]
    if len(cells) == 1:
        return cells[0]
    different = {(cell.status, cell.value, cell.unit, "" if cell.ok else cell.raw.strip()) for cell in cells}
    doubles.add(definition, [one.sheet for one in found], cells, equal=len(different) == 1)
    if len(different) == 1:
        return cells[0]
    raw = "｜".join(dict.fromkeys(cell.raw.strip() for cell in cells))
    source = Source(file=builder.file, place="、".join(one.item.place for one in found))
    return Cell(key=definition.key, raw=raw, status="unparsed", remark="有两个不同的值", source=source)


def _read(definition: CellDef, value: Value, source: Source) -> Cell:
    if value.kind in ("number", "text"):
        return read_value(definition, value.text, source)
    remark = f"{_ODD[value.kind]}（{value.text}）" if value.kind == "error" else _ODD[value.kind]
    return Cell(key=definition.key, raw=value.text, status="unparsed", remark=remark, source=source)
