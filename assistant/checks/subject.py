"""What is checked: a submission, a draft or a report, with last year's and the unit's profile, in one read-only object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from assistant.form import Cell, Form, FormRegistry, UnitKind, default_registry, unit_kinds
from assistant.report.model import Report
from assistant.submission.model import Submission, UnitProfile

if TYPE_CHECKING:
    from assistant.facts.model import Fact

PREVIOUS = "prev."


class Ledger(Protocol):
    """The facts a text may state, looked up by key."""

    def get(self, key: str, /) -> Fact | None:
        """The fact with this key, None if there is none."""
        ...


class SentenceLike(Protocol):
    """A sentence of a draft, as far as rules look at it."""

    @property
    def text(self) -> str:
        """The sentence with slots ``{key}``."""
        ...

    @property
    def rendered(self) -> str:
        """The sentence as printed."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of the facts, notes and provisions it rests on."""
        ...

    @property
    def gap(self) -> str | None:
        """The missing thing it marks, None for an ordinary sentence."""
        ...


@dataclass(frozen=True, slots=True)
class PlacedSentence:
    """A sentence of a draft with its place: ``start`` and ``end`` count characters in ``Subject.texts[part]``."""

    part: str
    start: int
    end: int
    sentence: SentenceLike


@dataclass(frozen=True, eq=False)
class Peer:
    """Another unit's report to compare with: ``names`` are its unit and region names, ``texts`` as for :class:`Subject`."""

    unit: str
    year: int | None
    path: str
    texts: Mapping[str, str]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """Everything a rule may look at.

    Attributes:
        form, year: the form the cells belong to and the report year (None when a report does not tell). For a submission on
            another year's tables the duties of the text are those of the year's own form.
        unit, kind: who reports; None when a foreign report does not tell.
        cells: this year's cells by key; a missing key counts as blank.
        previous_cells, previous_form, previous_year: last year's, empty when not handed in.
        previous_trusted: last year's figures were checked by this program (severity of X-CARRY).
        submission, previous_submission: what was handed in, if the subject is (drawn from) a submission.
        other_unit: the unit whose submission was handed in as last year's and set aside; empty if none was.
        report, previous_report: what was read, if the subject is a finished report.
        texts: text by part key (``preface``, ``s1.active`` …, ``sec1``, ``sec5``, ``sec6``) of a draft or a report.
        previous_texts: the same of last year's report.
        sentences: the sentences of a draft; empty for reports.
        ledger: the facts a draft may state.
        peers: other units' reports, for similarity.
        published: date on the report; ``today``: the day of checking, for deadlines. Neither is ever taken from a clock here.
    """

    form: Form
    year: int | None
    unit: UnitProfile | None = None
    kind: UnitKind | None = None
    cells: Mapping[str, Cell] = field(default_factory=dict)
    previous_cells: Mapping[str, Cell] = field(default_factory=dict)
    previous_form: Form | None = None
    previous_year: int | None = None
    previous_trusted: bool = False
    submission: Submission | None = None
    previous_submission: Submission | None = None
    other_unit: str = ""
    report: Report | None = None
    previous_report: Report | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    previous_texts: Mapping[str, str] = field(default_factory=dict)
    sentences: tuple[PlacedSentence, ...] = ()
    ledger: Ledger | None = None
    peers: tuple[Peer, ...] = ()
    published: date | None = None
    today: date | None = None

    def cell(self, key: str) -> Cell:
        """The cell with this key (``prev.`` for last year's); a blank one if it is not there."""
        if key.startswith(PREVIOUS):
            bare = key[len(PREVIOUS) :]
            return self.previous_cells.get(bare) or Cell(key=bare)
        return self.cells.get(key) or Cell(key=key)

    def value(self, key: str) -> Decimal | None:
        """The value of a cell rules may calculate with (status ok), else None. Blank is never 0."""
        cells = self.cells
        if key.startswith(PREVIOUS):
            key, cells = key[len(PREVIOUS) :], self.previous_cells
        cell = cells.get(key)
        return cell.value if cell is not None and cell.status == "ok" else None

    def label(self, key: str) -> str:
        """The Chinese label of a cell, such as 表三 新收·总计; last year's says so."""
        if key.startswith(PREVIOUS):
            bare = key[len(PREVIOUS) :]
            definition = (self.previous_form or self.form).cells.get(bare)
            return f"上年{definition.label if definition else bare}"
        definition = self.form.cells.get(key)
        return definition.label if definition else key

    def has(self, *keys: str) -> bool:
        """Whether the form (last year's for ``prev.`` keys) has all these cells."""
        return all(self._form_cells(key).get(key.removeprefix(PREVIOUS)) is not None for key in keys)

    def _form_cells(self, key: str) -> Mapping[str, object]:
        if not key.startswith(PREVIOUS):
            return self.form.cells
        return self.previous_form.cells if self.previous_form else {}


def subject_of_submission(
    submission: Submission,
    *,
    registry: FormRegistry | None = None,
    previous: Submission | None = None,
    previous_trusted: bool = False,
    today: date | None = None,
) -> Subject:
    """A submission as a subject.

    Args:
        submission: what was handed in.
        registry: known forms; the default ones if None.
        previous: last year's submission; without one, the figures of last year inside ``submission`` are used.
        previous_trusted: whether last year's figures were checked by this program.
        today: the day of checking, for deadlines; None leaves them unjudged.
    """
    forms = registry or default_registry()
    cells = previous.cells if previous else submission.previous_cells
    year = previous.year if previous else submission.year - 1
    form = forms.get(previous.form) if previous else _form_for(forms, cells, year)
    return Subject(
        form=forms.for_report(submission.form, submission.year),
        year=submission.year,
        unit=submission.unit,
        kind=unit_kinds()[submission.unit.kind],
        cells=submission.cells,
        previous_cells=cells,
        previous_form=form if cells else None,
        previous_year=year if cells or previous else None,
        previous_trusted=previous_trusted,
        submission=submission,
        previous_submission=previous,
        today=today,
    )


def _form_for(forms: FormRegistry, cells: Iterable[str], year: int) -> Form | None:
    keys = tuple(cells)
    return forms.for_cells(keys, year) if keys else None
