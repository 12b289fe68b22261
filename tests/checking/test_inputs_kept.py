"""Checking and scoring never write over what they read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.cli import main
from tests.corpus.material import COUNTY


@pytest.mark.parametrize("option", ["-o", "--xlsx"])
@pytest.mark.parametrize("name", ["this.json", "last.json", "profile.json", "rulings.json", "folder/inside.json"])
def test_a_result_is_never_written_over_an_input(tmp_path: Path, option: str, name: str) -> None:
    (tmp_path / "folder").mkdir()
    for file, year in (("this.json", 2025), ("last.json", 2024), ("folder/inside.json", 2025)):
        (tmp_path / file).write_bytes((COUNTY / str(year) / "gonganju.json").read_bytes())
    (tmp_path / "profile.json").write_text('{"name": "示例县公安局", "kind": "dept"}', encoding="utf-8")
    (tmp_path / "rulings.json").write_text('{"rulings": []}', encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    given = [
        "--previous",
        tmp_path / "last.json",
        "--unit-profile",
        tmp_path / "profile.json",
        "--rulings",
        tmp_path / "rulings.json",
    ]
    done = CliRunner().invoke(
        main, ["check", *map(str, (tmp_path / "this.json", tmp_path / "folder", *given, option, tmp_path / name))]
    )
    assert done.exit_code == 2
    assert "不能覆盖" in done.output
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_scores_are_never_written_over_the_cases(tmp_path: Path) -> None:
    cases = tmp_path / "cases.json"
    cases.write_text("[]", encoding="utf-8")
    done = CliRunner().invoke(main, ["eval", "--cases", str(cases), "-o", str(cases)])
    assert done.exit_code == 2
    assert "不能覆盖" in done.output
    assert cases.read_text(encoding="utf-8") == "[]"
