"""What people do to paragraphs: edit, accept, reject, reopen, restore. Every step adds a version or a decision."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.drafting.draft import Sentence
from assistant.errors import InputError
from assistant.review import audit
from assistant.review.access import draft_for, paragraph_for
from assistant.review.editing import edited, typed
from assistant.review.engine import Record
from assistant.review.errors import NotFound
from assistant.review.faultpoints import reached
from assistant.review.judging import judge
from assistant.review.outcome import before_deed, conflict_with, head_in, outcome, stale
from assistant.review.present import Head, load, sentence_of
from assistant.review.rights import Actor
from assistant.review.schema import DraftRow, ParagraphVersionRow, SentenceRow
from assistant.review.versions import add_decision, add_version, begin_review, drop_unsaved, keep_unsaved
from assistant.review.views.draft import AcceptAllResult, EditResult

_LOOK = "请看过新的内容再决定"
_LONGEST_REASON = 1000
Decision = Literal["accept", "reject", "reopen"]


def edit(record: Record, actor: Actor, paragraph_id: int, base_number: int, text: str) -> EditResult:
    """Save a paragraph as typed; it counts as accepted by the person. The same edit sent twice is one.

    Args:
        record, actor, paragraph_id: who edits what.
        base_number: the version that was edited (``ParagraphView.number``).
        text: the paragraph as it should print; line breaks part it.

    Raises:
        Conflict: somebody else saved a newer version; nothing is overwritten, the typed text is kept as unsaved.
        InputError: the text is empty, too long, or has signs that cannot be printed.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    clean = typed(text)
    before = before_deed(record, actor, "edit", paragraph_id)
    seen = before.head(paragraph_id)
    sentences = edited(seen.sentences, clean, before.material, seen.part) if seen.number == base_number else ()
    conflict = None
    with record.write() as session:
        row, draft = paragraph_for(session, actor, "edit", paragraph_id, open_only=True)
        head = head_in(session, row)
        changed = False
        if head.number == base_number:
            changed = _save_edit(session, actor, draft, head, clean, sentences)
            drop_unsaved(session, actor.user_id, paragraph_id)
            reached("edit.written")
        elif not _same_edit(head, actor, base_number, clean):
            keep_unsaved(session, actor.user_id, paragraph_id, base_number, clean)
            conflict = conflict_with(session, head, clean)
    if conflict is not None:
        raise conflict
    reached("edit.saved")
    return outcome(record, actor, paragraph_id, before, changed)


def _save_edit(session: Session, actor: Actor, draft: DraftRow, head: Head, text: str, sentences: tuple[Sentence, ...]) -> bool:
    """Add the version, unless the text is as it was, and the decision that goes with it; whether there was anything to add."""
    if text == head.text and head.state == "accepted":
        return False
    begin_review(draft)
    version_id, number = head.version_id, head.number
    if text != head.text:
        number += 1
        version = add_version(
            session, head.id, number, sentences, "edited", actor.user_id, from_version=version_id, made_from=draft.fingerprint
        )
        version_id = version.id
    add_decision(session, head.id, version_id, "accept", actor.user_id)
    audit.note(session, actor, "edit", "paragraph", head.id, {"draft": draft.id, "version": number})
    return True


def _same_edit(head: Head, actor: Actor, base_number: int, text: str) -> bool:
    """Whether the newest version is this very edit, sent before."""
    return head.number == base_number + 1 and head.by == actor.user_id and head.why == "edited" and head.text == text


def keep_typing(record: Record, actor: Actor, paragraph_id: int, base_number: int, text: str) -> None:
    """Keep what somebody is typing, so that a reload loses nothing; never part of the draft. Arguments as for :func:`edit`.

    Raises:
        InputError: the text is too long.
        NotFound, Refused: not there or not one's own, or no right.
    """
    if text.strip():
        typed(text)
    with record.write() as session:
        paragraph_for(session, actor, "edit", paragraph_id)
        keep_unsaved(session, actor.user_id, paragraph_id, base_number, text)


def drop_typing(record: Record, actor: Actor, paragraph_id: int) -> None:
    """Throw away what one was typing in a paragraph.

    Raises:
        NotFound, Refused: not there or not one's own, or no right.
    """
    with record.write() as session:
        paragraph_for(session, actor, "edit", paragraph_id)
        drop_unsaved(session, actor.user_id, paragraph_id)


def accept(record: Record, actor: Actor, paragraph_id: int, number: int) -> EditResult:
    """Accept a paragraph in the version seen. Done twice it is one decision.

    Raises:
        Conflict: there is a newer version than ``number``.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    return _decide(record, actor, paragraph_id, number, "accept", "")


def reject(record: Record, actor: Actor, paragraph_id: int, number: int, reason: str = "") -> EditResult:
    """Reject a paragraph in the version seen: it is left out of the text that is checked and exported. As :func:`accept`."""
    return _decide(record, actor, paragraph_id, number, "reject", reason.strip()[:_LONGEST_REASON])


def reopen(record: Record, actor: Actor, paragraph_id: int, number: int) -> EditResult:
    """Take a decision back. As :func:`accept`."""
    return _decide(record, actor, paragraph_id, number, "reopen", "")


def _decide(record: Record, actor: Actor, paragraph_id: int, number: int, kind: Decision, reason: str) -> EditResult:
    before = before_deed(record, actor, "decide", paragraph_id)
    with record.write() as session:
        row, draft = paragraph_for(session, actor, "decide", paragraph_id, open_only=True)
        head = head_in(session, row)
        if head.number != number:
            raise conflict_with(session, head, "", _LOOK)
        wanted = {"accept": "accepted", "reject": "rejected", "reopen": "undecided"}[kind]
        changed = head.state != wanted
        if changed:
            add_decision(session, head.id, head.version_id, kind, actor.user_id, reason)
            begin_review(draft)
            audit.note(session, actor, kind, "paragraph", paragraph_id, {"draft": draft.id, "version": head.number})
            reached("decide.written")
    reached("decide.saved")
    return outcome(record, actor, paragraph_id, before, changed)


def accept_all(record: Record, actor: Actor, draft_id: int, stamp: str) -> AcceptAllResult:
    """Accept every undecided paragraph that has neither gap mark nor error finding.

    Args:
        record, actor, draft_id: who, what.
        stamp: ``DraftView.stamp`` as seen.

    Raises:
        Conflict: the draft changed since it was seen.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    with record.read() as session:
        seen = load(session, draft_for(session, actor, "decide", draft_id, open_only=True))
        judged = judge(session, seen)
    wrong = {each.paragraph_id for each in judged.findings if each.blocking}
    accepted = 0
    left: list[tuple[int, str]] = []
    with record.write() as session:
        draft = draft_for(session, actor, "decide", draft_id, open_only=True)
        present = load(session, draft)
        if present.stamp != stamp or seen.stamp != stamp:
            raise stale()
        for head in present.heads:
            if head.state != "undecided":
                continue
            if any(each.gap for each in head.sentences):
                left.append((head.id, "有待补内容"))
            elif head.id in wrong:
                left.append((head.id, "有错误意见"))
            else:
                add_decision(session, head.id, head.version_id, "accept", actor.user_id)
                accepted += 1
        if accepted:
            begin_review(draft)
            audit.note(session, actor, "accept all", "draft", draft_id, {"paragraphs": accepted, "left": len(left)})
        reached("accept_all.written")
    with record.read() as session:
        after = judge(session, load(session, draft_for(session, actor, "view", draft_id)))
    return AcceptAllResult(accepted, tuple(left), after.counts, after.present.stamp)


def restore(record: Record, actor: Actor, paragraph_id: int, base_number: int, number: int) -> EditResult:
    """Bring an earlier version back as a new one, undecided; slots and sources as they were.

    Args:
        record, actor, paragraph_id: who, what.
        base_number: the newest version as seen.
        number: the version to bring back.

    Raises:
        Conflict: there is a newer version than ``base_number``.
        InputError: it is the newest version already.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    before = before_deed(record, actor, "edit", paragraph_id)
    with record.write() as session:
        row, draft = paragraph_for(session, actor, "edit", paragraph_id, open_only=True)
        head = head_in(session, row)
        old = _version(session, paragraph_id, number)
        if old.id == head.version_id:
            raise InputError(f"第 {number} 版就是现在的文字", remedy="不用恢复")
        changed = head.number == base_number
        if not changed and not _same_restoring(session, head, actor, base_number, old):
            raise conflict_with(session, head, "", _LOOK)
        if changed:
            found = select(SentenceRow).where(SentenceRow.version_id == old.id).order_by(SentenceRow.position)
            sentences = [sentence_of(each) for each in session.execute(found).scalars()]
            add_version(
                session,
                paragraph_id,
                head.number + 1,
                sentences,
                "restored",
                actor.user_id,
                from_version=old.id,
                made_from=draft.fingerprint,
            )
            begin_review(draft)
            detail = {"draft": draft.id, "version": head.number + 1, "from": number}
            audit.note(session, actor, "restore", "paragraph", paragraph_id, detail)
            reached("restore.written")
    return outcome(record, actor, paragraph_id, before, changed)


def _same_restoring(session: Session, head: Head, actor: Actor, base_number: int, old: ParagraphVersionRow) -> bool:
    """Whether the newest version is this very restoring, asked for before."""
    if head.number != base_number + 1 or head.by != actor.user_id or head.why != "restored":
        return False
    return session.get_one(ParagraphVersionRow, head.version_id).from_version_id == old.id


def _version(session: Session, paragraph_id: int, number: int) -> ParagraphVersionRow:
    wanted = select(ParagraphVersionRow).where(
        ParagraphVersionRow.paragraph_id == paragraph_id, ParagraphVersionRow.number == number
    )
    found = session.execute(wanted).scalar_one_or_none()
    if found is None:
        raise NotFound("没有这一版", remedy="请从这一段的历史里选")
    return found
