"""Labels as printed and labels of the form: normalising, numbering marks, order of rows."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from assistant.grids.labels import normalise_label as normalise_label
from assistant.grids.labels import wording

_BRACKETED = re.compile(r"\([^()]*\)")
_CHINESE = "一二三四五六七八九十"
_MARK = re.compile(rf"\([{_CHINESE}\d]+\)|第[{_CHINESE}]+部分|[{_CHINESE}]+\s*[、.,:]|[{_CHINESE}]+(?=\s)|\d+\s*[、.)](?!\d)")
_DIRT = re.compile(rf"^[\s|#*>]+|^[lI](?=[{_CHINESE}]\s*、)")
_VALUE = re.compile(r"[+\-]?[\dOoIl|][\dOoIl|.,]*(?:[余多]?(?:万元|元|万|亿|件|条|项|个|次|份|篇)+)?")
_PLACEHOLDER = re.compile(r"[/\\\-—–_]+|无|不涉及|不适用|n/?a", re.IGNORECASE)


def without_brackets(text: str) -> str:
    """The text without what stands in round brackets after its beginning, such as （区分处理的，…）."""
    plain = unicodedata.normalize("NFKC", text).strip()
    mark, rest = split_mark(plain)
    return mark + _BRACKETED.sub("", rest)


def split_mark(text: str) -> tuple[str, str]:
    """The numbering mark in front of a heading (一、 1. （一）) and the rest; stray bars and Markdown marks are dropped."""
    plain = _DIRT.sub("", unicodedata.normalize("NFKC", text).strip()).strip()
    plain = _DIRT.sub("", plain)
    match = _MARK.match(plain)
    return (match.group().strip(), plain[match.end() :].strip()) if match else ("", plain)


@lru_cache(maxsize=4096)
def label_variants(label: str, aliases: tuple[str, ...] = ()) -> frozenset[str]:
    """All normalised wordings under which a label is recognised: as it is, its aliases, each also without brackets."""
    words = [wording(text) for text in (label, *aliases)]
    return frozenset(found for word in words for found in (word.full, word.plain) if found)


@lru_cache(maxsize=4096)
def looks_like_value(text: str) -> bool:
    """Whether the text of a line stands for the content of a data cell: a number, also a misspelt one, or a placeholder."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("−", "-")
    if not plain or re.fullmatch(r"\d+[.、]", plain):
        return False
    return bool(_PLACEHOLDER.fullmatch(plain)) or (any(c.isdigit() for c in plain) and _VALUE.fullmatch(plain) is not None)


def firmly_ordered(ranks: Sequence[int]) -> list[bool]:
    """For each found row, whether its place is beyond doubt: it belongs to every longest rising run of the ranks.

    Two neighbours that changed places are both in doubt; of a single row that moved far, only that row.
    """
    forward, backward = _run_lengths(ranks), _run_lengths([-rank for rank in reversed(ranks)])[::-1]
    longest = max(forward, default=0)
    on_path = [f + b - 1 == longest for f, b in zip(forward, backward, strict=True)]
    taken = Counter(f for f, on in zip(forward, on_path, strict=True) if on)
    return [on and taken[f] == 1 for f, on in zip(forward, on_path, strict=True)]


def _run_lengths(ranks: Sequence[int]) -> list[int]:
    tails: list[int] = []
    lengths = []
    for rank in ranks:
        place = bisect_left(tails, rank)
        tails[place : place + 1] = [rank]
        lengths.append(place + 1)
    return lengths
