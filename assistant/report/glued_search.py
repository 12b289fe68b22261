"""Which ways to part the glued rows of a table agree with the sums across rows, and with one error fewer than any rival."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from assistant.form import Equation
from assistant.report.glued_splits import GluedRow, Split, TooMuchWork

MOST_NODES = 60_000
_LARGEST_SET = 3_000
_MOST_ERRORS = 2
_Sums = dict[int, Decimal]


def agreed_texts(
    rows: Sequence[GluedRow], splits: Sequence[Sequence[Split]], equations: Sequence[Equation]
) -> list[list[str | None]]:
    """For each row the values on which all plausible ways to part the whole table agree; None for the others.

    A way costs one for each row whose own sum it breaks, and one or two for each group of sums across rows that it breaks, as
    many as printed figures must be wrong there. Plausible are all ways that cost at most one more than the cheapest, and all
    that a single wrong figure explains (one row and one group). The printed sums need not hold, then: if the cheapest way has
    errors, they are the printed ones, and a rival must be clearly worse.

    Args:
        rows: the rows, in any order.
        splits: for each row all ways to part it, at least one.
        equations: the sums across rows; all their terms stand in ``rows``.
    """
    search = _Search(rows, splits, equations)
    try:
        surviving = search.surviving()
    except TooMuchWork:
        surviving = None
    if surviving is None:
        return [list(row.certain) if row.certain else [None] * len(row.keys) for row in rows]
    return [_agreed([found[n] for n in sorted(kept)]) for found, kept in zip(splits, surviving, strict=True)]


def _agreed(splits: Sequence[Split]) -> list[str | None]:
    return [texts[0] if len(set(texts)) == 1 else None for texts in zip(*(split.texts for split in splits), strict=True)]


class _Search:
    """The search over all rows. Every row is either whole or one of those that break their own sum."""

    def __init__(self, rows: Sequence[GluedRow], splits: Sequence[Sequence[Split]], equations: Sequence[Equation]) -> None:
        self.splits = splits
        self.groups = _Groups(equations)
        self.effects = [[self.groups.effects(row.keys, split) for split in found] for row, found in zip(rows, splits, strict=True)]
        self.nodes = 0

    def surviving(self) -> list[set[int]] | None:
        """For each row the numbers of its splits in plausible ways; None when even the cheapest way has too many errors."""
        least = next((cost for cost in range(_MOST_ERRORS + 1) if self._any(cost)), None)
        if least is None:
            return None
        kept: list[set[int]] = [set() for _ in self.splits]
        for broken_rows in range(least + 2):
            most_groups = max(least + 1 - broken_rows, 1 if broken_rows <= 1 else 0)
            for chosen in self._choices(broken_rows):
                for way in self._ways(chosen, most_groups):
                    for found, number in zip(kept, way, strict=True):
                        found.add(number)
        return kept

    def _any(self, cost: int) -> bool:
        return any(
            next(self._ways(chosen, cost - broken_rows), None) is not None
            for broken_rows in range(cost + 1)
            for chosen in self._choices(broken_rows)
        )

    def _choices(self, count: int) -> Iterator[frozenset[int]]:
        """Which rows break their sums: always those that cannot but."""
        must = [n for n, found in enumerate(self.splits) if all(split.broken for split in found)]
        may = [n for n, found in enumerate(self.splits) if n not in must and any(split.broken for split in found)]
        if len(must) <= count:
            for chosen in combinations(may, count - len(must)):
                yield frozenset((*must, *chosen))

    def _ways(self, broken_rows: frozenset[int], most_groups: int) -> Iterator[tuple[int, ...]]:
        """All ways with exactly these rows broken and sums across rows broken at a cost of ``most_groups`` at most."""
        domains = [
            [n for n, split in enumerate(found) if (split.broken > 0) == (row in broken_rows)]
            for row, found in enumerate(self.splits)
        ]
        order = sorted(range(len(domains)), key=lambda row: (len(domains[row]), row))
        reach = self._reachable(order, domains)
        way = [0] * len(domains)

        def descend(depth: int, sums: _Sums) -> Iterator[tuple[int, ...]]:
            if self.groups.least_cost(sums, reach[depth]) > most_groups:
                return
            if depth == len(order):
                if self.groups.cost(sums) <= most_groups:
                    yield tuple(way)
                return
            row = order[depth]
            for number in domains[row]:
                self.nodes += 1
                if self.nodes > MOST_NODES:
                    raise TooMuchWork
                way[row] = number
                following = sums.copy()
                for equation, amount in self.effects[row][number]:
                    following[equation] += amount
                yield from descend(depth + 1, following)

        yield from descend(0, dict.fromkeys(range(self.groups.count), Decimal(0)))

    def _reachable(self, order: Sequence[int], domains: Sequence[Sequence[int]]) -> list[list[frozenset[Decimal] | None]]:
        """For each depth and equation the sums that the rows still to come can add; None for too many to list."""
        reach: list[list[frozenset[Decimal] | None]] = [[frozenset((Decimal(0),))] * self.groups.count]
        for row in reversed(order):
            amounts: list[set[Decimal]] = [set() for _ in range(self.groups.count)]
            for number in domains[row]:
                here = dict(self.effects[row][number])
                for equation, found in enumerate(amounts):
                    found.add(here.get(equation, Decimal(0)))
            reach.append([_added(known, found) for known, found in zip(reach[-1], amounts, strict=True)])
        return reach[::-1]


def _added(known: frozenset[Decimal] | None, amounts: set[Decimal]) -> frozenset[Decimal] | None:
    if known is None or len(known) * len(amounts) > _LARGEST_SET:
        return None
    return frozenset(first + second for first in known for second in amounts)


class _Groups:
    """The sums across rows in groups that share cells, such as the two sums of a column."""

    def __init__(self, equations: Sequence[Equation]) -> None:
        self.count = len(equations)
        self.signs = [dict(_signed(equation)) for equation in equations]
        self.members = _connected([set(signs) for signs in self.signs])
        self.vectors = [
            {tuple(self.signs[n].get(key, 0) for n in group) for key in set().union(*(self.signs[n] for n in group))}
            for group in self.members
        ]

    def effects(self, keys: Sequence[str], split: Split) -> tuple[tuple[int, Decimal], ...]:
        """What a row parted so adds to the difference of the two sides, by number of the equation."""
        amounts: dict[int, Decimal] = {}
        for key, number in zip(keys, split.numbers, strict=True):
            for equation, signs in enumerate(self.signs):
                if number and key in signs:
                    amounts[equation] = amounts.get(equation, Decimal(0)) + signs[key] * number
        return tuple(amounts.items())

    def cost(self, sums: _Sums) -> int:
        """How many figures must be wrong for these differences: one if a single cell explains a group's, else two."""
        return sum(self._group_cost(group, vectors, sums) for group, vectors in zip(self.members, self.vectors, strict=True))

    @staticmethod
    def _group_cost(group: Sequence[int], vectors: Iterable[tuple[int, ...]], sums: _Sums) -> int:
        differences = [sums[number] for number in group]
        if not any(differences):
            return 0
        return 1 if any(_explains(vector, differences) for vector in vectors) else 2

    def least_cost(self, sums: _Sums, reach: Sequence[frozenset[Decimal] | None]) -> int:
        """A lower bound of the cost while rows are still open."""
        return sum(
            any((possible := reach[number]) is not None and -sums[number] not in possible for number in group)
            for group in self.members
        )


def _signed(equation: Equation) -> Iterator[tuple[str, int]]:
    for terms, side in ((equation.left, 1), (equation.right, -1)):
        for term in terms:
            yield term.lstrip("-"), -side if term.startswith("-") else side


def _explains(vector: Sequence[int], differences: Sequence[Decimal]) -> bool:
    error = next(difference / sign for sign, difference in zip(vector, differences, strict=True) if sign)
    return all(sign * error == difference for sign, difference in zip(vector, differences, strict=True))


def _connected(sets: Sequence[set[str]]) -> list[tuple[int, ...]]:
    groups: list[tuple[set[str], list[int]]] = []
    for number, keys in enumerate(sets):
        touching = [group for group in groups if group[0] & keys]
        groups = [group for group in groups if not group[0] & keys]
        merged = set(keys).union(*(group[0] for group in touching))
        groups.append((merged, sorted([number, *(n for group in touching for n in group[1])])))
    return [tuple(numbers) for _, numbers in groups]
