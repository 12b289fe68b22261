"""The numbers Word prints in front of paragraphs by itself: 一、 （二） 3. — they stand nowhere in the text."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand"}
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_LARGEST = 99


@dataclass(frozen=True)
class Level:
    """One level of a list: number format, text with %1 … %9, first number."""

    format: str
    text: str
    start: int = 1


@dataclass
class Numbering:
    """All lists of a document. ``lists`` maps a list's id to the id of its definition, which holds the levels."""

    lists: dict[str, str] = field(default_factory=dict)
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def mark(self, list_id: str, level: int) -> str:
        """The mark of the next paragraph of a list at a level (0 is the outermost); empty for bullets and unknown formats."""
        definition = self.lists.get(list_id, "")
        levels = self.levels.get(definition, {})
        if level not in levels:
            return ""
        counts = self._counts[definition]
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        text = levels[level].text
        for number in range(9, 0, -1):
            if f"%{number}" in text:
                outer = levels.get(number - 1)
                printed = _printed(counts.get(number - 1, outer.start if outer else 1), outer.format if outer else "")
                if not printed:
                    return ""
                text = text.replace(f"%{number}", printed)
        return "" if levels[level].format in ("bullet", "none") else text


def read_numbering(root: etree._Element | None) -> Numbering:
    """The lists that ``word/numbering.xml`` declares; None for a document without that part."""
    numbering = Numbering()
    if root is None:
        return numbering
    for definition in root.iter(f"{W}abstractNum"):
        levels = {int(level.get(f"{W}ilvl", "0")): _level(level) for level in definition.iter(f"{W}lvl")}
        numbering.levels[definition.get(f"{W}abstractNumId", "")] = levels
    for item in root.iter(f"{W}num"):
        reference = item.find(f"{W}abstractNumId")
        numbering.lists[item.get(f"{W}numId", "")] = reference.get(f"{W}val", "") if reference is not None else ""
    return numbering


def _level(element: etree._Element) -> Level:
    def value(name: str, default: str) -> str:
        child = element.find(f"{W}{name}")
        return child.get(f"{W}val", default) if child is not None else default

    start = value("start", "1")
    return Level(value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1)


def _printed(number: int, style: str) -> str:
    if not 0 < number <= _LARGEST:
        return ""
    if style in _CHINESE:
        tens, units = divmod(number, 10)
        head = "" if not tens else ("十" if tens == 1 else _DIGITS[tens] + "十")
        return head + (_DIGITS[units] if units else "")
    if style == "decimal":
        return str(number)
    if style.startswith("decimalEnclosedCircle") and number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    return ""
