"""What units hand in: uploads, tables filled in on the page, texts; every save is a new version."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from assistant.drafting.previous import require_last_year, same_unit
from assistant.errors import InputError
from assistant.form import Form, Source, read_value
from assistant.review.access import unit_for
from assistant.review.engine import Record
from assistant.review.handed_in import SubmissionState, submission_view
from assistant.review.rights import Actor, require
from assistant.review.saving import PAGE, empty, last_year_of, save
from assistant.review.schema import SubmissionRow, UnitRow
from assistant.review.stored import newest_submission, registry
from assistant.review.units import ensure_unit
from assistant.review.uploads import keep_upload, open_upload
from assistant.review.views.data import SubmissionView
from assistant.review.views.findings import FindingView
from assistant.submission.model import InputRemark, Submission, UnitProfile

if TYPE_CHECKING:
    from assistant.intake import Intake, Overrides
    from assistant.report.model import Report

__all__ = [
    "add_by_upload",
    "check_cells",
    "import_last_year",
    "import_upload",
    "keep_upload",
    "set_cells",
    "set_texts",
    "submission",
]

_LONGEST_CELL = 200
_LISTS = ("notes", "problems", "improvements", "follow_ups")
_MOST_REMARKS = 60
_RENAMED = "单位改过名的，请先把原名写进单位信息的“简称、曾用名”"


def submission(record: Record, actor: Actor, unit_id: int, year: int, *, today: date | None = None) -> SubmissionView:
    """The unit's submission for a year as last saved, last year beside it, findings per cell; blank tables when there is none.

    Raises:
        NotFound: no such unit, or not one's own.
        FormError: no form covers the year.
    """
    with record.read() as session:
        unit = unit_for(session, actor, "view", unit_id)
        return submission_view(session, state_of(session, unit, year), today=today)


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
    from assistant.intake import Overrides

    with record.read() as session:
        unit = unit_for(session, actor, "submit", unit_id)
        row, data = open_upload(record, session, actor, upload_id, unit_id)
        state = state_of(session, unit, year)
    intake = _read(data, row.original_name, Overrides(kind=unit.kind or None, year=year, unit=unit.name))
    content = intake.submission
    if intake.report is not None:
        _require_own(intake.report, content.unit, year)
        content = _with_texts(content, state, intake.report)
    return _save(record, actor, unit_id, year, content, state.previous_given, base=base, upload_id=upload_id)


def import_last_year(record: Record, actor: Actor, unit_id: int, year: int, upload_id: str, *, base: int) -> SubmissionView:
    """Take an upload as last year's data for ``year``; arguments and errors as for :func:`import_upload`."""
    from assistant.intake import Overrides

    with record.read() as session:
        unit = unit_for(session, actor, "submit", unit_id)
        row, data = open_upload(record, session, actor, upload_id, unit_id)
        state = state_of(session, unit, year)
    content = state.content or empty(unit, year)
    overrides = Overrides(kind=unit.kind or None, year=year, unit=unit.name).for_previous()
    previous = _read(data, row.original_name, overrides).submission
    require_last_year(content, previous)
    if not same_unit(content.unit, previous.unit):
        what = f"这是“{previous.unit.name}”的，不是“{unit.name}”的"
        raise InputError(
            what, place=row.original_name, remedy="请交本单位上年的；单位改过名的，请先把原名写进单位信息的“简称、曾用名”"
        )
    return _save(record, actor, unit_id, year, content, previous, base=base, origin=state.origin, upload_id=state.upload_id)


def add_by_upload(record: Record, actor: Actor, upload_id: str) -> SubmissionView:
    """Add the unit and year an upload is about, where they are not there yet, and save it. Only for an admin.

    Raises:
        InputError: as for :func:`import_upload`.
        Refused: the actor is no admin.
    """
    from assistant.intake import Overrides

    require(actor, "add_unit")
    with record.read() as session:
        row, data = open_upload(record, session, actor, upload_id)
    intake = _read(data, row.original_name, Overrides())
    found = intake.submission
    with record.write() as session:
        unit, _new = ensure_unit(session, actor, found.unit.name, kind=found.unit.kind, region=found.unit.region)
        state = state_of(session, unit, found.year)
        content = _with_texts(found, state, intake.report) if intake.report else found
        save(session, actor, unit, content, state.previous_given, base=state.number, origin="upload", upload_id=upload_id)
        unit_id = unit.id
    return submission(record, actor, unit_id, found.year)


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
    return _change(record, actor, unit_id, year, base, lambda content, form: with_cells(content, form, texts))


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
    given = dict(lists)
    with record.read() as session:
        unit = unit_for(session, actor, "submit", unit_id)
    profile = None
    if "unit" in given:
        given["unit"] = {**(given["unit"] or {}), "name": unit.name}
        profile = _reread({"unit": given["unit"], "year": year}).unit
    return _change(record, actor, unit_id, year, base, lambda content, _form: _with_lists(content, given), profile)


def check_cells(
    record: Record, actor: Actor, unit_id: int, year: int, texts: Mapping[str, str], *, today: date | None = None
) -> tuple[FindingView, ...]:
    """Findings as they would be with these cell texts, nothing saved: for checking while somebody types.

    Raises:
        InputError: a key the form does not have.
        NotFound: not one's own unit.
    """
    with record.read() as session:
        unit = unit_for(session, actor, "view", unit_id)
        state = state_of(session, unit, year)
        content = state.content or empty(unit, year)
        changed = with_cells(content, registry().get(content.form), texts)
        return submission_view(session, state.changed(changed), today=today).findings


def state_of(session: Session, unit: UnitRow, year: int) -> SubmissionState:
    """What the unit handed in for a year, as last saved, with last year's beside it."""
    row: SubmissionRow | None = newest_submission(session, unit.id, year)
    previous, source = last_year_of(session, row, unit.id, year)
    content = Submission.model_validate(row.content) if row else None
    return SubmissionState(unit, year, row, content, previous, source)


def _change(
    record: Record,
    actor: Actor,
    unit_id: int,
    year: int,
    base: int,
    change: Callable[[Submission, Form], Submission],
    profile: UnitProfile | None = None,
) -> SubmissionView:
    with record.read() as session:
        unit = unit_for(session, actor, "submit", unit_id)
        state = state_of(session, unit, year)
    content = state.content or empty(unit, year, profile)
    content = change(content, registry().get(content.form))
    return _save(record, actor, unit_id, year, content, state.previous_given, base=base, origin="grid", upload_id=state.upload_id)


def _save(
    record: Record,
    actor: Actor,
    unit_id: int,
    year: int,
    content: Submission,
    previous: Submission | None,
    *,
    base: int,
    origin: str = "upload",
    upload_id: str | None = None,
) -> SubmissionView:
    with record.write() as session:
        unit = unit_for(session, actor, "submit", unit_id)
        save(session, actor, unit, content, previous, base=base, origin=origin, upload_id=upload_id)
    return submission(record, actor, unit_id, year)


def with_cells(content: Submission, form: Form, texts: Mapping[str, str]) -> Submission:
    """A submission with these cell texts, each read as a workbook's cell is.

    Raises:
        InputError: a key the form does not have, or a text too long.
    """
    cells = dict(content.cells)
    for key, text in texts.items():
        definition = form.cells.get(key)
        if definition is None:
            raise InputError(f"表式中没有“{str(key)[:40]}”这一格", remedy="请刷新页面后再填；没有保存")
        if len(text) > _LONGEST_CELL:
            raise InputError(f"“{definition.label}”填了 {len(text)} 个字，一格最多 {_LONGEST_CELL} 个", remedy="请只填数；没有保存")
        if text != cells[key].raw:
            cells[key] = read_value(definition, text, Source(file=PAGE, place=definition.label))
    return content.model_copy(update={"cells": cells})


def _with_lists(content: Submission, lists: Mapping[str, Any]) -> Submission:
    unknown = [key for key in lists if key not in (*_LISTS, "fee", "unit")]
    if unknown:
        raise InputError(f"没有“{unknown[0][:40]}”这一项", remedy="请刷新页面后再填；没有保存")
    plain = content.model_dump(mode="json", include={"unit", *_LISTS, "fee"}, exclude_none=True)
    for name in _LISTS:
        plain[name] = [{key: value for key, value in item.items() if key != "origin"} for item in plain.get(name, ())]
    if plain.get("fee"):
        plain["fee"].pop("origin", None)
    read = _reread({**plain, **lists, "year": content.year, "form": content.form})
    changed: dict[str, Any] = {name: _kept(getattr(content, name), getattr(read, name)) for name in _LISTS if name in lists}
    changed |= {name: getattr(read, name) for name in ("fee", "unit") if name in lists}
    kept = tuple(remark for remark in content.remarks if remark.source.file != PAGE)
    return content.model_copy(update={**changed, "remarks": (*kept, *read.remarks)})


def _kept(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    """The new entries, those that say what an old one said with where that was read."""
    known = {each.model_copy(update={"origin": Source()}): each for each in old}
    return tuple(known.get(each.model_copy(update={"origin": Source()}), each) for each in new)


def _reread(values: Mapping[str, Any]) -> Submission:
    """Entries read as those of a JSON submission are, with the same messages."""
    from assistant.submission.json_reader import read_json

    return read_json(json.dumps(values, ensure_ascii=False, default=str).encode("utf-8", "replace"), PAGE, registry())


def _read(data: bytes, name: str, overrides: Overrides) -> Intake:
    from assistant.intake.door import read_bytes

    return read_bytes(data, name, registry(), overrides=overrides)


def _require_own(report: Report, unit: UnitProfile, year: int) -> None:
    """What a report plainly says of its unit and year must not contradict where it is put."""
    if report.unit and not same_unit(unit, unit.model_copy(update={"name": report.unit, "aliases": ()})):
        remedy = f"请交本单位的报告；{_RENAMED}"
        raise InputError(f"这份报告是“{report.unit}”的，不是“{unit.name}”的", place=report.path, remedy=remedy)
    if report.year and report.year != year:
        raise InputError(f"这份报告是 {report.year} 年度的，不是 {year} 年度的", place=report.path, remedy=f"请交 {year} 年度的")


def _with_texts(content: Submission, state: SubmissionState, report: Report) -> Submission:
    """A report's tables with the texts saved before; what is odd about the report becomes a remark."""
    kept = {name: getattr(state.content, name) for name in (*_LISTS, "fee", "unit")} if state.content else {}
    return content.model_copy(update={**kept, "remarks": (*content.remarks, *_oddities(report))})


def _oddities(report: Report) -> list[InputRemark]:
    from assistant.checks.engine import run_checks
    from assistant.checks.report_subject import subject_of_report

    found = run_checks(subject_of_report(report, registry=registry()), scopes={"report"}, families={"S", "C"}).findings
    return [
        InputRemark(
            code="layout", message=f"来件：{each.message}", remedy=each.remedy, source=Source(file=report.path, place=each.place)
        )
        for each in found[:_MOST_REMARKS]
        if each.status == "fail"
    ]
