"""One unit from its files to its draft: plain functions, the same files for the same inputs, however often they run."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import BaseModel, ConfigDict

import assistant
from assistant.batch.ahead import Made, laid_aside, lay_aside
from assistant.batch.places import digest, sweep, write_unit
from assistant.batch.readings import load_reading
from assistant.batch.records import (
    DRAFT_FILE,
    INPUT_FILE,
    RESULT_FILE,
    Account,
    Counts,
    Files,
    Missing,
    Shares,
    UnitRecord,
    Writer,
    read_unit,
)
from assistant.batch.setup import try_setup
from assistant.errors import AssistantError, OutputError

if TYPE_CHECKING:
    from assistant.drafting.assemble import Drafted, ReportWriter
    from assistant.drafting.draft import Draft
    from assistant.form import FormRegistry
    from assistant.intake import Intake
    from assistant.submission.model import Submission

VERSION = "1"  # of what is written here; a new one has everything drafted again
DOCX_FILE, HTML_FILE = "report.docx", "report.html"


class Job(BaseModel):
    """All that a worker needs to draft one unit: small, without secrets, fit to be stored."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    out: str
    folder: str
    previous_folder: str = ""
    record: UnitRecord
    input_key: str
    previous_key: str = ""
    previous_place: Literal["", "folder", "previous"] = ""
    library: str = ""
    writer: Writer = "offline"
    pause: bool = False


class Paused(AssistantError):
    """The model is not to be had and the run is to wait for it: nothing is written for this unit now."""


class ModelDesk(Protocol):
    """Whoever lends writers that ask the model."""

    def writer(self, unit: str) -> ReportWriter:
        """A writer for one report."""
        ...

    def account(self, writer: ReportWriter) -> tuple[int, int, int, int]:
        """Calls, questions answered from the record, tokens given and taken."""
        ...

    def gave_up(self) -> str:
        """Why the model is no longer asked in this run, empty while it is."""
        ...


class Desk:
    """What one worker process keeps between units: the forms, the library's file, the model if there is one."""

    def __init__(self, worker: str, registry: FormRegistry, model: ModelDesk | None = None) -> None:
        self.worker, self.registry, self.model = worker, registry, model


def fingerprint(parts: Iterable[str]) -> str:
    """32 hexadecimal digits over what a unit's results depend on, beside the program itself."""
    text = "\x1f".join((VERSION, assistant.__version__, *parts))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def draft_unit(job: Job, desk: Desk) -> UnitRecord:
    """Draft one unit and write its files; nothing that its inputs hold makes this fail.

    Raises:
        Paused: the run is to wait for the model.
        SetupFault: no unit can be drafted, so this one is not to blame.
    """
    started = time.perf_counter()
    try:
        made = laid_aside(job) or _drafted(job, desk)
    except Paused:
        raise
    except AssistantError as error:
        try_setup(desk.registry, job.record.form, job.writer)
        return _failed(job, desk, error.message, started)
    except Exception as error:  # a defect met by one unit must not stop the others
        try_setup(desk.registry, job.record.form, job.writer)
        told = f"起草时程序出错（{type(error).__name__}：{error}）。这是程序的缺陷，请连同填报件交给维护人员；其他单位不受影响。"
        return _failed(job, desk, told[:600], started)
    account = _account(desk, started - made.seconds, made.spent)
    record = made.record.model_copy(update={"state": "done", "account": account})
    try:
        return _write(job, record, made.contents)
    except AssistantError as error:
        return _failed(job, desk, error.message, started)


def draft_ahead(job: Job, desk: Desk) -> None:
    """Draft one unit while it is not yet certain that it will be asked for like this, and lay the draft aside for its job.

    Raises:
        AssistantError, Exception: whatever :func:`draft_unit` would tell; it does so when the unit's turn comes.
    """
    started = time.perf_counter()
    made = _drafted(job, desk)
    if not made.record.fallback:
        lay_aside(job, replace(made, seconds=time.perf_counter() - started))


def is_done(out: Path, wanted: UnitRecord, *, again: bool = False) -> UnitRecord | None:
    """The unit's record if it was done with the same fingerprint and its files are all there.

    Args:
        out: the output folder.
        wanted: the record as planned.
        again: whether a draft by the offline writer, made because the model was not to be had, is to be made again.
    """
    found = read_unit(out, wanted.folder) if wanted.folder else None
    if found is None or found.state != "done" or found.fingerprint != wanted.fingerprint or found.key != wanted.key:
        return None
    if again and found.fallback:
        return None
    files = (found.files.docx, found.files.html, found.files.draft, found.files.input)
    return found if all(_there(out / name) for name in files) else None


def write_record(out: Path, record: UnitRecord) -> None:
    """Write a unit's record alone, as for a unit that was refused.

    Raises:
        OutputError: it cannot be written.
    """
    write_unit(out, record.folder, {RESULT_FILE: _json(record)}, {})


def _there(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink() and path.stat().st_size > 0
    except OSError:
        return False


def _drafted(job: Job, desk: Desk) -> Made:
    from assistant.drafting.assemble import draft_report
    from assistant.drafting.draft import Usage
    from assistant.drafting.printing import to_document
    from assistant.report.docx_writer import write_docx
    from assistant.report.html_writer import write_html

    out = Path(job.out)
    given = load_reading(job.input_key, Path(job.folder) / job.record.input, job.record.input, out, desk.registry)
    previous = _previous(job, desk, out)
    writer = desk.model.writer(job.record.unit) if job.writer == "model" and desk.model is not None else None
    today: date | None = job.record.today
    drafted = draft_report(given.submission, desk.registry, previous=previous, report=given.report, writer=writer, today=today)
    document = to_document(drafted)
    # What writing cost stands in the record: here it would make equal drafts differ.
    draft = drafted.draft.model_copy(update={"usage": Usage()})
    contents = {
        DOCX_FILE: write_docx(document),
        HTML_FILE: write_html(document).encode("utf-8"),
        DRAFT_FILE: draft.model_dump_json(indent=1).encode("utf-8"),
        INPUT_FILE: _inputs(given, drafted.previous),
    }
    account = desk.model.account(writer) if writer is not None and desk.model is not None else (0, 0, 0, 0)
    record = _told(job, drafted, desk.model.gave_up() if writer is not None and desk.model is not None else "")
    return Made(record, contents, account, 0.0)


def _previous(job: Job, desk: Desk, out: Path) -> Submission | None:
    if job.previous_key:
        folder = job.folder if job.previous_place == "folder" else job.previous_folder
        path = Path(folder) / job.record.previous
        return load_reading(job.previous_key, path, job.record.previous, out, desk.registry).submission
    if job.library:
        return _from_library(job, desk)
    return None


def _from_library(job: Job, desk: Desk) -> Submission:
    from assistant.intake.from_report import submission_from_report
    from assistant.intake.overrides import Overrides
    from assistant.library.settings import library_settings
    from assistant.library.store import Store
    from assistant.report.model import Report

    store = Store(library_settings().folder, read_only=True)
    try:
        report = Report.model_validate_json(store.report_of(job.library))
    finally:
        store.close()
    return submission_from_report(report, desk.registry, Overrides(kind=job.record.kind, unit=job.record.unit, fallback=True))


def _inputs(given: Intake, previous: Submission | None) -> bytes:
    data = {
        "submission": given.submission.model_dump(mode="json", exclude_defaults=True),
        "previous": previous.model_dump(mode="json", exclude_defaults=True) if previous else None,
    }
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "replace")


def _told(job: Job, drafted: Drafted, gave_up: str) -> UnitRecord:
    draft = drafted.draft
    folder = job.record.folder
    failing = Counter(finding.severity for finding in draft.findings if finding.status == "fail")
    unknown = sum(1 for finding in draft.findings if finding.status == "unknown")
    writers = Counter(sentence.writer for *_place, sentence in draft.sentences() if not sentence.gap)
    unmet = bool(gave_up) and any(_unanswered(draft))
    return job.record.model_copy(
        update={
            "title": draft.title,
            "form": draft.form,
            "writer": draft.writer,
            "model": draft.model,
            "fallback": gave_up if unmet else "",
            "findings": Counts(error=failing["error"], warning=failing["warning"], info=failing["info"], unknown=unknown),
            "missing": tuple(_missing(draft)),
            "sentences": Shares(offline=writers["offline"], model=writers["model"], person=writers["person"]),
            "files": Files(
                docx=f"{folder}/{DOCX_FILE}",
                html=f"{folder}/{HTML_FILE}",
                draft=f"{folder}/{DRAFT_FILE}",
                input=f"{folder}/{INPUT_FILE}",
            ),
            "draft_fingerprint": draft.fingerprint,
            "message": "模型没有答复，全部或部分由离线写作完成；模型恢复后再运行一次会补写" if unmet else "",
        }
    )


def _unanswered(draft: Draft) -> Iterable[bool]:
    """Whether a sentence of the offline writer stands where no answer of the model came at all."""
    for *_place, sentence in draft.sentences():
        yield sentence.writer == "offline" and any(not attempt.text for attempt in sentence.attempts[-1:])


def _missing(draft: Draft) -> Iterable[Missing]:
    asks = {gap.key: gap.ask for gap in draft.gaps}
    for part, _paragraph, _number, sentence in draft.sentences():
        if sentence.gap:
            yield Missing(part=part.key, key=sentence.gap, ask=asks.get(sentence.gap, sentence.rendered))


def _account(desk: Desk, started: float, spent: tuple[int, int, int, int] = (0, 0, 0, 0)) -> Account:
    calls, cached, given, taken = spent
    return Account(
        worker=desk.worker,
        finished=datetime.now(UTC),
        seconds=round(time.perf_counter() - started, 3),
        calls=calls,
        cached=cached,
        input_tokens=given,
        output_tokens=taken,
        attempts=1,
    )


def _write(job: Job, record: UnitRecord, contents: dict[str, bytes]) -> UnitRecord:
    out = Path(job.out)
    hashes = {name: digest(content) for name, content in contents.items()}
    record = record.model_copy(update={"sha256": hashes})
    before = read_unit(out, record.folder)
    known = before.sha256 if before is not None else {}
    kept = write_unit(out, record.folder, {**contents, RESULT_FILE: _json(record)}, known)
    if kept:
        told = f"原来的文件有人改动过，已另存为{'、'.join(kept)}"
        record = record.model_copy(update={"notes": (*record.notes, told)})
        write_unit(out, record.folder, {RESULT_FILE: _json(record)}, {})
    return record


def _failed(job: Job, desk: Desk, message: str, started: float) -> UnitRecord:
    """The record of a unit that could not be done; files of an earlier time stay as they are."""
    record = job.record.model_copy(update={"state": "failed", "message": message, "account": _account(desk, started)})
    before = read_unit(Path(job.out), record.folder)
    if before is not None:
        record = record.model_copy(update={"sha256": before.sha256})
    try:
        write_record(Path(job.out), record)
    except OutputError:
        sweep(Path(job.out) / record.folder)
    return record


def _json(record: UnitRecord) -> bytes:
    return record.model_dump_json(indent=1).encode("utf-8", "replace")
