"""The database of runs: SQLite in ASSISTANT_HOME, one file a run, or PostgreSQL for workers on several machines."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.errors import AssistantError, InputError
from assistant.settings import environment_values, load_settings
from assistant.sqlite import write_ahead

if TYPE_CHECKING:
    import sqlalchemy as sa

SETTING = "ASSISTANT_DATABASE"
_BUSY_MS = 30_000
_T = TypeVar("_T")


@dataclass(frozen=True)
class Place:
    """Where a run's database is. ``url`` may hold a password and is never shown."""

    url: str

    @property
    def shared(self) -> bool:
        """Whether workers on other machines can reach it."""
        return not self.url.startswith("sqlite")

    @property
    def file(self) -> Path | None:
        """The SQLite file."""
        return None if self.shared else Path(self.url.removeprefix("sqlite:///"))

    @property
    def shown(self) -> str:
        """The place as it may be shown."""
        from sqlalchemy import make_url

        return make_url(self.url).render_as_string(hide_password=True)


def run_id(out: Path) -> str:
    """The id of the run that belongs to an output folder: 16 hexadecimal digits of its path."""
    return hashlib.sha256(str(out.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def place_of(run: str, given: str = "", environment: Mapping[str, str] | None = None) -> Place:
    """The database of a run.

    Args:
        run: the run's id; empty asks for one that other machines reach.
        given: an address that goes before the setting ASSISTANT_DATABASE.
        environment: instead of the process's.

    Raises:
        InputError: the address is no PostgreSQL address, or none is set and ``run`` is empty.
    """
    url = given or environment_values(environment).get(SETTING, "")
    if url:
        if not url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            raise InputError(
                f"{SETTING} 不是 PostgreSQL 数据库的地址", remedy="应写作 postgresql://用户@主机/数据库，密码写在环境或 .pgpass 里"
            )
        return Place("postgresql+psycopg://" + url.partition("://")[2])
    if not run:
        raise InputError("没有写明共用的数据库", remedy=f"请设 {SETTING}，例如 postgresql://用户@主机/数据库")
    folder = load_settings(environment).home / "batch"
    return Place(f"sqlite:///{folder / run}.sqlite3")


def open_engine(place: Place) -> sa.Engine:
    """Connections to the database; that of SQLite is made, write-ahead, if it does not exist.

    Raises:
        AssistantError: it cannot be reached or opened.
    """
    import sqlalchemy as sa

    if place.shared:
        try:
            return sa.create_engine(
                place.url, pool_size=10, max_overflow=10, pool_pre_ping=True, connect_args={"connect_timeout": 10}
            )
        except (sa.exc.ArgumentError, ImportError) as error:
            raise _unusable(place, "缺少 psycopg 组件或地址写法不对") from error
    assert place.file is not None
    try:
        place.file.parent.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(place.file, timeout=_BUSY_MS / 1000) as database:
            write_ahead(database, _BUSY_MS / 1000)
        place.file.chmod(0o600)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(place, str(error)) from error
    engine = sa.create_engine(place.url, connect_args={"timeout": _BUSY_MS / 1000})
    sa.event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    # Writers take their turn at the beginning of a transaction; what is committed outlives a kill of the process, and after a
    # power cut the last moments are done again, which changes nothing.
    connection.isolation_level = "IMMEDIATE"
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=NORMAL")


def patiently(action: Callable[[], _T], *, patience: float = 600.0, told: Callable[[str], None] | None = None) -> _T:
    """Do something with the database; while it cannot be reached, try again.

    Args:
        action: a whole transaction.
        patience: seconds to go on trying.
        told: is given a Chinese line once when waiting begins.

    Raises:
        AssistantError: it could not be reached for that long, or it lost its tables.
    """
    import sqlalchemy as sa

    began, pause = time.monotonic(), 0.05
    while True:
        try:
            return action()
        except sa.exc.OperationalError as error:
            if "no such table" in str(error):
                raise AssistantError("这次批量的数据库不见了", remedy=_AGAIN) from error
            if any(words in str(error) for words in _HOPELESS):
                raise AssistantError("数据库写不进去（磁盘已满，或文件不能写）", remedy=_AGAIN) from error
            if time.monotonic() - began > patience:
                raise AssistantError("数据库连不上", remedy=_AGAIN) from error
            if told is not None:
                told("数据库暂时连不上，正在重试；已写好的不受影响")
                told = None
        except sa.exc.ProgrammingError as error:
            raise AssistantError("这次批量的数据库不能使用", remedy=_AGAIN) from error
        time.sleep(pause)
        pause = min(pause * 2, 2.0)


_HOPELESS = ("disk I/O error", "disk is full", "readonly database", "malformed", "not a database")
_AGAIN = "已写好的单位都在输出文件夹里；请检查数据库后再运行一次，会接着做"


def _unusable(place: Place, why: str) -> AssistantError:
    return AssistantError(f"数据库不能使用（{why}）", place=place.shown, remedy="请检查地址、权限和磁盘空间")
