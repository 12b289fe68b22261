"""What a run leaves in its output folder: one record a unit (``result.json``), one of the run (``run.json``).

::

    OUT/run.json                     the list of units and of files that are none
    OUT/progress.json                how far the run is, rewritten while it goes
    OUT/units/NAME/result.json       what became of a unit
    OUT/units/NAME/draft.json        its draft            (``assistant schema draft``)
    OUT/units/NAME/input.json        what it was made of: submission and last year's, as read
    OUT/units/NAME/report.docx, report.html

All paths in the records are relative to OUT, with ``/``. What depends on the moment (who worked on it, when, at what cost) stands
apart under ``account``: the rest is the same for the same inputs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.submission.model import Submission

RUN_FILE, PROGRESS_FILE, RESULT_FILE, INPUT_FILE, DRAFT_FILE = (
    "run.json",
    "progress.json",
    "result.json",
    "input.json",
    "draft.json",
)
UNITS = "units"
VERSION: Literal[1] = 1
_AGAIN = "请再运行一次 assistant batch，会重新写出"
_Record = TypeVar("_Record", bound=BaseModel)

UnitState = Literal["done", "failed", "refused", "waiting", "missing"]
RunState = Literal["running", "stopped", "paused", "finished"]
Writer = Literal["offline", "model"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Counts(_Model):
    """Failing findings by severity; ``unknown`` are those that could not be judged for want of a value."""

    error: int = 0
    warning: int = 0
    info: int = 0
    unknown: int = 0


class Missing(_Model):
    """A gap mark: the part it stands in (``s1.platform``), its key, what is asked of the unit."""

    part: str
    key: str
    ask: str


class Shares(_Model):
    """Sentences by writer, gap marks aside."""

    offline: int = 0
    model: int = 0
    person: int = 0


class Files(_Model):
    """Paths of a unit's files relative to OUT; empty where there is none."""

    docx: str = ""
    html: str = ""
    draft: str = ""
    input: str = ""


class Account(_Model):
    """What the work took; differs between runs.

    ``calls`` and tokens are those of this time; what was answered from the record of calls is ``cached`` and cost nothing.
    """

    worker: str = ""
    finished: datetime | None = None
    seconds: float = 0.0
    calls: int = 0
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    attempts: int = 0


class UnitRecord(_Model):
    """What became of one unit.

    States: ``done`` drafted · ``failed`` could not be done (``message`` says why and what to do; the next run tries again) ·
    ``refused`` its input cannot be used (damaged; two workbooks of one unit) · ``waiting`` not done yet · ``missing`` on the list
    of units, nothing handed in.
    """

    key: str = Field(description="稳定的编号，由单位名称和年度得出")
    unit: str = Field(description="单位全称；读不出时为文件名")
    year: int | None = None
    kind: str = ""
    region: str = ""
    state: UnitState = "waiting"
    message: str = Field(default="", description="没有完成的原因和办法；完成了的为提醒")
    notes: tuple[str, ...] = Field(default=(), description="关于输入和上年材料的说明")
    folder: str = Field(default="", description="单位的文件夹，相对于输出文件夹")
    input: str = Field(default="", description="填报件，相对于 FOLDER")
    inputs: tuple[str, ...] = Field(default=(), description="同一单位有几份填报件时，全部列出")
    previous: str = Field(default="", description="上年材料：相对于 FOLDER 或 --previous 的路径，或资料库编号")
    previous_from: Literal["", "folder", "previous", "library", "inside"] = Field(
        default="", description="上年材料来自：文件夹、--previous、资料库、填报件自带；空为没有"
    )
    today: date | None = Field(default=None, description="按哪一天判断时限")
    title: str = ""
    form: str = ""
    writer: Writer = "offline"
    model: str = ""
    fallback: str = Field(default="", description="要求模型写作而由离线写作完成时的原因")
    findings: Counts = Counts()
    missing: tuple[Missing, ...] = ()
    sentences: Shares = Shares()
    files: Files = Files()
    sha256: dict[str, str] = Field(default_factory=dict, description="各文件内容的 SHA-256，按 files 的键")
    fingerprint: str = Field(default="", description="输入、提示词、模型和程序版本的指纹；相同则不重做")
    draft_fingerprint: str = ""
    account: Account = Account()


class FileRecord(_Model):
    """A file found in FOLDER and what it was taken for.

    Roles: ``submission`` this year's · ``previous`` last year's · ``refused`` cannot be read · ``other`` read but of no use here
    (another year, nobody's last year) · ``ignored`` not the kind of file a submission is.
    """

    path: str
    role: Literal["submission", "previous", "refused", "other", "ignored"]
    unit: str = ""
    year: int | None = None
    message: str = ""


class Progress(_Model):
    """How far a run is; ``seconds_left`` None while it cannot be told."""

    state: RunState
    total: int = 0
    done: int = 0
    failed: int = 0
    waiting: int = 0
    calls: int = 0
    cached: int = 0
    tokens: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    message: str = ""
    pid: int = 0
    at: datetime | None = None


class RunRecord(_Model):
    """A run over one folder."""

    version: Literal[1] = VERSION
    id: str = Field(description="这次批量的编号，由输出文件夹得出")
    folder: str = Field(description="FOLDER 的绝对路径")
    previous: str = ""
    year: int | None = Field(default=None, description="起草的是哪一年度")
    writer: Writer = "offline"
    state: RunState = "running"
    message: str = ""
    started: datetime | None = None
    finished: datetime | None = None
    today: date | None = None
    units: tuple[UnitRecord, ...] = ()
    files: tuple[FileRecord, ...] = ()
    account: Account = Account()

    def of_state(self, *states: UnitState) -> tuple[UnitRecord, ...]:
        """The units in one of these states, in the run's order."""
        return tuple(unit for unit in self.units if unit.state in states)


def read_run(out: Path) -> RunRecord:
    """The run in an output folder; of units the run's list has as waiting, what their own records say by now.

    Args:
        out: the output folder.

    Raises:
        InputError: there is no run, or its record cannot be read.
    """
    path = out / RUN_FILE
    run = _read(path, RunRecord)
    if run is None:
        raise InputError("这里没有批量起草的结果", place=str(path), remedy="请指明 assistant batch 的输出文件夹")
    if all(unit.state != "waiting" for unit in run.units):
        return run
    return run.model_copy(update={"units": tuple(_latest(out, unit) for unit in run.units)})


def read_progress(out: Path) -> Progress | None:
    """How far the run is, None where that is not known."""
    try:
        return _read(out / PROGRESS_FILE, Progress)
    except InputError:
        return None


def read_unit(out: Path, folder: str) -> UnitRecord | None:
    """The record in one unit's folder (relative to OUT), None if there is none that can be read."""
    if not inside(folder):
        return None
    try:
        return _read(out / folder / RESULT_FILE, UnitRecord)
    except InputError:
        return None


def read_inputs(out: Path, unit: UnitRecord) -> tuple[Submission, Submission | None]:
    """What a unit's draft was made of: its submission and last year's, as they were read.

    Raises:
        InputError: the unit is not done, or its files are gone or damaged.
    """
    from assistant.submission.model import Submission

    path = out / unit.files.input
    try:
        if not unit.files.input or not inside(unit.files.input):
            raise ValueError("no file")
        data = json.loads(path.read_text(encoding="utf-8"))
        previous = data["previous"]
        return Submission.model_validate(data["submission"]), Submission.model_validate(previous) if previous else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "这个单位起草时的输入读不出来", place=str(path), remedy="请再运行一次 assistant batch，会重新写出"
        ) from error


def inside(relative: str) -> bool:
    """Whether a recorded path stays below the folder it is relative to."""
    path = PurePosixPath(relative)
    return bool(relative) and not path.is_absolute() and ".." not in path.parts and "\\" not in relative and "\0" not in relative


def totals(units: Iterable[UnitRecord]) -> Account:
    """The sum of what the units took."""
    accounts = [unit.account for unit in units]
    return Account(
        seconds=round(sum(each.seconds for each in accounts), 3),
        calls=sum(each.calls for each in accounts),
        cached=sum(each.cached for each in accounts),
        input_tokens=sum(each.input_tokens for each in accounts),
        output_tokens=sum(each.output_tokens for each in accounts),
        attempts=sum(each.attempts for each in accounts),
    )


def _latest(out: Path, unit: UnitRecord) -> UnitRecord:
    if unit.state != "waiting" or not unit.folder:
        return unit
    found = read_unit(out, unit.folder)
    return found if found is not None and found.key == unit.key and found.fingerprint == unit.fingerprint else unit


def _read(path: Path, model: type[_Record]) -> _Record | None:
    try:
        return model.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError, ValueError) as error:
        raise InputError("批量起草的记录读不出来", place=str(path), remedy=_AGAIN) from error
