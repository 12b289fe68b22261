"""Sign-off: what hinders, signing with or without a reason, taking it back."""

from __future__ import annotations

from datetime import date

from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import ReadinessView


def readiness(record: Record, actor: Actor, draft_id: int, *, today: date | None = None) -> ReadinessView:
    """What keeps a draft from being final: error findings, gap marks, undecided paragraphs, data changed since.

    Raises:
        NotFound: not there, or of another unit.
    """
    raise NotImplementedError


def sign(record: Record, actor: Actor, draft_id: int, stamp: str, reason: str = "", *, today: date | None = None) -> ReadinessView:
    """Sign a draft off: it is final and closed to edits. Signed twice as seen it is one.

    Args:
        record, actor, draft_id: who, what.
        stamp: ``ReadinessView.stamp`` as seen.
        reason: needed when something hinders; recorded with what hindered.
        today: the day, for deadlines.

    Raises:
        Conflict: the draft changed since it was seen.
        InputError: something hinders and no reason is given.
        NotFound, Refused: not there or not one's own, or no right (drafters do not sign).
    """
    raise NotImplementedError


def withdraw(record: Record, actor: Actor, draft_id: int, reason: str) -> ReadinessView:
    """Take a sign-off back: the draft is open again. Done twice it is one.

    Raises:
        InputError: no reason, or the draft is not final.
        NotFound, Refused: not there or not one's own, or no right.
    """
    raise NotImplementedError
