"""Tells a report from what the site prints around it: navigation, sharing, counters, neighbours in the list of articles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.report.blocks import GridBlock, ImageBlock, TextBlock
from assistant.report.html_cells import all_text, plain, tag_of
from assistant.report.html_page import Item

if TYPE_CHECKING:
    from lxml.etree import _Element

_SITE = frozenset({"nav", "footer", "header"})
_SITE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav\w*|menu\w*|bread\w*|crumbs?|bd-?share\w*|share\w*|print\w*|font-?size\w*|tool(?:bar|s)?|foot\w*|copyright|"
    r"qr-?code|ewm|related|pag(?:er|ing|ination)|prev\w*|next\w*|xgxx|xgwj|location|position|dqwz|side-?bar|search\w*|login|"
    r"weixin|weibo|attach\w*)(?=$|[\s_\d-])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\W*([一二三四五六七])\s*[、.．]\s*[^\d\s]{2,30}$")
_TITLE = re.compile(r"政府信息公开[^，。；]{0,14}(?:报告|年报)")
_NEIGHBOUR = re.compile(r"^[\s【\[]*(?:上一[篇条页]|下一[篇条页]|相关|附件|您?(?:当前|现在)?的?位置|来源|原文)")
_LONGEST_TITLE = 60
_LONGEST_ADDITION = 300
_LEAST_HEADINGS = 3
_SHARE = 0.8
_TITLE_META = ("articletitle", "dc.title", "og:title")
_DATE_META = ("pubdate", "publishdate", "article:published_time", "dc.date")


def mark_shell(root: _Element, items: Sequence[Item]) -> list[Item]:
    """The items with the role ``chrome`` for lines that belong to the site; pictures of the site are left out.

    The report's container is the innermost element around its numbered headings, or around most of the text that is no link. A
    title above the container is the report's own.
    """
    additions = _Additions()
    marked = [item.as_chrome() if additions.holds(item) else item for item in items]
    container = _container(marked)
    inside = {id(element) for element in container.iter()} if container is not None else set()
    result = [item if id(item.element) in inside or not inside else item.as_chrome() for item in marked]
    if inside:
        result = [item for item in result if not isinstance(item.block, ImageBlock) or id(item.element) in inside]
    return [*_with_title(root, result), *_published(root)]


class _Additions:
    """Elements that by their kind or name hold the site's additions, and are short enough to hold nothing else."""

    def __init__(self) -> None:
        self.known: dict[int, bool] = {}

    def holds(self, item: Item) -> bool:
        """Whether a line stands inside such an element or names a neighbour in the list of articles."""
        if not isinstance(item.block, TextBlock):
            return False
        text = item.text
        if _NEIGHBOUR.match(text) and len(text) <= _LONGEST_TITLE * 2 and (item.linked or len(text) <= 10):
            return True
        return any(self._is_addition(element) for element in _ancestors(item.element))

    def _is_addition(self, element: _Element) -> bool:
        if id(element) not in self.known:
            self.known[id(element)] = _looks_added(element)
        return self.known[id(element)]


def _looks_added(element: _Element) -> bool:
    tag = tag_of(element)
    if tag in ("html", "body", "main", "article"):
        return False
    if tag not in _SITE and not _SITE_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
        return False
    if tag == "nav":
        return True
    if len(plain(all_text(element))) > _LONGEST_ADDITION and tag not in _SITE:
        return False
    numbered = sum(1 for part in element.itertext() if _NUMBERED.match(plain(str(part))))
    return numbered < _LEAST_HEADINGS


def _ancestors(element: _Element) -> Iterator[_Element]:
    here: _Element | None = element
    while here is not None:
        yield here
        here = here.getparent()


def _container(items: Sequence[Item]) -> _Element | None:
    """The innermost element that holds the report; None for a page without text."""
    headings: dict[str, Item] = {}
    for item in items:
        match = _NUMBERED.match(item.text) if item.body and 2 * item.linked < len(item.text) else None
        if match:
            headings.setdefault(match.group(1), item)
    if len(headings) >= _LEAST_HEADINGS:
        grids = [item for item in items if isinstance(item.block, GridBlock)]
        return _common([item.element for item in [*headings.values(), *grids]])
    return _heaviest(items)


def _common(elements: Sequence[_Element]) -> _Element | None:
    paths = [list(_ancestors(element))[::-1] for element in elements]
    shared = None
    for level in zip(*paths, strict=False):
        if any(element is not level[0] for element in level):
            break
        shared = level[0]
    return shared.getparent() if shared is not None and any(shared is element for element in elements) else shared


def _heaviest(items: Sequence[Item]) -> _Element | None:
    """The innermost element with most of the text outside links."""
    weights: Counter[int] = Counter()
    depths: dict[int, tuple[int, _Element]] = {}
    total = 0
    for item in items:
        weight = max(len(item.text) - item.linked, 0) if item.body and not isinstance(item.block, ImageBlock) else 0
        if isinstance(item.block, GridBlock):
            weight = sum(len(value.text) for value in item.block.sheet.values.values())
        total += weight
        path = list(_ancestors(item.element))
        for depth, element in enumerate(reversed(path)):
            weights[id(element)] += weight
            depths[id(element)] = (depth, element)
    if not total:
        return None
    good = [found for key, found in depths.items() if weights[key] >= _SHARE * total]
    deepest = max(good, key=lambda found: found[0])[1]
    return _around_line(deepest)


def _around_line(element: _Element) -> _Element:
    """The element around a single line or table."""
    parent = element.getparent()
    return (
        parent
        if parent is not None and tag_of(element) in ("p", "span", "font", "table", "h1", "h2", "h3", "b", "strong")
        else element
    )


def _is_title(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and bool(_TITLE.search(re.sub(r"\s+", "", text))) and "。" not in text


def _with_title(root: _Element, items: list[Item]) -> Iterator[Item]:
    """The items with a title: the report's own, or the one above its container, or what the page calls itself."""
    first = next((n for n, item in enumerate(items) if item.body and _NUMBERED.match(item.text)), len(items))
    if any(item.body and _is_title(item.text) for item in items[:first]):
        yield from items
        return
    start = next((n for n, item in enumerate(items) if item.body), len(items))
    above = [n for n, item in enumerate(items[:start]) if _is_title(item.text) and item.linked < len(item.text) / 2]
    named = [n for n in above if isinstance(block := items[n].block, TextBlock) and block.heading]
    chosen = (named or above)[-1:]
    if chosen:
        for number, item in enumerate(items):
            block = item.block
            is_title = number == chosen[0] and isinstance(block, TextBlock)
            yield replace(item, block=replace(block, role="body")) if is_title and isinstance(block, TextBlock) else item
        return
    if name := _page_name(root):
        yield Item(TextBlock(name, "网页标题"), root)
    yield from items


def _page_name(root: _Element) -> str:
    names = [_meta(root, _TITLE_META)] + [plain(all_text(found)) for found in root.iter("title")]
    parts = [part.strip() for name in names for part in re.split(r"[_|\-—–]+|\s{2,}", name)]
    return next((part for part in parts if _is_title(part)), "")


def _published(root: _Element) -> Iterator[Item]:
    """The publication date the page's head gives."""
    match = re.match(r"\s*(20\d\d)\D(\d{1,2})\D(\d{1,2})", _meta(root, _DATE_META))
    if match:
        yield Item(TextBlock(f"发布日期：{'-'.join(match.groups())}", "网页头部", role="chrome"), root)


def _meta(root: _Element, names: Sequence[str]) -> str:
    found = {
        (meta.get("name") or meta.get("property") or "").strip().lower(): meta.get("content") or "" for meta in root.iter("meta")
    }
    return next((plain(found[name]) for name in names if found.get(name)), "")
