"""Files people hand in: judged by content, stored under generated names outside any served path."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath, PureWindowsPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.files import USUAL
from assistant.review import audit
from assistant.review.access import unit_for
from assistant.review.engine import Record
from assistant.review.errors import NotFound
from assistant.review.faultpoints import reached
from assistant.review.keeping import keep_file
from assistant.review.rights import Actor, require
from assistant.review.schema import UploadRow

FOLDER = "uploads"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LONGEST_NAME = 120


def keep_upload(record: Record, actor: Actor, unit_id: int | None, name: str, data: bytes) -> str:
    """Store an upload; its id.

    Args:
        record: the record; files go into ``uploads`` of its folder.
        actor: who uploads.
        unit_id: for which unit; None for a report that is only to be checked, or that tells its unit itself.
        name: the file's name on the person's computer, shown and never used as a path.
        data: the content; size and kind are judged by content, in the words of the command line.

    Raises:
        InputError: too large, empty, or not a kind of file the program reads.
        RecordError: it cannot be stored.
        NotFound, Refused: not one's own unit, or no right.
    """
    from assistant.report.file_kind import kind_of

    shown = shown_name(name)
    with record.read() as session:
        if unit_id is None:
            require(actor, "check")
        else:
            unit_for(session, actor, "submit", unit_id)
    _check_size(data, shown)
    kind = kind_of(data, shown)
    upload_id = str(uuid.uuid4())
    keep_file(record.home / FOLDER, upload_id, data)
    reached("upload.stored")
    with record.write() as session:
        session.add(
            UploadRow(
                id=upload_id,
                unit_id=unit_id,
                by=actor.user_id,
                original_name=shown,
                stored_name=upload_id,
                sha256=hashlib.sha256(data).hexdigest(),
                size=len(data),
                type=kind,
                at=datetime.now(UTC),
            )
        )
        audit.note(session, actor, "upload", "upload", upload_id, {"type": kind, "size": len(data), "unit": unit_id})
    return upload_id


def open_upload(
    record: Record, session: Session, actor: Actor, upload_id: str, unit_id: int | None = None
) -> tuple[UploadRow, bytes]:
    """An upload of one's own with its content, checked against its sum.

    Args:
        record, session, actor: who reads where.
        upload_id: which one.
        unit_id: the unit it is to be used for; an upload for another unit is refused.

    Raises:
        NotFound: not there, another person's, or for another unit.
        InputError: the file is gone or was changed on disk.
    """
    row = session.get(UploadRow, upload_id) if _UUID.fullmatch(upload_id) else None
    if row is None or row.by != actor.user_id or (row.unit_id is not None and unit_id is not None and row.unit_id != unit_id):
        raise NotFound("没有找到这个文件", remedy="请重新上传")
    try:
        data = (record.home / FOLDER / row.stored_name).read_bytes()
    except OSError as error:
        raise InputError("上传的文件已经不在了", place=row.original_name, remedy="请重新上传") from error
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise InputError("上传的文件在服务器上被改动过，没有采用", place=row.original_name, remedy="请重新上传并告诉管理员")
    return row, data


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload of one's own as listed."""

    id: str
    name: str
    at: datetime


def own_uploads(record: Record, actor: Actor, *, limit: int = 10) -> tuple[Kept, ...]:
    """The files one uploaded for no unit, to be checked, newest first; the same content once.

    Raises:
        Refused: no right.
    """
    require(actor, "check")
    wanted = select(UploadRow).where(UploadRow.by == actor.user_id, UploadRow.unit_id.is_(None)).order_by(UploadRow.at.desc())
    with record.read() as session:
        rows = session.execute(wanted.limit(limit * 3)).scalars().all()
        once = {row.sha256: row for row in reversed(rows)}
        newest = sorted(once.values(), key=lambda row: row.at, reverse=True)[:limit]
        return tuple(Kept(row.id, row.original_name, row.at) for row in newest)


def shown_name(name: str) -> str:
    """The last part of a path without control signs, short enough to show."""
    last = PureWindowsPath(PurePosixPath(name.replace("\x00", "")).name).name
    clean = "".join(sign for sign in last if sign.isprintable()).strip()
    return clean[-_LONGEST_NAME:] or "上传的文件"


def _check_size(data: bytes, name: str) -> None:
    if not data.strip():
        raise InputError("文件是空的", place=name, remedy="请确认文件已保存、内容完整")
    if len(data) > USUAL.file_bytes:
        size, most = len(data) / 1024 / 1024, USUAL.file_bytes // 1024 // 1024
        raise InputError(
            f"文件有 {size:.0f} MB，超过 {most} MB 上限", place=name, remedy="请确认交的文件，或删去其中的图片和无关内容"
        )
