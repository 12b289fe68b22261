"""Places the values of a sheet into a table's cells by row label and column label, never by address and never by counting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from assistant.form import Block, Form, Table
from assistant.form.cell import PLACEHOLDERS, normalise_raw
from assistant.grids.grid import Sheet, Value
from assistant.grids.labels import LabelIndex, Leaf, leaves_of, wording

MAX_ROWS = 2_000
MAX_REMARKS = 20


@dataclass(frozen=True)
class Placed:
    """A value found for a cell, with the place it was found at."""

    key: str
    value: Value
    place: str


@dataclass(frozen=True)
class Band:
    """A labelled row or column: its sheet lines (several where the label is merged), its path of labels, its label's place.

    ``sure`` is whether every group label above stands in this line or is merged over it, rather than carried on.
    """

    lines: tuple[int, ...]
    path: tuple[str, ...]
    place: tuple[int, int]
    sure: bool = True


@dataclass
class TableReading:
    """What one sheet says about one table."""

    table: Table
    sheet: Sheet
    found: bool = False
    header_row: int = 0
    placed: list[Placed] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Block:
    number: int
    block: Block
    columns: LabelIndex
    rows: LabelIndex
    title: str


@dataclass
class _Segment:
    """Header rows found in a sheet, and for each block they fit: which bands are its columns. ``left`` is the first data column."""

    first: int
    last: int
    bands: list[Band]
    columns: dict[int, dict[str, list[Band]]]
    left: int
    end: int = 0


@lru_cache(maxsize=64)
def _blocks(form_id: str, table: Table) -> tuple[_Block, ...]:
    return tuple(
        _Block(
            number,
            block,
            LabelIndex(leaves_of(block.columns, number), ordinals=False),
            LabelIndex(leaves_of(block.rows, number), ordinals=True),
            wording(block.title).full,
        )
        for number, block in enumerate(table.blocks)
    )


def read_table(sheet: Sheet, form: Form, table: Table) -> TableReading:
    """Read what a sheet holds of a table. Nothing is found when no header row of the table is there."""
    reading = TableReading(table, sheet)
    blocks = _blocks(form.id, table)
    rows = _content_rows(sheet)
    segments = _segments(sheet, blocks, rows, reading)
    if not segments:
        return reading
    reading.found, reading.header_row = True, segments[0].first
    owner: dict[tuple[int, int], str] = {}
    for segment in segments:
        _read_segment(reading, blocks, segment, rows, owner)
    _merged_values(reading, owner)
    _foreign_values(reading, segments, rows, owner)
    return reading


def _content_rows(sheet: Sheet) -> dict[int, dict[int, Value]]:
    rows: dict[int, dict[int, Value]] = {}
    for (row, col), value in sorted(sheet.values.items()):
        if row not in rows and len(rows) >= MAX_ROWS:
            break
        rows.setdefault(row, {})[col] = value
    return rows


def _segments(sheet: Sheet, blocks: Sequence[_Block], rows: dict[int, dict[int, Value]], reading: TableReading) -> list[_Segment]:
    segments: list[_Segment] = []
    run: list[int] = []
    for row in (*rows, 0):
        if row and _is_header(rows[row], blocks):
            run.append(row)
            continue
        if run:
            segment = _segment(sheet, blocks, run, rows, reading)
            if segment:
                segments.append(segment)
            run = []
    last = max(rows, default=0)
    for segment, following in zip(segments, [*segments[1:], None], strict=False):
        segment.end = following.first - 1 if following else last
    return segments


def _is_header(row: dict[int, Value], blocks: Sequence[_Block]) -> bool:
    if any(_number_like(value) for value in row.values()):
        return False
    return any(block.columns.named(v.text) or block.columns.group(v.text) for v in row.values() for block in blocks)


def _segment(
    sheet: Sheet, blocks: Sequence[_Block], run: list[int], rows: dict[int, dict[int, Value]], reading: TableReading
) -> _Segment | None:
    """The header rows as a segment, if they name at least half of the columns of some block."""
    texts = {(row, col): value.text for row in run for col, value in rows[row].items()}
    cols = _line_numbers(sheet, texts, run)
    bands = _bands(cols, run, lambda col, row: texts.get((row, col), ""), lambda col, row: _origin(sheet, row, col))
    columns = {}
    for block in blocks:
        matched = _match(bands, block.columns, reading)
        if 2 * len(matched) >= len(block.columns.leaves):
            columns[block.number] = matched
    if not columns:
        return None
    left = min(band.lines[0] for matched in columns.values() for found in matched.values() for band in found)
    return _Segment(run[0], run[-1], bands, columns, left)


def _line_numbers(sheet: Sheet, texts: dict[tuple[int, int], str], run: list[int]) -> list[int]:
    """Columns of header texts, and those their merges reach over."""
    cols = {col for _, col in texts}
    for merge in sheet.merges:
        if merge.top in run and (merge.top, merge.left) in texts and merge.right - merge.left < 100:
            cols.update(range(merge.left, merge.right + 1))
    return sorted(cols)


def _origin(sheet: Sheet, row: int, col: int) -> tuple[int, int]:
    """The place whose value shows here: the top left cell of the merged range, or the cell itself."""
    for merge in sheet.merges:
        if merge.top <= row <= merge.bottom and merge.left <= col <= merge.right:
            return merge.top, merge.left
    return row, col


def _bands(
    lines: Iterable[int],
    levels: Sequence[int],
    text: Callable[[int, int], str],
    origin: Callable[[int, int], tuple[int, int]],
) -> list[Band]:
    """Labelled lines with their paths.

    A label holds for the lines after it until another stands at its level or above, as merged and as unmerged headers do.
    A line without a label of its own belongs to the band before when that band's label is merged over it.
    """
    bands: list[Band] = []
    carried: dict[int, str] = {}
    since: dict[int, int] = {}
    leaf_level = 0
    for line in lines:
        own = [level for level in levels if text(line, level)]
        if own:
            for level in levels:
                if level >= own[0]:
                    carried.pop(level, None)
            carried |= {level: text(line, level) for level in own}
            since |= dict.fromkeys(own, line)
            leaf_level = own[-1]
            path = tuple(carried[level] for level in levels if level in carried)
            sure = all(origin(line, level) == origin(since[level], level) for level in carried)
            bands.append(Band((line,), path, origin(line, leaf_level), sure))
        elif bands and origin(line, leaf_level) == bands[-1].place:
            band = bands[-1]
            bands[-1] = Band((*band.lines, line), band.path, band.place, band.sure)
    return bands


def _match(bands: Sequence[Band], index: LabelIndex, reading: TableReading) -> dict[str, list[Band]]:
    """Bands by the key of the leaf they mean. Repeated labels whose group is lost are told apart by order, if none is missing."""
    matched: dict[str, list[Band]] = {}
    unsure: list[tuple[Band, list[Leaf]]] = []
    for band in bands:
        found = index.find(band.path)
        if len(found) == 1:
            matched.setdefault(found[0].node.key, []).append(band)
        elif found:
            unsure.append((band, found))
    left = [leaf for leaf in index.leaves if leaf.node.key not in matched]
    complete = len(left) == len(unsure) and all(len(found) == 1 for found in matched.values())
    if not complete:
        _drop_doubtful(matched, index)
    if unsure and complete and all(leaf in found for leaf, (_, found) in zip(left, unsure, strict=True)):
        for leaf, (band, _) in zip(left, unsure, strict=True):
            matched[leaf.node.key] = [band]
        place = reading.sheet.place(*unsure[0][0].place)
        reading.remarks.append(("layout", f"{reading.table.title}缺少组名，已按次序对位，请核对|请补上组名", place))
    return matched


def _drop_doubtful(matched: dict[str, list[Band]], index: LabelIndex) -> None:
    """Give up columns whose name occurs in several groups and whose group was carried on from a column to the left.

    Where a column is missing or doubled, the column with the next group's name may be the one that is gone.
    """
    for leaf in index.leaves:
        bands = matched.get(leaf.node.key)
        if bands and len(index.named(leaf.node.label)) > 1 and not all(band.sure for band in bands):
            del matched[leaf.node.key]


def _read_segment(
    reading: TableReading,
    blocks: Sequence[_Block],
    segment: _Segment,
    rows: dict[int, dict[int, Value]],
    owner: dict[tuple[int, int], str],
) -> None:
    fitting = [block for block in blocks if block.number in segment.columns]
    unlabelled = [block for block in fitting if not block.block.rows]
    labelled = [block for block in fitting if block.block.rows]
    if labelled:
        for block, leaf, band in _labelled_rows(reading, labelled, segment, rows):
            _take(reading, block, leaf, band.lines, segment, owner)
    for block in unlabelled:
        _take(reading, block, None, _unlabelled_rows(reading, block, segment, rows), segment, owner)


def _labelled_rows(
    reading: TableReading, blocks: Sequence[_Block], segment: _Segment, rows: dict[int, dict[int, Value]]
) -> list[tuple[_Block, Leaf, Band]]:
    sheet = reading.sheet
    numbers = [row for row in rows if segment.last < row <= segment.end]
    levels = sorted({col for row in numbers for col in rows[row] if col < segment.left})

    def label(row: int, col: int) -> str:
        value = rows.get(row, {}).get(col)
        return value.text if value and value.kind == "text" else ""

    lines = sorted({*numbers, *_rows_of_merges(sheet, segment, levels)})
    bands = _bands(lines, levels, label, lambda row, col: _origin(sheet, row, col))
    result = []
    title = _title_before(rows, segment, blocks)
    for band in bands:
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


def _rows_of_merges(sheet: Sheet, segment: _Segment, levels: Sequence[int]) -> list[int]:
    return [
        row
        for merge in sheet.merges
        if merge.left in levels and merge.bottom - merge.top < 100
        for row in range(max(merge.top, segment.last + 1), min(merge.bottom, segment.end) + 1)
    ]


def _title_before(rows: dict[int, dict[int, Value]], segment: _Segment, blocks: Sequence[_Block]) -> str:
    """The block title that stands last above the header."""
    titles = {block.title for block in blocks if block.title}
    for row in sorted((row for row in rows if row < segment.first), reverse=True):
        for value in rows[row].values():
            if wording(value.text).full in titles:
                return wording(value.text).full
    return ""


def _unlabelled_rows(reading: TableReading, block: _Block, segment: _Segment, rows: dict[int, dict[int, Value]]) -> tuple[int, ...]:
    """The rows that hold the block's only line: those with a figure or a placeholder in its columns."""
    cols = {col for bands in segment.columns[block.number].values() for band in bands for col in band.lines}
    found = []
    for row, values in rows.items():
        inside = [value for col, value in values.items() if col in cols]
        if segment.last < row <= segment.end and inside and (row == segment.last + 1 or any(map(_filled, inside))):
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


def _filled(value: Value) -> bool:
    return _number_like(value) or normalise_raw(value.text) in PLACEHOLDERS


def _number_like(value: Value) -> bool:
    return value.kind != "text" or _reads_as_number(value.text)


@lru_cache(maxsize=4_096)
def _reads_as_number(text: str) -> bool:
    digits = normalise_raw(text).replace(",", "").lstrip("+-")
    return digits[:1].isdigit() and digits.replace(".", "", 1).isdigit()


def _take(
    reading: TableReading,
    block: _Block,
    leaf: Leaf | None,
    lines: tuple[int, ...],
    segment: _Segment,
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
    reading: TableReading, segments: Sequence[_Segment], rows: dict[int, dict[int, Value]], owner: dict[tuple[int, int], str]
) -> None:
    """Report figures that stand in the table but in no row or no column of it: once a row, once a column."""
    known_rows = {row for row, _ in owner}
    told: set[int] = set()
    for segment in segments:
        for row in (row for row in rows if segment.last < row <= segment.end):
            for col, value in rows[row].items():
                if col < segment.left or (row, col) in owner or not _number_like(value):
                    continue
                line = -row if row not in known_rows else col
                if line in told or len(told) >= MAX_REMARKS:
                    continue
                told.add(line)
                name = _name_of_row(rows[row], segment.left) if line < 0 else _name_of_column(segment, col)
                what = (
                    f"{reading.table.title}没有{'行' if line < 0 else '列'}“{name}”，其中的数未采用"
                    if name
                    else "表中有没有行名或列名的数，未采用"
                )
                reading.remarks.append(("unplaced", f"{what}|请核对行名和列名，或删去", reading.sheet.place(row, col)))


def _name_of_row(row: dict[int, Value], left: int) -> str:
    return next((value.text[:40] for col, value in sorted(row.items(), reverse=True) if col < left), "")


def _name_of_column(segment: _Segment, col: int) -> str:
    return next((band.path[-1][:40] for band in segment.bands if col in band.lines), "")
