"""Chinese numerals as decimals: 六十三, 五百一十, 一万二, 二〇二五, 九十一点八. Exact, no floats."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = "〇零一二两三四五六七八九"
UNITS = "十百千万亿廿卅"

_VALUE = {
    char: value for value, chars in enumerate(("〇零", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for char in chars
}
_SPOKEN = str.maketrans({"廿": "二十", "卅": "三十", "〇": "零"})
_DIGIT = "[一二两三四五六七八九]"
_SECTION = re.compile(
    rf"(?:(?P<k>{_DIGIT}?)千)?(?:(?P<z1>零)?(?P<h>{_DIGIT}?)百)?(?:(?P<z2>零)?(?P<t>{_DIGIT}?)(?P<ten>十))?(?:(?P<z3>零)?(?P<o>{_DIGIT}))?"
)


def parse_chinese(text: str) -> Decimal | None:
    """The number a Chinese numeral means, None if the characters do not make one (十四五, 三四百五).

    Understands 两, 〇, 廿, 卅, an omitted leading one (十五), an omitted last unit (三千五 is 3500),
    digit by digit writing (二〇二五) and decimals (九十一点八, 三点五万).
    """
    whole, point, fraction = text.translate(_SPOKEN).partition("点")
    if not point:
        value = _integer(whole)
        return None if value is None else Decimal(value)
    scale = 1
    if fraction[-1:] in ("万", "亿"):
        scale = 10_000 if fraction[-1] == "万" else 100_000_000
        fraction = fraction[:-1]
    left = _integer(whole)
    if left is None or not fraction or any(char not in _VALUE for char in fraction):
        return None
    return Decimal(f"{left}.{''.join(str(_VALUE[char]) for char in fraction)}") * scale


def _integer(text: str) -> int | None:
    if not text:
        return None
    if all(char in _VALUE for char in text):
        return int("".join(str(_VALUE[char]) for char in text))
    for mark, scale in (("亿", 100_000_000), ("万", 10_000)):
        if mark in text:
            head, _, tail = text.rpartition(mark)
            if head.endswith(("万", "亿")) or (mark == "万" and "万" in head):
                return None
            left = _integer(head) if head else 1
            right = _after(tail, scale)
            return None if left is None or right is None else left * scale + right
    return _section(text)


def _after(tail: str, scale: int) -> int | None:
    """What follows 万 or 亿; a lone digit there leaves out its unit (一万二 is 12000)."""
    if not tail:
        return 0
    if len(tail) == 1 and tail in _VALUE:
        return _VALUE[tail] * scale // 10
    value = _integer(tail)
    return value if value is not None and value < scale else None


def _section(text: str) -> int | None:
    match = _SECTION.fullmatch(text)
    if match is None:
        return None
    total = 0
    for name, scale in (("k", 1000), ("h", 100), ("t", 10)):
        digit = match[name]
        present = match["ten"] if name == "t" else digit is not None
        if present:
            total += (_VALUE[digit] if digit else 1) * scale
    if match["o"]:
        total += _VALUE[match["o"]] * _spoken_scale(match)
    return total


def _spoken_scale(match: re.Match[str]) -> int:
    """Ten or a hundred when the last digit leaves out its unit (一百二, 三千五), else one."""
    if match["z3"] or match["ten"]:
        return 1
    if match["h"] is not None:
        return 10
    return 100 if match["k"] is not None else 1


def to_chinese(number: int) -> str:
    """A whole number from 0 to 9999 in Chinese, as in article numbers: 十五, 三十三, 一百零五. ValueError outside."""
    if not 0 <= number <= 9999:
        raise ValueError(number)
    if number < 10:
        return "零一二三四五六七八九"[number]
    parts: list[str] = []
    gap = False
    for scale, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            parts.append(("零" if gap and parts else "") + "零一二三四五六七八九"[digit] + unit)
        gap = not digit
    text = "".join(parts)
    return text[1:] if text.startswith("一十") else text
