"""The text of a checked report with its findings marked at their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markupsafe import Markup, escape

from assistant.review.views.findings import FindingView
from assistant.site.components import join

_ORDER = ("error", "warning", "info", "unknown")
_MOST_REFS = 6
Span = tuple[int, int, int]


class Marks:
    """Where findings stand: stretches of a section's text (start, end, number of the finding from 0)."""

    def __init__(self, findings: Sequence[FindingView]) -> None:
        self.findings = findings
        self.spans: dict[str, list[Span]] = {}
        for number, each in enumerate(findings):
            if each.section and each.start is not None and each.end is not None and each.start < each.end:
                self.spans.setdefault(each.section, []).append((each.start, each.end, number))
            for alike in each.alike[1:]:
                self.spans.setdefault(alike.section, []).append((alike.start, alike.end, number))
        self._placed = {number for spans in self.spans.values() for _start, _end, number in spans}
        self._named: set[int] = set()

    def place(self, number: int) -> str:
        """The id of what a finding is about: its words, else its first cell of this year, else its section; empty for none."""
        finding = self.findings[number]
        if number in self._placed:
            return f"mark-{number}"
        key = next((key for key in (*finding.suspects, *finding.cells) if not key.startswith("prev.")), "")
        if key:
            return f"cell-{key.replace('.', '-')}"
        return f"section-{finding.section}" if finding.section.startswith("sec") else ""

    def kind(self, numbers: Sequence[int]) -> str:
        """The worst kind among findings."""
        kinds = {"unknown" if self.findings[n].status == "unknown" else self.findings[n].severity for n in numbers}
        return next((kind for kind in _ORDER if kind in kinds), "info")

    def first(self, number: int) -> bool:
        """Whether this is the first mark of a finding on the page: it carries the id."""
        new = number not in self._named
        self._named.add(number)
        return new


def marked(text: str, section: str, marks: Marks) -> Markup:
    """A section's text in paragraphs, stretches with findings marked and numbered."""
    spans = [(max(0, start), min(end, len(text)), number) for start, end, number in marks.spans.get(section, ())]
    lines, position = [], 0
    for line in text.split("\n"):
        end = position + len(line)
        if line.strip():
            lines.append(Markup("<p>{}</p>").format(join(_pieces(text, position, end, spans, marks))))
        position = end + 1
    return join(lines)


def _pieces(text: str, first: int, last: int, spans: Sequence[Span], marks: Marks) -> Iterator[Markup]:
    """One paragraph, cut wherever a mark begins or ends; overlapping marks share their common stretch."""
    here = [(max(start, first), min(end, last), number) for start, end, number in spans if start < last and end > first]
    cuts = sorted({first, last, *(start for start, _end, _n in here), *(end for _start, end, _n in here)})
    for start, end in pairwise(cuts):
        numbers = [number for begin, stop, number in here if begin <= start and end <= stop]
        shown = escape(text[start:end])
        yield _mark(shown, numbers, marks) if numbers else shown


def _mark(shown: Markup, numbers: list[int], marks: Marks) -> Markup:
    new = [number for number in numbers if marks.first(number)][:_MOST_REFS]
    anchors = join(Markup('<span id="mark-{}" tabindex="-1"></span>').format(number) for number in new)
    refs = join(
        Markup('<a class="ref" href="#finding-{}" aria-label="第 {} 条意见：{}">{}</a>').format(
            number, number + 1, marks.findings[number].message, number + 1
        )
        for number in new
    )
    kinds = " ".join(sorted({marks.kind([number]) for number in numbers} - {marks.kind(numbers)}))
    return Markup('<mark class="{}{}">{}{}</mark>{}').format(
        marks.kind(numbers), f" {kinds}" if kinds else "", anchors, shown, refs
    )
