"""Adding to a paragraph: versions, decisions, what somebody is typing. Each is only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from assistant.drafting.draft import Sentence
from assistant.review.schema import DecisionRow, DraftRow, ParagraphVersionRow, SentenceRow, UnsavedRow
from assistant.review.stored import digest


def add_version(
    session: Session,
    paragraph_id: int,
    number: int,
    sentences: Sequence[Sentence],
    why: str,
    by: int | None,
    *,
    from_version: int | None = None,
    made_from: str = "",
) -> ParagraphVersionRow:
    """Add a version of a paragraph.

    Args:
        session: of a write.
        paragraph_id, number: which paragraph, and the version's number.
        sentences: what it says.
        why: ``drafted``, ``edited``, ``suggestion``, ``restored`` or ``redrafted``.
        by: who; None for the program.
        from_version: the version it came from.
        made_from: fingerprint of inputs, prompts and model.
    """
    version = ParagraphVersionRow(
        paragraph_id=paragraph_id,
        number=number,
        why=why,
        from_version_id=from_version,
        fingerprint=digest(made_from, [(each.text, each.rendered) for each in sentences]),
        by=by,
        at=datetime.now(UTC),
    )
    session.add(version)
    session.flush()
    session.add_all(
        SentenceRow(
            version_id=version.id,
            position=position,
            text=each.text,
            rendered=each.rendered,
            sources=list(each.sources),
            writer=each.writer,
            gap=each.gap,
            attempts=[attempt.model_dump(mode="json") for attempt in each.attempts],
        )
        for position, each in enumerate(sentences)
    )
    return version


def add_decision(session: Session, paragraph_id: int, version_id: int, kind: str, by: int, reason: str = "") -> None:
    """Add a decision on a version of a paragraph."""
    session.add(
        DecisionRow(paragraph_id=paragraph_id, version_id=version_id, kind=kind, reason=reason, by=by, at=datetime.now(UTC))
    )


def keep_unsaved(session: Session, user_id: int, paragraph_id: int, base: int, text: str) -> None:
    """Keep what somebody is typing in a paragraph, in the place of what was kept before."""
    row = session.get(UnsavedRow, (user_id, paragraph_id))
    if row is None:
        row = UnsavedRow(user_id=user_id, paragraph_id=paragraph_id)
        session.add(row)
    row.base_number, row.text, row.at = base, text, datetime.now(UTC)


def drop_unsaved(session: Session, user_id: int, paragraph_id: int) -> None:
    """Forget what somebody was typing in a paragraph."""
    row = session.get(UnsavedRow, (user_id, paragraph_id))
    if row is not None:
        session.delete(row)


def begin_review(row: DraftRow) -> None:
    """The first deed on a fresh draft makes it one under review."""
    if row.state == "draft":
        row.state = "review"
