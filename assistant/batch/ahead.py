"""Units whose own files were read are drafted while others' are still being read; OUT shows nothing of it until all are known.

Which files are of one unit is certain only when every file was read: a second workbook may come last. So what is drafted ahead
is laid aside below OUT/.work with the job it was made for. When the plan is whole, a unit's job is put as ever; its worker takes
what was laid aside for exactly this job, and drafts anew where anything differs. The results are those of a run that read
everything first.
"""

from __future__ import annotations

import base64
import json
import time
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from assistant.batch.matching import File, match
from assistant.batch.places import WORK, make_folder, sweep
from assistant.batch.records import UnitRecord
from assistant.files import write_all

if TYPE_CHECKING:
    from assistant.batch.engine import Board
    from assistant.batch.pipeline import Job
    from assistant.batch.planning import Options
    from assistant.batch.readings import Listed, Reading
    from assistant.form import FormRegistry

AHEAD = f"{WORK}/ahead"
_SHARE = 10  # looking for units to begin takes at most one part in so many of the coordinator's time


@dataclass(frozen=True)
class Made:
    """A unit's draft before it is written: record, files by name, what it took (calls, cached, tokens in and out), seconds."""

    record: UnitRecord
    contents: dict[str, bytes]
    spent: tuple[int, int, int, int]
    seconds: float


def lay_aside(job: Job, made: Made) -> None:
    """Keep a draft for its job.

    Raises:
        OutputError: it cannot be kept.
    """
    data = {
        "job": job.model_dump_json(),
        "record": made.record.model_dump_json(),
        "contents": {name: base64.b64encode(content).decode("ascii") for name, content in made.contents.items()},
        "spent": made.spent,
        "seconds": made.seconds,
    }
    make_folder(Path(job.out), AHEAD)
    write_all([(_path(job), zlib.compress(json.dumps(data).encode("utf-8", "replace"), 1))], flushed=False)


def laid_aside(job: Job) -> Made | None:
    """The draft that was made ahead for exactly this job, None if there is none that is whole."""
    try:
        data = json.loads(zlib.decompress(_path(job).read_bytes()))
        if data["job"] != job.model_dump_json():
            return None
        contents = {str(name): base64.b64decode(text, validate=True) for name, text in data["contents"].items()}
        calls, cached, given, taken = map(int, data["spent"])
        record = UnitRecord.model_validate_json(data["record"])
        return Made(record, contents, (calls, cached, given, taken), float(data["seconds"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ValidationError, zlib.error):
        return None


def clear(out: Path) -> None:
    """Remove all that was laid aside; through a link nothing is removed."""
    if (out / WORK).is_symlink() or (out / AHEAD).is_symlink():
        return
    with suppress(OSError):
        for path in (out / AHEAD).glob("*.z"):
            path.unlink(missing_ok=True)
        sweep(out / AHEAD)
        (out / AHEAD).rmdir()


def _path(job: Job) -> Path:
    return Path(job.out) / AHEAD / f"{job.record.key}-{job.record.fingerprint}.z"


class Ahead:
    """The coordinator's side: has units begun whose files were read, and knows which are under way.

    Args:
        board: the engine.
        run: the run's id.
        options: how to run.
        day: the day by which deadlines are judged.
        registry: the forms.
        most: units begun ahead and not ended, at most; 0 begins none.
    """

    def __init__(self, board: Board, run: str, options: Options, day: date, registry: FormRegistry, most: int) -> None:
        self._board, self._run, self._options, self._day, self._registry = board, run, options, day, registry
        self._most = most
        self._put: set[str] = set()
        self._again_at = 0.0

    @property
    def wanted(self) -> bool:
        """Whether it is time to look for units to begin."""
        return self._most > 0 and time.monotonic() >= self._again_at

    def stop(self) -> None:
        """Begin no more."""
        self._most = 0

    def begin(self, listed: Sequence[Listed], readings: Mapping[str, Reading]) -> None:
        """Begin units of which this year's and last year's file were read, as long as few are under way."""
        started = time.monotonic()
        room = self._most - len(self.under_way())
        if room > 0:
            jobs = [job for job in self._jobs(listed, readings) if job.record.key not in self._put][:room]
            self._put |= {job.record.key for job in jobs}
            mark = f"{time.time_ns():x}"
            works = [(f"{self._run}:ahead:{job.record.key}:{mark}", job.model_dump_json()) for job in jobs]
            self._board.put_ahead(self._run, works)
        now = time.monotonic()
        self._again_at = now + _SHARE * (now - started)

    def under_way(self) -> set[str]:
        """Keys of the units that were begun ahead and are not ended."""
        return {work.id.split(":")[2] for work in self._board.ahead(self._run)}

    def drop(self) -> None:
        """Take out what an earlier start of the run left in the queue."""
        self._board.drop([work.id for work in self._board.ahead(self._run) if work.status == "ENQUEUED"])

    def _jobs(self, listed: Sequence[Listed], readings: Mapping[str, Reading]) -> list[Job]:
        """Jobs of the units that are whole as far as can be told by now; none while the year to draft is in doubt."""
        from assistant.batch.planning import jobs_of

        files = [File(each, readings[each.key]) for each in listed if each.key in readings]
        year = self._options.year or self._day.year - 1
        if not self._options.year and any(self._later(file, year) for file in files):
            self.stop()
            return []
        plan = match(files, year)
        _records, jobs = jobs_of(plan, self._options, self._run, self._day, self._registry)
        return [job for job in jobs if job.previous_key]

    def _later(self, file: File, year: int) -> bool:
        return file.listed.place == "folder" and file.reading.year is not None and file.reading.year > year
