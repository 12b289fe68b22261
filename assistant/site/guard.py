"""The outermost layer: only known hosts, origins and routes pass; nobody unknown gets further than the login page.

Gradio's own routes are closed except the few that its pages need. Files in particular never go through Gradio: its file
routes serve any signed-in person's upload to any other.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AssistantError
from assistant.review.errors import Conflict, NotFound, RecordError, Refused
from assistant.site import log
from assistant.site.frame import message_page
from assistant.site.headers import common_headers
from assistant.site.limits import TooOften
from assistant.site.options import SiteOptions
from assistant.site.page import NotThere
from assistant.site.sessions import Visitor, session_token
from assistant.site.word import is_of_another

OPEN = ("/login", "/healthz", "/favicon.ico")
OPEN_FOLDERS = ("/site/", "/assets/", "/static/")
READ, READ_FOLDERS = ("/password",), ("/export/", "/template/", "/findings/", "/run/")
WRITTEN, WRITTEN_FOLDERS = ("/login", "/logout", "/password", "/upload"), ("/act/", "/run/")
FILES, FILE_FOLDERS = ("/upload",), ("/run/",)
GRADIO_GET = ("/theme.css", "/gradio_api/startup-events")
GRADIO_POST = ("/gradio_api/run/predict", "/gradio_api/run/predict/")
SAFE = ("GET", "HEAD")
EVENT_BYTES, FORM_BYTES = 4 * 1024 * 1024, 10_000
FORMS = ("/login", "/logout", "/password")
_LONGEST_PATH = 200
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?")
VISITOR = "assistant.visitor"


class Answer(Exception):
    """A request ends here with this response."""

    def __init__(self, response: Response) -> None:
        self.response = response
        super().__init__()


class Guard:
    """ASGI middleware around the whole site.

    Args:
        app: the site.
        options: how the site is reached.
        pages: paths of pages.
        visitor_of: who a session token belongs to, None for nobody.
        may_open: whether a visitor may see a page.
    """

    def __init__(
        self,
        app: ASGIApp,
        options: SiteOptions,
        pages: Iterable[str],
        visitor_of: Callable[[str], Visitor | None],
        may_open: Callable[[Visitor, str], bool],
    ) -> None:
        self._app, self._options, self._pages = app, options, frozenset(pages)
        self._visitor_of, self._may_open = visitor_of, may_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        started, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = common_headers(message["headers"], scope["path"], self._options.behind_tls)
            await send(message)

        try:
            await self._pass(scope, receive, sending)
        finally:
            visitor = scope.get(VISITOR)
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            route = self._route(scope["path"])
            if route not in OPEN_FOLDERS and route != "/healthz":
                log.event(
                    "request", method=scope["method"], route=route, status=status, ms=milliseconds, user=visitor and visitor.user_id
                )

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            self._check_host(request)
            self._check_origin(request)
            self._check_route(request)
            await self._check_visitor(request)
            await self._app(scope, receive, sending)
        except Answer as answer:
            await answer.response(scope, receive, send)
        except AssistantError as error:
            await _say(request, status_of(error), error.what, error.remedy)(scope, receive, send)
        except Exception as error:
            number = log.fault(error, route=self._route(scope["path"]))
            if not begun:
                text = "刚才的操作可能没有完成，已保存的内容不受影响。请重新打开页面核对，仍有问题时把编号告诉管理员"
                await _say(request, 500, f"程序出错（编号 {number}）", text)(scope, receive, send)

    def _check_host(self, request: Request) -> None:
        hosts = request.headers.getlist("host")
        name = _host_name(hosts[0]) if len(hosts) == 1 else ""
        if name not in self._options.hosts:
            raise Answer(_say(request, 421, "不能用这个地址访问", "请用管理员给出的网址；要增加网址，请管理员设置 ASSISTANT_HOSTS"))

    def _check_origin(self, request: Request) -> None:
        """A request that changes something must come from one of our own pages (CSRF)."""
        if request.method in SAFE:
            return
        scheme = "https" if self._options.behind_tls else "http"
        own = f"{scheme}://{request.headers['host']}".lower()
        if request.headers.get("origin", "").lower() != own:
            raise Answer(_say(request, 403, "请求不是从本站页面发出的，没有执行", "请回到本站页面再试"))

    def _check_route(self, request: Request) -> None:
        path, method = request.scope["path"], request.method
        if len(path) > _LONGEST_PATH or not path.isprintable() or any(sign in path for sign in ("..", "\\", "//")):
            raise Answer(_missing(request))
        read = path in (*OPEN, *READ, *GRADIO_GET) or path.startswith((*OPEN_FOLDERS, *READ_FOLDERS)) or path in self._pages
        written = path in (*WRITTEN, *GRADIO_POST) or path.startswith(WRITTEN_FOLDERS)
        known = (method in SAFE and read) or (method == "POST" and written)
        if not known:
            raise Answer(_missing(request))
        takes_files = path in FILES or path.startswith(FILE_FOLDERS)
        if method == "POST" and not takes_files and not _is_small(request, FORM_BYTES if path in FORMS else EVENT_BYTES):
            raise Answer(_say(request, 413, "提交的内容过大", "请分几次提交；内容仍在页面上"))

    async def _check_visitor(self, request: Request) -> None:
        path = request.scope["path"]
        if path.startswith(OPEN_FOLDERS) or path == "/healthz" or path == "/favicon.ico":
            return
        token = session_token(request.cookies, self._options.behind_tls)
        visitor = await run_in_threadpool(self._visitor_of, token) if token else None
        request.scope[VISITOR] = visitor
        if path == "/login":
            return
        if visitor is None:
            raise Answer(_to_login(request, path in self._pages or (path == "/password" and request.method in SAFE)))
        if is_of_another(request, visitor):
            what = f"这个浏览器里现在登录的是{visitor.actor.name}，不是打开本页的人，没有执行"
            raise Answer(_say(request, 403, what, "请在新的标签页中退出，换回原来的用户登录，再回到本页重做；本页的内容不要关闭"))
        if visitor.must_change and path not in ("/password", "/logout"):
            if path in self._pages:
                raise Answer(RedirectResponse("/password", status_code=303))
            raise Answer(_say(request, 403, "首次登录须先修改密码", "请打开首页，按提示修改密码"))
        if path in self._pages and not self._may_open(visitor, path):
            raise Answer(_missing(request))

    def _route(self, path: str) -> str:
        """A path without identifiers, for the log."""
        for folder in (*OPEN_FOLDERS, *READ_FOLDERS, *WRITTEN_FOLDERS):
            if path.startswith(folder):
                return folder
        known = path in (*OPEN, *READ, *WRITTEN, *GRADIO_GET, *GRADIO_POST) or path in self._pages
        return path if known else "other"


def status_of(error: AssistantError) -> int:
    """The HTTP status that goes with an error."""
    if isinstance(error, RecordError):
        return 503
    known = ((NotFound, 404), (NotThere, 404), (Refused, 403), (Conflict, 409), (TooOften, 429))
    return next((status for kind, status in known if isinstance(error, kind)), 422)


def visitor(request: Request) -> Visitor | None:
    """Who sends a request that passed the guard."""
    found: Visitor | None = request.scope.get(VISITOR)
    return found


def _host_name(host: str) -> str:
    """The name in a Host header, empty for anything but a name or address with or without a port."""
    found = _HOST.fullmatch(host)
    return found.group(1).strip("[]").lower() if found else ""


def _is_small(request: Request, limit: int) -> bool:
    """Whether a body tells its length and is not longer than this."""
    length = request.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and int(length[:20]) <= limit and "transfer-encoding" not in request.headers


def _to_login(request: Request, page: bool) -> Response:
    if not page:
        return _say(request, 401, "登录已过期或已退出，没有执行", "请在新的标签页中登录后回到本页再试，本页的内容不要关闭")
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?next={quote(target)}" if target != "/" else "/login", status_code=303)


def _missing(request: Request) -> Response:
    return _say(request, 404, "没有这个页面或文件", "请从工作台重新打开；如需权限，请联系管理员")


def _say(request: Request, status: int, what: str, remedy: str) -> Response:
    """A calm message: as a page for people, as JSON for scripts."""
    if "text/html" in request.headers.get("accept", ""):
        return Response(message_page(what, remedy), status_code=status, media_type="text/html")
    return JSONResponse({"what": what, "remedy": remedy, "message": f"{what}。{remedy}。"}, status_code=status)
