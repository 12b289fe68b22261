"""A run over one folder: lists, has read, matches, has drafted, watches over the workers, writes down what became of everything."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime

from sqlalchemy.exc import SQLAlchemyError

from assistant.batch.ahead import Ahead, clear
from assistant.batch.casualties import Casualties
from assistant.batch.children import Children
from assistant.batch.database import place_of, run_id
from assistant.batch.engine import Board, prepare
from assistant.batch.gate import reset_gate, spent_so_far
from assistant.batch.gathering import Gathering
from assistant.batch.machine import Lock, Watch, machine_id, silent_seconds
from assistant.batch.matching import Plan
from assistant.batch.pipeline import Job, is_done, write_record
from assistant.batch.places import WORK, check_out, make_folder
from assistant.batch.planning import Options, jobs_of
from assistant.batch.records import (
    RUN_FILE,
    Progress,
    RunRecord,
    RunState,
    UnitRecord,
    read_run,
    totals,
)
from assistant.batch.reporting import Reporter
from assistant.batch.setup import check_setup, units_at_once
from assistant.batch.store import Store
from assistant.batch.worker import take_over
from assistant.errors import AssistantError, InputError, OutputError
from assistant.files import write_atomically
from assistant.settings import load_settings

LOCK_FILE, STOP_FILE = f"{WORK}/lock", f"{WORK}/stop"
_TICK, _SHORT_TICK = 0.25, 0.1
_ROUNDS = 3
_LOOK_EVERY = 5.0


class Run:
    """One start of a run. ``stop`` may be called from a signal handler: once to end gently, again to end at once.

    Args:
        options: how to run.
        show: is given the progress now and then.
        say: is given lines for a person.
    """

    def __init__(
        self, options: Options, *, show: Callable[[Progress], None] | None = None, say: Callable[[str], None] | None = None
    ):
        self._show, self._say = show or (lambda _progress: None), say or (lambda _line: None)
        self._given = options
        self._stops = 0
        self._watch = Watch(silent_seconds())
        self._looked = time.monotonic()
        self._fault = ""
        self._held: list[tuple[str, Job]] = []

    def stop(self) -> None:
        """Take up nothing more; called again, leave what is under way."""
        self._stops += 1

    def go(self) -> RunRecord:
        """Run to the end, or until stopped; the record as it was written.

        Raises:
            InputError: nothing to draft, the year cannot be told, FOLDER and OUT lie in each other.
            OutputError: OUT cannot be written.
            AssistantError: another process runs this; the database is gone; no model is configured.
        """
        given = self._given
        folder = given.folder.resolve()
        previous = given.previous.resolve() if given.previous else None
        if not folder.is_dir() or (previous is not None and not previous.is_dir()):
            raise InputError("没有这个文件夹", place=str(previous if folder.is_dir() else folder), remedy="请检查路径")
        out = check_out(given.out, tuple(path for path in (folder, previous) if path))
        self.options = Options(**{**given.__dict__, "folder": folder, "out": out, "previous": previous})
        self.out, self.id = out, run_id(out)
        self.registry = check_setup(given.writer)
        make_folder(out, WORK)
        lock = Lock(out / LOCK_FILE)
        if not lock.take():
            raise AssistantError("这个输出文件夹正在由另一个程序批量起草", place=str(out), remedy="请等它做完，或先停下它")
        try:
            (out / STOP_FILE).unlink(missing_ok=True)
            return self._within()
        except SQLAlchemyError as error:
            told = str(getattr(error, "orig", None) or error)[:200]
            raise AssistantError(
                f"数据库不能使用（{told}）", remedy="已写好的单位都在输出文件夹里；请检查磁盘空间和数据库后再运行"
            ) from error
        finally:
            lock.release()

    def _within(self) -> RunRecord:
        before = self._read_before()
        self.day = self._day(before)
        self.place = place_of(self.id, self.options.database)
        home = load_settings().home
        self._executors = tuple(f"{machine_id(home)}-{self.id}-{number}" for number in range(1, self.options.workers + 1))
        model = "" if self.options.writer != "model" else "pause" if self.options.pause else "offline"
        self._children = Children(self.place, self.id, self._executors, home / "batch" / "logs" / f"{self.id}.log", model)
        try:
            if before is None or before.state != "finished":  # else there may be nothing to do
                self._children.load()
            self.store = Store(self.place)
            self.store.prepare()
            prepare(self.place)
            self.board = Board(self.store)
            return self._with_workers()
        finally:
            self._children.end(10.0)
            with suppress(Exception):
                self._farewell()

    def _with_workers(self) -> RunRecord:
        state = self.store.state(self.id)
        reset_gate(self.store, self.id, spent=state == "finished")
        self.store.set_fault(self.id, "")
        self.store.set_state(self.id, "running", self.options.writer)
        self.board.give_back(self.id, living=() if not self.place.shared else None, dead=self._own())
        self.board.open_queue(self.id, units_at_once(self.options.writer, self.options.workers))
        self._reporter = Reporter(self.out, self._show)
        self._casualties = Casualties(self.store, self.board, self.id, self.out)
        plan = self._gathering().read_all(self.day, self._children.start, self._stopping, self._pause)
        if plan is None:
            return self._told_stopped()
        self.records, jobs = jobs_of(plan, self.options, self.id, self.day, self.registry)
        self._casualties.records = self.records
        self.run = self._begun(plan)
        self._write_run()
        self._draft(jobs)
        return self._finish(jobs)

    def _gathering(self) -> Gathering:
        """What reads all files; a run with a model begins units meanwhile, so that the service does not wait for the last file."""
        at_once = units_at_once(self.options.writer, self.options.workers) * self.options.workers
        # As many again wait, so that no call is missed while the plan is made.
        most = 2 * at_once if self.options.writer == "model" else 0
        self._ahead = Ahead(self.board, self.id, self.options, self.day, self.registry, most)
        if most:
            self.board.open_reading(self.id)
        return Gathering(
            self.store,
            self.board,
            self.id,
            self.out,
            self.options,
            casualties=self._casualties,
            reporter=self._reporter,
            ahead=self._ahead,
        )

    def _draft(self, jobs: list[Job]) -> None:
        """Have all units drafted; rounds after the first write again what somebody took away meanwhile."""
        for number in range(_ROUNDS):
            left = [
                job for job in jobs if is_done(self.out, job.record, again=self.options.writer == "model" and number == 0) is None
            ]
            self._reporter.before = len(jobs) - len(left)
            if not left or self._stops or (number and not self._taken_away(left)):
                break
            self._children.start()
            self._put(left)
            self._wait_for(len(jobs))
            if self._over():
                break

    def _taken_away(self, left: list[Job]) -> bool:
        """Whether units that were done are no longer there."""
        outcomes = self.store.outcomes(self.id)
        return any(outcomes.get((job.record.key, job.record.fingerprint), ("", 0))[0] == "done" for job in left)

    def _put(self, jobs: list[Job]) -> None:
        """Into the queue with what is not there yet; out of it with what is no longer wanted."""
        self.store.expect(self.id, [(job.record.key, job.record.fingerprint) for job in jobs])
        wanted = {f"{self.id}:{job.record.key}:{job.record.fingerprint}": job for job in jobs}
        known = [work for work in self.board.of(self.id) if work.name != "draft_ahead"]
        active = {work.id.rpartition(":")[0]: work for work in known if work.status in ("ENQUEUED", "PENDING")}
        self.board.drop([work.id for stem, work in active.items() if stem not in wanted])
        ended = Counter(work.id.rpartition(":")[0] for work in known)
        self._held = [(f"{stem}:{ended[stem]}", job) for stem, job in wanted.items() if stem not in active]
        self._put_held()

    def _put_held(self) -> None:
        """Into the queue with the units that were not begun ahead, or no longer are: two at a time would ask the same twice."""
        begun = self._ahead.under_way()
        free = [(work, job) for work, job in self._held if job.record.key not in begun]
        self.board.put_drafting(self.id, [(work, job.model_dump_json()) for work, job in free])
        put = {work for work, _job in free}
        self._held = [(work, job) for work, job in self._held if work not in put]

    def _wait_for(self, total: int) -> None:
        """Until no unit is waited for, or the run is to stop."""
        while not self._stopping():
            tally = self.store.tally(self.id)
            self._reporter.tell(
                "", total=total, done=self._reporter.before + tally.done, failed=tally.failed, waiting=tally.waiting, tally=tally
            )
            if not tally.waiting or self._faulty() or self._paused():
                return
            if self._held:
                self._put_held()
            if self._quiet_for() and not self.board.active(self.id):
                self._casualties.settle_lost()
                return
            self._pause()

    def _pause(self) -> None:
        self._children.watch(self._casualties.died)
        if self._children.hopeless:
            raise AssistantError(
                "工作进程一启动就退出", place=str(self._children.log), remedy="请查看日志，已写好的都在输出文件夹里"
            )
        if self.place.shared:
            dead = self._watch.dead(self.store.beats()) - set(self._executors)
            if dead:
                take_over(self.store, self.board, dead)
        # A service that waits for the next units costs more than looking for them does.
        time.sleep(_SHORT_TICK if self.options.writer == "model" else _TICK)

    def _stopping(self) -> bool:
        if not self._stops and (self.out / STOP_FILE).exists():
            self._stops += 1
        return self._stops > 0

    def _paused(self) -> str:
        """Why the run waits for the model, empty while it does not."""
        if self.options.writer != "model" or not self.options.pause:
            return ""
        return spent_so_far(self.store, self.id)[2]

    def _faulty(self) -> str:
        """What a worker found wrong with the set-up, empty while nothing was."""
        self._fault = self._fault or self.store.fault(self.id)
        return self._fault

    def _over(self) -> bool:
        return bool(self._stops or self._faulty() or self._paused())

    def _quiet_for(self) -> bool:
        """Whether it is time again to look at the queue itself."""
        if time.monotonic() - self._looked < _LOOK_EVERY:
            return False
        self._looked = time.monotonic()
        return True

    def _end_gently(self) -> None:
        """Let nobody take up more and wait for what is under way, unless told again to stop."""
        self.board.close_queue(self.id)
        time.sleep(0.5)  # longer than a worker takes to see that the queue is closed
        while self._stops < 2 and any(work.status == "PENDING" for work in self.board.active(self.id)):
            self._reporter.tell_again("正在停止：等手头的做完")
            self._children.watch(lambda _executor: None)
            time.sleep(_TICK)

    def _finish(self, jobs: list[Job]) -> RunRecord:
        state: RunState = "finished"
        message = ""
        if self._stops:
            self._end_gently()
            state, message = "stopped", "已按要求停下，再次运行会接着做"
        elif why := self._faulty():
            self._end_gently()
            state, message = "stopped", f"{why}已停下，没有单位因此算作失败；改好后再次运行会接着做"
        elif why := self._paused():
            self._end_gently()
            state, message = "paused", f"模型没有答复，已暂停：{why}。恢复后再次运行会接着做"
        self._children.end(10.0)
        self.records = [self._final(record, state) for record in self.records]
        self.run = self.run.model_copy(
            update={
                "state": state,
                "message": message,
                "finished": datetime.now(UTC),
                "units": tuple(self.records),
                "account": totals(self.records),
            }
        )
        self._write_run()
        self.store.set_state(self.id, state)
        numbers = Counter(record.state for record in self.records)
        self._reporter.tell(
            message,
            state=state,
            total=len(jobs),
            done=numbers["done"],
            failed=numbers["failed"],
            waiting=numbers["waiting"],
            tally=self.store.tally(self.id),
        )
        return self.run

    def _final(self, record: UnitRecord, state: RunState) -> UnitRecord:
        """What a unit's own record says in the end; one that was refused gets its record now."""
        if record.state == "refused":
            with suppress(OutputError):
                write_record(self.out, record)
        if record.state != "waiting":
            return record
        done = is_done(self.out, record)
        if done is not None:
            return done
        from assistant.batch.records import read_unit

        found = read_unit(self.out, record.folder)
        if found is not None and found.state == "failed" and found.fingerprint == record.fingerprint:
            return found
        if state == "finished":
            told = "写好的文件没有留在输出文件夹里（可能磁盘已满，或文件夹被移走）。请检查后再运行一次，会重新写出"
            return record.model_copy(update={"state": "failed", "message": told})
        return record

    def _farewell(self) -> None:
        """Leave the database small: nothing of finished work stays, and no queue of a run that is over."""
        self.board.close_queue(self.id)
        state = self.store.state(self.id)
        if state == "running":
            self.store.set_state(self.id, "stopped")
        if state == "finished":
            clear(self.out)
            self.board.forget([work.id for work in self.board.of(self.id)])
        for executor in self._executors:
            self.store.bury(executor)
        self.board.close()
        self.store.close()

    def _told_stopped(self) -> RunRecord:
        self._end_gently()
        before = self._read_before()
        self.run = (before or self._begun(Plan(0, (), ()))).model_copy(
            update={"state": "stopped", "message": "读取文件时停下，再次运行会接着做"}
        )
        self._write_run()
        self._reporter.tell(self.run.message, state="stopped")
        return self.run

    def _begun(self, plan: Plan) -> RunRecord:
        options = self.options
        return RunRecord(
            id=self.id,
            folder=str(options.folder),
            previous=str(options.previous or ""),
            year=plan.year or None,
            writer=options.writer,
            state="running",
            started=datetime.now(UTC),
            today=self.day,
            units=tuple(self.records) if plan.year else (),
            files=plan.files,
        )

    def _write_run(self) -> None:
        make_folder(self.out, WORK)
        write_atomically(self.out / RUN_FILE, self.run.model_dump_json(indent=1).encode("utf-8", "replace"))

    def _read_before(self) -> RunRecord | None:
        try:
            return read_run(self.out)
        except InputError:
            return None

    def _day(self, before: RunRecord | None) -> date:
        """The day deadlines are judged by: as given; that of a run which is gone on with; else today."""
        if self.options.today is not None:
            return self.options.today
        if before is not None and before.state != "finished" and before.today is not None:
            return before.today
        return date.today()

    def _own(self) -> list[str]:
        """Ids this machine may have used for this run, whatever number of workers it had."""
        stem = self._executors[0].rpartition("-")[0]
        return [f"{stem}-{number}" for number in range(1, 257)]
