"""Pieces of tables on pages, and how the pieces of one table are put together again over a page break."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.grids.grid import Merge, Sheet, Value
from assistant.report.labels import looks_like_value, split_mark
from assistant.report.pdf_glyphs import TextLine

_EDGE = 4.0  # points between the same column line on two pages
_LARGEST_SHIFT = 80.0  # mirrored margins
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True)
class Spot:
    """Where something stands: page counted from 1; box left, top, right, bottom in points from the page's top left corner."""

    page: int
    box: tuple[float, float, float, float]

    def __str__(self) -> str:
        return f"第 {self.page} 页（{','.join(str(round(edge)) for edge in self.box)}）"


@dataclass(frozen=True)
class PieceCell:
    """A cell with rows and columns counted from 0; ``full``: its text may go on; ``open_*``: no line at that side."""

    top: int
    left: int
    bottom: int
    right: int
    text: str
    spot: Spot
    full: bool = False
    open_top: bool = False
    open_bottom: bool = False

    @property
    def label(self) -> bool:
        """Whether it holds words, neither nothing nor a figure or a placeholder."""
        return bool(self.text) and not looks_like_value(self.text)

    @property
    def tall(self) -> bool:
        """Whether it spans more than one row."""
        return self.bottom > self.top


@dataclass
class Piece:
    """A table, or the part of one that stands on a page: column lines, number of rows, cells from the top left.

    ``lines`` is the text of a piece whose rows are single cells: alone it is a box around text and no table.
    """

    xs: list[float]
    rows: int
    cells: list[PieceCell]
    first: int
    last: int
    head: list[PieceCell] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)

    @property
    def cols(self) -> int:
        """Number of columns."""
        return len(self.xs) - 1

    @property
    def single(self) -> bool:
        """Whether each row is one cell: a box around text, or the part of a table that holds no more than a title."""
        return all(cell.left == 0 and cell.right == self.cols - 1 for cell in self.cells)


@dataclass
class PageSheet(Sheet):
    """A table of a PDF: the place of a cell is its page and box."""

    spots: dict[tuple[int, int], Spot] = field(default_factory=dict)

    def place(self, row: int, col: int) -> str:
        """Page and box of a cell: 第 3 页（310,479,341,502）, left, top, right, bottom in points."""
        found = self.spots.get((row, col)) or self._around(row, col)
        return str(found) if found else self.name

    def _around(self, row: int, col: int) -> Spot | None:
        merge = next((m for m in self.merges if m.top <= row <= m.bottom and m.left <= col <= m.right), None)
        return self.spots.get((merge.top, merge.left)) if merge else None


def to_sheet(piece: Piece) -> PageSheet:
    """The table as a grid for the readers; blank cells have no value."""
    sheet = PageSheet(f"第 {piece.first} 页表格")
    for cell in piece.cells:
        at = cell.top + 1, cell.left + 1
        sheet.spots[at] = cell.spot
        if cell.text:
            sheet.values[at] = Value("text", cell.text)
        if cell.tall or cell.right > cell.left:
            sheet.merges.append(Merge(*at, cell.bottom + 1, cell.right + 1))
    return sheet


def same_columns(above: Piece, below: Piece) -> bool:
    """Whether two pieces have the same outer edges, and all column lines of one are lines of the other."""
    shift = below.xs[0] - above.xs[0]
    if abs(shift) > _LARGEST_SHIFT or abs(below.xs[-1] - shift - above.xs[-1]) > _EDGE:
        return False
    moved = [x - shift for x in below.xs]
    few, many = sorted((above.xs, moved), key=len)
    return all(any(abs(x - other) <= _EDGE for other in many) for x in few)


def join(above: Piece, below: Piece) -> Piece:
    """Two pieces with the same columns as one table.

    A header that is repeated word for word is left out. A row or label that the page break cut in two is one again; a group
    label goes on below the break where its cell has no line there, or where it is blank beside the labels of its group.
    """
    shift = below.xs[0] - above.xs[0]
    xs = above.xs if len(above.xs) >= len(below.xs) else [x - shift for x in below.xs]
    upper = [_on(cell, above.xs, xs) for cell in above.cells]
    lower = [_on(cell, [x - shift for x in below.xs], xs) for cell in below.cells]
    head = above.head or [cell for cell in upper if cell.bottom < above.rows]
    repeated = _repeated_rows(head, lower, below.rows)
    lower = [replace(cell, top=cell.top - repeated, bottom=cell.bottom - repeated) for cell in lower if cell.top >= repeated]
    rows = below.rows - repeated
    joined, offset = _joined_cells(upper, lower, above.rows)
    return Piece(xs, offset + rows, sorted(joined, key=lambda c: (c.top, c.left)), above.first, below.last, head)


def _on(cell: PieceCell, own: Sequence[float], xs: Sequence[float]) -> PieceCell:
    """The cell counted in the columns of both pieces."""
    if len(own) == len(xs):
        return cell
    line = [min(range(len(xs)), key=lambda number: abs(xs[number] - x)) for x in own]
    return replace(cell, left=line[cell.left], right=line[cell.right + 1] - 1)


def _repeated_rows(head: Sequence[PieceCell], lower: Sequence[PieceCell], rows: int) -> int:
    """How many first rows below the break repeat the table's first rows word for word; none of them may hold a figure."""
    most = 0
    for count in range(1, rows):
        ours = [cell for cell in head if cell.top < count]
        theirs = [cell for cell in lower if cell.top < count]
        if any(cell.bottom >= count for cell in theirs) or any(cell.bottom >= count for cell in ours):
            continue
        if [_shape(cell) for cell in ours] != [_shape(cell) for cell in theirs] or not any(cell.text for cell in ours):
            break
        if any(cell.text and looks_like_value(cell.text) for cell in ours):
            break
        most = count
    return most


def _shape(cell: PieceCell) -> tuple[int, int, int, int, str]:
    return cell.top, cell.left, cell.bottom, cell.right, cell.text


def _joined_cells(upper: list[PieceCell], lower: list[PieceCell], rows: int) -> tuple[list[PieceCell], int]:
    """All cells, and the number of the first row below the break (the last one above when the break cut a row)."""
    over = {(cell.left, cell.right): cell for cell in upper if cell.bottom == rows - 1}
    edge = sorted((cell for cell in lower if cell.top == 0), key=lambda cell: cell.left)
    pairs = [(over.get((cell.left, cell.right)), cell) for cell in edge]
    cut = _cut_row([(a, b) for a, b in pairs if a is not None], len(over), len(edge))
    offset = rows - 1 if cut else rows
    continued = [(a, b) for a, b in pairs if a is not None] if cut else _continued(pairs)
    gone = {id(cell) for pair in continued for cell in pair}
    result = [cell for cell in upper if id(cell) not in gone]
    result += [_moved(cell, offset) for cell in lower if id(cell) not in gone]
    for a, b in continued:
        spot = a.spot if a.text or not b.text else b.spot
        result.append(replace(a, bottom=b.bottom + offset, text=a.text + b.text, spot=spot, open_bottom=b.open_bottom, full=b.full))
    return result, offset


def _moved(cell: PieceCell, offset: int) -> PieceCell:
    return replace(cell, top=cell.top + offset, bottom=cell.bottom + offset)


def _goes_on(a: PieceCell, b: PieceCell) -> bool:
    """Whether the text of a cell goes on in the cell below the break: its last line is full and what follows has no mark."""
    return a.label and b.label and a.full and not split_mark(b.text)[0]


def _cut_row(pairs: Sequence[tuple[PieceCell, PieceCell]], above: int, below: int) -> bool:
    """Whether the rows at both sides of the break are one row: some label goes on, and nothing else is said twice."""
    if not len(pairs) == above == below:
        return False
    twice = [(a, b) for a, b in pairs if a.text and b.text]
    leaf = any(not a.tall and not b.tall for a, b in twice)
    return bool(twice) and leaf and all(_goes_on(a, b) for a, b in twice)


def _continued(pairs: Sequence[tuple[PieceCell | None, PieceCell]]) -> list[tuple[PieceCell, PieceCell]]:
    """Labels that go on over the break, from the outermost inwards; an inner label cannot go on where its group ends."""
    known = [(a, b) for a, b in pairs if a is not None]
    lined = any(not b.open_top for _, b in known) and any(not a.open_bottom for a, _ in known)
    found: list[tuple[PieceCell, PieceCell]] = []
    for number, (a, b) in enumerate(pairs):
        inner = pairs[number + 1][1] if number + 1 < len(pairs) else None
        if a is None or inner is None or looks_like_value(a.text) or looks_like_value(b.text):
            break
        unlined = lined and (b.open_top or a.open_bottom) and (a.tall or b.tall)
        if not (unlined or _group_goes_on(a, b, inner)):
            break
        found.append((a, b))
    return found


def _group_goes_on(a: PieceCell, b: PieceCell, inner: PieceCell) -> bool:
    tall = a.tall or b.tall
    if a.text and b.text:
        return tall and _goes_on(a, b)
    if a.text:
        return a.label and (tall or inner.label)
    return tall if b.text else a.tall and b.tall
