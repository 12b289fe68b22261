"""Consistent tables for any form, built from the form's own equations: for properties and as a starting point for faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from hypothesis import strategies as st

from assistant.form import Cell, CellDef, Equation, Form, Source, read_value
from assistant.submission.model import Improvement, Note, Problem, Submission, UnitProfile


def _sums(form: Form) -> dict[str, tuple[str, ...]]:
    """Cells that an equation defines as a plain sum of others."""
    return {eq.right[0]: eq.left for eq in form.equations if len(eq.right) == 1}


def _balances(form: Form) -> tuple[Equation, ...]:
    """Equations with several cells on both sides whose cells are not all sums themselves: the part columns of 表三."""
    sums = _sums(form)
    return tuple(eq for eq in form.equations if len(eq.right) > 1 and eq.left[0] not in sums)


def free_keys(form: Form) -> tuple[str, ...]:
    """Cells that may be chosen freely; all others follow from them."""
    fixed = {*_sums(form), *(key for eq in _balances(form) for key in eq.left)}
    return tuple(key for key in form.cells if key not in fixed)


def complete(form: Form, chosen: Mapping[str, int | Decimal], carried: Mapping[str, int] | None = None) -> dict[str, Decimal]:
    """A consistent value for every cell of a form.

    Args:
        chosen: values of free cells (see :func:`free_keys`); free cells not named are 0.
        carried: per cent of a column's cases carried over from last year, by the key of that cell; 0 if not named.
    """
    values = {key: Decimal(chosen.get(key, 0)) for key in free_keys(form)}
    sums, shares = _sums(form), carried or {}

    def value(key: str) -> Decimal:
        if key not in values:
            values[key] = sum((value(term) for term in sums[key]), Decimal(0))
        return values[key]

    for eq in _balances(form):
        rest = sum((value(key) for key in eq.right), Decimal(0))
        for key in eq.left[1:]:
            values[key] = rest * min(max(shares.get(key, 0), 0), 100) // 100
            rest -= values[key]
        values[eq.left[0]] = rest
    values = {key: value(key) for key in form.cells}
    return values | dict(_plain_rows(form, values))


def _plain_rows(form: Form, values: Mapping[str, Decimal]) -> Iterator[tuple[str, Decimal]]:
    """Rows without equations made plausible: counts of one unit ascend (issued ≤ in force), no more removed than there was."""
    used = {key for eq in form.equations for key in eq.terms}
    rest = (definition for definition in form.cells.values() if definition.key not in used)
    for _, cells in groupby(rest, key=lambda definition: (definition.block, definition.row.key if definition.row else "")):
        row = list(cells)
        if any(definition.signed for definition in row):
            yield from _not_below_zero(row, values)
        elif len({definition.unit for definition in row}) == 1:
            yield from zip((d.key for d in row), sorted(values[d.key] for d in row), strict=True)
        elif any(values[definition.key] == 0 for definition in row):
            yield from ((definition.key, Decimal(0)) for definition in row)


def _not_below_zero(row: list[CellDef], values: Mapping[str, Decimal]) -> Iterator[tuple[str, Decimal]]:
    stock = values[row[0].key]
    for definition in row:
        if definition.signed:
            yield definition.key, max(values[definition.key], -stock)


def cells_from(form: Form, values: Mapping[str, object], place: str = "测试") -> dict[str, Cell]:
    """Cells of a form from values or raw texts; missing keys and None are blank."""
    return {
        key: read_value(definition, _typed(definition, values.get(key)), Source(place=f"{place} {key}"))
        for key, definition in form.cells.items()
    }


def _typed(definition: CellDef, value: object) -> str:
    """What a clerk types: texts as they are, numbers with a unit where the header leaves it open."""
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value}{definition.col.units[-1] if definition.col.units and not definition.unit else ''}"


@st.composite
def consistent_values(draw: st.DrawFn, form: Form, largest: int = 3000) -> dict[str, Decimal]:
    """Values for every cell of a form that satisfy all its equations; most of them 0, as in life."""
    keys = free_keys(form)
    chosen = draw(st.dictionaries(st.sampled_from(keys), st.integers(0, largest), max_size=25))
    shares = draw(
        st.dictionaries(st.sampled_from([key for eq in _balances(form) for key in eq.left]), st.integers(0, 100), max_size=6)
    )
    signed = [key for key in keys if form.cells[key].signed]
    if signed:
        chosen |= draw(st.dictionaries(st.sampled_from(signed), st.integers(-largest, largest), max_size=3))
    amounts = [key for key in keys if not form.cells[key].integer]
    hundredths = draw(st.dictionaries(st.sampled_from(amounts), st.integers(0, largest * 100), max_size=2)) if amounts else {}
    return complete(form, {**chosen, **{key: Decimal(value) / 100 for key, value in hundredths.items()}}, shares)


def consistent_cells(form: Form, largest: int = 3000) -> st.SearchStrategy[dict[str, Cell]]:
    """Filled cells for every cell of a form that satisfy all its equations."""
    return consistent_values(form, largest).map(lambda values: cells_from(form, values))


def example_values(form: Form) -> dict[str, Decimal]:
    """One fixed consistent filling without randomness, with figures in all tables (no 规章): for tests about single rules."""
    chosen = {
        key: (number * number * 5 + number) % 13
        for number, key in enumerate(free_keys(form))
        if not form.cells[key].signed and not key.startswith("t2.rules.")
    }
    shares = {key: 20 for eq in _balances(form) for key in eq.left[1:]}
    return complete(form, chosen, shares)


def example_submission(
    form: Form,
    values: Mapping[str, object] | None = None,
    *,
    kind: str = "dept",
    notes: Iterable[Note | dict[str, str]] | None = None,
    **fields: Any,
) -> Submission:
    """A complete submission of a fictitious unit; ``values`` replace single cells of :func:`example_values`."""
    filled = example_values(form) | dict(values or {})
    unit = UnitProfile.model_validate({"name": "示例县档案局", "kind": kind, "region": "示例县"})
    own = {
        "problems": (Problem(id="p1", text="政策解读形式单一，图解只有两篇"),),
        "improvements": (Improvement(id="i1", text="每份重要文件配发图解和问答", answers=("p1",)),),
        "fee": {"count": 0},
    }
    return Submission.model_validate(
        {
            "unit": unit,
            "year": form.first_year,
            "form": form.id,
            "cells": cells_from(form, filled),
            "notes": tuple(example_notes(form) if notes is None else notes),
            **own,
            **fields,
        }
    )


def example_notes(form: Form) -> Iterator[Note]:
    """A note for each aspect of the first part, which names the results that governments owe."""
    results = "、".join(result.words[0] for result in form.results)
    for number, aspect in enumerate(form.aspects, start=1):
        yield Note.model_validate({"id": f"n{number}", "aspect": aspect.key, "text": f"{aspect.heading}：已开展{results}工作"})
