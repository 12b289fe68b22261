"""What an admin looks at: the audit trail page by page, and what the models cost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from assistant.review.rights import Actor, require
from assistant.review.schema import AuditRow, DraftRow, SuggestionRow, UserRow

if TYPE_CHECKING:
    from assistant.review.engine import Record


@dataclass(frozen=True)
class Entry:
    """One entry of the audit trail; ``by`` is empty for the program and the command line."""

    number: int
    at: datetime
    by: str
    action: str
    kind: str
    object_id: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Spent:
    """What writing with a model cost in a month: answers asked for, tokens in and out."""

    month: str
    model: str
    drafts: int
    suggestions: int
    calls: int
    input_tokens: int
    output_tokens: int


def audit_entries(record: Record, actor: Actor, *, before: int | None = None, limit: int = 50) -> tuple[Entry, ...]:
    """Entries of the audit trail, newest first.

    Args:
        record: whose trail.
        actor: who looks.
        before: only entries with a lower number.
        limit: how many at most.

    Raises:
        Refused: the actor is no admin.
    """
    require(actor, "see_audit")
    query = select(AuditRow, UserRow.name).outerjoin(UserRow, UserRow.id == AuditRow.user_id).order_by(AuditRow.number.desc())
    if before is not None:
        query = query.where(AuditRow.number < before)
    with record.read() as session:
        return tuple(
            Entry(row.number, row.at, name or "", row.action, row.kind, row.object_id, dict(row.detail or {}))
            for row, name in session.execute(query.limit(limit))
        )


def spent_by_month(record: Record, actor: Actor) -> tuple[Spent, ...]:
    """What the models cost, by month and model, newest first.

    Raises:
        Refused: the actor is no admin.
    """
    require(actor, "see_status")
    with record.read() as session:
        drafts = session.execute(select(DraftRow.at, DraftRow.model, DraftRow.content["usage"]).where(DraftRow.model != "")).all()
        wordings = session.execute(
            select(SuggestionRow.at, SuggestionRow.model, SuggestionRow.usage).where(SuggestionRow.model != "")
        ).all()
    return _by_month([(*row, True) for row in drafts] + [(*row, False) for row in wordings])


def _by_month(rows: Iterable[tuple[datetime, str, Any, bool]]) -> tuple[Spent, ...]:
    sums: dict[tuple[str, str], list[int]] = {}
    for at, model, usage, is_draft in rows:
        total = sums.setdefault((f"{at.astimezone():%Y-%m}", model), [0, 0, 0, 0, 0])
        given = usage if isinstance(usage, dict) else {}
        amounts = (is_draft, not is_draft, given.get("calls", 0), given.get("input_tokens", 0), given.get("output_tokens", 0))
        for place, amount in enumerate(amounts):
            total[place] += int(amount)
    return tuple(Spent(month, model, *total) for (month, model), total in sorted(sums.items(), reverse=True))
