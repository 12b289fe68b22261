"""Words of the field that say the same thing, and how people ask for each article (``data/everyday.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "everyday.toml"


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a text, where it stands, and the other words for the same thing."""

    word: str
    start: int
    others: tuple[str, ...]


class Lexicon:
    """Groups of words that say the same thing, and everyday questions for articles.

    Args:
        groups: two words or more each; a word stands in one group only.
        articles: number of an article → how people ask for what it settles.
    """

    def __init__(self, groups: tuple[tuple[str, ...], ...], articles: Mapping[int, tuple[str, ...]]) -> None:
        self.groups, self.articles = groups, dict(articles)
        self._group_of = {word: group for group in groups for word in group}
        self._longest = max(map(len, self._group_of), default=0)

    def said_otherwise(self, text: str) -> tuple[Said, ...]:
        """The words of a text that can be said otherwise; at each place the longest, none inside another."""
        found: list[Said] = []
        at = 0
        while at < len(text) - 1:
            ends = range(min(self._longest, len(text) - at), 1, -1)
            word = next((text[at : at + size] for size in ends if text[at : at + size] in self._group_of), "")
            if word:
                found.append(Said(word, at, tuple(other for other in self._group_of[word] if other != word)))
            at += len(word) or 1
        return tuple(found)


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with the package; read when first asked for."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    groups = tuple(tuple(line.split()) for lines in data["words"].values() for line in lines)
    return Lexicon(groups, {int(number): tuple(asked) for number, asked in data["articles"].items()})
