"""What a sentence rests on."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.review.views.data import NoteView
from assistant.review.views.draft import SentenceView
from assistant.review.views.tables import TableView


@dataclass(frozen=True, slots=True)
class FactView:
    """A fact a sentence rests on.

    ``value`` is as printed with direction word and unit; ``formula`` the declared formula in words with its numbers;
    ``cells`` the cells it is computed from (``prev.`` for last year's), ``table`` the table to show; for figures of notes
    ``note`` and the span ``start``/``end`` in that note's text.
    """

    key: str
    kind: str
    label: str
    value: str
    source: str
    formula: str = ""
    cells: tuple[str, ...] = ()
    table: str = ""
    note: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """An article or document a sentence rests on; ``quotable`` is false for our digest, which must not be quoted."""

    key: str
    name: str
    text: str
    source: str
    quotable: bool = False


@dataclass(frozen=True, slots=True)
class PrecedentView:
    """A passage of another report that serves as an example of style."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """What a sentence rests on; ``tables`` are those to show, with the cells of its facts marked; ``gap`` asks what is missing."""

    sentence: SentenceView
    paragraph_id: int
    facts: tuple[FactView, ...]
    notes: tuple[NoteView, ...]
    provisions: tuple[ProvisionView, ...]
    precedents: tuple[PrecedentView, ...]
    tables: tuple[TableView, ...]
    attempts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    gap: str = ""
    missing: tuple[str, ...] = ()
