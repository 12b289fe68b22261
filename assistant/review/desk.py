"""The desk: each unit and year one works for, how it stands and when it is due."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from assistant.checks.engine import run_checks
from assistant.checks.subject import subject_of_submission
from assistant.form import UnitKind, unit_kinds
from assistant.review.access import names_of
from assistant.review.engine import Record
from assistant.review.remembered import Remembered
from assistant.review.rights import Actor, require
from assistant.review.schema import (
    DecisionRow,
    DraftRow,
    FindingRow,
    ParagraphRow,
    ParagraphVersionRow,
    RulingRow,
    SentenceRow,
    SubmissionRow,
    UnitRow,
)
from assistant.review.stored import material_of
from assistant.review.views.desk import DeskRow, DeskState, DeskView

_counted: Remembered[tuple[int, int, bool]] = Remembered(2000)
_DRAFTED: dict[str, DeskState] = {"draft": "draft", "review": "review", "final": "final"}


def desk(record: Record, actor: Actor, today: date) -> DeskView:
    """What there is to do: one row for each of the actor's units in the report year, and for earlier years that have data.

    Args:
        record: the record.
        actor: who looks; only own units are shown, an admin sees all.
        today: the day, for deadlines (Article 49); the report year is the year before it.
    """
    year = today.year - 1
    with record.read() as session:
        units = [unit for unit in session.execute(select(UnitRow).order_by(UnitRow.name)).scalars() if actor.of(unit.id)]
        for unit in units[:1]:
            require(actor, "view", unit.id)
        submissions = _newest(session, [unit.id for unit in units])
        drafts = _drafts(session, [unit.id for unit in units])
        tallies = _tallies(session, [draft.id for draft in drafts.values()])
        names = names_of(session, [*(each.by for each in submissions.values()), *(each.updated_by for each in tallies.values())])
        rows = [
            _row(unit, each, submissions.get((unit.id, each)), drafts.get((unit.id, each)), tallies, names, today)
            for unit in units
            for each in {year, *(known for owner, known in (*submissions, *drafts) if owner == unit.id)}
        ]
    rows.sort(key=lambda row: -row.year)
    counts: Counter[DeskState] = Counter(row.state for row in rows if row.year == year)
    return DeskView(year, tuple(rows), dict(counts))


@dataclass
class _Tally:
    """How one draft stands, counted in the database."""

    paragraphs: int = 0
    decided: int = 0
    gaps: int = 0
    errors: int = 0
    warnings: int = 0
    updated: datetime | None = None
    updated_by: int | None = None

    def touched(self, at: datetime, by: int | None) -> None:
        """Somebody did something."""
        if self.updated is None or at > self.updated:
            self.updated, self.updated_by = at, by


def _newest(session: Session, units: Iterable[int]) -> dict[tuple[int, int], SubmissionRow]:
    last = select(SubmissionRow.unit_id, SubmissionRow.year, func.max(SubmissionRow.number).label("number"))
    newest = last.where(SubmissionRow.unit_id.in_(list(units))).group_by(SubmissionRow.unit_id, SubmissionRow.year).subquery()
    found = select(SubmissionRow).join(
        newest,
        (SubmissionRow.unit_id == newest.c.unit_id)
        & (SubmissionRow.year == newest.c.year)
        & (SubmissionRow.number == newest.c.number),
    )
    return {(row.unit_id, row.year): row for row in session.execute(found).scalars()}


def _drafts(session: Session, units: Iterable[int]) -> dict[tuple[int, int], DraftRow]:
    wanted = select(DraftRow).where(DraftRow.unit_id.in_(list(units)), DraftRow.state != "superseded")
    wanted = wanted.options(defer(DraftRow.content), defer(DraftRow.brief)).order_by(DraftRow.number)
    return {(row.unit_id, row.year): row for row in session.execute(wanted).scalars()}


def _tallies(session: Session, drafts: list[int]) -> dict[int, _Tally]:
    found: dict[int, _Tally] = defaultdict(_Tally)
    newest = (
        select(func.max(ParagraphVersionRow.id).label("id"))
        .join(ParagraphRow, ParagraphRow.id == ParagraphVersionRow.paragraph_id)
        .where(ParagraphRow.draft_id.in_(drafts), ParagraphRow.retired_at.is_(None))
        .group_by(ParagraphVersionRow.paragraph_id)
    )
    heads = select(ParagraphVersionRow, ParagraphRow.draft_id).join(
        ParagraphRow, ParagraphRow.id == ParagraphVersionRow.paragraph_id
    )
    owner = {}
    for version, draft in session.execute(heads.where(ParagraphVersionRow.id.in_(newest))):
        owner[version.id] = draft
        found[draft].paragraphs += 1
        found[draft].touched(version.at, version.by)
    last = {}
    for decision in session.execute(
        select(DecisionRow).where(DecisionRow.version_id.in_(newest)).order_by(DecisionRow.id)
    ).scalars():
        last[decision.version_id] = decision
    rejected = {version for version, decision in last.items() if decision.kind == "reject"}
    for version_id, decision in last.items():
        tally = found[owner[version_id]]
        tally.decided += decision.kind in ("accept", "reject")
        tally.touched(decision.at, decision.by)
    gaps = select(SentenceRow.version_id, func.count()).where(SentenceRow.version_id.in_(newest), SentenceRow.gap.is_not(None))
    for version_id, count in session.execute(gaps.group_by(SentenceRow.version_id)):
        if version_id not in rejected:
            found[owner[version_id]].gaps += count
    _count_findings(session, drafts, found)
    return found


def _count_findings(session: Session, drafts: list[int], found: Mapping[int, _Tally]) -> None:
    verdicts: dict[tuple[int, int, str], str] = {}
    places = {
        row.id: (row.unit_id, row.year)
        for row in session.execute(select(DraftRow.id, DraftRow.unit_id, DraftRow.year).where(DraftRow.id.in_(drafts)))
    }
    ruled = select(RulingRow.fingerprint, RulingRow.verdict, DraftRow.unit_id, DraftRow.year)
    for each in session.execute(ruled.join(DraftRow, DraftRow.id == RulingRow.draft_id).order_by(RulingRow.id)):
        verdicts[each.unit_id, each.year, each.fingerprint] = each.verdict
    wanted = select(FindingRow).where(FindingRow.draft_id.in_(drafts), FindingRow.open.is_(True))
    for row in session.execute(wanted).scalars():
        if verdicts.get((*places[row.draft_id], row.fingerprint)) != "accept":
            found[row.draft_id].errors += row.content["severity"] == "error"
            found[row.draft_id].warnings += row.content["severity"] == "warning"


def _row(
    unit: UnitRow,
    year: int,
    submission: SubmissionRow | None,
    draft: DraftRow | None,
    tallies: Mapping[int, _Tally],
    names: Mapping[int | None, str],
    today: date,
) -> DeskRow:
    kind: UnitKind | None = unit_kinds().get(unit.kind)
    due = kind.deadline_for(year) if kind else None
    errors, warnings, blank = _data(submission) if submission else (0, 0, True)
    tally = tallies[draft.id] if draft and draft.id in tallies else _Tally()
    if submission is not None:
        tally.touched(submission.at, submission.by)
    state: DeskState = "no_data" if blank else "has_errors" if errors else "ready"
    if draft is not None:
        state, errors, warnings = _DRAFTED[draft.state], tally.errors, tally.warnings
    return DeskRow(
        unit_id=unit.id,
        unit=unit.name,
        kind_label=kind.label if kind else "",
        year=year,
        state=state,
        due=due,
        days_left=(due - today).days if due else None,
        submission_id=submission.id if submission else None,
        draft_id=draft.id if draft else None,
        errors=errors,
        warnings=warnings,
        gaps=tally.gaps,
        decided=tally.decided,
        paragraphs=tally.paragraphs,
        updated=tally.updated,
        updated_by=names.get(tally.updated_by, ""),
    )


def _data(row: SubmissionRow) -> tuple[int, int, bool]:
    """Error and warning findings on what was handed in, and whether nothing is filled in yet."""
    return _counted.get((row.id, row.sha256), lambda: _judged(row))


def _judged(row: SubmissionRow) -> tuple[int, int, bool]:
    material = material_of(row)
    given = material.submission
    found = run_checks(subject_of_submission(given, registry=material.registry, previous=material.previous)).findings
    told = Counter(each.severity for each in found if each.status == "fail")
    blank = all(cell.status == "blank" for cell in given.cells.values()) and not given.notes
    return told["error"], told["warning"], blank
