"""What dead workers had under way: given back, and what kills its worker each time taken out of the run."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from pathlib import Path

from assistant.batch.engine import Board, Work, reading_queue_of
from assistant.batch.pipeline import write_record
from assistant.batch.readings import Reading
from assistant.batch.records import UnitRecord
from assistant.batch.store import Store
from assistant.batch.worker import Files
from assistant.errors import OutputError

_MOST_CRASHES = 5


class Casualties:
    """Counts deaths over what was under way.

    Args:
        store: the run's database.
        board: the engine.
        run: the run's id.
        out: the output folder.

    Attributes:
        chunks: the files of each piece of reading, by its id.
        records: every unit as it stands; what is taken out of the run is written into it.
        alone: whether workers died again and again, so that one piece of work at a time is done and none ahead of its time.
    """

    def __init__(self, store: Store, board: Board, run: str, out: Path) -> None:
        self._store, self._board, self._run, self._out = store, board, run, out
        self._crashes: Counter[str] = Counter()
        self.chunks: dict[str, Files] = {}
        self.records: list[UnitRecord] = []
        self.alone = False

    def died(self, executor: str) -> None:
        """Count what a dead worker had under way; what was there each time is taken out of the run."""
        with suppress(Exception):
            self._store.bury(executor)
        mine = [work for work in self._board.active(self._run) if work.status == "PENDING" and work.executor == executor]
        for work in mine:
            self._crashes[work.id] += 1
        worst = max((self._crashes[work.id] for work in mine), default=0)
        if worst >= 2:  # one at a time from now on, so that the guilty one is alone
            self.alone = True
            self._board.open_queue(self._run, 1)
            self._board.drop([work.id for work in self._board.ahead(self._run)])
            if any(work.queue == reading_queue_of(self._run) for work in mine):
                self._board.open_reading(self._run, 1)
        for work in mine:
            if self._crashes[work.id] >= _MOST_CRASHES:
                self._take_out(work)
        self._board.give_back(self._run, dead=[executor])

    def settle_lost(self) -> None:
        """Write down as failed what ended without a word: its worker could not write even that."""
        outcomes = self._store.outcomes(self._run)
        for number, record in enumerate(self.records):
            if outcomes.get((record.key, record.fingerprint), ("", 0))[0] != "waiting":
                continue
            told = "起草没有完成，也没有留下原因。再次运行会重做；若仍如此，请把填报件交给维护人员"
            failed = record.model_copy(update={"state": "failed", "message": told})
            self.records[number] = failed
            self._store.finish(self._run, failed)

    def _take_out(self, work: Work) -> None:
        self._board.drop([work.id])
        if work.name == "draft_ahead":
            return
        told = f"处理它时程序 {_MOST_CRASHES} 次异常退出，已跳过。请检查这个文件，再次运行会重试"
        if work.name == "read_files":
            self._take_out_reading(work, told)
            return
        _run, key, mark, *_number = work.id.split(":")
        for record in self.records:
            if (record.key, record.fingerprint) == (key, mark):
                failed = record.model_copy(update={"state": "failed", "message": told})
                with suppress(OutputError):
                    write_record(self._out, failed)
                self._store.finish(self._run, failed)

    def _take_out_reading(self, work: Work, told: str) -> None:
        """One file is given up; of several each is tried by itself."""
        chunk = self.chunks.get(work.id)
        files = chunk.files if chunk is not None else ()
        if len(files) == 1:
            self._store.keep_readings(self._run, [Reading(key=files[0].key, problem=told)])
        elif chunk is not None:
            for number, each in enumerate(files):
                single = f"{work.id}.{number}:0"
                self.chunks[single] = chunk.model_copy(update={"files": (each,)})
                self._board.put_reading(self._run, [(single, self.chunks[single].model_dump_json())])
