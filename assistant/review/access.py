"""Finding rows for somebody: what is not there and what is another unit's are refused in the same words."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.review.errors import NotFound, Refused
from assistant.review.rights import Actor, require
from assistant.review.schema import DraftRow, ParagraphRow, UnitRow, UserRow

_CLOSED = {
    "final": ("这份稿已经定稿，不能再改", "确要修改，请审核人先撤回定稿"),
    "superseded": ("这份稿已被新稿代替，不能再改", "请从工作台打开新稿"),
}
_LARGEST = 2**63 - 1


def unit_for(session: Session, actor: Actor, action: str, unit_id: int) -> UnitRow:
    """The unit, if the actor may do this in it.

    Raises:
        NotFound, Refused: not there or not one's own; no right.
    """
    row = session.get(UnitRow, unit_id) if 0 < unit_id <= _LARGEST else None
    if row is None:
        raise NotFound
    require(actor, action, row.id)
    return row


def draft_for(session: Session, actor: Actor, action: str, draft_id: int, *, open_only: bool = False) -> DraftRow:
    """The draft, if the actor may do this with it; with ``open_only`` it must not be final or superseded.

    Raises:
        NotFound, Refused: not there or not one's own; no right, or closed.
    """
    row = session.get(DraftRow, draft_id) if 0 < draft_id <= _LARGEST else None
    if row is None:
        raise NotFound
    require(actor, action, row.unit_id)
    if open_only and row.state in _CLOSED:
        what, remedy = _CLOSED[row.state]
        raise Refused(what, remedy=remedy)
    return row


def paragraph_for(
    session: Session, actor: Actor, action: str, paragraph_id: int, *, open_only: bool = False
) -> tuple[ParagraphRow, DraftRow]:
    """The paragraph with its draft, as :func:`draft_for`."""
    row = session.get(ParagraphRow, paragraph_id) if 0 < paragraph_id <= _LARGEST else None
    if row is None:
        raise NotFound
    return row, draft_for(session, actor, action, row.draft_id, open_only=open_only)


def names_of(session: Session, users: Iterable[int | None]) -> dict[int | None, str]:
    """Names by user id; the program itself (None) has none."""
    wanted = {user for user in users if user is not None}
    found = session.execute(select(UserRow.id, UserRow.name).where(UserRow.id.in_(wanted))).all() if wanted else []
    return {None: "", **{row.id: row.name for row in found}}
