"""Walks through a web page in reading order and collects its lines, tables and pictures with the elements they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.report.blocks import Block, GridBlock, ImageBlock, TextBlock
from assistant.report.html_cells import BLOCKS, NESTED, all_text, is_picture, is_seen, picture_name, plain, tag_of
from assistant.report.html_grids import arranges_page, inner_tables, table_rows, to_sheet

if TYPE_CHECKING:
    from lxml.etree import _Element

DEEPEST = 150
_MOST_ITEMS = 20_000
_FRAMES = frozenset({"iframe", "frame", "object", "embed"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CAPTION = re.compile(r"^表\s*[一二三四五六七八九十\d]+")
_LINE_START = re.compile(
    r"[\u3000\s]{2}|[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|第[一二三四五六七八九十]+|[\u4e00-\u9fff]{2,6}[:：]"
    r"|\s*[-\d.,/]+\s*$"
)
_OPEN_END = re.compile(r"(?<!年度报告)(?<=[\u4e00-\u9fff\d，、])$")
_WRAPPED = 20


@dataclass(frozen=True)
class Item:
    """A block with the element it stands in, and how many of its letters belong to links."""

    block: Block
    element: _Element
    linked: int = 0

    @property
    def text(self) -> str:
        """The text of a line, empty for tables and pictures."""
        return self.block.text if isinstance(self.block, TextBlock) else ""

    @property
    def body(self) -> bool:
        """Whether the block counts as the report's."""
        return not isinstance(self.block, TextBlock) or self.block.role == "body"

    def as_chrome(self) -> Item:
        """The same, as an addition of the site; tables and pictures stay what they are."""
        return replace(self, block=replace(self.block, role="chrome")) if isinstance(self.block, TextBlock) else self


def page_items(root: _Element) -> tuple[list[Item], list[str]]:
    """Everything a person sees in the page in reading order, and notes on what could not be read."""
    walk = _Walk()
    walk.block(root, 0)
    walk.flush(root)
    return walk.items, list(dict.fromkeys(walk.notes))


class _Walk:
    """The lines collected so far. ``pieces`` is the line being gathered, with line breaks as vertical tabs."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.notes: list[str] = []
        self.pieces: list[str] = []
        self.linked = 0
        self.links = 0
        self.kept_lines = 0
        self.tables = 0
        self.lines = 0
        self.images = 0

    def block(self, element: _Element, depth: int) -> None:
        """Everything inside an element."""
        if depth > DEEPEST or len(self.items) >= _MOST_ITEMS:
            self.notes.append("网页内容过多或嵌套过深，其余部分没有读取")
            return
        self._text(element.text)
        for child in element:
            self._child(child, depth)
            self._text(child.tail)

    def _child(self, child: _Element, depth: int) -> None:
        tag = tag_of(child)
        if tag in _FRAMES:
            self.notes.append("网页中嵌有其他文件或页面，没有读取其中的内容")
        elif not is_seen(child):
            return
        elif tag == "br":
            self.pieces.append("\v")
        elif tag == "img":
            self._image(child)
        elif tag == "table":
            self.flush(child.getparent())
            self._table(child, depth)
        elif tag in BLOCKS or tag == "hr":
            self.flush(child.getparent())
            self.kept_lines += tag == "pre"
            self.block(child, depth + 1)
            self.flush(child)
            self.kept_lines -= tag == "pre"
        else:
            self.links += tag == "a"
            self.block(child, depth + 1)
            self.links -= tag == "a"

    def _text(self, text: str | None) -> None:
        if text:
            self.pieces.append(text.replace("\n", "\v") if self.kept_lines else text)
            self.linked += len(text.strip()) if self.links else 0

    def flush(self, element: _Element | None) -> None:
        """Close the line being gathered."""
        raw, linked = "".join(self.pieces), self.linked
        self.pieces, self.linked = [], 0
        if element is None or not raw.strip():
            return
        level = next((found for up in _upwards(element, 3) if (found := _HEADINGS.get(tag_of(up)))), 0)
        for text in _lines(raw, whole=bool(level)):
            self.lines += 1
            self.items.append(Item(TextBlock(text, f"第 {self.lines} 段", level), element, min(linked, len(text))))

    def _image(self, element: _Element) -> None:
        if is_picture(element):
            parent = element.getparent()
            self.flush(parent)
            self.images += 1
            name = picture_name(element)
            self.items.append(Item(ImageBlock(f"第 {self.images} 张图片", name), parent if parent is not None else element))

    def _table(self, table: _Element, depth: int) -> None:
        rows = table_rows(table)
        for caption in (child for child in table if tag_of(child) == "caption" and is_seen(child)):
            text = plain(all_text(caption))
            if text and not _CAPTION.match(text):
                self.lines += 1
                self.items.append(Item(TextBlock(text, f"第 {self.lines} 段"), table))
        if arranges_page(table, rows):
            for cell in (cell for row in rows for cell in row):
                self.block(cell, depth + 1)
                self.flush(cell)
            return
        self.tables += 1
        place = f"第 {self.tables} 张表"
        self.items.append(Item(GridBlock(to_sheet(rows, place), place), table))
        for inner in (inner for row in rows for cell in row for inner in inner_tables(cell)):
            self.notes.append(f"{place}的单元格里另有表格，分开读取，原处记为{NESTED}")
            if depth < DEEPEST:
                self._table(inner, depth + 1)


def _upwards(element: _Element, levels: int) -> Iterator[_Element]:
    here: _Element | None = element
    for _ in range(levels):
        if here is None:
            return
        yield here
        here = here.getparent()


def _lines(raw: str, *, whole: bool) -> Iterator[str]:
    """The lines of a stretch of text; a line broken in the middle of a sentence goes on, and a heading is one line."""
    if whole:
        yield from filter(None, ["".join(plain(part) for part in raw.split("\v"))])
        return
    held = ""
    for part in raw.split("\v"):
        text = plain(part)
        goes_on = len(held) >= _WRAPPED and _OPEN_END.search(held) and not _LINE_START.match(part) and part.strip()
        if goes_on:
            held += text
            continue
        if held:
            yield held
        held = text
    if held:
        yield held
