"""Characters of a page as light records, and the text they make in a cell or on a line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

UNREADABLE = "\ufffd"

# Unicode EquivalentUnifiedIdeograph: radicals that some producers print for the character itself (⺠ for 民).
_RADICALS = dict(
    zip(
        "⺠⺟⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳⺁⺝⺩⻁",
        "民母西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟厂月王虎",
        strict=True,
    )
)
_CJK = r"\u2e80-\u9fff\u3000-\u303f\uf900-\ufaff\uff00-\uffef\u2014-\u201f\u2026\u00b7"
_LOOSE = re.compile(rf"(?<=[{_CJK}])[ \t\xa0\u3000]+|[ \t\xa0\u3000]+(?=[{_CJK}])")
_NUMERIC = re.compile(r"[0-9０-９.,，．%％\-+－]")
_PAGE_MARK = re.compile(r"[-—–－─―]{1,2}\s*(\d{1,3})\s*[-—–－─―]{1,2}")
_WIDE_GAP = 2.5  # of a character: another column, not a space


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character: box in points from the top left, its line (``base``), size, and the way its text runs."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    base: float
    size: float
    runs: Literal["right", "down", "up", "askew"] = "right"
    number: int = 0

    @property
    def middle(self) -> tuple[float, float]:
        """The centre of its box."""
        return (self.x0 + self.x1) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line: text, box, size of its type; ``columns`` is how many parts lie far apart."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    columns: int = 1


@dataclass(frozen=True, slots=True)
class CellText:
    """What a cell says; ``full`` is whether its last line reaches to the end of the cell, so that more may follow."""

    text: str
    full: bool = False


def glyph(char: dict[str, Any], number: int = 0) -> Glyph:
    """A character of pdfplumber as a record; a character the font gives no meaning for reads as U+FFFD."""
    a, b, _, _, _, f = char["matrix"]
    runs: Literal["right", "down", "up", "askew"] = "right"
    if abs(b) > abs(a) * 0.05:
        runs = ("up" if b > 0 else "down") if abs(a) < abs(b) * 0.05 else "askew"
    bottom = float(char["bottom"])
    size = float(char["size"]) or 1.0
    return Glyph(
        _readable(char["text"]),
        float(char["x0"]),
        float(char["top"]),
        float(char["x1"]),
        bottom,
        bottom + char["y0"] - f,
        size,
        runs,
        number,
    )


def _readable(text: str) -> str:
    if len(text) == 1:
        code = ord(text)
        if 0x2E80 <= code <= 0x2FDF:
            return _RADICALS.get(text) or unicodedata.normalize("NFKC", text)
        if 0xE000 <= code <= 0xF8FF or code < 32:
            return UNREADABLE if code >= 32 else " "
        return text
    return UNREADABLE if text.startswith("(cid:") else text


def tidy(text: str) -> str:
    """White space beside Chinese characters and at the ends dropped: printing spreads it, it says nothing."""
    return _LOOSE.sub("", text).strip()


def lines_of(glyphs: Iterable[Glyph]) -> list[TextLine]:
    """Glyphs put into lines from top to bottom, each read from left to right."""
    return [_line(members) for members in _rows([glyph for glyph in glyphs if glyph.runs == "right"])]


def _rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    rows: list[list[Glyph]] = []
    for item in sorted(glyphs, key=lambda item: item.base):
        if rows and item.base - rows[-1][0].base <= 0.4 * max(item.size, rows[-1][0].size):
            rows[-1].append(item)
        else:
            rows.append([item])
    cleaned = (_once(sorted(row, key=lambda item: item.x0)) for row in rows)
    return [row for row in cleaned if any(item.text.strip() for item in row)]


def _once(row: list[Glyph]) -> list[Glyph]:
    """The row without characters printed twice at nearly the same place, as a false bold is made."""
    kept: list[Glyph] = []
    for item in row:
        near = (old for old in kept[-3:] if old.text == item.text and abs(old.x0 - item.x0) < 0.2 * item.size)
        if next(near, None) is None:
            kept.append(item)
    return kept


def _line(row: Sequence[Glyph]) -> TextLine:
    inked = [item for item in row if item.text.strip()]
    text, columns = _spaced(row)
    return TextLine(
        text,
        inked[0].x0,
        min(item.top for item in inked),
        max(item.x1 for item in inked),
        max(item.bottom for item in inked),
        sorted(item.size for item in inked)[len(inked) // 2],
        columns,
    )


def _spaced(row: Sequence[Glyph]) -> tuple[str, int]:
    """The text of a row with a space where there is room for one and a tab where there is room for a column."""
    pieces: list[str] = []
    columns, last = 1, None
    for item in row:
        if not item.text.strip():
            pieces.append(" ")
            continue
        gap = item.x0 - last.x1 if last else 0.0
        if last and gap > _WIDE_GAP * item.size:
            columns += 1
            pieces.append("\t")
        elif last and gap > 0.2 * item.size:
            pieces.append(" ")
        pieces.append(item.text)
        last = item
    return "\t".join(filter(None, map(tidy, "".join(pieces).split("\t")))), columns


def cell_text(glyphs: Sequence[Glyph], width: float, height: float, page: int) -> CellText:
    """The text of a cell, read along its lines, or down its columns when it was set vertically.

    Args:
        glyphs: the characters in the cell, in the order of the file.
        width: of the cell, in points.
        height: of the cell, in points.
        page: number of the page; a page number printed inside the cell is left out.
    """
    flat = [item for item in glyphs if item.runs == "right"]
    turned = [item for item in glyphs if item.runs in ("down", "up")]
    if turned and not flat:
        return _turned_text(turned, height)
    if _set_vertically(flat):
        return _column_text(flat, height, rightmost_first=True)
    lines = [line for line in lines_of(flat) if not is_own_page_number(line.text, page)]
    text = ""
    for before, line in zip([None, *lines], lines, strict=False):
        text += _glue(before, line, width) + line.text.replace("\t", " ") if before else line.text.replace("\t", " ")
    if not lines:
        return CellText("")
    last = lines[-1]
    return CellText(tidy(text), width - (last.x1 - last.x0) < 1.9 * last.size)


def _glue(before: TextLine, line: TextLine, width: float) -> str:
    """Nothing between lines of one text; a space between figures that do not look like one figure broken in two."""
    if not (before.text[-1:].isascii() and line.text[:1].isascii()):
        return ""
    broken = before.x1 - before.x0 > width - 1.2 * before.size
    return "" if broken and _NUMERIC.match(line.text[:1]) else " "


def is_own_page_number(text: str, page: int) -> bool:
    """Whether a line is the number of its page between dashes; a report's pages may be counted from elsewhere."""
    match = _PAGE_MARK.fullmatch(text.strip())
    return match is not None and abs(int(match.group(1)) - page) <= 10


def _turned_text(turned: Sequence[Glyph], height: float) -> CellText:
    """Text turned by a quarter: reading down, lines go to the left; reading up, lines go to the right."""
    upward = turned[0].runs == "up"
    columns = _columns(turned)
    columns = columns if upward else columns[::-1]
    text = "".join("".join(item.text for item in sorted(column, key=lambda g: -g.top if upward else g.top)) for column in columns)
    return CellText(tidy(text), _reach(columns[-1]) > height - 1.9 * columns[-1][0].size)


def _set_vertically(glyphs: Sequence[Glyph]) -> bool:
    """Whether the file writes the characters one below the other, in more than one column."""
    inked = [item for item in sorted(glyphs, key=lambda item: item.number) if item.text.strip()]
    if len(inked) < 3:
        return False
    down = along = 0
    for before, item in pairwise(inked):
        size = max(item.size, before.size)
        if abs(item.base - before.base) < 0.4 * size and item.x0 > before.x0:
            along += 1
        elif abs(item.middle[0] - before.middle[0]) < 0.3 * size and item.base > before.base:
            down += 1
    return down > 2 * along and len(_columns(inked)) > 1


def _columns(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    columns: list[list[Glyph]] = []
    for item in sorted(glyphs, key=lambda item: item.middle[0]):
        if columns and item.middle[0] - columns[-1][0].middle[0] <= 0.5 * item.size:
            columns[-1].append(item)
        else:
            columns.append([item])
    return columns


def _reach(column: Sequence[Glyph]) -> float:
    return max(item.bottom for item in column) - min(item.top for item in column)


def _column_text(glyphs: Sequence[Glyph], height: float, rightmost_first: bool) -> CellText:
    columns = _columns(glyphs)[:: -1 if rightmost_first else 1]
    text = "".join(item.text for column in columns for item in sorted(column, key=lambda g: g.top))
    return CellText(tidy(text), _reach(columns[-1]) > height - 1.9 * columns[-1][0].size)
