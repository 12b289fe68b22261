"""The catalogue: every declared rule of every family."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

from assistant.checks.engine import Rule, declared

FAMILIES: tuple[str, ...] = (
    "inputs",
    "cells",
    "table2",
    "table3",
    "table4",
    "cross_year",
    "coverage",
    "deadlines",
    "text_numbers",
    "text_sums",
    "text_statements",
    "text_years",
    "text_names",
    "text_references",
    "text_coverage",
    "text_style",
    "structure",
    "coverage_report",
    "coverage_text",
    "coverage_followup",
    "text_basis",
    "text_identity",
    "text_provisions",
    "text_scope",
    "similarity",
)
"""Modules of this package that declare rules, in the order they are run and listed."""


@lru_cache(maxsize=1)
def all_rules() -> tuple[Rule, ...]:
    """Every declared rule, family by family. Imports the families on first use."""
    for name in FAMILIES:
        import_module(f"assistant.checks.{name}")
    return declared()
