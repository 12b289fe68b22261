"""A ruling silences its finding until the values change, is written in one step, and a damaged file is never overwritten."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from tests.checking.material import FAULTY, check, objects


def faulty(folder: Path) -> Path:
    path = folder / "报告.txt"
    path.write_bytes(FAULTY.read_bytes())
    return path


def errors(path: Path, folder: Path, *more: object) -> list[dict[str, str]]:
    (found,) = objects(check(path, "--format", "json", *more, cwd=folder))
    return [finding for finding in found["findings"] if finding["severity"] == "error" and finding["status"] == "fail"]


def test_an_accepted_finding_is_silent_until_its_words_change(tmp_path: Path) -> None:
    path = faulty(tmp_path)
    (found,) = objects(check(path, "--format", "json", cwd=tmp_path))
    warned = next(finding for finding in found["findings"] if finding["rule"] == "S-SUBNUM")
    done = check(path, "--accept", warned["fingerprint"], "--why", "本单位没有自建平台，小标题照旧", cwd=tmp_path)
    assert "已裁定接受" in done.stdout and "S-SUBNUM" not in done.stdout
    kept = json.loads((tmp_path / "报告.txt.rulings.json").read_text(encoding="utf-8"))["rulings"]
    assert [(row["rule"], row["why"]) for row in kept] == [("S-SUBNUM", "本单位没有自建平台，小标题照旧")]
    (again,) = objects(check(path, "--format", "json", cwd=tmp_path))
    assert "S-SUBNUM" not in {finding["rule"] for finding in again["findings"]}
    path.write_text(path.read_text(encoding="utf-8").replace("（三）政府信息管理", "（四）政府信息管理"), encoding="utf-8")
    (changed,) = objects(check(path, "--format", "json", cwd=tmp_path))
    assert "S-SUBNUM" in {finding["rule"] for finding in changed["findings"]}


def test_when_every_error_is_ruled_on_the_exit_code_is_nought(tmp_path: Path) -> None:
    path = faulty(tmp_path)
    marks = [part for finding in errors(path, tmp_path) for part in ("--accept", finding["fingerprint"])]
    assert check(path, *marks, "--why", "已核实", cwd=tmp_path).returncode == 0
    assert not errors(path, tmp_path)


def test_rulings_may_be_kept_in_a_file_of_ones_own(tmp_path: Path) -> None:
    path = faulty(tmp_path)
    (finding, *_) = errors(path, tmp_path)
    check(path, "--accept", finding["fingerprint"], "--why", "已核实", "--rulings", "all.json", cwd=tmp_path)
    assert not (tmp_path / "报告.txt.rulings.json").exists()
    assert finding["fingerprint"] not in {each["fingerprint"] for each in errors(path, tmp_path, "--rulings", "all.json")}
    assert finding["fingerprint"] in {each["fingerprint"] for each in errors(path, tmp_path)}


def test_a_fingerprint_of_no_finding_is_refused_and_nothing_written(tmp_path: Path) -> None:
    path = faulty(tmp_path)
    done = check(path, "--accept", "0123456789abcdef", "--why", "已核实", cwd=tmp_path)
    assert done.returncode == 2 and "0123456789abcdef" in done.stderr
    assert not (tmp_path / "报告.txt.rulings.json").exists()


def test_a_ruling_without_a_reason_is_refused(tmp_path: Path) -> None:
    path = faulty(tmp_path)
    (finding, *_) = errors(path, tmp_path)
    done = check(path, "--accept", finding["fingerprint"], cwd=tmp_path)
    assert done.returncode == 2 and "--why" in done.stderr


@pytest.mark.parametrize("content", ["", "{", "[]", '{"rulings": 3}', '{"rulings": [3]}', '{"other": []}'])
def test_a_damaged_file_of_rulings_is_told_and_left_alone(tmp_path: Path, content: str) -> None:
    path = faulty(tmp_path)
    (finding, *_) = errors(path, tmp_path)
    kept = tmp_path / "报告.txt.rulings.json"
    kept.write_text(content, encoding="utf-8")
    done = check(path, "--accept", finding["fingerprint"], "--why", "已核实", cwd=tmp_path)
    assert done.returncode == 2 and "rulings.json" in done.stderr
    assert kept.read_text(encoding="utf-8") == content


def test_a_folder_that_cannot_be_written_leaves_the_result_and_says_so(tmp_path: Path) -> None:
    path = faulty(tmp_path)
    (finding, *_) = errors(path, tmp_path)
    done = check(path, "--accept", finding["fingerprint"], "--why", "已核实", "--rulings", "no/such/all.json", cwd=tmp_path)
    assert done.returncode == 2 and "no/such" in done.stderr


def test_a_file_of_rulings_is_no_report(tmp_path: Path) -> None:
    path = faulty(tmp_path)
    (finding, *_) = errors(path, tmp_path)
    check(path, "--accept", finding["fingerprint"], "--why", "已核实", cwd=tmp_path)
    assert len(objects(check(tmp_path, "--format", "json", cwd=tmp_path))) == 1
    assert stat.S_IMODE((tmp_path / "报告.txt.rulings.json").stat().st_mode) == 0o644
