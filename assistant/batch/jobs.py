"""Long work of the site about runs: making an overview, taking all results into the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.batch.office import make_overview, run_view, standings, take_unit
from assistant.errors import AssistantError
from assistant.review.errors import NotFound
from assistant.review.rights import Actor, require
from assistant.review.run import Run
from assistant.review.schema import UserRow
from assistant.review.sessions import actor_from
from assistant.review.views.work import JobView

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from assistant.review.jobs import Jobs, Work

Save = Callable[["Session"], dict[str, Any]]


def works() -> dict[str, Work]:
    """The works by kind of job."""
    return {"overview": _overview, "batch": _take_all}


def start_overview(jobs: Jobs, actor: Actor, run: str, mark: str) -> JobView:
    """Have the overview of a run made.

    Args:
        jobs, actor, run: where, who, which.
        mark: of what (:func:`assistant.batch.office.overview_mark`), so that the same is made once at a time.

    Raises:
        NotFound, Refused: no such run, no right.
    """
    run_view(jobs.record, actor, run)
    return jobs.submit(actor, "overview", request={"run": run, "mark": mark})


def start_taking(jobs: Jobs, actor: Actor, run: str) -> JobView:
    """Take all results into the record for which it holds nothing yet.

    Raises:
        NotFound, Refused: no such run, no right.
    """
    require(actor, "add_unit")
    run_view(jobs.record, actor, run)
    return jobs.submit(actor, "batch", request={"run": run})


def newest_overview(jobs: Jobs, actor: Actor, run: str) -> JobView | None:
    """The newest work on the overview of a run, None if there was none; errors as for :func:`start_overview`."""
    run_view(jobs.record, actor, run)
    return next(iter(jobs.recent(actor, kind="overview", about=run, limit=1)), None)


def last_of(jobs: Jobs, actor: Actor, kind: str, job: str) -> JobView | None:
    """A job of one's own by its id from an address; None if there is none of this kind."""
    try:
        found = jobs.job(actor, job)
    except NotFound:
        return None
    return found if found.kind == kind else None


def _overview(run: Run) -> Save:
    make_overview(run.record, run.request["run"])
    return lambda _session: {"run": run.request["run"]}


def _take_all(run: Run) -> Save:
    actor, number = _actor(run), run.request["run"]
    view = run_view(run.record, actor, number)
    units = view.state.run.units if view.state.run else ()
    free = {key for key, each in standings(run.record, actor, units).items() if each.state == "free"}
    run.plan({unit.key: unit.unit for unit in units if unit.key in free})
    taken, left = 0, 0
    for unit in units:
        if unit.key not in free:
            continue
        run.check()
        run.on_cancel = f"已停下；已经带入的 {taken} 个单位都在工作台上"
        try:
            take_unit(run.record, actor, number, unit.key)
            taken += 1
            run.tell(unit.key, "done")
        except AssistantError as error:
            left += 1
            run.tell(unit.key, "failed", error.message)
    run.message = f"带入 {taken} 个单位" + (f"，{left} 个没有带入" if left else "")
    return lambda _session: {"run": number, "taken": taken, "left": left}


def _actor(run: Run) -> Actor:
    with run.record.read() as session:
        user = session.get(UserRow, run.by) if run.by is not None else None
        if user is None or user.disabled_at is not None:
            raise NotFound
        return actor_from(session, user)
