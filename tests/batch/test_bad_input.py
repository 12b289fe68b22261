"""Whatever lies in the folder, every sound unit is done, and the report says what became of the rest."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from assistant.batch.records import read_run
from tests.batch.material import NAMES, ROOT, batch, command, wait_for
from tests.corpus.material import COUNTY


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def _named(name: str, region: str = "示例县") -> bytes:
    data = json.loads((COUNTY / "2025" / "kaifaqu.json").read_text(encoding="utf-8"))
    data["unit"] |= {"name": name, "region": region}
    return json.dumps(data, ensure_ascii=False).encode()


def test_junk_stops_nobody_and_each_file_is_accounted_for(county: Path, tmp_path: Path, home: Path) -> None:
    sound = (county / "gonganju-2025.xlsx").read_bytes()
    junk = {
        "损坏.xlsx": sound[: len(sound) // 2],
        "加密.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
        "炸弹.xlsx": _zip(xl__workbook_xml=b"0" * 60_000_000),
        "宏.xlsm": _zip(xl__workbook=b"<a/>", xl__vbaProject_bin=b"x"),
        "空.json": b"{}",
        "深.json": b"[" * 100_000,
        "名.json": _named("../../x"),
        "图片.png": b"\x89PNG\r\n" + b"x" * 100,
        "说明.txt": "请各单位月底前报送".encode(),
        "空文件.xlsx": b"",
        "程序.exe": b"MZ" + b"\0" * 100,
    }
    for name, content in junk.items():
        (county / name).write_bytes(content)
    for number in range(20):
        (county / f"杂物{number}.dat").write_bytes(os.urandom(200))
    (county / "链接.xlsx").symlink_to("/etc/passwd")
    shutil.move(county / "weijianju-2025.xlsx", county / "其实是工作簿.txt")
    run = batch(county, tmp_path / "out", code=2)
    assert {unit.unit for unit in run.of_state("done")} == NAMES
    told = {file.path: file for file in run.files}
    assert set(told) == {path.name for path in county.iterdir()}
    assert {name for name in junk if told[name].role == "refused"} >= {
        name for name in junk if name.endswith((".xlsx", ".json", ".xlsm"))
    }
    assert all(file.message for file in run.files if file.role != "submission")
    assert told["其实是工作簿.txt"].role == "submission"
    assert not (tmp_path / "x").exists()


def test_hostile_and_equal_names_get_folders_of_their_own_below_out(county: Path, tmp_path: Path, home: Path) -> None:
    names = ["CON", "局" * 110, "示例县\u202e局育教", "Abc局", "示例县 文化局", "a" * 119]
    for number, name in enumerate(names):
        (county / f"{number}.json").write_bytes(_named(name))
    (county / "同名甲.json").write_bytes(_named("教育局", "甲县"))
    (county / "同名乙.json").write_bytes(_named("教育局", "乙县"))
    (county / "两份甲.json").write_bytes(_named("民政局"))
    (county / "两份乙.json").write_bytes(_named("民政局") + b"\n")
    (tmp_path / "units.csv").write_text("单位,别名\n示例县公安局,公安局\n示例县没有交的局,\n", encoding="utf-8-sig")
    run = batch(county, tmp_path / "out", "--units", str(tmp_path / "units.csv"), code=2)
    folders = [unit.folder for unit in run.units if unit.folder]
    assert len(set(map(str.casefold, folders))) == len(folders)
    assert all((tmp_path / "out" / folder).resolve().parent == tmp_path / "out" / "units" for folder in folders)
    assert sorted(unit.region for unit in run.units if unit.unit == "教育局") == ["乙县", "甲县"]
    assert all(any("同名" in note for note in unit.notes) for unit in run.units if unit.unit == "教育局")
    (refused,) = run.of_state("refused")
    assert (refused.unit, set(refused.inputs)) == ("民政局", {"两份甲.json", "两份乙.json"})
    assert [unit.unit for unit in run.of_state("missing")] == ["示例县没有交的局"]


def test_a_full_disk_fails_the_units_it_meets_and_a_later_run_does_them(county: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", _made(out)], capture_output=True).returncode:
        pytest.skip("no small disk can be made here")
    try:
        done = subprocess.run(command(county, out), capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 2
        told = done.stdout + done.stderr
        assert "磁盘" in told
        subprocess.run(["mount", "-o", "remount,size=50m", str(out)], check=True)
        assert {unit.state for unit in batch(county, out, code=1).units} == {"done"}
    finally:
        subprocess.run(["umount", "-l", str(out)], check=False)


def _made(path: Path) -> str:
    path.mkdir()
    return str(path)


def test_a_database_that_vanishes_is_told_and_the_next_run_goes_on(county: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(command(county, out), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for(lambda: list((out / "units").glob("*/result.json")))
    for path in (home / "batch").glob("*.sqlite3*"):
        path.unlink()
    process.wait(60)
    assert {unit.state for unit in batch(county, out, code=1).units} == {"done"}


def test_an_input_folder_inside_the_output_folder_is_refused(county: Path, home: Path) -> None:
    told = subprocess.run(command(county, county.parent), capture_output=True, text=True, cwd=ROOT)
    assert told.returncode == 2
    assert "输出文件夹" in told.stderr


def test_a_slip_of_the_pen_in_the_year_does_not_choose_the_year(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "county"
    folder.mkdir()
    for number in range(11):
        data = json.loads((COUNTY / "2024" / "kaifaqu.json").read_text(encoding="utf-8"))
        data["unit"]["name"] = f"{'甲乙丙丁戊己庚辛壬癸子'[number]}县教育局"
        data["year"] = 2024 if number else 2025
        (folder / f"{number}.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    told = subprocess.run(command(folder, tmp_path / "out"), capture_output=True, text=True, cwd=ROOT)
    assert told.returncode == 2
    assert "--year 2024" in told.stderr


def test_where_files_cannot_grow_it_says_so_and_a_later_run_goes_on(county: Path, tmp_path: Path, home: Path) -> None:
    out = tmp_path / "out"
    limited = "import resource,sys,runpy; resource.setrlimit(resource.RLIMIT_FSIZE,(200_000, 200_000)); sys.argv=sys.argv[1:]"
    done = subprocess.run(
        [sys.executable, "-c", f"{limited}; runpy.run_module('assistant', run_name='__main__')", *command(county, out)[2:]],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 2
    assert "未能完成" in done.stderr
    assert "Traceback" not in done.stderr
    assert {unit.state for unit in batch(county, out, code=1).units} == {"done"}
    assert read_run(out).state == "finished"
