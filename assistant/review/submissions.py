"""What units hand in: uploads, tables filled in on the page, texts; every save is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import FindingView, SubmissionView


def submission(record: Record, actor: Actor, unit_id: int, year: int, *, today: date | None = None) -> SubmissionView:
    """The unit's submission for a year as last saved, last year beside it, findings per cell; blank tables when there is none.

    Raises:
        NotFound: no such unit, or not one's own.
        FormError: no form covers the year.
    """
    raise NotImplementedError


def keep_upload(record: Record, actor: Actor, unit_id: int | None, name: str, data: bytes) -> str:
    """Store an upload under a generated name outside any served path; its id.

    Args:
        record: the record; files go into ``uploads`` of its folder.
        actor: who uploads.
        unit_id: for which unit; None for a report that is only to be checked.
        name: the file's name on the person's computer, shown and never used as a path.
        data: the content; size and kind are judged by content, in the words of the command line.

    Raises:
        InputError: too large, empty, or not a kind of file the program reads.
        NotFound, Refused: not one's own unit, or no right.
    """
    raise NotImplementedError


def import_upload(record: Record, actor: Actor, unit_id: int, year: int, upload_id: str, *, base: int) -> SubmissionView:
    """Read an upload as the unit's submission for a year and save it as a new version.

    A report gives its tables only; notes, problems, measures and follow-ups saved before are kept then.

    Args:
        record, actor, unit_id, year: whose and which.
        upload_id: from :func:`keep_upload`.
        base: the version (``SubmissionView.number``) the person sees.

    Raises:
        InputError: as ``assistant draft`` says it; or the file is another unit's or another year's.
        Conflict: somebody saved a newer version meanwhile.
        NotFound, Refused: not there or not one's own, or no right.
    """
    raise NotImplementedError


def import_last_year(record: Record, actor: Actor, unit_id: int, year: int, upload_id: str, *, base: int) -> SubmissionView:
    """Take an upload as last year's data for ``year``; arguments and errors as for :func:`import_upload`."""
    raise NotImplementedError


def add_by_upload(record: Record, actor: Actor, upload_id: str) -> SubmissionView:
    """Add the unit and year an upload is about, where they are not there yet, and save it. Only for an admin.

    Raises:
        InputError: as for :func:`import_upload`.
        Refused: the actor is no admin.
    """
    raise NotImplementedError


def set_cells(record: Record, actor: Actor, unit_id: int, year: int, texts: Mapping[str, str], *, base: int) -> SubmissionView:
    """Save cells as typed: each text is read as a workbook's cell is, nothing is repaired; an empty text is a blank cell.

    Args:
        record, actor, unit_id, year: whose and which.
        texts: raw text by cell key; other cells stay.
        base: the version the person sees; 0 when there is none yet.

    Raises:
        InputError: a key the form does not have, or a text too long.
        Conflict: somebody saved a newer version meanwhile; ``head_text`` names the cells that differ.
        NotFound, Refused: not one's own unit, or no right.
    """
    raise NotImplementedError


def set_texts(record: Record, actor: Actor, unit_id: int, year: int, lists: Mapping[str, Any], *, base: int) -> SubmissionView:
    """Save notes, problems, measures, follow-ups, the fee or the profile, each list as a whole.

    Args:
        record, actor, unit_id, year: whose and which.
        lists: any of ``notes``, ``problems``, ``improvements``, ``follow_ups`` (lists of objects as in a submission's JSON),
            ``fee`` and ``unit`` (one object each); what is not named stays.
        base: the version the person sees; 0 when there is none yet.

    Raises:
        InputError: an entry is not what it should be, in the words of the reader of JSON submissions.
        Conflict: somebody saved a newer version meanwhile.
        NotFound, Refused: not one's own unit, or no right.
    """
    raise NotImplementedError


def check_cells(
    record: Record, actor: Actor, unit_id: int, year: int, texts: Mapping[str, str], *, today: date | None = None
) -> tuple[FindingView, ...]:
    """Findings as they would be with these cell texts, nothing saved: for checking while somebody types.

    Raises:
        InputError: a key the form does not have.
        NotFound: not one's own unit.
    """
    raise NotImplementedError
