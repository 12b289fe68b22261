"""One file that holds the record, its files and the library, made while the site is in use; and bringing it back.

The database is copied first (SQLite's own backup, one state of it) and the files after it: a file is stored before its row and
never deleted, so each row of the copy finds its file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import delete, func, select

from assistant import __version__
from assistant.errors import InputError, OutputError
from assistant.files import check_targets
from assistant.review import audit
from assistant.review.audit import ANCHORS, Anchor, Verdict
from assistant.review.engine import FILE, Record, open_record
from assistant.review.faults import told
from assistant.review.schema import ExportRow, SessionRow, UploadRow, UserRow

LIBRARY = "library/library.sqlite3"
FOLDERS = ("uploads", "exports")
_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 64 * 1024 * 1024
_CHUNK = 1 << 20
_HINT = "请用 assistant backup 另做一份"


class _Stored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    size: int
    sha256: str


class _Manifest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    program: str
    made: datetime
    step: str
    anchor: str
    files: dict[str, _Stored]


@dataclass(frozen=True)
class Backup:
    """A backup that was made: how many files and bytes, where the audit trail ended, and files of the record not as they were."""

    path: Path
    files: int
    size: int
    anchor: Anchor
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Restored:
    """What was brought back: files, users, when it was saved, and whether the audit trail is whole."""

    home: Path
    files: int
    users: int
    made: datetime
    verdict: Verdict


def backup(record: Record, path: Path) -> Backup:
    """Save the record with uploads, exports and library in one file.

    Args:
        record: may be in use.
        path: a new file; nothing is ever written over.

    Raises:
        OutputError: the file is there already or cannot be written.
        InputError: the record is in PostgreSQL, which has its own tool.
        RecordError: the database cannot be read.
    """
    if not record.sqlite:
        raise InputError(
            "数据库是 PostgreSQL，本命令不备份它",
            remedy=f"请用 pg_dump 备份数据库，并复制 {record.home} 中的 {'、'.join(FOLDERS)} 和 library 文件夹",
        )
    check_targets([path], inputs=[record.home / FILE])
    if path.exists():
        raise OutputError("已有这个文件，不会覆盖", place=str(path), remedy="请换一个文件名")
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name[:40]}.", dir=path.parent) as folder:
            return _make(record, path, Path(folder))
    except OSError as error:
        raise OutputError(f"备份没有做成（{error.strerror}）", place=str(path), remedy="请检查文件夹、权限和磁盘空间") from error


def restore(path: Path, home: Path) -> Restored:
    """Bring a backup back into a folder that has no record; everybody has to log in again.

    Args:
        path: a file made by :func:`backup`.
        home: the program's folder; nothing in it is ever written over.

    Raises:
        InputError: the file is no backup, is damaged, or was made by a newer program.
        OutputError: the folder has data already or cannot be written.
    """
    _check_free(home)
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=home.parent) as folder:
            fresh = Path(folder) / "home"
            fresh.mkdir(mode=0o700)
            manifest = _unpack(path, fresh)
            users, verdict = _examine(fresh, manifest)
            _move(fresh, home)
    except OSError as error:
        raise OutputError(f"没有恢复（{error.strerror}）", place=str(home), remedy="请检查文件夹、权限和磁盘空间") from error
    return Restored(home, len(manifest.files), users, manifest.made, verdict)


def _make(record: Record, path: Path, folder: Path) -> Backup:
    copies = {FILE: _copied(record.home / FILE, folder / FILE)}
    if (record.home / LIBRARY).is_file():
        copies[LIBRARY] = _copied(record.home / LIBRARY, folder / "library.sqlite3")
    copied = open_record(folder)
    try:
        with copied.read() as session:
            ended, expected = audit.anchor(session), dict(_expected(session))
        step = copied.version()
    finally:
        copied.close()
    sources = {**copies, ANCHORS: _anchors(record.home, ended, folder / ANCHORS), **_beside(record.home)}
    target = folder / "backup.zip"
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        stored = {name: found for name, source in sources.items() if (found := _store(archive, name, source))}
        manifest = _Manifest(program=__version__, made=datetime.now(UTC), step=step, anchor=str(ended), files=stored)
        archive.writestr(_MANIFEST, manifest.model_dump_json(indent=1))
    _settle(target, path)
    faults = tuple(_differing(expected, stored))
    return Backup(path, len(stored), path.stat().st_size, ended, faults)


def _copied(source: Path, target: Path) -> Path:
    """One state of a SQLite database that others are using."""
    address = f"{source.absolute().as_uri()}?mode=ro"
    with told(str(source)), closing(sqlite3.connect(address, uri=True)) as origin, closing(sqlite3.connect(target)) as copy:
        origin.backup(copy)  # in one step: with several it would begin anew after each write of others
        copy.execute("PRAGMA journal_mode=DELETE")
    return target


def _anchors(home: Path, ended: Anchor, target: Path) -> Path:
    """The anchors kept so far; those of deeds done after the copy of the database are not for it."""
    kept = [one for one in audit.kept_anchors(home) if one.count <= ended.count]
    target.write_text("".join(f"{one}\n" for one in kept), encoding="ascii")
    return target


def _expected(session: Any) -> Iterator[tuple[str, str]]:
    """What the record says of its files: name in the backup and SHA-256."""
    for name, value in session.execute(select(UploadRow.stored_name, UploadRow.sha256)):
        yield f"uploads/{name}", value
    for name, value in session.execute(select(ExportRow.id, ExportRow.sha256)):
        yield f"exports/{name}", value


def _differing(expected: dict[str, str], stored: dict[str, _Stored]) -> Iterator[str]:
    for name, value in expected.items():
        if name not in stored:
            yield f"{name} 不见了"
        elif stored[name].sha256 != value:
            yield f"{name} 与登记时不同"


def _beside(home: Path) -> dict[str, Path]:
    """Uploads and exports; what is still being written has a name with a leading point and is left out."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            relative = path.relative_to(home)
            if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in relative.parts):
                found[relative.as_posix()] = path
    return found


def _store(archive: zipfile.ZipFile, name: str, source: Path) -> _Stored | None:
    """Put a file into the archive; None if it was taken away meanwhile."""
    try:
        handle = source.open("rb")
    except FileNotFoundError:
        return None
    with handle, archive.open(name, "w", force_zip64=True) as target:
        return _pour(handle, target)


def _pour(source: Any, target: Any, most: int | None = None) -> _Stored:
    """Copy, counting and summing; stops once more than ``most`` bytes came."""
    digest, size = hashlib.sha256(), 0
    while (most is None or size <= most) and (chunk := source.read(_CHUNK)):
        digest.update(chunk)
        size += len(chunk)
        target.write(chunk)
    return _Stored(size=size, sha256=digest.hexdigest())


def _settle(temporary: Path, path: Path) -> None:
    """Give the complete file its name; fails if the name was taken meanwhile."""
    temporary.chmod(0o600)
    with temporary.open("rb") as handle:
        os.fsync(handle.fileno())
    try:
        os.link(temporary, path)
    except FileExistsError as error:
        raise OutputError("已有这个文件，不会覆盖", place=str(path), remedy="请换一个文件名") from error
    except OSError:  # a file system without links
        temporary.rename(path)


def _check_free(home: Path) -> None:
    if home.exists() and not home.is_dir():
        raise OutputError("这不是文件夹", place=str(home), remedy="请用 ASSISTANT_HOME 指定一个文件夹")
    taken = [name for name in (FILE, ANCHORS, *FOLDERS, "library") if (home / name).exists()]
    if taken:
        raise OutputError(
            f"数据文件夹里已有 {'、'.join(taken)}，不会覆盖",
            place=str(home), remedy="请停止网站，把原文件夹改名留存，或用 ASSISTANT_HOME 指定一个空文件夹，再恢复",
        )  # fmt: skip


def _unpack(path: Path, folder: Path) -> _Manifest:
    """Write out the files the manifest names, each checked by size and sum."""
    try:
        with path.open("rb") as handle, zipfile.ZipFile(handle) as archive:
            manifest = _manifest(archive, path)
            for name, wanted in manifest.files.items():
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, _new(target) as copy:
                    if _pour(source, copy, wanted.size) != wanted:
                        raise InputError(f"备份文件已损坏：{name} 与清单不符", place=str(path), remedy=_HINT)
    except FileNotFoundError as error:
        raise InputError("没有这个文件", place=str(path), remedy="请检查路径和文件名") from error
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise InputError("这不是备份文件，或者已损坏", place=str(path), remedy=_HINT) from error
    return manifest


def _new(target: Path) -> BinaryIO:
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _manifest(archive: zipfile.ZipFile, path: Path) -> _Manifest:
    with archive.open(_MANIFEST) as handle:
        text = handle.read(_LARGEST_MANIFEST)
    try:
        manifest = _Manifest.model_validate_json(text)
    except (ValidationError, json.JSONDecodeError) as error:
        raise InputError(
            "备份文件的清单读不懂，可能由更新版本的程序建立", place=str(path), remedy="请用新版本的程序恢复"
        ) from error
    if FILE not in manifest.files or not all(map(_plain_name, manifest.files)):
        raise InputError("备份文件的清单里有不该有的文件名，没有恢复", place=str(path), remedy=_HINT)
    return manifest


def _plain_name(name: str) -> bool:
    """Whether a name stays inside the folder and is one that a backup holds."""
    parts = name.split("/")
    if name in (FILE, ANCHORS, LIBRARY):
        return True
    good = all(part and not part.startswith(".") and not set(part) & set('\\:\0"<>|?*') for part in parts)
    return len(parts) > 1 and parts[0] in FOLDERS and good and not PurePosixPath(name).is_absolute()


def _examine(folder: Path, manifest: _Manifest) -> tuple[int, Verdict]:
    """Open what was unpacked (an older record is brought up), end its sessions, walk its audit trail."""
    record = open_record(folder)
    try:
        with record.write() as session:
            session.execute(delete(SessionRow))
        with record.read() as session:
            users = int(session.execute(select(func.count()).select_from(UserRow)).scalar() or 0)
        return users, audit.verify(record, [Anchor.parse(manifest.anchor)])
    finally:
        record.close()


def _move(fresh: Path, home: Path) -> None:
    """Into an absent or empty folder as a whole; else piece by piece, the database last."""
    _check_free(home)
    if not home.exists() or not any(home.iterdir()):
        fresh.replace(home)
        return
    names = sorted((path.name for path in fresh.iterdir()), key=lambda name: name.startswith(FILE))
    for name in names:
        shutil.move(fresh / name, home / name)
