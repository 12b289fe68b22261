"""Takes a web page apart: the report's own container, its paragraphs, tables and pictures, and the site's additions around it."""

from __future__ import annotations

from assistant.errors import InputError
from assistant.report.blocks import Block, TextBlock
from assistant.report.html_encoding import decode_page
from assistant.report.html_page import page_items
from assistant.report.html_shell import mark_shell

_SAVE_AGAIN = "请在浏览器中打开后另存为网页，或改交 Word 文档"


def html_blocks(data: bytes, file: str) -> list[Block]:
    """The blocks of a web page in reading order.

    Nothing is loaded or run: scripts, frames, hidden and deleted stretches are left out. What the site adds around the report
    has the role ``chrome``, the publication date among it.

    Args:
        data: the whole file.
        file: its name or path, for messages.

    Raises:
        InputError: the file is empty, its letters cannot be read, or it is no web page.
    """
    from lxml import etree

    text, bad = decode_page(data, file)
    if not text.strip():
        raise InputError("网页文件是空的", place=file, remedy=_SAVE_AGAIN)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(text.replace("\x00", "").encode("utf-8", errors="replace"), parser)
    except etree.LxmlError as error:
        raise InputError("不是能读取的网页", place=file, remedy=_SAVE_AGAIN) from error
    if root is None:
        raise InputError("网页中没有内容", place=file, remedy=_SAVE_AGAIN)
    items, notes = page_items(root)
    if bad:
        notes.append(f"网页有 {bad} 处文字的编码有误，读不出来")
    blocks = [item.block for item in mark_shell(root, items)]
    return [*blocks, *(TextBlock(note, "网页", role="note") for note in notes)]
