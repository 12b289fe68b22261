"""What the writers print: text made safe for XML and HTML, and the printed content of a cell by its status."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from html import escape as _escape

from assistant.form import Cell
from assistant.form.cell import normalise_raw, plain

TO_FILL = "【待补】"
TO_CHECK = "【待核】"
MAX_CELL_CHARACTERS = 40

_LAYOUT = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_DROPPED = re.compile(
    r"[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]"  # not in XML 1.0, or discouraged there
    r"|[\u202a-\u202e\u2066-\u2069]"  # direction overrides reorder the figures a reader sees
)


def clean(text: str) -> str:
    """Text without characters that are illegal in XML 1.0 (lone surrogates too); tabs and line breaks become one space."""
    return _DROPPED.sub("", _LAYOUT.sub(" ", text))


def markup(text: str) -> str:
    """:func:`clean` text, escaped for XML and HTML, attributes included."""
    return _escape(clean(text))


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """The content of a printed cell: ``text`` as filled in, then ``mark`` asking for what is missing or in doubt."""

    text: str
    mark: str = ""


def printed_cell(cell: Cell | None) -> PrintedCell:
    """What a cell prints. It is never empty and never a 0 that nobody filled in (D12).

    Values keep their decimals and a unit written inside the cell; only white space and full-width digits are normalised.
    """
    if cell is None:
        return PrintedCell("", TO_FILL)
    if cell.ok:
        return PrintedCell(clean(normalise_raw(cell.raw)) or str(plain(cell.value)))
    if cell.status == "placeholder" and (filled := clean(cell.raw).strip()):
        return PrintedCell(filled)
    if cell.status == "unparsed":
        return PrintedCell(_shortened(clean(cell.raw).strip()), TO_CHECK)
    return PrintedCell("", TO_CHECK if cell.status == "position_uncertain" else TO_FILL)


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_CELL_CHARACTERS else f"{text[:MAX_CELL_CHARACTERS]}…"


def em_width(text: str, narrow: float = 0.5) -> float:
    """Width of a text in full-width characters; letters and digits count ``narrow``, half in the fonts of official documents."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else narrow for character in text)
