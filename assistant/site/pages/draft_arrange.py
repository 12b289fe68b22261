"""A brief as a person arranged it: the order of points and what is left out, written into the page's address."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.drafting.brief import Brief, PartBrief

Arrangement = Mapping[str, tuple[int, ...]]
_PART = re.compile(r"([a-z0-9_.]{1,40}):((?:[0-9]{1,3}(?:-[0-9]{1,3})*)?)")


def read(text: str, brief: Brief) -> dict[str, tuple[int, ...]]:
    """The places of the kept points by part, in order; parts as planned are left out, nonsense is left aside.

    Args:
        text: ``s1.active:1-0;sec5:0`` as in the address.
        brief: the brief as planned.
    """
    sizes = {part.key: len(part.points) for part in brief.parts}
    found = {}
    for piece in text[:4000].split(";"):
        match = _PART.fullmatch(piece)
        if match is None or match.group(1) not in sizes or not match.group(2):
            continue
        order = tuple(dict.fromkeys(int(number) for number in match.group(2).split("-")))
        if all(number < sizes[match.group(1)] for number in order) and order != tuple(range(sizes[match.group(1)])):
            found[match.group(1)] = order
    return found


def write(arrangement: Arrangement) -> str:
    """An arrangement for the address."""
    return ";".join(f"{key}:{'-'.join(map(str, order))}" for key, order in sorted(arrangement.items()))


def order_of(part: PartBrief, arrangement: Arrangement) -> tuple[int, ...]:
    """The kept points of a part by their place in the plan."""
    return arrangement.get(part.key, tuple(range(len(part.points))))


def moved(part: PartBrief, arrangement: Arrangement, place: int, how: str) -> dict[str, tuple[int, ...]]:
    """The arrangement after one point was moved ``up`` or ``down``, left ``out`` or taken back ``in``.

    The last point of a part stays: a part without points cannot be written.
    """
    order = list(order_of(part, arrangement))
    if how == "in" and place not in order and 0 <= place < len(part.points):
        order.append(place)
    elif how == "out" and place in order and len(order) > 1:
        order.remove(place)
    elif how in ("up", "down") and place in order:
        here = order.index(place)
        there = here + (-1 if how == "up" else 1)
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
    changed = {**arrangement, part.key: tuple(order)}
    if changed[part.key] == tuple(range(len(part.points))):
        del changed[part.key]
    return changed


def arranged(brief: Brief, arrangement: Arrangement) -> Brief:
    """The brief with its points in the person's order, without those left out."""
    parts = tuple(
        part.model_copy(update={"points": tuple(part.points[place] for place in order_of(part, arrangement))})
        for part in brief.parts
    )
    return brief.model_copy(update={"parts": parts})
