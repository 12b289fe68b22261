"""Other wordings of a paragraph on a person's instruction, each to be accepted or rejected."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.drafting.assemble import Drafted
from assistant.drafting.draft import Sentence
from assistant.errors import InputError
from assistant.review import audit
from assistant.review.access import names_of, paragraph_for
from assistant.review.engine import Record
from assistant.review.errors import NotFound
from assistant.review.faultpoints import reached
from assistant.review.matching import difference
from assistant.review.outcome import before_deed, conflict_with, head_in, outcome
from assistant.review.present import Head
from assistant.review.rights import Actor
from assistant.review.schema import DraftRow, ParagraphRow, SuggestionRow
from assistant.review.telling import told_to
from assistant.review.versions import add_decision, add_version, begin_review
from assistant.review.views.changes import SuggestionsView, SuggestionView
from assistant.review.views.draft import EditResult
from assistant.review.writing import model_at_hand

_LONGEST = 300


def suggestions(record: Record, actor: Actor, paragraph_id: int) -> SuggestionsView:
    """The open suggestions for a paragraph as it is now.

    Raises:
        NotFound: not there, or of another unit.
    """
    with record.read() as session:
        row, _draft = paragraph_for(session, actor, "view", paragraph_id)
        return _open(session, head_in(session, row))


def ask_suggestions(record: Record, actor: Actor, paragraph_id: int, instruction: str) -> SuggestionsView:
    """Ask for other wordings: from the model, or those of the offline writer where none is configured. Takes seconds.

    Args:
        record, actor, paragraph_id: who, what.
        instruction: what the person wants, such as 更简洁.

    Raises:
        InputError: no instruction, or the paragraph holds a gap mark.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    from assistant.drafting.model.rewrite import wordings

    wanted = instruction.strip()
    if not wanted or len(wanted) > _LONGEST:
        raise InputError("没有写明改写要求" if not wanted else f"改写要求超过 {_LONGEST} 字", remedy="例如：更简洁；按条例用语")
    present = before_deed(record, actor, "edit", paragraph_id)
    head = present.head(paragraph_id)
    drafted = Drafted(present.draft.model_copy(update={"parts": present.parts}), present.material)
    with model_at_hand(present.draft.unit) as (client, library, _why):
        found = wordings(drafted, head.part, head.sentences, wanted, client, library=library)
    group = uuid.uuid4().hex
    with record.write() as session:
        paragraph_for(session, actor, "edit", paragraph_id, open_only=True)
        for each in found.alternatives:
            session.add(
                SuggestionRow(
                    paragraph_id=paragraph_id,
                    base_version_id=head.version_id,
                    group_key=group,
                    instruction=wanted,
                    sentences={"sentences": _plain(each.sentences), "reasons": list(each.reasons)},
                    writer=each.sentences[0].writer if each.sentences else "offline",
                    model=found.model,
                    usage=None,
                    state="open",
                    by=actor.user_id,
                    at=datetime.now(UTC),
                )
            )
        detail = {"draft": present.row.id, "given": len(found.alternatives)}
        audit.note(session, actor, "ask", "paragraph", paragraph_id, detail)
    with record.read() as session:
        row, _draft = paragraph_for(session, actor, "view", paragraph_id)
        return _open(session, head_in(session, row), told_to(actor, found.reason))


def accept_suggestion(record: Record, actor: Actor, suggestion_id: int) -> EditResult:
    """Take a suggestion as the paragraph's new version; like an edit it counts as accepted by the person. Done twice it is one.

    Raises:
        Conflict: the paragraph was changed since the suggestion was made.
        InputError: the suggestion does not hold (a figure, a source), or was rejected.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    paragraph_id = _paragraph_of(record, suggestion_id)
    present = before_deed(record, actor, "edit", paragraph_id)
    with record.write() as session:
        row, paragraph, draft = _row(session, actor, suggestion_id)
        head = head_in(session, paragraph)
        if row.state == "rejected":
            raise InputError("这条建议已经被否决", remedy="需要的话请重新要求改写")
        changed = row.state == "open"
        if changed:
            if head.version_id != row.base_version_id:
                raise conflict_with(session, head, "", "这条建议是按原来的文字提的；请看过新的内容，需要的话重新要求改写")
            sentences, reasons = _read(row)
            if reasons:
                raise InputError(f"这条建议不能采用：{'；'.join(reasons)}", remedy="请选别的建议，或直接修改文字")
            number = head.number + 1
            version = add_version(
                session, head.id, number, sentences, "suggestion", actor.user_id, from_version=head.version_id,
                made_from=draft.fingerprint,
            )  # fmt: skip
            add_decision(session, head.id, version.id, "accept", actor.user_id)
            row.state, row.decided_by, row.decided_at = "accepted", actor.user_id, datetime.now(UTC)
            begin_review(draft)
            detail = {"draft": draft.id, "paragraph": head.id, "version": number}
            audit.note(session, actor, "accept", "suggestion", suggestion_id, detail)
            reached("suggestion.written")
    return outcome(record, actor, paragraph_id, present, changed)


def reject_suggestion(record: Record, actor: Actor, suggestion_id: int) -> SuggestionView:
    """Turn a suggestion down. Done twice it is one.

    Raises:
        InputError: it was accepted already.
        NotFound, Refused: not there or not one's own, or no right.
    """
    with record.write() as session:
        row, paragraph, draft = _row(session, actor, suggestion_id)
        if row.state == "accepted":
            raise InputError("这条建议已经采用", remedy="不想要的话，请恢复这一段的旧版")
        if row.state == "open":
            row.state, row.decided_by, row.decided_at = "rejected", actor.user_id, datetime.now(UTC)
            audit.note(session, actor, "reject", "suggestion", suggestion_id, {"draft": draft.id, "paragraph": paragraph.id})
        return _view(session, row, head_in(session, paragraph))


def _paragraph_of(record: Record, suggestion_id: int) -> int:
    with record.read() as session:
        row = session.get(SuggestionRow, suggestion_id) if 0 < suggestion_id < 2**63 else None
        if row is None:
            raise NotFound
        return row.paragraph_id


def _row(session: Session, actor: Actor, suggestion_id: int) -> tuple[SuggestionRow, ParagraphRow, DraftRow]:
    row = session.get(SuggestionRow, suggestion_id) if 0 < suggestion_id < 2**63 else None
    if row is None:
        raise NotFound
    paragraph, draft = paragraph_for(session, actor, "edit", row.paragraph_id, open_only=True)
    return row, paragraph, draft


def _plain(sentences: Sequence[Sentence]) -> list[dict[str, Any]]:
    return [each.model_dump(mode="json") for each in sentences]


def _read(row: SuggestionRow) -> tuple[tuple[Sentence, ...], tuple[str, ...]]:
    return tuple(Sentence.model_validate(each) for each in row.sentences["sentences"]), tuple(row.sentences["reasons"])


def _open(session: Session, head: Head, message: str = "") -> SuggestionsView:
    wanted = select(SuggestionRow).where(
        SuggestionRow.paragraph_id == head.id, SuggestionRow.base_version_id == head.version_id, SuggestionRow.state == "open"
    )
    rows = session.execute(wanted.order_by(SuggestionRow.id)).scalars().all()
    newest = {row.group_key: row.id for row in rows}
    rows = sorted(rows, key=lambda row: (-newest[row.group_key], row.id))  # the last asked for first, each as it was given
    return SuggestionsView(head.id, tuple(_view(session, row, head) for row in rows), message)


def _view(session: Session, row: SuggestionRow, head: Head) -> SuggestionView:
    sentences, reasons = _read(row)
    text = "".join(each.rendered for each in sentences)
    names = names_of(session, [row.by, row.decided_by])
    return SuggestionView(
        id=row.id,
        paragraph_id=row.paragraph_id,
        group=row.group_key,
        instruction=row.instruction,
        text=text,
        difference=difference(head.text, text),
        state=row.state,  # type: ignore[arg-type]  # the database allows no other word
        writer=row.writer,
        model=row.model,
        by=names.get(row.by, ""),
        at=row.at,
        reasons=reasons,
        may_accept=row.state == "open" and not reasons and row.base_version_id == head.version_id,
        decided_by=names.get(row.decided_by, ""),
    )
