"""Units worth a call: the declared rules of ``data/overview.toml``, each with its reason in words. No figure, no verdict."""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from statistics import mean, median
from typing import Any

from assistant.batch.overview_model import Outlier, UnitLine
from assistant.batch.similarity import CopiedPair
from assistant.facts.tables import one_decimal, plain_number

_NORMAL = 0.6745  # median absolute deviation of a normal distribution, in standard deviations
_NORMAL_MEAN = 0.7979  # mean absolute deviation likewise

Row = dict[str, Any]


@lru_cache(maxsize=1)
def overview_data() -> dict[str, Any]:
    """The declarations, as in the data file."""
    return tomllib.loads((resources.files("assistant.batch") / "data" / "overview.toml").read_text(encoding="utf-8"))


def outliers(
    units: Sequence[UnitLine], pairs: Sequence[CopiedPair] = (), last_year: Sequence[CopiedPair] = ()
) -> Iterator[Outlier]:
    """What the declared rules say, rule by rule.

    Args:
        units: all units of the run.
        pairs, last_year: copied text, by unit key.
    """
    for row in overview_data()["rules"]:
        if row["kind"] == "last_year":
            yield from _copied(row, units, last_year, both=False)
        elif row["kind"] == "copied":
            yield from _copied(row, units, pairs, both=True)
        elif row["kind"] == "spread":
            yield from _spread(row, units)
        else:
            judge = _JUDGES[row["kind"]]
            for unit in units:
                words = judge(row, unit)
                if words is not None:
                    yield _told(row, unit, words)


def _told(row: Row, unit: UnitLine, words: dict[str, object]) -> Outlier:
    return Outlier(rule=row["id"], unit=unit.key, name=unit.unit, text=str(row["text"]).format_map(words))


def _now(unit: UnitLine, key: str) -> Decimal | None:
    return unit.figures[key].now if key in unit.figures else None


def _both(unit: UnitLine, key: str) -> tuple[Decimal, Decimal] | None:
    figure = unit.figures.get(key)
    if figure is None or figure.now is None or figure.before is None:
        return None
    return figure.now, figure.before


def _times(row: Row, unit: UnitLine) -> dict[str, object] | None:
    both = _both(unit, row["of"])
    if both is None or both[1] <= 0:
        return None
    now, before = both
    if now < before * Decimal(row["times"]) or now - before < Decimal(row["least"]):
        return None
    return {"now": plain_number(now), "before": plain_number(before), "ratio": one_decimal(now / before)}


def _fell(row: Row, unit: UnitLine) -> dict[str, object] | None:
    both = _both(unit, row["of"])
    if both is None or both[0] <= 0:
        return None
    now, before = both
    if now * Decimal(row["times"]) > before or before - now < Decimal(row["least"]):
        return None
    return {"now": plain_number(now), "before": plain_number(before)}


def _vanished(row: Row, unit: UnitLine) -> dict[str, object] | None:
    both = _both(unit, row["of"])
    if both is None or both[0] != 0 or both[1] < Decimal(row["least"]):
        return None
    return {"before": plain_number(both[1])}


def _share(row: Row, unit: UnitLine) -> dict[str, object] | None:
    part, whole = _now(unit, row["of"]), _now(unit, row["whole"])
    if part is None or not whole or part < Decimal(row["least"]) or part > whole or part < whole * Decimal(row["share"]):
        return None
    return {"now": plain_number(part), "whole": plain_number(whole), "percent": one_decimal(part * 100 / whole)}


def _none(row: Row, unit: UnitLine) -> dict[str, object] | None:
    part, whole = _now(unit, row["of"]), _now(unit, row["whole"])
    if part != 0 or whole is None or whole < Decimal(row["least"]):
        return None
    return {"whole": plain_number(whole)}


def _state(_row: Row, unit: UnitLine) -> dict[str, object] | None:
    if unit.state in ("done", "waiting"):
        return None
    return {"state": unit.state_name, "message": unit.message or "没有说明"}


def _late(_row: Row, unit: UnitLine) -> dict[str, object] | None:
    if unit.state == "done" or unit.due is None or unit.days_left is None or unit.days_left >= 0:
        return None
    return {"due": f"{unit.due.year}年{unit.due.month}月{unit.due.day}日", "days": -unit.days_left}


def _errors(row: Row, unit: UnitLine) -> dict[str, object] | None:
    return {"count": unit.errors} if unit.errors >= int(row["least"]) else None


_JUDGES: dict[str, Callable[[Row, UnitLine], dict[str, object] | None]] = {
    "times": _times, "fell": _fell, "vanished": _vanished, "share": _share, "none": _none,
    "state": _state, "late": _late, "errors": _errors,
}  # fmt: skip


def _spread(row: Row, units: Sequence[UnitLine]) -> Iterator[Outlier]:
    """Far above units of the same kind, by logarithms, because counts of units of one kind differ by factors."""
    by_kind: dict[str, list[tuple[UnitLine, Decimal]]] = defaultdict(list)
    for unit in units:
        value = _now(unit, row["of"])
        if value is not None and value >= 0:
            by_kind[unit.kind].append((unit, value))
    for found in by_kind.values():
        if len(found) < int(row["units"]):
            continue
        values = [value for _unit, value in found]
        scores = robust_scores([math.log1p(value) for value in values])
        middle = median(values)
        for (unit, value), score in zip(found, scores, strict=True):
            if score >= float(row["score"]) and value >= Decimal(row["least"]):
                words = {"now": plain_number(value), "median": plain_number(middle), "units": len(found), "kind": unit.kind_label}
                yield _told(row, unit, words)


def robust_scores(values: Sequence[float]) -> list[float]:
    """How far each value lies from the median, in robust standard deviations (Iglewicz and Hoaglin's modified z-score).

    Where more than half of the values are equal, the mean absolute deviation takes the place of the median one; 0 throughout
    where all are equal.
    """
    middle = median(values)
    gaps = [abs(value - middle) for value in values]
    scale = median(gaps) / _NORMAL or mean(gaps) / _NORMAL_MEAN
    return [(value - middle) / scale if scale else 0.0 for value in values]


def _copied(row: Row, units: Sequence[UnitLine], pairs: Sequence[CopiedPair], *, both: bool) -> Iterator[Outlier]:
    """Each unit once, with the pair it shares most with; pairs come with the largest share first."""
    lines, told = {unit.key: unit for unit in units}, set[str]()
    for pair in pairs:
        sides = ((pair.first, pair.second, pair.copied, pair.of), (pair.second, pair.first, pair.copied_back, pair.of_second))
        for own, other, copied, of in sides[: 2 if both else 1]:
            if own in lines and own not in told and of and copied / of >= float(row["share"]):
                told.add(own)
                name = lines[other].unit if other in lines else other
                yield _told(row, lines[own], {"percent": round(100 * copied / of), "other": name})
