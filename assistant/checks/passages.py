"""Passages of a text laid bare for comparing: set phrases, headings, labels, titles, names, figures and years taken out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from assistant.checks.finding import Alike
from assistant.checks.grid import per_form
from assistant.checks.wordings import lexicon
from assistant.form import Form
from assistant.language.text import sentence_spans

SHORTEST = 8
_ALIKE = 0.6
_TITLE = re.compile(r"《[^《》]*》")
_FIGURE = re.compile(r"[0-9０-９〇零一二三四五六七八九十百千万亿两]+(?:[年月日%％]|个?百分点)?")
_NOT_WORD = re.compile(r"[^\u3400-\u9fffA-Za-z]+")
_GAP = re.compile(r"【待补[^】]*】")
_SELF = re.compile(r"我[局委厅部办院行校站处省市县区镇乡州盟旗]|本(?:机关|部门|单位|办公室|街道)|我(?:街道|中心|支队)")
_HEADING = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．])?[^。；！？，,]{0,24}\s*")
_MARK = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|[一二三四五六七八九十]是)\s*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or paragraph: ``start`` and ``end`` in the text of ``part``, ``bare`` what is left for comparing."""

    part: str
    start: int
    end: int
    text: str
    bare: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike a text is to another: ``score`` is the share of its words found there, weighted by how alike; 0 to 1."""

    score: float
    weight: int
    pairs: tuple[Alike, ...]


@lru_cache(maxsize=1)
def _phrases() -> tuple[str, ...]:
    text = (resources.files("assistant.checks") / "data" / "fixed.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["phrases"])


@per_form
def _fixed(form: Form) -> re.Pattern[str]:
    """The set phrases and every wording of the form, longest first."""
    headings = [*(section.title for section in form.sections), *(aspect.heading for aspect in form.aspects)]
    words = {*_phrases(), *headings, *(word for word in lexicon(form).words if len(word) > 1)}
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def plain(text: str, names: Iterable[str] = ()) -> str:
    """Words without titles, names, figures, years and punctuation; set phrases stay."""
    text = _GAP.sub("", text)
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, "")
    return _NOT_WORD.sub("", _FIGURE.sub("", _SELF.sub("", text)))


def bare(text: str, form: Form, names: Iterable[str] = ()) -> str:
    """What is left of a text for comparing, set phrases taken out too."""
    return plain(_fixed(form).sub("", _TITLE.sub("", _MARK.sub("", text))), names)


def sentences_of(texts: Mapping[str, str], parts: Iterable[str], form: Form, names: Iterable[str] = ()) -> list[Passage]:
    """The sentences of some parts that say something of their own: headings and set phrases are left out."""
    spans = ((part, start, end) for part in parts for start, end in sentence_spans(texts.get(part, "")))
    return _passages(texts, spans, form, tuple(names))


def paragraphs_of(texts: Mapping[str, str], parts: Iterable[str], form: Form, names: Iterable[str] = ()) -> list[Passage]:
    """The paragraphs of some parts, likewise."""
    spans = ((part, found.start(), found.end()) for part in parts for found in re.finditer(r"[^\n]+", texts.get(part, "")))
    return _passages(texts, spans, form, tuple(names))


def _passages(texts: Mapping[str, str], spans: Iterable[tuple[str, int, int]], form: Form, names: tuple[str, ...]) -> list[Passage]:
    found = []
    for part, start, end in spans:
        text = texts[part][start:end]
        words = "" if _HEADING.fullmatch(text) else bare(text, form, names)
        if len(words) >= SHORTEST:
            found.append(Passage(part, start, end, text, words))
    return found


def likeness(own: list[Passage], other: list[Passage]) -> Likeness:
    """How much of one text is in another, passage by passage, whatever their order.

    Each passage counts by its length and by how alike the most similar passage of the other text is (indel similarity); below
    ``0.6`` a passage counts as its own.
    """
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    weight = sum(len(passage.bare) for passage in own)
    if not weight or not other:
        return Likeness(0.0, weight, ())
    choices = [passage.bare for passage in other]
    score, pairs = 0.0, []
    for passage in own:
        found = process.extractOne(passage.bare, choices, scorer=Indel.normalized_similarity, processor=None, score_cutoff=_ALIKE)
        if found is not None:
            _words, ratio, place = found
            score += ratio * len(passage.bare)
            pairs.append(pair(passage, other[place], ratio))
    pairs.sort(key=lambda alike: -alike.ratio * len(alike.quote))
    return Likeness(score / weight, weight, tuple(pairs))


def pair(passage: Passage, other: Passage, ratio: float) -> Alike:
    """Two passages side by side."""
    return Alike(
        section=passage.part, start=passage.start, end=passage.end, quote=passage.text, other=other.text, ratio=round(ratio, 2)
    )
