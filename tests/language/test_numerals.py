"""Chinese numerals against a construction of their own."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.numerals import parse_chinese, to_chinese

_ONES = "零一二三四五六七八九"


def spoken(number: int) -> str:
    """A numeral built from its parts, largest unit first, 零 where a place is skipped."""
    for unit, scale in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)):
        if number >= scale:
            head, rest = divmod(number, scale)
            gap = "零" if rest and rest < scale // 10 else ""
            return spoken(head) + unit + gap + (spoken(rest) if rest else "")
    return _ONES[number]


@given(st.integers(0, 10**12 - 1))
def test_every_whole_number_is_read_back(number: int) -> None:
    assert parse_chinese(spoken(number)) == number


@given(st.integers(0, 9999))
def test_article_numbers_are_written_as_they_are_read(number: int) -> None:
    assert parse_chinese(to_chinese(number)) == number


@given(st.integers(0, 999), st.text(alphabet="零一二三四五六七八九", min_size=1, max_size=6))
def test_decimals_are_exact(whole: int, fraction: str) -> None:
    digits = "".join(str(_ONES.index(char)) for char in fraction)
    assert parse_chinese(f"{spoken(whole)}点{fraction}") == Decimal(f"{whole}.{digits}")


@pytest.mark.parametrize(
    ("text", "value"),
    [("两", 2), ("十", 10), ("廿三", 23), ("卅", 30), ("二〇二五", 2025), ("一百二", 120), ("一百零二", 102), ("三千五", 3500),
     ("一万二", 12000), ("两千〇五", 2005), ("百", 100), ("千万", 10_000_000), ("三点五万", 35000), ("一亿二千万", 120_000_000)],
)  # fmt: skip
def test_everyday_writings_are_understood(text: str, value: int) -> None:
    assert parse_chinese(text) == value


@pytest.mark.parametrize("text", ["", "十四五", "点三", "三点", "二十十", "百千", "万万万", "一二十三"])
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert parse_chinese(text) is None
