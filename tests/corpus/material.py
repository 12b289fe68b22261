"""Reads the project's own material for its tests."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from assistant.form import Equation, Form, FormRegistry, read_value

ROOT = Path(__file__).parents[2]
COUNTY = ROOT / "corpus" / "county"
FAULTY = ROOT / "tests" / "data" / "faulty"
SUBMISSIONS = sorted(COUNTY.glob("*/*.json"))
SAMPLES = sorted((ROOT / "corpus" / "samples").glob("*.json"))
FAULTS = sorted(FAULTY.glob("*.json"))
YEARS = (2023, 2024, 2025)
UNITS = sorted({path.stem for path in SUBMISSIONS})


@cache
def load(path: Path) -> Any:
    """The JSON in a file, a name given twice refused."""
    return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    assert len(values) == len(pairs), [name for name, _ in pairs]
    return values


def county(unit: str, year: int) -> Any:
    return load(COUNTY / str(year) / f"{unit}.json")


def form_of(submission: Any, registry: FormRegistry) -> Form:
    return registry.for_cells(submission["cells"], submission["year"])


def numbers(submission: Any, form: Form) -> dict[str, Decimal]:
    """The cells that rules may calculate with."""
    found = {}
    for key, raw in submission["cells"].items():
        cell = read_value(form.cells[key], "" if raw is None else str(raw))
        if cell.ok and cell.value is not None:
            found[key] = cell.value
    return found


def failing(equations: tuple[Equation, ...], values: dict[str, Decimal]) -> list[Equation]:
    """Equations all of whose terms are numbers and whose sides differ."""
    known = [equation for equation in equations if all(term in values for term in equation.terms)]
    return [equation for equation in known if _side(equation.left, values) != _side(equation.right, values)]


def _side(terms: tuple[str, ...], values: dict[str, Decimal]) -> Decimal:
    return sum((-values[term[1:]] if term.startswith("-") else values[term] for term in terms), Decimal())


def with_previous(values: dict[str, Decimal], previous: dict[str, Decimal]) -> dict[str, Decimal]:
    return values | {f"prev.{key}": value for key, value in previous.items()}


def words(submission: Any) -> str:
    """All that the unit wrote as work notes."""
    return "\n".join(note["text"] for note in submission["notes"])
