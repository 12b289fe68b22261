"""A record with units, people and drafts for the tests of reviewing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from assistant.review.drafts import start_draft
from assistant.review.engine import Record, open_record
from assistant.review.jobs import Jobs
from assistant.review.reading import open_draft
from assistant.review.rights import Actor
from assistant.review.saving import save
from assistant.review.schema import MembershipRow, UnitRow, UserRow
from assistant.review.views.draft import DraftView, ParagraphView
from assistant.submission.model import Submission
from tests.corpus.material import COUNTY
from tests.drafting.material import submission_at

YEAR = 2025


@dataclass(frozen=True)
class Office:
    """Two units with their people; ``draft_id`` is the first unit's draft."""

    record: Record
    jobs: Jobs
    unit: int
    other: int
    drafter: Actor
    second: Actor
    reviewer: Actor
    stranger: Actor
    admin: Actor
    draft_id: int = 0

    def view(self, actor: Actor | None = None) -> DraftView:
        return open_draft(self.record, actor or self.reviewer, self.draft_id)

    def paragraph(self, part: str, number: int = 0) -> ParagraphView:
        return [each for each in self.view().paragraphs() if each.part == part][number]


def user(record: Record, name: str, role: str, *units: int) -> Actor:
    with record.write() as session:
        row = UserRow(name=name, key=name, role=role, password_hash="-", must_change=False, created=datetime.now(UTC))
        session.add(row)
        session.flush()
        session.add_all(MembershipRow(user_id=row.id, unit_id=unit) for unit in units)
        return Actor(row.id, name, role, frozenset(units))


def add_unit(record: Record, submission: Submission, previous: Submission | None = None) -> int:
    with record.write() as session:
        row = UnitRow(name=submission.unit.name, kind=submission.unit.kind, region="", created=datetime.now(UTC))
        session.add(row)
        session.flush()
        save(session, None, row, submission, previous, base=0, origin="upload")
        return row.id


def county(unit: str, year: int = YEAR) -> Submission:
    return submission_at(COUNTY / str(year) / f"{unit}.json")


@contextmanager
def office(home: Path, url: str = "", *, unit: str = "gonganju") -> Iterator[Office]:
    record = open_record(home, url)
    jobs = Jobs(record, workers=2)
    try:
        first = add_unit(record, county(unit), county(unit, YEAR - 1))
        other = add_unit(record, county("weijianju"))
        people = {
            "drafter": user(record, "甲", "drafter", first),
            "second": user(record, "乙", "drafter", first),
            "reviewer": user(record, "丙", "reviewer", first),
            "stranger": user(record, "丁", "reviewer", other),
            "admin": user(record, "戊", "admin"),
        }
        jobs.start()
        job = start_draft(jobs, people["drafter"], first, YEAR)
        jobs.wait(job.id, 60)
        done = jobs.job(people["drafter"], job.id)
        assert done.state == "done" and done.draft_id is not None, done.message
        yield Office(record, jobs, first, other, **people, draft_id=done.draft_id)
    finally:
        jobs.close()
        record.close()


def plain(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))
