"""What two texts have in common and where they differ, figures whole."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.review.views.changes import ChangeView

_TOKEN = re.compile(r"[0-9０-９]+(?:[.,．，][0-9０-９]+)*|[A-Za-z]+|.", re.S)
_MOST = 4_000_000  # pairs of tokens that the readable way of comparing may look at


@dataclass(frozen=True, slots=True)
class Stretch:
    """Signs that stand in both texts: where in the old one, where in the new one, how many."""

    old: int
    new: int
    size: int


def matched(before: str, after: str) -> list[Stretch]:
    """The common stretches of two texts in order; no figure or Latin word is ever cut."""
    one, two = _TOKEN.findall(before), _TOKEN.findall(after)
    places, others = _places(one), _places(two)
    return [Stretch(places[a], others[c], places[b] - places[a]) for a, b, c, _d in _equal(one, two)]


def difference(before: str, after: str) -> tuple[ChangeView, ...]:
    """What changes from one text to another; the removed stretch comes before the added one."""
    changes: list[ChangeView] = []
    old = new = 0
    for each in (*matched(before, after), Stretch(len(before), len(after), 0)):
        if each.old > old:
            changes.append(ChangeView("removed", before[old : each.old]))
        if each.new > new:
            changes.append(ChangeView("added", after[new : each.new]))
        if each.size:
            changes.append(ChangeView("same", before[each.old : each.old + each.size]))
        old, new = each.old + each.size, each.new + each.size
    return tuple(changes)


def _places(tokens: Sequence[str]) -> list[int]:
    places = [0]
    for token in tokens:
        places.append(places[-1] + len(token))
    return places


def _equal(one: Sequence[str], two: Sequence[str]) -> list[tuple[int, int, int, int]]:
    if len(one) * len(two) > _MOST:
        from rapidfuzz.distance import Indel

        return [(b.src_start, b.src_end, b.dest_start, b.dest_end) for b in Indel.opcodes(one, two) if b.tag == "equal"]
    matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
    return [(a, a + size, b, b + size) for a, b, size in matcher.get_matching_blocks() if size]
