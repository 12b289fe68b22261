"""Login, logout and change of password: plain pages that work without scripts."""

from __future__ import annotations

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from assistant.errors import AssistantError
from assistant.review import people
from assistant.site import log
from assistant.site.components.basics import field, notices
from assistant.site.frame import plain_page
from assistant.site.guard import visitor
from assistant.site.page import Services
from assistant.site.sessions import drop_session, keep_session, session_token
from assistant.site.wiring import words

LOGIN = Markup(
    '<h1>登录</h1>{told}<form method="post" action="/login" class="stack">'
    '<input type="hidden" name="next" value="{target}">{fields}'
    '<button class="button primary" type="submit">登录</button></form>{help}'
)
PASSWORD = Markup(
    '<h1>{title}</h1>{told}<p>{why}</p><form method="post" action="/password" class="stack">'
    '<input type="hidden" name="csrf" value="{csrf}">'
    '<input class="unseen" name="username" value="{user}" autocomplete="username" tabindex="-1" aria-hidden="true" readonly>'
    "{fields}"
    '<button class="button primary" type="submit">保存新密码</button></form>{back}'
)
_INPUT = Markup('<input name="{name}" type="{type}" autocomplete="{auto}" required maxlength="200"{more}>')
NO_USER = Markup(
    '<p class="hint">还没有任何用户。请在本机的命令行中运行 <code>assistant user add 姓名 --role admin</code>，'
    "它会显示一次初始密码；然后刷新本页登录。</p>"
)
FORGOTTEN = Markup('<p class="hint">忘记密码或被锁定：请管理员重置密码。</p>')


def routes(services: Services) -> list[Route]:
    """The routes of this module."""
    login = _Login(services)
    return [
        Route("/login", login.show, methods=["GET"]),
        Route("/login", login.enter, methods=["POST"]),
        Route("/logout", login.leave, methods=["POST"]),
        Route("/password", login.show_password, methods=["GET"]),
        Route("/password", login.change_password, methods=["POST"]),
    ]


class _Login:
    """The pages, over the record's people."""

    def __init__(self, services: Services) -> None:
        self._record, self._limiter, self._tls = services.record, services.limiter, services.options.behind_tls

    async def show(self, request: Request) -> Response:
        if visitor(request):
            return RedirectResponse("/", status_code=303)
        return await self._page("", "", _target(request.query_params.get("next", "")))

    async def enter(self, request: Request) -> Response:
        form = await _form(request)
        name, target = form.get("name", "").strip(), _target(form.get("next", ""))
        try:
            self._limiter.spend("login", f"address:{request.client.host if request.client else ''}")
            had = session_token(request.cookies, self._tls)
            token, actor = await run_in_threadpool(
                lambda: people.log_in(self._record, name, form.get("password", ""), replacing=had)
            )
        except AssistantError as error:
            log.event("login refused", kind=type(error).__name__)
            return await self._page(words(error), name, target)
        log.event("login", user=actor.user_id)
        response = RedirectResponse("/password" if actor.must_change else target, status_code=303)
        keep_session(response, token, self._tls)
        return response

    async def leave(self, request: Request) -> Response:
        form = await _form(request)
        who = visitor(request)
        if who is None or form.get("csrf") != who.csrf:
            return RedirectResponse("/", status_code=303)
        await run_in_threadpool(people.log_out, self._record, session_token(request.cookies, self._tls))
        log.event("logout", user=who.user_id)
        response = RedirectResponse("/login", status_code=303)
        drop_session(response, self._tls)
        response.headers["clear-site-data"] = '"cache", "storage"'
        return response

    async def show_password(self, request: Request) -> Response:
        return self._password_page(request, "")

    async def change_password(self, request: Request) -> Response:
        form, who = await _form(request), visitor(request)
        if who is None or form.get("csrf") != who.csrf:
            return self._password_page(request, "页面已经过期，密码没有改动。请重新填写。")
        if form.get("new", "") != form.get("again", ""):
            return self._password_page(request, "两次输入的新密码不一样，密码没有改动。请重新填写。")
        try:
            self._limiter.spend("password", f"user:{who.user_id}")
            token = session_token(request.cookies, self._tls)
            opened = await run_in_threadpool(people.change_password, self._record, token, form.get("old", ""), form.get("new", ""))
        except AssistantError as error:
            return self._password_page(request, words(error))
        log.event("password changed", user=who.user_id)
        response = RedirectResponse("/", status_code=303)
        keep_session(response, opened.token, self._tls)
        return response

    async def _page(self, problem: str, name: str, target: str) -> Response:
        users = await run_in_threadpool(people.any_user, self._record)
        fields = field("用户名", _input("name", "text", "username", name)) + field(
            "密码", _input("password", "password", "current-password")
        )
        body = LOGIN.format(
            told=notices([("error", problem)] if problem else []),
            target=target,
            fields=fields,
            help=FORGOTTEN if users else NO_USER,
        )
        return HTMLResponse(plain_page("登录", body), status_code=403 if problem else 200)

    def _password_page(self, request: Request, problem: str) -> Response:
        who = visitor(request)
        if who is None:
            return RedirectResponse("/login", status_code=303)
        first = who.must_change
        fields = (
            field("初始密码" if first else "现在的密码", _input("old", "password", "current-password"))
            + field("新密码", _input("new", "password", "new-password"), "至少 10 个字符，字母、数字、符号中用到两种")
            + field("再输一遍新密码", _input("again", "password", "new-password"))
        )
        body = PASSWORD.format(
            title="设置新密码" if first else "修改密码", told=notices([("error", problem)] if problem else []),
            why="初始密码只用于第一次登录。请设置自己的密码，然后进入工作台。" if first else "修改后，其他电脑上的登录会退出。",
            csrf=who.csrf, user=who.actor.name, fields=fields,
            back="" if first else Markup('<p><a href="/">不修改，回到工作台</a></p>'),
        )  # fmt: skip
        return HTMLResponse(plain_page("修改密码", body), status_code=403 if problem else 200)


def _input(name: str, kind: str, auto: str, value: str = "") -> Markup:
    more = Markup(' value="{}"').format(value) if value else Markup("")
    return _INPUT.format(name=name, type=kind, auto=auto, more=more)


async def _form(request: Request) -> dict[str, str]:
    """Fields of a small form; the guard has looked at its size. Files are not taken here."""
    from urllib.parse import parse_qsl

    content = (await request.body()).decode("utf-8", "replace")
    try:
        return dict(parse_qsl(content, keep_blank_values=True, max_num_fields=20))
    except ValueError:  # more fields than any form of ours has
        return {}


def _target(path: str) -> str:
    """Where to go after login: a page of this site, nothing else."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and len(path) < 500 else "/"
