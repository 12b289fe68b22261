"""What people say on a draft: rulings on findings, comments."""

from __future__ import annotations

from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import CommentView, FindingView


def rule_on_finding(record: Record, actor: Actor, draft_id: int, fingerprint: str, why: str) -> tuple[FindingView, ...]:
    """Let a finding stand, for as long as its values stay the same; all findings of the draft afterwards.

    Raises:
        InputError: no reason, or the draft has no such finding now.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    raise NotImplementedError


def withdraw_ruling(record: Record, actor: Actor, draft_id: int, fingerprint: str, why: str = "") -> tuple[FindingView, ...]:
    """Take a ruling back. As :func:`rule_on_finding`."""
    raise NotImplementedError


def comment(record: Record, actor: Actor, draft_id: int, paragraph_id: int | None, text: str) -> CommentView:
    """Remark on a paragraph, or on the draft as a whole (None). The same text by the same person at once is one.

    Raises:
        InputError: the text is empty or too long.
        NotFound, Refused: not there or not one's own, or no right.
    """
    raise NotImplementedError


def resolve_comment(record: Record, actor: Actor, comment_id: int) -> CommentView:
    """Mark a comment as dealt with. Done twice it is one.

    Raises:
        NotFound, Refused: not there or not one's own, or no right.
    """
    raise NotImplementedError
