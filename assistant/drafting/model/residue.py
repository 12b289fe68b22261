"""What is left of a sentence when everything its sources can answer for is taken away.

A sentence is laid over its sources: stretches they have, words of the form and the register, words of which they have another of
the same meaning, words that grow from one of their characters (查 to 检索 by a list, 核 to 复核 by the character). What then
remains is a word nobody handed in. Classes of words that carry a claim by themselves (who asked, when, how it compares, praise,
causes, certain deeds) need a word of their own class. The words are lists in ``data/words.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from assistant.drafting.model.material import SLOT
from assistant.drafting.model.support import lists
from assistant.drafting.model.wording import Fault
from assistant.language.text import split_clauses

_REASON = re.compile("(?<!原)因为?(?!政府信息公开|此)|由于|所致")
_ARTICLE = re.compile("第[一二三四五六七八九十百零]+[条款项]?")
_RUN = re.compile(r"[㐀-鿿]+")
_LONGEST = 10
# A character that stands somewhere in the sources counts less than one that stands nowhere.
_KNOWN, _UNKNOWN, _WORD = 0.4, 1.0, 0.01


@dataclass(frozen=True)
class Words:
    """The lists of ``data/words.toml``: words that need no support, lines of the same meaning, classes that need their own."""

    plain: frozenset[str]
    same: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    closed: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]


@lru_cache(maxsize=1)
def words() -> Words:
    """The lists, compiled."""
    data = tomllib.loads((resources.files("assistant.drafting.model") / "data" / "words.toml").read_text(encoding="utf-8"))
    same = []
    for line in data["same"]:
        said, _bar, behind = line.partition("|")
        same.append((tuple(said.split()), (*said.split(), *behind.split())))
    closed = []
    for each in data["closed"]:
        for group in each["groups"]:
            claimed, _arrow, told = group.partition(" => ")
            closed.append((each["what"], re.compile(claimed), re.compile(told or claimed)))
    return Words(frozenset(data["plain"].split()), tuple(same), tuple(closed))


@lru_cache(maxsize=512)
def licensed(told: str) -> frozenset[str]:
    """The words that may be said where the sources say ``told``: those of every line of which they have one."""
    return frozenset(word for said, behind in words().same if any(each in told for each in behind) for word in said)


def residue(text: str, told: str) -> list[tuple[str, float]]:
    """The stretches of a sentence that its sources do not answer for, each with its weight.

    Args:
        text: the sentence, figures as slots.
        told: all that its sources say.
    """
    allowed = words().plain | licensed(told)
    characters = frozenset(told)
    found = []
    for piece in _RUN.findall(_ARTICLE.sub("|", SLOT.sub("|", text))):
        stretch, weight = "", 0.0
        for part, cost in [*_laid(piece, told, allowed, characters), ("", 0.0)]:
            if cost >= _KNOWN:
                stretch, weight = stretch + part, weight + cost
            elif stretch:
                found.append((stretch, round(weight, 1)))
                stretch, weight = "", 0.0
    return found


def _laid(piece: str, told: str, allowed: frozenset[str], characters: frozenset[str]) -> list[tuple[str, float]]:
    """The cheapest way to lay words and stretches of the sources over a run of characters: its parts with their costs."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(piece) + 1):
        choices = [
            (best[start][0] + cost, start)
            for start in range(max(0, end - _LONGEST), end)
            if (cost := _cost(piece[start:end], told, allowed, characters)) is not None
        ]
        best.append(min(choices))
    parts = []
    end = len(piece)
    while end:
        start = best[end][1]
        parts.append((piece[start:end], best[end][0] - best[start][0]))
        end = start
    return parts[::-1]


def _cost(part: str, told: str, allowed: frozenset[str], characters: frozenset[str]) -> float | None:
    if part in allowed:
        return _WORD
    if len(part) == 1:
        return _KNOWN if part in characters else _UNKNOWN
    return 0.0 if part in told else None


def residue_faults(text: str, told: str) -> Iterator[Fault]:
    """What a sentence says in words that nobody handed in; a clause that gives a reason may not hold a single one."""
    bounds = lists().bounds
    for clause in split_clauses(text):
        bound = bounds["reason"] if _REASON.search(clause) and not _REASON.search(told) else bounds["residue"]
        left = [stretch for stretch, weight in residue(_REASON.sub("|", clause), told) if weight >= bound]
        if left:
            yield Fault("support", f"“{'、'.join(left[:3])}”在所写的依据里找不到，只写依据里有的事，或写明真正的依据")
            break
    bare = SLOT.sub("□", text)
    for what, claimed, bearing in words().closed:
        said = claimed.search(bare)
        if said and not bearing.search(told):
            yield Fault("closed", f"依据里没有“{said.group()}”这样的话（{what}），不能写")
            return
