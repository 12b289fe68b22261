"""Texts whose cells were printed without anything between them: parted into sections, their tables found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from assistant.form import Section
from assistant.report.labels import normalise_label
from assistant.report.lines import Line
from assistant.report.table_spec import TableSpec
from assistant.report.table_stream import part_line

_LONG = 60
_LABELS_IN_A_LINE = 3
_SURE_LETTERS = 4
_ALIKE = 0.92


def part_glued_headings(lines: Sequence[Line], sections: Sequence[Section]) -> list[Line]:
    """Long lines cut around the headings of parts that stand inside them; the number of the line is kept.

    A heading may differ from the statutory wording by a letter or two (行政法复议), if that wording itself is nowhere.
    """
    titles = sorted({(section.number, title) for section in sections for title in (section.title, *section.aliases)})
    wordings = [f"{number}、\\s*{re.escape(title)}" for number, title in sorted(titles, key=lambda item: -len(item[1]))]
    text = "\n".join(line.text for line in lines)
    met = {number for number, title in titles if re.search(f"{number}、\\s*{re.escape(title)}", text)}
    wordings += [re.escape(found) for found in _misspelt(text, [item for item in titles if item[0] not in met])]
    pattern = "|".join(wordings)
    cut: list[Line] = []
    for line in lines:
        if len(line.text) < _LONG or line.cells:
            cut.append(line)
            continue
        pieces = [piece.strip() for piece in re.split(f"({pattern})", line.text)]
        cut += [replace(line, text=piece) for piece in pieces if piece]
    return cut


def _misspelt(text: str, titles: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What looks like one of these headings: its number, its beginning and end, and nearly all letters between."""
    for number, title in titles:
        for match in re.finditer(f"{number}、\\s*(?={re.escape(title[:_SURE_LETTERS])})", text):
            ends = range(match.end() + len(title) - 2, match.end() + len(title) + 3)
            found = [text[match.end() : end] for end in ends if text[match.start() : end].endswith(title[-2:])]
            yield from (
                match.group() + near for near in found if SequenceMatcher(None, title, near, autojunk=False).ratio() >= _ALIKE
            )


def cut_glued_table(lines: Sequence[Line], spec: TableSpec) -> tuple[list[Line], list[Line]]:
    """The lines with glued tables taken out, and the lines that held them. What stands before the first label stays."""
    labels = sorted((label for label in spec.labels if len(label) >= 3), key=len, reverse=True)
    kept: list[Line] = []
    glued: list[Line] = []
    for line in lines:
        named = 0 if line.cells or len(line.text) < _LONG else sum(label in normalise_label(line.text) for label in labels)
        if named < _LABELS_IN_A_LINE or len(part_line(spec, line)) > 1:
            kept.append(line)
            continue
        glued.append(line)
        if before := _before_table(line.text, labels):
            kept.append(replace(line, text=before))
    return kept, glued


def _before_table(text: str, labels: Sequence[str]) -> str:
    """The text up to the first label, if it ends there like a sentence."""
    places = [place for label in labels if (place := text.find(label[:4])) >= 0]
    head = text[: min(places, default=0)]
    return head[: head.rfind("。") + 1].strip()
