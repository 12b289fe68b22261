"""Findings at their place, with rulings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.checks.finding import Alike

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class RulingView:
    """A person's ruling that a finding may stand."""

    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding at its place.

    ``reason`` says why the rule exists. ``paragraph_id`` and ``sentence_id`` name the place in a draft (None for tables and
    whole parts), ``start``/``end`` count characters in the paragraph's text, or in the section's text for reports.
    ``table`` is the table of its first cell. ``ruling`` is set when a person lets it stand; it then hinders nothing.
    """

    fingerprint: str
    rule: str
    severity: Severity
    status: Literal["fail", "unknown"]
    message: str
    remedy: str = ""
    reason: str = ""
    section: str = ""
    quote: str = ""
    place: str = ""
    start: int | None = None
    end: int | None = None
    paragraph_id: int | None = None
    sentence_id: int | None = None
    cells: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    table: str = ""
    left: str = ""
    right: str = ""
    difference: str = ""
    also: tuple[str, ...] = ()
    other: str = ""
    alike: tuple[Alike, ...] = ()
    ruling: RulingView | None = None

    @property
    def severity_label(self) -> str:
        """The severity in Chinese; what could not be judged says so."""
        return "无法核对" if self.status == "unknown" else {"error": "错误", "warning": "提醒", "info": "提示"}[self.severity]

    @property
    def blocking(self) -> bool:
        """Whether it keeps the draft from being final."""
        return self.status == "fail" and self.severity == "error" and self.ruling is None
