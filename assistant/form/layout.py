"""A table of the form laid out as printed: a grid of merged header, label and data cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.form.model import Block, Node, Table

GridKind = Literal["title", "corner", "header", "label", "data"]


@dataclass(frozen=True)
class GridCell:
    """One printed cell, possibly merged. ``key`` is set for data cells. Rows and columns count from 0."""

    row: int
    col: int
    rowspan: int
    colspan: int
    kind: GridKind
    text: str = ""
    key: str = ""


@dataclass(frozen=True)
class Grid:
    """A table as printed. ``header_rows`` is how many rows repeat on each page (0 when blocks have their own headers)."""

    rows: int
    cols: int
    header_rows: int
    label_cols: int
    cells: tuple[GridCell, ...]


def table_grid(table: Table) -> Grid:
    """Lay a table out with the statutory merges: 14×4, 28×10 and 4×15 in the form of 2021."""
    width = max(block.label_columns + len(block.leaf_columns()) for block in table.blocks)
    cells: list[GridCell] = []
    top = 0
    for block in table.blocks:
        placed = list(_block_cells(block, top, width))
        cells += placed
        top = max(cell.row + cell.rowspan for cell in placed)
    single = len(table.blocks) == 1
    head = table.blocks[0]
    header_rows = (1 if head.title else 0) + head.header_rows if single else 0
    return Grid(top, width, header_rows, max(block.label_columns for block in table.blocks), tuple(cells))


def _block_cells(block: Block, top: int, width: int) -> Iterator[GridCell]:
    if block.title:
        yield GridCell(top, 0, 1, width, "title", block.title)
        top += 1
    spans = _column_spans(block, width)
    if block.label_columns:
        yield GridCell(top, 0, block.header_rows, block.label_columns, "corner", block.corner)
    yield from _header_cells(block, top, spans)
    top += block.header_rows
    if not block.rows:
        yield from _data_cells(block, None, top, spans)
        return
    for node in block.rows:
        yield from _row_cells(block, node, top, 0, spans)
        top += sum(1 for _ in node.leaves())


def _column_spans(block: Block, width: int) -> list[tuple[int, int]]:
    """Start and span of each leaf column; a block narrower than the table stretches its last column."""
    leaves = len(block.leaf_columns())
    spans = [(block.label_columns + number, 1) for number in range(leaves)]
    start = spans[-1][0]
    spans[-1] = (start, width - start)
    return spans


def _header_cells(block: Block, top: int, spans: list[tuple[int, int]]) -> Iterator[GridCell]:
    def place(node: Node, level: int, first: int) -> Iterator[GridCell]:
        leaves = sum(1 for _ in node.leaves())
        start, last = spans[first][0], spans[first + leaves - 1]
        rowspan = 1 if node.children else block.header_rows - level
        yield GridCell(top + level, start, rowspan, last[0] + last[1] - start, "header", node.label)
        for child in node.children:
            yield from place(child, level + 1, first)
            first += sum(1 for _ in child.leaves())

    first = 0
    for column in block.columns:
        yield from place(column, 0, first)
        first += sum(1 for _ in column.leaves())


def _row_cells(block: Block, node: Node, top: int, level: int, spans: list[tuple[int, int]]) -> Iterator[GridCell]:
    leaves = sum(1 for _ in node.leaves())
    colspan = 1 if node.children else block.label_columns - level
    yield GridCell(top, level, leaves, colspan, "label", node.label)
    if not node.children:
        yield from _data_cells(block, node, top, spans)
    for child in node.children:
        yield from _row_cells(block, child, top, level + 1, spans)
        top += sum(1 for _ in child.leaves())


def _data_cells(block: Block, row: Node | None, top: int, spans: list[tuple[int, int]]) -> Iterator[GridCell]:
    for col, (start, span) in zip(block.leaf_columns(), spans, strict=True):
        yield GridCell(top, start, 1, span, "data", key=block.key_of(row, col))
