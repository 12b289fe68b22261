"""What the person says about an input that the input itself does not say."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.submission.model import Given


@dataclass(frozen=True)
class Overrides:
    """Unit kind (a key), report year and unit name given beside the file; None where nothing was given.

    ``fallback`` ones only fill in what an input does not say; others win over what was read from a report, and a
    submission that contradicts them is refused.
    """

    kind: str | None = None
    year: int | None = None
    unit: str | None = None
    fallback: bool = False

    def given(self) -> Given:
        """The same for readers of submissions, to be used where the input says nothing."""
        return Given(name=self.unit, kind=self.kind, year=self.year)

    def for_previous(self) -> Overrides:
        """The same for last year's input, where the unit may have had another name: to fall back on only."""
        return Overrides(self.kind, self.year - 1 if self.year else None, self.unit, fallback=True)


NONE_GIVEN = Overrides()
