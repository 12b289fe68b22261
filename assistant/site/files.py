"""Files in and out, by routes of our own: uploads stream to disk under a limit, exports go to their owners only."""

from __future__ import annotations

import os
import uuid
from asyncio import Semaphore
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.errors import AssistantError, InputError, OutputError
from assistant.files import Limits, read_file
from assistant.review import submissions
from assistant.review.rights import require
from assistant.site import log
from assistant.site.guard import status_of, visitor
from assistant.site.page import NotThere, Services, whole
from assistant.site.sessions import Visitor
from assistant.site.wiring import fault_message, words
from assistant.site.word import is_theirs, renewed

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "working": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "findings": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "html": "application/octet-stream",
}


_NOT_KEPT = "文件没有收下；请管理员清理磁盘、检查数据文件夹后再上传"


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload that was taken in: its id in the record, its name as shown, its size in bytes."""

    id: str
    name: str
    size: int


def routes(services: Services) -> list[Route]:
    """The routes of this module."""
    files = _Files(services)
    return [Route("/upload", files.upload, methods=["POST"]), Route("/export/{name}", files.export, methods=["GET"])]


class _Files:
    """Upload and download."""

    def __init__(self, services: Services) -> None:
        self._services, self._turns = services, Semaphore(2)

    async def upload(self, request: Request) -> Response:
        """The body is the file itself; ``X-File-Name`` holds its name in percent-encoded UTF-8, ``?unit=`` whose it is."""
        who = visitor(request)
        if who is None or not is_theirs(request, who):
            return _refusal(403, "页面已经过期，文件没有收下。请刷新页面后再上传。", renewed(request, who))
        try:
            kept = await self._receive(request, who)
        except ClientDisconnect:
            return _refusal(400, "上传中断，文件没有收下。请再上传一次。")
        except AssistantError as error:
            log.event("upload refused", user=who.user_id, kind=type(error).__name__)
            return _refusal(status_of(error), words(error))
        except Exception as error:
            return _refusal(500, fault_message(log.fault(error, route="/upload")))
        log.event("upload", user=who.user_id, size=kept.size)
        return JSONResponse({"id": kept.id, "name": kept.name, "size": kept.size})

    async def _receive(self, request: Request, who: Visitor) -> Kept:
        services, name = self._services, shown_name(unquote(request.headers.get("x-file-name", "")))
        given = request.query_params.get("unit")
        unit = whole(given)
        if given and unit is None:
            raise NotThere
        if unit is None:
            require(who.actor, "check")
        else:
            require(who.actor, "submit", unit)
        services.limiter.spend("upload", f"user:{who.user_id}")
        size = await self._stream(request, part := services.settings.home / "uploads" / f"{uuid.uuid4()}.part", name)
        try:
            async with self._turns:  # files are held in memory while they are looked at
                identifier = await run_in_threadpool(_keep, services, who, unit, name, part)
        finally:
            part.unlink(missing_ok=True)
        return Kept(identifier, name, size)

    async def _stream(self, request: Request, part: Path, name: str) -> int:
        """Write the body to ``part``; its length. Nothing is left when it is too long, cut off, or the disk is full."""
        limit = self._services.options.upload_bytes
        size, whole_file = 0, False
        try:
            file = await run_in_threadpool(_new_file, part)
            with file:
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > limit:
                        raise _too_large(limit, name)
                    await run_in_threadpool(file.write, chunk)
            if not size:
                raise InputError("文件是空的", place=name, remedy="请确认文件已保存、内容完整")
            whole_file = True
        except OSError as error:
            raise OutputError("服务器上不能保存文件（磁盘已满或没有写权限）", place=name, remedy=_NOT_KEPT) from error
        finally:
            if not whole_file:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
        return size

    async def export(self, request: Request) -> Response:
        """An export, if it belongs to one of the visitor's units."""
        who = visitor(request)
        if who is None:
            return _refusal(401, "登录已过期。")
        view, content = await run_in_threadpool(_open_export, self._services, who, request.path_params["name"])
        log.event("export", user=who.user_id, kind=view[0], size=len(content))
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(view[1])}",
            "content-security-policy": "sandbox; default-src 'none'",
        }
        return Response(content, media_type=TYPES.get(view[0], "application/octet-stream"), headers=headers)


def _open_export(services: Services, who: Visitor, identifier: str) -> tuple[tuple[str, str], bytes]:
    from assistant.review.exports import open_export

    view, content = open_export(services.record, who.actor, identifier)
    return (view.kind, view.name), content


def _keep(services: Services, who: Visitor, unit: int | None, name: str, part: Path) -> str:
    data = read_file(part, Limits(file_bytes=services.options.upload_bytes))
    return submissions.keep_upload(services.record, who.actor, unit, name, data)


def _new_file(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def shown_name(name: str) -> str:
    """A file's name for showing: without folders and control characters, of bearable length."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    if len(shown) > 120:
        return f"{shown[:80]}…{shown[-30:]}"
    return shown or "未命名文件"


def _too_large(limit: int, name: str) -> InputError:
    what = f"文件超过 {limit // 1024 // 1024} MB 上限"
    return InputError(what, place=name, remedy="文件没有收下。填报件一般不到 1 MB，请确认交的文件，或删去其中的图片和无关内容")


def _refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    # What is still being sent is not waited for.
    return JSONResponse({"message": message}, status_code=status, headers={"connection": "close", **(headers or {})})


def static_file(name: str) -> Path | None:
    """A file of the site's own style sheets and scripts, None if there is none of this name."""
    folder = Path(__file__).parent / "static"
    path = folder / name
    return path if path.parent == folder and path.is_file() else None
