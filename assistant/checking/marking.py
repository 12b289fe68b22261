"""Where findings stand in a report: stretches of text and cells marked, each with a link to its finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.checking.result import SEVERITIES
from assistant.checks.finding import Finding
from assistant.form import Cell
from assistant.report.printing import markup

_ORDER = {name: rank for rank, name in enumerate((*SEVERITIES, "unknown"))}
_MOST_REFS = 6
_MOST_IN_CELL = 2


def _about(finding: Finding) -> tuple[str, ...]:
    """The cells a finding is shown at: for what could not be judged those without a figure."""
    return finding.suspects or (finding.missing if finding.status == "unknown" else finding.cells)


class Marks:
    """The findings of one report by place. ``prefix`` keeps the ids of several reports on one page apart."""

    def __init__(self, findings: Sequence[Finding], prefix: str) -> None:
        self.findings, self.prefix = findings, prefix
        self.cells: dict[str, list[int]] = {}
        self.spans: dict[str, list[tuple[int, int, int]]] = {}
        for number, finding in enumerate(findings):
            for key in _about(finding):
                self.cells.setdefault(key, []).append(number)
            if finding.section and finding.start is not None and finding.end is not None and finding.end > finding.start:
                self.spans.setdefault(finding.section, []).append((finding.start, finding.end, number))
            for alike in finding.alike[1:]:
                self.spans.setdefault(alike.section, []).append((alike.start, alike.end, number))
        self._placed = {number for spans in self.spans.values() for _start, _end, number in spans}

    def identifier(self, number: int) -> str:
        """The id of a finding in the list."""
        return f"{self.prefix}f{number}"

    def section(self, key: str) -> str:
        """The id of a section's heading."""
        return f"{self.prefix}{markup(key)}"

    def cell(self, key: str) -> str:
        """The id of a cell."""
        return f"{self.prefix}c-{markup(key)}"

    def kind(self, numbers: Sequence[int]) -> str:
        """The worst kind among findings, for the looks of their mark."""
        kinds = ["unknown" if self.findings[n].status == "unknown" else self.findings[n].severity for n in numbers]
        return min(kinds, key=lambda kind: _ORDER[kind])

    def refs(self, numbers: Sequence[int], most: int = _MOST_REFS) -> str:
        """Small links to the first few of these findings."""
        shown = list(dict.fromkeys(numbers))[:most]
        return "".join(
            f'<a class="ref" href="#{self.identifier(number)}" title="{markup(self.findings[number].message)}">{number + 1}</a>'
            for number in shown
        )

    def place_of(self, number: int) -> str:
        """The id of what a finding is about: its words, its first cell of this year, its section; empty for none."""
        finding = self.findings[number]
        if number in self._placed:
            return f"{self.prefix}p{number}"
        key = next((key for key in _about(finding) if not key.startswith("prev.")), "")
        if key:
            return self.cell(key)
        return self.section(finding.section) if finding.section.startswith("sec") or finding.section == "title" else ""


def marked_text(text: str, section: str, marks: Marks) -> Iterator[str]:
    """The paragraphs of a section as safe markup with marked stretches. The first mark of a finding carries its id."""
    spans = [(max(0, start), min(end, len(text)), number) for start, end, number in marks.spans.get(section, ())]
    known: set[int] = set()
    position = 0
    for line in text.split("\n"):
        end = position + len(line)
        here = [span for span in spans if span[0] < end and span[1] > position]
        inside = [(max(start, position), min(stop, end), number) for start, stop, number in here]
        yield _marked_line(text, position, end, inside, marks, known) if inside else markup(line)
        position = end + 1


def _marked_line(text: str, start: int, end: int, spans: list[tuple[int, int, int]], marks: Marks, known: set[int]) -> str:
    bounds = sorted({start, end, *(at for first, last, _ in spans for at in (first, last))})
    pieces = []
    for first, last in pairwise(bounds):
        covering = [number for begin, stop, number in spans if begin <= first and last <= stop]
        words = markup(text[first:last])
        if not covering:
            pieces.append(words)
            continue
        new = [number for number in covering if number not in known]
        known.update(new)
        anchors = "".join(f'<span id="{marks.prefix}p{number}"></span>' for number in new)
        ending = [number for begin, stop, number in spans if stop == last and number in covering]
        pieces.append(f'{anchors}<mark class="{marks.kind(covering)}">{words}</mark>{marks.refs(ending)}')
    return "".join(pieces)


def marked_cell(key: str, cell: Cell | None, marks: Marks) -> str:
    """The content of a data cell as safe markup: what stands in the report, marked where findings speak of it."""
    numbers = marks.cells.get(key, [])
    words = _filled(cell)
    if not numbers:
        return words
    return f'<mark id="{marks.cell(key)}" class="{marks.kind(numbers)}">{words}</mark>{marks.refs(numbers, _MOST_IN_CELL)}'


def _filled(cell: Cell | None) -> str:
    if cell is None or cell.status in ("blank", "inferred_zero"):
        return '<span class="blank" title="空白">　</span>'
    if cell.status == "position_uncertain":
        return f'<span class="blank" title="位置不能确定">{markup(cell.raw)}？</span>'
    return markup(cell.raw.strip())
