"""The findings on a draft as it stands: computed from the text, remembered, ruled on, noted in the record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.checking.reasons import reasons
from assistant.checks.finding import Finding
from assistant.checks.subject import PREVIOUS
from assistant.drafting.audit import audit_parts
from assistant.form import Form
from assistant.review.present import Head, Place, Present
from assistant.review.remembered import Remembered
from assistant.review.schema import CommentResolutionRow, CommentRow, DraftRow, FindingRow, RulingRow, SuggestionRow, UserRow
from assistant.review.views.draft import Counts
from assistant.review.views.findings import FindingView, RulingView

if TYPE_CHECKING:
    from assistant.review.engine import Record

_findings: Remembered[tuple[Finding, ...]] = Remembered(128)


def findings_of(present: Present) -> tuple[Finding, ...]:
    """The findings on a draft's text as it stands; rejected paragraphs are not part of it.

    Raises:
        AssistantError: a rule failed to run.
    """
    return _findings.get((present.row.id, present.content), lambda: audit_parts(present.material, present.parts))


def rulings_of(session: Session, row: DraftRow) -> dict[str, RulingView]:
    """The rulings in force by fingerprint: those on this draft and on earlier ones of the same unit and year."""
    wanted = (
        select(RulingRow.fingerprint, RulingRow.verdict, RulingRow.why, UserRow.name, RulingRow.at)
        .join(DraftRow, DraftRow.id == RulingRow.draft_id)
        .join(UserRow, UserRow.id == RulingRow.by)
        .where(DraftRow.unit_id == row.unit_id, DraftRow.year == row.year)
        .order_by(RulingRow.id)
    )
    last = {mark: (verdict, RulingView(why, by, at)) for mark, verdict, why, by, at in session.execute(wanted)}
    return {mark: view for mark, (verdict, view) in last.items() if verdict == "accept"}


def views_of(present: Present, found: Sequence[Finding], rulings: Mapping[str, RulingView]) -> tuple[FindingView, ...]:
    """Findings for a page, each at its paragraph and sentence."""
    by_part: dict[str, list[tuple[Place, Head]]] = defaultdict(list)
    for head in present.heads:
        place = present.places.get(head.id)
        if place:
            by_part[place.part].append((place, head))
    return tuple(_placed(present.material.form, each, by_part.get(each.section, ()), rulings) for each in found)


def _placed(form: Form, finding: Finding, heads: Sequence[tuple[Place, Head]], rulings: Mapping[str, RulingView]) -> FindingView:
    paragraph = sentence = start = end = None
    if finding.start is not None and finding.end is not None:
        for place, head in heads:
            if place.start <= finding.start < max(place.end, place.start + 1):
                paragraph, start, end = head.id, finding.start - place.start, min(finding.end, place.end) - place.start
                sentence = _sentence_at(head.sentence_ids, [len(each.rendered) for each in head.sentences], start)
                break
    return view_of(finding, form, rulings.get(finding.fingerprint), paragraph=paragraph, sentence=sentence, span=(start, end))


def _sentence_at(ids: Sequence[int], sizes: Sequence[int], position: int) -> int | None:
    for number, size in zip(ids, sizes, strict=True):
        if position < size:
            return number
        position -= size
    return ids[-1] if ids else None


def view_of(
    finding: Finding,
    form: Form,
    ruling: RulingView | None = None,
    *,
    paragraph: int | None = None,
    sentence: int | None = None,
    span: tuple[int | None, int | None] | None = None,
) -> FindingView:
    """A finding for a page; ``span`` replaces the finding's own where it is counted in something else."""
    start, end = span if span is not None else (finding.start, finding.end)
    about = finding.suspects or finding.cells
    keys = (key.removeprefix(PREVIOUS) for key in about)
    table = next((form.cells[key].table for key in keys if key in form.cells), "")
    return FindingView(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        severity=finding.severity,
        status="unknown" if finding.status == "unknown" else "fail",
        message=finding.message,
        remedy=finding.remedy,
        reason=reasons().get(finding.rule, ""),
        section=finding.section,
        quote=finding.quote,
        place=finding.place,
        start=start,
        end=end,
        paragraph_id=paragraph,
        sentence_id=sentence,
        cells=finding.cells or finding.missing,
        suspects=finding.suspects,
        table=table,
        left=_shown(finding.left),
        right=_shown(finding.right),
        difference=_shown(finding.difference),
        also=finding.also,
        other=finding.other,
        alike=finding.alike,
        ruling=ruling,
    )


def _shown(value: int | str | None) -> str:
    return "" if value is None else str(value)


@dataclass(frozen=True)
class Judged:
    """A draft as it stands with its findings; ``open_suggestions`` by paragraph."""

    present: Present
    findings: tuple[FindingView, ...]
    open_suggestions: Mapping[int, int]
    open_comments: int

    @property
    def counts(self) -> Counts:
        """How the draft stands."""
        heads = self.present.heads
        told = [each for each in self.findings if each.ruling is None and each.status == "fail"]
        return Counts(
            errors=sum(each.severity == "error" for each in told),
            warnings=sum(each.severity == "warning" for each in told),
            infos=sum(each.severity == "info" for each in told),
            unknown=sum(each.status == "unknown" for each in self.findings),
            ruled=sum(each.ruling is not None for each in self.findings),
            paragraphs=len(heads),
            undecided=sum(head.state == "undecided" for head in heads),
            accepted=sum(head.state == "accepted" for head in heads),
            rejected=sum(head.state == "rejected" for head in heads),
            gaps=gaps_of(self.present),
            suggestions=sum(self.open_suggestions.values()),
            comments=self.open_comments,
        )


def gaps_of(present: Present) -> int:
    """Gap marks in the text as it would be exported."""
    return sum(each.gap is not None for head in present.heads if head.state != "rejected" for each in head.sentences)


def judge(session: Session, present: Present) -> Judged:
    """The findings on a draft with rulings, and what is still open on it."""
    findings = views_of(present, findings_of(present), rulings_of(session, present.row))
    versions = [head.version_id for head in present.heads]
    waiting = select(SuggestionRow.paragraph_id).where(SuggestionRow.base_version_id.in_(versions), SuggestionRow.state == "open")
    open_suggestions: dict[int, int] = {}
    for (paragraph,) in session.execute(waiting):
        open_suggestions[paragraph] = open_suggestions.get(paragraph, 0) + 1
    resolved = select(CommentResolutionRow.comment_id)
    comments = select(CommentRow.id).where(CommentRow.draft_id == present.row.id, CommentRow.id.not_in(resolved))
    return Judged(present, findings, open_suggestions, len(session.execute(comments).all()))


def note_findings(record: Record, present: Present, found: Sequence[Finding]) -> None:
    """Bring the record's list of findings up to date, for lists of drafts; a draft itself is always judged by its text."""
    marks = {each.fingerprint for each in found if each.fingerprint and each.status == "fail"}
    with record.read() as session:
        wanted = select(FindingRow.fingerprint).where(FindingRow.draft_id == present.row.id, FindingRow.open.is_(True))
        if set(session.execute(wanted).scalars()) == marks:
            return
    with record.write() as session:
        write_findings(session, present.row.id, found)


def write_findings(session: Session, draft_id: int, found: Sequence[Finding]) -> None:
    """Bring the list of a draft's findings up to date inside a write."""
    now = datetime.now(UTC)
    by_mark = {each.fingerprint: each for each in found if each.fingerprint and each.status == "fail"}
    wanted = select(FindingRow).where(FindingRow.draft_id == draft_id)
    rows = {row.fingerprint: row for row in session.execute(wanted).scalars()}
    for mark, row in rows.items():
        row.open = row.open and mark in by_mark
    for mark, finding in by_mark.items():
        content = finding.model_dump(mode="json")
        if mark in rows:
            rows[mark].content, rows[mark].last_seen, rows[mark].open = content, now, True
        else:
            session.add(FindingRow(draft_id=draft_id, fingerprint=mark, content=content, first_seen=now, last_seen=now, open=True))
