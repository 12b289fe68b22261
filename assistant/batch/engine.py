"""The durable engine, and all that is known of it: DBOS on the run's database. Everything else here is plain functions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import assistant
from assistant.batch.database import Place, patiently
from assistant.batch.pipeline import VERSION
from assistant.batch.store import Store

_NAME = "disclosure-report-assistant"
_DRAFT, _AHEAD, _READ = "draft_unit", "draft_ahead", "read_files"
_POLL_SECONDS = 0.1
_READ_AT_ONCE = 2
_ACTIVE = ["ENQUEUED", "PENDING"]
_AT_A_TIME = 200


def application_version() -> str:
    """What a worker must be to take up work: the same program with the same pipeline."""
    return f"{assistant.__version__}-{VERSION}"


def queue_of(run: str) -> str:
    """The name of a run's queue of units."""
    return f"run-{run}"


def reading_queue_of(run: str) -> str:
    """The name of a run's queue of files to read: units begun meanwhile must not wait for all of them, nor they for units."""
    return f"read-{run}"


@dataclass(frozen=True)
class Work:
    """A piece of work in the queue."""

    id: str
    name: str
    status: str
    executor: str
    queue: str


class Worker:
    """The engine inside a worker process.

    Args:
        store: the run's database.
        executor: this worker's id; what one had that died goes on under the same id, or is given back (:meth:`Board.give_back`).
        run: the run whose queue it serves; empty for all queues.
        draft: drafts one unit from a job in JSON.
        ahead: drafts one unit from a job in JSON while it is not yet certain, and lays the draft aside.
        read: reads files named in JSON.
    """

    def __init__(
        self,
        store: Store,
        executor: str,
        run: str,
        *,
        draft: Callable[[str], str],
        ahead: Callable[[str], str],
        read: Callable[[str], str],
    ) -> None:
        from dbos import DBOS, DBOSConfig

        _quiet()
        config = DBOSConfig(
            name=_NAME,
            system_database_url=_url(store.place),
            system_database_engine=store.engine,
            executor_id=executor,
            application_version=application_version(),
            log_level="ERROR",
            run_migrations=False,
        )
        self._dbos = DBOS
        DBOS(config=config)

        @DBOS.step(name=f"{_DRAFT}_step")
        def draft_step(job: str) -> str:
            return draft(job)

        @DBOS.step(name=f"{_AHEAD}_step")
        def ahead_step(job: str) -> str:
            return ahead(job)

        @DBOS.step(name=f"{_READ}_step")
        def read_step(files: str) -> str:
            return read(files)

        @DBOS.workflow(name=_DRAFT)
        def draft_workflow(job: str) -> str:
            return draft_step(job)

        @DBOS.workflow(name=_AHEAD)
        def ahead_workflow(job: str) -> str:
            return ahead_step(job)

        @DBOS.workflow(name=_READ)
        def read_workflow(files: str) -> str:
            return read_step(files)

        if run:
            DBOS.listen_queues([queue_of(run), reading_queue_of(run)])

    def launch(self) -> None:
        """Begin to take up work."""
        self._dbos.launch()

    def end(self, seconds: int) -> None:
        """Take up nothing more, and wait so long for what is under way."""
        self._dbos.destroy(workflow_completion_timeout_sec=seconds)


class Board:
    """The engine seen from outside: puts work into the queue, sees what is under way, gives back what a dead worker had."""

    def __init__(self, store: Store) -> None:
        from dbos import DBOSClient

        _quiet()
        self._store = store
        self._aside: set[str] = set()
        self._client = DBOSClient(
            system_database_url=_url(store.place), system_database_engine=store.engine, application_name=_NAME
        )

    def open_queue(self, run: str, at_once: int) -> None:
        """Let workers take up the run's work, each ``at_once`` units at a time."""
        self._open(queue_of(run), at_once)

    def open_reading(self, run: str, at_once: int = _READ_AT_ONCE) -> None:
        """Have files read aside, each worker ``at_once`` portions at a time; otherwise they wait in the queue of units."""
        self._aside.add(run)
        self._open(reading_queue_of(run), at_once)

    def _open(self, queue: str, at_once: int) -> None:
        self._client.register_queue(queue, worker_concurrency=at_once, polling_interval_sec=_POLL_SECONDS, application_name=_NAME)

    def close_reading(self, run: str) -> None:
        """Let nobody take up more files to read."""
        self._client.delete_queue(reading_queue_of(run))

    def close_queue(self, run: str) -> None:
        """Let nobody take up more; what is under way goes on, what waits stays."""
        self.close_reading(run)
        self._client.delete_queue(queue_of(run))

    def put_reading(self, run: str, works: Sequence[tuple[str, str]]) -> None:
        """Have files read: ids and files in JSON."""
        self._put(run, _READ, works)

    def put_drafting(self, run: str, works: Sequence[tuple[str, str]]) -> None:
        """Have units drafted: ids and jobs in JSON. An id that was put before is not put again."""
        self._put(run, _DRAFT, works)

    def put_ahead(self, run: str, works: Sequence[tuple[str, str]]) -> None:
        """Have units drafted and laid aside: ids and jobs in JSON."""
        self._put(run, _AHEAD, works)

    def active(self, run: str) -> list[Work]:
        """The work that waits or is under way."""
        return self._list(run, workflow_id_prefix=f"{run}:", status=_ACTIVE)

    def ahead(self, run: str) -> list[Work]:
        """The work of :meth:`put_ahead` that waits or is under way."""
        return self._list(run, workflow_id_prefix=f"{run}:", status=_ACTIVE, name=_AHEAD)

    def of(self, run: str) -> list[Work]:
        """All work ever put in for a run."""
        return self._list(run, workflow_id_prefix=f"{run}:")

    def output(self, work: str) -> str:
        """What a finished piece of work gave, or its error as text."""
        found = patiently(lambda: self._client.list_workflows(workflow_ids=[work], load_input=False))
        return str(found[0].output or found[0].error or "") if found else ""

    def drop(self, works: Iterable[str]) -> None:
        """Take work out for good."""
        ids = list(works)
        for at in range(0, len(ids), _AT_A_TIME):
            patiently(lambda at=at: self._client.cancel_workflows(ids[at : at + _AT_A_TIME]))  # type: ignore[misc]

    def forget(self, works: Iterable[str]) -> None:
        """Remove finished work from the database."""
        ids = list(works)
        for at in range(0, len(ids), _AT_A_TIME):
            patiently(lambda at=at: self._client.delete_workflows(ids[at : at + _AT_A_TIME]))  # type: ignore[misc]

    def give_back(self, run: str, living: Iterable[str] | None = None, dead: Iterable[str] = ()) -> int:
        """Put work back into the queue that workers had who are dead.

        Args:
            run: the run.
            living: ids of living workers: whoever else has work is dead. None trusts ``dead`` alone.
            dead: ids of dead workers.
        """
        gone = set(dead)
        alive = None if living is None else set(living)
        pending = self._list(run, workflow_id_prefix=f"{run}:", status=["PENDING"])
        lost = [work for work in pending if work.executor in gone or (alive is not None and work.executor not in alive)]
        for queue in sorted({work.queue for work in lost}):
            ids = [work.id for work in lost if work.queue == queue]
            patiently(lambda ids=ids, queue=queue: self._client.resume_workflows(ids, queue_name=queue))  # type: ignore[misc]
        return len(lost)

    def close(self) -> None:
        """Let go of the database."""
        self._client.destroy()

    def _put(self, run: str, name: str, works: Sequence[tuple[str, str]]) -> None:
        for at in range(0, len(works), _AT_A_TIME):
            patiently(lambda at=at: self._put_some(run, name, works[at : at + _AT_A_TIME]))  # type: ignore[misc]

    def _put_some(self, run: str, name: str, works: Sequence[tuple[str, str]]) -> None:
        from dbos import EnqueueOptions

        with self._store.engine.begin() as link:
            for number, text in works:
                queue = reading_queue_of(run) if name == _READ and run in self._aside else queue_of(run)
                options = EnqueueOptions(
                    workflow_name=name, queue_name=queue, workflow_id=number, app_version=application_version()
                )
                self._client.enqueue_in_transaction(link, options, text)

    def _list(self, run: str, **which: Any) -> list[Work]:
        queue = queue_of(run)
        found = patiently(lambda: self._client.list_workflows(load_input=False, load_output=False, **which))
        return [Work(each.workflow_id, each.name, each.status, each.executor_id or "", each.queue_name or queue) for each in found]


def prepare(place: Place) -> None:
    """Make the engine's tables, once for all workers of a run."""
    from dbos import DBOS

    _quiet()
    DBOS.migrate(place.url)


def _url(place: Place) -> str:
    # With an engine of ours given, the address only tells the engine which kind of database it is.
    return f"sqlite:///{Path('run.sqlite')}" if not place.shared else "postgresql://run@localhost/run"


def _quiet() -> None:
    for name in ("dbos", "sqlalchemy.engine"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
