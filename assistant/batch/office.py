"""Runs that the site keeps: who made them, what was handed in, how far they are, what came out. One folder a run.

::

    HOME/runs/ID/about.json   name, who made it, year, writer
    HOME/runs/ID/in           this year's files            HOME/runs/ID/previous   last year's
    HOME/runs/ID/units        the list of units that should hand in, if there is one
    HOME/runs/ID/out          what the run writes          HOME/runs/ID/overview.json   the overview of a run that ended
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.batch.handed_in import HandedIn, hand_in, hand_in_list
from assistant.batch.overview import build_overview
from assistant.batch.overview_model import Overview
from assistant.batch.records import RUN_FILE, UnitRecord, Writer, inside, read_inputs, read_run
from assistant.batch.runs import State, start_run, state_of, stop_run
from assistant.errors import AssistantError, InputError, OutputError
from assistant.files import write_atomically
from assistant.review import audit
from assistant.review.errors import NotFound
from assistant.review.from_batch import Standing, Taken, standing, take
from assistant.review.rights import Actor, require

if TYPE_CHECKING:
    from assistant.drafting.draft import Draft
    from assistant.review.engine import Record

Place = Literal["in", "previous", "units"]
OnModelFailure = Literal["offline", "pause"]
UnitFile = Literal["docx", "html", "draft", "findings"]
FOLDER = "runs"
PLACES: tuple[Place, ...] = ("in", "previous", "units")
MOST_FILES = 6_000
_ABOUT, _OVERVIEW, _OUT = "about.json", "overview.json", "out"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LONGEST_NAME = 60


class About(BaseModel):
    """A run as it was asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    by: int
    by_name: str
    at: datetime
    year: int | None = None
    writer: Writer = "offline"
    on_model_failure: OnModelFailure = "offline"


@dataclass(frozen=True)
class FileView:
    """A file handed in: its name, size in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class RunView:
    """A run: what was asked for, what was handed in (by place), how it stands. ``state.progress`` is None before its start."""

    about: About
    files: dict[Place, tuple[FileView, ...]]
    state: State
    out: Path

    @property
    def begun(self) -> bool:
        """Whether it was ever started."""
        return self.state.progress is not None or self.state.alive


def new_run(
    record: Record, actor: Actor, name: str, *, year: int | None = None, writer: str = "offline", on_model_failure: str = "offline"
) -> About:
    """Make a run to hand files in for.

    Args:
        record, actor: where, who.
        name: what people call it; the day if empty.
        year: the report year; None to tell it from the files.
        writer: ``offline`` or ``model``.
        on_model_failure: what to do when the model cannot be reached: go on ``offline`` or ``pause``.

    Raises:
        InputError: no such writer, no such choice or no sensible year.
        OutputError: its folder cannot be made.
        Refused: no right.
    """
    require(actor, "batch")
    if writer not in ("offline", "model"):
        raise InputError("没有这种写作方式", remedy="请选离线写作或模型写作")
    if on_model_failure not in ("offline", "pause"):
        raise InputError("没有这种处理办法", remedy="模型不能用时，请选改用离线写作或暂停")
    if year is not None and not 2000 <= year <= 2100:
        raise InputError("年度不对", remedy="请填四位数的年度，或留空由文件判断")
    now = datetime.now(UTC)
    called = " ".join(name.split())[:_LONGEST_NAME] or f"{now.astimezone():%Y-%m-%d} 批量起草"
    about = About.model_validate(
        {
            "id": str(uuid.uuid4()), "name": called, "by": actor.user_id, "by_name": actor.name, "at": now, "year": year,
            "writer": writer, "on_model_failure": on_model_failure,
        }
    )  # fmt: skip
    folder = _folder(record, about.id)
    try:
        for place in PLACES:
            (folder / place).mkdir(parents=True, mode=0o700)
        write_atomically(folder / _ABOUT, about.model_dump_json().encode())
    except OSError as error:
        raise OutputError("服务器上不能建立批量的文件夹", remedy="请管理员检查磁盘和权限") from error
    with record.write() as session:
        audit.note(session, actor, "add", "batch", about.id, {"year": year, "writer": writer})
    return about


def runs(record: Record, actor: Actor) -> tuple[RunView, ...]:
    """All runs, newest first.

    Raises:
        Refused: no right.
    """
    require(actor, "batch")
    folder = record.home / FOLDER
    names = [path.name for path in folder.iterdir() if _UUID.fullmatch(path.name)] if folder.is_dir() else []
    found = []
    for name in names:
        try:
            found.append(_view(record, name))
        except NotFound:
            continue
    return tuple(sorted(found, key=lambda view: view.about.at, reverse=True))


def run_view(record: Record, actor: Actor, run: str) -> RunView:
    """One run as it stands.

    Raises:
        NotFound: there is none of this id.
        Refused: no right.
    """
    require(actor, "batch")
    return _view(record, run)


def add_file(record: Record, actor: Actor, run: str, place: str, name: str, part: Path) -> HandedIn:
    """Hand a file or an archive in for a run that is not at work.

    Args:
        record, actor, run: where, who, which.
        place: ``in`` for this year's, ``previous`` for last year's, ``units`` for the list of units (a CSV file; it takes the
            place of the one before).
        name: the file's name on the person's computer.
        part: the file as received.

    Raises:
        InputError, OutputError: as for :func:`assistant.batch.handed_in.hand_in`; the run is at work, or has too many files.
        NotFound, Refused: no such run, no right.
    """
    view = resting(record, actor, run)
    if place not in PLACES:
        raise _gone()
    if sum(map(len, view.files.values())) >= MOST_FILES:
        raise InputError(f"一次批量最多 {MOST_FILES} 个文件", place=name, remedy="请另建一次批量")
    folder = _folder(record, run) / place
    done = hand_in_list(part, name, folder) if place == "units" else hand_in(part, name, folder)
    with record.write() as session:
        audit.note(session, actor, "hand in", "batch", run, {"place": place, "kept": len(done.kept), "left": len(done.left)})
    return done


def drop_file(record: Record, actor: Actor, run: str, place: str, name: str) -> None:
    """Take a file handed in for a run out again; what was drafted from it stays until the next start.

    Raises:
        InputError: the run is at work. NotFound, Refused: no such file or run, no right.
    """
    view = resting(record, actor, run)
    known = {(where, each.name) for where, files in view.files.items() for each in files}
    if (place, name) not in known:
        raise _gone()
    try:
        (_folder(record, run) / place / name).unlink()
    except OSError as error:
        raise OutputError("文件没有移除", place=name, remedy="请管理员检查权限") from error
    with record.write() as session:
        audit.note(session, actor, "drop file", "batch", run, {"place": place})


def start(record: Record, actor: Actor, run: str) -> RunView:
    """Start a run, or go on with one that was stopped.

    Raises:
        InputError: nothing was handed in.
        AssistantError: it is at work already, or ended at once (the message says why).
        NotFound, Refused: no such run, no right.
    """
    view = resting(record, actor, run)
    if not view.files["in"]:
        raise InputError("还没有上传填报件", remedy="请先上传各单位的工作簿，或把它们打包成 .zip 上传")
    folder, about = _folder(record, run), view.about
    with record.write() as session:
        audit.note(session, actor, "start", "batch", run, {"files": len(view.files["in"])})
    previous = folder / "previous" if view.files["previous"] else None
    (folder / _OVERVIEW).unlink(missing_ok=True)
    units = next((folder / "units" / each.name for each in view.files["units"]), None)
    start_run(
        folder / "in", view.out, writer=about.writer, previous=previous, units=units, year=about.year,
        on_model_failure=about.on_model_failure,
    )  # fmt: skip
    return _view(record, run)


def stop(record: Record, actor: Actor, run: str) -> None:
    """Ask a run to finish what is under way and stop; it can be gone on with.

    Raises:
        OutputError: it cannot be told. NotFound, Refused: no such run, no right.
    """
    view = run_view(record, actor, run)
    if stop_run(view.out):
        with record.write() as session:
            audit.note(session, actor, "stop", "batch", run)


def overview_of(record: Record, actor: Actor, run: str) -> Overview | None:
    """The overview of a run that ended, if it has been made since; see :func:`make_overview`.

    Raises:
        NotFound, Refused: no such run, no right.
    """
    view = run_view(record, actor, run)
    try:
        kept = (_folder(record, run) / _OVERVIEW).read_text(encoding="utf-8")
        mark, _line, text = kept.partition("\n")
        return Overview.model_validate_json(text) if mark == overview_mark(view.out) else None
    except (OSError, ValidationError, ValueError):
        return None


def make_overview(record: Record, run: str, *, today: date | None = None) -> None:
    """Make the overview and keep it. Takes seconds for hundreds of units.

    Raises:
        InputError: the run has written nothing. OutputError: it cannot be kept.
    """
    view = _view(record, run)
    mark = overview_mark(view.out)
    overview = build_overview(view.out, today=today)
    write_atomically(_folder(record, run) / _OVERVIEW, f"{mark}\n{overview.model_dump_json()}".encode("utf-8", "replace"))


def overview_mark(out: Path) -> str:
    """What an overview was made of: the run's record as it is."""
    try:
        return hashlib.sha256((out / RUN_FILE).read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


def unit_of(record: Record, actor: Actor, run: str, key: str) -> tuple[RunView, UnitRecord]:
    """A unit of a run.

    Raises:
        NotFound, Refused: no such unit or run, no right.
    """
    view = run_view(record, actor, run)
    try:
        found = next((unit for unit in read_run(view.out).units if unit.key == key), None)
    except InputError:
        found = None
    if found is None:
        raise _gone()
    return view, found


def unit_file(record: Record, actor: Actor, run: str, key: str, kind: UnitFile) -> tuple[str, bytes]:
    """A unit's report, draft or findings as a file: name and content. ``html`` and ``docx`` are as the run wrote them.

    Raises:
        NotFound, Refused: no such file, unit or run, no right.
        InputError: what the run wrote cannot be read.
    """
    view, unit = unit_of(record, actor, run, key)
    stem = unit.title or unit.unit
    if kind == "findings":
        return f"{stem}（检查意见）.xlsx", _findings(view.out, unit)
    content = content_of(view.out, str(getattr(unit.files, kind)))
    return f"{stem}.{'json' if kind == 'draft' else kind}", content


def standings(record: Record, actor: Actor, units: tuple[UnitRecord, ...]) -> dict[str, Standing]:
    """How the finished units of a run stand to the record, by the unit's key; errors as for :func:`standing`."""
    return standing(
        record,
        actor,
        {unit.key: (unit.unit, unit.year, unit.draft_fingerprint) for unit in units if unit.state == "done" and unit.year},
    )


def take_unit(record: Record, actor: Actor, run: str, key: str, *, replace: bool = False) -> Taken:
    """Take a unit's result into the record; errors as for :func:`assistant.review.from_batch.take`."""
    view, unit = unit_of(record, actor, run, key)
    if unit.state != "done":
        raise InputError(f"“{unit.unit}”还没有起草好", remedy="没有带入；请等它做完")
    submission, previous = read_inputs(view.out, unit)
    return take(record, actor, submission, previous, _draft(view.out, unit), replace=replace)


def _draft(out: Path, unit: UnitRecord) -> Draft:
    from assistant.drafting.draft import Draft

    try:
        return Draft.model_validate_json(content_of(out, unit.files.draft))
    except ValidationError as error:
        raise InputError("这个单位的草稿读不出来", place=unit.unit, remedy="请再开始一次，会重新写出") from error


def _findings(out: Path, unit: UnitRecord) -> bytes:
    from assistant.checking.output_xlsx import write_xlsx
    from assistant.checking.result import Checked
    from assistant.checks.subject import subject_of_submission
    from assistant.form import default_registry

    submission, previous = read_inputs(out, unit)
    subject = subject_of_submission(submission, registry=default_registry(), previous=previous, today=unit.today)
    return write_xlsx([Checked(Path(unit.title or unit.unit), subject, tuple(_draft(out, unit).findings))])


def content_of(out: Path, relative: str) -> bytes:
    """A file that a run wrote, reached through no link; ``relative`` to its folder.

    Raises:
        NotFound: there is none.
    """
    path = out / relative
    try:
        if not inside(relative) or not path.resolve(strict=True).is_relative_to(out.resolve()):
            raise _gone()
        return path.read_bytes()
    except OSError as error:
        raise _gone() from error


def resting(record: Record, actor: Actor, run: str) -> RunView:
    """A run that nobody is at work on.

    Raises:
        AssistantError: it is at work. NotFound, Refused: no such run, no right.
    """
    view = run_view(record, actor, run)
    if view.state.alive:
        raise AssistantError("这次批量正在进行", remedy="没有改动；请先停下它，或等它做完")
    return view


def _view(record: Record, run: str) -> RunView:
    folder = _folder(record, run)
    try:
        about = About.model_validate_json((folder / _ABOUT).read_bytes())
    except (OSError, ValidationError, ValueError) as error:
        raise _gone() from error
    files = {place: tuple(_listed(folder / place)) for place in PLACES}
    return RunView(about, files, state_of(folder / _OUT), folder / _OUT)


def _listed(folder: Path) -> list[FileView]:
    if not folder.is_dir():
        return []
    return [FileView(path.name, path.stat().st_size) for path in sorted(folder.iterdir()) if path.is_file()]


def _folder(record: Record, run: str) -> Path:
    if not _UUID.fullmatch(run):
        raise _gone()
    return record.home / FOLDER / run


def _gone() -> NotFound:
    return NotFound("没有找到这次批量或其中的文件", remedy="请从“批量”页重新打开")
