"""The database, a worker and a run of compose.yaml as processes: their commands and their environment, over a real PostgreSQL."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.batch.records import read_run
from tests.batch.conftest import Server
from tests.batch.material import ROOT, command

_SECRET = "not-to-be-shown-7301"
_VARIABLE = re.compile(r"\$\{(\w+)(?::[-?][^}]*)?\}")


def environment(service: str, server: Server, home: Path) -> dict[str, str]:
    """The environment of a service as compose would give it, the database's address and folders of the image aside."""
    yaml = pytest.importorskip("yaml")
    given: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"][service]["environment"]
    secrets = {"POSTGRES_PASSWORD": _SECRET}
    values = {name: _VARIABLE.sub(lambda found: secrets.get(found[1], _default(found[0])), text) for name, text in given.items()}
    place = server.url.rpartition("@")[2].partition("/")[0]
    values["ASSISTANT_DATABASE"] = values["ASSISTANT_DATABASE"].replace("@database/", f"@{place}/")
    return {**os.environ, **values, "ASSISTANT_HOME": str(home), "ASSISTANT_PROMPTS": str(ROOT / "prompts")}


def _default(variable: str) -> str:
    return variable.partition(":-")[2].rstrip("}") if ":-" in variable else ""


@pytest.fixture
def database(postgres: Server) -> Iterator[Server]:
    """The database of the compose file: its user with a password, and its database."""
    psycopg = pytest.importorskip("psycopg", reason="the extra postgresql is not installed")
    with psycopg.connect(postgres.url, autocommit=True) as link:
        link.execute(f"CREATE ROLE assistant LOGIN PASSWORD '{_SECRET}'")
        link.execute("CREATE DATABASE assistant OWNER assistant")
    yield postgres
    with psycopg.connect(postgres.url, autocommit=True) as link:
        link.execute("DROP DATABASE assistant WITH (FORCE)")
        link.execute("DROP ROLE assistant")


def test_a_run_and_a_worker_of_the_compose_file_share_a_county(county: Path, tmp_path: Path, database: Server) -> None:
    yaml = pytest.importorskip("yaml")
    started = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]["worker"]["command"]
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "assistant", *started],
            cwd=ROOT,
            env=environment("worker", database, tmp_path / "home of the worker"),
            stdout=output,
            stderr=output,
        )
    try:
        out = tmp_path / "out"
        settings = environment("app", database, tmp_path / "home of the app")
        done = subprocess.run(command(county, out), cwd=ROOT, env=settings, capture_output=True, text=True)
        assert done.returncode == 1, done.stderr
        assert {unit.state for unit in read_run(out).units} == {"done"}
        assert worker.poll() is None, log.read_text(encoding="utf-8")
    finally:
        worker.terminate()
        worker.wait(60)
    told = log.read_text(encoding="utf-8")
    assert "等候任务" in told
    assert _SECRET not in told + done.stdout + done.stderr
    assert not any(
        _SECRET.encode() in path.read_bytes() for folder in tmp_path.glob("home*") for path in folder.rglob("*") if path.is_file()
    )
