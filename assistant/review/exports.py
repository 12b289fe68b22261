"""Files made from a draft: clean Word, working Word, web page, JSON, findings in Excel."""

from __future__ import annotations

from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import ExportKind, ExportView


def export(record: Record, actor: Actor, draft_id: int, kind: ExportKind) -> ExportView:
    """Make a file of the draft's accepted text and keep it.

    The clean Word file and the web page are for final drafts only; the working copy, JSON and findings for any. Rejected
    paragraphs are left out of all but JSON, undecided ones are in the working copy and say so.

    Raises:
        InputError: the draft is not final and ``kind`` is for publishing.
        OutputError: the file cannot be written.
        NotFound, Refused: not there or not one's own, or no right.
    """
    raise NotImplementedError


def exports(record: Record, actor: Actor, draft_id: int) -> tuple[ExportView, ...]:
    """The files made from a draft, newest first.

    Raises:
        NotFound: not there, or of another unit.
    """
    raise NotImplementedError


def open_export(record: Record, actor: Actor, export_id: str) -> tuple[ExportView, bytes]:
    """A file with its content, checked against its sum.

    Raises:
        NotFound, Refused: not there or not one's own, or no right.
        InputError: the file is gone or was changed on disk.
    """
    raise NotImplementedError
