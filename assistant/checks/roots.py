"""One root cause shown once."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.checks.engine import shown
from assistant.checks.finding import Finding
from assistant.checks.subject import Subject


def merge_roots(subject: Subject, outcomes: Iterable[Finding]) -> list[Finding]:
    """The failures and unknowns among ``outcomes``, those of one root cause merged into one finding."""
    return list(shown(outcomes))
