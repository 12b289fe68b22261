"""Sign-off: what hinders, signing with or without a reason, taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.review import audit
from assistant.review.access import draft_for, names_of
from assistant.review.engine import Record
from assistant.review.errors import Refused
from assistant.review.faultpoints import reached
from assistant.review.judging import Judged, judge
from assistant.review.outcome import stale
from assistant.review.present import load
from assistant.review.rights import Actor, may
from assistant.review.schema import SignoffRow
from assistant.review.stored import newest_submission_id
from assistant.review.views.final import Hindrance, ReadinessView, SignoffView

_LONGEST = 2000
_HEAD = 24


def readiness(record: Record, actor: Actor, draft_id: int) -> ReadinessView:
    """What keeps a draft from being final: error findings, gap marks, undecided paragraphs, data changed since.

    Raises:
        NotFound: not there, or of another unit.
    """
    with record.read() as session:
        judged = judge(session, load(session, draft_for(session, actor, "view", draft_id)))
        return _view(session, actor, judged)


def sign(record: Record, actor: Actor, draft_id: int, stamp: str, reason: str = "") -> ReadinessView:
    """Sign a draft off: it is final and closed to edits. Signed twice as seen it is one.

    Args:
        record, actor, draft_id: who, what.
        stamp: ``ReadinessView.stamp`` as seen.
        reason: needed when something hinders; recorded with what hindered.

    Raises:
        Conflict: the draft changed since it was seen.
        InputError: something hinders and no reason is given.
        NotFound, Refused: not there or not one's own, or no right (drafters do not sign), or the draft is superseded.
    """
    with record.read() as session:
        judge(session, load(session, draft_for(session, actor, "sign", draft_id)))
    why = reason.strip()[:_LONGEST]
    with record.write() as session:
        draft = draft_for(session, actor, "sign", draft_id)
        if draft.state == "superseded":
            raise Refused("这份稿已被新稿代替，不能定稿", remedy="请从工作台打开新稿")
        judged = judge(session, load(session, draft))
        present = judged.present
        if draft.state == "final":
            if not _signed_by(session, actor, draft_id, present.content):
                raise Refused("这份稿已经定稿", remedy="不用再定")
        else:
            if present.stamp != stamp:
                raise stale("没有定稿；请刷新，看过新的内容再定")
            hindrances = list(_hindrances(session, judged))
            if hindrances and not why:
                what = f"还有 {len(hindrances)} 处没有处理完，不能直接定稿"
                raise InputError(what, remedy="请先处理；确要定稿，请写明理由")
            noted = [{"kind": each.kind, "text": each.text, "fingerprint": each.fingerprint} for each in hindrances]
            session.add(
                SignoffRow(
                    draft_id=draft.id, kind="sign", reason=why or None, fingerprint=present.content, findings=noted,
                    by=actor.user_id, at=datetime.now(UTC),
                )
            )  # fmt: skip
            draft.state = "final"
            detail = {"fingerprint": present.content, "hindrances": len(hindrances), "with reason": bool(why)}
            audit.note(session, actor, "sign", "draft", draft.id, detail)
            reached("sign.written")
    return readiness(record, actor, draft_id)


def withdraw(record: Record, actor: Actor, draft_id: int, reason: str) -> ReadinessView:
    """Take a sign-off back: the draft is open again. Done twice it is one.

    Raises:
        InputError: no reason, or the draft was never signed off.
        NotFound, Refused: not there or not one's own, or no right.
    """
    why = reason.strip()[:_LONGEST]
    if not why:
        raise InputError("没有写明撤回的理由", remedy="请写明为什么撤回定稿")
    with record.write() as session:
        draft = draft_for(session, actor, "sign", draft_id)
        last = _history(session, draft_id)[-1:]
        if draft.state != "final" and not (last and last[0].kind == "withdraw"):
            raise InputError("这份稿还没有定稿", remedy="不用撤回")
        if draft.state == "final":
            content = load(session, draft).content
            row = SignoffRow(
                draft_id=draft.id, kind="withdraw", reason=why, fingerprint=content, findings=[], by=actor.user_id,
                at=datetime.now(UTC),
            )  # fmt: skip
            session.add(row)
            draft.state = "review"
            audit.note(session, actor, "withdraw", "draft", draft.id, {"fingerprint": content})
            reached("withdraw.written")
    return readiness(record, actor, draft_id)


def _signed_by(session: Session, actor: Actor, draft_id: int, content: str) -> bool:
    """Whether the sign-off in force is this person's, of this text."""
    wanted = select(SignoffRow).where(SignoffRow.draft_id == draft_id).order_by(SignoffRow.id.desc()).limit(1)
    row = session.execute(wanted).scalar_one_or_none()
    return row is not None and row.kind == "sign" and row.by == actor.user_id and row.fingerprint == content


def _history(session: Session, draft_id: int) -> list[SignoffView]:
    rows = session.execute(select(SignoffRow).where(SignoffRow.draft_id == draft_id).order_by(SignoffRow.id)).scalars().all()
    names = names_of(session, [row.by for row in rows])
    return [
        SignoffView("sign" if row.kind == "sign" else "withdraw", names.get(row.by, ""), row.at, row.reason or "", row.fingerprint)
        for row in rows
    ]


def _view(session: Session, actor: Actor, judged: Judged) -> ReadinessView:
    row = judged.present.row
    history = _history(session, row.id)
    signed = history[-1] if history and history[-1].kind == "sign" and row.state == "final" else None
    return ReadinessView(
        draft_id=row.id,
        state=row.state,  # type: ignore[arg-type]  # the database allows no other word
        stamp=judged.present.stamp,
        content=judged.present.content,
        hindrances=tuple(_hindrances(session, judged)),
        signed=signed,
        history=tuple(history),
        may_sign=may(actor, "sign", row.unit_id) and row.state in ("draft", "review"),
    )


def _hindrances(session: Session, judged: Judged) -> Iterator[Hindrance]:
    present = judged.present
    if present.row.state == "superseded":
        yield Hindrance("state", "这份稿已被新稿代替")
    newest = newest_submission_id(session, present.row.unit_id, present.row.year)
    if newest is not None and newest != present.row.submission_id:
        yield Hindrance("data", "起草以后数据又改过，正文和表格用的还是原来的数据；请重新起草，或写明理由")
    for finding in judged.findings:
        if finding.blocking:
            yield Hindrance("error", finding.message, finding.paragraph_id, finding.fingerprint)
    for head in present.heads:
        if head.state == "rejected":
            continue
        for sentence in head.sentences:
            if sentence.gap is not None:
                yield Hindrance("gap", sentence.rendered.strip(), head.id)
        if head.state == "undecided":
            text = head.text[:_HEAD] + ("…" if len(head.text) > _HEAD else "")
            yield Hindrance("undecided", f"还没有决定：{text}", head.id)
