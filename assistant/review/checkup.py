"""Checking any finished report that was uploaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from assistant.checks.engine import run_checks
from assistant.checks.finding import Finding
from assistant.errors import AssistantError, InputError
from assistant.review.engine import Record
from assistant.review.judging import view_of
from assistant.review.remembered import Remembered
from assistant.review.rights import Actor, require
from assistant.review.stored import registry
from assistant.review.tables import tables_of
from assistant.review.uploads import open_upload
from assistant.review.views.report import CheckView

if TYPE_CHECKING:
    from assistant.checks.subject import Subject
    from assistant.report.model import Report
    from assistant.submission.model import Submission


@dataclass(frozen=True)
class _Outcome:
    """What checking one file gave; ``subject`` is None where it could not be read (``error`` says why)."""

    name: str
    subject: Subject | None
    findings: tuple[Finding, ...]
    error: str
    notes: tuple[str, ...]
    previous: str


_remembered: Remembered[_Outcome] = Remembered(8)


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
    return _view(_outcome(record, actor, upload_id, previous_upload_id, today))


def findings_file(
    record: Record,
    actor: Actor,
    upload_id: str,
    kind: Literal["xlsx", "html"],
    *,
    previous_upload_id: str | None = None,
    today: date | None = None,
) -> tuple[str, bytes]:
    """The findings as a workbook or as a web page, as ``assistant check`` writes them: name and content.

    Raises:
        InputError: the report could not be read, in the words of :func:`check_upload`.
        NotFound, Refused: as for :func:`check_upload`.
    """
    from pathlib import Path

    from assistant.checking.output_html import write_html
    from assistant.checking.output_xlsx import write_xlsx
    from assistant.checking.result import Checked

    found = _outcome(record, actor, upload_id, previous_upload_id, today)
    if found.error:
        raise InputError(found.error.rstrip("。"))
    result = Checked(Path(found.name), found.subject, found.findings, previous=found.previous, notes=found.notes)
    content = write_xlsx([result]) if kind == "xlsx" else write_html([result]).encode("utf-8")
    return f"{Path(found.name).stem}（检查意见）.{kind}", content


def _outcome(record: Record, actor: Actor, upload_id: str, previous_upload_id: str | None, today: date | None) -> _Outcome:
    """What checking gave; the same files on the same day are not checked again while they are remembered."""
    require(actor, "check")
    day = today or date.today()
    with record.read() as session:
        row, data = open_upload(record, session, actor, upload_id)
        earlier = open_upload(record, session, actor, previous_upload_id) if previous_upload_id else None
    given = (row.original_name, data, *((earlier[0].original_name, earlier[1]) if earlier else ("", b"")), day)
    try:
        return _remembered.get((upload_id, previous_upload_id, day), lambda: _check(*given))
    except AssistantError as error:
        place = "" if row.original_name in error.message else f"{row.original_name}："
        return _Outcome(row.original_name, None, (), f"{place}{error.message}", (), "")


def _check(name: str, data: bytes, previous_name: str, previous_data: bytes, today: date) -> _Outcome:
    notes: tuple[str, ...] = ()
    previous: Report | Submission | None = None
    try:
        if previous_name:
            previous = _opened(previous_data, previous_name)
    except AssistantError as error:
        notes = (f"上年材料未能读取：{error.message}",)
    subject = _subject(_opened(data, name), previous, today)
    found = tuple(run_checks(subject).findings)
    return _Outcome(name, subject, found, "", notes, previous_name if previous is not None else "")


def _opened(data: bytes, name: str) -> Report | Submission:
    from assistant.intake.door import read_bytes
    from assistant.report.file_kind import kind_of
    from assistant.report.reading import read_report_bytes

    if kind_of(data, name) in ("workbook", "json"):
        return read_bytes(data, name, registry()).submission
    return read_report_bytes(data, name, registry())


def _view(found: _Outcome) -> CheckView:
    subject = found.subject
    if subject is None:
        return CheckView(found.name, "", None, "", (), (), (), found.error, found.notes)
    findings = tuple(view_of(each, subject.form) for each in found.findings)
    report = subject.report
    sections = (
        [(each.key, f"{each.number.rstrip('、')}、{each.title}".strip("、"), each.text) for each in report.sections]
        if report
        else []
    )
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
    return CheckView(found.name, unit, subject.year, form, tuple(sections), tables if form else (), findings, "", found.notes)


def _subject(content: Report | Submission, previous: Report | Submission | None, today: date) -> Subject:
    from assistant.checks.report_subject import subject_of_report
    from assistant.checks.subject import subject_of_submission
    from assistant.intake.from_report import submission_from_report
    from assistant.report.model import Report

    if isinstance(content, Report):
        return subject_of_report(content, registry=registry(), previous=previous, today=today)
    last = submission_from_report(previous, registry()) if isinstance(previous, Report) else previous
    return subject_of_submission(content, registry=registry(), previous=last, today=today)
