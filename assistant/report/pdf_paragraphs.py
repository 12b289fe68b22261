"""Printed lines of a PDF as paragraphs; page numbers and running headers set apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.report.pdf_glyphs import TextLine, tidy
from assistant.report.pdf_pieces import Spot

_CHINESE = "一二三四五六七八九十"
_PAGE_NUMBER = re.compile(
    r"[-—–－─―~～·•]+\s*\d{1,3}\s*[-—–－─―~～·•]+|第\s*\d{1,3}\s*页(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?|Page\s+\d+(?:\s+of\s+\d+)?",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(rf"\d{{1,3}}(?:\s*/\s*\d{{1,3}})?|[{_CHINESE}]{{1,3}}|[ivxIVX]{{1,5}}")
_MARK = re.compile(rf"(?:[{_CHINESE}]{{1,3}}、|[（(][{_CHINESE}]{{1,3}}[)）]|\d{{1,2}}[.．、](?!\d)|[（(]\d{{1,2}}[)）])")
_ENDS = "。！？；：!?;:"
_CLOSERS = "”’》）)」』】"
_MARGIN = 0.1  # of the page, above and below: where headers and page numbers stand
_CONTINUED = re.compile(r"[(（]?(?:续表?|接上[页表]|续上[页表])[一二三四五六\d]{0,2}[)）]?")


@dataclass
class Paragraph:
    """Lines that make one paragraph, with the page of each."""

    lines: list[tuple[int, TextLine]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines' text, a space only between two Latin words or figures."""
        text = ""
        for _, line in self.lines:
            gap = " " if text[-1:].isascii() and line.text[:1].isascii() and text and text[-1].isalpha() else ""
            text += gap + line.text
        return tidy(text)

    @property
    def place(self) -> str:
        """Page and box; of a paragraph over two pages the part on the first, and both page numbers."""
        first, last = self.lines[0][0], self.lines[-1][0]
        part = [line for page, line in self.lines if page == first]
        box = min(x.x0 for x in part), part[0].top, max(x.x1 for x in part), part[-1].bottom
        where = str(Spot(first, box))
        return where if first == last else where.replace(f"第 {first} 页", f"第 {first}—{last} 页", 1)


@dataclass(frozen=True)
class Margins:
    """Where the lines of the body begin and end, the size of its type, and whether its paragraphs are indented."""

    left: dict[int, float]
    right: dict[int, float]
    size: float
    indented: bool


def is_page_number(line: TextLine, height: float) -> bool:
    """Whether a line is a page number: between dashes or in words anywhere, a bare number only in the margin of the page."""
    text = line.text.strip()
    if _PAGE_NUMBER.fullmatch(text):
        return True
    return bool(_BARE_NUMBER.fullmatch(text)) and in_margin(line, height)


def in_margin(line: TextLine, height: float) -> bool:
    """Whether a line stands in the upper or lower margin of its page."""
    return line.bottom < _MARGIN * height or line.top > (1 - _MARGIN) * height


def running_heads(pages: Iterable[tuple[int, float, Sequence[TextLine]]]) -> set[tuple[int, int]]:
    """(page, line number) of lines that stand at the same height in the margin of at least half of all pages, at least two.

    Args:
        pages: page number, height in points, and lines of each page.
    """
    met: dict[tuple[str, int], list[tuple[int, int]]] = {}
    count = 0
    for page, height, lines in pages:
        count += 1
        for number, line in enumerate(lines):
            if in_margin(line, height):
                key = re.sub(r"\d+", "0", line.text), round(line.top / 4)
                met.setdefault(key, []).append((page, number))
    return {place for places in met.values() if len({p for p, _ in places}) >= max(2, count / 2) for place in places}


def is_continuation_note(text: str) -> bool:
    """Whether a line says no more than that a table goes on: 续表, （续）."""
    return bool(_CONTINUED.fullmatch(text.replace(" ", ""))) or text.strip() in ("（续）", "(续)")


def margins_of(lines: Sequence[tuple[int, TextLine]]) -> Margins:
    """Measure the body's type area, page by page because margins may be mirrored.

    A page on which every line is indented, such as one of headings and tables, has the left margin of the others.
    """
    sizes = Counter(round(line.size, 1) for _, line in lines for _ in range(len(line.text)))
    size = sizes.most_common(1)[0][0] if sizes else 12.0
    starts = {page: [line.x0 for number, line in lines if number == page] for page in {page for page, _ in lines}}
    left = {page: _left_edge(own, size) for page, own in starts.items()}
    outermost = min(left.values(), default=0.0)
    left = {page: outermost if 1.2 * size < edge - outermost < 3 * size else edge for page, edge in left.items()}
    right = {page: max(line.x1 for number, line in lines if number == page) for page in left}
    indents = sum(1.4 * size < line.x0 - left[page] < 2.8 * size for page, line in lines)
    width = max((right[page] - left[page] for page in left), default=0.0)
    right = {page: max(edge, left[page] + width - 0.5 * size) for page, edge in right.items()}
    return Margins(left, right, size, indents >= max(2, 0.08 * len(lines)))


def _left_edge(starts: Sequence[float], size: float) -> float:
    """The leftmost place where at least two lines begin, or the leftmost of all."""
    ordered = sorted(starts)
    for here, following in pairwise(ordered):
        if following - here < 0.3 * size:
            return here
    return ordered[0]


def paragraphs(lines: Sequence[tuple[int, TextLine]], margins: Margins) -> list[Paragraph]:
    """Put lines that stand below one another, without a table between them, into paragraphs."""
    result: list[Paragraph] = []
    for page, line in lines:
        if result and _goes_on(result[-1], page, line, margins):
            result[-1].lines.append((page, line))
        else:
            result.append(Paragraph([(page, line)]))
    return result


def _goes_on(paragraph: Paragraph, page: int, line: TextLine, margins: Margins) -> bool:
    """Whether a line belongs to the paragraph before it: not indented, and the line before is full or inside a sentence."""
    before_page, before = paragraph.lines[-1]
    size = margins.size
    if max(before.columns, line.columns) > 2 or abs(before.size - line.size) > 0.15 * max(before.size, line.size):
        return False
    if before_page == page and line.top - before.bottom > 2.2 * max(size, line.size):
        return False
    if _centred(before, before_page, margins) and _centred(line, page, margins):
        return before_page == page and line.size > 1.1 * size
    indent = line.x0 - margins.left.get(page, line.x0)
    if indent > 1.2 * size or line.size > 1.15 * size:
        return False
    ended = before.text.rstrip(_CLOSERS)[-1:] in _ENDS
    if before.x1 > margins.right.get(before_page, before.x1) - 1.8 * size:
        return margins.indented or not (ended and _MARK.match(line.text))
    heading = len(paragraph.lines) == 1 and _MARK.match(before.text) and len(before.text) <= 40
    return margins.indented and not ended and not heading and not _MARK.match(line.text)


def _centred(line: TextLine, page: int, margins: Margins) -> bool:
    left, right = margins.left.get(page), margins.right.get(page)
    if left is None or right is None or line.x0 - left < 2.5 * margins.size:
        return False
    return abs((line.x0 - left) - (right - line.x1)) < 1.5 * margins.size
