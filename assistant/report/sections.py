"""Splits a report into its six parts by the wording of the headings, not by their numbers alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from assistant.form import Section
from assistant.report.labels import normalise_label, split_mark, without_brackets
from assistant.report.lines import Line

_LONGEST_HEADING = 45
_ALIKE = 0.85
_AND = re.compile("[和与及]")
_LEADING = re.compile("^行政机关|^(?:因)?本(?:机关|部门|单位|区|县|市|镇|乡|局)")


@dataclass(frozen=True)
class Heading:
    """A line taken for the heading of a part. ``exact`` is false when only the sense agrees with the statutory title."""

    section: Section
    place: int
    mark: str
    title: str
    exact: bool

    @property
    def right_mark(self) -> bool:
        """Whether the printed number is the statutory one."""
        return normalise_label(self.mark) == self.section.number and "(" not in self.mark


@dataclass(frozen=True)
class Part:
    """A part with the lines below its heading; ``place`` is its heading's, ``repeats`` how often a right heading was met."""

    heading: Heading
    lines: list[Line]
    repeats: int = 1
    place: str = ""


@dataclass(frozen=True)
class Split:
    """The lines before the first heading, and the parts in printed order."""

    front: list[Line]
    parts: list[Part] = field(default_factory=list)


def canonical_title(text: str) -> str:
    """A section title for comparison: brackets, punctuation, 行政机关 in front and the choice of 和/与/及 left out."""
    return _AND.sub("及", _LEADING.sub("", normalise_label(without_brackets(text))))


def find_headings(lines: Sequence[Line], sections: Sequence[Section], labels: frozenset[str]) -> list[Heading]:
    """All lines that may be headings of parts, in printed order.

    Args:
        lines: the report.
        sections: the six parts of all known forms.
        labels: normalised labels of the tables, which are never headings.
    """
    known: dict[str, Section] = {}
    for section in sections:
        for title in (section.title, *section.aliases):
            known.setdefault(canonical_title(title), section)
    found = (_heading(line, place, known, labels) for place, line in enumerate(lines))
    return [heading for heading in found if heading is not None]


def _heading(line: Line, place: int, known: dict[str, Section], labels: frozenset[str]) -> Heading | None:
    if not line.text or len(line.text) > _LONGEST_HEADING or len([cell for cell in line.cells if cell]) > 1:
        return None
    mark, title = split_mark(line.text)
    title = title.rstrip(" 、,.:;。|*#")
    canonical = canonical_title(title)
    if not canonical:
        return None
    section = known.get(canonical)
    if section is None and mark and normalise_label(line.text) not in labels:
        section = _alike(canonical, mark, known)
    return Heading(section, place, mark, title, canonical == canonical_title(section.title)) if section else None


def _alike(canonical: str, mark: str, known: dict[str, Section]) -> Section | None:
    ratios = {title: SequenceMatcher(None, title, canonical, autojunk=False).ratio() for title in known}
    best = max(ratios, key=lambda title: ratios[title])
    same_number = normalise_label(mark) == known[best].number and "(" not in mark
    return known[best] if same_number and ratios[best] >= _ALIKE else None


def split_sections(lines: Sequence[Line], headings: Sequence[Heading]) -> Split:
    """Cut the report at one heading a part.

    Of several candidates a right number wins, then the one with most text below (a table of contents has none). A sub-heading
    （一）主动公开政府信息情况 is thus not taken for part 二 when part 二 has its own heading.
    """
    chosen: dict[str, Heading] = {}
    met: dict[str, int] = {}
    places = [heading.place for heading in headings]
    for number, heading in enumerate(headings):
        key = heading.section.key
        below = (places[number + 1] if number + 1 < len(places) else len(lines)) - heading.place
        held = chosen.get(key)
        met[key] = met.get(key, 0) + _counts(heading)
        if held is None or _strength(heading, below) > _strength(held, _below(held, places, len(lines))):
            chosen[key] = heading
    ordered = sorted(chosen.values(), key=lambda heading: heading.place)
    ends = [*(heading.place for heading in ordered[1:]), len(lines)][: len(ordered)]
    parts = [
        Part(heading, list(lines[heading.place + 1 : end]), met[heading.section.key], lines[heading.place].place)
        for heading, end in zip(ordered, ends, strict=True)
    ]
    return Split(list(lines[: ordered[0].place] if ordered else lines), parts)


def _counts(heading: Heading) -> int:
    return int(heading.right_mark)


def _strength(heading: Heading, below: int) -> tuple[bool, bool, bool, int]:
    return heading.right_mark, "(" not in heading.mark, bool(heading.mark), below


def _below(heading: Heading, places: Sequence[int], end: int) -> int:
    number = places.index(heading.place)
    return (places[number + 1] if number + 1 < len(places) else end) - heading.place
