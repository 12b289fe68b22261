"""A run drafts every unit of a folder, goes on where it was, redoes what changed, and stops for nobody's fault."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from assistant.batch.database import place_of, run_id
from assistant.batch.records import RunRecord, UnitRecord, read_inputs, read_run
from assistant.batch.store import OUTCOMES, Store
from tests.batch.material import NAMES, ROOT, batch, command, kill_all, started, wait_for, workbooks, written


def times(out: Path, database: str = "") -> dict[str, int]:
    """How often each unit was brought to an end."""
    store = Store(place_of(run_id(out), database))
    try:
        with store.engine.connect() as link:
            rows = link.execute(OUTCOMES.select().where(OUTCOMES.c.run == run_id(out)))
            return {row.unit: row.times for row in rows}
    finally:
        store.close()


def unit(run: RunRecord, name: str) -> UnitRecord:
    return next(each for each in run.units if each.unit == name)


def test_every_unit_is_drafted_with_its_last_year(county: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    run = batch(county, out, code=1)
    assert {each.unit for each in run.units} == NAMES
    assert all(each.state == "done" and each.previous_from == "folder" for each in run.units)
    assert run.state == "finished"
    assert run.year == 2025
    for each in run.units:
        assert all((out / path).stat().st_size > 0 for path in each.files.model_dump().values())
        submission, previous = read_inputs(out, each)
        assert (submission.year, previous and previous.year) == (2025, 2024)
    assert {file.role for file in run.files} == {"submission", "previous"}


def test_a_second_run_writes_nothing_and_a_changed_input_only_its_own_unit(county: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    batch(county, out)
    before = {path: path.stat().st_mtime_ns for path in (out / "units").rglob("*")}
    batch(county, out)
    assert {path: path.stat().st_mtime_ns for path in (out / "units").rglob("*")} == before
    shutil.copy(county / "gonganju-2024.xlsx", tmp_path / "kept.xlsx")
    (county / "gonganju-2024.xlsx").unlink()
    changed = batch(county, out)
    touched = {path.parent.name for path in (out / "units").rglob("*.docx") if path.stat().st_mtime_ns != before[path]}
    assert touched == {"示例县公安局-2025"}
    assert unit(changed, "示例县公安局").previous_from == ""


def test_what_was_taken_away_is_written_again_and_what_was_edited_is_kept(county: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    batch(county, out)
    whole = written(out)
    shutil.rmtree(out / "units" / "示例县公安局-2025")
    (out / "units" / "示例县人民政府-2025" / "report.html").unlink()
    edited = out / "units" / "示例县人民政府-2025" / "report.docx"
    edited.write_bytes(b"edited by a person")
    batch(county, out)
    again = written(out)
    kept = again.pop("units/示例县人民政府-2025/report.edited-1.docx")
    assert kept
    assert edited.with_name("report.edited-1.docx").read_bytes() == b"edited by a person"
    for name in ("result.json",):
        again.pop(f"units/示例县人民政府-2025/{name}")
        whole.pop(f"units/示例县人民政府-2025/{name}")
    assert again == whole


@pytest.mark.parametrize("moment", [0.0, 0.4])
def test_killed_and_run_again_it_ends_as_if_never_killed(moment: float, county: Path, tmp_path: Path, home: Path) -> None:
    workbooks(county, ("kaifaqu", "shichangju"))
    batch(county, tmp_path / "whole")
    whole = written(tmp_path / "whole")
    out = tmp_path / "out"
    process = started(county, out)
    wait_for(lambda: process.poll() is not None or list((out / "units").glob("*/result.json")))
    time.sleep(moment)
    kill_all(process)
    run = batch(county, out, code=1)
    assert run.state == "finished"
    assert written(out) == whole
    assert max(times(out).values()) <= 2
    assert sum(count > 1 for count in times(out).values()) <= 8  # at most what was under way: four units in each of two workers


def test_interrupted_once_it_finishes_what_runs_and_goes_on_later(county: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    process = started(county, out, "--workers", "1")
    wait_for(lambda: (out / "progress.json").exists())
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(60) == 2
    assert read_run(out).state == "stopped"
    assert not list((out / "units").rglob("*.tmp"))
    assert batch(county, out, code=1).state == "finished"


def test_a_killed_worker_is_replaced_and_its_units_are_done(county: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    process = started(county, out)
    wait_for(lambda: workers_of(process.pid))
    for worker in workers_of(process.pid)[:1]:
        os.kill(worker, signal.SIGKILL)
    assert process.wait(90) == 1
    assert {each.state for each in read_run(out).units} == {"done"}


def workers_of(parent: int) -> list[int]:
    told = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True)
    return [int(line) for line in told.stdout.split()]


def test_workers_end_when_whoever_started_them_is_killed(county: Path, tmp_path: Path, home: Path) -> None:
    process = started(county, tmp_path / "out")
    wait_for(lambda: workers_of(process.pid))
    workers = workers_of(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers), 10)


def test_an_output_folder_taken_away_in_the_middle_is_written_again(county: Path, tmp_path: Path, home: Path) -> None:
    workbooks(county, ("kaifaqu", "shichangju", "shuiwuju", "xianfuban"))
    out = tmp_path / "out"
    process = started(county, out, "--workers", "1")
    wait_for(lambda: list((out / "units").glob("*/result.json")))
    shutil.rmtree(out, ignore_errors=True)
    process.wait(90)
    run = batch(county, out)
    assert {each.state for each in run.units} == {"done"}
    assert len(run.units) == 8


def test_two_runs_never_share_an_output_folder(county: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    process = started(county, out)
    wait_for(lambda: (out / ".work" / "lock").exists())
    told = subprocess.run(command(county, out), capture_output=True, text=True, cwd=ROOT)
    assert told.returncode == 2
    assert "正在由另一个程序" in told.stderr
    assert process.wait(90) == 1
