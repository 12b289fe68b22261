"""The plan of a report, and long work on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.drafting.brief import Brief
from assistant.drafting.draft import Gap, Hint
from assistant.review.views.findings import FindingView


@dataclass(frozen=True, slots=True)
class PlanView:
    """The brief of a report before writing: what is missing, what the statistics hint at, facts by key as one line each."""

    unit_id: int
    unit: str
    year: int
    submission_id: int
    brief: Brief
    gaps: tuple[Gap, ...]
    hints: tuple[Hint, ...]
    facts: dict[str, str]
    findings: tuple[FindingView, ...]
    model_available: bool
    model_reason: str = ""
    current_draft_id: int | None = None


JobState = Literal["waiting", "running", "done", "failed", "cancelled", "lost"]

JOB_STATES: dict[JobState, str] = {
    "waiting": "排队中",
    "running": "进行中",
    "done": "已完成",
    "failed": "未能完成",
    "cancelled": "已取消",
    "lost": "中断",
}


@dataclass(frozen=True, slots=True)
class PartProgress:
    """How far one part is; ``state`` is waiting, writing, done, failed. ``message`` in Chinese."""

    key: str
    heading: str
    state: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class JobView:
    """Long work as it stands. ``draft_id`` is set once there is a draft; ``may_cancel``/``may_retry`` for the buttons.

    ``about`` is the batch run that the work is on, if it is on one.
    """

    id: str
    kind: str
    state: JobState
    message: str
    done: int
    total: int
    parts: tuple[PartProgress, ...]
    unit_id: int | None
    unit: str
    year: int | None
    draft_id: int | None
    by: str
    at: datetime
    started: datetime | None
    ended: datetime | None
    result: dict[str, object]
    about: str = ""

    @property
    def state_label(self) -> str:
        """The state in Chinese."""
        return JOB_STATES[self.state]

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in ("waiting", "running")

    @property
    def may_cancel(self) -> bool:
        """Whether it can still be cancelled."""
        return not self.over

    @property
    def may_retry(self) -> bool:
        """Whether it may be started again."""
        return self.state in ("failed", "cancelled", "lost")
