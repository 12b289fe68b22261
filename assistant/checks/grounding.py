"""The audit of a draft: every numeral resolves to a slot, a fact or an exempt class (design promise 1)."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.checks.prose import Prose, Slot
from assistant.checks.subject import PlacedSentence, Subject
from assistant.language.quantities import FIGURES, Quantity

_FREE = frozenset({"article", "order", "document", "ordinal", "list_mark", "period"})
_QUOTED = re.compile(r"《[^《》]*》|“[^“”]*”")
_BOUNDARY_DAYS = frozenset({"1月1日", "12月31日", "1月31日", "3月31日"})
_DATE_TEXT = re.compile(r"\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?|\d{1,2}\s?日")
_GAP = re.compile(r"【待补[^】]*】")


@dataclass(frozen=True, slots=True)
class Ungrounded:
    """A numeral, slot or sentence of a draft that rests on nothing. ``reason`` is a Chinese clause."""

    part: str
    start: int
    end: int
    quote: str
    reason: str


def ungrounded(prose: Prose) -> Iterator[Ungrounded]:
    """Everything in the draft that does not resolve."""
    subject = prose.subject
    covered: dict[str, list[tuple[int, int]]] = {}
    for placed, slots in prose.slots:
        covered.setdefault(placed.part, []).append((placed.start, placed.end))
        yield from _sentence(prose, subject, placed, slots)
    for part, quantities in prose.quantities.items():
        spans = sorted(covered.get(part, ()))  # sentences follow one another, so that the last one begun decides
        starts = [start for start, _end in spans]
        for quantity in quantities:
            at = bisect_right(starts, quantity.start) - 1
            outside = at < 0 or quantity.start >= spans[at][1]
            if (
                outside
                and not _exempt(prose, part, quantity, given_texts(subject), strict=False)
                and not _known(prose, part, quantity)
            ):
                yield _of(part, quantity, "不在任何一句有依据的话里，也不等于任何事实")


def _sentence(prose: Prose, subject: Subject, placed: PlacedSentence, slots: tuple[Slot, ...] | None) -> Iterator[Ungrounded]:
    sentence = placed.sentence
    if slots is None:
        yield Ungrounded(placed.part, placed.start, placed.end, sentence.rendered[:60], "印出的文字与数字槽所指的事实不一致")
        slots = ()
    for slot in slots:
        if slot.fact is None:
            yield Ungrounded(placed.part, slot.start, slot.start, f"{{{slot.key}}}", _why(subject, slot.key))
    if any(slot.fact is None for slot in slots):
        return
    strict = _strict(placed, bool(slots))
    texts = _cited_texts(subject, sentence.sources) if strict else given_texts(subject)
    gaps = [(placed.start + match.start(), placed.start + match.end()) for match in _GAP.finditer(sentence.rendered)]
    for quantity in prose.between(placed.part, placed.start, placed.end):
        if any(start <= quantity.start < end for start, end in gaps):
            continue
        if any(slot.start <= quantity.start < slot.end for slot in slots):
            continue
        if _exempt(prose, placed.part, quantity, texts, strict=strict):
            continue
        if strict:
            yield _of(placed.part, quantity, "写在数字槽之外，来历不明")
        elif not _known(prose, placed.part, quantity):
            yield _of(placed.part, quantity, "不等于任何同单位的事实")


def _strict(placed: PlacedSentence, has_slots: bool) -> bool:
    """Writers print figures through slots only; what a person edited may repeat a fact's figure."""
    writer = getattr(placed.sentence, "writer", "")
    return writer in ("model", "offline") or (not writer and has_slots)


def _why(subject: Subject, key: str) -> str:
    reasons = getattr(subject.ledger, "unavailable", {})
    return f"数字槽没有对应的事实：{reasons.get(key, '没有这个键')}"


def _of(part: str, quantity: Quantity, reason: str) -> Ungrounded:
    return Ungrounded(
        part,
        quantity.start,
        quantity.unit_end,
        f"{quantity.raw}{quantity.unit if quantity.unit_end > quantity.end else ''}",
        reason,
    )


def _cited_texts(subject: Subject, sources: tuple[str, ...]) -> tuple[str, ...]:
    facts = [subject.ledger.get(key) for key in sources] if subject.ledger is not None else []
    return tuple(fact.text for fact in facts if fact is not None)


def given_texts(subject: Subject) -> tuple[str, ...]:
    """The texts of the notes, problems, measures and follow-ups a unit handed in."""
    given = subject.submission
    if given is None:
        return ()
    listed = (given.notes, given.problems, given.improvements, given.follow_ups)
    return tuple(item.text for items in listed for item in items)


def _exempt(prose: Prose, part: str, quantity: Quantity, texts: tuple[str, ...], *, strict: bool) -> bool:
    """Whether a numeral is of a class that states nothing, and not an invented one of that class."""
    text, year = prose.texts[part], prose.subject.year
    if quantity.kind in _FREE:
        return True
    if quantity.kind == "year":
        near = year is not None and abs(int(quantity.value) - year) <= 1
        return near or any(quantity.raw in each for each in texts)
    if quantity.kind in ("month", "date"):
        return not strict or _dated(text, quantity, texts)
    if quantity.kind in ("phone", "code"):
        return any(quantity.raw in each for each in (*texts, *_profile(prose.subject)))
    quoted = next((match.group() for match in _QUOTED.finditer(text) if match.start() < quantity.start < match.end()), "")
    if quantity.kind == "title" or quoted:
        inner = quoted[1:-1]
        return (quantity.kind == "title" and not strict) or any(inner and inner in each for each in texts)
    return False


def _dated(text: str, quantity: Quantity, texts: tuple[str, ...]) -> bool:
    for match in _DATE_TEXT.finditer(text, max(0, quantity.start - 4), quantity.end + 5):
        if match.start() <= quantity.start < match.end():
            words = match.group().replace(" ", "")
            return words in _BOUNDARY_DAYS or any(words in each.replace(" ", "") for each in texts)
    return any(quantity.raw in each for each in texts)


def _profile(subject: Subject) -> tuple[str, ...]:
    if subject.unit is None:
        return ()
    contact = subject.unit.contact
    return (subject.unit.site, contact.address, contact.zip, contact.phone, contact.fax, contact.email)


def _known(prose: Prose, part: str, quantity: Quantity) -> bool:
    """Whether some fact has this value and a count word that agrees."""
    ledger = prose.subject.ledger
    if quantity.kind not in FIGURES or ledger is None:
        return False
    with_value = getattr(ledger, "with_value", None)
    facts = with_value(abs(quantity.value)) if with_value is not None else []
    return any(_agrees(quantity.unit, fact.unit) for fact in facts)


def _agrees(stated: str, expected: str) -> bool:
    return (
        expected.removeprefix("万") == stated or (stated == "" and expected in ("件", "")) or {stated, expected} == {"%", "百分之"}
    )
