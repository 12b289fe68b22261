"""Submissions and drafts as stored, read back into the program's objects; what is stored never changes, so they are kept."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.drafting.draft import Draft
from assistant.drafting.material import Material, gather
from assistant.form import FormRegistry, default_registry
from assistant.review.remembered import Remembered
from assistant.review.schema import DraftRow, SubmissionRow
from assistant.submission.model import Submission

_materials: Remembered[Material] = Remembered(48)
_drafts: Remembered[Draft] = Remembered(48)
_registries: Remembered[FormRegistry] = Remembered(1)


def registry() -> FormRegistry:
    """The forms known, read once in a process."""
    return _registries.get("", default_registry)


def digest(*values: object) -> str:
    """16 hexadecimal digits over plain values."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def newest_submission(session: Session, unit_id: int, year: int) -> SubmissionRow | None:
    """What a unit last saved for a year."""
    wanted = select(SubmissionRow).where(SubmissionRow.unit_id == unit_id, SubmissionRow.year == year)
    return session.execute(wanted.order_by(SubmissionRow.number.desc()).limit(1)).scalar_one_or_none()


def newest_submission_id(session: Session, unit_id: int, year: int) -> int | None:
    """The number of what a unit last saved for a year."""
    wanted = select(SubmissionRow.id).where(SubmissionRow.unit_id == unit_id, SubmissionRow.year == year)
    return session.execute(wanted.order_by(SubmissionRow.number.desc()).limit(1)).scalar_one_or_none()


def current_draft_row(session: Session, unit_id: int, year: int) -> DraftRow | None:
    """The unit's draft that no newer one has replaced."""
    wanted = select(DraftRow).where(DraftRow.unit_id == unit_id, DraftRow.year == year, DraftRow.state != "superseded")
    return session.execute(wanted.order_by(DraftRow.number.desc()).limit(1)).scalar_one_or_none()


def material_of(row: SubmissionRow) -> Material:
    """What a report is written from, of one saved submission."""
    return _materials.get((row.sha256, row.id), lambda: _gather(row))


def _gather(row: SubmissionRow) -> Material:
    previous = Submission.model_validate(row.previous) if row.previous else None
    return gather(Submission.model_validate(row.content), registry(), previous=previous)


def draft_of(row: DraftRow) -> Draft:
    """A draft as first written."""
    return _drafts.get((row.fingerprint, row.id, row.at), lambda: Draft.model_validate(row.content))
