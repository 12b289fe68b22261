"""A fault of the set-up stops the run at once with one message; it is never told of every unit."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.batch.database import place_of
from assistant.batch.pipeline import Desk, Job, draft_unit
from assistant.batch.records import UnitRecord
from assistant.batch.setup import SetupFault, try_setup
from assistant.batch.store import Store
from assistant.batch.worker import Handling
from assistant.form import default_registry
from tests.batch.material import ROOT, command


def refused(folder: Path, out: Path, *more: str) -> str:
    """What the command says on stderr when it can do nothing."""
    done = subprocess.run(command(folder, out, *more), capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert not list((out / "units").glob("*"))
    assert done.stderr.count("未能完成") == 1
    return done.stderr


def test_a_broken_prompt_is_told_before_anything_is_begun(
    county: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    (tmp_path / "prompts" / "repair.txt").write_text("nothing of what it should hold", encoding="utf-8")
    settings = {"ASSISTANT_PROMPTS": str(tmp_path / "prompts"), "OPENAI_BASE_URL": "http://127.0.0.1:9", "ASSISTANT_MODEL": "m"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert "repair.txt" in refused(county, tmp_path / "out", "--writer", "model")


def test_a_form_that_cannot_be_read_is_told_before_anything_is_begun(
    county: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "ours.toml").write_text("[[table", encoding="utf-8")
    monkeypatch.setenv("ASSISTANT_FORMS", str(tmp_path / "forms"))
    assert "ours.toml" in refused(county, tmp_path / "out")


def _job(out: Path, **more: str) -> Job:
    record = UnitRecord(key="k", unit="甲局", year=2025, input="none.xlsx", folder="units/k", fingerprint="f")
    return Job.model_validate({"run": "r", "out": str(out), "folder": str(out), "record": record, "input_key": "x", **more})


def test_a_worker_that_is_not_set_up_tells_the_run_and_fails_no_unit(tmp_path: Path, home: Path) -> None:
    store = Store(place_of("r"))
    store.prepare()
    try:
        assert Handling(store, "w1").draft(_job(tmp_path, writer="model").model_dump_json()) == "waiting"
        assert "w1" in store.fault("r")
        assert store.outcomes("r") == {}
        store.set_fault("r", "")
        assert store.fault("r") == ""
    finally:
        store.close()


def test_a_unit_whose_own_file_is_at_fault_is_told_of_that_unit(tmp_path: Path, home: Path) -> None:
    assert draft_unit(_job(tmp_path), Desk("w", default_registry())).state == "failed"


def test_what_no_unit_can_be_drafted_with_is_a_fault_of_the_set_up(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = default_registry()
    for form in registry.forms:
        try_setup(registry, form.id, "offline")

    def broken(*_args: object, **_more: object) -> None:
        raise KeyError("phrases")

    monkeypatch.setattr("assistant.drafting.assemble.draft_report", broken)
    with pytest.raises(SetupFault, match="KeyError"):
        draft_unit(_job(tmp_path), Desk("w", registry))
    assert not (tmp_path / "units" / "k" / "result.json").exists()
