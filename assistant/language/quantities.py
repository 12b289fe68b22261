"""Numerals in Chinese running text: where they stand, what they mean, and which of them are figures of a note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from assistant.language.lexicon import ANY_COUNT_WORD, COUNT_WORD, IDIOM, ONE_IS_PART_OF
from assistant.language.numerals import DIGITS, UNITS, parse_chinese

QuantityKind = Literal[
    "count", "percent", "ratio", "multiple", "money", "date", "year", "month", "period", "document",
    "article", "order", "ordinal", "list_mark", "phone", "code", "title",
]  # fmt: skip
FIGURES: frozenset[QuantityKind] = frozenset({"count", "percent", "ratio", "multiple", "money"})


@dataclass(frozen=True, slots=True)
class Quantity:
    """One numeral in a text.

    Attributes:
        start, end: span of the numeral, with its 百分之, 万 or 亿, without the count word.
        raw: ``text[start:end]``.
        value: what it means (1.36万 is 13600, 百分之九十一点八 is 91.8, 三成 is 3).
        unit: the count word that follows (件, 人次, %, 元 …), empty if there is none. 万元 gives 元: the 万 is in the value.
        unit_end: end of the count word, ``end`` if there is none.
        kind: what sort of numeral it is; only the kinds in ``FIGURES`` state something.
        approximate: 余, 多, 近, 约, 左右, 以上 stands beside it.
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


_HALF = str.maketrans("０１２３４５６７８９％．－−﹣﹪／", "0123456789%.---%/")
_C = f"[{DIGITS}{UNITS}]"
_D = f"[{DIGITS}]"
_N = rf"(?:\d+|{_C}+)"
_TO = r"\s?(?:-+|—+|–|~|～|至|到|、|和|及|或|与)\s?"
_AT = r"(?:(?<=[。；;：:，,、！？\s“(（])|^)"

# Stretches whose numerals state nothing, or that are one numeral with several parts.
_SPECIAL = re.compile(
    "|".join(
        (
            r"(?P<title>《(?:[^《》]|《[^《》]*》)*》)",
            r"(?P<code>https?://[\x21-\x7e]+|www\.[\x21-\x7e]+|[A-Za-z0-9][\w.-]*@[\w.-]+|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/[\x21-\x7e]*"
            r"|邮(?:政)?编(?:码)?\s?[：:为是]?\s?\d{6}|\d+\s?[×xX*]\s?24\s?小时"
            r"|1(?:23\d\d)(?=[^\d，。；、]{0,6}(?:热线|平台|电话))|热线[“\"]?\d{5}(?!\d))",
            r"(?P<phone>(?<![\d.])(?:0\d{2,3}\s?[-—–]{1,2}\s?\d{7,8}(?:-\d{1,5})?|1[3-9]\d{9}|[48]00-\d{3,4}-\d{3,4})(?!\d)"
            r"|(?:电话|传真|手机)(?:号码)?\s?[：:为是]?\s?\d[\d\-—–]{5,}\d)",
            r"(?P<document>[〔\[【（(﹝［]\s?(?:19|20)\d\d\s?[〕\]】）)﹞］]\s?第?\s?\d+\s?号|[函发字办]\s?20\d{4,6}\s?号|文件:\d+号|\d+号文(?!件))",
            rf"(?P<order>令[（(]?第?\s?{_N}\s?号|第\s?{_N}\s?号)",
            rf"(?P<article>条例:\d+|第\s?{_N}(?:{_TO}第?\s?{_N})*\s?条(?:之{_C})?(?:\s?第?\s?{_N}\s?[款项目](?!目))*(?:第?\s?[（(]\s?{_N}\s?[)）]\s?[项目款、和及]?)*"
            rf"(?:[、和及与至]第?{_N}条)*|第\s?{_N}\s?[章节编款](?!约)|第?\s?[（(]{_N}[)）]\s?[项目款])",
            rf"(?P<ordinal>第\s?{_N}(?:{_TO}第?\s?{_N}(?=[期批次号个季章版卷届名]))*|前?[一二三四1-4](?:{_TO}[一二三四1-4])*季度"
            rf"|{_N}届(?:[^，。；、]{{0,8}}?{_N}(?:次|中全会))?|{_C}+中全会|[一二三四五六]期(?=工程|项目|建设))",
            r"(?P<date>(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?![\d.])|(?<!\d)[012]?\d[:：][0-5]\d(?!\d))",
            rf"{_AT}(?P<list_mark>{_C}+(?=是(?!否))|{_C}{{1,3}}(?=、)(?!、{_C}+[^、是]{{0,3}}[、，。])|\d{{1,2}}[.、)）](?!\d)|[(（](?:{_C}+|\d{{1,2}})[)）])",
            rf"(?P<period>一(?:个)?(?:学期|学年|年度?|季度?|月|周|星期|天|日|小时|刻钟|阶段|时期)(?![{DIGITS}十]))",
        )
    )
)
_NUMERAL = re.compile(
    rf"(?P<rate>[百千万]分之(?P<part>\d+(?:\.\d+)?|{_C}+(?:点{_D}+)?)|百分百)"
    rf"|(?P<fraction>{_C}+分之{_C}+|(?<![\d/])\d{{1,3}}/\d{{1,3}}(?![\d/]))"
    rf"|(?P<arabic>(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?:，\d{{3}})+(?=\s?(?:{COUNT_WORD})|%)|\d+)(?![\d])(?:\.\d+)?"
    rf"(?:亿\d+(?:\.\d+)?万|万\d+千|\s?[余多]?[百千]?[万亿]|[百千](?![米克瓦伏分卡兆]))?)"
    rf"|(?P<vague>(?:好?几|数)[十百千万亿]+|{_C}*十几)"
    rf"|(?P<chinese>{_C}+(?:点{_D}+[万亿]?)?(?:[余多][万亿])?)"
)
_UNIT = re.compile(rf"\s?(?P<more>[余多来])?\s?(?:(?P<rate>%|‰|个百分点)|(?P<word>{ANY_COUNT_WORD}))")
_UNIT_CHINESE = re.compile(rf"(?P<more>[余多来])?(?:(?P<rate>个百分点)|(?P<word>{COUNT_WORD}))")
_IDIOM = re.compile(IDIOM)
_RANGE = re.compile(rf"\s?(?:-+|—+|–|~|～|至|到)\s?(?=\d|{_C})")
_LIST = re.compile(rf"{_TO}")
_DIGIT_RUN = re.compile(rf"\d+(?:\.\d+)?|{_C}+")
_ABOUT_BEFORE = re.compile(r"(?:(?<![最附邻靠临将接])近|将近|接近|大约|约为|(?<![节公合签预契制违条])约|逾|超|(?<![以网线])上)\s?$")
_ABOUT_AFTER = re.compile(r"\s?(?:左右|上下|以上|余)")
_YEAR_AFTER = re.compile(rf"\s?(?:年(?!以来?内)|学年|财年|(?:{_TO}|/)(?:19|20)?\d\d\s?(?:学|财)?年)")
_SHORT_YEAR_AFTER = re.compile(r"年(?:底|初|末|度|版|\d{1,2}月)")
_MONTH_AFTER = re.compile(rf"\s?月(?!票|饼|台|刊|报)|{_TO}\d{{1,2}}\s?月")
_DAY_AFTER = re.compile(r"\s?(?:日(?!内|均|报|志|常|益)|号)")
_TIME_AFTER = re.compile(r"时(?!间|刻|代|效|限|段)|点(?=[\d整半至前后])")
_MONEY = frozenset({"元", "美元", "欧元", "港元", "角"})
_SCALE = {"万": 10_000, "亿": 100_000_000, "百": 100, "千": 1000}


def find_quantities(text: str) -> list[Quantity]:
    """Every numeral of ``text`` in order, of all kinds. Set phrases (一律, 第三方, 一次性, 六稳六保) are no numerals.

    ``text`` is taken as it is: full-width digits, separators and white space need no cleaning, spans count its characters.
    """
    return list(_find(text))


def statistics(text: str) -> list[Quantity]:
    """The figures of a note, left to right: dates, document and article numbers, list marks, titles and idioms left out.

    Their numbers, counted from 1, are the last part of slots such as ``note.n3.1`` (examples: notation of slots).
    """
    return [found for found in _find(text) if found.kind in FIGURES]


@lru_cache(maxsize=4096)
def _find(text: str) -> tuple[Quantity, ...]:
    half = text.translate(_HALF)
    found: list[Quantity] = []
    position = 0
    for special in _SPECIAL.finditer(half):
        found += _scan(text, half, position, special.start())
        found += _in_special(text, half, special)
        position = max(position, special.end())
    found += _scan(text, half, position, len(half))
    return tuple(_settle(half, found))


def _in_special(text: str, half: str, special: re.Match[str]) -> Iterator[Quantity]:
    kind: QuantityKind = special.lastgroup  # type: ignore[assignment]
    if kind == "phone" or (kind == "date" and ":" in special.group().replace("：", ":")):
        match = re.compile(r"[\d:：\-—– ]*\d").search(half, special.start())
        if match is not None:
            digits = "".join(char for char in match.group() if char.isdigit())
            yield Quantity(
                match.start(), match.end(), text[match.start() : match.end()], Decimal(digits), "", match.end(), kind, False, digits
            )
        return
    if kind == "ordinal" and special.group().startswith("第三") and half.startswith(("方", "者"), special.end()):
        return
    parts = list(_DIGIT_RUN.finditer(half, special.start(), special.end()))
    names: tuple[QuantityKind, ...] = ("year", "month", "date") if kind == "date" else (kind,) * len(parts)
    pieces = re.compile(r"\d+").finditer(half, special.start(), special.end()) if kind == "date" else iter(parts)
    for name, part in zip(names, pieces, strict=False):
        value = _plain_value(part.group())
        if value is not None:
            yield _quantity(text, part.start(), part.end(), value, name)


def _plain_value(numeral: str) -> Decimal | None:
    return Decimal(numeral) if numeral[0].isdigit() else parse_chinese(numeral)


def _quantity(text: str, start: int, end: int, value: Decimal, kind: QuantityKind) -> Quantity:
    return Quantity(start, end, text[start:end], value, "", end, kind, False, format(value, "f"))


def _scan(text: str, half: str, start: int, end: int) -> Iterator[Quantity]:
    for match in _NUMERAL.finditer(half, start, end):
        group = match.lastgroup
        if group == "arabic":
            yield _arabic(text, half, match)
        elif group in ("chinese", "vague"):
            found = _chinese(text, half, match)
            if found is not None:
                yield found
        else:
            found = _rate(text, half, match)
            if found is not None:
                yield found


def _rate(text: str, half: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    about = bool(_ABOUT_BEFORE.search(half, max(0, start - 3), start) or _ABOUT_AFTER.match(half, end))
    if match["fraction"]:
        first, _, second = match.group().partition("/") if "/" in match.group() else match.group().partition("分之")
        below, above = (second, first) if "/" in match.group() else (first, second)
        divisor, dividend = _plain_value(below), _plain_value(above)
        if not divisor or dividend is None:
            return None
        return Quantity(start, end, text[start:end], dividend / divisor, "", end, "ratio", about, match.group())
    part = match["part"]
    value = Decimal(100) if part is None or part == "百" else _plain_decimal(part)
    if value is None:
        return None
    percent = match.group()[0] == "百"
    unit = "%" if percent else f"{match.group()[0]}分之"
    return Quantity(start, end, text[start:end], value, unit, end, "percent" if percent else "ratio", about, format(value, "f"))


def _plain_decimal(numeral: str) -> Decimal | None:
    return Decimal(numeral) if numeral[0].isdigit() else parse_chinese(numeral)


def _arabic(text: str, half: str, match: re.Match[str]) -> Quantity:
    start, end = match.span()
    printed = match.group().replace(",", "").replace("，", "").replace(" ", "")
    value = _scaled(printed)
    if start and half[start - 1] == "-" and _is_sign(half, start - 1):
        start, value, printed = start - 1, -value, f"-{printed}"
    elif start and half[start - 1] == "负":
        start, value, printed = start - 1, -value, f"-{printed}"
    if not printed[-1].isdigit() and ("千" in printed or "百" in printed) and not ("余" in printed or "多" in printed):
        printed = format(value, "f")
    found = Quantity(start, end, text[start:end], value, "", end, "count", "余" in printed or "多" in printed, printed)
    kind = _calendar_or_code(half, match)
    return replace(found, kind=kind) if kind else _with_unit(half, found, _UNIT)


_PIECE = re.compile(r"(\d+(?:\.\d+)?)[余多]?([百千万亿]*)")


def _scaled(printed: str) -> Decimal:
    total = Decimal(0)
    for number, marks in _PIECE.findall(printed):
        value = Decimal(number)
        for mark in marks:
            value *= _SCALE[mark]
        total += value
    return total


def _is_sign(half: str, at: int) -> bool:
    """Whether a hyphen is a minus: not after a digit, a Latin letter or a count word (3条-5条)."""
    before = half[at - 1] if at else ""
    return not before or not (before.isascii() and before.isalnum()) and before not in "-—年月日号件条个次天人期章篇%"


def _calendar_or_code(half: str, match: re.Match[str]) -> QuantityKind | None:
    start, end = match.span()
    digits = match.group()
    before, after = half[start - 1 : start], half[end : end + 1]
    if (before.isascii() and before.isalpha()) or (
        before == "-" and half[start - 2 : start - 1].isascii() and half[start - 2 : start - 1].isalpha()
    ):
        return "code"
    if after.isascii() and after.isalpha():
        return "code"
    if not digits.isdigit():
        return None
    if len(digits) == 4 and digits[:2] in ("19", "20") and _YEAR_AFTER.match(half, end):
        return "year"
    if len(digits) > 11:
        return "code"
    if len(digits) > 2:
        return None
    number = int(digits)
    if number <= 12 and _MONTH_AFTER.match(half, end):
        return "month"
    if (
        before == "月"
        and _DAY_AFTER.match(half, end)
        or half.startswith("日", end)
        and number <= 31
        and not half.startswith("日内", end)
    ):
        return "date"
    if number <= 24 and _TIME_AFTER.match(half, end):
        return "date"
    if after == "号":
        return "code"
    return "year" if _SHORT_YEAR_AFTER.match(half, end) and len(digits) == 2 else None


def _chinese(text: str, half: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span()
    numeral = match.group()
    about = bool(_ABOUT_BEFORE.search(half, max(0, start - 3), start))
    if _IDIOM.match(half, start) and not (about and len(numeral) == 1):
        return None
    if numeral == "一" and start and half[start - 1] in ONE_IS_PART_OF:
        return None
    if match.lastgroup == "vague":
        value, printed = parse_chinese(numeral.lstrip("好几数").rstrip("几")), numeral
        about = True
    else:
        value, printed = _value_of(numeral), ""
    if value is None:
        return None
    if printed == "":
        printed, vague = _printed(numeral, value)
        about = about or vague
    if start and half[start - 1] == "负":
        start, value, printed = start - 1, -value, f"-{printed}"
    found = Quantity(start, end, text[start:end], value, "", end, "count", about, printed)
    kind = _chinese_calendar(half, start, end, value)
    if kind:
        return replace(found, kind=kind)
    if _one_thing_one_policy(half, start, end, numeral):
        return None
    with_unit = _with_unit(half, found, _UNIT_CHINESE)
    if with_unit.unit or _RANGE.match(half, end):
        return with_unit
    return None


def _value_of(numeral: str) -> Decimal | None:
    more = "余" if "余" in numeral else "多"
    head, mark, tail = numeral.partition(more)
    value = parse_chinese(head)
    return value * _SCALE[tail] if mark and value is not None else value


def _printed(numeral: str, value: Decimal) -> tuple[str, bool]:
    """How a Chinese numeral prints, and whether it is loose wording (三四个) that has no exact print."""
    if "余" in numeral or "多" in numeral:
        more = "余" if "余" in numeral else "多"
        head, _, tail = numeral.partition(more)
        return f"{format(parse_chinese(head) or 0, 'f')}{more}{tail}", True
    if len(numeral) == 2 and all(char in DIGITS for char in numeral) and "〇" not in numeral and "零" not in numeral:
        return numeral, True
    for mark in ("万", "亿"):
        if len(numeral) > 1 and numeral.endswith(mark):
            head = parse_chinese(numeral[:-1])
            if head is not None and head < 10_000:
                return f"{format(head.normalize(), 'f')}{mark}", False
    return format(value, "f"), False


_ONE_THING = re.compile(r"一[^\d，。；、：！？\s]{1,2}一(?![个名所条项次批起])[^\d，。；、：！？\s]")


def _one_thing_one_policy(half: str, start: int, end: int, numeral: str) -> bool:
    """一校一策, 一件一档: either half of such a phrase."""
    return numeral == "一" and any(_ONE_THING.match(half, at) for at in (start, start - 2, start - 3) if at >= 0)


def _chinese_calendar(half: str, start: int, end: int, value: Decimal) -> QuantityKind | None:
    after = half[end : end + 1]
    if after == "年" and end - start == 4 and all(char in DIGITS for char in half[start:end]):
        return "year"
    if after == "月" and value <= 12 and half[start:end] != "两":
        return "month"
    if after in ("日", "号") and half[start - 1 : start] == "月":
        return "date"
    return None


def _with_unit(half: str, found: Quantity, pattern: re.Pattern[str]) -> Quantity:
    match = pattern.match(half, found.end)
    unit, unit_end, more = "", found.end, False
    kind: QuantityKind = "count"
    if match is not None:
        unit, unit_end, more = match["rate"] or match["word"], match.end(), bool(match["more"])
        kind = _kind_of(unit)
    elif half[found.end : found.end + 1] in ("余", "多"):
        more = True
    about = (
        found.approximate
        or more
        or bool(_ABOUT_BEFORE.search(half, max(0, found.start - 3), found.start))
        or bool(_ABOUT_AFTER.match(half, unit_end))
    )
    return replace(found, unit=unit, unit_end=unit_end, kind=kind, approximate=about)


def _kind_of(unit: str) -> QuantityKind:
    if unit in ("%", "个百分点"):
        return "percent"
    if unit in ("成", "‰"):
        return "ratio"
    if unit == "倍":
        return "multiple"
    return "money" if unit in _MONEY else "count"


def _settle(half: str, found: list[Quantity]) -> list[Quantity]:
    """Give the first half of a range the unit and kind of the second (3-5天), drop Chinese halves that stay without one."""
    settled: list[Quantity] = []
    for quantity in reversed(found):
        later = settled[-1] if settled else None
        if quantity.kind == "count" and not quantity.unit:
            gap = half[quantity.unit_end : later.start] if later else ""
            if (
                later
                and _RANGE.match(half, quantity.unit_end)
                and len(gap) <= 3
                and not any(char.isalnum() for char in gap.strip("至到 "))
            ):
                quantity = replace(quantity, unit=later.unit, kind=later.kind)
            elif quantity.raw[-1] not in "0123456789０１２３４５６７８９万亿" or not any(char.isdigit() for char in quantity.raw):
                continue
        settled.append(quantity)
    settled.reverse()
    return settled
