"""One page of a PDF as lines of text, pieces of tables and pictures, from what pdfplumber finds on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from assistant.report.pdf_glyphs import UNREADABLE, Glyph, TextLine, cell_text, glyph, is_own_page_number, lines_of
from assistant.report.pdf_pieces import Piece, PieceCell, Spot
from assistant.report.pdf_rulings import Lattice, Stroke, lattices

if TYPE_CHECKING:
    from pdfplumber.page import Page

_THIN = 3.0  # points: a filled rectangle so thin is a line
_PICTURE_WIDTH, _PICTURE_HEIGHT = 0.35, 0.05  # of the page: smaller pictures are marks and emblems
_SCAN = 0.5  # of the page
_FEW = 12  # characters
_MOST = 0.7  # of all characters


@dataclass
class PageContent:
    """What stands on a page, each list from top to bottom.

    ``glyphs`` counts its characters, ``unread`` those the fonts give no meaning for; ``scan``: one picture covers most of it;
    ``askew`` and ``turned``: text that runs slanting (a watermark), or upright outside tables; neither is read.
    """

    number: int
    width: float
    height: float
    lines: list[TextLine] = field(default_factory=list)
    pieces: list[tuple[float, Piece]] = field(default_factory=list)
    pictures: list[Spot] = field(default_factory=list)
    glyphs: int = 0
    unread: int = 0
    scan: bool = False
    askew: bool = False
    turned: bool = False


def page_content(page: Page) -> PageContent:
    """Take a page apart.

    Args:
        page: an open page; its caches are emptied by the caller.
    """
    page = _turned_upright(page)
    glyphs = [glyph(char, number) for number, char in enumerate(page.chars)]
    inked = [item for item in glyphs if item.text.strip()]
    content = PageContent(page.page_number, float(page.width), float(page.height))
    content.glyphs, content.unread = len(inked), sum(item.text == UNREADABLE for item in inked)
    content.askew = any(item.runs == "askew" for item in inked)
    tables = [] if not inked else _tables(page)
    inside, outside = _shared_out([item for item in glyphs if item.runs != "askew"], tables)
    for number, table in enumerate(tables):
        piece = _piece(table, inside[number], content.number)
        if piece.single:
            piece.lines = lines_of(inside[number])
        if piece.rows:
            content.pieces.append((table.ys[0], piece))
    content.lines = lines_of(outside)
    content.turned = any(item.text.strip() and item.runs in ("up", "down") for item in outside)
    content.pictures, content.scan = _pictures(page, inked)
    return content


def _turned_upright(page: Page) -> Page:
    """The page turned by a quarter when most of its text runs up or down, as wide tables are bound into upright pages.

    Boxes are then those of the page as it is read.
    """
    matrices = [char["matrix"] for char in page.chars]
    up, down = (sum(abs(m[0]) < 0.05 * m[1] * sign for m in matrices) for sign in (1, -1))
    if max(up, down) <= _MOST * len(matrices):
        return page
    page.page_obj.rotate = (page.page_obj.rotate + (90 if up > down else 270)) % 360
    return type(page)(page.pdf, page.page_obj, page.page_number)


def _tables(page: Page) -> list[Lattice]:
    across: list[Stroke] = []
    down: list[Stroke] = []
    for mark in (*page.lines, *page.rects, *page.curves):
        for stroke, is_down in _strokes(mark):
            (down if is_down else across).append(stroke)
    whole = float(page.width) * float(page.height)
    found = lattices(across, down)
    return [table for table in found if len(table.regions) > 1 or table.area < 0.2 * whole]


def _strokes(mark: dict[str, Any]) -> list[tuple[Stroke, bool]]:
    """The straight lines a drawn object shows: itself when thin, its sides when it is a box with an outline."""
    x0, x1, top, bottom = (float(mark[side]) for side in ("x0", "x1", "top", "bottom"))
    if bottom - top <= _THIN or x1 - x0 <= _THIN:
        if x1 - x0 >= bottom - top:
            return [(Stroke((top + bottom) / 2, x0, x1), False)]
        return [(Stroke((x0 + x1) / 2, top, bottom), True)]
    if mark["object_type"] == "rect" and mark.get("stroke"):
        return [
            (Stroke(top, x0, x1), False),
            (Stroke(bottom, x0, x1), False),
            (Stroke(x0, top, bottom), True),
            (Stroke(x1, top, bottom), True),
        ]
    if mark["object_type"] == "curve" and mark.get("stroke"):
        return _straight_parts(mark.get("pts") or [])
    return []


def _straight_parts(points: Sequence[tuple[float, float]]) -> list[tuple[Stroke, bool]]:
    """The level and upright parts of a path through points (x, distance from the top)."""
    parts: list[tuple[Stroke, bool]] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        if abs(y1 - y0) <= 0.5 < abs(x1 - x0):
            parts.append((Stroke((y0 + y1) / 2, min(x0, x1), max(x0, x1)), False))
        elif abs(x1 - x0) <= 0.5 < abs(y1 - y0):
            parts.append((Stroke((x0 + x1) / 2, min(y0, y1), max(y0, y1)), True))
    return parts


def _shared_out(glyphs: Iterable[Glyph], tables: Sequence[Lattice]) -> tuple[list[list[Glyph]], list[Glyph]]:
    """Glyphs by the smallest table they stand in, and those in none."""
    inside: list[list[Glyph]] = [[] for _ in tables]
    outside: list[Glyph] = []
    by_size = sorted(range(len(tables)), key=lambda number: tables[number].area)
    for item in glyphs:
        x, y = item.middle
        number = next((number for number in by_size if tables[number].holds(x, y)), None)
        (outside if number is None else inside[number]).append(item)
    return inside, outside


def _piece(table: Lattice, glyphs: Sequence[Glyph], page: int) -> Piece:
    content: dict[int, list[Glyph]] = defaultdict(list)
    for run in _runs(glyphs):
        for number, items in _regions_of(run, table):
            content[number] += items
    cells = []
    numbered: set[int] = set()
    for number, region in enumerate(table.regions):
        box = table.region_box(region)
        items = content.get(number, [])
        said = cell_text(items, box[2] - box[0], box[3] - box[1], page)
        if items and not said.text and any(is_own_page_number(line.text, page) for line in lines_of(items)):
            numbered.add(number)
        cells.append(
            PieceCell(
                region.top,
                region.left,
                region.bottom,
                region.right,
                said.text,
                Spot(page, box),
                said.full,
                region.open_top,
                region.open_bottom,
            )
        )
    return _without_page_rows(Piece(table.xs, len(table.ys) - 1, cells, page, page), numbered)


def _runs(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Figures written one after another without room between them belong together; all other glyphs stand alone."""
    runs: list[list[Glyph]] = []
    for item in glyphs:
        last = runs[-1][-1] if runs else None
        if (
            last
            and _of_number(item)
            and _of_number(last)
            and item.base == last.base
            and abs(item.x0 - last.x1) < 0.12 * item.size
            and item.runs == "right"
        ):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _of_number(item: Glyph) -> bool:
    return item.text.isdecimal() or item.text in ".,"


def _regions_of(run: list[Glyph], table: Lattice) -> list[tuple[int, list[Glyph]]]:
    """The region of each glyph. A figure that reaches over a line goes, whole, to where most of it stands.

    When the line runs between two of its digits they may be two figures; nothing tells, so they are set apart by a space.
    """
    numbers = [table.region_at(*item.middle) for item in run]
    if len(set(numbers)) == 1:
        return [(numbers[0], run)]
    most = max(set(numbers), key=numbers.count)
    if any(item.x0 + 0.2 * item.size < x < item.x1 - 0.2 * item.size for x in table.xs for item in run):
        return [(most, run)]
    border = next(place for place in range(1, len(run)) if numbers[place] != numbers[place - 1])
    item = run[border]
    gap = Glyph("　", item.x0, item.top, item.x0, item.bottom, item.base, item.size, item.runs, item.number)
    return [(most, [*run[:border], gap, *run[border:]])]


def _without_page_rows(piece: Piece, numbered: set[int]) -> Piece:
    """The piece without rows that held nothing but the number of the page."""
    rows = {
        row
        for row in {piece.cells[number].top for number in numbered}
        if all(not cell.text and cell.top == cell.bottom for cell in piece.cells if cell.top <= row <= cell.bottom)
    }
    if not rows:
        return piece
    left = [row for row in range(piece.rows) if row not in rows]
    place = {row: number for number, row in enumerate(left)}
    cells = [
        PieceCell(
            place[cell.top],
            cell.left,
            place[cell.bottom],
            cell.right,
            cell.text,
            cell.spot,
            cell.full,
            cell.open_top,
            cell.open_bottom,
        )
        for cell in piece.cells
        if cell.top in place and cell.bottom in place
    ]
    return Piece(piece.xs, len(left), cells, piece.first, piece.last)


def _pictures(page: Page, inked: Sequence[Glyph]) -> tuple[list[Spot], bool]:
    """Pictures large enough to stand for text or a table, with hardly a character on them; whether one is the whole page."""
    width, height = float(page.width), float(page.height)
    found: list[Spot] = []
    scan = False
    for image in page.images:
        x0, x1 = max(0.0, float(image["x0"])), min(width, float(image["x1"]))
        top, bottom = max(0.0, float(image["top"])), min(height, float(image["bottom"]))
        if x1 - x0 < _PICTURE_WIDTH * width or bottom - top < _PICTURE_HEIGHT * height:
            continue
        over = sum(x0 <= item.middle[0] <= x1 and top <= item.middle[1] <= bottom for item in inked)
        large = (x1 - x0) * (bottom - top) > _SCAN * width * height
        scan = scan or large
        if over <= _FEW:
            found.append(Spot(page.page_number, (x0, top, x1, bottom)))
    return sorted(found, key=lambda spot: spot.box[1]), scan
