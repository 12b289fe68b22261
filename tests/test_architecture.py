"""Rooms import only from floors below, start-up stays light, the command line's page in docs is current."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "assistant"
FLOORS = {
    "errors": -2, "files": -1, "sqlite": -1, "container": -1, "form": 0, "language": 0, "settings": 0, "grids": 0.5,
    "submission": 1, "report": 1, "facts": 2, "intake": 2, "library": 2,
    "checks": 3, "drafting": 4, "checking": 5, "review": 5.5, "batch": 6,
    "schemas": 6, "doctor": 6, "usage": 6, "cli": 7.5, "site": 7, "__main__": 8, "__init__": -3,
}  # fmt: skip
HEAVY = ("openpyxl", "docx", "lxml", "pdfplumber", "pandas", "gradio", "langchain_core", "chromadb", "openai", "dbos", "rapidfuzz")


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports_of(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    found += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    return [name for name in found if name == "assistant" or name.startswith("assistant.")]


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_from_floors_below(path: Path) -> None:
    own = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for module in imports_of(path):
        other = room_of(module)
        assert other == own or FLOORS[other] < FLOORS[own], f"{path} imports {module}"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['assistant', '--help']\ntry:\n from assistant.cli import main; main()\nexcept SystemExit: pass\n"
    )
    code += f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr.strip() == "[]"


def test_the_page_on_the_command_line_is_current() -> None:
    # In a process of its own: click remembers a command's help option from the first context it met.
    code = "import sys; from tests.cli.page import page; sys.stdout.buffer.write(page().encode())"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT).stdout.decode("utf-8")
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == printed


def test_constraints_name_no_host_and_pin_every_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert all("==" in line and "/" not in line for line in lines if line and not line.startswith("#"))
    assert len(lines) > 10
