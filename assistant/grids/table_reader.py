"""Places the values of a sheet into a table's cells by row label and column label, never by address and never by counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from assistant.form import Form, Table
from assistant.grids.geometry import Band, HeaderSegment, IndexedBlock, SheetView, filled, indexed_block, number_like
from assistant.grids.grid import Sheet, Value
from assistant.grids.labels import Leaf, wording


@dataclass(frozen=True)
class Placed:
    """A value found for a cell, with the place it was found at."""

    key: str
    value: Value
    place: str


@dataclass(frozen=True)
class Foreign:
    """Figures in a row or column (``line`` says which) that the table does not have: its name as found, the first one's place."""

    line: Literal["行", "列"]
    name: str
    row: int
    col: int


@dataclass
class TableReading:
    """What one sheet says about one table. ``bottom`` and ``right`` are the last row and column with cells of the table."""

    table: Table
    sheet: Sheet
    found: bool = False
    header_row: int = 0
    placed: list[Placed] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)
    foreign: list[Foreign] = field(default_factory=list)
    bottom: int = 0
    right: int = 0


@lru_cache(maxsize=64)
def _blocks(form_id: str, table: Table) -> tuple[IndexedBlock, ...]:
    return tuple(indexed_block(block, number) for number, block in enumerate(table.blocks))


def read_table(sheet: Sheet, form: Form, table: Table) -> TableReading:
    """Read what a sheet holds of a table. Nothing is found when no header row of the table is there."""
    reading = TableReading(table, sheet)
    blocks = _blocks(form.id, table)
    view = SheetView(sheet)
    segments = view.segments(blocks)
    if not segments:
        return reading
    reading.found, reading.header_row = True, segments[0].first
    for place in (place for segment in segments for place in segment.by_order.values()):
        reading.remarks.append(("layout", f"{table.title}缺少组名，已按次序对位，请核对|请补上组名", sheet.place(*place)))
    owner: dict[tuple[int, int], str] = {}
    for segment in segments:
        _read_segment(reading, view, blocks, segment, owner)
    _merged_values(reading, owner)
    _foreign_values(reading, segments, view.rows, owner)
    reading.bottom = max([segments[-1].last, *(row for row, _ in owner)])
    found = [bands for segment in segments for columns in segment.columns.values() for bands in columns.values()]
    reading.right = max((line for bands in found for band in bands for line in band.lines), default=0)
    return reading


def _read_segment(
    reading: TableReading,
    view: SheetView,
    blocks: Sequence[IndexedBlock],
    segment: HeaderSegment,
    owner: dict[tuple[int, int], str],
) -> None:
    fitting = [block for block in blocks if block.number in segment.columns]
    unlabelled = [block for block in fitting if not block.block.rows]
    labelled = [block for block in fitting if block.block.rows]
    if labelled:
        for block, leaf, band in _labelled_rows(view, labelled, segment):
            _take(reading, block, leaf, band.lines, segment, owner)
    for block in unlabelled:
        _take(reading, block, None, _unlabelled_rows(reading, block, segment, view.rows), segment, owner)


def _labelled_rows(
    view: SheetView, blocks: Sequence[IndexedBlock], segment: HeaderSegment
) -> list[tuple[IndexedBlock, Leaf, Band]]:
    result = []
    title = view.title_before(segment.first, [block.title for block in blocks if block.title])
    for band in view.row_bands(segment):
        title = next((block.title for block in blocks if block.title and wording(band.path[-1]).full == block.title), title)
        found = [
            (block, leaf)
            for block in blocks
            for leaf in block.rows.find(band.path)
            if band.sure or len(block.rows.named(leaf.node.label)) == 1
        ]
        if len(found) > 1:
            found = [(block, leaf) for block, leaf in found if block.title == title]
        if len(found) == 1:
            result.append((*found[0], band))
    return result


def _unlabelled_rows(
    reading: TableReading, block: IndexedBlock, segment: HeaderSegment, rows: dict[int, dict[int, Value]]
) -> tuple[int, ...]:
    """The rows that hold the block's only line: those with a figure or a placeholder in its columns."""
    cols = {col for bands in segment.columns[block.number].values() for band in bands for col in band.lines}
    found = []
    for row, values in rows.items():
        inside = [value for col, value in values.items() if col in cols]
        if segment.last < row <= segment.end and inside and (row == segment.last + 1 or any(map(filled, inside))):
            found.append(row)
    if len(found) > 1:
        places = "、".join(str(row) for row in found)
        reading.remarks.append(
            (
                "duplicate",
                f"{reading.table.title}只应有一行数，读到第 {places} 行都有数|请只保留一行",
                reading.sheet.place(found[1], segment.left),
            )
        )
    return tuple(found)


def _take(
    reading: TableReading,
    block: IndexedBlock,
    leaf: Leaf | None,
    lines: tuple[int, ...],
    segment: HeaderSegment,
    owner: dict[tuple[int, int], str],
) -> None:
    """Take the values of one row; all cells of merged labels belong to the same key."""
    by_key = {column.node.key: column.node for column in block.columns.leaves}
    for column_key, bands in segment.columns[block.number].items():
        key = block.block.key_of(leaf.node if leaf else None, by_key[column_key])
        reading.seen.add(key)
        for row in lines:
            for col in (col for band in bands for col in band.lines):
                owner[row, col] = key
                value = reading.sheet.values.get((row, col))
                if value is not None:
                    reading.placed.append(Placed(key, value, reading.sheet.place(row, col)))


def _merged_values(reading: TableReading, owner: dict[tuple[int, int], str]) -> None:
    """Values that stand in a merged range over several cells of the form belong to none of them."""
    sheet = reading.sheet
    for merge in sheet.merges:
        if (merge.top, merge.left) not in sheet.values:
            continue
        keys = {key for (row, col), key in owner.items() if merge.top <= row <= merge.bottom and merge.left <= col <= merge.right}
        if len(keys) > 1:
            place = sheet.place(merge.top, merge.left)
            reading.merged |= dict.fromkeys(keys, place)
            reading.remarks.append(
                ("layout", f"{reading.table.title}的几个数据格被合并，分不清是哪一格的数|请取消合并，逐格填写", place)
            )


def _foreign_values(
    reading: TableReading, segments: Sequence[HeaderSegment], rows: dict[int, dict[int, Value]], owner: dict[tuple[int, int], str]
) -> None:
    """Note figures that stand in the table but in no row or no column of it: once a row, once a column."""
    known_rows = {row for row, _ in owner}
    told: set[int] = set()
    for segment in segments:
        for row in (row for row in rows if segment.last < row <= segment.end):
            for col, value in rows[row].items():
                if col < segment.left or (row, col) in owner or not number_like(value):
                    continue
                line = -row if row not in known_rows else col
                if line in told:
                    continue
                told.add(line)
                name = _name_of_row(rows[row], segment.left) if line < 0 else _name_of_column(segment, col)
                reading.foreign.append(Foreign("行" if line < 0 else "列", name, row, col))


def _name_of_row(row: dict[int, Value], left: int) -> str:
    return next((value.text[:40] for col, value in sorted(row.items(), reverse=True) if col < left), "")


def _name_of_column(segment: HeaderSegment, col: int) -> str:
    return next((band.path[-1][:40] for band in segment.bands if col in band.lines), "")
