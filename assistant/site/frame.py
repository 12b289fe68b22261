"""What stands around every page: head, navigation, user menu, the area for notices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources

from markupsafe import Markup

from assistant import __version__
from assistant.site.headers import gradio_policy
from assistant.site.sessions import Visitor

NAME = "政府信息公开年度报告起草助手"
SHORT = "年报起草助手"
STATIC = resources.files("assistant.site") / "static"
_HEAD = Markup(
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    '<link rel="icon" href="/favicon.ico" type="image/svg+xml"><link rel="stylesheet" href="/site/site.css?v={version}">'
)
_SCRIPTS = Markup("").join(
    Markup('<script src="/site/{}?v={}"></script>').format(name, __version__) for name in ("patching.js", "site.js")
)
_PAGE = Markup(
    '<!doctype html><html lang="zh-CN"><head>{head}{scripts}</head>'
    '<body class="plain"><main class="sheet"><p class="brand">{name}</p>{body}</main></body></html>'
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the navigation: ``path`` begins with a slash; ``link`` is where it leads, where that is not ``path`` alone."""

    path: str
    title: str
    link: str = ""


def plain_page(title: str, body: Markup) -> str:
    """A page of ours without Gradio, such as the login."""
    head = _HEAD.format(title=f"{title} · {SHORT}", version=__version__)
    return str(_PAGE.format(head=head, scripts=_SCRIPTS, name=NAME, body=body))


def message_page(what: str, remedy: str) -> str:
    """A page that says what is wrong and what to do."""
    body = Markup('<h1>{}</h1><p>{}。</p><p><a href="/">回到工作台</a></p>').format(what, remedy or "请稍后再试")
    return plain_page(what, body)


def framed(page: str, visitor: Visitor, here: Entry, entries: Iterable[Entry]) -> tuple[str, str]:
    """A page of Gradio in our frame, with its content security policy.

    Args:
        page: HTML as Gradio serves it.
        visitor: who looks at it.
        here: the page.
        entries: pages that may be opened.

    Raises:
        RuntimeError: Gradio's page is not as expected (another release), so that nothing is served half framed.
    """
    head = Markup(
        '{common}<meta name="csrf" content="{csrf}"><meta name="who" content="{who}">'
        '<link rel="manifest" href="data:application/manifest+json,{{}}">{scripts}{own}'
    ).format(
        common=_HEAD.format(title=f"{here.title} · {SHORT}", version=__version__),
        csrf=visitor.csrf,
        who=visitor.user_id,
        scripts=_SCRIPTS,
        own=_own_files(here.path.strip("/") or "desk"),
    )
    start, tail = _cut(page, "<head>", "</head>")
    inner, body = tail.split("</head>", 1)
    own = _without_meta(inner)
    _before, rest = _cut(body, "<body", "<gradio-app")
    opening, after = rest.split("<gradio-app", 1)
    tag, attributes = opening.split(">", 1)
    after = after.replace('control_page_title="true"', 'control_page_title="false"', 1)
    start = start.replace('lang="en"', 'lang="zh-CN"', 1)
    whole = f'{start}<head>{head}{own}</head><body{tag} class="app">{_header(visitor, here, entries)}{attributes}<gradio-app{after}'
    return whole, gradio_policy(whole)


def _own_files(page: str) -> Markup:
    """The page's own style sheet and script, where ``static`` has files of its name."""
    tags = {".css": '<link rel="stylesheet" href="/site/{}?v={}">', ".js": '<script src="/site/{}?v={}" defer></script>'}
    return Markup("").join(
        Markup(tag).format(page + ending, __version__) for ending, tag in tags.items() if STATIC.joinpath(page + ending).is_file()
    )


def _cut(text: str, first: str, needed: str) -> tuple[str, str]:
    before, found, after = text.partition(first)
    if not found or needed not in after:
        raise RuntimeError(f"Gradio's page has no {needed}")
    return before, after


def _without_meta(head: str) -> str:
    """Gradio's head without its own titles, descriptions and links to outside."""
    import re

    return re.sub(r'<meta\s[^>]*?/?>|<link\s+rel="manifest"[^>]*>|<title>.*?</title>|<!--.*?-->', "", head, flags=re.DOTALL)


def _header(visitor: Visitor, here: Entry, entries: Iterable[Entry]) -> Markup:
    links = Markup("").join(
        Markup('<li><a href="{}"{}>{}</a></li>').format(
            entry.link or entry.path, Markup(' aria-current="page"') if entry.path == here.path else "", entry.title
        )
        for entry in entries
    )
    return Markup(
        '<a class="skip" href="#page">跳到正文</a><header class="top"><p class="brand">{name}</p>'
        '<nav aria-label="主导航"><ul>{links}</ul></nav><details class="user"><summary>{user}<span class="role">{role}</span>'
        '</summary><div class="menu"><a href="/password">修改密码</a><form method="post" action="/logout">'
        '<input type="hidden" name="csrf" value="{csrf}"><button type="submit">退出登录</button></form></div></details></header>'
        '<div id="lost" class="notice error" role="alert" hidden></div><a id="page" tabindex="-1"></a>'
    ).format(name=SHORT, links=links, user=visitor.actor.name, role=role_label(visitor.actor.role), csrf=visitor.csrf)


def role_label(role: str) -> str:
    """A role in Chinese."""
    return {"drafter": "起草", "reviewer": "审核", "admin": "管理"}.get(role, role)
