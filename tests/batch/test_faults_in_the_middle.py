"""A set-up that breaks while a run is at work: the run stops with one message, fails no unit, and goes on once it is mended."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from assistant.batch.records import read_run
from tests.batch.material import ROOT, batch, command, wait_for, written
from tests.batch.test_model_run import Crowd
from tests.model.server import ScriptedServer


def test_a_prompt_broken_in_the_middle_stops_the_run_and_no_unit_counts_as_failed(
    county: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    prompts, out = tmp_path / "prompts", tmp_path / "out"
    shutil.copytree(ROOT / "prompts", prompts)
    crowd = Crowd(0.3)
    with ScriptedServer(choose=crowd.choose) as server:
        settings = {"OPENAI_BASE_URL": server.url, "ASSISTANT_MODEL": "m", "ASSISTANT_PROMPTS": str(prompts)}
        for name, value in {**settings, "ASSISTANT_MODEL_AT_ONCE": "1"}.items():
            monkeypatch.setenv(name, value)
        process = subprocess.Popen(
            command(county, out, "--writer", "model", "--workers", "1"),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        wait_for(lambda: crowd.asked.total() >= 3)  # two units are under way, two have not begun
        (prompts / "repair.txt").write_text("nothing of what it should hold", encoding="utf-8")
        told, _ = process.communicate(timeout=120)
        assert process.returncode == 2
        run = read_run(out)
        assert run.state == "stopped"
        assert "repair.txt" in run.message
        assert "没有单位因此算作失败" in run.message
        assert told.count("repair.txt") == 1
        states = [unit.state for unit in run.units]
        assert set(states) <= {"done", "waiting"}
        assert "waiting" in states

        shutil.copy(ROOT / "prompts" / "repair.txt", prompts / "repair.txt")
        monkeypatch.setenv("ASSISTANT_MODEL_AT_ONCE", "8")
        again = batch(county, out, "--writer", "model")
        assert again.state == "finished"
        assert {unit.state for unit in again.units} == {"done"}
        assert max(crowd.asked.values()) == 1
        batch(county, tmp_path / "whole", "--writer", "model")
    assert written(out) == written(tmp_path / "whole")


def test_a_wish_to_stop_while_units_are_begun_ahead_is_heard_and_nothing_of_them_is_asked_twice(
    county: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    crowd, out = Crowd(0.1), tmp_path / "out"
    for number in range(24):  # something to read while units are begun
        shutil.copy(county / "weijianju-2024.xlsx", county / f"zz{number:02d}.xlsx")
    with ScriptedServer(choose=crowd.choose) as server:
        for name, value in {"OPENAI_BASE_URL": server.url, "ASSISTANT_MODEL": "m"}.items():
            monkeypatch.setenv(name, value)
        process = subprocess.Popen(
            command(county, out, "--writer", "model"), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(lambda: crowd.asked.total() >= 1)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 2
        assert read_run(out).state == "stopped"
        batch(county, out, "--writer", "model")
        assert max(crowd.asked.values()) == 1
        batch(county, tmp_path / "whole", "--writer", "model")
    assert written(out) == written(tmp_path / "whole")
