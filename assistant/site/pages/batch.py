"""批量: many units at once: hand in their files, start, watch, stop and go on, see what came out, take it into the record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from assistant.batch import jobs as work
from assistant.batch import office
from assistant.batch.results import removal_words
from assistant.review.drafts import why_no_model
from assistant.review.views.work import JobView
from assistant.site.components import join
from assistant.site.page import Act, Context, Payload
from assistant.site.pages import batch_views as views
from assistant.site.pages.batch_acts import ACTS, run_of

if TYPE_CHECKING:
    from assistant.site.wiring import Wiring

_SECONDS = 2.0


class Batch:
    """The page of batch runs; which run and which job stand in the address."""

    path, title, action, shown = "batch", "批量", "batch", True
    acts: Mapping[str, Act] = ACTS

    def build(self, wiring: Wiring) -> None:
        """Four HTML components, so that watching a run leaves tables that somebody reads alone."""
        status = wiring.html("batch", '<p class="hint" role="status">正在打开……</p>', classes=["page"])
        files = wiring.html("batch-work", classes=["page"])
        taking = wiring.html("batch-take", classes=["page"])
        overview = wiring.html("batch-result", classes=["page"])
        timer = gr.Timer(_SECONDS, active=False)
        everything = [status, files, taking, overview, timer]
        wiring.load(_show, everything)
        wiring.on(timer.tick, _tick, [], everything)
        wiring.actions(taking, {"take": _take}, [], [taking])


def _show(context: Context) -> tuple[Any, ...]:
    run = context.query.get("run", "")
    if not run:
        runs = office.runs(context.record, context.actor)
        form = views.new_form(runs, why_no_model())
        return join((Markup("<h1>批量</h1>"), form, views.runs_table(runs))), "", "", "", gr.Timer(active=False)
    view = office.run_view(context.record, context.actor, run)
    if _ended(view) and office.overview_of(context.record, context.actor, run) is None and not _going(_newest(context)):
        work.start_overview(context.jobs, context.actor, run, office.overview_mark(view.out))
    return _all(context, view)


def _tick(context: Context) -> Any:
    """While something is under way only the state is shown anew; what came out when it is over."""
    view = office.run_view(context.record, context.actor, context.query.get("run", ""))
    if view.state.alive or _going(_job(context)):
        return _status(context, view, ""), gr.skip(), gr.skip(), gr.skip(), gr.skip()
    newest = _newest(context)
    if _ended(view) and office.overview_of(context.record, context.actor, view.about.id) is None:
        if _going(newest):
            return _status(context, view, "正在汇总各单位的结果、比较文字……"), gr.skip(), gr.skip(), gr.skip(), gr.skip()
        if newest is None or newest.state == "done":
            work.start_overview(context.jobs, context.actor, view.about.id, office.overview_mark(view.out))
            return gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()
    return _all(context, view)


def _all(context: Context, view: office.RunView) -> tuple[Any, ...]:
    """Everything of a run."""
    overview = office.overview_of(context.record, context.actor, view.about.id) if _ended(view) else None
    newest, job = _newest(context), _job(context)
    making = _ended(view) and overview is None
    told = ""
    if making:
        told = (
            "正在汇总各单位的结果、比较文字……"
            if _going(newest)
            else f"总览没有做成：{newest.message if newest else ''}刷新本页再试。"
        )
    busy = view.state.alive or _going(job) or (making and _going(newest))
    shown = views.overview(view, overview) if overview is not None else Markup("")
    return _status(context, view, told), views.files(view), _standing(context, view), shown, gr.Timer(active=busy)


def _status(context: Context, view: office.RunView, told: str) -> Markup:
    return views.status(view, _job(context), told, removal_words(context.record, context.actor, view.about.id))


def _ended(view: office.RunView) -> bool:
    return view.begun and not view.state.alive and view.state.run is not None


def _standing(context: Context, view: office.RunView) -> Markup:
    if view.state.alive or view.state.run is None:
        return Markup("")
    units = view.state.run.units
    return views.taking(view, office.standings(context.record, context.actor, units))


def _job(context: Context) -> JobView | None:
    """The taking-in that the address names."""
    return work.last_of(context.jobs, context.actor, "batch", context.query.get("job", ""))


def _newest(context: Context) -> JobView | None:
    """The newest work on the overview of the run in the address."""
    return work.newest_overview(context.jobs, context.actor, context.query.get("run", ""))


def _going(job: JobView | None) -> bool:
    return job is not None and not job.over


def _take(context: Context, data: Payload) -> Markup:
    run = run_of(context)
    taken = office.take_unit(context.record, context.actor, run, str(data.get("key", "")), replace=data.get("replace") == "yes")
    context.tell("已带入，可以审阅了。" if taken.new else "这个单位已经带入过，没有重复。")
    return _standing(context, office.run_view(context.record, context.actor, run))
