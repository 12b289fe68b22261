"""Takes a Word document apart: paragraphs and tables in reading order, as they print once all changes are accepted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from assistant.container import WORD, Package, open_package
from assistant.errors import InputError
from assistant.grids.grid import Merge, Sheet, Value
from assistant.report.blocks import Block, GridBlock, ImageBlock, TextBlock
from assistant.report.labels import looks_like_value
from assistant.report.word_numbering import Numbering, W, read_numbering

_MAIN = "word/document.xml"
_RELATIONS = "_rels/.rels"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PICTURES = ("}blip", "}imagedata")
_WRAPPERS = frozenset(
    f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "dir", "bdo")
) | {f"{_MC}AlternateContent", f"{_MC}Choice"}
_SIGNS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}ptab": " "}
_SENTENCE = re.compile("[。；]")
_ONE_LINE = 60
_PROSE = 60
_MAX_DEPTH = 12
_QUOTED = 30


@dataclass
class WordSheet(Sheet):
    """A table of a Word document; places count its own rows and columns."""

    def place(self, row: int, col: int) -> str:
        """A cell as a person looks it up: 第 3 个表格第 5 行第 4 列."""
        return f"{self.name}第 {row} 行第 {col} 列"


def word_blocks(data: bytes, file: str) -> list[Block]:
    """The blocks of a ``.docx`` file in reading order.

    Tracked changes count as accepted, hidden text and what stands in headers, footers, comments and notes is left aside, text
    boxes are left aside with a note. Macros are refused; links to the outside are never followed.

    Args:
        data: the whole file.
        file: its name, for messages.

    Raises:
        InputError: damaged, encrypted, with macros, too large when inflated, or no Word document.
    """
    package = open_package(data, file, kind=WORD)
    body = package.xml(_main_part(package)).find(f"{W}body")
    package.refuse_declarations()
    if body is None:
        raise InputError("文件中没有 Word 正文", place=file, remedy=WORD.save_again)
    reading = _Reading(_styles(package), read_numbering(_part(package, "word/numbering.xml")))
    reading.walk(body, 0)
    reading.end_paragraph()
    return reading.blocks


def _main_part(package: Package) -> str:
    """The name of the part that holds the text; most programs call it the same."""
    if not package.has(_MAIN) and package.has(_RELATIONS):
        for relation in package.xml(_RELATIONS):
            if relation.get("Type", "").endswith("/officeDocument"):
                return relation.get("Target", "")
    return _MAIN


def _part(package: Package, name: str) -> etree._Element | None:
    return package.xml(name) if package.has(name) else None


@dataclass(frozen=True)
class _Style:
    """What matters of a paragraph style: outline level (1 for 标题 1, 0 for none), its list."""

    heading: int = 0
    list_id: str = ""
    level: int = 0


def _styles(package: Package) -> dict[str, _Style]:
    root = _part(package, "word/styles.xml")
    elements = {style.get(f"{W}styleId", ""): style for style in root.iter(f"{W}style")} if root is not None else {}
    styles: dict[str, _Style] = {}

    def resolve(style_id: str, depth: int) -> _Style:
        if style_id in styles or style_id not in elements or depth > _MAX_DEPTH:
            return styles.get(style_id, _Style())
        based = elements[style_id].find(f"{W}basedOn")
        above = resolve(based.get(f"{W}val", ""), depth + 1) if based is not None else _Style()
        styles[style_id] = _own_style(elements[style_id].find(f"{W}pPr"), above)
        return styles[style_id]

    for style_id in elements:
        resolve(style_id, 0)
    return styles


def _own_style(properties: etree._Element | None, above: _Style) -> _Style:
    """The style that paragraph properties make of another one."""
    if properties is None:
        return above
    outline = _value(properties, "outlineLvl")
    heading = int(outline) + 1 if outline.isdigit() and int(outline) < 9 else above.heading
    list_id, level = above.list_id, above.level
    numbered = properties.find(f"{W}numPr")
    if numbered is not None:
        list_id = _value(numbered, "numId") or list_id
        stated = _value(numbered, "ilvl")
        level = int(stated) if stated.isdigit() else level
    return _Style(heading, list_id, level)


def _value(element: etree._Element, name: str) -> str:
    child = element.find(f"{W}{name}")
    return child.get(f"{W}val", "") if child is not None else ""


@dataclass
class _Text:
    """What runs say: their text, how many pictures stand among them, texts of boxes that were left aside."""

    text: list[str] = field(default_factory=list)
    pictures: int = 0
    boxes: list[str] = field(default_factory=list)


class _Reading:
    """One reading of a document's body."""

    def __init__(self, styles: dict[str, _Style], numbering: Numbering) -> None:
        self.styles, self.numbering = styles, numbering
        self.blocks: list[Block] = []
        self.paragraphs = self.tables = 0
        self._open = _Text()
        self._heading = 0

    def walk(self, container: etree._Element, depth: int) -> None:
        """Read paragraphs and tables of a container in order."""
        for child in container:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self.end_paragraph()
                self._table(child, depth)
            elif child.tag in _WRAPPERS and depth < _MAX_DEPTH:
                self.walk(child, depth + 1)

    def _paragraph(self, element: etree._Element) -> None:
        """Add a paragraph; one whose end mark was deleted runs on into the next."""
        properties = element.find(f"{W}pPr")
        self.paragraphs += 1
        mark = ""
        if not self._open.text:
            named = _value(properties, "pStyle") if properties is not None else ""
            style = _own_style(properties, self.styles.get(named, _Style()))
            self._heading = style.heading
            mark = self.numbering.mark(style.list_id, style.level) if style.list_id not in ("", "0") else ""
        before = len(self._open.text)
        _collect(element, self._open, 0)
        if mark and "".join(self._open.text[before:]).strip():
            self._open.text.insert(before, mark)
        if properties is None or properties.find(f"{W}rPr/{W}del") is None:
            self.end_paragraph()

    def end_paragraph(self) -> None:
        """Make blocks of the text read since the last end."""
        place = f"第 {self.paragraphs} 段"
        for line in _printed_lines("".join(self._open.text)):
            self.blocks.append(TextBlock(line, place, self._heading))
        self.blocks += [ImageBlock(place)] * self._open.pictures
        for box in self._open.boxes:
            short = box if len(box) <= _QUOTED else f"{box[:_QUOTED]}…"
            self.blocks.append(TextBlock(f"文本框中的文字没有作为正文读取：“{short}”", place, role="note"))
        self._open = _Text()

    def _table(self, element: etree._Element, depth: int) -> None:
        """Add a table as a grid, or what stands in its cells if it only arranges the page."""
        rows = list(_rows(element))
        nested = sum(1 for inner in element.iter(f"{W}tc")) - sum(len(row) for row in rows)
        if nested > sum(len(row) for row in rows) or _arranges(rows):
            for cell in (cell for row in rows for cell in row if depth < _MAX_DEPTH and not cell.goes_on):
                self.walk(cell.element, depth + 1)
                self.end_paragraph()
            return
        self.tables += 1
        self.blocks.append(GridBlock(_sheet(rows, f"第 {self.tables} 个表格"), f"第 {self.tables} 个表格"))
        self.blocks += [ImageBlock(f"第 {self.tables} 个表格")] * sum(cell.said.pictures for row in rows for cell in row)


def _collect(element: etree._Element, found: _Text, depth: int) -> None:
    """Gather the text of everything below, deleted and hidden runs left out, text boxes and pictures apart."""
    for child in element:
        tag = child.tag
        if not isinstance(tag, str) or tag in (f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}rt", f"{_MC}Fallback"):
            continue
        if tag == f"{W}t":
            found.text.append(child.text or "")
        elif tag in _SIGNS:
            found.text.append(_SIGNS[tag])
        elif tag == f"{W}txbxContent":
            found.boxes += [text] if (text := _box_text(child)) else []
        elif tag.endswith(_PICTURES):
            found.pictures += 1
        elif not (tag == f"{W}r" and _hidden(child)) and depth < 60:
            _collect(child, found, depth + 1)
            found.text += ["\n"] if tag == f"{W}p" else []


def _hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val", "1") not in ("0", "false", "off")


def _box_text(element: etree._Element) -> str:
    found = _Text()
    _collect(element, found, 0)
    return " ".join("".join(found.text).split())


def _printed_lines(text: str) -> list[str]:
    """A paragraph in the lines that stand for themselves: a heading broken over lines is one, sentences are each their own."""
    lines = [" ".join(line.split(" ")).strip() for line in text.split("\n")]
    lines = [line for line in lines if line]
    if len(lines) > 1 and sum(map(len, lines)) <= _ONE_LINE and not any(_SENTENCE.search(line) for line in lines):
        return ["".join(lines)]
    return lines


@dataclass(frozen=True)
class _Cell:
    """A cell with the columns it takes and what it says; ``goes_on`` when it continues the cell above."""

    element: etree._Element
    left: int
    right: int
    goes_on: bool
    said: _Text


def _rows(table: etree._Element) -> Iterator[list[_Cell]]:
    for row in _children(table, f"{W}tr"):
        properties = row.find(f"{W}trPr")
        if properties is not None and properties.find(f"{W}del") is not None:
            continue
        before = _value(properties, "gridBefore") if properties is not None else ""
        yield list(_cells(row, int(before) if before.isdigit() else 0))


def _cells(row: etree._Element, before: int) -> Iterator[_Cell]:
    col = before + 1
    for cell in _children(row, f"{W}tc"):
        properties = cell.find(f"{W}tcPr")
        if properties is not None and properties.find(f"{W}cellDel") is not None:
            continue
        span = _value(properties, "gridSpan") if properties is not None else ""
        width = min(max(int(span), 1), 100) if span.isdigit() else 1
        merge = properties.find(f"{W}vMerge") if properties is not None else None
        goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
        said = _Text()
        _collect(cell, said, 0)
        yield _Cell(cell, col, col + width - 1, goes_on, said)
        col += width


def _children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Children with a tag, also inside content controls and inserted ranges."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)


def _arranges(rows: Iterable[list[_Cell]]) -> bool:
    """Whether a table only arranges the page: one column, or running text in its cells."""
    cells = [cell for row in rows for cell in row]
    if not cells or max(cell.right for cell in cells) == 1:
        return True
    return any(len(text) > _PROSE and text.count("。") > 1 for text in map(_cell_text, cells))


def _sheet(rows: list[list[_Cell]], name: str) -> WordSheet:
    sheet = WordSheet(name)
    running: dict[tuple[int, int], list[int]] = {}
    for number, row in enumerate(rows, start=1):
        for cell in row:
            columns = (cell.left, cell.right)
            above = running.get(columns, [0, 0])
            if cell.goes_on and above[1] == number - 1 > 0:
                above[1] = number
                continue
            _note_merge(sheet, running.pop(columns, None), columns)
            running[columns] = [number, number]
            if text := _cell_text(cell):
                sheet.values[number, cell.left] = Value("text", text)
        sheet.ends[number] = max((cell.right for cell in row), default=0)
    for columns, span in running.items():
        _note_merge(sheet, span, columns)
    return sheet


def _note_merge(sheet: WordSheet, span: list[int] | None, columns: tuple[int, int]) -> None:
    if span and (span[1] > span[0] or columns[1] > columns[0]):
        sheet.merges.append(Merge(span[0], columns[0], span[1], columns[1]))


def _cell_text(cell: _Cell) -> str:
    """The text of a cell with its lines joined, as labels are broken anywhere; several figures stay apart."""
    lines = [" ".join(line.split()) for line in "".join(cell.said.text).split("\n")]
    lines = [line for line in lines if line]
    return ("；" if len(lines) > 1 and all(looks_like_value(line) for line in lines) else "").join(lines)
