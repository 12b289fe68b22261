"""Checking any finished report that was uploaded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.review.engine import Record
from assistant.review.judging import view_of
from assistant.review.rights import Actor, require
from assistant.review.stored import registry
from assistant.review.tables import tables_of
from assistant.review.uploads import open_upload
from assistant.review.views import CheckView

if TYPE_CHECKING:
    from assistant.checks.subject import Subject
    from assistant.report.model import Report
    from assistant.submission.model import Submission


def check_upload(
    record: Record, actor: Actor, upload_id: str, *, previous_upload_id: str | None = None, today: date | None = None
) -> CheckView:
    """Check a report that one uploaded, as ``assistant check`` does and in its words. Takes seconds for PDF files.

    Args:
        record, actor: who; only one's own uploads can be checked.
        upload_id: from :func:`assistant.review.uploads.keep_upload`.
        previous_upload_id: last year's report or submission, likewise.
        today: the day, for deadlines.

    Raises:
        NotFound, Refused: not there or another person's, or no right.
    """
    require(actor, "check")
    with record.read() as session:
        row, data = open_upload(record, session, actor, upload_id)
        earlier = open_upload(record, session, actor, previous_upload_id) if previous_upload_id else None
    notes: tuple[str, ...] = ()
    previous: Report | Submission | None = None
    try:
        if earlier is not None:
            previous = _opened(earlier[1], earlier[0].original_name)
    except AssistantError as error:
        notes = (f"上年材料未能读取：{error.message}",)
    try:
        return _checked(row.original_name, _opened(data, row.original_name), previous, notes, today)
    except AssistantError as error:
        place = "" if row.original_name in error.message else f"{row.original_name}："
        return CheckView(row.original_name, "", None, "", (), (), (), f"{place}{error.message}", notes)


def _opened(data: bytes, name: str) -> Report | Submission:
    from assistant.intake.door import read_bytes
    from assistant.report.file_kind import kind_of
    from assistant.report.reading import read_report_bytes

    if kind_of(data, name) in ("workbook", "json"):
        return read_bytes(data, name, registry()).submission
    return read_report_bytes(data, name, registry())


def _checked(
    name: str,
    content: Report | Submission,
    previous: Report | Submission | None,
    notes: tuple[str, ...],
    today: date | None,
) -> CheckView:
    from assistant.checks.engine import run_checks

    subject = _subject(content, previous, today)
    findings = tuple(view_of(each, subject.form) for each in run_checks(subject).findings)
    report = subject.report
    sections = [(each.key, f"{each.number}、{each.title}".strip("、"), each.text) for each in report.sections] if report else []
    if report is not None and report.preface:
        sections.insert(0, ("preface", "前言", report.preface))
    unit = report.unit if report else (subject.unit.name if subject.unit else "")
    tables = tables_of(
        subject.form,
        subject.cells,
        previous=subject.previous_cells,
        previous_form=subject.previous_form,
        findings=findings,
    )
    form = report.form if report else subject.form.id
    return CheckView(name, unit, subject.year, form, tuple(sections), tables if form else (), findings, "", notes)


def _subject(content: Report | Submission, previous: Report | Submission | None, today: date | None) -> Subject:
    from assistant.checks.report_subject import subject_of_report
    from assistant.checks.subject import subject_of_submission
    from assistant.intake.from_report import submission_from_report
    from assistant.report.model import Report

    if isinstance(content, Report):
        return subject_of_report(content, registry=registry(), previous=previous, today=today)
    last = submission_from_report(previous, registry()) if isinstance(previous, Report) else previous
    return subject_of_submission(content, registry=registry(), previous=last, today=today)
