"""Who copies whom: all pairs of units by passages, near-linear; and who copies last year's text.

Passages are cut and laid bare by the code of the likeness rules (family SIM): set phrases, the form's wording, titles, names,
figures and years do not count, so the same text with other figures counts as copied. Candidates come from MinHash LSH over the
bigrams of passages; each reported share is then computed exactly, so that hashing can miss a pair but never invent one.
"""

from __future__ import annotations

import tomllib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import combinations

from pydantic import BaseModel, ConfigDict, Field

from assistant.checks.finding import Alike
from assistant.checks.passages import Passage, likeness, sentences_of
from assistant.form import Form


class SimilaritySettings(BaseModel):
    """What counts as copied and what is shown; defaults in ``data/similarity.toml``, where each is explained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ratio: float = Field(ge=0.6, le=1)
    share: float = Field(gt=0, le=1)
    words: int = Field(ge=1)
    shown: int = Field(ge=1)
    crowd: int = Field(ge=3)
    ring: int = Field(ge=1)
    bands: int = Field(ge=1)
    rows: int = Field(ge=1)


@dataclass(frozen=True)
class UnitText:
    """One unit's text of one year: ``texts`` by part key, ``names`` of unit and region, which do not count."""

    unit: str
    texts: Mapping[str, str]
    form: Form
    names: tuple[str, ...] = ()

    def passages(self) -> list[Passage]:
        """Its sentences laid bare; sentences that say nothing of their own are left out."""
        return sentences_of(self.texts, tuple(self.texts), self.form, self.names)


class CopiedPair(BaseModel):
    """Two texts with passages in common.

    Attributes:
        first, second: the units; ``second`` may be the unit itself, last year.
        copied, of: characters of ``first`` that stand in ``second``, of all its characters that count.
        copied_back, of_second: the same the other way round.
        passages: the longest common passages side by side (``quote`` of ``first``, ``other`` of ``second``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: str
    second: str
    copied: int
    of: int
    copied_back: int
    of_second: int
    passages: tuple[Alike, ...] = ()

    @property
    def share(self) -> float:
        """The larger of the two shares, 0 to 1: a short text inside a long one is copied all the same."""
        return max(self.copied / self.of if self.of else 0.0, self.copied_back / self.of_second if self.of_second else 0.0)


class Crowd(BaseModel):
    """Many units that use the same passage: more than are compared two by two."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quote: str
    units: tuple[str, ...]


@dataclass(frozen=True)
class Copying:
    """The outcome: pairs, the largest share first; crowds, the largest first; how many pairs were compared exactly."""

    pairs: tuple[CopiedPair, ...] = ()
    crowds: tuple[Crowd, ...] = ()
    compared: int = 0


@lru_cache(maxsize=1)
def default_settings() -> SimilaritySettings:
    """The settings shipped with the program."""
    text = (resources.files("assistant.batch") / "data" / "similarity.toml").read_text(encoding="utf-8")
    return SimilaritySettings.model_validate(tomllib.loads(text))


def compare(first: UnitText, second: UnitText, settings: SimilaritySettings | None = None) -> CopiedPair | None:
    """Two texts compared exactly; None when less than the settings' share is common or there is too little text."""
    one, two = _Text(first), _Text(second)
    return _compared(one, two, settings or default_settings())


def copied_pairs(units: Iterable[UnitText], settings: SimilaritySettings | None = None) -> Copying:
    """All pairs of units that share at least the settings' share of text.

    Args:
        units: texts of one year; a unit has one.
        settings: what counts; the shipped ones if None.
    """
    chosen = settings or default_settings()
    texts = [text for unit in units if (text := _Text(unit)).weight >= chosen.words]
    index = _Index(texts, chosen)
    pairs = []
    compared = 0
    for one, two in index.candidates():
        compared += 1
        pair = _compared(texts[one], texts[two], chosen)
        if pair is not None:
            pairs.append(pair)
    pairs.sort(key=lambda pair: (-pair.share, pair.first, pair.second))
    return Copying(tuple(pairs), tuple(index.crowds()), compared)


def copied_last_year(
    years: Iterable[tuple[UnitText, UnitText]], settings: SimilaritySettings | None = None
) -> tuple[CopiedPair, ...]:
    """Each unit's text against its own of last year, the largest share first; ``years`` holds (this year's, last year's)."""
    chosen = settings or default_settings()
    found = (_compared(_Text(now), _Text(before), chosen) for now, before in years)
    return tuple(sorted((pair for pair in found if pair), key=lambda pair: (-pair.share, pair.first)))


def exact_pairs(units: Iterable[UnitText], settings: SimilaritySettings | None = None) -> Iterator[CopiedPair]:
    """Every pair compared passage by passage: what :func:`copied_pairs` is measured against, for a few hundred units at most."""
    chosen = settings or default_settings()
    for one, two in combinations([_Text(unit) for unit in units], 2):
        pair = _compared(one, two, chosen)
        if pair is not None:
            yield pair


class _Text:
    """A unit's passages with the weight of each."""

    __slots__ = ("passages", "unit", "weight")

    def __init__(self, text: UnitText) -> None:
        self.unit = text.unit
        self.passages = text.passages()
        self.weight = sum(len(passage.bare) for passage in self.passages)


def _compared(one: _Text, two: _Text, settings: SimilaritySettings) -> CopiedPair | None:
    if min(one.weight, two.weight) < settings.words:
        return None
    alike, copied = _copied(one, two, settings.ratio)
    other, back = _copied(two, one, settings.ratio)
    if max(copied / one.weight, back / two.weight) < settings.share:
        return None
    shown = alike or tuple(each.model_copy(update={"quote": each.other, "other": each.quote}) for each in other)
    return CopiedPair(
        first=one.unit, second=two.unit, copied=copied, of=one.weight, copied_back=back, of_second=two.weight,
        passages=shown[: settings.shown],
    )  # fmt: skip


def _copied(own: _Text, other: _Text, ratio: float) -> tuple[tuple[Alike, ...], int]:
    """The passages of ``own`` that stand in ``other``, and how many characters they have."""
    weights = {(passage.part, passage.start): len(passage.bare) for passage in own.passages}
    alike = tuple(each for each in likeness(own.passages, other.passages).pairs if each.ratio >= ratio)
    return alike, sum(weights[each.section, each.start] for each in alike)


@dataclass
class _Index:
    """Distinct passages, which units have each, and which of them are nearly the same."""

    texts: Sequence[_Text]
    settings: SimilaritySettings
    numbers: dict[str, int] = field(default_factory=dict)
    holders: list[list[int]] = field(default_factory=list)
    near: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for place, text in enumerate(self.texts):
            for bare in dict.fromkeys(passage.bare for passage in text.passages):
                number = self.numbers.setdefault(bare, len(self.numbers))
                if number == len(self.holders):
                    self.holders.append([])
                self.holders[number].append(place)
        self.near = _near(tuple(self.numbers), self.settings)

    def candidates(self) -> list[tuple[int, int]]:
        """Pairs of places of units that may share enough text, in order.

        What two units share is looked for among their rarest passages first: a pair with enough in common has one of those in
        common too (prefix filtering of set similarity joins), so passages that everybody uses never make candidates.
        """
        found: set[tuple[int, int]] = set()
        for place, text in enumerate(self.texts):
            found.update((min(place, other), max(place, other)) for other in self._partners(place, text))
        return sorted(found)

    def crowds(self) -> Iterator[Crowd]:
        """Passages used by more units than are compared two by two."""
        words = list(self.numbers)
        large = [number for number, held in enumerate(self.holders) if len(held) > self.settings.crowd]
        for number in sorted(large, key=lambda number: -len(self.holders[number])):
            held = self.holders[number]
            quote = next(p.text for p in self.texts[held[0]].passages if p.bare == words[number])
            yield Crowd(quote=quote, units=tuple(sorted(self.texts[place].unit for place in held)))

    def _partners(self, place: int, text: _Text) -> set[int]:
        """Units that hold one of the rare passages of a unit, or one nearly the same, and by estimate share half of enough."""
        weights = [(self.numbers[passage.bare], len(passage.bare)) for passage in text.passages]
        users = {number: self._users(number) for number, _weight in weights}
        weights.sort(key=lambda item: len(users[item[0]]))
        rest, passed = (1 - self.settings.share) * text.weight, 0
        partners: set[int] = set()
        for number, weight in weights:
            if passed <= rest:
                partners |= self._neighbours(place, users[number])
            passed += weight
        partners.discard(place)
        common: dict[int, int] = defaultdict(int)
        for number, weight in weights:
            for other in users[number] & partners:
                common[other] += weight
        return {other for other, weight in common.items() if weight >= self.settings.share * text.weight / 2}

    def _users(self, number: int) -> set[int]:
        return set(self.holders[number]).union(*(self.holders[other] for other in self.near[number]))

    def _neighbours(self, place: int, users: set[int]) -> set[int]:
        """The units of a passage; of a crowd only the next few, so that a form letter costs no square."""
        if len(users) <= self.settings.crowd:
            return users
        ordered = sorted(users)
        at = ordered.index(place)
        return {ordered[(at + step) % len(ordered)] for step in range(1, self.settings.ring + 1)}


def _near(words: Sequence[str], settings: SimilaritySettings) -> list[list[int]]:
    """For each distinct passage the others that are nearly the same, by MinHash LSH over bigrams, each confirmed by likeness."""
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]  # ships no types
    from rapidfuzz.distance import Indel

    count = settings.bands * settings.rows
    lsh = MinHashLSH(num_perm=count, params=(settings.bands, settings.rows))
    near: list[list[int]] = [[] for _ in words]
    hashes = MinHash.generator((_shingles(text) for text in words), num_perm=count, hashfunc=zlib.crc32, scheme="affine32")
    for number, made in enumerate(hashes):
        for other in lsh.query(made):
            if Indel.normalized_similarity(words[number], words[other], score_cutoff=settings.ratio):
                near[number].append(other)
                near[other].append(number)
        lsh.insert(number, made)
    return near


def _shingles(text: str) -> list[bytes]:
    return [pair.encode("utf-8", "surrogatepass") for pair in {text[at : at + 2] for at in range(max(len(text) - 1, 1))}]
