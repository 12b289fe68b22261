"""Fixtures of batch runs: a home of their own, a folder of workbooks, a PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.batch.material import workbooks

_POSTGRES = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """ASSISTANT_HOME of this test alone, without a database elsewhere or a model."""
    folder = tmp_path / "home"
    for name in ("ASSISTANT_DATABASE", "OPENAI_BASE_URL", "OPENAI_API_KEY", "ASSISTANT_MODEL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("ASSISTANT_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def _books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workbooks(tmp_path_factory.mktemp("books"))


@pytest.fixture
def county(_books: Path, tmp_path: Path) -> Path:
    """A folder with the workbooks of four units, this year's and last year's."""
    folder = tmp_path / "county"
    shutil.copytree(_books, folder)
    return folder


@dataclass
class Server:
    """A PostgreSQL server of these tests: its address, and how it is stopped and started."""

    url: str
    data: Path
    options: str

    def start(self) -> None:
        """Start it; returns when it answers."""
        log = str(self.data.parent / "log")
        _as_postgres(str(_POSTGRES / "pg_ctl"), "-D", str(self.data), "-w", "-l", log, "-o", self.options, "start")

    def stop(self) -> None:
        """End it and all its connections at once."""
        _as_postgres(str(_POSTGRES / "pg_ctl"), "-D", str(self.data), "-m", "immediate", "-w", "stop")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """An empty PostgreSQL server on loopback, run as the user postgres and ended with the tests."""
    if not (_POSTGRES / "initdb").exists() or shutil.which("runuser") is None or os.geteuid() != 0:
        pytest.skip("PostgreSQL is not installed, or these tests do not run as root")
    folder = Path(tempfile.mkdtemp(prefix="assistant-postgres-"))  # pytest's own folders are closed to the user postgres
    folder.chmod(0o755)
    shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = folder / "data"
    _as_postgres(
        str(_POSTGRES / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    server = Server(f"postgresql://postgres@127.0.0.1:{port}/postgres", data, options)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres: Server) -> str:
    """The server's address."""
    return postgres.url


def _as_postgres(*command: str) -> None:
    subprocess.run(["runuser", "-u", "postgres", "--", *command], check=True, capture_output=True, cwd="/")
