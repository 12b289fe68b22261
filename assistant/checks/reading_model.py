"""What :mod:`assistant.checks.readings` works with: a claim, a word in its place, the state within a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.checks import reading_patterns as words
from assistant.checks.wordings import Concept, Word
from assistant.language.quantities import Quantity

ReadingKind = Literal["figure", "change", "growth", "share", "previous", "unit"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim found in running text.

    Attributes:
        quantity: the numeral, with its span in the part's text.
        kind: a figure of this year, last year's, a change, a growth rate, a share, or a figure with a foreign count word.
        keys: the facts it names; several are summed. For changes and growth the fact that changed, for shares the part.
        base: for shares, the whole.
        rule: the rule of the catalogue that compares it.
        words: the wording that names it.
        received: the wording leaves open whether what was carried in is included.
        rising: for changes, what the words say.
        subject: the row or group it belongs to, carried to the numerals that follow.
        certain: False where another office or scope is spoken of: then only agreement says something.
        others: facts that the wording may name as well (受理并答复): agreement with one of them is enough.
    """

    quantity: Quantity
    kind: ReadingKind
    keys: tuple[str, ...]
    rule: str
    words: str = ""
    base: str = ""
    received: bool = False
    rising: bool = True
    subject: Concept | None = None
    detail: Concept | None = None
    certain: bool = True
    others: tuple[str, ...] = ()

    @property
    def cell_rule(self) -> str:
        """The rule of the column or row that a figure is compared by."""
        owner = self.detail if self.detail is not None and self.detail.rule else self.subject
        return owner.rule if owner is not None and owner.rule else self.rule


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the lexicon in the text."""

    start: int
    end: int
    text: str
    word: Word

    @property
    def concept(self) -> Concept:
        """What it names; only for words that are not noise."""
        assert self.word.concept is not None
        return self.word.concept


@dataclass
class Sentence:
    """State while the numerals of one sentence are read, left to right."""

    start: int
    end: int
    tokens: Sequence[Token]
    topic: bool
    blocked: bool = False
    scoped: bool = False
    last: Reading | None = None
    base: Reading | None = None
    run: list[Reading] = field(default_factory=list)


def mask(text: str) -> str:
    """The text with titles and gap marks blanked out, of the same length."""
    return words.HIDDEN.sub(lambda match: "□" * len(match.group()), text)


def without_applicants(masked: str) -> str:
    """The text without set phrases for anyone who applies (公民、法人和其他组织), of the same length: they count nobody."""
    return words.APPLICANTS.sub(lambda match: " " * len(match.group()), masked)


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences; a line break ends one."""
    spans, start = [], 0
    for match in words.SENTENCE_END.finditer(text):
        spans.append((start, match.end()))
        start = match.end()
    return [*spans, (start, len(text))] if start < len(text) else spans
