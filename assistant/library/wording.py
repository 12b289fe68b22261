"""The words of a query, and what else their things are called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from assistant.library.lexicon import Lexicon, lexicon
from assistant.library.model import Passage
from assistant.library.tokens import folded, tokens

_MOST_OTHERS = 60


class Wording:
    """The words of a query.

    Args:
        text: the query without what became a filter and without the words of asking.
        words_of_the_field: the lexicon; the one of the package if None.

    Attributes:
        words: its tokens, in order.
        also: tokens of other words for the same things that are not its own.
    """

    def __init__(self, text: str, words_of_the_field: Lexicon | None = None) -> None:
        known = words_of_the_field or lexicon()
        self.words = tokens(text)
        own = set(self.words)
        self._said = [(set(tokens(said.word)), said.others) for said in known.said_otherwise(folded(text))]
        others = dict.fromkeys(token for _own, words in self._said for word in words for token in tokens(word) if len(token) > 1)
        self.also = [token for token in others if token not in own][:_MOST_OTHERS]

    def cover(self, rarity: Mapping[str, float], passage: Passage, otherwise: float, everyday: float) -> float:
        """The share of the words that stand in a passage, each counted by its rarity.

        Args:
            rarity: of each word.
            passage: to look at.
            otherwise: what a word counts if the passage says the same thing otherwise, from 0 to 1.
            everyday: what a word counts if it stands only in people's questions for the article, from 0 to 1.
        """
        low = folded(passage.text)
        credit = {word: 1.0 for word in rarity if word in low}
        if otherwise:
            for own, words in self._said:
                missing = [token for token in own if token not in credit]
                if missing and any(word in low for word in words):
                    credit |= dict.fromkeys(missing, otherwise)
        if everyday and passage.piece.article:
            asked = _asked_for(passage.piece.article)
            credit |= {word: max(credit.get(word, 0.0), everyday) for word in rarity if word in asked}
        return sum(value * credit.get(word, 0.0) for word, value in rarity.items()) / (sum(rarity.values()) or 1.0)


@lru_cache(maxsize=64)
def _asked_for(article: int) -> str:
    return folded("\n".join(lexicon().articles.get(article, ())))
