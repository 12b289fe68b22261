"""What a report is written from and audited against: everything before the writing."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.drafting.brief import Brief
from assistant.drafting.offline.voice import Voice
from assistant.drafting.planning import Planner
from assistant.drafting.previous import require_last_year, same_unit
from assistant.facts.ledger import Ledger, build_ledger
from assistant.form import Form, FormRegistry, UnitKind, scope_word, self_name, unit_kinds
from assistant.submission.model import Submission


@dataclass(frozen=True)
class Material:
    """What one report is written from.

    Attributes:
        registry: known forms.
        submission, form: what was handed in, and the form it is judged by.
        previous, previous_form: last year's; None when not handed in or another unit's.
        ledger: the facts.
        other_unit: the unit whose submission was handed in as last year's and set aside; empty if none was.
    """

    registry: FormRegistry
    submission: Submission
    form: Form
    previous: Submission | None
    previous_form: Form | None
    ledger: Ledger
    other_unit: str = ""

    @property
    def kind(self) -> UnitKind:
        """The unit's kind."""
        return unit_kinds()[self.submission.unit.kind]

    def plan(self) -> Brief:
        """The brief that the facts and the form's duties ask for."""
        return Planner(self.submission, self.form, self.ledger, self.kind, self.previous).brief()

    def voice(self) -> Voice:
        """How the unit speaks of itself, with its facts, for one round of writing; its list of hints is empty."""
        unit = self.submission.unit
        return Voice(
            submission=self.submission,
            previous=self.previous,
            form=self.form,
            ledger=self.ledger,
            kind=self.kind,
            own=self_name(self.kind, unit.name, unit.region),
            scope=scope_word(self.kind, unit.name, unit.region),
            registry=self.registry,
        )


def gather(submission: Submission, registry: FormRegistry, *, previous: Submission | None = None) -> Material:
    """Gather what a report is written from.

    Args:
        submission: what the unit handed in.
        registry: known forms.
        previous: last year's submission, if any; another unit's is set aside and named in the result.

    Raises:
        InputError: ``previous`` is of another year than the one before.
        FormError: no form covers the year.
    """
    form = registry.for_report(submission.form, submission.year)
    other_unit = ""
    if previous is not None:
        require_last_year(submission, previous)
        if not same_unit(submission.unit, previous.unit):
            other_unit, previous = previous.unit.name, None
    previous_form = registry.get(previous.form) if previous else None
    return Material(
        registry=registry,
        submission=submission,
        form=form,
        previous=previous,
        previous_form=previous_form,
        ledger=build_ledger(submission, form, previous, previous_form),
        other_unit=other_unit,
    )
