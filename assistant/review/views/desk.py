"""The desk: units and years with what is to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

DeskState = Literal["no_data", "has_errors", "ready", "draft", "review", "final"]

DESK_STATES: dict[DeskState, str] = {
    "no_data": "缺数据",
    "has_errors": "有错误",
    "ready": "待起草",
    "draft": "草稿",
    "review": "审阅中",
    "final": "已定稿",
}


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One unit and year on the desk.

    ``due`` is the last day of Article 49, None where local notice decides; ``days_left`` is negative once it has passed.
    ``decided`` of ``paragraphs`` are decided; ``gaps`` counts gap marks still in the text; ``updated`` is the last deed.
    """

    unit_id: int
    unit: str
    kind_label: str
    year: int
    state: DeskState
    due: date | None = None
    days_left: int | None = None
    submission_id: int | None = None
    draft_id: int | None = None
    errors: int = 0
    warnings: int = 0
    gaps: int = 0
    decided: int = 0
    paragraphs: int = 0
    updated: datetime | None = None
    updated_by: str = ""

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return DESK_STATES[self.state]


@dataclass(frozen=True, slots=True)
class DeskView:
    """The desk: rows in order of year (newest first) and unit; ``counts`` of states for the current report year ``year``."""

    year: int
    rows: tuple[DeskRow, ...]
    counts: dict[DeskState, int]
