"""A unit's result of a batch run taken into the record, so that people go on with it as with any other draft."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.drafting.assemble import Drafted
from assistant.drafting.draft import Draft
from assistant.errors import InputError
from assistant.review import audit
from assistant.review.drafted import add_draft
from assistant.review.engine import Record
from assistant.review.rights import Actor, require
from assistant.review.saving import save
from assistant.review.schema import DecisionRow, DraftRow, ParagraphRow, SubmissionRow, UnitRow
from assistant.review.stored import current_draft_row, material_of, newest_submission
from assistant.review.units import ensure_unit
from assistant.submission.model import Submission

_LEFT = "没有带入，原有的数据和稿都没有改动"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit's result stands to the record.

    ``free``: nothing there yet · ``same``: it was taken in, ``draft_id`` is its draft · ``other``: the record holds another draft
    or other data, ``words`` say which · ``final``: the year's report is final.
    """

    state: Literal["free", "same", "other", "final"]
    draft_id: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A result in the record; ``new`` is false where it had been taken in before."""

    unit_id: int
    year: int
    draft_id: int
    new: bool


def standing(record: Record, actor: Actor, results: Mapping[str, tuple[str, int, str]]) -> dict[str, Standing]:
    """How results stand to the record.

    Args:
        record, actor: where, who; needs the right to run batches.
        results: unit's name, year and the draft's fingerprint, by any key.

    Raises:
        Refused: no right.
    """
    require(actor, "batch")
    with record.read() as session:
        units = {row.name: row.id for row in session.execute(select(UnitRow.id, UnitRow.name)).all()}
        found = {}
        for key, (name, year, fingerprint) in results.items():
            unit = units.get(_plain(name))
            found[key] = _standing(session, unit, year, fingerprint) if unit else Standing("free")
        return found


def take(
    record: Record, actor: Actor, submission: Submission, previous: Submission | None, draft: Draft, *, replace: bool = False
) -> Taken:
    """Save a result as the unit's submission and draft. Taken in twice it is the draft there is.

    Args:
        record, actor: where, who; needs the rights to run batches and to add units.
        submission, previous, draft: what the batch read and wrote.
        replace: go on although the record holds another draft or other data; those stay as older versions.

    Raises:
        InputError: the record holds something else (without ``replace``), or the year's report is final.
        Refused: no right.
    """
    require(actor, "batch")
    require(actor, "add_unit")
    profile = submission.unit
    with record.write() as session:
        unit, _new = ensure_unit(session, actor, profile.name, kind=profile.kind, region=profile.region)
        require(actor, "submit", unit.id)
        require(actor, "draft", unit.id)
        now = _standing(session, unit.id, submission.year, draft.fingerprint)
        if now.state == "same" and now.draft_id is not None:
            return Taken(unit.id, submission.year, now.draft_id, new=False)
        if now.state == "final" or (now.state == "other" and not replace):
            remedy = "确要换，请审核人先撤回定稿" if now.state == "final" else "请先核对，确要换再带入一次"
            raise InputError(f"“{unit.name}”{now.words}，{_LEFT}", remedy=remedy)
        newest = newest_submission(session, unit.id, submission.year)
        base = newest.number if newest else 0
        row = save(session, actor, unit, submission, previous, base=base, origin="batch")
        kept = add_draft(session, unit.id, submission.year, row.id, Drafted(draft, material_of(row)), actor.user_id)
        audit.note(session, actor, "take from batch", "draft", kept.id, {"unit": unit.id, "fingerprint": draft.fingerprint})
        return Taken(unit.id, submission.year, kept.id, new=True)


def _standing(session: Session, unit_id: int, year: int, fingerprint: str) -> Standing:
    present, newest = current_draft_row(session, unit_id, year), newest_submission(session, unit_id, year)
    if present is not None:
        if present.fingerprint == fingerprint and _is_from_batch(session, present):
            return Standing("same", present.id)
        if present.state == "final":
            return Standing("final", present.id, "这一年度的报告已经定稿")
        decided = _decided(session, present)
        return Standing("other", present.id, f"已有第 {present.number} 稿" + (f"，其中 {decided} 段已审" if decided else ""))
    if newest is not None and newest.origin != "batch":
        return Standing("other", None, f"在网页上已有第 {newest.number} 版数据")
    return Standing("free")


def _is_from_batch(session: Session, draft: DraftRow) -> bool:
    return session.get_one(SubmissionRow, draft.submission_id).origin == "batch"


def _decided(session: Session, draft: DraftRow) -> int:
    """How many paragraphs of a draft people have decided on."""
    wanted = select(func.count(DecisionRow.paragraph_id.distinct())).join(ParagraphRow, ParagraphRow.id == DecisionRow.paragraph_id)
    return int(session.execute(wanted.where(ParagraphRow.draft_id == draft.id)).scalar_one())


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).split())
