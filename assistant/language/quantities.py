"""Numerals in Chinese running text: where they stand, what they mean, and which of them are figures of a note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from re import Match, Pattern
from typing import Literal, cast

from assistant.language import patterns as find
from assistant.language.lexicon import ONE_IS_PART_OF
from assistant.language.numerals import DIGITS, parse_chinese

QuantityKind = Literal[
    "count", "percent", "ratio", "multiple", "money", "date", "year", "month", "period", "document",
    "article", "order", "ordinal", "list_mark", "phone", "code", "title",
]  # fmt: skip
FIGURES: frozenset[QuantityKind] = frozenset({"count", "percent", "ratio", "multiple", "money"})

_UNIT_KINDS: dict[str, QuantityKind] = {"%": "percent", "个百分点": "percent", "‰": "ratio", "成": "ratio", "倍": "multiple"}
_UNIT_KINDS |= dict.fromkeys(("元", "美元", "欧元", "港元", "角"), "money")
_RATES: dict[str, tuple[str, QuantityKind]] = {"百": ("%", "percent"), "千": ("‰", "ratio"), "万": ("‱", "ratio")}
_SCALES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_BARE_SCALES = frozenset("百千万亿")
_LONGEST = 15


@dataclass(frozen=True, slots=True)
class Quantity:
    """One numeral in a text.

    Attributes:
        start, end: span of the numeral, with its sign, 百分之, 万 or 亿, without the count word.
        raw: ``text[start:end]``.
        value: what it means (1.36万 is 13600, 百分之九十一点八 is 91.8, 三成 is 3).
        unit: the count word that belongs to it (件, 人次, %, 元 …), empty if there is none. 万元 gives 元: the 万 is in the
            value. 百分之… has the unit % although no % stands in the text; the first half of a range has that of the second.
        unit_end: end of the count word where it follows the numeral, otherwise ``end``.
        kind: what sort of numeral it is; only the kinds in ``FIGURES`` state something.
        approximate: 余, 多, 近, 约, 左右, 以上 stands beside it, or it is loose wording (三四个, 几十个).
        slot_text: how a slot prints it: half-width, without thousands separators, 万 and 亿 kept.
    """

    start: int
    end: int
    raw: str
    value: Decimal
    unit: str
    unit_end: int
    kind: QuantityKind
    approximate: bool
    slot_text: str


def find_quantities(text: str) -> list[Quantity]:
    """Every numeral of ``text`` in order, of all kinds. Set phrases (一律, 第三方, 一次性, 六稳六保) hold no numerals.

    ``text`` is taken as it is: full-width digits, separators and white space need no cleaning, spans count its characters.
    """
    return list(_found(text))


def statistics(text: str) -> list[Quantity]:
    """The figures of a note, left to right: dates, document and article numbers, list marks, titles and idioms left out.

    Numbered from 1 they are the last part of slots such as ``note.n3.1`` (notation of the examples). Lengths of time count
    (10天, 3个月, 两年) except a single indefinite one (一个学期, 一年).
    """
    return [found for found in _found(text) if found.kind in FIGURES]


@lru_cache(maxsize=4096)
def _found(text: str) -> tuple[Quantity, ...]:
    return tuple(_Search(text).run())


class _Search:
    """One pass over one text. ``half`` is the text with half-width digits and marks, character by character the same."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.half = text.translate(find.HALF)

    def run(self) -> list[Quantity]:
        found: list[Quantity] = []
        position = 0
        for special in find.SPECIAL.finditer(self.half):
            found += self.plain(position, special.start())
            if special.lastgroup != "idiom":
                found += self.special(special)
            position = special.end()
        found += self.plain(position, len(self.half))
        return self.settled(found)

    def special(self, special: Match[str]) -> Iterator[Quantity]:
        """The numerals of a stretch that states nothing: a title, a date, a document number …"""
        kind = cast(QuantityKind, special.lastgroup)
        if kind == "phone" or (
            kind == "date" and special.group()[0:3].count("-") == 0 and ":" in special.group().replace("：", ":")
        ):
            match = find.PHONE_RUN.search(self.half, special.start())
            if match is not None:
                digits = "".join(char for char in match.group() if char.isdigit())
                yield self.made(match.start(), match.end(), Decimal(digits), digits, kind)
        elif kind == "date":
            parts = find.DIGIT_RUN.finditer(self.half, special.start(), special.end())
            for name, part in zip(("year", "month", "date"), parts, strict=True):
                yield self.made(part.start(), part.end(), Decimal(part.group()), part.group(), cast(QuantityKind, name))
        else:
            for part in find.NUMBER_RUN.finditer(self.half, special.start(), special.end()):
                value = _value(part.group())
                if value is not None:
                    yield self.made(part.start(), part.end(), value, format(value, "f"), kind)

    def plain(self, start: int, end: int) -> Iterator[Quantity]:
        """The numerals of ordinary text."""
        while start < end and (match := find.NUMERAL.search(self.half, start, end)):
            comma = match.group().find("，")
            if comma > 0 and "分别" in self.half[max(0, match.start() - 30) : match.start()]:
                match = find.NUMERAL.search(self.half, match.start(), match.start() + comma)
                if match is None:
                    return
            start = match.end()
            read = {"arabic": self.arabic, "rate": self.rate, "fraction": self.fraction}.get(match.lastgroup or "", self.chinese)
            found = read(match)
            if found is not None:
                yield found

    def rate(self, match: Match[str]) -> Quantity | None:
        part = match["part"]
        value = Decimal(100) if part in (None, "百") else _value(part)
        if value is None:
            return None
        unit, kind = _RATES[match.group()[0]]
        return self.made(*match.span(), value, format(value, "f"), kind, unit, about=self.about(*match.span()))

    def fraction(self, match: Match[str]) -> Quantity | None:
        first, slash, second = match.group().partition("/")
        if not slash:
            second, _, first = match.group().partition("分之")
        above, below = _value(first), _value(second)
        if not below or above is None:
            return None
        return self.made(*match.span(), above / below, match.group(), "ratio", about=self.about(*match.span()))

    def arabic(self, match: Match[str]) -> Quantity:
        start, end = match.span()
        printed = match.group().translate(_SEPARATORS)
        value = _scaled(printed)
        loose = "余" in printed or "多" in printed
        if not loose and ("千" in printed or "百" in printed):
            printed = format(value, "f")
        kind = self.calendar_or_code(match)
        if self.minus_before(start):
            start, value, printed = start - 1, -value, f"-{printed}"
        if kind:
            return self.made(start, end, value, printed, kind)
        return self.counted(start, end, value, printed, loose, find.UNIT_AFTER_ARABIC)

    def chinese(self, match: Match[str]) -> Quantity | None:
        """A Chinese numeral, if a count word, a calendar word or a range shows that it is one."""
        start, end = match.span()
        numeral = match.group()
        if numeral == "一" and self.half[start - 1 : start] in tuple(ONE_IS_PART_OF):
            return None
        value, printed, loose = _read_loosely(numeral) if match.lastgroup == "vague" else _read(numeral)
        if value is None:
            return None
        kind = self.chinese_calendar(start, end, value)
        if kind:
            return self.made(start, end, value, format(value, "f"), kind)
        if self.half[start - 1 : start] == "负":
            start, value, printed = start - 1, -value, f"-{printed}"
        found = self.counted(start, end, value, printed, loose, find.UNIT_AFTER_CHINESE)
        if numeral in _BARE_SCALES and not found.approximate:
            return None
        return found if found.unit or find.RANGE.match(self.half, end) else None

    def counted(self, start: int, end: int, value: Decimal, printed: str, loose: bool, pattern: Pattern[str]) -> Quantity:
        """A numeral with the count word after it."""
        match = pattern.match(self.half, end)
        if match is None:
            return self.made(start, end, value, printed, "count", about=loose or self.about(start, end))
        about = loose or bool(match["more"]) or self.about(start, match.end())
        return self.made(start, end, value, printed, _UNIT_KINDS.get(match["unit"], "count"), match["unit"], match.end(), about)

    def made(
        self,
        start: int,
        end: int,
        value: Decimal,
        printed: str,
        kind: QuantityKind,
        unit: str = "",
        unit_end: int = 0,
        about: bool = False,
    ) -> Quantity:
        return Quantity(start, end, self.text[start:end], value, unit, unit_end or end, kind, about, printed)

    def about(self, start: int, end: int) -> bool:
        before = find.ABOUT_BEFORE.search(self.half, max(0, start - 3), start)
        return bool(before or find.ABOUT_AFTER.match(self.half, end))

    def minus_before(self, start: int) -> bool:
        """Whether a minus stands before: 负, or a hyphen that is no range (3-5, 3条-5条) and no part of a code (B-5)."""
        sign, before = self.half[start - 1 : start], self.half[max(0, start - 2) : max(0, start - 1)]
        if sign != "-" or not before:
            return sign in ("-", "负") and bool(sign)
        return not (before.isascii() and before.isalnum()) and before not in "-—年月日号件条个次天人期章篇%"

    def calendar_or_code(self, match: Match[str]) -> QuantityKind | None:
        start, end = match.span()
        digits, half = match.group(), self.half
        if (
            _latin(half[start - 1 : start])
            or _latin(half[end : end + 1])
            or (half[start - 1 : start] == "-" and _latin(half[start - 2 : start - 1]))
        ):
            return "code"
        if not digits.isdigit():
            return None
        if len(digits) == 4 and digits[:2] in ("19", "20") and find.YEAR_AFTER.match(half, end):
            return "year"
        if len(digits) > 2:
            return "code" if len(digits) > _LONGEST or half.startswith("号", end) else None
        number = int(digits)
        if number <= 12 and find.MONTH_AFTER.match(half, end):
            return "month"
        if (half[start - 1 : start] == "月" and find.DAY_AFTER.match(half, end)) or (number <= 31 and self.day_of_month(end)):
            return "date"
        if number <= 24 and find.TIME_AFTER.match(half, end):
            return "date"
        if half.startswith("号", end):
            return "code"
        return "year" if len(digits) == 2 and find.SHORT_YEAR_AFTER.match(half, end) else None

    def day_of_month(self, end: int) -> bool:
        return self.half.startswith("日", end) and not self.half.startswith("日内", end)

    def chinese_calendar(self, start: int, end: int, value: Decimal) -> QuantityKind | None:
        after = self.half[end : end + 1]
        if after == "年" and end - start == 4 and all(char in DIGITS for char in self.half[start:end]):
            return "year"
        if after == "月" and value <= 12 and self.half[start:end] != "两":
            return "month"
        return "date" if after in ("日", "号") and self.half[start - 1 : start] == "月" else None

    def settled(self, found: list[Quantity]) -> list[Quantity]:
        """Give the first half of a range unit and kind of the second (3-5天), drop Chinese halves that stay without."""
        kept: list[Quantity] = []
        for quantity in reversed(found):
            if quantity.kind == "count" and not quantity.unit:
                gap = find.RANGE.match(self.half, quantity.end)
                if kept and gap and gap.end() == kept[-1].start:
                    quantity = replace(quantity, unit=kept[-1].unit, kind=kept[-1].kind)
                elif not any(char.isdigit() for char in quantity.raw):
                    continue
            kept.append(quantity)
        kept.reverse()
        return kept


_SEPARATORS = str.maketrans("", "", ",， \u3000\t")


def _latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _value(numeral: str) -> Decimal | None:
    return Decimal(numeral) if numeral[0].isdigit() else parse_chinese(numeral)


def _scaled(printed: str) -> Decimal:
    """The value of Arabic digits with 百, 千, 万, 亿: 1.36万, 2万5千, 10余万."""
    if printed.isdigit():
        return Decimal(printed)
    total = Decimal(0)
    for number, marks in find.PIECE.findall(printed):
        value = Decimal(number)
        for mark in marks:
            value *= _SCALES[mark]
        total += value
    return total


def _read(numeral: str) -> tuple[Decimal | None, str, bool]:
    """Value, print and looseness of a Chinese numeral."""
    more = "余" if "余" in numeral else "多"
    head, found, tail = numeral.partition(more)
    value = parse_chinese(head)
    if value is None:
        return None, "", False
    if found:
        return value * _SCALES[tail], f"{format(value, 'f')}{more}{tail}", True
    if len(numeral) == 2 and all(char in DIGITS for char in numeral) and not set(numeral) & {"〇", "零"}:
        return Decimal(parse_chinese(numeral[0]) or 0), numeral, True
    if len(numeral) > 1 and numeral[-1] in "万亿":
        front = parse_chinese(numeral[:-1])
        if front is not None and front < 10_000:
            return value, f"{format(front, 'f')}{numeral[-1]}", False
    return value, format(value, "f"), False


def _read_loosely(numeral: str) -> tuple[Decimal | None, str, bool]:
    """Loose wording (几十, 数百, 十几): the round number it starts from, printed as written."""
    return parse_chinese(numeral.lstrip("好几数").rstrip("几")), numeral, True
