"""``assistant check``: several inputs, every form of output, exit codes, and no input ever stops the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.form import Form
from tests.checking.material import CLEAN, FAULTY, REPORTS, broken_report, check, objects, web_report, word_report
from tests.corpus.material import COUNTY

KEYS = {"path", "unit", "year", "form", "sections", "cells", "findings"}


def test_a_sound_report_ends_with_nought_and_one_with_errors_with_one(tmp_path: Path) -> None:
    assert check(CLEAN, cwd=tmp_path).returncode == 0
    done = check(FAULTY, cwd=tmp_path)
    assert done.returncode == 1
    assert "COV-ASPECT-PLATFORM" in done.stdout
    assert check(FAULTY, "--exit-zero", cwd=tmp_path).returncode == 0


def test_json_is_one_object_a_line_and_input(tmp_path: Path) -> None:
    first, second = objects(check(CLEAN, FAULTY, "--format", "json", cwd=tmp_path))
    assert set(first) == set(second) == KEYS
    assert first["unit"] == "示例县公安局" and first["year"] == 2025 and first["form"] == "form2021"
    assert set(first["sections"]) == {"sec1", "sec2", "sec3", "sec4", "sec5", "sec6"}
    assert set(first["cells"]["t3.new.total"]) == {"value", "raw", "status"}
    assert isinstance(first["cells"]["t3.new.total"]["value"], int)
    for finding in second["findings"]:
        if finding["start"] is not None and finding["section"] in second["sections"]:
            assert second["sections"][finding["section"]][finding["start"] : finding["end"]]


def test_one_that_cannot_be_read_is_told_by_path_and_the_others_are_done(tmp_path: Path) -> None:
    bad = {
        "none.txt": None,
        "empty.docx": b"",
        "cut.pdf": b"%PDF-1.7\n",
        "picture.docx": b"\x89PNG\r\n",
        "news.txt": "今天天气晴。".encode(),
    }
    for name, content in bad.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
    done = check(*bad, CLEAN, "--format", "json", cwd=tmp_path)
    assert done.returncode == 2
    results = {Path(found["path"]).name: found for found in objects(done)}
    assert set(results) == {*bad, CLEAN.name}
    for name in bad:
        assert name in done.stderr and name in results[name]["error"] and not results[name]["findings"]
    assert "error" not in results[CLEAN.name] and results[CLEAN.name]["cells"]


def test_unreadable_outweighs_errors_in_the_exit_code(tmp_path: Path) -> None:
    assert check(FAULTY, "none.txt", cwd=tmp_path).returncode == 2


def test_several_inputs_end_with_a_summary_without_colours_in_a_pipe(tmp_path: Path) -> None:
    done = check(CLEAN, FAULTY, cwd=tmp_path)
    assert "共 2 份：1 份有错误，0 份未能检查，1 份没有错误" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_folder_is_all_reports_in_it_and_links_that_go_round_do_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "甲.txt").write_bytes(CLEAN.read_bytes())
    (folder / "~$甲.docx").write_bytes(b"lock")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / "self.txt").symlink_to(folder / "self.txt")
    done = check(folder, "--format", "json", cwd=tmp_path)
    assert done.returncode == 2 and "链接" in done.stderr
    assert sorted(Path(found["path"]).name for found in objects(done)) == ["self.txt", "甲.txt"]


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    done = check("in", cwd=tmp_path)
    assert done.returncode == 2 and "没有可以检查的文件" in done.stderr


def test_last_year_may_be_a_report_a_word_file_or_a_submission(tmp_path: Path) -> None:
    (tmp_path / "last.docx").write_bytes(word_report("gonganju", 2024))
    for previous in (FAULTY, tmp_path / "last.docx", COUNTY / "2024" / "gonganju.json"):
        (found,) = objects(check(CLEAN, "--previous", previous, "--format", "json", cwd=tmp_path))
        assert not [finding for finding in found["findings"] if finding["rule"] == "TX-GROWTH" and finding["status"] == "unknown"]


def test_last_years_folder_is_matched_by_unit_and_year(tmp_path: Path) -> None:
    inputs = sorted(REPORTS.glob("*-2025.txt"))
    done = check(*inputs, "--previous", REPORTS, "--format", "json", cwd=tmp_path)
    for found in objects(done):
        assert not [finding for finding in found["findings"] if finding["rule"] in ("X-CARRY", "SIM-PREV", "SIM-NUMONLY")]
        assert not [finding for finding in found["findings"] if finding["rule"] == "TX-GROWTH" and finding["status"] == "unknown"]


def test_last_years_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    done = check(CLEAN, "--previous", "none.docx", cwd=tmp_path)
    assert done.returncode == 2 and "none.docx" in done.stderr and "示例县公安局" in done.stdout


def test_a_copied_neighbour_is_found_among_peers(tmp_path: Path) -> None:
    peers = tmp_path / "peers"
    peers.mkdir()
    (peers / "甲.txt").write_text(CLEAN.read_text(encoding="utf-8").replace("示例县公安局", "示例县司法局"), encoding="utf-8")
    (peers / "乙.txt").write_bytes((REPORTS / "weijianju-2025.txt").read_bytes())
    (peers / "坏.pdf").write_bytes(b"%PDF-")
    done = check(CLEAN, "--peers", peers, "--format", "json", cwd=tmp_path)
    (found,) = objects(done)
    alike = [finding for finding in found["findings"] if finding["rule"] == "SIM-PEER"]
    assert {finding["section"] for finding in alike} == {"sec1", "sec5"}
    assert all("示例县司法局" in finding["message"] and finding["alike"] for finding in alike)
    assert "坏.pdf" in done.stderr and done.returncode == 1


def test_a_profile_gives_neighbours_and_contact(tmp_path: Path) -> None:
    text = CLEAN.read_text(encoding="utf-8").replace("（一）主动公开\n", "（一）主动公开\n示例县林业局发布信息。", 1)
    (tmp_path / "in.txt").write_text(text, encoding="utf-8")
    profile = {
        "name": "示例县公安局",
        "kind": "dept",
        "region": "示例县",
        "neighbours": ["示例县林业局"],
        "contact": {"phone": "0000-1"},
    }
    for number, content in enumerate((profile, [profile], {"unit": profile})):
        (tmp_path / f"{number}.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        (found,) = objects(check("in.txt", "--unit-profile", f"{number}.json", "--format", "json", cwd=tmp_path))
        assert {"N-LEFTOVER", "N-CONTACT"} <= {finding["rule"] for finding in found["findings"]}


@pytest.mark.parametrize("content", ["{", "[]", "3", '{"name": "", "kind": "dept"}', '{"name": "某局", "kind": "none"}'])
def test_a_bad_profile_is_one_clear_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "p.json").write_text(content, encoding="utf-8")
    done = check(CLEAN, "--unit-profile", "p.json", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "p.json" in done.stderr and not done.stdout


def test_word_web_text_and_submissions_in_one_call(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(word_report("weijianju", 2025))
    (tmp_path / "b.html").write_bytes(web_report("ziranziyuanju", 2025))
    (tmp_path / "c.txt").write_bytes(CLEAN.read_bytes())
    (tmp_path / "d.json").write_bytes((COUNTY / "2025" / "liuxizhen.json").read_bytes())
    found = objects(check("a.docx", "b.html", "c.txt", "d.json", "--format", "json", cwd=tmp_path))
    assert [Path(each["path"]).name for each in found] == ["a.docx", "b.html", "c.txt", "d.json"]
    assert [each["unit"] for each in found] == ["示例县卫生健康局", "示例县自然资源局", "示例县公安局", "示例县柳溪镇人民政府"]
    assert all(each["cells"]["t3.new.total"]["status"] == "ok" for each in found)


def test_results_to_a_file_leave_only_the_summary_on_the_screen(tmp_path: Path) -> None:
    for form in ("text", "json", "html"):
        done = check(CLEAN, FAULTY, "--format", form, "-o", f"out.{form}", cwd=tmp_path)
        assert done.returncode == 1 and "共 2 份" in done.stdout and (tmp_path / f"out.{form}").stat().st_size > 500


def test_a_result_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = check(CLEAN, "--format", "html", "-o", "no/such/out.html", cwd=tmp_path)
    assert done.returncode == 2 and "no/such" in done.stderr


def test_contradictions_of_figures_are_errors(tmp_path: Path, form2021: Form) -> None:
    (tmp_path / "broken.txt").write_text(broken_report(form2021), encoding="utf-8")
    (found,) = objects(check("broken.txt", "--format", "json", cwd=tmp_path))
    rules = {finding["rule"] for finding in found["findings"] if finding["severity"] == "error"}
    assert any(rule.startswith("T3-") for rule in rules) and any(rule.startswith("T4-SUM") for rule in rules)
