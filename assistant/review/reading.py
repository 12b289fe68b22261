"""A draft as a reviewer sees it: text, evidence, findings at their place, history, last year beside it."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from assistant.review.access import draft_for, names_of, paragraph_for, unit_for
from assistant.review.engine import Record
from assistant.review.errors import NotFound
from assistant.review.grounds import evidence_of
from assistant.review.judging import judge
from assistant.review.likeness import beside, likenesses
from assistant.review.matching import difference
from assistant.review.present import heads_of, load, sentence_of
from assistant.review.rights import Actor
from assistant.review.schema import DecisionRow, ParagraphRow, ParagraphVersionRow, SentenceRow
from assistant.review.showing import draft_view, paragraph_views
from assistant.review.stored import current_draft_row
from assistant.review.views.changes import DecisionView, LastYearView, SimilarView, VersionView
from assistant.review.views.draft import DraftView, ParagraphView
from assistant.review.views.evidence import EvidenceView


def open_draft(record: Record, actor: Actor, draft_id: int) -> DraftView:
    """A draft as it reads now, in one go.

    Raises:
        NotFound: not there, or of another unit.
    """
    with record.read() as session:
        present = load(session, draft_for(session, actor, "view", draft_id))
        return draft_view(session, actor, judge(session, present))


def current_draft(record: Record, actor: Actor, unit_id: int, year: int) -> int | None:
    """The id of the unit's draft that is not superseded; None if there is none.

    Raises:
        NotFound: not one's own unit.
    """
    with record.read() as session:
        unit_for(session, actor, "view", unit_id)
        row = current_draft_row(session, unit_id, year)
        return row.id if row else None


def place_of_draft(record: Record, actor: Actor, draft_id: int) -> tuple[int, int]:
    """The unit (its id) and the year of a draft.

    Raises:
        NotFound: not there, or of another unit.
    """
    with record.read() as session:
        row = draft_for(session, actor, "view", draft_id)
        return row.unit_id, row.year


def paragraph(record: Record, actor: Actor, paragraph_id: int) -> ParagraphView:
    """One paragraph as it stands.

    Raises:
        NotFound: not there, or of another unit.
    """
    with record.read() as session:
        _row, draft = paragraph_for(session, actor, "view", paragraph_id)
        present = load(session, draft)
        present.head(paragraph_id)
        return paragraph_views(session, actor, judge(session, present), only=[paragraph_id])[0]


def evidence(record: Record, actor: Actor, draft_id: int, sentence_id: int) -> EvidenceView:
    """What a sentence rests on: cells at their place in the table, formulas, notes, provisions, precedents.

    Raises:
        NotFound: not there, of another draft or of another unit.
    """
    with record.read() as session:
        draft = draft_for(session, actor, "view", draft_id)
        row = session.get(SentenceRow, sentence_id) if 0 < sentence_id < 2**63 else None
        version = session.get(ParagraphVersionRow, row.version_id) if row else None
        paragraph_row = session.get(ParagraphRow, version.paragraph_id) if version else None
        if row is None or paragraph_row is None or paragraph_row.draft_id != draft.id:
            raise NotFound
        present = load(session, draft)
        return evidence_of(present, paragraph_row, heads_of(session, [paragraph_row])[0], row.id, sentence_of(row))


def history(record: Record, actor: Actor, paragraph_id: int) -> tuple[VersionView, ...]:
    """All versions of a paragraph, newest first, each with its difference from the one before.

    Raises:
        NotFound: not there, or of another unit.
    """
    with record.read() as session:
        row, _draft = paragraph_for(session, actor, "view", paragraph_id)
        wanted = select(ParagraphVersionRow).where(ParagraphVersionRow.paragraph_id == row.id)
        versions = session.execute(wanted.order_by(ParagraphVersionRow.number)).scalars().all()
        sentences: dict[int, list[SentenceRow]] = defaultdict(list)
        found = select(SentenceRow).where(SentenceRow.version_id.in_([each.id for each in versions]))
        for each in session.execute(found.order_by(SentenceRow.position)).scalars():
            sentences[each.version_id].append(each)
        decided = select(DecisionRow).where(DecisionRow.paragraph_id == row.id).order_by(DecisionRow.id)
        decisions = session.execute(decided).scalars().all()
        names = names_of(session, [*(each.by for each in versions), *(each.by for each in decisions)])
    numbers = {each.id: each.number for each in versions}
    views: list[VersionView] = []
    before = ""
    for version in versions:
        text = "".join(each.rendered for each in sentences[version.id])
        views.append(
            VersionView(
                number=version.number,
                why=version.why,
                by=names.get(version.by, ""),
                at=version.at,
                text=text,
                difference=difference(before, text) if views else (),
                decisions=tuple(
                    DecisionView(each.kind, names.get(each.by, ""), each.at, each.reason)  # type: ignore[arg-type]
                    for each in decisions
                    if each.version_id == version.id
                ),
                from_number=numbers.get(version.from_version_id) if version.from_version_id else None,
                fingerprint=version.fingerprint,
                writer="、".join(dict.fromkeys(each.writer for each in sentences[version.id])),
            )
        )
        before = text
    return tuple(reversed(views))


def last_year_text(record: Record, actor: Actor, draft_id: int) -> LastYearView:
    """The draft beside last year's report, part by part: from the record, an upload, or the library, in this order.

    Raises:
        NotFound: not there, or of another unit.
    """
    with record.read() as session:
        present = load(session, draft_for(session, actor, "view", draft_id))
        return beside(record, session, present)


def similar(record: Record, actor: Actor, draft_id: int) -> SimilarView:
    """Likeness with last year's report, with other units the reader may see, and within the draft (family SIM).

    Raises:
        NotFound: not there, or of another unit.
    """
    with record.read() as session:
        present = load(session, draft_for(session, actor, "view", draft_id))
        return likenesses(record, session, actor, present)
