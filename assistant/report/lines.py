"""The lines of a text report, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.report.blocks import Block


@dataclass(frozen=True)
class Line:
    """One non-empty line. ``number`` counts from 1. ``cells`` is set when the line is a row of a grid (bars or tabs).

    A line that stands for a block of a file has it as ``block`` and its place as ``where``; tables and pictures have no text.
    """

    number: int
    text: str
    cells: tuple[str, ...] = ()
    where: str = ""
    block: Block | None = None

    @property
    def place(self) -> str:
        """What a person can look up: 第 12 行."""
        return self.where or f"第 {self.number} 行"


def text_lines(text: str) -> list[Line]:
    """Non-empty lines of a text; Markdown rules (|---|---|) are left out, rows with bars or tabs are cut into cells."""
    return [line for number, raw in enumerate(text.splitlines(), start=1) if (line := _line(number, raw)) is not None]


def _line(number: int, raw: str) -> Line | None:
    text = raw.replace("\ufeff", "").strip(" \u3000\r\n\xa0")
    if not text.strip():
        return None
    if text.count("|") >= 2 and text.startswith("|"):
        cells = tuple(cell.strip() for cell in text.strip().removeprefix("|").removesuffix("|").split("|"))
        if all(not cell.strip(":- ") for cell in cells) and any("-" * 3 in cell for cell in cells):
            return None
        filled = [cell for cell in cells if cell]
        if not filled:
            return None
        return Line(number, " ".join(filled), cells if len(cells) > 1 else ())
    if "\t" in text.strip():
        return Line(number, " ".join(text.split()), tuple(cell.strip() for cell in text.split("\t")))
    return Line(number, text.strip())


def line_range(lines: list[Line]) -> str:
    """第 7—19 行, for a run of lines; empty for none."""
    if not lines:
        return ""
    first, last = lines[0], lines[-1]
    if first.where or last.where:
        return first.place if first.place == last.place else f"{first.place}—{last.place}"
    return first.place if first.number == last.number else f"第 {first.number}—{last.number} 行"
