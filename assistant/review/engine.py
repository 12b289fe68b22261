"""The record's database: one writer at a time on SQLite (WAL, synced on each commit) and on PostgreSQL alike.

Because writers take turns, a service reads and then writes inside one :meth:`Record.write` without further locks, and a
deed with its entry in the audit trail is saved whole or not at all.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.review import audit
from assistant.review.errors import RecordError
from assistant.review.faults import told
from assistant.review.lockout import Strangers
from assistant.review.schema import UserRow
from assistant.review.upgrade import newest, upgrade, version_of
from assistant.review.whereabouts import Whereabouts, refuse_orphan
from assistant.settings import Settings
from assistant.sqlite import write_ahead

FILE = "record.sqlite3"
BUSY_SECONDS = 10.0
_PRAGMAS = ("foreign_keys=ON", "synchronous=FULL", "recursive_triggers=ON")  # recursive: a REPLACE meets the deletion triggers
_WRITER = 0x7265636F7264
_TURN = f"SET LOCAL lock_timeout='{BUSY_SECONDS:.0f}s'; SET LOCAL synchronous_commit=on; SELECT pg_advisory_xact_lock({_WRITER})"


class _Reader(Session):
    """A session that refuses to write."""


def _refuse_flush(*_arguments: Any) -> None:
    raise RuntimeError("a reading session was asked to write")


event.listen(_Reader, "before_flush", _refuse_flush)


class Record:
    """The record of truth; made by :func:`open_record`. Safe for many threads.

    Attributes:
        home: the program's folder, with ``uploads`` and ``exports``.
        place: the database as shown to a person, never with its password.
        strangers: failed logins under names that nobody has.
    """

    def __init__(self, home: Path, engine: Engine) -> None:
        self.home, self.engine = home, engine
        self.sqlite = engine.dialect.name == "sqlite"
        self.place = str(home / FILE) if self.sqlite else engine.url.render_as_string(hide_password=True)
        self._writing = engine.execution_options(record_writes=True)
        self._reading = engine if self.sqlite else engine.execution_options(isolation_level="REPEATABLE READ")
        self._turn, self._owner = threading.Lock(), 0
        self._mark = object()  # tells what was read from this record from what was read from another
        self.strangers = Strangers()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the record and cannot change it.

        Raises:
            RecordError: the database cannot be read.
        """
        with told(self.place), _Reader(self._reading, autoflush=False, info={"record": self._mark, "reading": True}) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are saved on disk together when the block ends, or not at all.

        Raises:
            RecordError: the database is busy for too long, full, read-only or out of reach; nothing was changed.
        """
        with self._my_turn(), told(self.place), self._writer() as session:
            session.connection()
            yield session
            session.flush()
            with told(self.place, committing=True):
                session.commit()
            audit.keep_anchor(self.home, session)

    def _writer(self) -> Session:
        return Session(self._writing, expire_on_commit=False, info={"record": self._mark, "reading": False})

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Threads of one process queue here: SQLite's own waiting is by chance and may starve one of them."""
        if self._owner == threading.get_ident():
            raise RuntimeError("write() inside write()")
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise RecordError("busy", place=self.place)
        self._owner = threading.get_ident()
        try:
            yield
        finally:
            self._owner = 0
            self._turn.release()

    def version(self) -> str:
        """The number of the last migration step done; empty before the first."""
        with told(self.place), self._reading.connect() as connection:
            return version_of(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_record(home: Path, url: str = "") -> Record:
    """Open the record, making or upgrading it as needed.

    Args:
        home: the program's folder; made if it is missing.
        url: a PostgreSQL address (``postgresql://user:password@host/database``); SQLite in ``home`` if empty.

    Raises:
        RecordError: the database cannot be opened or written, is damaged, or was made by a newer program.
    """
    with told(str(home)):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    record = Record(home, _postgresql(url) if url else _sqlite(home))
    try:
        _bring_up(record)
    except BaseException:
        record.close()
        raise
    return record


def record_of(settings: Settings) -> Record:
    """Open the record that the settings name; errors as for :func:`open_record`."""
    return open_record(settings.home, settings.database.get_secret_value())


@dataclass(frozen=True)
class Status:
    """How a record stands: where it is, its step and the newest one, and how many can log in (None before the newest step)."""

    place: str
    step: str
    newest: str
    users: int | None


def status_of(settings: Settings) -> Status | None:
    """Look at the record without making or upgrading it; None if there is none yet.

    Raises:
        RecordError: it cannot be opened.
    """
    url = settings.database.get_secret_value()
    if not url and not (settings.home / FILE).exists():
        return None
    record = Record(settings.home, _postgresql(url) if url else _sqlite(settings.home))
    try:
        step, users = record.version(), None
        if step == newest():
            with record.read() as session:
                users = session.execute(select(func.count()).select_from(UserRow).where(UserRow.disabled_at.is_(None))).scalar()
        return Status(record.place, step, newest(), users)
    finally:
        record.close()


def _bring_up(record: Record) -> None:
    version, wanted = record.version(), newest()
    if version > wanted:
        raise RecordError("newer", place=record.place)
    if version < wanted:
        with record.write() as session:
            if version_of(session.connection()) < wanted:
                upgrade(session.connection())


def _sqlite(home: Path) -> Engine:
    path = home / FILE
    with told(str(path)):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        refuse_orphan(path)
        if not path.exists():
            # The file holds password hashes and unpublished text: made for its owner only, and its WAL takes over these rights.
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            write_ahead(connection, BUSY_SECONDS)
        file = Whereabouts(path)
    engine = create_engine(
        f"sqlite:///{path}", json_serializer=_to_json, pool_size=20, max_overflow=40, pool_timeout=BUSY_SECONDS,
        creator=lambda: file.connect(BUSY_SECONDS),
    )  # fmt: skip
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda _connection: file.check())
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late and be deferred
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("record_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: str) -> Engine:
    from sqlalchemy.engine import make_url

    try:
        address = make_url(url.replace("postgres://", "postgresql://", 1))
        if address.get_backend_name() != "postgresql":
            raise RecordError("unreachable", place=address.render_as_string(hide_password=True))
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"), json_serializer=_to_json, pool_size=20, max_overflow=40,
            pool_timeout=BUSY_SECONDS, pool_pre_ping=True, connect_args={"connect_timeout": int(BUSY_SECONDS)},
        )  # fmt: skip
    except (SQLAlchemyError, ValueError, ImportError) as error:
        raise RecordError("unreachable", place="ASSISTANT_DATABASE") from error
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _begin_postgresql(connection: Any) -> None:
    if connection.get_execution_options().get("record_writes"):
        connection.exec_driver_sql(_TURN)


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
