"""What every SQLite file of the program needs when several processes open it at once."""

from __future__ import annotations

import sqlite3
import time

_AGAIN_SECONDS = 0.05


def write_ahead(connection: sqlite3.Connection, seconds: float) -> None:
    """Turn write-ahead logging on; SQLite does not wait by itself when another connection is doing so, too.

    Args:
        connection: an open connection without a transaction.
        seconds: how long to try.

    Raises:
        sqlite3.Error: the file cannot be used, or was busy all the time.
    """
    give_up = time.monotonic() + seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(_AGAIN_SECONDS)
