"""A record for each test: on SQLite, or on SQLite and PostgreSQL in turn; passwords hashed cheaply."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.review import passwords
from assistant.review.engine import Record, open_record
from tests.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PROFILE", passwords.Profile(1, 8, 1))


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    opened = open_record(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database; empty for SQLite."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def each_record(database: str, tmp_path: Path) -> Iterator[Record]:
    opened = open_record(tmp_path / "home", database)
    yield opened
    opened.close()
