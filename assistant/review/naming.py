"""Which fact a figure in typed text names: by value, count word and wording, and only if no second fact fits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.checks.prose import prose
from assistant.checks.reading_model import Reading
from assistant.checks.subject import PREVIOUS, subject_of_submission
from assistant.drafting.material import Material
from assistant.drafting.offline.voice import source_of
from assistant.facts.model import Fact
from assistant.facts.tables import DIFF, GROWTH
from assistant.language.quantities import FIGURES, Quantity

_WORDS = re.compile(r"[^，。；：、！？（）\n]*$")
_NOTED = frozenset({"quantity"})


@dataclass(frozen=True)
class Named:
    """What the figures of a text name, by where they start.

    Attributes:
        facts: the key of the one fact that fits.
        others: figures whose words name a fact with another value.
    """

    facts: dict[int, str]
    others: frozenset[int]


def named_figures(material: Material, part: str, text: str) -> Named:
    """Tell the figures of a text by their words.

    Args:
        material: the facts, and what they were taken from.
        part: the part the text stands in.
        text: a paragraph.
    """
    base = subject_of_submission(material.submission, registry=material.registry, previous=material.previous)
    found = prose(replace(base, texts={part: text}, ledger=material.ledger))
    readings = {reading.quantity.start: reading for reading in found.readings.get(part, ())}
    facts: dict[int, str] = {}
    others: set[int] = set()
    for quantity in found.quantities.get(part, ()):
        if quantity.kind not in FIGURES:
            continue
        reading = readings.get(quantity.start)
        keys = tuple(_read(material, reading) if reading is not None else _noted(material, text, quantity))
        fitting = {key for key in keys if _fits(material.ledger.get(key), quantity, reading)}
        if len(fitting) == 1:
            facts[quantity.start] = fitting.pop()
        elif reading is not None and keys and not fitting:
            others.add(quantity.start)
    return Named(facts, frozenset(others))


def _fits(fact: Fact | None, quantity: Quantity, reading: Reading | None) -> bool:
    """Whether a fact prints exactly this figure with this count word, and goes the way the words say."""
    if fact is None or fact.text != quantity.raw or not _same_unit(fact.unit, quantity.unit):
        return False
    if reading is not None and reading.kind in ("change", "growth"):
        return fact.sign == (1 if reading.rising else -1)
    return True


def _same_unit(expected: str, stated: str) -> bool:
    return stated == expected.removeprefix("万")


def _read(material: Material, reading: Reading) -> Iterator[str]:
    """The keys a claim can mean; none where another office may be spoken of, or several facts are summed."""
    if not reading.certain or len(reading.keys) != 1:
        return
    key = reading.keys[0]
    name = key.removeprefix("d.")
    if reading.kind == "share":
        yield from (share.key for share in material.form.shares if (share.part, share.whole) == (key, reading.base))
    elif reading.kind in ("figure", "previous", "change", "growth"):
        yield {"figure": key, "previous": PREVIOUS + key, "change": DIFF + name, "growth": GROWTH + name}[reading.kind]


def _noted(material: Material, text: str, quantity: Quantity) -> Iterator[str]:
    """Figures of notes that stand in the same words."""
    ledger = material.ledger
    for fact in ledger.with_value(abs(quantity.value)):
        whole = ledger.get(source_of(fact.key)) if fact.kind in _NOTED else None
        if whole is not None and _same_words(whole.text, (fact.start, fact.end), text, (quantity.start, quantity.end)):
            yield fact.key


def _same_words(note: str, there: tuple[int, int], text: str, here: tuple[int, int]) -> bool:
    """Whether two figures stand in the same words: two signs before and the sign after, or the three signs after."""
    before, after = note[: there[0]], note[there[1] :]
    own_before, own_after = text[: here[0]], text[here[1] :]
    same_after = after[:1] == own_after[:1]
    words, own = _words(before), _words(own_before)
    if len(words) >= 2 and words[-2:] == own[-2:] and same_after:
        return True
    return len(after) >= 3 and after[:3] == own_after[:3] and words[-1:] == own[-1:]


def _words(text: str) -> str:
    match = _WORDS.search(text)
    return match.group() if match else ""
