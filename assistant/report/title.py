"""Where a report's title may break into lines: whole words, a balanced shape (GB/T 9704 7.3.1)."""

from __future__ import annotations

import re

from assistant.report.document import Document
from assistant.report.printing import clean, em_width

_REGION = re.compile(r"[省市州盟县区旗镇乡]|街道")


def title_lines(document: Document, room: float) -> tuple[str, ...]:
    """The title in lines of ``room`` characters: one where it fits, else unit and rest apart, a long unit after its region.

    A title that does not begin with the unit stays in one piece, to be broken by whoever prints it.
    """
    title, unit = clean(document.title), clean(document.unit)
    if em_width(title) <= room or not unit or not title.startswith(unit) or title == unit:
        return (title,)
    return (*_unit_lines(unit, room), title[len(unit) :])


def _unit_lines(unit: str, room: float) -> tuple[str, ...]:
    cuts = [match.end() for match in _REGION.finditer(unit) if match.end() < len(unit)]
    if em_width(unit) <= room or not cuts:
        return (unit,)
    cut = min(cuts, key=lambda place: abs(2 * place - len(unit)))
    return unit[:cut], unit[cut:]
