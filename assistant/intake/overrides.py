"""What the person says about an input that the input itself does not say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Overrides:
    """Unit kind (a key), report year and unit name given beside the file; None where nothing was given."""

    kind: str | None = None
    year: int | None = None
    unit: str | None = None


NONE_GIVEN = Overrides()
