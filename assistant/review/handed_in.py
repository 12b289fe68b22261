"""A submission as a view: tables with last year beside them, texts with the figures found in them, findings per cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from assistant.checks.engine import run_checks
from assistant.checks.subject import subject_of_submission
from assistant.facts.texts import SourceText, quantity_facts, source_texts
from assistant.form import Form
from assistant.review.access import names_of
from assistant.review.judging import view_of
from assistant.review.saving import empty
from assistant.review.schema import SubmissionRow, UnitRow
from assistant.review.stored import registry
from assistant.review.tables import tables_of
from assistant.review.views.data import FigureView, NoteView, SubmissionView
from assistant.review.views.findings import FindingView
from assistant.submission.build import aspect_labels
from assistant.submission.model import Submission, UnitProfile


@dataclass(frozen=True)
class SubmissionState:
    """What a unit handed in for a year, as last saved; ``content`` None when nothing was. ``source`` says whence last year's is."""

    unit: UnitRow
    year: int
    row: SubmissionRow | None
    content: Submission | None
    previous: Submission | None
    source: str

    @property
    def number(self) -> int:
        """The number of the version, 0 for none."""
        return self.row.number if self.row else 0

    @property
    def previous_given(self) -> Submission | None:
        """Last year's, if it was handed in with this year's."""
        return self.previous if self.row is not None and self.row.previous else None

    @property
    def origin(self) -> str:
        """Where the last version came from."""
        return self.row.origin if self.row else "grid"

    @property
    def upload_id(self) -> str | None:
        """The upload the last version came from."""
        return self.row.upload_id if self.row else None

    def changed(self, content: Submission) -> SubmissionState:
        """The same with other content, not saved."""
        return replace(self, content=content)


def submission_view(session: Session, state: SubmissionState, *, today: date | None = None) -> SubmissionView:
    """A submission for a page.

    Raises:
        FormError: no form covers the year.
    """
    row, unit = state.row, state.unit
    content = state.content or _blank(unit, state.year)
    form = registry().for_report(content.form, state.year)
    findings = findings_on(content, form, state.previous, today) if state.content else ()
    texts = {item.key: item for item in source_texts(content, form)}
    labels = aspect_labels(form)
    previous = state.previous
    return SubmissionView(
        unit_id=unit.id,
        unit=unit.name,
        year=state.year,
        number=state.number,
        form=form.id,
        kind=unit.kind or (content.unit.kind if state.content else ""),
        tables=tables_of(
            form,
            content.cells,
            previous=previous.cells if previous else content.previous_cells,
            previous_form=registry().get(previous.form) if previous else None,
            findings=findings,
        ),
        notes=tuple(
            _note(texts[note.id], labels.get(note.aspect, note.aspect), note.aspect, note.source) for note in content.notes
        ),
        problems=tuple(_note(texts[each.id], "存在的主要问题") for each in content.problems),
        improvements=tuple(_note(texts[each.id], "改进措施") for each in content.improvements),
        follow_ups=tuple(
            _note(texts[f"f{number}"], each.problem, each.status) for number, each in enumerate(content.follow_ups, 1)
        ),
        findings=findings,
        content=state.content,
        aspects=labels,
        last_year=state.source or ("填报件自带的上年数据" if content.previous_cells else ""),
        origin=state.origin if row else "",
        file=content.file if row else "",
        by=names_of(session, [row.by])[row.by] if row else "",
        at=row.at if row else None,
    )


def findings_on(content: Submission, form: Form, previous: Submission | None, today: date | None) -> tuple[FindingView, ...]:
    """The findings on what was handed in, before any writing."""
    subject = subject_of_submission(content, registry=registry(), previous=previous, today=today)
    return tuple(view_of(each, form) for each in run_checks(subject).findings)


def _blank(unit: UnitRow, year: int) -> Submission:
    """Blank tables; a unit of unknown kind is shown as a department's until somebody says."""
    return empty(unit, year, None if unit.kind or unit.profile else UnitProfile(name=unit.name, kind="dept"))


def _note(item: SourceText, label: str, aspect: str = "", source: str = "") -> NoteView:
    return NoteView(item.key, label, item.text, tuple(_figures(item)), aspect, source)


def _figures(item: SourceText) -> Iterator[FigureView]:
    for fact in quantity_facts(item):
        yield FigureView(fact.start, fact.end, fact.key, fact.text, fact.unit)
