"""Tables of a web page as grids; tables that only arrange the page are told apart from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.grids.grid import Merge, Sheet, Value
from assistant.report.html_cells import cell_text, is_seen, tag_of
from assistant.report.labels import looks_like_value

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST_ROWS = 2_000
_MOST_SPAN = 100
_MOST_PLACES = 60_000
_PROSE = 300
_DATA_ROWS = 2
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass
class PageSheet(Sheet):
    """A table of a web page: the place of a cell is its row and column."""

    def place(self, row: int, col: int) -> str:
        """A cell as a person counts it: 第 2 张表第 3 行第 4 列."""
        return f"{self.name}第 {row} 行第 {col} 列"


def table_rows(table: _Element) -> list[list[_Element]]:
    """The seen cells of a table row by row, those of tables inside it left out."""
    return [[cell for cell in row if tag_of(cell) in ("td", "th") and is_seen(cell)] for row in _rows(table)][:_MOST_ROWS]


def _rows(element: _Element) -> Iterator[_Element]:
    last = []
    for child in element:
        tag = tag_of(child)
        if not is_seen(child):
            continue
        if tag == "tr":
            yield child
        elif tag == "tfoot":
            last.append(child)
        elif tag in ("thead", "tbody", "form"):
            yield from _rows(child)
    for child in last:
        yield from _rows(child)


def inner_tables(element: _Element) -> list[_Element]:
    """The seen tables directly inside an element, those inside other tables left out."""
    found = []
    for child in element:
        if is_seen(child):
            found += [child] if tag_of(child) == "table" else inner_tables(child)
    return found


def arranges_page(table: _Element, rows: Sequence[Sequence[_Element]]) -> bool:
    """Whether a table only puts parts of the page side by side: it holds prose, headings, whole tables, or a single column."""
    if (table.get("role") or "") in ("presentation", "none"):
        return True
    if any(inner_tables(cell) for row in rows for cell in row):
        return sum(any(looks_like_value(cell_text(cell)) for cell in row if not inner_tables(cell)) for row in rows) < _DATA_ROWS
    if max((len(row) for row in rows), default=0) <= 1:
        return True
    return any(_is_prose(cell) for row in rows for cell in row)


def _is_prose(cell: _Element) -> bool:
    if any(tag_of(inner) in _HEADINGS for inner in cell.iterdescendants()):
        return True
    text = cell_text(cell)
    return len(text) > _PROSE and "。" in text


def to_sheet(rows: Sequence[Sequence[_Element]], name: str) -> PageSheet:
    """The table as a grid: each value at the top left place of its cell, spans as merges, with the end of each row."""
    sheet = PageSheet(name)
    taken: dict[tuple[int, int], None] = {}
    for number, row in enumerate(rows, start=1):
        col = 1
        for cell in row:
            while (number, col) in taken:
                col += 1
            wide = _span(cell, "colspan", _MOST_SPAN)
            high = _span(cell, "rowspan", len(rows) - number + 1) or len(rows) - number + 1
            if len(taken) + wide * high > _MOST_PLACES:
                return sheet
            taken |= dict.fromkeys((r, c) for r in range(number, number + high) for c in range(col, col + wide))
            if text := cell_text(cell):
                sheet.values[number, col] = Value("text", text)
            if wide > 1 or high > 1:
                sheet.merges.append(Merge(number, col, number + high - 1, col + wide - 1))
            col += wide
        sheet.ends[number] = max((c for r, c in taken if r == number), default=0)
    return sheet


def _span(cell: _Element, name: str, most: int) -> int:
    """A span, at least 1; 0 rows mean all that are left."""
    match = re.match(r"\s*(\d{1,6})", cell.get(name) or "")
    asked = int(match.group(1)) if match else 1
    return min(asked, most) if asked or name == "rowspan" else 1
