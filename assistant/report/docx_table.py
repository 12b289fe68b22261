"""The statutory tables in WordprocessingML. Everything but the values is laid out once per table and kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from assistant.form import Cell, Grid, GridCell, Table, table_grid
from assistant.report.docx_styles import (
    KAITI,
    LABEL_INDENT,
    MARGIN_BOTTOM,
    MARGIN_TOP,
    PAGE_HEIGHT,
    RUN_FONTS,
    TABLE,
    TABLE_LABEL,
    TEXT_WIDTH,
    fonts,
)
from assistant.report.printing import em_width, markup, printed_cell

EM = 210  # twips: one character of 10.5 pt
PADDING = 30
SLACK = 30  # the rules of a cell take room too
WIDEST_DIGIT = 0.64  # of a character, in the font that stands in where 宋体 is missing
SMALLEST_DATA_COLUMN = 560
LONGEST_LABEL = 13  # characters that a row label takes at most before it breaks
_SIZES = (10.5, 9.0, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
_MARK_SIZES = (9.0, 8.0, 7.5, 7.0, 6.5, 6.0)
_KEEP_TOGETHER = 12  # rows; longer blocks and groups may break over pages

_ROW = 280 + 2 * PADDING  # twips: a row of one line
_FILLS = 0.6  # of a page: a table as long as that is put on a page of its own

_ENUMERATOR = re.compile(r"^(?:（[^）]{1,3}）|[一二三四五六七八九十]{1,3}、)")


def fills_page(table: Table) -> bool:
    """Whether a table is so long that below other text it would be cut; some rows take more than the one line counted here."""
    return table_grid(table).rows * _ROW > _FILLS * (PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM)


def column_widths(grid: Grid) -> tuple[int, ...]:
    """Widths of all grid columns in twips; together the width of the type area.

    Group labels get narrow columns, row labels about their length, the data columns share the rest equally.
    """
    groups = [_group_width(grid, column) for column in range(grid.label_cols - 1)]
    rest = TEXT_WIDTH - sum(groups)
    data = grid.cols - grid.label_cols
    if not grid.label_cols:
        return _equal(rest, data)
    labels = [cell.text for cell in grid.cells if cell.kind == "label" and cell.col == grid.label_cols - 1]
    wanted = int(max((min(em_width(text), LONGEST_LABEL) for text in labels), default=4) * EM) + LABEL_INDENT + 2 * PADDING + SLACK
    label = max(6 * EM, min(wanted, rest - data * SMALLEST_DATA_COLUMN))
    if rest - label >= data * label:
        return (*groups, *_equal(rest, data + 1))
    return (*groups, label, *_equal(rest - label, data))


def _equal(width: int, count: int) -> tuple[int, ...]:
    return tuple(width * (number + 1) // count - width * number // count for number in range(count))


def _group_width(grid: Grid, column: int) -> int:
    """Room for the number of a group (（三）) on one line, and for one character more where that spares a line of one character."""
    texts = [cell.text for cell in grid.cells if cell.kind == "label" and cell.col == column and cell.colspan == 1]
    least = max((len(match.group()) for text in texts if (match := _ENUMERATOR.match(text))), default=2)
    widow = {count: sum(len(text) % count == 1 for text in texts) for count in (least, least + 1)}
    return min(widow, key=lambda count: (widow[count], count)) * EM + 2 * PADDING + SLACK


@dataclass(frozen=True)
class _Slot:
    """A place for a value: the cell key and the room in points."""

    key: str
    room: float


@lru_cache(maxsize=32)
def _skeleton(table: Table) -> tuple[str | _Slot, ...]:
    """The table as fixed markup with slots for the values; the first piece ends where the first cell's runs begin."""
    grid = table_grid(table)
    widths = column_widths(grid)
    placed = {(cell.row, cell.col): cell for cell in grid.cells}
    covered = {(cell.row + down, cell.col): cell for cell in grid.cells for down in range(1, cell.rowspan)}
    kept = _kept_rows(grid)
    pieces: list[str | _Slot] = [_opening(table, widths)]
    for row in range(grid.rows):
        pieces.append(f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if row < grid.header_rows else ''}</w:trPr>")
        column = 0
        while column < grid.cols:
            cell = placed.get((row, column)) or covered[row, column]
            pieces += _cell(cell, grid, row, sum(widths[column : column + cell.colspan]), row in kept)
            column += cell.colspan
        pieces.append("</w:tr>")
    pieces.append("</w:tbl>")
    return _joined(pieces)


def _kept_rows(grid: Grid) -> set[int]:
    """Rows that stay on one page with the next one: headers with what they head, and short blocks and groups."""
    head = sorted({cell.row + down for cell in grid.cells if cell.kind not in ("label", "data") for down in range(cell.rowspan)})
    starts = [row for row in head if row - 1 not in head]
    kept = set(head)
    for start, end in zip(starts, (*starts[1:], grid.rows), strict=True):
        if end - start <= _KEEP_TOGETHER:
            kept.update(range(start, end - 1))
    for cell in grid.cells:
        if cell.kind == "label" and cell.rowspan <= _KEEP_TOGETHER:
            kept.update(range(cell.row, cell.row + cell.rowspan - 1))
    return kept


def _opening(table: Table, widths: tuple[int, ...]) -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(f'<w:{side} w:w="{PADDING}" w:type="dxa"/>' for side in ("top", "left", "bottom", "right"))
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        f'<w:tblCaption w:val="{markup(f"{table.title} {table.name}")}"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
    )


def _cell(cell: GridCell, grid: Grid, row: int, width: int, kept: bool) -> list[str | _Slot]:
    span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
    merge = ("<w:vMerge/>" if row > cell.row else '<w:vMerge w:val="restart"/>') if cell.rowspan > 1 else ""
    left = (
        cell.kind == "title"
        or (cell.kind == "corner" and cell.colspan > 1)
        or (cell.kind == "label" and cell.col + cell.colspan == grid.label_cols > 1)
    )
    head = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{TABLE_LABEL if left else TABLE}"/>{"<w:keepNext/>" if kept else ""}</w:pPr>'
    )
    if row > cell.row:
        return [f"{head}</w:p></w:tc>"]
    if cell.kind == "data":
        return [head, _Slot(cell.key, (width - 2 * PADDING) / 20), "</w:p></w:tc>"]
    face = fonts(KAITI) if cell.kind == "corner" and cell.rowspan > 1 else RUN_FONTS[TABLE]
    return [head, f"<w:r><w:rPr>{face}</w:rPr><w:t>{markup(cell.text)}</w:t></w:r></w:p></w:tc>"]


def _joined(pieces: list[str | _Slot]) -> tuple[str | _Slot, ...]:
    """Neighbouring strings put together."""
    joined: list[str | _Slot] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)


def table_xml(table: Table, cells: Mapping[str, Cell], opening: str = "", closing: str = "") -> str:
    """One statutory table as ``w:tbl``; ``opening`` and ``closing`` are comment anchors around its first paragraph's text."""
    text = "".join(piece if isinstance(piece, str) else _value(cells.get(piece.key), piece.room) for piece in _skeleton(table))
    if not opening:
        return text
    start = text.index("</w:pPr>") + len("</w:pPr>")
    end = text.index("</w:p>", start)
    return f"{text[:start]}{opening}{text[start:end]}{closing}{text[end:]}"


def _value(cell: Cell | None, room: float) -> str:
    printed = printed_cell(cell)
    runs = ""
    if printed.text:
        runs = _run(printed.text, _SIZES, room, "")
    if printed.mark:
        runs += _run(printed.mark, _MARK_SIZES, room, '<w:highlight w:val="yellow"/>')
    return runs


def _run(text: str, sizes: tuple[float, ...], room: float, extra: str) -> str:
    width = em_width(text, WIDEST_DIGIT)
    size = next((size for size in sizes if width * size <= room), sizes[-1])
    points = "" if size == _SIZES[0] else f'<w:sz w:val="{size * 2:g}"/><w:szCs w:val="{size * 2:g}"/>'
    return f"<w:r><w:rPr>{RUN_FONTS[TABLE]}{points}{extra}</w:rPr><w:t>{markup(text)}</w:t></w:r>"
