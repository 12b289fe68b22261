"""What the page of batch runs does: small deeds, each decided by the runs' own service."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.batch import jobs as work
from assistant.batch import office
from assistant.batch.results import removal_words, remove_run
from assistant.site.page import Act, Context, NotThere, Payload, Reply, whole
from assistant.site.pages import batch_views as views


def _new(context: Context, data: Payload) -> Reply:
    given = str(data.get("year", "")).strip()
    year = whole(given) or (0 if given else None)
    name, writer = str(data.get("name", "")), str(data.get("writer", "offline"))
    failure = str(data.get("failure", "offline"))
    about = office.new_run(context.record, context.actor, name, year=year, writer=writer, on_model_failure=failure)
    return Reply(go=f"/batch?run={about.id}")


def run_of(context: Context) -> str:
    """The run in the page's address."""
    run = context.query.get("run", "")
    if not run:
        raise NotThere
    return run


def _files(context: Context, _data: Payload) -> Reply:
    return _patched(context, office.run_view(context.record, context.actor, run_of(context)))


def _drop(context: Context, data: Payload) -> Reply:
    run = run_of(context)
    office.drop_file(context.record, context.actor, run, str(data.get("place", "")), str(data.get("name", "")))
    context.tell("已移除这个文件。")
    return _patched(context, office.run_view(context.record, context.actor, run))


def _patched(context: Context, view: office.RunView) -> Reply:
    removal = removal_words(context.record, context.actor, view.about.id)
    patches = {f"files-{place}": str(views.file_list(view, place)) for place in office.PLACES}
    return Reply(
        patches={**patches, "batch-buttons": str(views.buttons(view, removal)), "batch-progress": str(views.progress_bar(view))}
    )


def _start(context: Context, _data: Payload) -> Reply:
    context.spend("draft")
    office.start(context.record, context.actor, run_of(context))
    return Reply(reload=True)


def _stop(context: Context, _data: Payload) -> Reply:
    office.stop(context.record, context.actor, run_of(context))
    context.tell("已通知停下：正在写的单位写完就停。已写好的都在，随时可以接着做。")
    return Reply()


def _remove(context: Context, _data: Payload) -> Reply:
    remove_run(context.record, context.actor, run_of(context))
    return Reply(go="/batch")


def _take_all(context: Context, _data: Payload) -> Reply:
    run = run_of(context)
    job = work.start_taking(context.jobs, context.actor, run)
    return Reply(go=f"/batch?run={run}&job={job.id}")


ACTS: Mapping[str, Act] = {
    "new": _new, "files": _files, "drop": _drop, "start": _start, "stop": _stop, "take-all": _take_all,
    "remove": _remove,
}  # fmt: skip
