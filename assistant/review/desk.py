"""The desk: each unit and year one works for, how it stands and when it is due."""

from __future__ import annotations

from datetime import date

from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import DeskView


def desk(record: Record, actor: Actor, today: date) -> DeskView:
    """What there is to do: one row for each of the actor's units in the report year, and for earlier years that have data.

    Args:
        record: the record.
        actor: who looks; only own units are shown, an admin sees all.
        today: the day, for deadlines (Article 49); the report year is the year before it.
    """
    raise NotImplementedError
