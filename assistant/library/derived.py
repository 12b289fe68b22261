"""What is derived from the truth lives in numbered folders; a small stamp beside them says which one holds and what is in it."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a derived index holds: the state of the truth it was brought to (see ``Store.state``), for which library and model."""

    folder: str
    library: str
    model: str
    count: int
    highest: int
    drops: int


class Place:
    """The stamp and folders of one derived index, ``name`` in the index folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self._file = folder / f"{name}.json"
        self._read: tuple[tuple[int, int, int], Stamp] | None = None

    def stamp(self) -> Stamp | None:
        """The stamp; None if there is none or it cannot be read."""
        try:
            seen = self._file.stat()
            version = (seen.st_mtime_ns, seen.st_size, seen.st_ino)
            if self._read is None or self._read[0] != version:
                self._read = version, Stamp(**json.loads(self._file.read_text(encoding="utf-8")))
            stamp = self._read[1]
        except (OSError, ValueError, TypeError):
            return None
        return stamp if (self.folder / stamp.folder).is_dir() and stamp.folder.startswith(self.name) else None

    def write(self, stamp: Stamp) -> None:
        """Set the stamp, whole or not at all."""
        aside = self._file.with_suffix(".tmp")
        with aside.open("w", encoding="utf-8") as handle:
            json.dump(asdict(stamp), handle)
            handle.flush()
            os.fsync(handle.fileno())
        aside.replace(self._file)

    def fresh_folder(self) -> Path:
        """A new empty folder, named after none that exists."""
        taken = [
            int(path.name.rpartition("-")[2])
            for path in self.folder.glob(f"{self.name}-*")
            if path.name.rpartition("-")[2].isdigit()
        ]
        folder = self.folder / f"{self.name}-{max(taken, default=0) + 1:04d}"
        folder.mkdir(parents=True)
        return folder

    def forget(self) -> None:
        """Drop the stamp: the index will be rebuilt."""
        self._file.unlink(missing_ok=True)

    def sweep(self, keep: str) -> None:
        """Delete all folders but one."""
        for path in self.folder.glob(f"{self.name}-*"):
            if path.name != keep:
                shutil.rmtree(path, ignore_errors=True)
