"""The cells of a form as rules walk through them: rows, equations by rule, rows that have certain columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from assistant.form import CellDef, Equation, Form

T = TypeVar("T")
_FORMS_REMEMBERED = 32


def per_form(build: Callable[[Form], T]) -> Callable[[Form], T]:
    """Remember the result for each form object; a few dozen at most, since forms read from files are read anew each time."""
    known: dict[int, tuple[Form, T]] = {}

    @wraps(build)
    def remembered(form: Form) -> T:
        if id(form) not in known:
            if len(known) >= _FORMS_REMEMBERED:
                known.clear()
            known[id(form)] = form, build(form)
        return known[id(form)][1]

    return remembered


@dataclass(frozen=True)
class Line:
    """A printed row of cells: ``label`` names it in messages, ``cells`` in printed order."""

    table: str
    label: str
    cells: tuple[CellDef, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of its cells."""
        return tuple(definition.key for definition in self.cells)

    def by_column(self) -> dict[str, str]:
        """Cell keys by column key."""
        return {definition.col.key: definition.key for definition in self.cells}


@per_form
def lines(form: Form) -> tuple[Line, ...]:
    """All rows of all tables in printed order."""
    found: dict[tuple[str, int, str], list[CellDef]] = {}
    for definition in form.cells.values():
        row = definition.row.key if definition.row else ""
        found.setdefault((definition.table, definition.block, row), []).append(definition)
    return tuple(
        Line(table, cells[0].row.prose if cells[0].row else form.table(table).title, tuple(cells))
        for (table, _, _), cells in found.items()
    )


@per_form
def _equations_by_rule(form: Form) -> dict[str, tuple[Equation, ...]]:
    found: dict[str, list[Equation]] = {}
    for equation in form.equations:
        found.setdefault(equation.rule, []).append(equation)
    return {rule: tuple(equations) for rule, equations in found.items()}


def equations_of(form: Form, rule: str) -> tuple[Equation, ...]:
    """The form's equations of one rule; empty if it has none."""
    return _equations_by_rule(form).get(rule, ())


def rows_having(form: Form, *columns: str) -> list[tuple[str, tuple[str, ...]]]:
    """Rows that have all these columns: the row's Chinese name and the cell keys in the order asked for."""
    found = []
    for line in lines(form):
        by_column = line.by_column()
        if all(column in by_column for column in columns):
            found.append((line.label, tuple(by_column[column] for column in columns)))
    return found


def total_column(form: Form, rule: str) -> Equation | None:
    """The equation of a rule whose cells all stand in a total column, None if the form has none."""
    for equation in equations_of(form, rule):
        if all(form.cells[key].col.total for key in equation.terms):
            return equation
    return None
