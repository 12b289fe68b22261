"""Checking any finished report that was uploaded."""

from __future__ import annotations

from datetime import date

from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import CheckView


def check_upload(
    record: Record, actor: Actor, upload_id: str, *, previous_upload_id: str | None = None, today: date | None = None
) -> CheckView:
    """Check a report that one uploaded, as ``assistant check`` does and in its words. Takes seconds for PDF files.

    Args:
        record, actor: who; only one's own uploads can be checked.
        upload_id: from :func:`assistant.review.submissions.keep_upload`.
        previous_upload_id: last year's report or submission, likewise.
        today: the day, for deadlines.

    Raises:
        NotFound, Refused: not there or another person's, or no right.
    """
    raise NotImplementedError
