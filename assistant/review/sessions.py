"""Who is logged in. A session is a random token in the person's browser; the record keeps its hash only, across restarts."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from assistant.review.errors import RecordError
from assistant.review.rights import Actor
from assistant.review.schema import MembershipRow, SessionRow, UserRow

if TYPE_CHECKING:
    from assistant.review.engine import Record

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=4)
_TOUCH = timedelta(minutes=1)
_log = logging.getLogger(__name__)


def actor_of(record: Record, token: str, now: datetime | None = None) -> Actor | None:
    """The person behind a token, with role and units as they are at this moment; None if the session has ended.

    Raises:
        RecordError: the database cannot be read.
    """
    moment = now or datetime.now(UTC)
    if not token:
        return None
    with record.read() as session:
        found = session.execute(
            select(SessionRow, UserRow).join(UserRow, UserRow.id == SessionRow.user_id).where(SessionRow.token_hash == _hash(token))
        ).first()
        if found is None or not _alive(found.SessionRow, moment) or found.UserRow.disabled_at is not None:
            return None
        actor = actor_from(session, found.UserRow)
        touched = abs(moment - found.SessionRow.seen) > _TOUCH
    if touched:
        _touch(record, token, moment)
    return actor


def actor_from(session: Session, user: UserRow) -> Actor:
    """The actor that a user is."""
    units = session.execute(select(MembershipRow.unit_id).where(MembershipRow.user_id == user.id)).scalars()
    return Actor(user.id, user.name, user.role, frozenset(units), user.must_change)


def start(session: Session, user: UserRow, now: datetime, *, replacing: str = "") -> str:
    """Begin a session under a new token, and end the one it replaces, so that a token known from before opens nothing."""
    stale = or_(SessionRow.expires <= now, SessionRow.seen <= now - IDLE, SessionRow.token_hash == _hash(replacing))
    session.execute(delete(SessionRow).where(stale))
    token = secrets.token_urlsafe(32)
    session.add(SessionRow(token_hash=_hash(token), user_id=user.id, created=now, seen=now, expires=now + LIFETIME))
    return token


def end(record: Record, token: str) -> None:
    """Log out: the token opens nothing any more."""
    with record.write() as session:
        session.execute(delete(SessionRow).where(SessionRow.token_hash == _hash(token)))


def end_all(session: Session, user_id: int) -> None:
    """End every session of a user."""
    session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))


def _alive(row: SessionRow, now: datetime) -> bool:
    return now < row.expires and now - row.seen < IDLE


def _touch(record: Record, token: str, now: datetime) -> None:
    """Keep that the session is in use. After the clock was set back it must not live longer than any other from now on."""
    try:
        with record.write() as session:
            row = session.get(SessionRow, _hash(token))
            if row is not None:
                row.seen = now
                row.expires = min(row.expires, now + LIFETIME)
    except RecordError as error:
        _log.warning("session not touched: %s", error.kind)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
