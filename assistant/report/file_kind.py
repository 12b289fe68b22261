"""What a file is, by its content; the ending of its name does not matter. What cannot be a report is refused by its name."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal, NoReturn

from assistant.errors import InputError

Kind = Literal["workbook", "word", "old", "pdf", "html", "json", "markdown", "text"]

ACCEPTED = "请交填好的 .xlsx 工作簿、JSON 文件，或 Word（.docx）、PDF、网页、文本格式的报告"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"

# How files begin that people hand in by mistake, with what they are called.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "RTF 文件"),
    (b"MZ", "程序文件"),
    (b"\x7fELF", "程序文件"),
    (b"MIME-Version:", "单个文件的网页存档（.mht）"),
)
_PACKAGES = (("ppt/", "演示文稿（.pptx）"), ("content.xml", "OpenDocument 文件"), ("Document.xml", "OFD 文件"))
_HTML = re.compile(
    rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|h[1-6]|section|article|style|script)\b",
    re.IGNORECASE | re.DOTALL,
)
_BLANK = b"\xef\xbb\xbf \t\r\n"
_MARKDOWN = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?\s*$|^#{1,6}\s+\S", re.MULTILINE)
_SEEN = 4096


def kind_of(data: bytes, file: str) -> Kind:
    """What a file is.

    Args:
        data: the whole file.
        file: its name or path, for messages.

    Raises:
        InputError: it is a picture, an archive, a program or something else that holds neither a submission nor a report.
    """
    if data.startswith(_ZIP):
        return _package_kind(data, file)
    if data.startswith(_OLE):
        return "old"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for start, name in _FOREIGN:
        if data.startswith(start):
            raise foreign(name, file)
    head = data[:_SEEN].lstrip(_BLANK).removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\x00", b"").lstrip(_BLANK)
    if _HTML.match(head):
        return "html"
    if head.startswith(b"<?xml"):
        raise foreign("XML 文件", file)
    if head.startswith((b"{", b"[")):
        return "json"
    return "markdown" if _MARKDOWN.search(decode(data, file)) else "text"


def refuse_old(data: bytes, file: str) -> NoReturn:
    """Refuse an old or an encrypted office file.

    Raises:
        InputError: always.
    """
    from assistant.container import OFFICE, refuse_old_file

    refuse_old_file(data, file, OFFICE)
    raise foreign("旧版办公文件", file)


def _package_kind(data: bytes, file: str) -> Kind:
    """The kind of a zip file. A damaged one is taken for what its first names say, so that its reader reports the damage."""
    try:
        names = [name.lstrip("/") for name in zipfile.ZipFile(io.BytesIO(data)).namelist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError):
        return "word" if b"word/" in data and b"xl/" not in data else "workbook"
    if any(name.lower().startswith("xl/") for name in names):
        return "workbook"
    if any(name.lower().startswith("word/") for name in names):
        return "word"
    raise foreign(next((kind for start, kind in _PACKAGES if any(name.startswith(start) for name in names)), "压缩包"), file)


def foreign(name: str, file: str) -> InputError:
    """The refusal of a file that is something else."""
    return InputError(f"这是{name}，不能读取", place=file, remedy=ACCEPTED)


def decode(data: bytes, file: str) -> str:
    """The text of a plain text file: UTF-8, UTF-16 with its mark, or GB18030.

    Raises:
        InputError: it is none of these.
    """
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InputError("不是能识别的文本", place=file, remedy=ACCEPTED)
