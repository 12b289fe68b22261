"""Drafts and parts as written, put into the record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.drafting.assemble import Drafted
from assistant.drafting.draft import Paragraph, Part, Sentence
from assistant.errors import InputError
from assistant.language.text import similarity
from assistant.review.judging import write_findings
from assistant.review.present import Head, heads_of
from assistant.review.schema import DraftRow, ParagraphRow
from assistant.review.versions import add_version

_FRAME = frozenset({"year", "year.prev", "year.next", "unit"})
_ALIKE = 0.5


def add_draft(session: Session, unit_id: int, year: int, submission_id: int, drafted: Drafted, by: int | None) -> DraftRow:
    """Put a new draft into the record; the unit's present one is superseded.

    Args:
        session: of a write.
        unit_id, year, submission_id: whose, which, from what.
        drafted: the draft.
        by: who asked for it; None for a batch.

    Raises:
        InputError: the present draft is final.
    """
    older = session.execute(select(DraftRow).where(DraftRow.unit_id == unit_id, DraftRow.year == year)).scalars().all()
    for row in older:
        if row.state == "final":
            raise InputError("这一年度的报告已经定稿", remedy="确要重新起草，请审核人先撤回定稿；原稿没有改动")
    for row in older:
        row.state = "superseded"
    draft = drafted.draft
    row = DraftRow(
        unit_id=unit_id,
        year=year,
        number=max((each.number for each in older), default=0) + 1,
        submission_id=submission_id,
        writer=draft.writer,
        model=draft.model,
        prompts=draft.prompts,
        fingerprint=draft.fingerprint,
        brief=draft.brief.model_dump(mode="json"),
        content=draft.model_dump(mode="json"),
        state="draft",
        by=by,
        at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    for part in draft.parts:
        for position, paragraph in enumerate(part.paragraphs):
            _add_paragraph(session, row, part.key, position, paragraph, "drafted", draft.fingerprint)
    write_findings(session, row.id, draft.findings)
    return row


def _add_paragraph(
    session: Session,
    draft: DraftRow,
    part: str,
    position: int,
    paragraph: Paragraph,
    why: str,
    fingerprint: str,
) -> ParagraphRow:
    row = ParagraphRow(draft_id=draft.id, part=part, position=position, heading=paragraph.heading)
    session.add(row)
    session.flush()
    add_version(session, row.id, 1, paragraph.sentences, why, None, made_from=fingerprint)
    return row


def merge_part(session: Session, draft: DraftRow, part: Part, fingerprint: str) -> dict[str, int]:
    """Put a part drafted again into a draft: decided paragraphs stay, the others are renewed, added or retired.

    Args:
        session: of a write.
        draft: the draft.
        part: the part as written again.
        fingerprint: of what it was written from.

    Returns:
        How many paragraphs were ``kept``, ``renewed``, ``added`` and ``retired``.
    """
    wanted = select(ParagraphRow).where(
        ParagraphRow.draft_id == draft.id, ParagraphRow.part == part.key, ParagraphRow.retired_at.is_(None)
    )
    rows = {row.id: row for row in session.execute(wanted.order_by(ParagraphRow.position, ParagraphRow.id)).scalars()}
    heads = heads_of(session, list(rows.values()))
    pairs = _paired(heads, part.paragraphs)
    taken = {head.id for head in pairs if head is not None}
    done = {"kept": 0, "renewed": 0, "added": 0, "retired": 0}
    for head in heads:
        if head.state == "undecided" and head.id not in taken:
            rows[head.id].retired_at = datetime.now(UTC)
            done["retired"] += 1
    order: list[ParagraphRow] = [rows[head.id] for head in heads if rows[head.id].retired_at is None]
    at = 0
    for pair, paragraph in zip(pairs, part.paragraphs, strict=True):
        if pair is None:
            new = _add_paragraph(session, draft, part.key, at, paragraph, "redrafted", fingerprint)
            order.insert(at, new)
            done["added"] += 1
            at += 1
            continue
        at = order.index(rows[pair.id]) + 1
        if pair.state == "undecided" and pair.text != paragraph.text:
            why, number = "redrafted", pair.number + 1
            add_version(
                session, pair.id, number, paragraph.sentences, why, None, from_version=pair.version_id, made_from=fingerprint
            )
            done["renewed"] += 1
    for position, row in enumerate(order):
        row.position = position
    done["kept"] = sum(head.state != "undecided" for head in heads)
    return done


def _paired(heads: Sequence[Head], paragraphs: Sequence[Paragraph]) -> list[Head | None]:
    """For each new paragraph the present one that says the same thing: the same sources, else nearly the same words."""
    free = list(heads)
    found: list[Head | None] = []
    for paragraph in paragraphs:
        own = _rests_on(paragraph.sentences)
        scored = [(_likeness(own, paragraph.text, head), -place, head) for place, head in enumerate(free)]
        best = max(scored, key=lambda item: item[:2], default=None)
        if best is None or best[0] < _ALIKE:
            found.append(None)
            continue
        found.append(best[2])
        free.remove(best[2])
    return found


def _likeness(own: set[str], text: str, head: Head) -> float:
    other = _rests_on(head.sentences)
    common = len(own & other) / len(own | other) if own | other else 0.0
    return max(common, similarity(text, head.text))


def _rests_on(sentences: Sequence[Sentence]) -> set[str]:
    return {key for each in sentences for key in each.sources} - _FRAME
