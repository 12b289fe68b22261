"""A finished report as a subject of checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.checks.subject import Peer, Subject
from assistant.errors import FormError
from assistant.form import Form, FormRegistry, default_registry, unit_kinds
from assistant.report.model import Report
from assistant.submission.model import Contact, Submission, UnitProfile


def subject_of_report(
    report: Report,
    *,
    registry: FormRegistry | None = None,
    unit: UnitProfile | None = None,
    previous: Report | Submission | None = None,
    peers: Sequence[Peer] = (),
    today: date | None = None,
) -> Subject:
    """A report as a subject.

    Args:
        report: the report as read.
        registry: known forms; the default ones if None.
        unit: the unit's profile, where one is at hand; otherwise what the report plainly says.
        previous: last year's report, or what was handed in for it.
        peers: other units' reports, for similarity.
        today: the day of checking, for deadlines; None leaves them unjudged.
    """
    forms = registry or default_registry()
    profile = unit or _profile(report)
    return Subject(
        form=_form(report, forms),
        year=report.year,
        unit=profile,
        kind=unit_kinds()[profile.kind] if profile else None,
        cells=report.cells,
        previous_cells=previous.cells if previous else {},
        previous_form=_form(previous, forms) if previous else None,
        previous_year=previous.year if previous else None,
        previous_submission=previous if isinstance(previous, Submission) else None,
        report=report,
        previous_report=previous if isinstance(previous, Report) else None,
        texts=_texts(report),
        previous_texts=_texts(previous) if isinstance(previous, Report) else {},
        peers=tuple(peers),
        published=report.published,
        today=today,
    )


def peer_of_report(report: Report) -> Peer:
    """A report as another unit's, to compare with."""
    names = tuple(filter(None, (report.unit, report.region)))
    return Peer(report.unit, report.year, report.path, _texts(report), names)


def _form(report: Report | Submission, forms: FormRegistry) -> Form:
    """The form the tables follow; without any table the one of the report year, else the latest."""
    if report.form:
        return forms.get(report.form)
    try:
        return forms.for_year(report.year) if report.year else forms.forms[-1]
    except FormError:
        return forms.forms[-1]


def _profile(report: Report) -> UnitProfile | None:
    if not report.unit or not report.kind:
        return None
    values = {"name": report.unit, "kind": report.kind, "region": report.region, "site": report.site}
    return UnitProfile.model_validate({**values, "contact": Contact(phone=report.phone)})


def _texts(report: Report) -> dict[str, str]:
    return {"preface": report.preface, **{section.key: section.text for section in report.sections}}
