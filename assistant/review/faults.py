"""What the database's errors mean to a person: one place that turns them into :class:`RecordError`."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from assistant.review.errors import RecordError

_SQLITE = (
    ("append-only", "kept"),
    ("locked", "busy"),
    ("disk is full", "full"),
    ("readonly", "read_only"),
    ("unable to open", "read_only"),
    ("not a database", "damaged"),
    ("malformed", "damaged"),
    ("disk i/o", "io"),
)
# https://www.postgresql.org/docs/15/errcodes-appendix.html
_POSTGRESQL = (
    ("53100", "full"), ("25006", "read_only"), ("55P03", "busy"), ("40P01", "busy"), ("40001", "busy"), ("53300", "busy"),
    ("P0001", "kept"), ("XX", "damaged"), ("57P", "unreachable"), ("08", "unreachable"), ("28", "unreachable"),
    ("3D", "unreachable"), ("42501", "read_only"),
)  # fmt: skip
_SYSTEM = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.EROFS: "read_only",
}


@contextmanager
def told(place: str, *, committing: bool = False) -> Iterator[None]:
    """Turn what the database or the system raises inside into a :class:`RecordError`.

    Args:
        place: the database, as shown to a person.
        committing: the block saves: a connection that breaks here leaves it open whether it was saved.
    """
    try:
        yield
    except PoolTimeout as error:
        raise RecordError("busy", place=place) from error
    except DBAPIError as error:
        kind = _kind(error.orig, broken=error.connection_invalidated)
        raise RecordError("lost" if committing and kind == "unreachable" else kind, place=place) from error
    except sqlite3.Error as error:
        raise RecordError(_kind(error), place=place) from error
    except OSError as error:
        raise RecordError(_SYSTEM.get(error.errno or 0, "io"), place=place) from error
    except (UnicodeEncodeError, SQLAlchemyError) as error:
        raise RecordError("refused", place=place) from error


def _kind(error: BaseException | None, *, broken: bool = False) -> str:
    if isinstance(error, sqlite3.Error):
        words = str(error).lower()
        return next((kind for mark, kind in _SQLITE if mark in words), "refused")
    state = getattr(error, "sqlstate", None) or ""
    if broken or (error is not None and not state and type(error).__name__ == "OperationalError"):
        return "unreachable"
    return next((kind for mark, kind in _POSTGRESQL if state.startswith(mark)), "refused")
