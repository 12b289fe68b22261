"""What people do to paragraphs: edit, accept, reject, reopen, restore. Every step adds a version or a decision."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.drafting.draft import Sentence
from assistant.errors import InputError
from assistant.review import audit
from assistant.review.access import draft_for, names_of, paragraph_for
from assistant.review.editing import edited, typed
from assistant.review.engine import Record
from assistant.review.errors import Conflict, NotFound
from assistant.review.faultpoints import reached
from assistant.review.judging import findings_of, judge, note_findings
from assistant.review.present import Head, Present, heads_of, load, sentence_of
from assistant.review.rights import Actor
from assistant.review.schema import DraftRow, ParagraphRow, ParagraphVersionRow, SentenceRow
from assistant.review.showing import paragraph_views
from assistant.review.versions import add_decision, add_version, begin_review, drop_unsaved, keep_unsaved
from assistant.review.views import AcceptAllResult, EditResult

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
    before = _before(record, actor, "edit", paragraph_id)
    seen = before.head(paragraph_id)
    sentences = edited(seen.sentences, clean, before.material, seen.part) if seen.number == base_number else ()
    conflict = None
    with record.write() as session:
        row, draft = paragraph_for(session, actor, "edit", paragraph_id, open_only=True)
        head = _head_in(session, row)
        changed = head.number == base_number
        if not changed and not _same_edit(head, actor, base_number, clean):
            keep_unsaved(session, actor.user_id, paragraph_id, base_number, clean)
            conflict = _conflict(session, head, clean)
        elif changed:
            number = _save_edit(session, actor, draft, head, clean, sentences)
            drop_unsaved(session, actor.user_id, paragraph_id)
            audit.note(session, actor, "edit", "paragraph", paragraph_id, {"draft": draft.id, "version": number})
            reached("edit.written")
    if conflict is not None:
        raise conflict
    reached("edit.saved")
    return _result(record, actor, paragraph_id, before, changed)


def _save_edit(session: Session, actor: Actor, draft: DraftRow, head: Head, text: str, sentences: tuple[Sentence, ...]) -> int:
    """Add the version, unless the text is as it was, and the decision that goes with it; the version's number."""
    begin_review(draft)
    if text == head.text:
        if head.state != "accepted":
            add_decision(session, head.id, head.version_id, "accept", actor.user_id)
        return head.number
    version = add_version(
        session,
        head.id,
        head.number + 1,
        sentences,
        "edited",
        actor.user_id,
        from_version=head.version_id,
        made_from=draft.fingerprint,
    )
    add_decision(session, head.id, version.id, "accept", actor.user_id)
    return version.number


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
    before = _before(record, actor, "decide", paragraph_id)
    with record.write() as session:
        row, draft = paragraph_for(session, actor, "decide", paragraph_id, open_only=True)
        head = _head_in(session, row)
        if head.number != number:
            raise _conflict(session, head, "", _LOOK)
        wanted = {"accept": "accepted", "reject": "rejected", "reopen": "undecided"}[kind]
        changed = head.state != wanted
        if changed:
            add_decision(session, head.id, head.version_id, kind, actor.user_id, reason)
            begin_review(draft)
            audit.note(session, actor, kind, "paragraph", paragraph_id, {"draft": draft.id, "version": head.number})
            reached("decide.written")
    reached("decide.saved")
    return _result(record, actor, paragraph_id, before, changed)


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
            raise _stale()
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
    before = _before(record, actor, "edit", paragraph_id)
    with record.write() as session:
        row, draft = paragraph_for(session, actor, "edit", paragraph_id, open_only=True)
        head = _head_in(session, row)
        old = _version(session, paragraph_id, number)
        if old.id == head.version_id:
            raise InputError(f"第 {number} 版就是现在的文字", remedy="不用恢复")
        changed = head.number == base_number
        if not changed and not _same_restoring(session, head, actor, base_number, old):
            raise _conflict(session, head, "", _LOOK)
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
    return _result(record, actor, paragraph_id, before, changed)


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


def _before(record: Record, actor: Actor, action: str, paragraph_id: int) -> Present:
    with record.read() as session:
        _row, draft = paragraph_for(session, actor, action, paragraph_id, open_only=True)
        present = load(session, draft)
    present.head(paragraph_id)
    return present


def _head_in(session: Session, row: ParagraphRow) -> Head:
    if row.retired_at is not None:
        raise NotFound("这一段已经不在稿中", remedy="它所在的部分已重新起草，请刷新页面")
    return heads_of(session, [row])[0]


def _conflict(session: Session, head: Head, own_text: str, remedy: str = "") -> Conflict:
    conflict = Conflict(head.number, head.text, own_text, head_by=names_of(session, [head.by])[head.by])
    if remedy:
        conflict.remedy = remedy
    return conflict


def _stale() -> Conflict:
    conflict = Conflict(0, "", "")
    conflict.what, conflict.remedy = "这份稿刚被别人改过", "这次没有改动；请刷新，看过新的内容再做"
    return conflict


def _result(record: Record, actor: Actor, paragraph_id: int, before: Present, changed: bool) -> EditResult:
    """How things stand after a deed, read anew."""
    with record.read() as session:
        _row, draft = paragraph_for(session, actor, "view", paragraph_id)
        judged = judge(session, load(session, draft))
        view = paragraph_views(session, actor, judged, only=[paragraph_id])[0]
    found = findings_of(judged.present)
    note_findings(record, judged.present, found)
    was = {each.fingerprint: None for each in findings_of(before)}
    now = {each.fingerprint: None for each in found}
    return EditResult(
        paragraph=view,
        findings=judged.findings,
        counts=judged.counts,
        stamp=judged.present.stamp,
        appeared=tuple(mark for mark in now if mark not in was),
        gone=tuple(mark for mark in was if mark not in now),
        changed=changed,
    )
