"""The running text of a subject, read once for all text rules: numerals, readings, clean text, slots of draft sentences."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from assistant.checks.engine import Check, Scope, number
from assistant.checks.figures import Figures
from assistant.checks.finding import Finding, SeverityName
from assistant.checks.reading_model import Reading, mask
from assistant.checks.readings import Reader
from assistant.checks.subject import PlacedSentence, Subject
from assistant.checks.wordings import Lexicon, lexicon
from assistant.facts.model import Fact
from assistant.language.quantities import FIGURES, Quantity, find_quantities

TEXT: tuple[Scope, ...] = ("draft", "report")
SLOT = re.compile(r"\{([^{}]+)\}")
_SENTENCE = re.compile(r"[^。！？\n]*[。！？]?")
_CLAUSE_START = re.compile(r"[，,；;：:。！？\n（(]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a part's text."""

    part: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of a draft sentence and where it is printed in the part's text; ``fact`` is None when nothing fills it."""

    key: str
    start: int
    end: int
    fact: Fact | None


@dataclass(frozen=True)
class Prose:
    """Texts with what was found in them.

    Attributes:
        texts: by part; masked: the same with titles and gap marks blanked out.
        quantities: all numerals of each part, of all kinds.
        readings: the claims of each part.
    """

    subject: Subject
    lexicon: Lexicon
    figures: Figures
    texts: Mapping[str, str]
    masked: Mapping[str, str]
    quantities: Mapping[str, tuple[Quantity, ...]]
    readings: Mapping[str, tuple[Reading, ...]]
    reader: Reader

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences of all parts, without empty ones."""
        return tuple(
            Span(part, match.start(), match.end(), match.group())
            for part, text in self.texts.items()
            for match in _SENTENCE.finditer(text)
            if match.group().strip()
        )

    @cached_property
    def slots(self) -> tuple[tuple[PlacedSentence, tuple[Slot, ...] | None], ...]:
        """Each draft sentence with its slots; None when its printed text is not what its slots print."""
        return tuple((placed, place_slots(self.subject, placed)) for placed in self.subject.sentences)

    def statistics(self, part: str, start: int = 0, end: int | None = None) -> list[Quantity]:
        """The figures of a part between two positions."""
        starts, figures = self._figures[part]
        stop = len(self.texts[part]) if end is None else end
        return figures[bisect_left(starts, start) : bisect_left(starts, stop)]

    @cached_property
    def _figures(self) -> dict[str, tuple[list[int], list[Quantity]]]:
        """The figures of each part with where they start."""
        figures = {part: [each for each in found if each.kind in FIGURES] for part, found in self.quantities.items()}
        return {part: ([each.start for each in found], found) for part, found in figures.items()}

    def between(self, part: str, start: int, end: int) -> tuple[Quantity, ...]:
        """The numerals of all kinds that start between two positions of a part."""
        starts = self._starts.get(part, [])
        return self.quantities.get(part, ())[bisect_left(starts, start) : bisect_left(starts, end)]

    @cached_property
    def _starts(self) -> dict[str, list[int]]:
        return {part: [each.start for each in found] for part, found in self.quantities.items()}

    def all_readings(self) -> Iterator[tuple[str, Reading]]:
        """Every claim with its part."""
        for part, found in self.readings.items():
            for reading in found:
                yield part, reading

    def clause(self, part: str, position: int) -> str:
        """The words of the clause before a position, down to the last punctuation mark."""
        text = self.texts[part][max(0, position - 60) : position]
        marks = [match.end() for match in _CLAUSE_START.finditer(text)]
        return text[marks[-1] :] if marks else text


_latest: Prose | None = None


def prose(subject: Subject) -> Prose:
    """The subject's prose, read once: rules that follow one another on the same subject share it."""
    global _latest
    known = _latest
    if known is None or known.subject is not subject:
        known = _latest = _read(subject)
    return known


def _read(subject: Subject) -> Prose:
    words, figures = lexicon(subject.form), Figures(subject)
    names = (subject.unit.name, *subject.unit.aliases) if subject.unit else (subject.report.unit,) if subject.report else ()
    reader = Reader(words, figures, subject.year, names)
    texts = {part: text for part, text in subject.texts.items() if text.strip()}
    about = {aspect.key for aspect in subject.form.aspects if reader.request_tables & set(aspect.tables)}
    quantities = {part: tuple(find_quantities(text)) for part, text in texts.items()}
    readings = {
        part: tuple(reader.read(text, [found for found in quantities[part] if found.kind in FIGURES], requests=part in about))
        for part, text in texts.items()
    }
    masked = {part: mask(text) for part, text in texts.items()}
    return Prose(subject, words, figures, texts, masked, quantities, readings, reader)


def place_slots(subject: Subject, placed: PlacedSentence) -> tuple[Slot, ...] | None:
    """Where each slot of a sentence is printed, by printing it; None when the printed sentence differs from that."""
    sentence, ledger = placed.sentence, subject.ledger
    found: list[Slot] = []
    position, left = placed.start, 0
    for match in SLOT.finditer(sentence.text):
        position += match.start() - left
        left = match.end()
        fact = ledger.get(match.group(1)) if ledger is not None else None
        length = len(fact.text) if fact is not None else len(match.group())
        found.append(Slot(match.group(1), position, position + length, fact))
        position += length
    printed = SLOT.sub(lambda match: _printed(subject, match), sentence.text)
    return tuple(found) if printed == sentence.rendered or any(slot.fact is None for slot in found) else None


def _printed(subject: Subject, match: re.Match[str]) -> str:
    fact = subject.ledger.get(match.group(1)) if subject.ledger is not None else None
    return fact.text if fact is not None else match.group()


def fail_at(
    check: Check,
    part: str,
    span: tuple[int, int],
    quote: str,
    *,
    left: Decimal | int | str | None = None,
    right: Decimal | int | str | None = None,
    message: str | None = None,
    cells: Iterable[str] = (),
    severity: SeverityName | None = None,
    difference: Decimal | None = None,
    remedy: str | None = None,
    marks: Iterable[str] = (),
    **words: str,
) -> Finding:
    """A failure at a place in the text. The rule's message template may use ``quote``, ``left`` and ``right`` besides ``words``."""
    shown = {"quote": quote, "left": _shown(left), "right": _shown(right), **words}
    return check.fail(
        cells=cells,
        message=check.rule.message.format_map(shown) if message is None else message,
        severity=severity,
        remedy=remedy,
        left=left,
        right=right,
        difference=difference,
        section=part,
        quote=quote,
        span=span,
        marks=marks,
    )


def _shown(value: Decimal | int | str | None) -> str:
    return value if isinstance(value, str) else number(value)
