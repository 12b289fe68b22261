"""A home that the folder's rights forbid to write is told of and can still be searched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.library.conftest import CORPUS

ROOT = Path(__file__).parents[2]
# The modules are loaded before the rights are given up: the interpreter may lie where nobody else can read.
_RUN = """
import os, sys
user = int(sys.argv[1])
import assistant.library.library, assistant.library.commands, tantivy, numpy, encodings.idna
if user:
    os.setgroups([]); os.setgid(user); os.setuid(user)
from assistant.library.commands import library
library(sys.argv[2:])
"""


def _run(home: Path, user: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"ASSISTANT_HOME": str(home), "ASSISTANT_EMBEDDING": "none", "PATH": "/usr/bin", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", _RUN, str(user), *arguments], capture_output=True, text=True, env=environment, check=False, cwd=ROOT
    )


def test_a_home_that_may_not_be_written_is_told_of_and_searched(tmp_path: Path) -> None:
    pwd = pytest.importorskip("pwd")
    user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else 0
    home = tmp_path / "home"
    assert _run(home, 0, "add", str(CORPUS / "regulation")).returncode == 0
    for folder in (tmp_path, *tmp_path.parents):
        if user and folder != Path("/tmp") and "pytest" in str(folder):
            folder.chmod(0o755)
    held = [home, *home.rglob("*")]
    try:
        for path in held:
            path.chmod(0o555 if path.is_dir() else 0o444)
        before = {path: path.stat().st_mtime_ns for path in held if path.is_file()}
        found = _run(home, user, "search", "答复期限")
        assert found.returncode == 0 and "第三十三条" in found.stdout, found.stderr
        refused = _run(home, user, "add", str(CORPUS / "regulation"))
        assert refused.returncode != 0 and "权限" in refused.stderr.splitlines()[-1]
        assert {path: path.stat().st_mtime_ns for path in held if path.is_file()} == before
    finally:
        for path in held:
            path.chmod(0o755 if path.is_dir() else 0o644)
