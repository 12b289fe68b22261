"""Who is asking: the bridge from the session cookie to the record's people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.review.rights import may
from assistant.review.sessions import actor_of
from assistant.site.sessions import Visitor, csrf_of

if TYPE_CHECKING:
    from assistant.review.engine import Record


def visitor_of(record: Record, token: str) -> Visitor | None:
    """Who a session token belongs to; None if it is unknown, expired or the person was disabled.

    Raises:
        RecordError: the record cannot be read.
    """
    actor = actor_of(record, token)
    return Visitor(actor, csrf_of(token)) if actor else None


def may_open(visitor: Visitor, action: str) -> bool:
    """Whether somebody may open a page that wants ``action`` (empty: everybody signed in)."""
    return not action or may(visitor.actor, action)
