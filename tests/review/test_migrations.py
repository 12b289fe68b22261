"""The database comes up from nothing and from the first version, to what the program's tables say, whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from assistant.review import audit, engine
from assistant.review.engine import FILE, Record, open_record
from assistant.review.schema import Row
from assistant.review.upgrade import newest, upgrade
from tests.review.rows import LATER, fill

FIRST = Path(__file__).resolve().parents[1] / "data" / "record-0001.sql"


@contextmanager
def connected(record: Record) -> Iterator[Connection]:
    with record.engine.connect() as connection:
        yield connection


def rows(record: Record) -> dict[str, int]:
    with record.read() as session:
        return {name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar() or 0 for name in Row.metadata.tables}


def assert_every_row_of_the_first_version(record: Record) -> None:
    later = {name for names in LATER.values() for name in names}
    assert rows(record) == {name: 0 if name in later else 1 for name in Row.metadata.tables}


def test_from_nothing_to_the_tables_of_the_program(each_record: Record) -> None:
    assert each_record.version() == newest()
    with connected(each_record) as connection:
        assert compare_metadata(MigrationContext.configure(connection), Row.metadata) == []


def test_a_record_of_the_first_version_comes_up_with_every_row(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.executescript(FIRST.read_text(encoding="utf-8"))
    record = open_record(tmp_path)
    assert record.version() == newest()
    assert_every_row_of_the_first_version(record)
    with connected(record) as connection:
        assert compare_metadata(MigrationContext.configure(connection), Row.metadata) == []
    assert audit.verify(record).anchor.count == 1
    assert audit.verify(record).whole
    record.close()


def test_the_first_version_on_postgresql_comes_up(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(engine, "newest", lambda: "0001")
        patch.setattr(engine, "upgrade", lambda connection: upgrade(connection, "0001"))
        first = open_record(tmp_path, postgres_url)
        with first.write() as session:
            fill(session, only_first=True)
        first.close()
    record = open_record(tmp_path, postgres_url)
    assert record.version() == newest()
    assert_every_row_of_the_first_version(record)
    assert audit.verify(record).whole
    record.close()


def test_a_step_that_fails_leaves_the_database_as_it_was(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(connection: Connection) -> None:
        upgrade(connection)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(engine, "upgrade", half)
        with pytest.raises(ZeroDivisionError):
            open_record(tmp_path, database)

    record = open_record(tmp_path, database)
    assert record.version() == newest()
    assert set(rows(record).values()) == {0}
    record.close()


def test_a_record_that_is_up_is_opened_without_alembic(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_connection: Connection) -> None:
        raise AssertionError

    monkeypatch.setattr(engine, "upgrade", never)
    again = open_record(record.home)
    with connected(again) as connection:
        assert inspect(connection).has_table("audit")
    again.close()


def test_steps_are_numbered_without_a_gap() -> None:
    from importlib import resources

    names = sorted(step.name for step in (resources.files("assistant.review.migrations") / "versions").iterdir())
    numbers = [int(name[:4]) for name in names if name[:4].isdigit()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert newest() == f"{len(numbers):04}"
