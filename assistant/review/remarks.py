"""What people say on a draft: rulings on findings, comments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import select

from assistant.errors import InputError
from assistant.review import audit
from assistant.review.access import draft_for
from assistant.review.engine import Record
from assistant.review.errors import NotFound
from assistant.review.judging import judge
from assistant.review.present import load
from assistant.review.rights import Actor
from assistant.review.schema import CommentResolutionRow, CommentRow, ParagraphRow, RulingRow
from assistant.review.showing import comment_views
from assistant.review.views.draft import CommentView
from assistant.review.views.findings import FindingView

_LONGEST = 2000
_AT_ONCE = timedelta(seconds=20)


def rule_on_finding(record: Record, actor: Actor, draft_id: int, fingerprint: str, why: str) -> tuple[FindingView, ...]:
    """Let a finding stand, for as long as its values stay the same; all findings of the draft afterwards. Done twice it is one.

    Raises:
        InputError: no reason, or the draft has no such finding now.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    if not why.strip():
        raise InputError("没有写明理由", remedy="请写明为什么这条意见可以保留")
    return _rule(record, actor, draft_id, fingerprint, "accept", why.strip()[:_LONGEST])


def withdraw_ruling(record: Record, actor: Actor, draft_id: int, fingerprint: str, why: str = "") -> tuple[FindingView, ...]:
    """Take a ruling back. As :func:`rule_on_finding`; no reason is needed."""
    return _rule(record, actor, draft_id, fingerprint, "withdraw", why.strip()[:_LONGEST])


def _rule(
    record: Record, actor: Actor, draft_id: int, fingerprint: str, verdict: Literal["accept", "withdraw"], why: str
) -> tuple[FindingView, ...]:
    with record.read() as session:
        judged = judge(session, load(session, draft_for(session, actor, "rule", draft_id, open_only=True)))
    found = [each for each in judged.findings if each.fingerprint == fingerprint and fingerprint]
    if not found:
        raise InputError("现在的稿子里没有这条意见", remedy="文字或数据改过以后意见会变；请刷新页面")
    if (found[0].ruling is not None) != (verdict == "accept"):
        with record.write() as session:
            draft = draft_for(session, actor, "rule", draft_id, open_only=True)
            session.add(
                RulingRow(
                    draft_id=draft.id, fingerprint=fingerprint, verdict=verdict, why=why, by=actor.user_id, at=datetime.now(UTC)
                )
            )
            detail = {"draft": draft.id, "rule": found[0].rule}
            audit.note(session, actor, "rule" if verdict == "accept" else "withdraw ruling", "finding", fingerprint, detail)
    with record.read() as session:
        return judge(session, load(session, draft_for(session, actor, "view", draft_id))).findings


def comment(record: Record, actor: Actor, draft_id: int, paragraph_id: int | None, text: str) -> CommentView:
    """Remark on a paragraph, or on the draft as a whole (None). The same text by the same person at once is one.

    Raises:
        InputError: the text is empty or too long.
        NotFound, Refused: not there or not one's own, or no right.
    """
    clean = text.strip()
    if not clean or len(clean) > _LONGEST:
        raise InputError("批注没有内容" if not clean else f"批注超过 {_LONGEST} 字", remedy="请改好再存；写的文字还在")
    now = datetime.now(UTC)
    with record.write() as session:
        draft = draft_for(session, actor, "comment", draft_id)
        if paragraph_id is not None:
            row = session.get(ParagraphRow, paragraph_id) if 0 < paragraph_id < 2**63 else None
            if row is None or row.draft_id != draft.id:
                raise NotFound
        same = select(CommentRow).where(
            CommentRow.draft_id == draft.id,
            CommentRow.by == actor.user_id,
            CommentRow.text == clean,
            CommentRow.paragraph_id.is_(None) if paragraph_id is None else CommentRow.paragraph_id == paragraph_id,
            CommentRow.at > now - _AT_ONCE,
        )
        made = session.execute(same.limit(1)).scalar_one_or_none()
        if made is None:
            made = CommentRow(draft_id=draft.id, paragraph_id=paragraph_id, text=clean, by=actor.user_id, at=now)
            session.add(made)
            session.flush()
            audit.note(session, actor, "comment", "comment", made.id, {"draft": draft.id, "paragraph": paragraph_id})
        return next(each for each in comment_views(session, draft.id) if each.id == made.id)


def resolve_comment(record: Record, actor: Actor, comment_id: int) -> CommentView:
    """Mark a comment as dealt with. Done twice it is one.

    Raises:
        NotFound, Refused: not there or not one's own, or no right.
    """
    with record.write() as session:
        row = session.get(CommentRow, comment_id) if 0 < comment_id < 2**63 else None
        if row is None:
            raise NotFound
        draft = draft_for(session, actor, "comment", row.draft_id)
        if session.get(CommentResolutionRow, row.id) is None:
            session.add(CommentResolutionRow(comment_id=row.id, by=actor.user_id, at=datetime.now(UTC)))
            audit.note(session, actor, "resolve", "comment", row.id, {"draft": draft.id})
            session.flush()
        return next(each for each in comment_views(session, draft.id) if each.id == row.id)
