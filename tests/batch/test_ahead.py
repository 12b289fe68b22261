"""Units drafted while files are still being read: the outcome is that of a run that read everything first."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.batch.ahead import Ahead, clear, laid_aside
from assistant.batch.database import place_of
from assistant.batch.engine import Board, prepare
from assistant.batch.pipeline import Desk, Job, draft_ahead, draft_unit
from assistant.batch.planning import Options, jobs_of, plan_of
from assistant.batch.readings import Listed, Reading, files_in, read_listed
from assistant.batch.store import Store
from assistant.form import default_registry
from tests.batch.material import batch, workbooks, written
from tests.batch.test_model_run import Crowd
from tests.model.server import ScriptedServer

DAY = date(2026, 1, 10)


class Read:
    """A folder with all its files read, and a board to put work on."""

    def __init__(self, folder: Path, out: Path) -> None:
        self.out, self.registry = out, default_registry()
        out.mkdir(exist_ok=True)
        self.options = Options(folder=folder, out=out, today=DAY)
        self.listed = list(files_in(folder, "folder", out))
        self.readings = {each.key: read_listed(each, folder, out, self.registry) for each in self.listed}
        self.store = Store(place_of("r"))
        self.store.prepare()
        prepare(self.store.place)
        self.board = Board(self.store)

    def ahead(self, most: int = 9, **options: Any) -> Ahead:
        given = Options(**{**self.options.__dict__, **options})
        return Ahead(self.board, "r", given, DAY, self.registry, most)

    def begun(self, names: list[str], ahead: Ahead) -> set[str]:
        """Keys of the units begun when only these files were read."""
        known: dict[str, Reading] = {}
        for each in self.listed:
            if each.path in names:
                known[each.key] = self.readings[each.key]
        ahead.begin(self.listed, known)
        return ahead.under_way()

    def jobs(self) -> dict[str, Job]:
        """The jobs of the whole plan, by the submission's name."""
        plan = plan_of(self.listed, self.readings, self.options, DAY)
        return {job.record.input: job for job in jobs_of(plan, self.options, "r", DAY, self.registry)[1]}

    def close(self) -> None:
        self.board.close()
        self.store.close()


@pytest.fixture
def read(county: Path, tmp_path: Path, home: Path) -> Any:
    made = Read(county, tmp_path / "out")
    yield made
    made.close()


def test_a_unit_is_begun_when_this_years_and_last_years_file_were_read(read: Read) -> None:
    key = read.jobs()["gonganju-2025.xlsx"].record.key
    ahead = read.ahead()
    assert read.begun(["gonganju-2025.xlsx", "weijianju-2024.xlsx"], ahead) == set()
    assert read.begun(["gonganju-2025.xlsx", "gonganju-2024.xlsx"], ahead) == {key}
    assert read.begun(["gonganju-2025.xlsx", "gonganju-2024.xlsx"], ahead) == {key}


def test_no_more_are_begun_than_allowed_and_none_while_the_year_is_in_doubt(read: Read) -> None:
    every = [each.path for each in read.listed]
    assert len(read.begun(every, read.ahead(2))) == 2
    read.board.drop([work.id for work in read.board.ahead("r")])
    assert read.begun(every, read.ahead(0)) == set()
    later = next(each for each in read.listed if each.path == "weijianju-2025.xlsx")
    read.readings[later.key] = read.readings[later.key].model_copy(update={"year": 2026})
    doubtful = read.ahead()
    assert read.begun(every, doubtful) == set()
    assert not doubtful.wanted
    assert len(read.begun(every, read.ahead(year=2025))) == 3


def test_what_an_earlier_start_left_in_the_queue_is_taken_out(read: Read) -> None:
    ahead = read.ahead()
    assert read.begun([each.path for each in read.listed], ahead)
    read.ahead().drop()
    assert ahead.under_way() == set()


def test_a_draft_laid_aside_is_written_as_if_it_had_been_made_then(read: Read, tmp_path: Path) -> None:
    desk = Desk("w", read.registry)
    for job in read.jobs().values():
        draft_ahead(job, desk)
        assert laid_aside(job) is not None
    assert not (read.out / "units").exists()
    for job in read.jobs().values():
        assert draft_unit(job, desk).state == "done"
    ahead = written(read.out)
    shutil.rmtree(read.out / "units")
    clear(read.out)
    assert not list((read.out / ".work" / "ahead").glob("*"))
    for job in read.jobs().values():
        assert draft_unit(job, desk).state == "done"
    assert written(read.out) == ahead


def test_a_draft_laid_aside_for_another_job_or_damaged_is_not_taken(read: Read) -> None:
    job = read.jobs()["gonganju-2025.xlsx"]
    draft_ahead(job, Desk("w", read.registry))
    told = job.record.model_copy(update={"notes": ("另有同名单位，这一个在示例县",)})
    assert laid_aside(job.model_copy(update={"record": told})) is None
    assert laid_aside(job.model_copy(update={"previous_key": ""})) is None
    path = next((read.out / ".work" / "ahead").iterdir())
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"\x00" * 40):
        path.write_bytes(damaged)
        assert laid_aside(job) is None
    assert draft_unit(job, Desk("w", read.registry)).state == "done"


def test_what_lies_behind_a_link_is_not_removed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.z").write_bytes(b"somebody's")
    (tmp_path / "out" / ".work").mkdir(parents=True)
    (tmp_path / "out" / ".work" / "ahead").symlink_to(elsewhere)
    clear(tmp_path / "out")
    assert (elsewhere / "a.z").exists()


def test_a_second_workbook_found_last_leaves_nothing_of_the_draft_begun(
    county: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    for path in (*county.glob("weijianju-*"), *county.glob("xianzhengfu-*")):
        path.unlink()
    last_years = county / "gonganju-2024.xlsx"
    last_years.rename(tmp_path / "kept.xlsx")
    out = tmp_path / "out"
    with ScriptedServer(choose=Crowd(0.02).choose) as server:
        for name, value in {"OPENAI_BASE_URL": server.url, "ASSISTANT_MODEL": "m"}.items():
            monkeypatch.setenv(name, value)
        batch(county, out, "--writer", "model")
        before = written(out)
        (tmp_path / "kept.xlsx").rename(last_years)  # another draft is due, and begun: the second workbook is read last
        fill = workbooks(tmp_path / "fill", ("shichangju",), (2025,)) / "shichangju-2025.xlsx"
        for number in range(16):
            shutil.copy(fill, county / f"y{number:02d}.xlsx")
        shutil.copy(county / "gonganju-2025.xlsx", county / "zz-second.xlsx")
        run = batch(county, out, "--writer", "model", code=2)
    after = written(out)
    states = {unit.unit: unit.state for unit in run.units}
    assert states == {"示例县公安局": "refused", "示例县市场监督管理局": "refused", "示例县柳溪镇人民政府": "done"}
    mine = {name for name in before if "公安局" in name and not name.endswith("result.json")}
    assert mine
    assert {name: after[name] for name in mine} == {name: before[name] for name in mine}
    assert not (out / ".work" / "ahead").exists()


def _listed(path: str) -> Listed:
    return Listed(place="folder", path=path, key=path)


def test_files_of_one_unit_are_read_one_after_the_other() -> None:
    from assistant.batch.gathering import _together

    paths = ["2024/甲局.xlsx", "2024/乙局.xlsx", "2025/甲局.xlsx", "2025/乙局.xlsx", "丙局-2024.xlsx", "丙局-2025.xlsx"]
    order = [each.path for each in sorted(map(_listed, paths), key=_together)]
    for name in ("甲局", "乙局", "丙局"):
        first, second = (number for number, path in enumerate(order) if name in path)
        assert second == first + 1
