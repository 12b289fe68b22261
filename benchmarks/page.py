"""A page of benchmarks in ``docs/``, one section a program."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

MODEL = Path(__file__).resolve().parents[1] / "docs" / "benchmarks-model.md"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Lines of a Markdown table."""
    lines = [head, ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


def put(path: Path, title: str, lines: Iterable[str]) -> None:
    """Replace the section ``## title`` of a page, or add it at the end."""
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    section = f"## {title}\n\n" + "\n".join(lines).strip() + "\n"
    found = re.search(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", page, re.S | re.M)
    page = page[: found.start()] + section + "\n" + page[found.end() :] if found else f"{page.rstrip()}\n\n{section}"
    path.write_text(page.strip() + "\n", encoding="utf-8")


def load() -> str:
    """How busy the machine is: processes that want a core, over the last minute."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
