"""Drafting: the plan, starting a draft as a job, drafting one part again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from sqlalchemy.orm import Session

from assistant.drafting.brief import Brief, check_brief
from assistant.drafting.draft import Gap, Hint
from assistant.drafting.material import Material
from assistant.errors import InputError
from assistant.review.access import draft_for, unit_for
from assistant.review.engine import Record
from assistant.review.errors import Conflict, Refused
from assistant.review.handed_in import findings_on
from assistant.review.rights import Actor
from assistant.review.saving import last_year_of, save
from assistant.review.schema import SubmissionRow, UnitRow
from assistant.review.stored import current_draft_row, draft_of, material_of, newest_submission
from assistant.review.telling import told_to
from assistant.review.views.work import JobView, PlanView
from assistant.submission.model import Submission

if TYPE_CHECKING:
    from assistant.review.jobs import Jobs

WriterChoice = Literal["offline", "model"]


def plan(record: Record, actor: Actor, unit_id: int, year: int, *, today: date | None = None) -> PlanView:
    """The brief of the unit's report from the saved submission, with what is missing.

    Raises:
        InputError: nothing has been handed in for this year yet.
        NotFound: not one's own unit.
    """
    with record.read() as session:
        unit = unit_for(session, actor, "view", unit_id)
        row = _newest(session, unit, year)
        material = _compared(session, row, unit, year)
        present = current_draft_row(session, unit.id, year)
    brief = material.plan()
    why = told_to(actor, why_no_model())
    keys = dict.fromkeys(key for part in brief.parts for point in part.points for key in (*point.keys, *point.provisions))
    facts = {key: fact.line() for key in keys if (fact := material.ledger.get(key)) is not None}
    return PlanView(
        unit_id=unit.id,
        unit=unit.name,
        year=year,
        submission_id=row.id,
        brief=brief,
        gaps=tuple(Gap(key=point.gap, ask=point.ask) for part in brief.parts for point in part.points if point.topic == "gap"),
        hints=tuple(Hint(kind="problem", text=material.ledger.render(each.text), sources=each.keys) for each in brief.suggestions),
        facts=facts,
        findings=findings_on(material.submission, material.form, material.previous, today),
        model_available=not why,
        model_reason=why,
        current_draft_id=present.id if present else None,
    )


def start_draft(
    jobs: Jobs,
    actor: Actor,
    unit_id: int,
    year: int,
    *,
    writer: WriterChoice = "offline",
    brief: Brief | None = None,
    submission_id: int | None = None,
) -> JobView:
    """Start drafting. The draft replaces the unit's present one when it is done; that one is kept as superseded.

    Asked again while the same is under way, the job under way is returned.

    Args:
        jobs: the server's jobs.
        actor, unit_id, year: who, whose, which.
        writer: who writes; without a configured model the offline writer does, and the job says so.
        brief: an edited brief; planned from the facts if None.
        submission_id: the version the person saw (``PlanView.submission_id``); the newest if None.

    Raises:
        InputError: nothing handed in yet, or the brief asks for what the facts do not bear.
        Conflict: the data were changed since the person saw the plan.
        NotFound, Refused: not one's own unit, or no right, or the present draft is final.
    """
    _check_writer(writer)
    with jobs.record.write() as session:
        unit = unit_for(session, actor, "draft", unit_id)
        row = _newest(session, unit, year)
        seen = session.get(SubmissionRow, submission_id) if submission_id is not None else row
        if seen is None or (seen.unit_id, seen.year) != (row.unit_id, row.year) or seen.content != row.content:
            raise _changed(row)
        present = current_draft_row(session, unit_id, year)
        if present is not None and present.state == "final":
            raise Refused("这一年度的报告已经定稿", remedy="确要重新起草，请审核人先撤回定稿")
        row = _with_last_year(session, actor, unit, row)
    if brief is not None:
        material = material_of(row)
        check_brief(brief, material.plan(), material.submission, material.form, material.ledger)
    request = {"submission_id": row.id, "writer": writer, "brief": brief.model_dump(mode="json") if brief else None}
    return jobs.submit(actor, "draft", unit_id=unit_id, year=year, request=request)


def start_part(jobs: Jobs, actor: Actor, draft_id: int, part: str, *, writer: WriterChoice = "offline") -> JobView:
    """Start drafting one part again; paragraphs that are decided stay word by word.

    Raises:
        InputError: no such part.
        NotFound, Refused: not there or not one's own, or no right, or the draft is final or superseded.
    """
    _check_writer(writer)
    with jobs.record.read() as session:
        row = draft_for(session, actor, "draft", draft_id, open_only=True)
        keys = [each.key for each in draft_of(row).parts]
    if part not in keys:
        raise InputError(f"报告里没有“{part[:40]}”这一部分", remedy="请刷新页面后再试")
    request = {"part": part, "writer": writer}
    return jobs.submit(actor, "part", unit_id=row.unit_id, year=row.year, draft_id=row.id, request=request)


def _newest(session: Session, unit: UnitRow, year: int) -> SubmissionRow:
    row = newest_submission(session, unit.id, year)
    if row is None:
        raise InputError(f"“{unit.name}”{year} 年度还没有数据", remedy="请先到“数据”页上传填报件或填写表格")
    return row


def _compared(session: Session, row: SubmissionRow, unit: UnitRow, year: int) -> Material:
    """The material with last year's, as it would be drafted from now."""
    from assistant.drafting.material import gather
    from assistant.review.stored import registry

    if row.previous:
        return material_of(row)
    previous, _source = last_year_of(session, row, unit.id, year)
    return gather(Submission.model_validate(row.content), registry(), previous=previous)


def _with_last_year(session: Session, actor: Actor, unit: UnitRow, row: SubmissionRow) -> SubmissionRow:
    """The submission with last year's fixed beside it, as a new version where it was not yet."""
    previous, _source = last_year_of(session, row, unit.id, row.year)
    if row.previous or previous is None:
        return row
    content = Submission.model_validate(row.content)
    return save(session, actor, unit, content, previous, base=row.number, origin=row.origin, upload_id=row.upload_id)


def _changed(row: SubmissionRow) -> Conflict:
    return Conflict(row.number, "", "", what="数据刚被改过", remedy="没有开始起草；请刷新，看过新的提纲再起草")


def _check_writer(writer: str) -> None:
    if writer not in ("offline", "model"):
        raise InputError("没有这种写作方式", remedy="请选离线写作或模型写作")


def why_no_model() -> str:
    """Why no model can write here, in the admin's words (:func:`told_to` has those for others); empty if one can."""
    from assistant.drafting.model.settings import model_settings, why_not

    try:
        return why_not(model_settings())
    except InputError as error:
        return error.message
