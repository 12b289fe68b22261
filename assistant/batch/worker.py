"""A worker process: takes up files to read and units to draft until it is told to end or whoever started it is gone."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from assistant.batch.database import Place
from assistant.batch.engine import Board, Worker, prepare
from assistant.batch.machine import BEAT_SECONDS, Watch, silent_seconds
from assistant.batch.pipeline import Desk, Job, ModelDesk, draft_ahead, draft_unit
from assistant.batch.readings import Listed, read_listed
from assistant.batch.setup import SetupFault
from assistant.batch.store import Store
from assistant.errors import AssistantError
from assistant.form import default_registry

if TYPE_CHECKING:
    from assistant.batch.modelling import Desk as Lender

RECYCLED = 75  # exit code of a worker that ended to give its memory back
_LARGEST_MB = 900
_LONGEST_END = 3600
_TURN_SECONDS = (
    0.0005  # a thread whose answer came in waits for those that compute at most so long: a call's place is idle meanwhile
)


class Files(BaseModel):
    """Files to read, as put into the queue; what they are is told after each ``portion`` of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    out: str
    folder: str
    previous_folder: str = ""
    files: tuple[Listed, ...]
    portion: int = 16


@dataclass
class Handling:
    """What a worker does with its work; keeps the model's connection of each run it serves.

    Attributes:
        store: the database.
        executor: this worker's id.
    """

    store: Store
    executor: str
    registry: Any = field(default_factory=default_registry)
    _models: dict[str, Lender] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def draft(self, text: str) -> str:
        """Draft a unit from a job in JSON; its state. What would meet every unit is told to the whole run."""
        job = Job.model_validate_json(text)
        try:
            record = draft_unit(job, Desk(self.executor, self.registry, self._model(job)))
        except SetupFault as fault:
            self.store.set_fault(job.run, f"{fault.message}（工作进程 {self.executor}）")
            return "waiting"
        self.store.finish(job.run, record)
        return record.state

    def ahead(self, text: str) -> str:
        """Draft a unit from a job in JSON ahead of its time; whatever is wrong is told when its time has come."""
        with suppress(Exception):
            job = Job.model_validate_json(text)
            draft_ahead(job, Desk(self.executor, self.registry, self._model(job)))
        return ""

    def read(self, text: str) -> str:
        """Read files named in JSON; how many."""
        work = Files.model_validate_json(text)
        folders = {"folder": Path(work.folder), "previous": Path(work.previous_folder)}
        for at in range(0, len(work.files), work.portion):
            files = work.files[at : at + work.portion]
            made = [read_listed(each, folders[each.place], Path(work.out), self.registry) for each in files]
            self.store.keep_readings(work.run, made)
        return str(len(work.files))

    def warm(self, run: str, *, pause: bool) -> None:
        """Load what writing with the model takes, and meet its service, while files are still being read."""
        with suppress(AssistantError):
            self._lender(run, pause=pause).warm()

    def _model(self, job: Job) -> ModelDesk | None:
        if job.writer != "model":
            return None
        try:
            return self._lender(job.run, pause=job.pause)
        except AssistantError as error:
            raise SetupFault(error.what, place=error.place, remedy=error.remedy) from error

    def _lender(self, run: str, *, pause: bool) -> Lender:
        with self._lock:
            if run not in self._models:
                from assistant.batch.modelling import Desk as Lender

                self._models[run] = Lender(self.store, run, self.executor, pause=pause)
            return self._models[run]


def work(
    place: Place,
    executor: str,
    run: str = "",
    *,
    child: bool = False,
    model: str = "",
    load: bool = False,
    told: Callable[[str], None] | None = None,
) -> int:
    """Work until told to end; the exit code.

    Args:
        place: the database.
        executor: this worker's id.
        run: the only run to work for; empty for all of the database.
        child: begin when the line ``go`` comes in on standard input, end at once at ``now`` or when it ends, gracefully at any
            other; signals are the parent's to handle.
        model: what is to happen when the model is given up (``offline``, ``pause``) where ``run`` is written with one.
        load: whether to load what the model takes before all else.
        told: is given lines for a person.
    """
    if model:
        sys.setswitchinterval(_TURN_SECONDS)
    ending = threading.Event()
    if child:
        ready = threading.Event()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_obey, args=(ready, ending), daemon=True).start()
        if load:
            _load()
        ready.wait()
    else:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ending.set())
    store = Store(place)
    store.prepare()
    if not child:  # one that is started before any run finds an empty database
        prepare(place)
    handling = Handling(store, executor)
    warming = threading.Thread(target=handling.warm, args=(run,), kwargs={"pause": model == "pause"}, daemon=True)
    if load:
        warming.start()
    worker = Worker(store, executor, run, draft=handling.draft, ahead=handling.ahead, read=handling.read)
    worker.launch()
    if model and not load:
        warming.start()
    if told is not None:
        told(f"已连上 {place.shown}，等候任务；按 Ctrl+C 做完手头的再停")
    code = _beat_until(ending, store, executor, run)
    worker.end(_LONGEST_END)
    with suppress(Exception):
        store.bury(executor)
    return code


def _beat_until(ending: threading.Event, store: Store, executor: str, run: str) -> int:
    """Show signs of life, take over from the dead, until the end is near."""
    beat, watch, board = 0, Watch(silent_seconds()), None
    while not ending.wait(BEAT_SECONDS if beat else 0.0):
        beat += 1
        store.beat(executor, run, _start() + beat)
        if store.place.shared:
            dead = watch.dead(store.beats()) - {executor}
            if dead:
                board = board or Board(store)
                take_over(store, board, dead)
        if _megabytes() > _LARGEST_MB:
            return RECYCLED
    return 0


def take_over(store: Store, board: Board, dead: set[str]) -> int:
    """Give back to the queue what dead workers had under way."""
    back = sum(board.give_back(run, dead=dead) for run in store.running())
    for worker in dead:
        store.bury(worker)
    return back


def _start() -> int:
    """A number that differs between two lives of one worker."""
    return (os.getpid() % 1_000_000) * 1_000_000


def _obey(ready: threading.Event, ending: threading.Event) -> None:
    """Heed the parent's words; its death is one, too."""
    for line in sys.stdin:
        word = line.strip()
        if word == "now":
            break
        if word == "go":
            ready.set()
        else:
            ending.set()
    os._exit(0)


def _load() -> None:
    """Load what asking a model takes: the service's own first answer can then be waited for while the rest is loaded."""
    gc.disable()  # thousands of classes are made and all of them stay: looking for rubbish among them takes a fifth of the time
    try:
        with suppress(Exception):  # whatever is missing is told by the first unit
            import assistant.batch.modelling
            import assistant.drafting.model.chat  # noqa: F401
    finally:
        gc.freeze()
        gc.enable()


def _megabytes() -> float:
    """Memory of this process now, 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024
