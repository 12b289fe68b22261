"""The text of a web page, whatever it says about its encoding."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from assistant.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.\-]+)""", re.IGNORECASE)
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "euc_cn": "gb18030", "hz": "gb18030", "ascii": "utf-8", "iso8859-1": "gb18030"}
_HEAD = 8_192
_TOLERATED = 0.01
_BAD = "\ufffd"


def decode_page(data: bytes, file: str) -> tuple[str, int]:
    """The text of a page and how many letters could not be read.

    A byte order mark decides; then what is right UTF-8 is taken for that, since Chinese text in another encoding never is. Only
    then the page's own word counts, and GB18030 comes before Big5.

    Raises:
        InputError: no encoding fits, or several are mixed.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _counted(data[len(mark) if encoding == "utf-8" else 0 :].decode(encoding, errors="replace"))
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, 0
    text, bad = min(
        (_counted(data.decode(encoding, errors="replace")) for encoding in _candidates(data)), key=lambda found: found[1]
    )
    if bad > _TOLERATED * sum(1 for letter in text if letter > "\x7f") + 1:
        raise InputError(
            "网页文字的编码混乱，读不出来", place=file, remedy="请在浏览器中打开后另存为 UTF-8 编码的网页，或改交 Word 文档"
        )
    return text, bad


def _candidates(data: bytes) -> Iterator[str]:
    yield "utf-8"
    declared = [name for match in _DECLARED.finditer(data[:_HEAD]) if (name := _known(match.group(1)))]
    yield from dict.fromkeys(name for name in (*declared, "gb18030", "big5") if name != "utf-8")


def _known(name: bytes) -> str:
    try:
        found = codecs.lookup(name.decode("ascii")).name
    except LookupError:
        return ""
    found = _WIDER.get(found, found)
    return found if found in ("utf-8", "gb18030", "big5", "big5hkscs", "utf-16", "utf-16-le", "utf-16-be") else ""


def _counted(text: str) -> tuple[str, int]:
    return text, text.count(_BAD) + text.count("\x00")
