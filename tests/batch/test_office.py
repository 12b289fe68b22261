"""Runs that the site keeps: how they are asked for, the list of units, all results at once, their end."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.batch import office
from assistant.batch.records import read_run
from assistant.batch.results import removal_words, remove_run, results_archive
from assistant.errors import AssistantError, InputError
from assistant.review.engine import Record, open_record
from assistant.review.errors import NotFound, Refused
from assistant.review.rights import Actor
from assistant.review.schema import UserRow
from tests.batch.material import wait_for, workbooks

ADMIN, DRAFTER = Actor(1, "管理员", "admin", frozenset()), Actor(2, "甲某", "drafter", frozenset({1}))


@pytest.fixture
def record(home: Path) -> Iterator[Record]:
    home.mkdir()
    opened = open_record(home)
    with opened.write() as session:
        for actor in (ADMIN, DRAFTER):
            session.add(
                UserRow(
                    id=actor.user_id, name=actor.name, key=actor.name, role=actor.role, password_hash="", created=datetime.now(UTC)
                )
            )
    yield opened
    opened.close()


def given(record: Record, run: str, place: str, path: Path) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(path.read_bytes())
    office.add_file(record, ADMIN, run, place, path.name, part)


def ended(record: Record, run: str) -> bool:
    """Whether nobody is at work and the process is gone: it writes the overview after it let go of the folder."""
    state = office.run_view(record, ADMIN, run).state
    return not state.alive and state.progress is not None and not Path(f"/proc/{state.progress.pid}").exists()


def test_a_run_with_a_list_of_units_gives_all_its_results_and_can_be_removed(record: Record, tmp_path: Path) -> None:
    about = office.new_run(record, ADMIN, "两个/单位", year=2025, on_model_failure="pause")
    assert office.run_view(record, ADMIN, about.id).about.on_model_failure == "pause"
    books = workbooks(tmp_path / "books", units=("liuxizhen",), years=(2025,))
    given(record, about.id, "in", books / "liuxizhen-2025.xlsx")
    for name, units in (("旧.csv", "单位\n别的单位\n"), ("名单.csv", "单位,别名\n示例县柳溪镇人民政府,柳溪镇\n示例县水务局,\n")):
        (tmp_path / name).write_text(units, encoding="utf-8")
        given(record, about.id, "units", tmp_path / name)
    assert [each.name for each in office.run_view(record, ADMIN, about.id).files["units"]] == ["名单.csv"]
    with pytest.raises(InputError, match="还没有写好"):
        results_archive(record, ADMIN, about.id)

    view = office.start(record, ADMIN, about.id)
    for call in (remove_run, results_archive):
        with pytest.raises(AssistantError, match="正在进行"):
            call(record, ADMIN, about.id)
    wait_for(lambda: ended(record, about.id), 90)
    assert {unit.unit: unit.state for unit in read_run(view.out).units} == {
        "示例县柳溪镇人民政府": "done",
        "示例县水务局": "missing",
    }

    name, archive = results_archive(record, ADMIN, about.id)
    with archive, zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
        assert packed.testzip() is None
    assert name.endswith(".zip") and "/" not in name
    assert sorted(each.rpartition(".")[2] for each in names) == ["docx", "html", "json"]
    assert all("柳溪镇" in each and ".." not in each for each in names)

    words = removal_words(record, ADMIN, about.id)
    assert "2 个文件" in words and "1 个单位的报告" in words and "不能恢复" in words
    assert list((record.home / "batch").glob("*.sqlite3"))
    remove_run(record, ADMIN, about.id)
    assert office.runs(record, ADMIN) == ()
    assert not list((record.home / "batch").glob("*.sqlite3*"))
    assert list((record.home / office.FOLDER).iterdir()) == []
    with pytest.raises(NotFound):
        office.run_view(record, ADMIN, about.id)


def test_a_list_that_is_none_is_refused_under_its_own_name_and_the_one_before_stays(record: Record, tmp_path: Path) -> None:
    run = office.new_run(record, ADMIN, "").id
    (tmp_path / "好.csv").write_text("单位\n示例县水务局\n", encoding="utf-8")
    given(record, run, "units", tmp_path / "好.csv")
    for text in ("甲,乙\n1,2\n", "单位\n甲局\n甲局\n"):
        (tmp_path / "坏.csv").write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as refused:
            given(record, run, "units", tmp_path / "坏.csv")
        assert "坏.csv" in refused.value.message and str(tmp_path) not in refused.value.message
    assert [each.name for each in office.run_view(record, ADMIN, run).files["units"]] == ["好.csv"]


@pytest.mark.parametrize("call", [remove_run, results_archive, removal_words])
def test_only_an_admin_takes_results_away_or_removes_a_run(record: Record, call: Callable[..., object]) -> None:
    run = office.new_run(record, ADMIN, "").id
    with pytest.raises(Refused):
        call(record, DRAFTER, run)
    with pytest.raises(NotFound):
        call(record, ADMIN, "../" + run)
    assert office.run_view(record, ADMIN, run).about.id == run
