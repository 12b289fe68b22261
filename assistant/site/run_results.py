"""``/run/<id>/results.zip``: all results of a batch run, for who may do batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from assistant.site import log
from assistant.site.guard import visitor
from assistant.site.page import Services

_CHUNK = 1 << 20


def routes(services: Services) -> list[Route]:
    """The route of this module. Errors of the runs' service rise to the guard, which answers with a page."""

    async def results(request: Request) -> Response:
        from assistant.batch.results import results_archive

        who = visitor(request)
        if who is None:
            return JSONResponse({"message": "登录已过期。"}, status_code=401)
        name, archive = await run_in_threadpool(results_archive, services.record, who.actor, request.path_params["run"])
        log.event("download", user=who.user_id, kind="results")
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name)}",
            "content-security-policy": "sandbox; default-src 'none'",
        }
        done = BackgroundTask(archive.close)
        return StreamingResponse(_pieces(archive), media_type="application/zip", headers=headers, background=done)

    return [Route("/run/{run}/results.zip", results, methods=["GET"])]


def _pieces(archive: IO[bytes]) -> Iterator[bytes]:
    while piece := archive.read(_CHUNK):
        yield piece
