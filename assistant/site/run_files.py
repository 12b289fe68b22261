"""Files of batch runs and of checks, by routes of our own: files handed in, results of units, findings; owners only."""

from __future__ import annotations

import os
import re
import uuid
from asyncio import Semaphore
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.errors import AssistantError, InputError, OutputError
from assistant.review.errors import NotFound
from assistant.review.rights import require
from assistant.site import log
from assistant.site.files import TYPES, shown_name
from assistant.site.guard import status_of, visitor
from assistant.site.page import NotThere, Services
from assistant.site.sessions import Visitor
from assistant.site.wiring import fault_message, words
from assistant.site.word import is_theirs, renewed

ARCHIVE_BYTES = 200 * 1024 * 1024
_TYPES = {**TYPES, "xlsx": TYPES["findings"], "draft": "application/json"}
_RULE = re.compile(r"([^{}@]+)\{([^{}]*)\}")
Opened = tuple[str, bytes]


def routes(services: Services) -> list[Route]:
    """The routes of this module. ``/run/<id>/…`` for runs, ``/findings/<upload>/<kind>`` for checks."""
    files = _Files(services)
    return [
        Route("/findings/{upload}/{kind}", files.findings, methods=["GET"]),
        Route("/run/overview.css", _style, methods=["GET"]),
        Route("/run/overview.js", _script, methods=["GET"]),
        Route("/run/{run}/files/{place}", files.hand_in, methods=["POST"]),
        Route("/run/{run}/overview.{kind}", files.overview, methods=["GET"]),
        Route("/run/{run}/{unit}/{kind}", files.unit, methods=["GET"]),
    ]


class _Files:
    """Uploads for runs and downloads."""

    def __init__(self, services: Services) -> None:
        self._services, self._turns = services, Semaphore(2)

    async def findings(self, request: Request) -> Response:
        """The findings of a check as a file, for who uploaded the report."""
        given, earlier = request.path_params, request.query_params.get("previous")
        return await self._hand_out(request, given["kind"], ("xlsx", "html"), lambda who: self._findings(who, earlier, **given))

    def _findings(self, who: Visitor, earlier: str | None, upload: str, kind: Any) -> Opened:
        from assistant.review.checkup import findings_file

        return findings_file(self._services.record, who.actor, upload, kind, previous_upload_id=earlier)

    async def overview(self, request: Request) -> Response:
        """The overview of a run as a workbook."""
        given = request.path_params
        return await self._hand_out(request, given["kind"], ("xlsx",), lambda who: self._overview(who, **given))

    def _overview(self, who: Visitor, run: str, kind: str) -> Opened:
        from assistant.batch.office import overview_of, run_view
        from assistant.batch.overview_xlsx import overview_workbook

        name = f"{run_view(self._services.record, who.actor, run).about.name}（总览）.{kind}"
        found = overview_of(self._services.record, who.actor, run)
        if found is None:
            raise NotFound("总览还没有做好", remedy="请回到“批量”页，等它做好")
        return name, overview_workbook(found)

    async def unit(self, request: Request) -> Response:
        """A unit's report, draft or findings."""
        given = request.path_params
        kinds = ("docx", "html", "draft", "findings")
        return await self._hand_out(request, given["kind"], kinds, lambda who: self._unit(who, **given))

    def _unit(self, who: Visitor, run: str, unit: str, kind: Any) -> Opened:
        from assistant.batch.office import unit_file

        return unit_file(self._services.record, who.actor, run, unit, kind)

    async def _hand_out(self, request: Request, kind: str, kinds: tuple[str, ...], opened: Callable[[Visitor], Opened]) -> Response:
        who = visitor(request)
        if who is None:
            return _refusal(401, "登录已过期。")
        if kind not in kinds:
            raise NotThere
        name, content = await run_in_threadpool(opened, who)
        log.event("download", user=who.user_id, kind=kind, size=len(content))
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "content-security-policy": "sandbox; default-src 'none'",
        }
        return Response(content, media_type=_TYPES.get(kind, "application/octet-stream"), headers=headers)

    async def hand_in(self, request: Request) -> Response:
        """A file or an archive for a run; the body is the file itself, as for ``/upload``."""
        who = visitor(request)
        if who is None or not is_theirs(request, who):
            return _refusal(403, "页面已经过期，文件没有收下。请刷新页面后再上传。", renewed(request, who))
        try:
            return JSONResponse(await self._receive(request, who))
        except ClientDisconnect:
            return _refusal(400, "上传中断，文件没有收下。")
        except AssistantError as error:
            return _refusal(status_of(error), words(error))
        except Exception as error:
            return _refusal(500, fault_message(log.fault(error, route="/run/")))

    async def _receive(self, request: Request, who: Visitor) -> dict[str, Any]:
        from assistant.batch import office

        require(who.actor, "batch")
        run, place = request.path_params["run"], request.path_params["place"]
        await run_in_threadpool(office.run_view, self._services.record, who.actor, run)
        name = shown_name(unquote(request.headers.get("x-file-name", ""), errors="replace"))
        part = self._services.settings.home / office.FOLDER / run / f"{uuid.uuid4()}.part"
        async with self._turns:
            try:
                size = await _stream(request, part, name)
                done = await run_in_threadpool(office.add_file, self._services.record, who.actor, run, place, name, part)
            finally:
                with suppress(OSError):
                    part.unlink(missing_ok=True)
        log.event("hand-in", user=who.user_id, size=size, kept=len(done.kept))
        return {"name": name, "kept": len(done.kept), "left": [f"{each}：{why}" for each, why in done.left[:20]]}


async def _stream(request: Request, part: Path, name: str) -> int:
    """The body to disk, under the limit; its size."""
    size = 0
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            async for chunk in request.stream():
                size += len(chunk)
                if size > ARCHIVE_BYTES:
                    what = f"文件超过 {ARCHIVE_BYTES // 1024 // 1024} MB 上限"
                    raise InputError(what, place=name, remedy="文件没有收下。请分成几个压缩包上传")
                await run_in_threadpool(file.write, chunk)
    except OSError as error:
        raise OutputError("服务器上不能保存文件（磁盘已满或没有写权限）", place=name, remedy="请管理员清理磁盘后再上传") from error
    if not size:
        raise InputError("文件是空的", place=name, remedy="请确认文件已保存、内容完整")
    return size


def _refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"message": message}, status_code=status, headers={"connection": "close", **(headers or {})})


async def _style(_request: Request) -> Response:
    return Response(scoped(_asset("overview.css"), ":root .overview"), media_type="text/css; charset=utf-8")


async def _script(_request: Request) -> Response:
    return Response(_asset("overview.js"), media_type="text/javascript; charset=utf-8")


def _asset(name: str) -> str:
    return (resources.files("assistant.batch") / "data" / name).read_text(encoding="utf-8")


def scoped(style: str, scope: str) -> str:
    """A style sheet whose every rule holds below ``scope`` only; rules of ``:root`` and ``body`` hold for it itself."""

    def below(rule: re.Match[str]) -> str:
        selectors = [each.strip() for each in rule.group(1).split(",")]
        named = [scope if each in (":root", "body") else f"{scope} {each}" for each in selectors]
        return f"{', '.join(named)} {{{rule.group(2)}}}\n"

    return _RULE.sub(below, style)
