"""From the lines of a part to header labels, row labels and the values that follow them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.report.labels import looks_like_value, normalise_label
from assistant.report.lines import Line
from assistant.report.raw_table import RawRow, Segment, Token
from assistant.report.table_spec import TableSpec

_SENTENCE = re.compile(r"[。；！？]")
_LONGEST_LABEL = 8
_LONGEST_PHRASE = 48
_MOST_WORDS = 60


def part_line(spec: TableSpec, line: Line) -> list[Line]:
    """A line cut between the labels on it, if it is nothing but labels parted by blanks, with values behind them at most."""
    words = line.text.split()
    if line.cells or len(words) < 2 or len(words) > _MOST_WORDS:
        return [line]
    end = len(words)
    while end and looks_like_value(words[end - 1]):
        end -= 1
    labels = _labels_of(spec, words[:end]) if end > 1 else []
    if len(labels) < 2:
        return [line]
    return [replace(line, text=text) for text in (*labels[:-1], " ".join((labels[-1], *words[end:])))]


def _labels_of(spec: TableSpec, words: Sequence[str]) -> list[str]:
    """The words joined to as few known labels as will do; empty if some belong to none."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(words) + 1):
        fitting = []
        for start in range(max(0, end - _LONGEST_LABEL), end):
            before, text = best[start], "".join(words[start:end])
            if before is not None and normalise_label(text) in spec.labels:
                fitting.append([*before, text])
        best.append(min(fitting, key=len, default=None))
    return best[-1] or []


class TableStream:
    """Sorts the lines of one part into segments of a table and narrative lines.

    Attributes:
        segments: headers with their rows, in printed order.
        narrative: the lines that belong to the text.
    """

    def __init__(self, spec: TableSpec, lines: Sequence[Line]) -> None:
        self.spec = spec
        self.segments: list[Segment] = [Segment()]
        self.narrative: list[Line] = []
        self._row: RawRow | None = None
        self._group = ""
        self._started = False
        place = 0
        parted = [piece for line in lines for piece in part_line(spec, line)]
        while place < len(parted):
            place += self._take(parted, place)

    def _take(self, lines: Sequence[Line], place: int) -> int:
        line = lines[place]
        if line.cells:
            self._grid_line(line)
            return 1
        count = self._label_length(lines, place)
        if count:
            name = "".join(part.text for part in lines[place : place + count])
            self._label(self.spec.label_of(name), name, line)
            return count
        head, tokens = self._values(line)
        if tokens:
            if head:
                self._label(self.spec.label_of(head), head, line)
            self._add(tokens, line)
        elif self._started and not _SENTENCE.search(line.text) and len(line.text) <= _LONGEST_PHRASE:
            self._unknown(line)
        else:
            self.narrative.append(line)
            self._row = None
        return 1

    def _label_length(self, lines: Sequence[Line], place: int) -> int:
        """How many lines from here on make up a known label: labels may be broken over lines. 0 if none do."""
        joined, best = "", 0
        for count, line in enumerate(lines[place : place + _LONGEST_LABEL], start=1):
            if line.cells or (count > 1 and looks_like_value(line.text)) or len(line.text) > _LONGEST_PHRASE:
                break
            joined += normalise_label(line.text)
            if joined in self.spec.labels:
                best = count
        alone = lines[place]
        return best or int(not alone.cells and len(alone.text) <= _LONGEST_PHRASE and bool(self.spec.label_of(alone.text)))

    def _values(self, line: Line) -> tuple[str, list[Token]]:
        parts = line.text.split()
        start = len(parts)
        while start and looks_like_value(parts[start - 1]):
            start -= 1
        head = " ".join(parts[:start])
        if start == len(parts) or (head and not self.spec.label_of(head)):
            return "", []
        return head, [Token(part, line.number, alone=len(parts) - start == 1) for part in parts[start:]]

    def _add(self, tokens: list[Token], line: Line) -> None:
        if not self._started:
            return
        if self._row is None:
            self._row = RawRow("", "", line.number)
            self.segments[-1].rows.append(self._row)
        self._row.tokens += tokens

    def _unknown(self, line: Line) -> None:
        self._row = RawRow("", line.text, line.number)
        self.segments[-1].rows.append(self._row)

    def _label(self, label: str, name: str, line: Line) -> None:
        self._started = True
        spec, segment = self.spec, self.segments[-1]
        means_row = label in spec.rows or label in spec.groups
        if label in spec.headers and not (means_row and segment.rows):
            self._header_segment(line).header.append(label)
        elif means_row:
            self._group = label if label in spec.groups else self._group
            self._row = RawRow(label, name, line.number, self._group)
            segment.rows.append(self._row)
        elif label in spec.titles:
            self._open(line).title = label
        else:
            self._header_segment(line)

    def _header_segment(self, line: Line) -> Segment:
        self._row = None
        return self._open(line) if self.segments[-1].rows else self.segments[-1]

    def _open(self, line: Line) -> Segment:
        self._row = None
        self.segments.append(Segment(line=line.number))
        return self.segments[-1]

    def _grid_line(self, line: Line) -> None:
        spec = self.spec
        labels = [normalise_label(cell) for cell in line.cells]
        means_row = [label in spec.rows or label in spec.groups for label in labels]
        header = [label for label in labels if label in spec.headers]
        known = [label for label in labels if label in spec.labels]
        if not known and not self._started:
            self.narrative.append(line)
        elif any(means_row) and not (header and not self.segments[-1].rows and len(header) > sum(means_row)):
            self._grid_row(line, labels, max(number for number, means in enumerate(means_row) if means))
        elif header:
            self._started = True
            segment = self._header_segment(line)
            segment.grid.append(tuple(labels))
            segment.header += [label for number, label in enumerate(header) if number == 0 or label != header[number - 1]]
        elif known:
            self._label(known[0], line.text, line)
        elif all(not cell or looks_like_value(cell) for cell in line.cells):
            self._row = None
            self.segments[-1].rows.append(self._grid_tokens(RawRow("", "", line.number), line, 0))
        else:
            self.segments[-1].rows.append(self._grid_tokens(RawRow("", line.text, line.number), line, 1))
            self._row = None

    def _grid_row(self, line: Line, labels: list[str], place: int) -> None:
        self._started = True
        for label in labels[: place + 1]:
            self._group = label if label in self.spec.groups else self._group
        row = RawRow(labels[place], line.cells[place], line.number, self._group)
        self.segments[-1].rows.append(self._grid_tokens(row, line, place + 1))
        self._row = None

    @staticmethod
    def _grid_tokens(row: RawRow, line: Line, start: int) -> RawRow:
        row.grid = line.cells
        row.tokens = [Token(cell, line.number) for cell in line.cells[start:] if cell]
        return row
