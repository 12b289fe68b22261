"""Search by words and by meaning, fused; what the query names decides first (STACK notes: vectors cannot tell figures apart)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.language.numerals import to_chinese
from assistant.library.index import Index
from assistant.library.model import Answer, Filters, Hit, Passage
from assistant.library.query import Asked, QueryReader, content_of, named
from assistant.library.regulation import ARTICLES
from assistant.library.store import Store
from assistant.library.tokens import folded, tokens

if TYPE_CHECKING:
    from assistant.library.embedding import Vectors

_DEPTH = 60
_K = 10.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the fusion, tuned on one half of the test set (benchmarks/library_quality.py)."""

    words: float = 1.0
    meaning: float = 1.0
    figures: float = 1.5
    part: float = 0.06
    role: float = 0.06
    least_cover: float = 0.0


class Search:
    """Answers queries over one library."""

    def __init__(self, store: Store, index: Index, reader: QueryReader, weights: Weights | None = None) -> None:
        self._store, self._index, self._reader = store, index, reader
        self._weights = weights or Weights()

    def run(self, query: str, filters: Filters | None = None, limit: int = 5) -> Answer:
        """Answer one query.

        Args:
            query: any text; figures, names, years, article and document numbers in it are routed.
            filters: hard limits, beside those the query names.
            limit: how many results.
        """
        asked = self._reader.read(query)
        given = filters or Filters()
        if not tokens(asked.text):
            return Answer(query, (), ("查询中没有可以检索的文字",), given)
        if asked.articles and not asked.units:
            return self._articles(query, asked, given, limit)
        narrowed, note = self._narrowed(asked, given)
        if note:
            return Answer(query, (), (note,), narrowed)
        hits = self._fused(asked, narrowed, limit)
        notes = () if hits else (self._why_nothing(asked, narrowed),)
        return Answer(query, tuple(hits), notes, narrowed)

    def like(self, text: str, filters: Filters | None = None, limit: int = 5) -> list[Hit]:
        """Passages most similar to a text, by words and meaning; nothing in the text is taken for a filter."""
        asked = Asked(text, text)
        return self._fused(asked, filters or Filters(), limit) if tokens(text) else []

    def _narrowed(self, asked: Asked, given: Filters) -> tuple[Filters, str]:
        """The filters with what the query names; a note if nothing can be found for that."""
        if asked.unknown_unit and not given.units:
            return given, f"资料库中没有“{asked.unknown_unit}”的报告"
        units = given.units or asked.units
        years = given.years or (() if given.by_year else asked.years)
        undated = given.undated or (bool(years) and not given.years and not units and not given.region)
        narrowed = replace(given, units=units, years=years, undated=undated)
        if units and narrowed.by_year and not self._store.matching(replace(narrowed, undated=False), 1):
            held = sorted({s.year for s in self._store.sources(superseded=False) if s.unit in units and s.year})
            return narrowed, f"资料库中没有{'、'.join(units[:3])}{named(years)}年的报告" + (
                f"，现有 {named(held)} 年" if held else ""
            )
        return narrowed, ""

    def _articles(self, query: str, asked: Asked, given: Filters, limit: int) -> Answer:
        filters = replace(given, type="regulation", articles=asked.articles)
        passages = self._prefer_official(self._store.matching(filters, 200))
        beyond = [number for number in asked.articles if number > ARTICLES]
        notes = tuple(f"条例共{ARTICLES}条，没有第{to_chinese(number)}条" for number in beyond)
        named_articles = "、".join(f"第{to_chinese(number)}条" for number in asked.articles)
        hits = [Hit(passage, 1.0, (), None, None, f"条文号：{named_articles}") for passage in passages]
        return Answer(query, tuple(hits[:limit]), notes or (() if hits else ("资料库中没有这一条",)), filters)

    def _fused(self, asked: Asked, filters: Filters, limit: int) -> list[Hit]:
        weights, rest = self._weights, content_of(asked.rest)
        words = tokens(rest)
        marks = list(asked.documents)
        reason = ""
        if marks and (found := self._index.by_words(words, filters, _DEPTH, marks)):
            return self._hits(asked, {"words": found}, limit, "文号相同")
        if asked.telling:
            found = self._index.by_words(words, filters, _DEPTH, [(mark,) for mark in asked.telling])
            found = found or self._index.by_words(words, filters, _DEPTH, [asked.telling])
            return self._hits(asked, {"words": found}, limit, "数字相同") if found else []
        lists: dict[str, list[int]] = {"words": self._index.by_words(words, filters, _DEPTH)}
        if asked.figures:
            lists["figures"] = self._index.by_words(words, filters, _DEPTH, [asked.figures])
        vector = self._vector(rest)
        if vector is not None:
            lists["meaning"] = [number for number, _score in self._index.by_meaning(vector, filters, _DEPTH)]
        if (asked.part or asked.role) and (filters.units or filters.region):
            lists["part"] = self._of_part(asked, filters)
        if weights.least_cover and not self._covered(rest, lists):
            return []
        return self._hits(asked, lists, limit, reason)

    def _vector(self, text: str) -> Vectors | None:
        return self._index.embedder.query(text) if self._index.meaning else None

    def _of_part(self, asked: Asked, filters: Filters) -> list[int]:
        """Passages of the part the query asks about, in the order of the report."""
        wanted = replace(filters, section=asked.part or filters.section, role=asked.role or filters.role)
        return [passage.id for passage in self._store.matching(wanted, _DEPTH)]

    def _covered(self, text: str, lists: dict[str, list[int]]) -> bool:
        """Whether any of the first passages holds enough of the query's words."""
        wanted = {word for word in tokens(text) if len(word) > 1}
        first = [number for found in lists.values() for number in found[:3]]
        held = self._store.passages(dict.fromkeys(first))
        shares = [len(wanted & set(tokens(passage.text))) / len(wanted) for passage in held.values()] if wanted else [1.0]
        return max(shares, default=0.0) >= self._weights.least_cover

    def _hits(self, asked: Asked, lists: dict[str, list[int]], limit: int, reason: str) -> list[Hit]:
        weights = self._weights
        factor = {"words": weights.words, "meaning": weights.meaning, "figures": weights.figures, "part": 0.0}
        scores: dict[int, float] = {}
        for name, found in lists.items():
            for rank, number in enumerate(found, start=1):
                scores[number] = scores.get(number, 0.0) + factor[name] / (_K + rank)
        passages = self._store.passages(scores)
        for number, passage in passages.items():
            scores[number] += weights.part * bool(asked.part and asked.part in (passage.part, passage.piece.section))
            scores[number] += weights.role * bool(asked.role and asked.role == passage.piece.role)
        ranks = {name: {number: rank for rank, number in enumerate(found, start=1)} for name, found in lists.items()}
        best = sorted(passages.values(), key=lambda passage: (-scores[passage.id], passage.id))
        return [
            Hit(
                passage=passage,
                score=round(scores[passage.id], 6) if passage.id in scores else 0.0,
                words=shared_words(asked.text, passage.text),
                word_rank=ranks.get("words", {}).get(passage.id),
                meaning_rank=ranks.get("meaning", {}).get(passage.id),
                reason=reason or ("数字相同" if passage.id in ranks.get("figures", {}) else ""),
            )
            for passage in self._prefer_official(best)[:limit]
        ]

    def _prefer_official(self, passages: Sequence[Passage]) -> list[Passage]:
        """Digest articles give way to the official text of the same article, where there is one."""
        digests = [passage for passage in passages if passage.piece.article and not passage.quotable]
        if not digests:
            return list(passages)
        numbers = tuple({passage.piece.article for passage in digests if passage.piece.article})
        official: dict[int, list[Passage]] = {}
        for passage in self._store.matching(Filters(type="regulation", status="official", articles=numbers)):
            official.setdefault(passage.piece.article or 0, []).append(passage)
        seen: set[int] = set()
        ordered: list[Passage] = []
        for passage in passages:
            better = official.get(passage.piece.article or 0, []) if not passage.quotable else []
            for item in better or [passage]:
                if item.id not in seen:
                    seen.add(item.id)
                    ordered.append(item)
        return ordered

    def _why_nothing(self, asked: Asked, filters: Filters) -> str:
        if asked.telling:
            figures = "、".join(mark[2:] for mark in asked.telling)
            return f"没有找到写有 {figures} 的段落"
        if filters:
            return "在所给范围内没有找到相关段落"
        return "资料库中没有找到相关段落"


def shared_words(query: str, text: str) -> tuple[str, ...]:
    """The longest stretches of a query that stand in a text, at least two characters, in the order of the query."""
    left, right = folded(query), folded(text)
    found: list[str] = []
    at = 0
    while at < len(left) - 1:
        end = at + 2
        if left[at:end] not in right or not left[at:end].strip().isalnum():
            at += 1
            continue
        while end < len(left) and left[at : end + 1] in right and left[end].isalnum():
            end += 1
        found.append(left[at:end])
        at = end
    return tuple(dict.fromkeys(found))
