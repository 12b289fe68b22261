"""Whether the SQLite database is still the file that was opened.

A connection goes on with a file that was moved away, and a new one would make an empty file in its place and throw away the
write-ahead log beside it, with deeds that somebody was told were saved. So each transaction looks first. Only the file's
description is looked at: opening and closing it here would take SQLite's own locks away.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from assistant.review.errors import RecordError

_SECTOR = 512  # the smallest page of SQLite: https://www.sqlite.org/fileformat2.html


class Whereabouts:
    """Where a database lies and which file it is.

    Args:
        path: the database's file; it is there.

    Raises:
        RecordError: it cannot be looked at, or is no whole number of pages.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._place = path.absolute(), str(path)
        self._file, self._size = _look(self._path, self._place)
        self.check()

    def check(self) -> None:
        """See that the file is still there.

        Raises:
            RecordError: it is not, another one lies in its place, or it was cut or is no whole number of pages.
        """
        file, size = _look(self._path, self._place)
        if file != self._file:
            raise RecordError("gone", place=self._place)
        if size < self._size or size % _SECTOR:
            raise RecordError("damaged", place=self._place)
        self._size = size

    def connect(self, wait: float) -> sqlite3.Connection:
        """A connection to the file, never to a new one in its place; ``wait`` is in seconds, for a database that is busy."""
        address = f"{self._path.as_uri()}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=wait, check_same_thread=False)


def refuse_orphan(path: Path) -> None:
    """Refuse to begin a new database beside the log of one that is gone.

    Raises:
        RecordError: the database is missing or empty and its log is not.
    """
    if not _size(path) and _size(path.with_name(f"{path.name}-wal")):
        raise RecordError("gone", place=str(path))


def _look(path: Path, place: str) -> tuple[tuple[int, int], int]:
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise RecordError("gone", place=place) from error
    return (found.st_dev, found.st_ino), found.st_size


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
