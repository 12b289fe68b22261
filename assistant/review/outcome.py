"""What goes before and after every deed on a paragraph: how the draft stood, what it came to, who was first."""

from __future__ import annotations

from sqlalchemy.orm import Session

from assistant.review.access import names_of, paragraph_for
from assistant.review.engine import Record
from assistant.review.errors import Conflict, NotFound
from assistant.review.judging import findings_of, judge, note_findings
from assistant.review.present import Head, Present, heads_of, load
from assistant.review.rights import Actor
from assistant.review.schema import ParagraphRow
from assistant.review.showing import paragraph_views
from assistant.review.views.draft import EditResult


def before_deed(record: Record, actor: Actor, action: str, paragraph_id: int) -> Present:
    """The draft as it stands, if the actor may do this to the paragraph.

    Raises:
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    with record.read() as session:
        _row, draft = paragraph_for(session, actor, action, paragraph_id, open_only=True)
        present = load(session, draft)
    present.head(paragraph_id)
    return present


def head_in(session: Session, row: ParagraphRow) -> Head:
    """The newest version of a paragraph, inside a write.

    Raises:
        NotFound: its part was drafted again without it.
    """
    if row.retired_at is not None:
        raise NotFound("这一段已经不在稿中", remedy="它所在的部分已重新起草，请刷新页面")
    return heads_of(session, [row])[0]


def conflict_with(session: Session, head: Head, own_text: str, remedy: str = "") -> Conflict:
    """That somebody else was first; ``remedy`` says what to do where nothing was typed."""
    return Conflict(head.number, head.text, own_text, head_by=names_of(session, [head.by])[head.by], remedy=remedy)


def stale(remedy: str = "这次没有改动；请刷新，看过新的内容再做") -> Conflict:
    """That the draft as a whole is not what the person saw."""
    return Conflict(0, "", "", what="这份稿刚被改过", remedy=remedy)


def outcome(record: Record, actor: Actor, paragraph_id: int, before: Present, changed: bool) -> EditResult:
    """How things stand after a deed, read anew."""
    with record.read() as session:
        _row, draft = paragraph_for(session, actor, "view", paragraph_id)
        judged = judge(session, load(session, draft))
        view = paragraph_views(session, actor, judged, only=[paragraph_id])[0]
    found = findings_of(judged.present)
    note_findings(record, judged.present, found)
    was = dict.fromkeys(each.fingerprint for each in findings_of(before))
    now = dict.fromkeys(each.fingerprint for each in found)
    return EditResult(
        paragraph=view,
        findings=judged.findings,
        counts=judged.counts,
        stamp=judged.present.stamp,
        appeared=tuple(mark for mark in now if mark not in was),
        gone=tuple(mark for mark in was if mark not in now),
        changed=changed,
    )
