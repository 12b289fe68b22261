"""Where a run may write: below its output folder and nowhere else, through no link."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

from assistant.batch.records import UNITS, inside
from assistant.errors import InputError, OutputError
from assistant.files import write_all

WORK = ".work"


def check_out(out: Path, folders: tuple[Path, ...]) -> Path:
    """The output folder as it really is, made if it does not exist.

    Raises:
        OutputError: it cannot be made or is no folder.
        InputError: an input folder is the output folder or lies inside it.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        real = out.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise OutputError("不能建立输出文件夹", place=str(out), remedy="请检查路径、权限，确认它不是一个文件") from error
    for folder in folders:
        place = folder.resolve()
        if place == real or real in place.parents:
            raise InputError("输入文件夹不能是输出文件夹，也不能在它里面", place=str(folder), remedy="请把结果写到另一个文件夹")
    return real


def make_folder(out: Path, relative: str) -> Path:
    """A folder below the output folder, each step of the way a real folder.

    Raises:
        OutputError: a step is a link or no folder, or cannot be made.
    """
    if not inside(relative):
        raise OutputError("结果的文件夹名不能使用", place=relative[:200], remedy="请检查单位名称")
    path = out
    for step in ("", *Path(relative).parts):
        path = path / step if step else path
        try:
            path.mkdir(exist_ok=True, parents=not step)
            mode = path.lstat().st_mode
        except OSError as error:
            raise OutputError(f"不能建立文件夹（{error.strerror}）", place=str(path), remedy="请检查权限和磁盘空间") from error
        if step and (stat.S_ISLNK(mode) or not stat.S_ISDIR(mode)):
            raise OutputError("输出文件夹里的这一处是链接或文件，没有写入", place=str(path), remedy="请移走它，再运行一次")
    return path


def write_unit(out: Path, relative: str, contents: dict[str, bytes], known: dict[str, str]) -> list[str]:
    """Write a unit's files, the last of them last; what a person changed meanwhile is kept beside.

    Args:
        out: the output folder.
        relative: the unit's folder below it.
        contents: content by file name.
        known: SHA-256 of the files as they were written last, by file name.

    Returns:
        Names under which changed files were kept.

    Raises:
        OutputError: as for :func:`make_folder` and :func:`assistant.files.write_all`.
    """
    folder = make_folder(out, relative)
    sweep(folder)
    kept = [name for name in contents if name in known for name in _keep(folder, name, known[name], contents[name])]
    # Not waiting for the disk: what a power cut leaves empty is seen by the next run and written again.
    write_all([(folder / name, content) for name, content in contents.items()], flushed=False)
    return kept


def sweep(folder: Path) -> None:
    """Remove what a killed writer left half written."""
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.startswith(".") and entry.name.endswith(".tmp") and entry.is_file(follow_symlinks=False):
                Path(entry.path).unlink(missing_ok=True)


def digest(content: bytes) -> str:
    """SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def unit_folder(name: str) -> str:
    """The path of a unit's folder relative to the output folder."""
    return f"{UNITS}/{name}"


def _keep(folder: Path, name: str, written: str, new: bytes) -> list[str]:
    """Move a file aside that is no longer what was written here."""
    path = folder / name
    try:
        if path.is_symlink() or digest(path.read_bytes()) in (written, digest(new)):
            return []
        for number in range(1, 1000):
            aside = folder / f"{path.stem}.edited-{number}{path.suffix}"
            if not aside.exists():
                path.rename(aside)
                return [aside.name]
    except OSError:
        return []
    return []
