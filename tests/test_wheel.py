"""What is installed without a checkout has every file the program reads."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = {".py", ".pyc", ".pyi"}


def test_a_wheel_holds_all_data_of_the_package_and_the_prompts(tmp_path: Path) -> None:
    pytest.importorskip("setuptools")
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "assistant", tree / "assistant", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "prompts", tree / "prompts")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tree)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(tree)]
    subprocess.run(command, check=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {str(each.relative_to(ROOT)) for each in (ROOT / "assistant").rglob("*") if each.is_file()}
    assert {each for each in wanted if Path(each).suffix not in LEFT_OUT and each not in held} == set()
    prompts = {each.name for each in (ROOT / "prompts").glob("*.txt")}
    assert {Path(each).name for each in held if "/share/" in each and "/prompts/" in each} == prompts
