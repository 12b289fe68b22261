"""What writing with models cost, for an admin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from assistant.review.rights import Actor, require
from assistant.review.schema import DraftRow, SuggestionRow

if TYPE_CHECKING:
    from assistant.review.engine import Record


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
