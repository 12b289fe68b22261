"""Several workers on one PostgreSQL database: killed at random, joined from elsewhere, the server gone for a moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.batch.database import place_of, run_id
from assistant.batch.records import read_run
from assistant.batch.store import OUTCOMES, Store
from tests.batch.conftest import Server
from tests.batch.material import ROOT, batch, started, wait_for, workbooks, written
from tests.batch.test_run import workers_of


@pytest.fixture
def shared_home(home: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ASSISTANT_DATABASE", postgres_url)
    monkeypatch.setenv("ASSISTANT_WORKER_SILENT", "6")
    return home


def test_three_workers_killed_at_random_end_as_one_that_was_not(county: Path, tmp_path: Path, shared_home: Path) -> None:
    pytest.importorskip("psycopg", reason="the extra postgresql is not installed")
    workbooks(county, ("kaifaqu", "shichangju", "shuiwuju", "xianfuban"))
    chance = random.Random(7)
    out = tmp_path / "out"
    process = started(county, out, "--workers", "3")
    killed = 0
    while process.poll() is None and killed < 4:
        time.sleep(chance.uniform(0.5, 2.0))
        if living := workers_of(process.pid):
            os.kill(chance.choice(living), signal.SIGKILL)
            killed += 1
    assert process.wait(120) == 1
    assert killed
    batch(county, tmp_path / "whole", ASSISTANT_DATABASE="")
    assert written(out) == written(tmp_path / "whole")
    store = Store(place_of(run_id(out)))
    with store.engine.connect() as link:
        rows = list(link.execute(OUTCOMES.select().where(OUTCOMES.c.run == run_id(out))))
    store.close()
    assert {row.state for row in rows} == {"done"}
    assert sum(row.times - 1 for row in rows) <= 4 * killed  # at most what each had under way


def test_a_worker_from_elsewhere_helps_and_its_units_are_taken_over_when_it_dies(
    county: Path, tmp_path: Path, shared_home: Path
) -> None:
    pytest.importorskip("psycopg", reason="the extra postgresql is not installed")
    workbooks(county, ("kaifaqu", "shichangju", "shuiwuju", "xianfuban"))
    out = tmp_path / "out"
    helper = subprocess.Popen(
        [sys.executable, "-m", "assistant", "worker", "--name", "elsewhere"],
        cwd=ROOT,
        env={**os.environ, "ASSISTANT_HOME": str(tmp_path / "other")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert helper.stderr is not None
    assert "等候任务" in helper.stderr.readline().decode()
    os.kill(helper.pid, signal.SIGSTOP)
    process = started(county, out, "--workers", "1")
    wait_for(lambda: (out / "progress.json").exists())
    os.kill(helper.pid, signal.SIGCONT)
    wait_for(lambda: process.poll() is not None or len(list((out / "units").glob("*/result.json"))) >= 1)
    helper.kill()
    helper.wait()
    helper.stderr.close()
    assert process.wait(120) == 1
    assert {unit.state for unit in read_run(out).units} == {"done"}


def test_a_server_that_is_gone_for_three_seconds_is_waited_for(
    county: Path, tmp_path: Path, shared_home: Path, postgres: Server
) -> None:
    pytest.importorskip("psycopg", reason="the extra postgresql is not installed")
    workbooks(county, ("kaifaqu", "shichangju", "shuiwuju", "xianfuban"))
    out = tmp_path / "out"
    process = started(county, out)
    wait_for(lambda: (out / "progress.json").exists())
    postgres.stop()
    time.sleep(3)
    postgres.start()
    assert process.wait(120) == 1
    run = read_run(out)
    assert run.state == "finished"
    assert {unit.state for unit in run.units} == {"done"}
    assert len(run.units) == 8
