"""A finished report as it was checked."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.review.views.findings import FindingView
from assistant.review.views.tables import TableView


@dataclass(frozen=True, slots=True)
class CheckView:
    """What checking a finished report gave; ``error`` says in Chinese why it could not be read (everything else is empty then).

    ``sections`` are (key, heading, text) in order; findings count characters in these texts.
    """

    name: str
    unit: str
    year: int | None
    form: str
    sections: tuple[tuple[str, str, str], ...]
    tables: tuple[TableView, ...]
    findings: tuple[FindingView, ...]
    error: str = ""
    notes: tuple[str, ...] = ()
