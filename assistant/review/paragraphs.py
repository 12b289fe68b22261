"""What people do to paragraphs: edit, accept, reject, reopen, restore. Every step adds a version or a decision."""

from __future__ import annotations

from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import AcceptAllResult, EditResult


def edit(record: Record, actor: Actor, paragraph_id: int, base_number: int, text: str) -> EditResult:
    """Save a paragraph as typed; it counts as accepted by the person. The same edit sent twice is one.

    Args:
        record, actor, paragraph_id: who edits what.
        base_number: the version that was edited (``ParagraphView.number``).
        text: the paragraph as it should print; line breaks part it.

    Raises:
        Conflict: somebody else saved a newer version; nothing is overwritten, the typed text is kept as unsaved.
        InputError: the text is empty, too long, or has signs that cannot be printed.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    raise NotImplementedError


def keep_typing(record: Record, actor: Actor, paragraph_id: int, base_number: int, text: str) -> None:
    """Keep what somebody is typing, so that a reload loses nothing; never part of the draft. Arguments as for :func:`edit`.

    Raises:
        NotFound, Refused: not there or not one's own, or no right.
    """
    raise NotImplementedError


def drop_typing(record: Record, actor: Actor, paragraph_id: int) -> None:
    """Throw away what one was typing in a paragraph.

    Raises:
        NotFound, Refused: not there or not one's own, or no right.
    """
    raise NotImplementedError


def accept(record: Record, actor: Actor, paragraph_id: int, number: int) -> EditResult:
    """Accept a paragraph in the version seen. Done twice it is one decision.

    Raises:
        Conflict: there is a newer version than ``number``.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    raise NotImplementedError


def reject(record: Record, actor: Actor, paragraph_id: int, number: int, reason: str = "") -> EditResult:
    """Reject a paragraph in the version seen: it is left out of the text that is checked and exported. As :func:`accept`."""
    raise NotImplementedError


def reopen(record: Record, actor: Actor, paragraph_id: int, number: int) -> EditResult:
    """Take a decision back. As :func:`accept`."""
    raise NotImplementedError


def accept_all(record: Record, actor: Actor, draft_id: int, stamp: str) -> AcceptAllResult:
    """Accept every undecided paragraph that has neither gap mark nor error finding.

    Args:
        record, actor, draft_id: who, what.
        stamp: ``DraftView.stamp`` as seen.

    Raises:
        Conflict: the draft changed since it was seen.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    raise NotImplementedError


def restore(record: Record, actor: Actor, paragraph_id: int, base_number: int, number: int) -> EditResult:
    """Bring an earlier version back as a new one, undecided; slots and sources as they were.

    Args:
        record, actor, paragraph_id: who, what.
        base_number: the newest version as seen.
        number: the version to bring back.

    Raises:
        Conflict: there is a newer version than ``base_number``.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    raise NotImplementedError
