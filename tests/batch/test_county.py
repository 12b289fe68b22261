"""The sample county through the three commands of the README: batch, overview, rollup."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.batch.overview import OVERVIEW_HTML, OVERVIEW_XLSX
from assistant.batch.records import read_run
from assistant.form import default_registry
from assistant.intake import read_input
from tests.batch.material import ROOT
from tests.corpus.material import COUNTY

GOVERNMENT = "示例县人民政府"


def commands() -> list[list[str]]:
    """The three commands of the README's section, as they stand there, without their comments."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## A county in one run")[1].split("\n## ")[0]
    block = re.search(r"```bash\n(.*?)```", section, re.DOTALL)
    assert block is not None
    return [shlex.split(line, comments=True) for line in block[1].splitlines() if line.strip()]


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    assert words[0].endswith("bin/assistant")
    return subprocess.run(
        [sys.executable, "-m", "assistant", *words[1:]],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def office(tmp_path: Path, home: Path) -> Path:
    """A folder with nothing but the sample corpus in it."""
    shutil.copytree(COUNTY, tmp_path / "office" / "corpus" / "county")
    return tmp_path / "office"


def test_the_three_commands_of_the_readme_take_the_sample_county_from_files_to_the_governments_own_tables(office: Path) -> None:
    batch, overview, rollup = commands()
    assert [batch[1], overview[1], rollup[1]] == ["batch", "overview", "rollup"]

    done = run(batch, office)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    drafts = office / batch[batch.index("-o") + 1]
    record = read_run(drafts)
    handed_in = sorted((office / batch[2]).glob("*.json"))
    assert sorted(each.input for each in record.units) == [path.name for path in handed_in]
    assert {each.state for each in record.units} == {"done"}
    assert {each.previous_from for each in record.units} == {"previous"}
    assert "总览" in done.stderr

    written = [drafts / name for name in (OVERVIEW_HTML, OVERVIEW_XLSX)]
    page = written[0].read_text(encoding="utf-8")
    assert all(each.unit in page for each in record.units)
    for path in written:
        path.unlink()
    again = run(overview, office)
    assert again.returncode == 0, again.stderr
    assert f"共 {len(handed_in)} 个单位" in again.stdout
    assert all(path.stat().st_size for path in written)

    rolled = run(rollup, office)
    assert rolled.returncode in (0, 1), rolled.stdout + rolled.stderr
    government = read_input(office / rollup[rollup.index("-o") + 1], default_registry()).submission
    assert government.unit.name == GOVERNMENT
    assert government.year == 2025
    assert government.cells


def test_an_overview_that_cannot_be_written_does_not_fail_the_run(office: Path) -> None:
    batch = commands()[0]
    folder = office / batch[2]
    for path in sorted(folder.glob("*.json"))[1:]:
        path.unlink()
    (office / "drafts" / OVERVIEW_HTML).mkdir(parents=True)
    done = run(batch, office)
    assert done.returncode in (0, 1), done.stderr
    assert "总览没有写出" in done.stderr
    assert "assistant overview" in done.stderr
    assert read_run(office / "drafts").state == "finished"
