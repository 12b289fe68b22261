"""Adding the cells of many units: exact, each sum with what it is made of. A sum over anything unusable is no figure.

What may be added, where one thing may be counted twice, and whose figures enter a government's is data: ``data/rollup.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources
from typing import Any

from assistant.facts.tables import why_unusable
from assistant.form import Cell, CellDef, Form, Source
from assistant.form.cell import MAX_DIGITS

NOTHING = "没有可以汇总的单位"


@dataclass(frozen=True)
class Part:
    """One unit's cells of one year, on the form it filled in."""

    unit: str
    cells: Mapping[str, Cell]
    form: Form
    file: str = ""


@dataclass(frozen=True)
class Summand:
    """One unit's share in a sum: ``value`` None where ``why`` says why it cannot be added."""

    unit: str
    value: Decimal | None
    why: str
    raw: str
    source: Source
    placeholder: bool = False


@dataclass(frozen=True)
class Total:
    """A cell added up.

    Attributes:
        value: the exact sum; None when anything is missing from it.
        measure: the unit of measure of the sum where the form leaves it open, else empty.
        summands: each unit's share, by unit name.
        absent: units whose figures are not there at all.
        why: why there is no sum although no summand lacks; empty otherwise.
        skipping: a person said that cells marked as not applicable (“/”) are passed over; else they lack like any other.
    """

    key: str
    value: Decimal | None
    measure: str
    summands: tuple[Summand, ...]
    absent: tuple[str, ...] = ()
    why: str = ""
    skipping: bool = False

    @property
    def lacking(self) -> tuple[Summand, ...]:
        """The summands that should be in the sum and cannot be added."""
        gone = (summand for summand in self.summands if summand.value is None)
        return tuple(summand for summand in gone if not (self.skipping and summand.placeholder))

    @property
    def passed_over(self) -> tuple[Summand, ...]:
        """The summands marked as not applicable that are left out of the sum on a person's word."""
        return tuple(summand for summand in self.summands if self.skipping and summand.placeholder)

    @property
    def not_applicable(self) -> str:
        """The mark that every single unit put into this cell (“/”), empty otherwise."""
        every = not self.absent and bool(self.summands) and all(summand.placeholder for summand in self.summands)
        return self.summands[0].raw.strip() if every else ""

    def cell(self, file: str) -> Cell:
        """The sum as a cell: ok with a value, else blank with a remark that says who is missing; never a figure in doubt."""
        skipped = f"，另有 {len(self.passed_over)} 个填不适用" if self.passed_over else ""
        source = Source(file=file, place=f"{len(self.summands) - len(self.passed_over)} 个单位之和{skipped}")
        if self.value is not None:
            raw = format(self.value, "f") + self.measure
            return Cell(key=self.key, value=self.value, raw=raw, status="ok", unit=self.measure, source=source)
        if self.not_applicable:
            return Cell(key=self.key, raw=self.not_applicable, status="placeholder", source=source)
        return Cell(key=self.key, remark=self.reason, source=source)

    @property
    def reason(self) -> str:
        """Why there is no sum, in Chinese; empty when there is one."""
        if self.value is not None:
            return ""
        names = [*self.absent, *(f"{summand.unit}（{summand.why}）" for summand in self.lacking)]
        return "；".join(filter(None, (self.why, f"缺 {'、'.join(names)}" if names else "")))


@dataclass(frozen=True)
class Doubling:
    """A place where the form invites counting twice: which cells, what to ask, how often it is looked for in notes."""

    id: str
    name: str
    cells: tuple[str, ...]
    message: str
    ask: str
    words: tuple[str, ...]

    def keys(self, form: Form) -> tuple[str, ...]:
        """The cells of a form it is about."""
        return tuple(key for key in form.cells if any(fnmatchcase(key, pattern) for pattern in self.cells))


@lru_cache(maxsize=1)
def rollup_data() -> dict[str, Any]:
    """The declarations, as in the data file."""
    return tomllib.loads((resources.files("assistant.facts") / "data" / "rollup.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def doublings() -> tuple[Doubling, ...]:
    """The declared places of double counting."""
    return tuple(
        Doubling(row["id"], row["name"], tuple(row["cells"]), row["message"], row["ask"], tuple(row["words"]))
        for row in rollup_data()["double"]
    )


def left_out_kind(kind: str, target: str) -> str:
    """Why a unit of this kind does not enter the figures of a unit of the kind ``target``, in Chinese; empty if it does."""
    data = rollup_data()
    order = data["levels"]["order"]
    if target in order and kind in order and order.index(kind) <= order.index(target):
        return str(data["levels"]["reason"])
    return next((str(row["reason"]) for row in data["left_out"] if kind in row["kinds"]), "")


def add_up(form: Form, parts: Iterable[Part], absent: Sequence[str] = (), *, skipping: bool = False) -> dict[str, Total]:
    """Every cell of a form added up over units.

    Args:
        form: the form of the sums.
        parts: the units' cells; their order does not matter.
        absent: names of units whose figures should be in the sums and are not: no sum is a figure then.
        skipping: pass over cells marked as not applicable instead of taking them for missing; a cell that nobody fills has no sum.
    """
    ordered = sorted(parts, key=lambda part: (part.unit, part.file))
    missing = tuple(sorted(absent))
    return {key: _total(form, definition, ordered, missing, skipping) for key, definition in form.cells.items()}


def _total(form: Form, definition: CellDef, parts: Sequence[Part], absent: tuple[str, ...], skipping: bool) -> Total:
    summands = tuple(_summand(form, definition, part) for part in parts)
    measures = {part.cells[definition.key].unit for part in parts if definition.key in part.cells} - {""}
    measure = measures.pop() if not definition.unit and len(measures) == 1 else ""
    why = _why_no_sum(definition, measure, measures, summands, absent)
    total = Total(definition.key, None, "", summands, absent, why, skipping)
    values = [summand.value for summand in summands if summand.value is not None]
    if why or absent or total.lacking or not values:
        return total
    value = exact_sum(values)
    if len(value.as_tuple().digits) > MAX_DIGITS:
        return replace(total, why=f"合计超过 {MAX_DIGITS} 位，请核对各单位的数")
    return replace(total, value=value, measure=measure)


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """The sum without rounding, whatever the number of digits."""
    with localcontext() as context:
        context.prec = 200
        return sum(values, Decimal(0))


def _why_no_sum(definition: CellDef, measure: str, others: set[str], summands: Sequence[Summand], absent: Sequence[str]) -> str:
    data = rollup_data()
    for row in data.get("not_added", ()):
        if any(fnmatchcase(definition.key, pattern) for pattern in row["cells"]):
            return str(row["reason"])
    if not summands and not absent:
        return NOTHING
    unit = definition.unit or measure
    if not definition.unit and others:
        return "各单位填的计量单位不同，不能相加"
    if unit and unit not in data["adds"]:
        return f"以“{unit}”计的数不能相加"
    return ""


def _summand(form: Form, definition: CellDef, part: Part) -> Summand:
    cell = part.cells.get(definition.key)
    why = _why_other_form(form, definition.key, part.form) or why_unusable(definition, cell)
    if cell is None:
        return Summand(part.unit, None, why, "", Source(file=part.file))
    value = None if why else cell.value
    source = cell.source if cell.source.file else cell.source.model_copy(update={"file": part.file})
    return Summand(part.unit, value, why, cell.raw, source, cell.status == "placeholder")


def _why_other_form(form: Form, key: str, own: Form) -> str:
    """Why a cell of another form is not the same quantity; empty when it is."""
    if own.id == form.id:
        return ""
    definition = own.cells.get(key)
    if definition is None:
        return "所用的表没有这一格"
    patterns = (*form.not_comparable.get(own.id, ()), *own.not_comparable.get(form.id, ()))
    if any(fnmatchcase(key, pattern) for pattern in patterns) or definition.unit != form.cells[key].unit:
        return "所用的表与本年的表口径不同"
    return ""
