"""Long work that goes on without its page: recorded, with progress, to be cancelled, left and come back to."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import AssistantError, InputError
from assistant.review import audit
from assistant.review.access import names_of
from assistant.review.engine import Record
from assistant.review.errors import NotFound, RecordError
from assistant.review.faultpoints import reached
from assistant.review.owners import alive, own_name
from assistant.review.rights import Actor, require
from assistant.review.run import Run, Stopped
from assistant.review.schema import JobRow, UnitRow
from assistant.review.telling import told_to
from assistant.review.views.work import JobView, PartProgress

_GOING = ("waiting", "running")
_LOST = "服务中断，这项工作没有做完；没有改动任何内容，可以重新开始"
_log = logging.getLogger(__name__)

Work = Callable[[Run], Callable[[Session], dict[str, Any]]]
"""Does the work, told by its :class:`Run`; what it returns saves the result, in one transaction with the job's end."""


class Jobs:
    """The jobs of one server process: a small pool of threads over the record.

    Args:
        record: where jobs are kept.
        workers: how many run at the same time; the others wait.
        works: what each kind of job does; drafting a report and a part if None.
    """

    def __init__(self, record: Record, *, workers: int = 2, works: Mapping[str, Work] | None = None) -> None:
        from assistant.review.writing import works as usual

        self.record, self.workers = record, workers
        self.works: dict[str, Work] = dict(usual() if works is None else works)
        self.owner = own_name()
        self._runs: dict[str, Run] = {}
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._futures: dict[str, Future[None]] = {}
        self._unwritten: dict[str, tuple[str, str]] = {}  # ends that the record could not take yet

    def start(self) -> None:
        """Begin to serve: jobs of processes that are gone become ``lost``."""
        self._pool = self._pool or ThreadPoolExecutor(max_workers=self.workers, thread_name_prefix="job")
        with self.record.read() as session:
            going = session.execute(select(JobRow.id, JobRow.owner).where(JobRow.state.in_(_GOING))).all()
        gone = [row.id for row in going if row.owner != self.owner and not alive(row.owner)]
        if gone:
            with self.record.write() as session:
                for job_id in gone:
                    row = session.get_one(JobRow, job_id)
                    if row.state in _GOING:
                        row.state, row.message, row.ended = "lost", _LOST, datetime.now(UTC)

    def close(self) -> None:
        """Stop serving: what runs is asked to stop and becomes ``lost``, to be started again."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.stop(closing=True)
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        for run in runs:
            self._end(run.job_id, "lost", _LOST)

    def submit(
        self,
        actor: Actor,
        kind: str,
        *,
        unit_id: int | None = None,
        year: int | None = None,
        draft_id: int | None = None,
        request: Mapping[str, Any] | None = None,
    ) -> JobView:
        """Start a job; the caller has checked the right. The same asked for while it is under way is that job.

        Args:
            actor: who asks.
            kind: which work.
            unit_id, year, draft_id: what it is about.
            request: what the work needs to know, plain data.
        """
        wanted = dict(request or {})
        self._write_ends()
        with self.record.write() as session:
            found = select(JobRow).where(JobRow.kind == kind, JobRow.state.in_(_GOING), JobRow.unit_id == unit_id)
            found = found.where(JobRow.year == year, JobRow.draft_id == draft_id)
            for row in session.execute(found).scalars():
                if row.request == wanted and (row.owner == self.owner or alive(row.owner)):
                    return self._view(session, row, actor)
            row = JobRow(
                id=str(uuid.uuid4()), kind=kind, unit_id=unit_id, year=year, draft_id=draft_id, state="waiting", owner=self.owner,
                request=wanted, progress={}, message="", by=actor.user_id, at=datetime.now(UTC),
            )  # fmt: skip
            session.add(row)
            audit.note(session, actor, f"start {kind}", "job", row.id, {"unit": unit_id, "year": year, "draft": draft_id})
            view = self._view(session, row, actor)
        self._begin(view.id, kind, wanted, actor.user_id, unit_id, year, draft_id)
        return view

    def _begin(
        self,
        job_id: str,
        kind: str,
        request: dict[str, Any],
        by: int | None,
        unit_id: int | None,
        year: int | None,
        draft_id: int | None,
    ) -> None:
        if self._pool is None:
            self.start()
        assert self._pool is not None
        run = Run(self.record, job_id, request, by=by, unit_id=unit_id, year=year, draft_id=draft_id)
        with self._lock:
            self._runs[job_id] = run
            self._futures[job_id] = self._pool.submit(self._work, run, kind)

    def _work(self, run: Run, kind: str) -> None:
        """One job from beginning to end; never raises."""
        try:
            if run.cancelled or not self._mark_running(run.job_id):
                raise Stopped
            save = self.works[kind](run)
            run.check()
            self._finish(run, save)
        except Stopped:
            state, message = ("lost", _LOST) if run.closing else ("cancelled", run.on_cancel)
            self._end(run.job_id, state, message)
        except AssistantError as error:
            why = f"{error.what}。" if isinstance(error, RecordError) else error.message
            self._end(run.job_id, "failed", f"{why}原有内容没有改动。")
        except Exception as error:
            _log.exception("job %s failed", run.job_id)
            message = f"程序出错（{type(error).__name__}），没有做完；原有内容没有改动，请告诉管理员"
            self._end(run.job_id, "failed", message)
        finally:
            with self._lock:
                self._runs.pop(run.job_id, None)
                self._futures.pop(run.job_id, None)

    def _mark_running(self, job_id: str) -> bool:
        with self.record.write() as session:
            row = session.get_one(JobRow, job_id)
            if row.state != "waiting":
                return False
            row.state, row.started = "running", datetime.now(UTC)
            return True

    def _finish(self, run: Run, save: Callable[[Session], dict[str, Any]]) -> None:
        with self.record.write() as session:
            row = session.get_one(JobRow, run.job_id)
            if row.state != "running":
                return
            result = save(session)
            row.state, row.ended, row.result, row.progress = "done", datetime.now(UTC), result, run.progress()
            row.message = run.message
            row.draft_id = result.get("draft_id", row.draft_id)
            reached("job.written")
        reached("job.saved")

    def _end(self, job_id: str, state: str, message: str) -> None:
        self._unwritten[job_id] = (state, message)
        try:
            self._write_ends()
        except AssistantError:
            _log.exception("end of job %s could not be recorded yet", job_id)

    def _write_ends(self) -> None:
        """Record the ends that are known to this process only: the database failed when a job was over."""
        for job_id, (state, message) in tuple(self._unwritten.items()):
            with self.record.write() as session:
                row = session.get_one(JobRow, job_id)
                if row.state in _GOING:
                    row.state, row.message, row.ended = state, message, datetime.now(UTC)
            self._unwritten.pop(job_id, None)

    def job(self, actor: Actor, job_id: str) -> JobView:
        """One job as it stands.

        Raises:
            NotFound: not there, or of another unit.
        """
        with self.record.read() as session:
            return self._view(session, self._row(session, actor, job_id), actor)

    def recent(
        self, actor: Actor, unit_id: int | None = None, year: int | None = None, *, kind: str = "", about: str = "", limit: int = 20
    ) -> tuple[JobView, ...]:
        """Jobs one may see, newest first; of one unit and year, one kind, on one batch run (``about``), if given."""
        wanted = select(JobRow).order_by(JobRow.at.desc(), JobRow.id)
        if kind:
            wanted = wanted.where(JobRow.kind == kind)
        if about:
            wanted = wanted.where(JobRow.request["run"].as_string() == about)
        if unit_id is not None:
            wanted = wanted.where(JobRow.unit_id == unit_id)
        if year is not None:
            wanted = wanted.where(JobRow.year == year)
        if not actor.everywhere:
            wanted = wanted.where(JobRow.unit_id.in_(actor.units) | (JobRow.unit_id.is_(None) & (JobRow.by == actor.user_id)))
        with self.record.read() as session:
            return tuple(self._view(session, row, actor) for row in session.execute(wanted.limit(limit)).scalars().all())

    def cancel(self, actor: Actor, job_id: str) -> JobView:
        """Ask a job to stop; one that is over stays as it is.

        Raises:
            NotFound, Refused: not there or not one's own, or no right.
        """
        self._write_ends()
        with self.record.write() as session:
            row = self._row(session, actor, job_id, "draft")
            run = self._runs.get(job_id)
            if row.state in _GOING:
                audit.note(session, actor, "cancel", "job", job_id)
                if run is None and not alive(row.owner):
                    row.state, row.message, row.ended = "lost", _LOST, datetime.now(UTC)
                elif row.state == "waiting":
                    row.state, row.ended, row.message = "cancelled", datetime.now(UTC), "已取消，还没有开始"
                else:
                    row.message = "正在停止"
        if run is not None:
            run.stop()
        return self.job(actor, job_id)

    def retry(self, actor: Actor, job_id: str) -> JobView:
        """Start the work of a failed, cancelled or lost job again, as a new job; answers of the model are not asked for again.

        Raises:
            InputError: the job is not over, or was done.
            NotFound, Refused: not there or not one's own, or no right.
        """
        self._write_ends()
        with self.record.read() as session:
            row = self._row(session, actor, job_id, "draft")
            if not self._view(session, row, actor).may_retry:
                raise InputError("这项工作还在进行或已经完成", remedy="不用重新开始")
            kind, unit_id, year, draft_id, request = row.kind, row.unit_id, row.year, row.draft_id, dict(row.request or {})
        return self.submit(actor, kind, unit_id=unit_id, year=year, draft_id=draft_id, request=request)

    def wait(self, job_id: str, timeout: float | None = None) -> None:
        """Wait until a job of this process is over, at most ``timeout`` seconds."""
        future = self._futures.get(job_id)
        if future is not None:
            future.exception(timeout)

    def _row(self, session: Session, actor: Actor, job_id: str, action: str = "view") -> JobRow:
        row = session.get(JobRow, job_id) if len(job_id) == 36 else None
        if row is None or (row.unit_id is None and not actor.everywhere and row.by != actor.user_id):
            raise NotFound
        if row.unit_id is not None:
            require(actor, action, row.unit_id)
        return row

    def _view(self, session: Session, row: JobRow, actor: Actor) -> JobView:
        run = self._runs.get(row.id)
        progress = run.progress() if run is not None and row.state in _GOING else (row.progress or {})
        lost = row.state in _GOING and run is None and row.owner != self.owner and not alive(row.owner)
        unit = session.get(UnitRow, row.unit_id) if row.unit_id else None
        told = (PartProgress(**each) for each in progress.get("parts", ()))
        parts = tuple(replace(each, message=told_to(actor, each.message)) for each in told)
        state, message = ("lost", _LOST) if lost else (row.state, row.message)
        if row.state in _GOING:
            state, message = self._unwritten.get(row.id, (state, message or progress.get("message", "")))
        return JobView(
            id=row.id, kind=row.kind, state=state, message=told_to(actor, message),  # type: ignore[arg-type]
            done=progress.get("done", 0), total=progress.get("total", 0), parts=parts, unit_id=row.unit_id,
            unit=unit.name if unit else "", year=row.year, draft_id=row.draft_id, by=names_of(session, [row.by])[row.by], at=row.at,
            started=row.started, ended=row.ended, result=dict(row.result or {}),
            about=str((row.request or {}).get("run", "")),
        )  # fmt: skip
