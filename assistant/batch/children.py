"""The worker processes of one machine: started, watched, started again when they die, ended."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from assistant.batch.database import SETTING, Place
from assistant.batch.worker import RECYCLED

_PAUSE, _LONGEST_PAUSE = 0.2, 10.0


@dataclass
class _Child:
    executor: str
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    again_at: float = 0.0


@dataclass
class Children:
    """The worker processes of a run on this machine.

    Attributes:
        place: the run's database; its address is handed on in the environment, never on the command line.
        run: the run's id.
        executors: ids of the workers, one process each.
        log: where what they print goes.
        model: what is to happen when the model is given up, where the run is written with one.
    """

    place: Place
    run: str
    executors: tuple[str, ...]
    log: Path
    model: str = ""
    _children: list[_Child] = field(default_factory=list)
    _output: IO[bytes] | None = None
    _ready: bool = False

    def start(self) -> None:
        """Start all of them, if they are not started yet; those that only load their parts (:meth:`load`) may begin."""
        self._ready = True
        self.load()
        for child in self._children:
            self._say(child, b"go\n")

    def load(self) -> None:
        """Start all of them to load what they need, while the database is being made ready; they touch nothing yet."""
        if self._children:
            return
        with suppress(OSError):
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self._output = self.log.open("wb")
        self._children = [_Child(executor) for executor in self.executors]
        for child in self._children:
            self._spawn(child)

    def watch(self, died: Callable[[str], None]) -> None:
        """Start again those that died; ``died`` is told the id of each that did not end by itself."""
        for child in self._children:
            code = child.process.poll() if child.process is not None else None
            if child.process is not None and code is None:
                continue
            if child.process is not None:
                child.process = None
                if code != RECYCLED:
                    child.deaths += 1
                    child.again_at = time.monotonic() + min(_LONGEST_PAUSE, _PAUSE * 2 ** min(child.deaths, 8))
                    died(child.executor)
            if time.monotonic() >= child.again_at:
                self._spawn(child)

    @property
    def hopeless(self) -> bool:
        """Whether every one of them dies as soon as it is started."""
        return bool(self._children) and all(child.deaths >= 8 and child.process is None for child in self._children)

    def end(self, seconds: float) -> None:
        """End all of them: asked first, after ``seconds`` by force."""
        for child in self._children:
            self._say(child, b"now\n", last=True)
        limit = time.monotonic() + seconds
        for child in self._children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.0, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        self._children = []
        if self._output is not None:
            self._output.close()
            self._output = None

    def _spawn(self, child: _Child) -> None:
        command = [sys.executable, "-m", "assistant", "worker", "--run", self.run, "--name", child.executor, "--child"]
        command += ["--model", self.model] if self.model else []
        # The first meets the service as soon as it can, the others read files meanwhile: there may be no more processors than that.
        command += ["--load"] if self.model and child is self._children[0] else []
        environment = dict(os.environ)
        if self.place.shared:
            environment[SETTING] = self.place.url
        else:
            environment[SETTING] = ""
        output: IO[bytes] | int = self._output if self._output is not None else subprocess.DEVNULL
        child.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=environment, start_new_session=False
        )
        if self._ready:
            self._say(child, b"go\n")

    def _say(self, child: _Child, word: bytes, *, last: bool = False) -> None:
        if child.process is not None and child.process.stdin is not None and not child.process.stdin.closed:
            with suppress(OSError):
                child.process.stdin.write(word)
                child.process.stdin.flush()
                if last:
                    child.process.stdin.close()
