"""Tokens for search by words: Chinese characters and pairs, Latin words and numbers whole; marks for figures and numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from operator import add
from typing import Protocol

from assistant.language.numerals import parse_chinese
from assistant.language.quantities import statistics
from assistant.language.text import strip_control

VERSION = 1
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+|\d+(?:,\d{3})*(?:\.\d+)?")
_DOCUMENT = re.compile(r"[〔\[【（(﹝［]\s?((?:19|20)\d\d)\s?[〕\]】）)﹞］]\s?第?\s?(\d+)\s?号")
_BARE_DOCUMENT = re.compile(r"(?<![\d〕\]】）)])(\d{1,4})\s?号(?:文|令|$|[^线楼院路])|令[（(]?第?\s?(\d+)\s?号|第\s?(\d{2,4})\s?号")
_ARTICLE = re.compile(r"第\s?(\d{1,2}|[一二三四五六七八九十]{1,4})\s?条|条例\s?[:：]?\s?(\d{1,2})(?!\d|年)")


def folded(text: str) -> str:
    """Text as the word index sees it: compatibility forms unified, lower case, control characters gone."""
    return unicodedata.normalize("NFKC", strip_control(text)).lower()


def tokens(text: str) -> list[str]:
    """All tokens of a text, in order: of each Chinese run its characters and neighbouring pairs; other words whole."""
    found: list[str] = []
    for run in _RUN.findall(folded(text)):
        if run[0] >= "\u3400":
            found += run
            found += map(add, run, run[1:])
        else:
            found.append(run.replace(",", ""))
    return found


class _Valued(Protocol):
    @property
    def value(self) -> Decimal: ...


def value_marks(figures: Iterable[_Valued]) -> list[str]:
    """A mark for each figure, by value, so that 9,204 and 9204 and 九千二百零四 are one."""
    return [f"f:{found.value.normalize():f}" for found in figures]


def figure_marks(text: str) -> list[str]:
    """The marks of the figures in a text."""
    return value_marks(statistics(strip_control(text)))


def document_marks(text: str) -> list[str]:
    """Marks for document and order numbers: the number alone and, where the year is given, year and number."""
    marks: list[str] = []
    plain = unicodedata.normalize("NFKC", strip_control(text))
    for year, number in _DOCUMENT.findall(plain):
        marks += [f"d:{year}-{int(number)}", f"d:{int(number)}"]
    for match in _BARE_DOCUMENT.finditer(plain):
        number = next(group for group in match.groups() if group)
        marks.append(f"d:{int(number)}")
    return list(dict.fromkeys(marks))


def article_numbers(text: str) -> list[int]:
    """Articles named in a text: 第三十三条, 第33条, 条例:33."""
    found = (first or second for first, second in _ARTICLE.findall(strip_control(text)))
    values = (int(number) if number.isdigit() else parse_chinese(number) for number in found)
    return list(dict.fromkeys(int(value) for value in values if value is not None and 0 < value <= 200))
