"""All results of a run in one archive, and the end of a run that nobody needs any more."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from assistant.batch.database import place_of, run_id
from assistant.batch.names import file_name
from assistant.batch.office import FOLDER, content_of, overview_of, resting, run_view
from assistant.batch.records import UnitRecord
from assistant.errors import InputError, OutputError
from assistant.review import audit
from assistant.review.engine import Record
from assistant.review.errors import NotFound
from assistant.review.rights import Actor

_GONE = ".gone"
_OVERVIEW = "总览.xlsx"
_STORED = (".docx", ".xlsx")  # compressed already


def results_archive(record: Record, actor: Actor, run: str) -> tuple[str, IO[bytes]]:
    """All reports of a run that is not at work, and its overview if there is one.

    Args:
        record, actor, run: where, who, which.

    Returns:
        The archive's name, and the archive as a temporary file at its beginning, for the caller to close.

    Raises:
        InputError: it has written nothing yet.
        AssistantError: it is at work.
        NotFound, Refused: no such run, no right.
        OutputError: there is no room for the archive.
    """
    view = resting(record, actor, run)
    done = [unit for unit in view.state.run.units if unit.state == "done"] if view.state.run else []
    if not done:
        raise InputError("还没有写好的报告", remedy="请先开始起草，等它做完")
    archive: IO[bytes] = tempfile.TemporaryFile(dir=view.out.parent)  # noqa: SIM115  # handed to the caller, who closes it
    try:
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in _members(view.out, done):
                packed.writestr(name, content, zipfile.ZIP_STORED if name.endswith(_STORED) else None)
            overview = overview_of(record, actor, run)
            if overview is not None:
                from assistant.batch.overview_xlsx import overview_workbook

                packed.writestr(_OVERVIEW, overview_workbook(overview), zipfile.ZIP_STORED)
    except OSError as error:
        archive.close()
        raise OutputError("不能打包全部结果（磁盘已满或没有写权限）", remedy="请管理员清理磁盘，或逐个单位下载") from error
    except BaseException:
        archive.close()
        raise
    archive.seek(0)
    return f"{file_name(view.about.name)}（全部结果）.zip", archive


def _members(out: Path, units: list[UnitRecord]) -> Iterator[tuple[str, bytes]]:
    """Names and contents; a file that is gone meanwhile is left out."""
    taken: set[str] = set()
    for unit in units:
        stem = file_name(unit.title or unit.unit)
        stem = f"{stem}-{unit.key[:8]}" if stem.casefold() in taken else stem
        taken.add(stem.casefold())
        for relative, ending in ((unit.files.docx, "docx"), (unit.files.html, "html"), (unit.files.draft, "json")):
            try:
                yield f"{stem}/{stem}.{ending}", content_of(out, relative)
            except NotFound:
                continue


def remove_run(record: Record, actor: Actor, run: str) -> None:
    """Remove a run that is not at work with all that was handed in for it and came out of it, and its own SQLite database.

    What the record took in stays; so do the run's rows in a shared PostgreSQL database.

    Raises:
        AssistantError: it is at work; nothing was removed.
        OutputError: its files cannot be removed.
        NotFound, Refused: no such run, no right.
    """
    view = resting(record, actor, run)
    folder = record.home / FOLDER / run
    gone, database = folder.with_name(run + _GONE), place_of(run_id(view.out)).file
    try:
        folder.rename(gone)
    except OSError as error:
        raise OutputError("这次批量没有删去", place=view.about.name, remedy="请管理员检查文件夹的权限") from error
    with record.write() as session:
        audit.note(session, actor, "remove", "batch", run, {"name": view.about.name})
    for left in (record.home / FOLDER).glob(f"*{_GONE}"):
        shutil.rmtree(left, ignore_errors=True)
    for ending in ("", "-wal", "-shm") if database is not None else ():
        with suppress(OSError):
            Path(f"{database}{ending}").unlink(missing_ok=True)


def removal_words(record: Record, actor: Actor, run: str) -> str:
    """What removing a run removes and what it leaves, to be asked first; errors as for :func:`run_view`."""
    view = run_view(record, actor, run)
    files = sum(map(len, view.files.values()))
    done = sum(unit.state == "done" for unit in view.state.run.units) if view.state.run else 0
    pieces = [f"交来的 {files} 个文件"] * bool(files) + [f"{done} 个单位的报告和总览"] * bool(done)
    what = "、".join(pieces) or "它还没有文件"
    lead = f"{what}将从服务器删去，不能恢复" if pieces else what
    return f"删去“{view.about.name}”？{lead}；已经带入系统的数据和草稿不受影响。"
