"""A run started as a process of its own: at work when it is told to be, seen as it stands, stopped, gone on with."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from assistant.batch.runs import start_run, state_of, stop_run
from assistant.errors import AssistantError
from tests.batch.material import NAMES, wait_for, workbooks


def gone(out: Path, pid: int) -> bool:
    """Whether nobody is at work and the process has ended: it writes the overview after it let go of the folder."""
    return not state_of(out).alive and not Path(f"/proc/{pid}").exists()


def test_started_seen_stopped_and_gone_on_with_to_the_end(county: Path, tmp_path: Path, home: Path) -> None:
    workbooks(county, ("kaifaqu", "shichangju"))
    out = tmp_path / "out"
    assert state_of(out).progress is None
    pid = start_run(county, out, workers=1)
    assert pid > 0
    assert state_of(out).alive
    with pytest.raises(AssistantError, match="正在进行"):
        start_run(county, out, workers=1)
    wait_for(lambda: (state := state_of(out)).progress is not None and state.progress.pid == pid)

    assert stop_run(out, wait=60)
    wait_for(lambda: gone(out, pid))
    stopped = state_of(out)
    assert not stopped.alive
    assert stopped.run is not None
    assert stopped.run.state == "stopped"
    assert "再次运行" in stopped.message
    assert not stop_run(out)

    pid = start_run(county, out, workers=1)
    wait_for(lambda: gone(out, pid), 90)
    ended = state_of(out)
    assert ended.run is not None
    assert ended.run.state == "finished"
    assert {unit.state for unit in ended.run.units} == {"done"}
    assert {unit.unit for unit in ended.run.units} > NAMES
    assert ended.progress is not None
    assert (ended.progress.done, ended.progress.waiting) == (6, 0)


def test_a_run_that_was_killed_is_told_as_stopped(county: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    pid = start_run(county, out, workers=1)
    wait_for(lambda: state_of(out).progress is not None)
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: gone(out, pid))
    state = state_of(out)
    assert state.progress is not None
    assert state.progress.state == "stopped"
    assert "意外结束" in state.message


def test_a_run_that_cannot_begin_says_why(county: Path, tmp_path: Path, home: Path) -> None:
    with pytest.raises(AssistantError, match="模型"):
        start_run(county, tmp_path / "out", writer="model")
    state = state_of(tmp_path / "out")
    assert not state.alive
    assert "模型" in state.message
