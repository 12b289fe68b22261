"""Which elements of a web page a person sees, and what they read there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


BLOCKS = _names(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "html li main nav ol p pre section summary table tbody td tfoot th thead tr ul caption"
)
_NEVER = _names(
    "script style noscript template head svg math object embed applet iframe frame audio video canvas input select option button "
    "textarea datalist meter progress map link meta base param source track aside del s strike rp rt"
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|line-through|font-size\s*:\s*0(?![.\d])", re.IGNORECASE
)
_OWN = {("a", "skip"), ("small", "note")}
_SPACES = re.compile(r"[ \t\r\f\v\xa0\u2000-\u200a\u202f\u205f]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_BETWEEN_CHINESE = re.compile(
    r"(?<=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])[ \t]*\n\s*(?=[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef])"
)
_ICON = re.compile(
    r"logo|icon|qr|ewm|erweima|二维码|share|weixin|wechat|weibo|print|spacer|blank\.|arrow|btn|banner|bg[._-]", re.IGNORECASE
)
_SMALL = 60
PICTURE = "〔图片〕"
NESTED = "〔表中另有一表〕"


def tag_of(element: _Element) -> str:
    """The element's name in small letters, without a prefix; empty for comments and the like."""
    return element.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(element.tag, str) else ""


def is_seen(element: _Element) -> bool:
    """Whether a person sees this element, and as part of the page's text: no scripts, no deleted or hidden stretches."""
    tag = tag_of(element)
    if not tag or tag in _NEVER or element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return False
    if _HIDDEN.search(element.get("style") or ""):
        return False
    names = (element.get("class") or "").split()
    return not any((tag, name) in _OWN for name in names)


def is_picture(element: _Element) -> bool:
    """Whether an image is large enough, as far as the page says, to hold a table or text."""
    sizes = [re.fullmatch(r"\s*(\d+)(?:\.\d+)?\s*(?:px)?\s*", element.get(name) or "") for name in ("width", "height")]
    if any(size and int(size.group(1)) < _SMALL for size in sizes):
        return False
    return not _ICON.search(f"{element.get('alt') or ''} {(element.get('src') or '')[:300]} {element.get('class') or ''}")


def picture_name(element: _Element) -> str:
    """What an image calls itself."""
    source = element.get("src") or ""
    name = "" if source.startswith("data:") else source.partition("?")[0].rpartition("/")[2]
    return (element.get("alt") or element.get("title") or name).strip()[:80]


def plain(text: str) -> str:
    """Text as a browser shows it: runs of white space as one blank, nothing invisible, Chinese text not torn by line ends."""
    text = _BETWEEN_CHINESE.sub("", _INVISIBLE.sub("", text))
    return _SPACES.sub(" ", text.replace("\n", " ")).strip(" \u3000")


def all_text(element: _Element) -> str:
    """All text inside an element, seen or not."""
    return "".join(str(part) for part in element.itertext())


def cell_text(cell: _Element) -> str:
    """The text of a table cell on one line.

    Lines are joined, since labels and long numbers are broken to fit narrow columns; only where figures stand on both sides a
    stroke is put between, for two numbers in one cell are no number. Raised marks and pictures are shown as such.
    """
    lines = [line for part in "".join(_cell_parts(cell)).split("\v") if (line := plain(part))]
    joined = ""
    for line in lines:
        joined += (" / " if joined[-1:].isdigit() and line[:1].isdigit() else "") + line
    return joined


def _cell_parts(element: _Element) -> Iterator[str]:
    """Stretches of text, with a vertical tab where a line ends."""
    yield element.text or ""
    for child in element:
        tag = tag_of(child)
        if tag == "br":
            yield "\v"
        elif tag == "img":
            yield PICTURE if is_seen(child) and is_picture(child) else ""
        elif tag == "table":
            yield NESTED if is_seen(child) else ""
        elif is_seen(child):
            inner = "".join(_cell_parts(child))
            yield _framed(tag, inner)
        yield child.tail or ""


def _framed(tag: str, inner: str) -> str:
    if tag in ("sup", "sub") and inner.strip():
        return f"〔{plain(inner)}〕"
    return f"\v{inner}\v" if tag in BLOCKS else inner
