"""The site as an ASGI application: our routes first, Gradio's pages under them, the guard around all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError
from assistant.form import default_registry
from assistant.review.engine import Record, record_of
from assistant.settings import Settings, load_settings
from assistant.site import acts, files, log, login, run_files, run_results, workbooks
from assistant.site.blocks import mount, prepare
from assistant.site.carrying import carried
from assistant.site.frame import Entry, framed
from assistant.site.guard import Guard, visitor
from assistant.site.limits import Limiter
from assistant.site.options import SiteOptions
from assistant.site.page import Page, Services
from assistant.site.pages import all_pages
from assistant.site.people import may_open, visitor_of

_STATIC_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def build(settings: Settings | None = None, options: SiteOptions | None = None, record: Record | None = None) -> FastAPI:
    """The whole site.

    Args:
        settings: what the office has set; read from the environment if None.
        options: how the site is reached; loopback only if None.
        record: the record, if it is open already.

    Raises:
        RecordError: the record cannot be opened.
        FormError: a form's data file is inconsistent.
    """
    chosen, reached = settings or load_settings(), options or SiteOptions()
    prepare(chosen.home)
    log.log_to(chosen.home)
    opened = record or record_of(chosen)
    services = Services(chosen, reached, opened, default_registry(), Limiter(), _jobs(opened))
    pages = {page.path: page for page in all_pages()}
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_at_work(services))
    app.state.services = services
    for route in (
        *login.routes(services),
        *files.routes(services),
        *acts.routes(services, pages),
        *workbooks.routes(services),
        *run_results.routes(services),
        *run_files.routes(services),
        *_own_routes(services),
    ):
        app.router.routes.append(route)
    mount(app, services, list(pages.values()))
    by_path = {f"/{path}": page for path, page in pages.items()}
    app.add_middleware(_Frames, pages=by_path, record=opened)
    app.add_middleware(
        Guard, options=reached, pages=by_path, visitor_of=lambda token: visitor_of(opened, token),
        may_open=lambda who, path: may_open(who, by_path[path].action),
    )  # fmt: skip
    return app


def _jobs(record: Record) -> Any:
    from assistant.batch import jobs as batch
    from assistant.review import shelf, writing
    from assistant.review.jobs import Jobs

    return Jobs(record, works={**writing.works(), **shelf.works(), **batch.works()})


def _at_work(services: Services) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Long work runs while the site does."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        services.jobs.start()
        try:
            yield
        finally:
            await run_in_threadpool(services.jobs.close)

    return lifespan


def _own_routes(services: Services) -> list[Route]:
    async def health(_request: Request) -> Response:
        try:
            await run_in_threadpool(_ask_record, services.record)
        except AssistantError:
            return JSONResponse({"status": "no record"}, status_code=503)
        return JSONResponse({"status": "ok"})

    async def static(request: Request) -> Response:
        path = files.static_file(request.path_params["name"])
        if path is None:
            return JSONResponse({"message": "没有这个文件。"}, status_code=404)
        return FileResponse(path, media_type=_STATIC_TYPES.get(path.suffix, "application/octet-stream"))

    async def icon(_request: Request) -> Response:
        return FileResponse(
            files.static_file("icon.svg") or "", media_type="image/svg+xml", headers={"cache-control": "max-age=86400"}
        )

    return [
        Route("/healthz", health, methods=["GET"]),
        Route("/site/{name}", static, methods=["GET"]),
        Route("/favicon.ico", icon, methods=["GET"]),
    ]


def _ask_record(record: Record) -> None:
    from sqlalchemy import text

    with record.read() as session:
        session.execute(text("SELECT 1"))


class _Frames:
    """ASGI middleware: puts Gradio's pages into our frame, with a policy made for each."""

    def __init__(self, app: ASGIApp, pages: Mapping[str, Page], record: Record) -> None:
        self._app, self._pages, self._record = app, pages, record

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in self._pages:
            await self._app(scope, receive, send)
            return
        # A compressed page could not be framed.
        plain = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]}
        collected = _Collected()
        await self._app(plain, receive, collected.take)
        request = Request(scope)
        who = visitor(request)
        query = dict(request.query_params)
        links = await run_in_threadpool(carried, self._record, who.actor, request.url.path, query) if who else {}
        await collected.send_framed(send, lambda page: self._framed(page, request, links))

    def _framed(self, page: str, request: Request, links: Mapping[str, str]) -> tuple[str, str]:
        who = visitor(request)
        if who is None:
            raise RuntimeError("a page for nobody")
        shown = {path: page for path, page in self._pages.items() if page.shown and may_open(who, page.action)}
        entries = [Entry(path, page.title, links.get(path, "")) for path, page in shown.items()]
        path = request.url.path
        return framed(page, who, Entry(path, self._pages[path].title), entries)


class _Collected:
    """A response held back until it is whole."""

    def __init__(self) -> None:
        self._start: Message = {}
        self._body = bytearray()

    async def take(self, message: Message) -> None:
        """What the application sends."""
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")

    async def send_framed(self, send: Send, frame: Callable[[str], tuple[str, str]]) -> None:
        """Send it on, a page in its frame."""
        body, headers = bytes(self._body), [
            pair for pair in self._start["headers"] if pair[0].lower() not in (b"content-length", b"content-security-policy")
        ]  # fmt: skip
        with suppress(KeyError):
            if self._start["status"] == 200 and body:
                page, policy = frame(body.decode("utf-8"))
                body = page.encode("utf-8")
                headers.append((b"content-security-policy", policy.encode("ascii")))
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**self._start, "headers": headers})
        await send({"type": "http.response.body", "body": body})
