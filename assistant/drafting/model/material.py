"""The material of one part: its points as numbered items, each with the evidence a sentence on it may rest on.

The items are cut along the offline writer's sentences, so that every item has a sentence to fall back on and its place in the
paragraphs; gap marks and joining sentences are fixed and never asked of a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from assistant.drafting.brief import PartBrief
from assistant.drafting.draft import Part, Sentence
from assistant.drafting.offline.notes import figures_of
from assistant.drafting.offline.voice import Voice
from assistant.drafting.register import printable
from assistant.facts.model import Fact
from assistant.facts.provisions import ARTICLE
from assistant.form import Form, Node

SLOT = re.compile(r"\{([^{}]+)\}")
_PREFIX = re.compile(r"^(?:\d{1,2}\.|[一二三四五六七八九十]{1,3}是|改进措施：|其他改进措施：)")
_TEXT_KEY = {"n": "note", "p": "problem", "i": "improve", "f": "follow"}
_SHARED_SLOTS = ("year", "year.prev", "year.next", "period")
_OPTIONAL = ("share", "diff", "growth", "year", "name")


@dataclass(frozen=True)
class Item:
    """One thing to state. ``paragraph`` and ``heading`` are its place, ``prefix`` the list mark or label the program prints.

    Attributes:
        number: from 1, in order; 0 for fixed sentences.
        offline: the sentences that stand in when the model's do not hold, prefix included.
        anchor: the text it rests on (``n3``, ``p1``, ``fee``), empty where it rests on figures of the tables only.
        sources: keys its sentences may name as sources.
        slots: keys its sentences may print.
        required: slots that must be printed by the sentences that state it.
        beside: notes of other parts and follow-ups that speak of the same thing, which a problem may rest on too.
    """

    number: int
    paragraph: int
    heading: str
    prefix: str
    offline: tuple[Sentence, ...]
    anchor: str = ""
    sources: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class PartMaterial:
    """Everything the writing of one part may look at. Nothing in it changes while parts are written side by side."""

    brief: PartBrief
    items: tuple[Item, ...]
    voice: Voice = field(repr=False)
    precedents: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The part's key."""
        return self.brief.key

    @property
    def form(self) -> Form:
        """The form of the report."""
        return self.voice.form

    @cached_property
    def open(self) -> tuple[Item, ...]:
        """The items a model is asked to write."""
        return tuple(item for item in self.items if item.number)

    @cached_property
    def by_number(self) -> dict[int, Item]:
        """Open items by number."""
        return {item.number: item for item in self.open}

    @cached_property
    def slots(self) -> dict[str, Fact]:
        """The facts a sentence of this part may print."""
        keys = dict.fromkeys((*(key for item in self.open for key in item.slots), *_SHARED_SLOTS))
        return {key: self.voice.ledger[key] for key in keys if key in self.voice.ledger}

    def visiting(self, keys: Iterable[str]) -> dict[str, Fact]:
        """Those of the keys that are declared figures of this unit and year, though of another part."""
        ledger = self.voice.ledger
        found = {key: ledger[key] for key in keys if key in ledger and key not in self.slots and not key.startswith("prev.")}
        return {key: fact for key, fact in found.items() if fact.kind in ("cell", "sum", "quantity")}

    @cached_property
    def sources(self) -> frozenset[str]:
        """The keys a sentence of this part may name as sources."""
        return frozenset((*(key for item in self.open for key in item.sources), *self.slots, *self._articles, "year", "unit"))

    @cached_property
    def _articles(self) -> tuple[str, ...]:
        ledger = self.voice.ledger
        return (*self.provisions, *(key for key in ledger if key.startswith(ARTICLE)))

    @cached_property
    def texts(self) -> dict[str, str]:
        """The texts handed in, by source key, figures as slots, no personal data."""
        keys = dict.fromkeys(key for item in self.open for key in item.sources)
        return {key: text for key in keys if (text := evidence_text(self.voice, key))}

    @cached_property
    def own_words(self) -> str:
        """All words of this year's material, to tell what is foreign."""
        offline = "\n".join(sentence.text for item in self.items for sentence in item.offline)
        labels = "\n".join(fact.label for fact in self.slots.values())
        raw = "\n".join(self.voice.ledger[key].text for key in self.texts)
        given = self.voice.submission
        unit, past = given.unit, "\n".join(item.problem for item in given.follow_ups)
        names = "\n".join((unit.name, unit.region, *unit.aliases, self.voice.own, self.voice.scope, unit.contact.unit))
        return "\n".join((offline, labels, raw, "\n".join(self.texts.values()), names, past))


def evidence_text(voice: Voice, key: str) -> str:
    """A text of the submission as evidence: figures as slots, no personal data; for follow-ups the problem and its state.

    Empty for keys that are no text of this year.
    """
    given = voice.submission
    kind = _TEXT_KEY.get(key[:1], "")
    found = voice.ledger.get(key)
    if found is None or found.kind != "text" or key == "fee" or key.startswith("prev.") or not kind:
        return ""
    if any(problem.id == key for problem in given.problems):
        kind = "problem"
    elif any(item.id == key for item in given.improvements):
        kind = "improve"
    elif any(note.id == key for note in given.notes):
        kind = "note"
    return printable(found.text, figures_of(voice, f"{kind}.{key}"), given.year).text.strip("；\n ")


def part_material(
    brief: PartBrief, offline: Part, voice: Voice, *, precedents: Iterable[str] = (), provisions: Iterable[str] = ()
) -> PartMaterial:
    """Cut a part into items.

    Args:
        brief: the part's brief.
        offline: the same part written without a model.
        voice: the material of the report.
        precedents: passages of other reports on this part, only to tell what was copied from them.
        provisions: further article keys the part may lean on.
    """
    cited = dict.fromkeys((*(key for point in brief.points for key in point.provisions), *provisions))
    known = tuple(key for key in cited if key in voice.ledger)
    return PartMaterial(brief, tuple(_numbered(_items(brief, offline, voice))), voice, tuple(precedents), known)


def _numbered(items: Iterable[Item]) -> Iterator[Item]:
    from dataclasses import replace

    number = 0
    for item in items:
        if item.sources:
            number += 1
            yield replace(item, number=number)
        else:
            yield item


def _items(brief: PartBrief, offline: Part, voice: Voice) -> Iterator[Item]:
    for place, paragraph in enumerate(offline.paragraphs):
        group: list[Sentence] = []
        anchor = ""
        for sentence in paragraph.sentences:
            own = _anchor(sentence, voice)
            if sentence.gap or _joining(sentence, voice):
                if group:
                    yield _item(brief, place, paragraph.heading, group, anchor, voice)
                    group = []
                yield Item(0, place, paragraph.heading, "", (sentence,))
                continue
            follows = (own == anchor and own) or (not own and brief.key == "sec5" and anchor)
            if group and not follows:
                yield _item(brief, place, paragraph.heading, group, anchor, voice)
                group = []
            anchor = anchor if group and not own else own
            group.append(sentence)
        if group:
            yield _item(brief, place, paragraph.heading, group, anchor, voice)


def _anchor(sentence: Sentence, voice: Voice) -> str:
    return next(iter(_text_sources(sentence, voice)), "")


def _text_sources(sentence: Sentence, voice: Voice) -> list[str]:
    return [
        key for key in sentence.sources if not key.startswith("prev.") and (fact := voice.ledger.get(key)) and fact.kind == "text"
    ]


def _joining(sentence: Sentence, voice: Voice) -> bool:
    """Whether a sentence only leads to what follows: it rests on several texts and prints none of their figures."""
    slots = set(SLOT.findall(sentence.text)) - set(_SHARED_SLOTS)
    return len(_text_sources(sentence, voice)) > 1 and not slots


def _item(brief: PartBrief, place: int, heading: str, sentences: list[Sentence], anchor: str, voice: Voice) -> Item:
    printed = dict.fromkeys(key for sentence in sentences for key in SLOT.findall(sentence.text))
    sources = dict.fromkeys(key for sentence in sentences for key in sentence.sources)
    if anchor and anchor != "fee":
        kind = next((name for name in _TEXT_KEY.values() if f"{name}.{anchor}.1" in voice.ledger), "")
        shown = evidence_text(voice, anchor)
        figures = figures_of(voice, f"{kind}.{anchor}") if kind else []
        printed |= dict.fromkeys(fact.key for fact in figures)
        for hidden in (fact.key for fact in figures if f"{{{fact.key}}}" not in shown):
            printed.pop(hidden, None)
    provisions = dict.fromkeys(key for point in brief.points if anchor in point.keys and anchor for key in point.provisions)
    printed |= dict.fromkeys(
        key for key in sources if (fact := voice.ledger.get(key)) and fact.kind in ("cell", "sum") and fact.value
    )
    added = _added(brief, anchor, voice)
    beside = (*(_beside(anchor, voice) if brief.key == "sec5" else ()), *(key for key in added if voice.ledger[key].kind == "text"))
    printed |= dict.fromkeys(
        key for key in added if voice.ledger[key].kind in ("cell", "sum", "share", "diff", "growth", "quantity")
    )
    required = tuple(_required(sentences, voice))
    for key in beside:
        shown = evidence_text(voice, key)
        kind = "follow" if key[:1] == "f" else "note"
        printed |= dict.fromkeys(fact.key for fact in figures_of(voice, f"{kind}.{key}") if f"{{{fact.key}}}" in shown)
    slots = tuple(_beside_their_sums([key for key in printed if key in voice.ledger], voice))
    return Item(
        number=0,
        paragraph=place,
        heading=heading,
        prefix=_prefix(sentences[0].text, voice),
        offline=tuple(sentences),
        anchor=anchor,
        sources=tuple(dict.fromkeys((*sources, *beside, *added, *provisions, *slots))),
        slots=slots,
        required=tuple(key for key in required if key in slots),
        beside=beside,
    )


def _beside_their_sums(keys: list[str], voice: Voice) -> list[str]:
    """The keys with each part of a printed sum behind the sum, its share and its other parts, so that none reads as another's."""
    placed: list[str] = []
    for key in keys:
        whole = next((item for item in voice.form.derived if item.key in placed and key in item.terms), None)
        near = {whole.key, f"d.share.{whole.key.removeprefix('d.')}", *whole.terms} if whole else set()
        at = max((place for place, other in enumerate(placed, 1) if other in near), default=len(placed))
        placed.insert(at, key)
    return placed


def _added(brief: PartBrief, anchor: str, voice: Voice) -> tuple[str, ...]:
    """The facts that a person named for a text beside the texts a point of its kind is planned on; none for measures to come."""
    given = voice.submission
    answers = {item.id for item in given.improvements}
    problems = {problem.id for problem in given.problems} | answers
    planned = {"problems": problems, "note": {note.id for note in given.notes}}
    planned["result"] = planned["fee"] = planned["note"] | {"fee"}
    if not anchor or anchor in answers:
        return ()
    return tuple(
        key
        for point in brief.points
        if anchor in point.keys and point.topic in (*planned, "follow_up")
        for key in point.keys
        if key != anchor and key not in planned.get(point.topic, ()) and key in voice.ledger
    )


def _beside(anchor: str, voice: Voice) -> tuple[str, ...]:
    """The note and the follow-up that share most content words with a problem, if they share enough."""
    from assistant.drafting.model.support import lists, pairs

    if not anchor.startswith("p"):
        return ()
    words = pairs(voice.ledger[anchor].text)
    given = voice.submission
    notes = [(note.id, note.text) for note in given.notes]
    answers = [(f"f{number}", f"{each.problem}，{each.text}") for number, each in enumerate(given.follow_ups, 1) if each.text]
    found = []
    for group in (notes, answers):
        shared = [(len(words & pairs(text)), key) for key, text in group if key in voice.ledger]
        best = max(shared, default=(0, ""))
        found += [best[1]] * (best[0] >= lists().bounds["beside"])
    return tuple(found)


def _prefix(text: str, voice: Voice) -> str:
    names = "|".join(re.escape(result.name) for result in voice.form.results)
    match = _PREFIX.match(text) or (re.match(f"^(?:{names})：", text) if names else None)
    return match.group() if match else ""


def _required(sentences: list[Sentence], voice: Voice) -> Iterator[str]:
    """The figures of an item that may not be lost: what the offline sentences print, but for rates, changes, leaves of groups."""
    leaves = {f"{table.key}.{leaf.key}." for table in voice.form.tables for node in _groups(voice, table.key) for leaf in node}
    for key in dict.fromkeys(key for sentence in sentences for key in SLOT.findall(sentence.text)):
        fact = voice.ledger[key]
        if fact.kind in _OPTIONAL or key.startswith("prev.") or key == "d.to_handle":
            continue
        if fact.kind == "cell" and any(key.startswith(leaf) for leaf in leaves):
            continue
        yield key


def _groups(voice: Voice, table: str) -> Iterator[list[Node]]:
    for node in voice.form.table(table).nodes():
        if node.children and any(item.key == f"d.{node.key}_sum" for item in voice.form.derived):
            yield [leaf for leaf in node.leaves() if not leaf.total]
