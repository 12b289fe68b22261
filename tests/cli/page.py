"""Writes docs/cli.md from the commands' own help: ``python -m tests.cli.page``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from assistant.cli import main

TARGET = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


def page() -> str:
    return "# Command line\n\nGenerated from the commands' own help.\n" + "".join(_sections(main, "assistant"))


def _sections(command: click.Command, name: str) -> Iterator[str]:
    settings = {**main.context_settings, "max_content_width": 110, "terminal_width": 110}
    context = command.context_class(command, info_name=name, **settings)
    yield f"\n## {name}\n\n```\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for child in sorted(command.commands):
            yield from _sections(command.commands[child], f"{name} {child}")


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
