"""The commands as a person runs them: in a process of their own, with real files."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import docx
import pytest
from jsonschema import Draft202012Validator

from tests.corpus.material import COUNTY, ROOT, SAMPLES

GOOD = COUNTY / "2025" / "gonganju.json"
LAST = COUNTY / "2024" / "gonganju.json"
_ENGLISH = re.compile(
    r"(?i)\b(?:usage|options|commands|missing|no such|error|invalid|file|directory|required|default|show|exit|try)\b(?!-)"
)


def run(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "assistant", *map(str, arguments)]
    values = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(cwd), **environment}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=values, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_a_draft_comes_with_all_its_copies(tmp_path: Path) -> None:
    outputs = ["--working", "w.docx", "--html", "x.html", "--json", "x.json"]
    done = run("draft", GOOD, "--previous", LAST, "-o", "x.docx", *outputs, cwd=tmp_path)
    assert done.returncode in (0, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["w.docx", "x.docx", "x.html", "x.json"]
    data = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(tmp_path / "x.docx")).paragraphs)
    for part in data["parts"]:
        for paragraph in part["paragraphs"]:
            assert "".join(sentence["rendered"] for sentence in paragraph["sentences"]) in text
    assert data["brief"]["parts"]
    assert data["facts"]["t3.new.total"]["source"]


def test_the_json_of_a_draft_fits_its_schema(tmp_path: Path) -> None:
    run("draft", GOOD, "-o", "x.docx", "--json", "x.json", cwd=tmp_path)
    schema = json.loads(run("schema", "draft", cwd=tmp_path).stdout)
    Draft202012Validator(schema).validate(json.loads((tmp_path / "x.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["submission", "finding", "draft"])
def test_each_exchanged_object_has_a_schema(tmp_path: Path, name: str) -> None:
    Draft202012Validator.check_schema(json.loads(run("schema", name, cwd=tmp_path).stdout))


def test_error_findings_end_with_one_and_exit_zero_overrides(tmp_path: Path) -> None:
    assert run("draft", SAMPLES[0], "-o", "x.docx", cwd=tmp_path).returncode == 1
    assert run("draft", SAMPLES[0], "-o", "x.docx", "--exit-zero", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("kind", ["dept", "gov_county", "gov_town"])
@pytest.mark.parametrize("year", [2020, 2025])
def test_a_blank_workbook_can_be_made_and_drafted_from(tmp_path: Path, kind: str, year: int) -> None:
    assert run("template", "--year", year, "--kind", kind, "-o", "blank.xlsx", cwd=tmp_path).returncode == 0
    done = run("draft", "blank.xlsx", "--unit", "示例县档案局", "-o", "x.docx", cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert done.returncode == 1 or "单位" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["draft", "none.json", "-o", "x.docx"], "none.json"),
        (["draft", "folder", "-o", "x.docx"], "folder"),
        (["draft", "empty.json", "-o", "x.docx"], "empty.json"),
        (["draft", "broken.json", "-o", "x.docx"], "broken.json"),
        (["draft", str(GOOD), "-o", "no/such/folder/x.docx"], "no/such/folder"),
        (["draft", str(GOOD), "-o", "folder"], "folder"),
        (["draft", str(GOOD), "-o", "x.docx", "--working", "x.docx"], "同一个文件"),
        (["draft", str(GOOD), "-o", "x.docx", "--brief", "broken.json"], "提纲"),
        (["draft", str(GOOD), "--previous", "none.json", "-o", "x.docx"], "none.json"),
        (["template", "--year", "2025", "--kind", "dept", "-o", "no/such/x.xlsx"], "no/such"),
        (["draft", "in.json", "-o", "in.json"], ".docx"),
        (["draft", "in.json", "-o", "x.docx", "--json", "in.json"], "这是输入文件"),
        (["draft", "in.json", "-o", "x.docx", "--json", "same.json"], "这是输入文件"),
        (["draft", "in.json", "-o", "x.docx", "--json", "link.json"], "这是输入文件"),
        (["draft", "in.json", "--previous", "last.html", "-o", "x.docx", "--html", "last.html"], "这是输入文件"),
        (["draft", "in.json", "--previous", "in.json", "-o", "x.docx"], "同一个文件"),
        (["draft", "in.json", "--previous", "same.json", "-o", "x.docx"], "同一个文件"),
        (["draft", "last.html", "--previous", "in.json", "-o", "x.docx"], "2025"),
        (["draft", "in.json", "-o", "pipe.docx"], "不是普通文件"),
        (["draft", "in.json", "-o", "link.docx"], "链接"),
        (["draft", "in.json", "-o", "a.docx", "--html", "folder.html"], "folder.html"),
        (["draft", "in.json", "-o", "x.pdf"], "x.docx"),
        (["draft", "in.json", "-o", "x.docx", "--html", "x.txt"], "x.html"),
        (["draft", "in.json", "-o", "no/x.docx"], "没有这个文件夹"),
        (["draft", "in.json", "-o", f"{'长' * 90}.docx"], "文件名过长"),
        (["template", "--year", "2025", "--kind", "dept", "-o", "x.docx"], ".xlsx"),
        (["draft", "in.json"], "缺少选项 -o/--output"),
        (["draft", "-o", "x.docx"], "缺少参数 SUBMISSION"),
        (["draft", "in.json", "-o"], "没有写值"),
        (["draft", "in.json", "-o", "x.docx", "--kind", "bureau"], "不在可选项内"),
        (["draft", "in.json", "-o", "x.docx", "--year", "1999"], "2019 至 2100"),
        (["draft", "in.json", "-o", "x.docx", "--year", "今年"], "今年"),
        (["draft", "in.json", "-o", "x.docx", "--today", "明天"], "不是日期"),
        (["draft", "in.json", "-o", "x.docx", "--fast"], "--fast"),
        (["draft", "in.json", "more.json", "-o", "x.docx"], "more.json"),
        (["write", "in.json"], "write"),
    ],
)
def test_bad_input_gets_one_clear_line_and_leaves_nothing(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "broken.json").write_text('{"unit": ', encoding="utf-8")
    (tmp_path / "in.json").write_bytes(GOOD.read_bytes())
    (tmp_path / "last.html").write_bytes(LAST.read_bytes())
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "link.json").symlink_to("in.json")
    (tmp_path / "link.docx").symlink_to("elsewhere.docx")
    os.link(tmp_path / "in.json", tmp_path / "same.json")
    os.mkfifo(tmp_path / "pipe.docx")
    before = _state(tmp_path)
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
    assert not _ENGLISH.search(done.stderr), done.stderr
    assert done.stdout == ""
    assert _state(tmp_path) == before


def _state(folder: Path) -> dict[Path, tuple[int, int, int]]:
    states = {path: path.lstat() for path in sorted(folder.rglob("*"))}
    return {path: (state.st_mode, state.st_ino, state.st_mtime_ns) for path, state in states.items()}


@pytest.mark.parametrize("command", [[], ["draft"], ["template"], ["schema"], ["doctor"], ["check"]])
def test_help_is_in_chinese(tmp_path: Path, command: list[str]) -> None:
    done = run(*command, "--help", cwd=tmp_path)
    assert done.stdout.startswith("用法：")
    assert "选项：" in done.stdout
    assert not _ENGLISH.search(done.stdout), done.stdout


def test_a_failed_run_keeps_the_earlier_result(tmp_path: Path) -> None:
    run("draft", GOOD, "-o", "x.docx", cwd=tmp_path)
    before = (tmp_path / "x.docx").read_bytes()
    assert run("draft", GOOD, "-o", "x.docx", "--html", "no/such/x.html", cwd=tmp_path).returncode == 2
    assert (tmp_path / "x.docx").read_bytes() == before


def test_the_same_input_gives_the_same_word_file(tmp_path: Path) -> None:
    files = []
    for name in ("a.docx", "b.docx"):
        run("draft", GOOD, "-o", name, cwd=tmp_path)
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]


def test_doctor_says_what_is_there_and_no_secret(tmp_path: Path) -> None:
    done = run(
        "doctor",
        cwd=tmp_path,
        OPENAI_API_KEY="sk-secret-value",
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
        ASSISTANT_HOME=str(tmp_path),
    )
    assert done.returncode == 0
    assert "form2021" in done.stdout
    assert "127.0.0.1:9" in done.stdout
    assert "secret" not in done.stdout + done.stderr


def test_a_form_in_a_folder_of_its_own_gives_workbook_and_draft_without_code(tmp_path: Path) -> None:
    forms = tmp_path / "forms"
    forms.mkdir()
    (forms / "form2027.toml").write_bytes((ROOT / "tests" / "data" / "form2027.toml").read_bytes())
    data = json.loads(GOOD.read_text(encoding="utf-8"))
    data |= {"year": 2027, "form": "form2027"}
    data["cells"] |= {"t2.norm.amended": 4, "t3.r3_9_trial.natural": 0, "t3.r3_9_trial.total": 0}
    (tmp_path / "in.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    assert (
        run("template", "--year", 2027, "--kind", "dept", "-o", "b.xlsx", cwd=tmp_path, ASSISTANT_FORMS=str(forms)).returncode == 0
    )
    done = run("draft", "in.json", "-o", "x.docx", cwd=tmp_path, ASSISTANT_FORMS=str(forms))
    assert done.returncode in (0, 1)
    document = docx.Document(str(tmp_path / "x.docx"))
    assert "虚构办函〔2027〕9号" in "".join(paragraph.text for paragraph in document.paragraphs)
    assert "修改4件" in "".join(paragraph.text for paragraph in document.paragraphs)
    assert any("9.属于试行数据目录" in cell.text for table in document.tables for row in table.rows for cell in row.cells)
