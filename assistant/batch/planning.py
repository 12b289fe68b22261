"""From the files of a folder to the jobs of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant.batch.matching import Expected, File, Held, Matched, Plan, match, year_of
from assistant.batch.names import plain_name
from assistant.batch.pipeline import Job, fingerprint
from assistant.batch.readings import Listed, Reading
from assistant.batch.records import UnitRecord, Writer
from assistant.errors import AssistantError, InputError
from assistant.form import FormRegistry


@dataclass(frozen=True)
class Options:
    """How to run.

    Attributes:
        folder: where the submissions are.
        out: where the results go.
        writer: who writes.
        workers: processes on this machine.
        previous: a folder with last year's submissions or reports.
        units: the units that should hand in.
        pause: whether a model that is given up pauses the run; otherwise the offline writer finishes it.
        year: the year to draft; told from the files if None.
        today: the day by which deadlines are judged; the day the run was started if None.
        database: address of a PostgreSQL database; the setting ASSISTANT_DATABASE, else SQLite, if empty.
    """

    folder: Path
    out: Path
    writer: Writer = "offline"
    workers: int = 2
    previous: Path | None = None
    units: tuple[Expected, ...] = ()
    pause: bool = False
    year: int | None = None
    today: date | None = None
    database: str = ""


def plan_of(listed: Sequence[Listed], readings: Mapping[str, Reading], options: Options, day: date) -> Plan:
    """The units and what became of the files.

    Raises:
        InputError: there is nothing to draft, or it cannot be told which year.
    """
    files = [File(each, readings.get(each.key, Reading(key=each.key, problem=_LOST))) for each in listed]
    if not any(each.listed.place == "folder" for each in files):
        raise InputError("文件夹是空的", place=str(options.folder), remedy="请放入各单位填好的工作簿（.xlsx）或 JSON")
    year = options.year or year_of(files, day.year)
    return match(files, year, options.units, held_by_library(year - 1))


def jobs_of(plan: Plan, options: Options, run: str, day: date, registry: FormRegistry) -> tuple[list[UnitRecord], list[Job]]:
    """Every unit's record with its fingerprint, and a job for each that can be drafted."""
    shared = (*_model_parts(options), _forms(registry), str(options.today or ""))
    records, jobs = [], []
    for unit in plan.units:
        record = unit.record
        if unit.file is None or record.state != "waiting":
            records.append(record.model_copy(update={"today": day}))
            continue
        mark = fingerprint((*shared, *_inputs(unit), record.folder))
        record = record.model_copy(update={"today": day, "fingerprint": mark, "writer": options.writer})
        records.append(record)
        jobs.append(_job(unit, record, options, run))
    return records, jobs


def held_by_library(year: int) -> dict[str, Held]:
    """The library's reports of a year, by unit; empty where there is no library that can be read."""
    from assistant.library.settings import library_settings
    from assistant.library.store import FILE, Store

    try:
        folder = library_settings().folder
        if not (folder / FILE).exists():
            return {}
        store = Store(folder, read_only=True)
    except AssistantError:
        return {}
    try:
        sources = [each for each in store.sources(superseded=False) if each.type == "report" and each.year == year and each.unit]
        return {plain_name(each.unit): Held(each.id, plain_name(each.unit)) for each in sources}
    except AssistantError:
        return {}
    finally:
        store.close()


_LOST = "读取时程序异常退出，请检查这个文件，或移走后再运行"


def _inputs(unit: Matched) -> tuple[str, ...]:
    assert unit.file is not None
    previous = unit.previous.listed.key if unit.previous is not None else unit.library
    return (unit.file.listed.key, unit.record.previous_from, previous)


def _job(unit: Matched, record: UnitRecord, options: Options, run: str) -> Job:
    assert unit.file is not None
    previous = unit.previous
    return Job(
        run=run,
        out=str(options.out),
        folder=str(options.folder),
        previous_folder=str(options.previous or ""),
        record=record,
        input_key=unit.file.listed.key,
        previous_key=previous.listed.key if previous is not None else "",
        previous_place=previous.listed.place if previous is not None else "",
        library=unit.library,
        writer=options.writer,
        pause=options.pause,
    )


def _model_parts(options: Options) -> tuple[str, ...]:
    """What a draft depends on when a model writes it: the service, the model, the prompts."""
    if options.writer != "model":
        return ("offline",)
    from assistant.drafting.model.prompts import NEEDED, load_prompt
    from assistant.drafting.model.settings import model_settings

    settings = model_settings()
    prompts = [f"{name}={load_prompt(name).version}" for name in sorted(NEEDED)]
    return ("model", settings.endpoint, settings.model, str(settings.answer_tokens), *prompts)


def _forms(registry: FormRegistry) -> str:
    """The forms as they are now: an office may have added or changed one."""
    return fingerprint(repr(form) for form in registry.forms)
