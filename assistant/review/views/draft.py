"""A draft as it reads now, and what a deed on it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.drafting.draft import Hint
from assistant.review.views.findings import FindingView
from assistant.review.views.tables import TableView

DraftState = Literal["draft", "review", "final", "superseded"]

DRAFT_STATES: dict[DraftState, str] = {"draft": "草稿", "review": "审阅中", "final": "已定稿", "superseded": "已被新稿代替"}

ParagraphState = Literal["undecided", "accepted", "rejected"]

PARAGRAPH_STATES: dict[ParagraphState, str] = {"undecided": "未决定", "accepted": "已采用", "rejected": "已退回"}

WRITERS: dict[str, str] = {"offline": "离线写作", "model": "模型写作", "person": "人工"}


@dataclass(frozen=True, slots=True)
class PieceView:
    """A stretch of a sentence as printed; ``slot`` is the fact key for what a slot prints, empty for words."""

    text: str
    slot: str = ""


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence; ``start``/``end`` count characters in the paragraph's text. ``gap`` names what is missing."""

    id: int
    position: int
    text: str
    rendered: str
    pieces: tuple[PieceView, ...]
    sources: tuple[str, ...]
    writer: str
    gap: str | None
    start: int
    end: int
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommentView:
    """A remark on a draft or a paragraph."""

    id: int
    paragraph_id: int | None
    text: str
    by: str
    at: datetime
    resolved_by: str = ""
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParagraphView:
    """A paragraph in its newest version.

    ``number`` is the version's number (hand it back with an edit or a decision), ``versions`` how many there are; ``why``,
    ``by`` and ``at`` tell of the newest one (``by`` empty for the program). ``unsaved`` is what the reader was typing when the
    page was left, with the version it was typed on in ``unsaved_base``. ``findings`` are fingerprints. ``rejected`` ones are
    left out of the text that is checked and exported.
    """

    id: int
    part: str
    position: int
    heading: str
    number: int
    versions: int
    state: ParagraphState
    text: str
    sentences: tuple[SentenceView, ...]
    findings: tuple[str, ...]
    gaps: int
    suggestions: int
    comments: tuple[CommentView, ...]
    why: str
    by: str
    at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    decided_why: str = ""
    unsaved: str | None = None
    unsaved_base: int | None = None

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return PARAGRAPH_STATES[self.state]


@dataclass(frozen=True, slots=True)
class PartView:
    """A narrative part with its paragraphs; ``findings`` are those of the part as a whole."""

    key: str
    heading: str
    paragraphs: tuple[ParagraphView, ...]
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionView:
    """One of the six sections in printed order (``key`` ``preface`` comes first, without heading): a table, or parts."""

    key: str
    heading: str
    parts: tuple[PartView, ...]
    table: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How a draft stands: findings that are not ruled on, paragraphs by state, gap marks, open suggestions and comments."""

    errors: int = 0
    warnings: int = 0
    infos: int = 0
    unknown: int = 0
    ruled: int = 0
    paragraphs: int = 0
    undecided: int = 0
    accepted: int = 0
    rejected: int = 0
    gaps: int = 0
    suggestions: int = 0
    comments: int = 0


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as it reads now.

    ``stamp`` changes with every version and decision: hand it to :func:`accept_all` and :func:`sign`. ``content`` is the
    fingerprint of the accepted text. ``may`` holds the actions the reader may take here.
    """

    id: int
    unit_id: int
    unit: str
    year: int
    number: int
    title: str
    form: str
    state: DraftState
    writer: str
    model: str
    fingerprint: str
    stamp: str
    content: str
    at: datetime
    by: str
    sections: tuple[SectionView, ...]
    tables: tuple[TableView, ...]
    findings: tuple[FindingView, ...]
    comments: tuple[CommentView, ...]
    hints: tuple[Hint, ...]
    counts: Counts
    submission_id: int
    newer_data: bool = False
    may: frozenset[str] = frozenset()

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return DRAFT_STATES[self.state]

    def paragraphs(self) -> tuple[ParagraphView, ...]:
        """All paragraphs in printed order."""
        return tuple(each for section in self.sections for part in section.parts for each in part.paragraphs)


@dataclass(frozen=True, slots=True)
class EditResult:
    """What came of an edit, a decision or a restored version: the paragraph as saved, and how the draft stands now.

    ``findings`` are all of the draft's; ``appeared`` and ``gone`` are fingerprints against before. ``changed`` is false when
    the same had been done already (a click replayed).
    """

    paragraph: ParagraphView
    findings: tuple[FindingView, ...]
    counts: Counts
    stamp: str
    appeared: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: bool = True


@dataclass(frozen=True, slots=True)
class AcceptAllResult:
    """What :func:`accept_all` did: how many were accepted, and which were left with why (gap marks, error findings)."""

    accepted: int
    left: tuple[tuple[int, str], ...]
    counts: Counts
    stamp: str
