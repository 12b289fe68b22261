"""Plain text out of txt, docx, html and pdf files, for texts that are no reports (the Regulation)."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from assistant.errors import InputError
from assistant.library.model import NotAccepted
from assistant.report.file_kind import decode

LARGEST = 30 * 1024 * 1024
_CHARSET = re.compile(rb"""<meta[^>]{0,80}charset=["']?([A-Za-z0-9_-]{3,20})""", re.IGNORECASE)
_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*>")
_LARGEST_UNPACKED = 200 * 1024 * 1024


def text_of(data: bytes, file: str) -> str:
    """The text of a file by its content, whatever its name ends in; one paragraph a line.

    Raises:
        NotAccepted: it is none of these, damaged, encrypted, or holds no text.
    """
    try:
        text = _text(data, file)
    except NotAccepted:
        raise
    except Exception as error:  # Each of the readers has its own family of errors for a damaged file.
        raise NotAccepted("文件已损坏或者加了密，读不出文字", place=file, remedy="请另存一份没有密码的文件后重试") from error
    if not text.strip():
        raise NotAccepted("文件里没有文字", place=file, remedy="扫描件请先识别成文字")
    return text


def _text(data: bytes, file: str) -> str:
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(b"%PDF"):
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _docx(data, file)
    if head.startswith((b"<!doctype html", b"<html")) or b"<body" in head:
        return _html(data, file)
    return _plain(data, file)


def _plain(data: bytes, file: str) -> str:
    try:
        return decode(data, file)
    except InputError as error:
        raise NotAccepted("不是能识别的文本", place=file, remedy="可以加入 txt、docx、html、pdf 格式的报告和条例") from error


def _docx(data: bytes, file: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "word/document.xml" not in archive.namelist():
            raise NotAccepted(
                "这个压缩格式的文件不是 Word 文档", place=file, remedy="可以加入 txt、docx、html、pdf 格式的报告和条例"
            )
        if sum(item.file_size for item in archive.infolist()) > _LARGEST_UNPACKED:
            raise NotAccepted("文件解开后过大", place=file, remedy="请确认文件是否正常")
    import docx

    return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs)


def _html(data: bytes, file: str) -> str:
    from lxml import html

    named = _CHARSET.search(data[:4096])
    charset = named.group(1).decode("ascii").lower() if named else ""
    text = data.decode("gb18030", "replace") if charset.startswith("gb") else _plain(data, file)
    root: Any = html.document_fromstring(_DECLARATION.sub("", text))
    for element in list(root.iter("script", "style", "noscript", "head")):
        element.drop_tree()
    for element in root.iter("p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4"):
        element.tail = "\n" + (element.tail or "")
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in root.text_content().splitlines())
    return "\n".join(line for line in lines if line)


def _pdf(data: bytes) -> str:
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        lines = [line for page in document.pages for line in (page.extract_text() or "").splitlines()]
    return joined(lines)


def joined(lines: list[str]) -> str:
    """Lines of a printed page as paragraphs: a line that fills the page goes on in the next, unless that begins something new."""
    longest = max((len(line) for line in lines), default=0)
    begins = re.compile(r"^\s*(?:第[一二三四五六七八九十]+[章条]|[（(][一二三四五六七八九十]+[)）]|[-—]\s*\d+\s*[-—]$|\d+$)")
    text = ""
    for before, line in zip(["", *lines], lines, strict=False):
        whole = before.rstrip().endswith(("。", "；", "：")) or len(before) < longest * 0.8
        text += ("\n" if begins.match(line) or whole else "") + line.strip()
    return text.strip()
