"""A draft as a reviewer sees it: text, evidence, findings at their place, history, last year beside it."""

from __future__ import annotations

from datetime import date

from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import DraftView, EvidenceView, LastYearView, ParagraphView, SimilarView, VersionView


def open_draft(record: Record, actor: Actor, draft_id: int, *, today: date | None = None) -> DraftView:
    """A draft as it reads now, in one go.

    Raises:
        NotFound: not there, or of another unit.
    """
    raise NotImplementedError


def current_draft(record: Record, actor: Actor, unit_id: int, year: int) -> int | None:
    """The id of the unit's draft that is not superseded; None if there is none.

    Raises:
        NotFound: not one's own unit.
    """
    raise NotImplementedError


def paragraph(record: Record, actor: Actor, paragraph_id: int) -> ParagraphView:
    """One paragraph as it stands.

    Raises:
        NotFound: not there, or of another unit.
    """
    raise NotImplementedError


def evidence(record: Record, actor: Actor, draft_id: int, sentence_id: int) -> EvidenceView:
    """What a sentence rests on: cells at their place in the table, formulas, notes, provisions, precedents.

    Raises:
        NotFound: not there, of another draft or of another unit.
    """
    raise NotImplementedError


def history(record: Record, actor: Actor, paragraph_id: int) -> tuple[VersionView, ...]:
    """All versions of a paragraph, newest first, each with its difference from the one before.

    Raises:
        NotFound: not there, or of another unit.
    """
    raise NotImplementedError


def last_year_text(record: Record, actor: Actor, draft_id: int) -> LastYearView:
    """The draft beside last year's report, part by part: from the record, an upload, or the library, in this order.

    Raises:
        NotFound: not there, or of another unit.
    """
    raise NotImplementedError


def similar(record: Record, actor: Actor, draft_id: int) -> SimilarView:
    """Likeness with last year's report, with other units the reader may see, and within the draft (family SIM).

    Raises:
        NotFound: not there, or of another unit.
    """
    raise NotImplementedError
