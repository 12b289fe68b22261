"""Drafting: the plan, starting a draft as a job, drafting one part again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from assistant.drafting.brief import Brief
from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.views import JobView, PlanView

if TYPE_CHECKING:
    from assistant.review.jobs import Jobs

WriterChoice = Literal["offline", "model"]


def plan(record: Record, actor: Actor, unit_id: int, year: int, *, today: date | None = None) -> PlanView:
    """The brief of the unit's report from the saved submission, with what is missing.

    Raises:
        InputError: nothing has been handed in for this year yet.
        NotFound: not one's own unit.
    """
    raise NotImplementedError


def start_draft(
    jobs: Jobs,
    actor: Actor,
    unit_id: int,
    year: int,
    *,
    writer: WriterChoice = "offline",
    brief: Brief | None = None,
    submission_id: int | None = None,
) -> JobView:
    """Start drafting. The draft replaces the unit's present one when it is done; that one is kept as superseded.

    Asked again while the same is under way, the job under way is returned.

    Args:
        jobs: the server's jobs.
        actor, unit_id, year: who, whose, which.
        writer: who writes; without a configured model the offline writer does, and the job says so.
        brief: an edited brief; planned from the facts if None.
        submission_id: the version the person saw (``PlanView.submission_id``); the newest if None.

    Raises:
        InputError: nothing handed in yet, or the brief asks for what the facts do not bear.
        Conflict: the data were changed since the person saw the plan.
        NotFound, Refused: not one's own unit, or no right.
    """
    raise NotImplementedError


def start_part(jobs: Jobs, actor: Actor, draft_id: int, part: str, *, writer: WriterChoice = "offline") -> JobView:
    """Start drafting one part again; paragraphs that are decided stay word by word.

    Raises:
        InputError: no such part, or the draft is final or superseded.
        NotFound, Refused: not there or not one's own, or no right.
    """
    raise NotImplementedError
