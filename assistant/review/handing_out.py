"""The workbook a unit fills in, with its name, last year's figures and, if wanted, what is saved already."""

from __future__ import annotations

from assistant.review.access import unit_for
from assistant.review.engine import Record
from assistant.review.rights import Actor
from assistant.review.saving import empty
from assistant.review.stored import registry
from assistant.review.submissions import state_of
from assistant.submission.model import UnitProfile


def workbook_for(record: Record, actor: Actor, unit_id: int, year: int, *, filled: bool = False) -> tuple[str, bytes]:
    """A file name and an .xlsx file.

    Args:
        record, actor, unit_id, year: whose and which.
        filled: whether what is saved is written in; else tables and lists are blank.

    Raises:
        NotFound: no such unit, or not one's own.
        FormError: no form covers the year.
    """
    from assistant.submission.workbook_writer import blank_workbook

    with record.read() as session:
        unit = unit_for(session, actor, "view", unit_id)
        state = state_of(session, unit, year)
        kind, name = unit.kind or (state.content.unit.kind if state.content else ""), unit.name
        profile = state.content.unit if state.content else None
        blank = empty(unit, year, profile) if kind else None
    content = state.content if filled and state.content else blank
    if content is None:
        content = empty(unit, year, UnitProfile(name=name, kind="dept"))
    made = blank_workbook(year, kind, registry(), previous=state.previous, filled=content)
    return f"{name}{year}年度填报工作簿{'（已填）' if filled and state.content else ''}.xlsx", made
