"""资料库: what is in it, search with filters, adding, removing, the index; everything but the files stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from assistant.errors import InputError
from assistant.library.model import Filters
from assistant.review import shelf
from assistant.review.errors import NotFound
from assistant.review.rights import may
from assistant.review.views.work import JobView
from assistant.site.components import empty, join
from assistant.site.page import Act, Context, NotThere, Payload, whole
from assistant.site.pages import library_views as views

if TYPE_CHECKING:
    from assistant.site.wiring import Wiring

_SECONDS = 1.5
TABS = {"search": "检索", "sources": "资料", "change": "加入资料、重建索引"}


class Library:
    """The page of the library."""

    path, title, action, shown = "library", "资料库", "search_library", True
    acts: Mapping[str, Act] = {}

    def build(self, wiring: Wiring) -> None:
        """A line for the job under way, and the page itself, which watching a job leaves alone."""
        going = wiring.html("library-job", classes=["page"])
        body = wiring.html("library", '<p class="hint" role="status">正在打开……</p>', classes=["page"])
        timer = gr.Timer(_SECONDS, active=False)
        wiring.load(_show, [going, body, timer])
        wiring.on(timer.tick, _tick, [], [going, body, timer])
        wiring.actions(body, {"add": _add, "remove": _remove, "rebuild": _rebuild}, [], [going, body, timer])


def _show(context: Context) -> tuple[Any, ...]:
    job = _newest(context)
    if job is not None and job.over:
        job = None
    return views.job(job), _body(context), gr.Timer(active=job is not None and not job.over)


def _tick(context: Context) -> Any:
    job = _newest(context)
    if job is not None and not job.over:
        return views.job(job), gr.skip(), gr.skip()
    return views.job(job), _body(context), gr.Timer(active=False)


def _body(context: Context) -> Markup:
    tab = context.query.get("tab", "search")
    if tab not in TABS:
        raise NotThere
    changing = may(context.actor, "change_library")
    links = join(
        Markup('<a href="/library?tab={}"{}>{}</a>').format(key, Markup(' aria-current="true"') if key == tab else "", label)
        for key, label in TABS.items()
        if key != "change" or changing
    )
    head = Markup('<h1>资料库</h1><nav class="tabs" aria-label="资料库">{}</nav>').format(links)
    source = context.query.get("source", "")
    if source:
        try:
            return join((head, views.source(shelf.source(context.record, context.actor, source), changing=changing)))
        except NotFound as error:
            return join((head, empty(error.what, error.remedy, link="/library?tab=sources", action="看全部资料")))
    found = shelf.shelf(context.record, context.actor)
    if not found.there:
        return join((head, views.change(found) if tab == "change" and changing else views.nothing(changing=changing)))
    if tab == "sources":
        return join((head, views.sources(found, everything=context.query.get("all") == "yes", changing=changing)))
    if tab == "change":
        return join((head, views.change(found)))
    return join((head, _search(context, found)))


def _search(context: Context, found: shelf.ShelfView) -> Markup:
    form = views.search_form(context.query, found)
    text = context.query.get("q", "")
    if not text.strip():
        return join((form, views.hints(found)))
    answers = shelf.search(context.record, context.actor, text.splitlines(), _filters(context.query))
    return join((form, *(views.answer(each, several=len(answers) > 1) for each in answers)))


def _filters(query: Mapping[str, str]) -> Filters:
    first, last = _years(query.get("year", ""))
    unit = query.get("unit", "").strip()
    return Filters(
        units=(unit,) if unit else (), kind=query.get("kind", ""), region=query.get("region", "").strip(), year_from=first,
        year_to=last, section=query.get("section", ""), role=query.get("role", ""), status=query.get("status", ""),
    )  # fmt: skip


def _years(text: str) -> tuple[int | None, int | None]:
    first, dash, last = text.strip().partition("-")
    low, high = whole(first.strip()), whole(last.strip())
    if (first.strip() and low is None) or (last.strip() and high is None):
        raise InputError("年度写得不对", remedy="请写成 2024、2022-2024 或 2023-")
    return low, high if dash else low


def _newest(context: Context) -> JobView | None:
    found = context.jobs.recent(context.actor, limit=30)
    return next((each for each in found if each.kind == "library"), None)


def _add(context: Context, data: Payload) -> Any:
    context.spend("check")
    return _begun(shelf.start_adding(context.jobs, context.actor, str(data.get("id", "")), str(data.get("status", "official"))))


def _rebuild(context: Context, _data: Payload) -> Any:
    context.spend("check")
    return _begun(shelf.start_rebuilding(context.jobs, context.actor))


def _remove(context: Context, data: Payload) -> Any:
    return _begun(shelf.start_removing(context.jobs, context.actor, str(data.get("source", ""))))


def _begun(job: JobView) -> Any:
    """A job was started: its line appears, the page below stays until it is over."""
    return views.job(job), gr.skip(), gr.Timer(active=True)
