"""``POST /act/<page>/<name>``: small deeds of a page's own script, answered with pieces of the page to replace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant.errors import AssistantError
from assistant.site import log
from assistant.site.components.basics import Tone, notices
from assistant.site.guard import status_of, visitor
from assistant.site.page import Context, NotThere, Page, Reply, Services
from assistant.site.people import may_open
from assistant.site.wiring import fault_message, words
from assistant.site.word import is_theirs, renewed


def routes(services: Services, pages: Mapping[str, Page]) -> list[Route]:
    """The route of this module; ``pages`` by path."""

    async def act(request: Request) -> Response:
        who = visitor(request)
        if who is None or not is_theirs(request, who):
            told: list[tuple[Tone, str]] = [("error", "页面已经过期，刚才的操作没有执行。请刷新页面后再试。")]
            return _answer(403, told, headers=renewed(request, who))
        page = pages.get(request.path_params["page"].removeprefix("desk"))
        handler = page.acts.get(request.path_params["name"]) if page and may_open(who, page.action) else None
        if page is None or handler is None:
            return _answer(404, [("error", NotThere().message)])
        payload = _payload(await request.body())
        context = Context(services, who.actor, dict(request.query_params))
        return await run_in_threadpool(_do, handler, context, payload, page.path)

    return [Route("/act/{page}/{name}", act, methods=["POST"])]


def _do(handler: Any, context: Context, payload: Mapping[str, Any], page: str) -> Response:
    try:
        context.spend("act")
        reply: Reply = handler(context, payload)
    except AssistantError as error:
        return _answer(status_of(error), [*context.told, ("error", words(error))])
    except Exception as error:
        return _answer(500, [("error", fault_message(log.fault(error, page=page)))])
    return _answer(200, context.told, reply)


def _answer(
    status: int, told: list[tuple[Tone, str]], reply: Reply | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    given = reply or Reply()
    content = {
        "patches": {name: str(html) for name, html in given.patches.items()}, "go": given.go, "reload": given.reload,
        "address": given.address, "data": dict(given.data), "notice": str(notices(told)),
    }  # fmt: skip
    return JSONResponse(content, status_code=status, headers=headers)


def _payload(body: bytes) -> Mapping[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
