"""Why each rule exists, for those who read its findings."""

from __future__ import annotations

from functools import lru_cache

from assistant.checks import all_rules


@lru_cache(maxsize=1)
def reasons() -> dict[str, str]:
    """The reason of each rule by id, its formula where it states none; what is said for reports wins."""
    ordered = sorted(all_rules(), key=lambda rule: "report" in rule.scope)
    return {rule.id: rule.reason or rule.formula for rule in ordered}


@lru_cache(maxsize=1)
def formulas() -> dict[str, str]:
    """What must hold, by rule id."""
    ordered = sorted(all_rules(), key=lambda rule: "report" in rule.scope)
    return {rule.id: rule.formula for rule in ordered}
