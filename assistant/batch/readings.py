"""What was found in a folder, file by file: read once by whichever worker is free, kept for all of them."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

import assistant
from assistant.batch.places import WORK, make_folder
from assistant.errors import AssistantError, InputError
from assistant.files import USUAL, read_file, write_all

if TYPE_CHECKING:
    from assistant.form import FormRegistry
    from assistant.intake import Intake

READINGS = f"{WORK}/readings"
_VERSION = "1"
# Of these endings a file that cannot be read is somebody's submission until proven otherwise; others are ignored.
_MEANT = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".json", ".docx", ".doc", ".wps", ".pdf"})
_SYSTEM = frozenset({"thumbs.db", "desktop.ini"})


class Listed(BaseModel):
    """A file of FOLDER or of ``--previous``: its path below that folder and what identifies its content."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: Literal["folder", "previous"]
    path: str
    key: str = ""
    problem: str = ""

    @property
    def meant(self) -> bool:
        """Whether somebody means it to be read, by its ending."""
        return Path(self.path).suffix.lower() in _MEANT


class Reading(BaseModel):
    """What a file turned out to be, without its content. ``problem`` says why it could not be read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    origin: Literal["", "workbook", "json", "report"] = ""
    unit: str = ""
    aliases: tuple[str, ...] = ()
    region: str = ""
    kind: str = ""
    year: int | None = None
    form: str = ""
    own_previous: bool = False
    problem: str = ""


def files_in(folder: Path, place: Literal["folder", "previous"], out: Path) -> Iterator[Listed]:
    """All files below a folder in the order of their paths, hidden ones, locks of editors and the output folder left out.

    Raises:
        InputError: it is no folder or cannot be listed.
    """
    if not folder.is_dir():
        raise InputError("没有这个文件夹", place=str(folder), remedy="请指明放有各单位填报件的文件夹")
    for parent, folders, names in os.walk(folder, followlinks=False):
        here = Path(parent)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not _is(here / name, out))
        for name in sorted(names):
            if not name.startswith((".", "~$")) and name.lower() not in _SYSTEM:
                yield _listed(folder, here / name, place)


def _is(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _listed(folder: Path, path: Path, place: Literal["folder", "previous"]) -> Listed:
    relative = path.relative_to(folder).as_posix()
    try:
        relative.encode("utf-8")
    except UnicodeEncodeError:
        shown = os.fsencode(relative).decode("utf-8", "replace")
        return Listed(place=place, path=shown, problem="文件名不是有效的文字，请改名后再运行")
    if path.is_symlink():
        return Listed(place=place, path=relative, problem="这是链接，没有读取；请把文件本身放进来")
    try:
        content = read_file(path, USUAL)
    except InputError as error:
        return Listed(place=place, path=relative, problem=_without_place(error))
    return Listed(place=place, path=relative, key=reading_key(relative, content))


def reading_key(relative: str, content: bytes) -> str:
    """What a reading depends on: the content, the path that its sources name, the program."""
    head = f"{_VERSION}\x1f{assistant.__version__}\x1f{relative}\x1f"
    return hashlib.sha256(head.encode("utf-8") + content).hexdigest()


def read_listed(listed: Listed, folder: Path, out: Path, registry: FormRegistry) -> Reading:
    """Read a file, keep what is in it below OUT, and say what it is. Nothing a file holds makes this fail.

    Raises:
        OutputError: what was read cannot be kept.
    """
    try:
        intake = _read(listed, folder, registry)
    except AssistantError as error:
        return Reading(key=listed.key, problem=_without_place(error))
    except Exception as error:  # a defect met by one file must not stop the others
        return Reading(key=listed.key, problem=f"读取时程序出错（{type(error).__name__}），请把文件交给维护人员")
    _keep(intake, listed.key, out)
    submission = intake[1].submission
    unit = submission.unit
    return Reading(
        key=listed.key,
        origin=intake[0],
        unit=unit.name,
        aliases=unit.aliases,
        region=unit.region,
        kind=unit.kind,
        year=submission.year,
        form=submission.form,
        own_previous=bool(submission.previous_cells),
    )


def load_reading(key: str, path: Path, relative: str, out: Path, registry: FormRegistry) -> Intake:
    """The content of a file read before; read again where what was kept is gone.

    Raises:
        InputError: it is gone and the file is no longer the one that was read, or cannot be read.
    """
    from assistant.intake import Intake
    from assistant.report.model import Report
    from assistant.submission.model import Submission

    try:
        data = json.loads(zlib.decompress(_path(out, key).read_bytes()))
        report = data["report"]
        return Intake(Submission.model_validate(data["submission"]), Report.model_validate(report) if report else None)
    except (OSError, ValueError, KeyError, TypeError, ValidationError, zlib.error):
        pass
    content = read_file(path, USUAL)
    if reading_key(relative, content) != key:
        raise InputError("文件在起草途中被改动了", place=relative, remedy="请再运行一次，会按新的内容起草")
    intake = _opened(content, relative, registry)
    _keep(intake, key, out)
    return intake[1]


def _read(listed: Listed, folder: Path, registry: FormRegistry) -> tuple[Literal["workbook", "json", "report"], Intake]:
    content = read_file(folder / listed.path, USUAL)
    if reading_key(listed.path, content) != listed.key:
        raise InputError("文件在读取途中被改动了", place=listed.path, remedy="请再运行一次")
    return _opened(content, listed.path, registry)


def _opened(content: bytes, relative: str, registry: FormRegistry) -> tuple[Literal["workbook", "json", "report"], Intake]:
    from assistant.intake.door import read_bytes
    from assistant.report.file_kind import kind_of

    intake = read_bytes(content, relative, registry)
    if intake.report is not None:
        return "report", intake
    return ("json" if kind_of(content, relative) == "json" else "workbook"), intake


def _keep(intake: tuple[str, Intake], key: str, out: Path) -> None:
    submission, report = intake[1].submission, intake[1].report
    data = {
        "submission": submission.model_dump(mode="json", exclude_defaults=True),
        "report": report.model_dump(mode="json", exclude_defaults=True) if report else None,
    }
    folder = make_folder(out, f"{READINGS}/{key[:2]}")
    packed = zlib.compress(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"), 1)
    write_all([(folder / f"{key}.z", packed)], flushed=False)


def _path(out: Path, key: str) -> Path:
    return out / READINGS / key[:2] / f"{key}.z"


def _without_place(error: AssistantError) -> str:
    remedy = f"。{error.remedy}" if error.remedy else ""
    return f"{error.what}{remedy}"


def forget_readings(out: Path, wanted: set[str]) -> None:
    """Remove what was kept of files that are no longer there."""
    with suppress(OSError):
        for path in (out / READINGS).glob("*/*.z"):
            if path.stem not in wanted:
                path.unlink(missing_ok=True)
