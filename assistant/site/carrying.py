"""What the navigation carries on: the unit and year, or the draft, that one works on, from one step of the work to the next."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from assistant.errors import AssistantError
from assistant.review.engine import Record
from assistant.review.reading import place_of_draft
from assistant.review.rights import Actor
from assistant.site.page import whole

BY_UNIT = ("/data", "/draft")
BY_DRAFT = ("/review", "/final")


def carried(record: Record, actor: Actor, path: str, query: Mapping[str, str]) -> dict[str, str]:
    """The addresses of the steps of the work, each with what the present page is about.

    Args:
        record, actor: where, who.
        path: the present page's.
        query: its address after the question mark.

    Returns:
        An address for each path that carries something on; empty where the present page is about no unit.
    """
    if path not in (*BY_UNIT, *BY_DRAFT):
        return {}
    unit, year, draft = (whole(query.get(name)) for name in ("unit", "year", "draft"))
    if draft is not None:
        try:
            unit, year = place_of_draft(record, actor, draft)
        except AssistantError:
            return {}
    if unit is None or year is None:
        return {}
    own = urlencode({"unit": unit, "year": year})
    found = f"draft={draft}" if draft is not None else own
    return {step: f"{step}?{own if step in BY_UNIT else found}" for step in (*BY_UNIT, *BY_DRAFT)}
