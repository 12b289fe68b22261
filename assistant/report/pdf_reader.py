"""Takes a PDF apart in reading order: paragraphs, tables by their ruling lines, pictures; nothing is guessed."""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.errors import InputError
from assistant.report.blocks import Block, GridBlock, ImageBlock, TextBlock
from assistant.report.pdf_glyphs import TextLine
from assistant.report.pdf_pages import PageContent, page_content
from assistant.report.pdf_paragraphs import (
    Margins,
    is_continuation_note,
    is_page_number,
    margins_of,
    paragraphs,
    running_heads,
)
from assistant.report.pdf_pieces import Piece, Spot, join, same_columns, to_sheet

if TYPE_CHECKING:
    from pdfplumber.pdf import PDF

MAX_PAGES = 100
MAX_GLYPHS = 600_000
_UNREADABLE_SHARE = 0.1
_LENGTH = re.compile(rb"/Linearized\b.{0,200}?/L\s+(\d+)", re.DOTALL)
_AGAIN = "请重新下载，或用原文件重新导出 PDF"
_ORIGINAL = "请改交 Word、网页或带文字的 PDF，或由人工录入"


def pdf_blocks(data: bytes, file: str) -> list[Block]:
    """Read a PDF as blocks in reading order.

    Tables are built from ruling lines and joined over page breaks; page numbers and running heads are chrome; pages that are
    pictures become image blocks. The place of each block and cell is its page and box in points from the top left corner.

    Args:
        data: the whole file.
        file: its name, for messages.

    Raises:
        InputError: empty, not a PDF, encrypted, truncated, damaged, too long, without any text, or with fonts that do not
            say what their characters mean.
    """
    _check_file(data, file)
    pages = _pages(data, file)
    _check_text(pages, file)
    return _Assembly(pages).blocks()


def _check_file(data: bytes, file: str) -> None:
    if not data:
        raise InputError("文件是空的", place=file, remedy=_AGAIN)
    if b"%PDF-" not in data[:1024]:
        raise InputError("不是 PDF 文件", place=file, remedy="请核对文件的扩展名，或用原文件重新导出 PDF")
    length = _LENGTH.search(data[:2048])
    if b"%%EOF" not in data or (length and int(length.group(1)) > len(data)):
        raise InputError("PDF 不完整，后面的部分缺失，未读取", place=file, remedy=_AGAIN)


def _pages(data: bytes, file: str) -> list[PageContent]:
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it reports every oddity of a font on standard error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pdfplumber.open(io.BytesIO(data)) as pdf:
                return _contents(pdf, file)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # the parser lets KeyError, struct.error and many more through on damaged files
        reasons = (error, error.__cause__, error.__context__, *error.args)
        if any(isinstance(reason, PDFPasswordIncorrect | PDFEncryptionError) for reason in reasons):
            raise InputError("PDF 设了打开密码，无法读取", place=file, remedy="请取消密码后重新导出") from error
        raise InputError("PDF 已损坏，无法解析", place=file, remedy=_AGAIN) from error


def _contents(pdf: PDF, file: str) -> list[PageContent]:
    count = len(pdf.pages)
    if count > MAX_PAGES:
        raise InputError(
            f"PDF 有 {count} 页，超过 {MAX_PAGES} 页的上限，未读取", place=file, remedy="请只截取年度报告所在的页另存为一个 PDF"
        )
    if not count:
        raise InputError("PDF 中没有页面", place=file, remedy=_AGAIN)
    contents: list[PageContent] = []
    glyphs = 0
    for page in pdf.pages:
        contents.append(page_content(page))
        page.close()
        glyphs += contents[-1].glyphs
        if glyphs > MAX_GLYPHS:
            raise InputError("PDF 中的文字过多，不像一份年度报告，未读取", place=file, remedy="请只截取年度报告所在的页")
    return contents


def _check_text(pages: Sequence[PageContent], file: str) -> None:
    glyphs, unread = sum(page.glyphs for page in pages), sum(page.unread for page in pages)
    if not glyphs:
        what = "PDF 是扫描件或图片，没有可读取的文字" if any(page.scan for page in pages) else "PDF 中没有可读取的文字"
        raise InputError(what, place=file, remedy=_ORIGINAL)
    if unread > _UNREADABLE_SHARE * glyphs:
        raise InputError("PDF 的字体没有文字编码，取不出文字（复制出来也是乱码）", place=file, remedy=_ORIGINAL)


@dataclass
class _Item:
    """Something on a page at a height; ``chrome`` marks page numbers and running heads."""

    page: int
    top: float
    content: TextLine | Piece | Spot
    chrome: bool = False


@dataclass
class _Assembly:
    """Puts the pages' items into blocks."""

    pages: Sequence[PageContent]
    items: list[_Item] = field(default_factory=list)

    def blocks(self) -> list[Block]:
        """All blocks, notes about pages first."""
        self.items = self._in_order()
        self._join_pieces()
        body = [(item.page, item.content) for item in self.items if isinstance(item.content, TextLine) and not item.chrome]
        margins = margins_of(body)
        result: list[Block] = [TextBlock(text, f"第 {page} 页", role="note") for page, text in self._notes()]
        for run in _runs(self.items):
            result += _run_blocks(run, margins)
        return result

    def _in_order(self) -> list[_Item]:
        heads = running_heads((page.number, page.height, page.lines) for page in self.pages)
        items: list[_Item] = []
        for page in self.pages:
            own = [_Item(page.number, top, piece) for top, piece in page.pieces]
            own += [_Item(page.number, spot.box[1], spot) for spot in page.pictures]
            own += [
                _Item(page.number, line.top, line, is_page_number(line, page.height) or (page.number, number) in heads)
                for number, line in enumerate(page.lines)
            ]
            items += sorted(own, key=lambda item: item.top)
        return items

    def _join_pieces(self) -> None:
        """Join neighbouring pieces: over a page break, or on one page when only a page number stands between them."""
        kept: list[_Item] = []
        for item in self.items:
            before = _piece_before(kept, item)
            if before is None or not isinstance(item.content, Piece) or not isinstance(before.content, Piece):
                kept.append(item)
                continue
            before.content = join(before.content, item.content)
            before.page = item.page
        self.items = [part for item in kept for part in _unboxed(item)]

    def _notes(self) -> Iterator[tuple[int, str]]:
        for page in self.pages:
            if page.scan and page.glyphs:
                yield page.number, "本页以一幅大图为底，图上的文字如果是自动识别的，可能有错"
            if page.scan and not page.glyphs:
                yield page.number, "本页是扫描图片，没有可读取的文字"
            if page.unread:
                yield page.number, f"本页有 {page.unread} 个字的字体没有文字编码，读不出来，以“\ufffd”代替"
            if page.askew:
                yield page.number, "本页有斜排的文字（水印），未读取"
            if page.turned:
                yield page.number, "本页有竖放的文字，未读取"


def _unboxed(item: _Item) -> list[_Item]:
    """A box around text as the lines in it; anything else as it is."""
    if isinstance(item.content, Piece) and item.content.single and item.content.lines:
        return [_Item(item.page, line.top, line) for line in item.content.lines]
    return [item]


def _piece_before(kept: Sequence[_Item], item: _Item) -> _Item | None:
    """The piece that a piece goes on from: the last thing before it but for chrome, with the same columns."""
    if not isinstance(item.content, Piece):
        return None
    for between, other in enumerate(reversed(kept)):
        if isinstance(other.content, Piece):
            follows = item.page - other.page == 1 or (item.page == other.page and between > 0)
            return other if follows and same_columns(other.content, item.content) else None
        if isinstance(other.content, Spot) or not (other.chrome or is_continuation_note(other.content.text)):
            return None
    return None


def _runs(items: Sequence[_Item]) -> Iterator[list[_Item]]:
    """Items between tables and pictures together, each table and picture alone; chrome goes with what stands around it."""
    run: list[_Item] = []
    for item in items:
        if isinstance(item.content, TextLine):
            run.append(item)
            continue
        if run:
            yield run
        yield [item]
        run = []
    if run:
        yield run


def _run_blocks(run: Sequence[_Item], margins: Margins) -> list[Block]:
    first = run[0].content
    if isinstance(first, Piece):
        where = f"第 {first.first} 页" if first.first == first.last else f"第 {first.first}—{first.last} 页"
        return [GridBlock(to_sheet(first), where)]
    if isinstance(first, Spot):
        return [ImageBlock(str(first))]
    lines = [(item.page, item.content, item.chrome) for item in run if isinstance(item.content, TextLine)]
    result: list[Block] = [
        TextBlock(paragraph.text, paragraph.place)
        for paragraph in paragraphs([(page, line) for page, line, chrome in lines if not chrome], margins)
    ]
    return result + [
        TextBlock(line.text, str(Spot(page, (line.x0, line.top, line.x1, line.bottom))), role="chrome")
        for page, line, chrome in lines
        if chrome
    ]
