"""Texts whose cells were printed without anything between them: parted into sections, but their tables are not read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.form import Section
from assistant.report.labels import normalise_label
from assistant.report.lines import Line
from assistant.report.table_spec import TableSpec

_LONG = 60
_LABELS_IN_A_LINE = 3


def part_glued_headings(lines: Sequence[Line], sections: Sequence[Section]) -> list[Line]:
    """Long lines cut around the headings of parts that stand inside them; the number of the line is kept."""
    titles = {(section.number, title) for section in sections for title in (section.title, *section.aliases)}
    pattern = "|".join(f"{number}、\\s*{re.escape(title)}" for number, title in sorted(titles, key=lambda item: -len(item[1])))
    cut: list[Line] = []
    for line in lines:
        if len(line.text) < _LONG or line.cells:
            cut.append(line)
            continue
        pieces = [piece.strip() for piece in re.split(f"({pattern})", line.text)]
        cut += [Line(line.number, piece) for piece in pieces if piece]
    return cut


def cut_glued_table(lines: Sequence[Line], spec: TableSpec) -> tuple[list[Line], list[Line]]:
    """The lines with glued tables taken out, and the lines that held them. What stands before the first label stays."""
    labels = sorted((label for label in spec.labels if len(label) >= 3), key=len, reverse=True)
    kept: list[Line] = []
    glued: list[Line] = []
    for line in lines:
        if line.cells or len(line.text) < _LONG or sum(label in normalise_label(line.text) for label in labels) < _LABELS_IN_A_LINE:
            kept.append(line)
            continue
        glued.append(line)
        if before := _before_table(line.text, labels):
            kept.append(Line(line.number, before))
    return kept, glued


def _before_table(text: str, labels: Sequence[str]) -> str:
    """The text up to the first label, if it ends there like a sentence."""
    places = [place for label in labels if (place := text.find(label[:4])) >= 0]
    head = text[: min(places, default=0)]
    return head[: head.rfind("。") + 1].strip()
