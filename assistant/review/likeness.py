"""A draft beside last year's report, and its likeness to it and to other units' reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.checks.engine import run_checks
from assistant.checks.subject import Peer, Subject, subject_of_submission
from assistant.drafting.audit import place_sentences
from assistant.errors import AssistantError
from assistant.language.text import similarity
from assistant.review.engine import Record
from assistant.review.judging import rulings_of, views_of
from assistant.review.matching import difference
from assistant.review.present import Present, load
from assistant.review.remembered import Remembered
from assistant.review.rights import Actor
from assistant.review.schema import DraftRow, SubmissionRow, UploadRow
from assistant.review.stored import current_draft_row, registry
from assistant.review.uploads import FOLDER
from assistant.review.views.changes import BesideView, LastYearView, SimilarView

if TYPE_CHECKING:
    from assistant.report.model import Report

_reports: Remembered[dict[str, str]] = Remembered(32)
_MOST_PEERS = 40
_NOTHING = "没有找到上年报告；可以在“数据”页上传上年报告，或请管理员把它加入资料库"


def beside(record: Record, session: Session, present: Present) -> LastYearView:
    """This year's parts beside last year's."""
    texts, source = last_texts(record, session, present)
    if not texts:
        return LastYearView(present.row.year - 1, "", (), _NOTHING)
    now, _placed = place_sentences(present.parts)
    first = present.material.form.sections[0].key
    parts = []
    for part in present.draft.parts:
        before = texts.get(part.key, "")
        own = now.get(part.key, "")
        parts.append(BesideView(part.key, part.heading, own, before, difference(before, own), round(similarity(before, own), 3)))
    whole = texts.get(first, "")
    if whole and not any(key.startswith("s1.") for key in texts):
        own = "\n".join(now.get(aspect.key, "") for aspect in present.material.form.aspects)
        heading = present.material.form.section(first).heading
        ratio = round(similarity(whole, own), 3)
        parts = [each for each in parts if not each.key.startswith("s1.")]
        parts.insert(min(1, len(parts)), BesideView(first, heading, own, whole, difference(whole, own), ratio))
    return LastYearView(present.row.year - 1, source, tuple(parts))


def last_texts(record: Record, session: Session, present: Present) -> tuple[Mapping[str, str], str]:
    """The text of last year's report by part (a report that was read has 总体情况 as one), and where it is from."""
    row = current_draft_row(session, present.row.unit_id, present.row.year - 1)
    if row is not None:
        texts, _placed = place_sentences(load(session, row).parts)
        return texts, f"本系统中 {row.year} 年度的{'定稿' if row.state == 'final' else '稿子（未定稿）'}"
    upload = _uploaded(session, present.row)
    if upload is not None:
        texts = _reports.get(upload.sha256, lambda: _read(record, upload))
        if texts:
            return texts, f"上传的“{upload.original_name}”"
    return _from_library(present)


def _uploaded(session: Session, row: DraftRow) -> UploadRow | None:
    """The report that last year's submission was taken from."""
    wanted = select(UploadRow).join(SubmissionRow, SubmissionRow.upload_id == UploadRow.id)
    wanted = wanted.where(SubmissionRow.unit_id == row.unit_id, SubmissionRow.year == row.year - 1)
    wanted = wanted.where(UploadRow.type.not_in(("workbook", "json"))).order_by(SubmissionRow.number.desc()).limit(1)
    return session.execute(wanted).scalar_one_or_none()


def _read(record: Record, upload: UploadRow) -> dict[str, str]:
    from assistant.report.reading import read_report_bytes

    try:
        data = (record.home / FOLDER / upload.stored_name).read_bytes()
        return _texts(read_report_bytes(data, upload.original_name, registry()))
    except (OSError, AssistantError):
        return {}


def _texts(report: Report) -> dict[str, str]:
    return {"preface": report.preface, **{section.key: section.text for section in report.sections}}


def _from_library(present: Present) -> tuple[Mapping[str, str], str]:
    from assistant.drafting.model.retrieving import default_library

    library = default_library()
    if library is None:
        return {}, ""
    try:
        from assistant.library.ask import last_report_of

        with library:
            found = last_report_of(library, present.draft.unit, present.row.year)
    except AssistantError:
        return {}, ""
    return (_texts(found.report), f"资料库中的“{found.source.title}”") if found else ({}, "")


def likenesses(record: Record, session: Session, actor: Actor, present: Present) -> SimilarView:
    """Likeness with last year's report, with other units that the reader may see, and within the draft."""
    texts, source = last_texts(record, session, present)
    peers = tuple(_peers(session, actor, present))
    subject = _subject(present, texts, peers)
    found = run_checks(subject, families={"SIM"}).findings
    views = views_of(present, [each for each in found if each.status == "fail"], rulings_of(session, present.row))
    return SimilarView(views, tuple(filter(None, (source, *(peer.unit for peer in peers)))))


def _subject(present: Present, previous_texts: Mapping[str, str], peers: tuple[Peer, ...]) -> Subject:
    from dataclasses import replace

    material = present.material
    base = subject_of_submission(material.submission, registry=material.registry, previous=material.previous)
    texts, sentences = place_sentences(present.parts)
    return replace(base, texts=texts, sentences=sentences, ledger=material.ledger, previous_texts=dict(previous_texts), peers=peers)


def _peers(session: Session, actor: Actor, present: Present) -> Iterator[Peer]:
    """The drafts of other units of the same year that the reader may see."""
    wanted = select(DraftRow).where(
        DraftRow.year == present.row.year, DraftRow.unit_id != present.row.unit_id, DraftRow.state != "superseded"
    )
    if not actor.everywhere:
        wanted = wanted.where(DraftRow.unit_id.in_(actor.units))
    for row in session.execute(wanted.order_by(DraftRow.id).limit(_MOST_PEERS)).scalars():
        other = load(session, row)
        texts, _placed = place_sentences(other.parts)
        unit = other.material.submission.unit
        names = tuple(filter(None, (unit.name, unit.region, *unit.aliases)))
        yield Peer(unit.name, row.year, "", texts, names)
