"""A government's tables made of its departments': nothing is left out in silence, nothing in doubt is a figure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from assistant.batch.rollup import Rollup, roll_up_folder
from assistant.batch.rollup_output import rollup_lines, rollup_workbook, submission_json
from assistant.batch.rollup_sources import Wishes
from assistant.cli import main
from assistant.drafting.assemble import draft_report
from assistant.errors import InputError
from assistant.form import FormRegistry, default_registry
from assistant.form.loader import load_form
from assistant.submission.json_reader import read_json
from assistant.submission.workbook_reader import read_workbook
from assistant.submission.workbook_writer import blank_workbook
from tests.corpus.material import COUNTY, ROOT, county
from tests.strategies import example_submission

GOVERNMENT = "示例县人民政府"
REGISTRY = default_registry()
SKIPPING = Wishes(skip_not_applicable=True)


def _write(folder: Path, units: Iterable[dict[str, Any]]) -> Path:
    folder.mkdir(exist_ok=True)
    for number, unit in enumerate(units):
        (folder / f"{number}.json").write_text(json.dumps(unit, ensure_ascii=False), encoding="utf-8")
    return folder


def _unit(
    name: str, year: int = 2025, region: str = "示例县", kind: str = "dept", cells: dict[str, int | None] | None = None
) -> dict[str, Any]:
    """A unit with zeros in all cells but those given."""
    zeros: dict[str, int | None] = dict.fromkeys(REGISTRY.for_year(year).cells, 0)
    return {"unit": {"name": name, "kind": kind, "region": region}, "year": year, "cells": zeros | (cells or {})}


def _roll(folder: Path, unit: str = GOVERNMENT, **options: Any) -> Rollup:
    return roll_up_folder(folder, unit, REGISTRY, **options)


def _fates(rollup: Rollup) -> dict[str, str]:
    return {entry.unit or entry.file: entry.fate for entry in rollup.entries if entry.fate not in ("previous", "ignored")}


@pytest.fixture(scope="module")
def sample() -> Rollup:
    return _roll(COUNTY, wishes=SKIPPING)


def test_the_sample_county_adds_up_from_each_departments_cell(sample: Rollup) -> None:
    counted = ("xianfuban", "gonganju", "shichangju", "ziranziyuanju", "weijianju", "liuxizhen", "dongguanjiedao", "kaifaqu",
               "jiaoyizhongxin")  # fmt: skip
    expected = sum(county(unit, 2025)["cells"]["t3.new.total"] for unit in counted)
    cell = sample.cells["t3.new.total"]
    assert (cell.status, cell.value) == ("ok", expected)
    assert len(cell.contributions) == len(counted)
    police = next(part for part in cell.contributions if part.unit == "示例县公安局")
    assert (str(police.value), police.source.file, police.source.place) == ("60", "2025/gonganju.json", "/cells/t3.new.total")
    assert _fates(sample)["示例县税务局"] == "left_out"
    assert _fates(sample)[GOVERNMENT] == "own"


def test_the_differences_to_the_governments_own_are_listed(sample: Rollup) -> None:
    own = county("xianzhengfu", 2025)["cells"]
    found = {each.key: each for each in sample.differences}
    assert found["t3.new.total"].difference == own["t3.new.total"] - (sample.cells["t3.new.total"].value or 0)
    assert "t2.rules.issued" not in found
    assert found["t3.new.total"].own_source == "2025/xianzhengfu.json /cells/t3.new.total"


def test_places_of_double_counting_are_named_with_the_units_concerned(sample: Rollup) -> None:
    doubles = {each.id: each for each in sample.doubles}
    assert {"ROLL-JOINT", "ROLL-TRANSFER", "ROLL-CODEFENDANT"} <= doubles.keys()
    assert "t2.norm.valid" in doubles["ROLL-JOINT"].cells
    assert all(len(each.units) > 1 for each in doubles.values())


def test_a_note_that_speaks_of_it_is_quoted(tmp_path: Path) -> None:
    units = [_unit(name, cells={"t2.norm.issued": 1}) for name in ("示例县甲局", "示例县乙局")]
    units[0]["notes"] = [{"id": "n1", "aspect": "s1.active", "text": "与乙局联合印发招生办法1件"}]
    joint = next(each for each in _roll(_write(tmp_path / "in", units)).doubles if each.id == "ROLL-JOINT")
    assert [(hint.unit, hint.note) for hint in joint.hints] == [("示例县甲局", "n1")]


def test_one_unit_alone_counts_nothing_twice(tmp_path: Path) -> None:
    units = [_unit("示例县甲局", cells={"t2.norm.issued": 1}), _unit("示例县乙局")]
    assert _roll(_write(tmp_path / "in", units)).doubles == ()


def test_a_blank_leaves_its_cell_without_a_figure_and_names_who(tmp_path: Path) -> None:
    units = [_unit("示例县甲局", cells={"t3.new.total": None}), _unit("示例县乙局")]
    rollup = _roll(_write(tmp_path / "in", units))
    cell = rollup.cells["t3.new.total"]
    assert (cell.status, cell.value, cell.why) == ("incomplete", None, "缺 示例县甲局（空白）")
    assert [each.key for each in rollup.incomplete] == ["t3.new.total"]
    assert not rollup.submission.cells["t3.new.total"].ok


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("坏.xlsx", b"PK\x03\x04broken"),
        ("坏.json", b"{"),
        ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("空.docx", b""),
    ],
)
def test_a_file_that_cannot_be_read_keeps_every_sum_from_being_a_figure(tmp_path: Path, name: str, content: bytes) -> None:
    folder = _write(tmp_path / "in", [_unit("示例县甲局"), _unit("示例县乙局")])
    (folder / name).write_bytes(content)
    rollup = _roll(folder)
    assert _fates(rollup)[name] == "absent"
    assert all(cell.status == "incomplete" and name in cell.why for cell in rollup.cells.values())
    assert any(name in line for line in rollup_lines(rollup))


def test_what_is_no_submission_is_listed_and_stops_nothing(tmp_path: Path) -> None:
    folder = _write(tmp_path / "in", [_unit("示例县甲局")])
    (folder / "照片.jpg").write_bytes(b"\xff\xd8\xff")
    rollup = _roll(folder)
    assert [entry.file for entry in rollup.of_fate("ignored")] == ["照片.jpg"]
    assert not rollup.incomplete


def test_two_files_of_one_unit_that_differ_count_neither(tmp_path: Path) -> None:
    first, second = _unit("示例县甲局", cells={"t3.new.total": 1}), _unit("示例县甲局", cells={"t3.new.total": 2})
    rollup = _roll(_write(tmp_path / "in", [first, second, _unit("示例县乙局")]))
    entry = next(entry for entry in rollup.entries if entry.unit == "示例县甲局")
    assert entry.fate == "absent"
    assert "0.json" in entry.why and "1.json" in entry.why
    assert rollup.cells["t3.new.total"].value is None


def test_two_files_that_say_the_same_count_once(tmp_path: Path) -> None:
    same = _unit("示例县甲局", cells={"t3.new.total": 4})
    assert _roll(_write(tmp_path / "in", [same, same])).cells["t3.new.total"].value == 4


def test_a_unit_that_handed_in_last_year_only_is_missed(tmp_path: Path) -> None:
    units = [_unit("示例县甲局"), _unit("示例县乙局", year=2024)]
    folder = _write(tmp_path / "in", units)
    assert _fates(_roll(folder))["示例县乙局"] == "absent"
    without = _roll(folder, wishes=Wishes(without=("示例县乙局",)))
    assert not without.incomplete


def test_a_unit_of_the_list_without_a_file_is_missed(tmp_path: Path) -> None:
    folder = _write(tmp_path / "in", [_unit("示例县甲局")])
    rollup = _roll(folder, wishes=Wishes(units=("示例县甲局", "示例县档案局")))
    assert rollup.cells["t3.new.total"].why == "缺 示例县档案局"


def test_what_a_lower_governments_report_holds_already_is_not_added_again(tmp_path: Path) -> None:
    units = [
        _unit("示例市教育局", region="示例市", cells={"t3.new.total": 1}),
        _unit("示例县人民政府", region="示例市示例县", kind="gov_county", cells={"t3.new.total": 10}),
        _unit("示例县公安局", region="示例县", cells={"t3.new.total": 7}),
        _unit("示例县柳溪镇人民政府", region="示例县", kind="gov_town", cells={"t3.new.total": 2}),
    ]
    rollup = _roll(_write(tmp_path / "in", units), "示例市人民政府", wishes=Wishes(kind="gov_city"))
    assert rollup.cells["t3.new.total"].value == 11
    assert _fates(rollup)["示例县公安局"] == _fates(rollup)["示例县柳溪镇人民政府"] == "left_out"


def test_a_towns_own_offices_are_in_its_report(tmp_path: Path) -> None:
    units = [
        _unit("示例县柳溪镇人民政府", region="示例县柳溪镇", kind="gov_town", cells={"t3.new.total": 5}),
        _unit("示例县柳溪镇财政所", region="示例县柳溪镇", cells={"t3.new.total": 5}),
        _unit("示例县甲局", cells={"t3.new.total": 1}),
    ]
    rollup = _roll(_write(tmp_path / "in", units))
    assert rollup.cells["t3.new.total"].value == 6


def test_a_unit_of_another_place_is_not_added_on_the_programs_own_judgement(tmp_path: Path) -> None:
    units = [_unit("示例县甲局"), _unit("邻县乙局", region="邻县", cells={"t3.new.total": 9})]
    folder = _write(tmp_path / "in", units)
    assert _roll(folder).cells["t3.new.total"].value is None
    assert _roll(folder, wishes=Wishes(without=("邻县乙局",))).cells["t3.new.total"].value == 0
    assert _roll(folder, wishes=Wishes(include=("邻县乙局",))).cells["t3.new.total"].value == 9


def test_a_department_on_the_old_form_lacks_only_what_cannot_be_compared(tmp_path: Path) -> None:
    old = _unit("示例县乙局", year=2020)
    old["year"] = 2025
    rollup = _roll(_write(tmp_path / "in", [_unit("示例县甲局"), old]))
    assert rollup.cells["t3.new.total"].status == "ok"
    assert rollup.cells["t2.norm.issued"].status == "incomplete"


def test_changes_name_their_units_and_add_up(sample: Rollup) -> None:
    change = next(each for each in sample.changes if each.cell == "t3.new.total")
    total = sum((unit.change for unit in change.units), Decimal(0))
    before = sample.submission.previous_cells["t3.new.total"].value or Decimal(0)
    assert total == (sample.cells["t3.new.total"].value or 0) - before
    assert change.text.startswith("新收数的增减分单位看：示例县自然资源局减少28件")
    assert change.units[0].source.endswith("2025/ziranziyuanju.json /cells/t3.new.total")


def test_changes_are_not_told_where_a_cell_of_either_year_is_missing(tmp_path: Path) -> None:
    now = [_unit("示例县甲局", cells={"t3.new.total": 9}), _unit("示例县乙局", cells={"t3.new.total": 3})]
    last = [_unit("示例县甲局", 2024, cells={"t3.new.total": 4}), _unit("示例县乙局", 2024, cells={"t3.new.total": 3})]
    assert [each.cell for each in _roll(_write(tmp_path / "a", [*now, *last])).changes] == ["t3.new.total"]
    last[1]["cells"]["t3.new.total"] = None
    assert _roll(_write(tmp_path / "b", [*now, *last])).changes == ()
    assert _roll(_write(tmp_path / "c", [*now, last[0]])).changes == ()


def test_changes_are_not_told_where_a_unit_was_passed_over_in_one_of_the_years(tmp_path: Path) -> None:
    now = [_unit("示例县甲局", cells={"t3.new.total": 9}), _unit("示例县乙局", cells={"t3.new.total": 3})]
    last = [_unit("示例县甲局", 2024, cells={"t3.new.total": 4}), _unit("示例县乙局", 2024)]
    last[1]["cells"]["t3.new.total"] = "/"
    rollup = _roll(_write(tmp_path / "in", [*now, *last]), wishes=SKIPPING)
    assert rollup.submission.previous_cells["t3.new.total"].value == 4
    assert rollup.changes == ()


def test_the_draft_says_which_units_a_change_comes_from(sample: Rollup) -> None:
    draft = draft_report(sample.submission, REGISTRY).draft
    told = [sentence for *_place, sentence in draft.sentences() if set(sentence.sources) & {each.note for each in sample.changes}]
    assert len(told) == len(sample.changes)
    assert any("示例县自然资源局减少28件" in sentence.rendered for sentence in told)
    assert not [finding for finding in draft.findings if finding.rule == "TX-NOSRC"]


@pytest.mark.parametrize("wishes", [Wishes(), SKIPPING])
def test_the_workbook_and_the_json_read_back_as_the_same_submission(wishes: Wishes) -> None:
    rollup = _roll(COUNTY, wishes=wishes)
    made = rollup.submission
    for back in (
        read_workbook(rollup_workbook(rollup, REGISTRY), "汇总.xlsx", REGISTRY),
        read_json(submission_json(made), "汇总.json", REGISTRY),
    ):
        for cells, wanted in ((back.cells, made.cells), (back.previous_cells, made.previous_cells)):
            assert {key: (cell.status, cell.value) for key, cell in cells.items()} == {
                key: (cell.status, cell.value) for key, cell in wanted.items()
            }
        assert [(note.aspect, note.text, note.source) for note in back.notes] == [(n.aspect, n.text, n.source) for n in made.notes]
        assert [item.text for item in back.problems] == [item.text for item in made.problems]
        assert (back.unit, back.year, back.form, back.remarks) == (made.unit, made.year, made.form, ())


def test_the_workbook_says_where_each_figure_comes_from(sample: Rollup) -> None:
    import io

    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(rollup_workbook(sample, REGISTRY)))
    rows = [[cell.value for cell in row] for row in book["汇总来源"].iter_rows(min_row=2)]
    assert ["表三 新收·总计", 234, "合计", "示例县公安局", 60, None, "2025/gonganju.json", "/cells/t3.new.total"] in rows
    assert not [
        cell for sheet in ("汇总来源", "汇总说明") for row in book[sheet].iter_rows() for cell in row if cell.data_type == "f"
    ]


def test_a_new_form_needs_no_new_code(tmp_path: Path) -> None:
    form = load_form(ROOT / "tests" / "data" / "form2027.toml")
    registry = FormRegistry((*REGISTRY.forms, form))
    folder = tmp_path / "in"
    folder.mkdir()
    one = example_submission(form)
    for number in range(2):
        unit = one.unit.model_copy(update={"name": f"示例县第{number}局"})
        (folder / f"{number}.xlsx").write_bytes(
            blank_workbook(one.year, "dept", registry, filled=one.model_copy(update={"unit": unit}))
        )
    rollup = roll_up_folder(folder, GOVERNMENT, registry)
    assert not rollup.incomplete
    assert all(cell.value == 2 * (one.cells[key].value or 0) for key, cell in rollup.cells.items())
    back = read_workbook(rollup_workbook(rollup, registry), "汇总.xlsx", registry)
    assert back.form == form.id


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    import io

    from openpyxl import load_workbook

    folder = _write(tmp_path / "in", [_unit("=1+1局", cells={"t3.new.total": 1}), _unit("示例县<b>局", cells={"t3.new.total": 1})])
    bad = folder / "=cmd|x.xlsx"
    bad.write_bytes(b"no")
    for wishes in (Wishes(), Wishes(year=2025)):
        book = load_workbook(io.BytesIO(rollup_workbook(_roll(folder, wishes=wishes), REGISTRY)))
        assert not [
            cell.value
            for sheet in ("汇总来源", "汇总说明")
            for row in book[sheet].iter_rows()
            for cell in row
            if cell.data_type == "f"
        ]


def test_whose_own_it_is_and_which_kind_must_be_plain(tmp_path: Path) -> None:
    folder = _write(tmp_path / "in", [_unit("示例县甲局")])
    with pytest.raises(InputError, match="属于哪一类单位"):
        _roll(folder, "示例市人民政府")
    with pytest.raises(InputError, match="不是示例县人民政府的"):
        _roll(folder, own=folder / "0.json")
    with pytest.raises(InputError, match="没有这个文件夹"):
        _roll(tmp_path / "none")
    with pytest.raises(InputError, match="没有能读出来的填报件"):
        _roll(_write(tmp_path / "empty", []))


def test_the_command_writes_what_can_be_drafted_and_exits_with_one_where_cells_lack(tmp_path: Path) -> None:
    runner, book = CliRunner(), tmp_path / "汇总.xlsx"
    strict = runner.invoke(main, ["rollup", str(COUNTY), "--unit", GOVERNMENT, "-o", str(book)])
    assert strict.exit_code == 1
    assert "10 格不完整" in strict.output
    whole = runner.invoke(main, ["rollup", str(COUNTY), "--unit", GOVERNMENT, "--skip-not-applicable", "--json"])
    assert whole.exit_code == 0
    assert json.loads(whole.stdout)["cells"]["t3.new.total"]["value"] == 234
    drafted = runner.invoke(main, ["draft", str(book), "-o", str(tmp_path / "a.docx"), "--exit-zero"])
    assert drafted.exit_code == 0, drafted.output


def test_the_result_is_never_written_among_the_inputs(tmp_path: Path) -> None:
    folder = _write(tmp_path / "in", [_unit("示例县甲局")])
    done = CliRunner().invoke(main, ["rollup", str(folder), "--unit", GOVERNMENT, "-o", str(folder / "汇总.xlsx")])
    assert done.exit_code == 2 or done.exception
    assert not (folder / "汇总.xlsx").exists()
