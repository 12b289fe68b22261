"""What a unit handed in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from assistant.review.views.findings import FindingView
from assistant.review.views.tables import TableView
from assistant.submission.model import Submission


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure found in a text: its span, fact key, value as a slot prints it, count word."""

    start: int
    end: int
    key: str
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class NoteView:
    """A text of the submission (note, problem, measure, follow-up) with the figures found in it."""

    id: str
    label: str
    text: str
    figures: tuple[FigureView, ...]
    aspect: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """What a unit handed in for a year, as last saved, with last year beside it and findings per cell.

    ``number`` 0 means that nothing was saved yet: tables are blank. ``last_year`` says where last year's figures come from
    (empty when there are none). ``content`` is the saved submission.
    """

    unit_id: int
    unit: str
    year: int
    number: int
    form: str
    kind: str
    tables: tuple[TableView, ...]
    notes: tuple[NoteView, ...]
    problems: tuple[NoteView, ...]
    improvements: tuple[NoteView, ...]
    follow_ups: tuple[NoteView, ...]
    findings: tuple[FindingView, ...]
    content: Submission | None = None
    aspects: dict[str, str] = field(default_factory=dict)
    last_year: str = ""
    origin: str = ""
    file: str = ""
    by: str = ""
    at: datetime | None = None
