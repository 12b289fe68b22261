"""All files of a run read by its workers, in small portions; meanwhile units that are whole are begun."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from assistant.batch.planning import plan_of
from assistant.batch.readings import Listed, files_in, forget_readings
from assistant.batch.worker import Files

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from assistant.batch.ahead import Ahead
    from assistant.batch.casualties import Casualties
    from assistant.batch.engine import Board
    from assistant.batch.matching import Plan
    from assistant.batch.planning import Options
    from assistant.batch.reporting import Reporter
    from assistant.batch.store import Store

_AT_A_TIME, _PORTION = 16, 4
_LOOK_EVERY = 5.0


class Gathering:
    """Reads the files of a run.

    Args:
        store, board: the run's database and engine.
        run: the run's id.
        out: the output folder.
        options: how to run.
        casualties: is told which files each piece of reading has.
        reporter: is told how far it is.
        ahead: begins units meanwhile.
    """

    def __init__(
        self,
        store: Store,
        board: Board,
        run: str,
        out: Path,
        options: Options,
        *,
        casualties: Casualties,
        reporter: Reporter,
        ahead: Ahead,
    ) -> None:
        self._store, self._board, self._run, self._out, self._options = store, board, run, out, options
        self._casualties, self._reporter, self._ahead = casualties, reporter, ahead

    def read_all(
        self, day: date, start: Callable[[], None], stopping: Callable[[], bool], pause: Callable[[], None]
    ) -> Plan | None:
        """List all files, have those read that were not read before, sort them; None when stopped.

        Args:
            day: the day by which deadlines are judged.
            start: starts the workers where they are needed.
            stopping: whether the run is to stop.
            pause: watches over the workers, and waits a moment.
        """
        options = self._options
        self._ahead.drop()
        listed = list(files_in(options.folder, "folder", self._out))
        if options.previous is not None:
            listed += files_in(options.previous, "previous", self._out)
        known = self._store.readings(self._run)
        keys = {each.key for each in listed if each.key}
        self._store.forget_readings(self._run, set(known) - keys)
        forget_readings(self._out, keys)
        again = {key for key, reading in known.items() if reading.problem}
        unread = list({each.key: each for each in listed if each.key and (each.key not in known or each.key in again)}.values())
        self._store.forget_readings(self._run, again)
        if unread:
            start()
            self._put(unread)
            if not self._wait(listed, len(unread), stopping, pause):
                return None
        self._board.close_reading(self._run)
        return plan_of(listed, self._store.readings(self._run), options, day)

    def _put(self, unread: list[Listed]) -> None:
        stale = [work.id for work in self._board.active(self._run) if work.name == "read_files"]
        self._board.drop(stale)
        mark = f"{time.time_ns():x}"
        unread = sorted(unread, key=_together)
        chunks = [tuple(unread[at : at + _AT_A_TIME]) for at in range(0, len(unread), _AT_A_TIME)]
        works = {f"{self._run}:read:{mark}:{number}": self._files(chunk) for number, chunk in enumerate(chunks)}
        self._casualties.chunks = works
        self._board.put_reading(self._run, [(work, files.model_dump_json()) for work, files in works.items()])

    def _wait(self, listed: list[Listed], wanted: int, stopping: Callable[[], bool], pause: Callable[[], None]) -> bool:
        """Until so many files were read; False when stopped."""
        looked, every = time.monotonic(), {each.key for each in listed if each.key}
        while not stopping():
            left = len(every) - self._store.number_read(self._run)
            if left <= 0:  # counting is cheap; what is counted may be a file of an earlier start that is gone
                left = len(every - self._store.read_keys(self._run))
                if not left:
                    return True
            if time.monotonic() - looked >= _LOOK_EVERY:
                looked = time.monotonic()
                if not any(work.name == "read_files" for work in self._board.active(self._run)):
                    return True
            self._reporter.tell("正在读取文件", total=wanted, done=wanted - left, waiting=left)
            if left < wanted and self._ahead.wanted and not self._casualties.alone:
                self._ahead.begin(listed, self._store.readings(self._run))
            pause()
        return False

    def _files(self, chunk: tuple[Listed, ...]) -> Files:
        return Files(
            run=self._run,
            out=str(self._out),
            folder=str(self._options.folder),
            previous_folder=str(self._options.previous or ""),
            files=chunk,
            portion=_PORTION if self._ahead.wanted else _AT_A_TIME,
        )


def _together(listed: Listed) -> tuple[str, str, str]:
    """An order in which files of one unit, whose names differ by the year, come one after the other."""
    return re.sub(r"\d", "", PurePosixPath(listed.path).name), listed.path, listed.place
