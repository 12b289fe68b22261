"""Which ways to part the glued rows of a table agree with the sums across rows, and with one error fewer than any rival."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from assistant.form import Equation
from assistant.report.glued_splits import GluedRow, Number, Split, TooMuchWork

MOST_NODES = 20_000
_LARGEST_SET = 1_000
_MOST_ERRORS = 2
_Sums = list[Number]


def agreed_texts(
    rows: Sequence[GluedRow], splits: Sequence[Sequence[Split]], equations: Sequence[Equation]
) -> list[list[str | None]]:
    """For each row the values on which all plausible ways to part the whole table agree; None for the others.

    A way costs one for each row whose own sum it breaks, and one or two for each group of sums across rows that it breaks, as
    many as printed figures must be wrong there. Plausible are all ways that cost at most one more than the cheapest, and all
    that a single wrong figure explains (one row and one group). Where even the cheapest way has errors, they are in print; a row
    then counts only if a single way to part it satisfies its own sum.

    Args:
        rows: the rows, in any order.
        splits: for each row all ways to part it, at least one.
        equations: the sums across rows; all their terms stand in ``rows``.
    """
    search = _Search(rows, splits, equations)
    try:
        least = search.least()
        surviving = None if least is None else search.surviving(least)
    except TooMuchWork:
        surviving = None
    if surviving is None:
        return [_certain(row) for row in rows]
    agreed = []
    for row, found, kept in zip(rows, splits, surviving, strict=True):
        in_doubt = least and sum(not split.broken for split in found) != 1
        agreed.append(_certain(row) if in_doubt else _agreed([found[number] for number in sorted(kept)]))
    return agreed


def _certain(row: GluedRow) -> list[str | None]:
    return list(row.certain) if row.certain else [None] * len(row.keys)


def _agreed(splits: Sequence[Split]) -> list[str | None]:
    return [texts[0] if len(set(texts)) == 1 else None for texts in zip(*(split.texts for split in splits), strict=True)]


class _Search:
    """The search over all rows. Every row is either whole or one of those that break their own sum."""

    def __init__(self, rows: Sequence[GluedRow], splits: Sequence[Sequence[Split]], equations: Sequence[Equation]) -> None:
        self.splits = splits
        self.groups = _Groups(equations)
        self.effects = [[self.groups.effects(row.keys, split) for split in found] for row, found in zip(rows, splits, strict=True)]
        self.domains = [
            tuple([n for n, split in enumerate(found) if (split.broken > 0) == broken] for broken in (False, True))
            for found in splits
        ]
        self.nodes = 0
        self.amounts: dict[tuple[int, bool], list[set[Number]]] = {}
        self.indexes: dict[tuple[int, bool, int], list[_Index]] = {}

    def least(self) -> int | None:
        """What the cheapest way costs; None if it has too many errors."""
        return next((cost for cost in range(_MOST_ERRORS + 1) if self._any(cost)), None)

    def surviving(self, least: int) -> list[set[int]]:
        """For each row the numbers of its splits in plausible ways."""
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
        must = [row for row, (whole, _) in enumerate(self.domains) if not whole]
        may = [row for row, (whole, broken) in enumerate(self.domains) if whole and broken]
        if len(must) <= count:
            for chosen in combinations(may, count - len(must)):
                yield frozenset((*must, *chosen))

    def _ways(self, broken_rows: frozenset[int], most_groups: int) -> Iterator[tuple[int, ...]]:
        """All ways with exactly these rows broken and sums across rows broken at a cost of ``most_groups`` at most."""
        domains = [by_kind[row in broken_rows] for row, by_kind in enumerate(self.domains)]
        order = sorted(range(len(domains)), key=lambda row: (len(domains[row]), row))
        open_rows = [row for row in order if len(domains[row]) > 1]
        way = [domain[0] for domain in domains]
        sums: _Sums = [0] * self.groups.count
        for row in order[: len(order) - len(open_rows)]:
            self._add(sums, row, way[row])
        reach = self._reachable([(row, row in broken_rows) for row in open_rows])

        def descend(depth: int, sums: _Sums) -> Iterator[tuple[int, ...]]:
            if self.groups.least_cost(sums, reach[depth]) > most_groups:
                return
            if depth == len(open_rows):
                if self.groups.cost(sums) <= most_groups:
                    yield tuple(way)
                return
            row = open_rows[depth]
            last = depth + 1 == len(open_rows)
            for number in self._matching(row, row in broken_rows, sums, most_groups) if last else domains[row]:
                self._step()
                way[row] = number
                following = sums.copy()
                self._add(following, row, number)
                yield from descend(depth + 1, following)

        yield from descend(0, sums)

    def _step(self) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise TooMuchWork

    def _add(self, sums: _Sums, row: int, number: int) -> None:
        for equation, amount in self.effects[row][number]:
            sums[equation] += amount

    def _reachable(self, rows: Sequence[tuple[int, bool]]) -> list[list[frozenset[Number] | None]]:
        """For each depth and equation the sums that the rows still to come can add; None for too many to list."""
        reach: list[list[frozenset[Number] | None]] = [[frozenset((0,))] * self.groups.count]
        for row, broken in reversed(rows):
            self._step()
            reach.append([_added(known, found) for known, found in zip(reach[-1], self._amounts(row, broken), strict=True)])
        return reach[::-1]

    def _amounts(self, row: int, broken: bool) -> list[set[Number]]:
        """What the row can add to each equation."""
        if (row, broken) not in self.amounts:
            amounts: list[set[Number]] = [set() for _ in range(self.groups.count)]
            for number in self.domains[row][broken]:
                here = dict(self.effects[row][number])
                for equation, found in enumerate(amounts):
                    found.add(here.get(equation, 0))
            self.amounts[row, broken] = amounts
        return self.amounts[row, broken]

    def _matching(self, row: int, broken: bool, sums: _Sums, most_groups: int) -> Iterable[int]:
        """The splits of the last open row that can leave at most so many groups broken.

        Of one part more than groups may be broken, at least one part of the equations holds: the splits are looked up by it.
        """
        key = (row, broken, most_groups)
        if key not in self.indexes:
            self.indexes[key] = [_Index(part) for part in self.groups.parts(most_groups + 1)]
            for number in self.domains[row][broken]:
                effects = dict(self.effects[row][number])
                for index in self.indexes[key]:
                    index.put(number, effects)
        return sorted(set().union(*(index.find(sums) for index in self.indexes[key])))


class _Index:
    """The splits of a row by what they add to some of the equations."""

    def __init__(self, equations: Sequence[int]) -> None:
        self.equations = equations
        self.known: dict[tuple[Number, ...], list[int]] = {}

    def put(self, number: int, effects: dict[int, Number]) -> None:
        """Add a split."""
        self.known.setdefault(tuple(effects.get(equation, 0) for equation in self.equations), []).append(number)

    def find(self, sums: _Sums) -> list[int]:
        """The splits with which all these equations hold."""
        return self.known.get(tuple(-sums[equation] for equation in self.equations), [])


def _added(known: frozenset[Number] | None, amounts: set[Number]) -> frozenset[Number] | None:
    if known is None or len(known) * len(amounts) > _LARGEST_SET:
        return None
    return frozenset(first + second for first in known for second in amounts)


class _Groups:
    """The sums across rows in groups that share cells, such as the two sums of a column."""

    def __init__(self, equations: Sequence[Equation]) -> None:
        self.count = len(equations)
        self.signs = [dict(_signed(equation)) for equation in equations]
        self.places: dict[str, list[tuple[int, int]]] = {}
        for number, signs in enumerate(self.signs):
            for key, sign in signs.items():
                self.places.setdefault(key, []).append((number, sign))
        self.members = _connected([set(signs) for signs in self.signs])
        self.vectors = [
            {tuple(self.signs[n].get(key, 0) for n in group) for key in set().union(*(self.signs[n] for n in group))}
            for group in self.members
        ]

    def effects(self, keys: Sequence[str], split: Split) -> tuple[tuple[int, Number], ...]:
        """What a row parted so adds to the difference of the two sides, by number of the equation."""
        amounts: dict[int, Number] = {}
        for key, number in zip(keys, split.numbers, strict=True):
            if number:
                for equation, sign in self.places.get(key, ()):
                    amounts[equation] = amounts.get(equation, 0) + sign * number
        return tuple(amounts.items())

    def parts(self, count: int) -> list[tuple[int, ...]]:
        """The equations in so many parts; groups stay whole."""
        return [tuple(number for group in self.members[part::count] for number in group) for part in range(count)]

    def cost(self, sums: _Sums) -> int:
        """How many figures must be wrong for these differences: one if a single cell explains a group's, else two."""
        return sum(self._group_cost(group, vectors, sums) for group, vectors in zip(self.members, self.vectors, strict=True))

    @staticmethod
    def _group_cost(group: Sequence[int], vectors: Iterable[tuple[int, ...]], sums: _Sums) -> int:
        differences = [sums[number] for number in group]
        if not any(differences):
            return 0
        return 1 if any(_explains(vector, differences) for vector in vectors) else 2

    def least_cost(self, sums: _Sums, reach: Sequence[frozenset[Number] | None]) -> int:
        """A lower bound of the cost while rows are still open."""
        return sum(
            any((possible := reach[number]) is not None and -sums[number] not in possible for number in group)
            for group in self.members
        )


def _signed(equation: Equation) -> Iterator[tuple[str, int]]:
    for terms, side in ((equation.left, 1), (equation.right, -1)):
        for term in terms:
            yield term.lstrip("-"), -side if term.startswith("-") else side


def _explains(vector: Sequence[int], differences: Sequence[Number]) -> bool:
    error = next(difference * sign for sign, difference in zip(vector, differences, strict=True) if sign)
    return all(sign * error == difference for sign, difference in zip(vector, differences, strict=True))


def _connected(sets: Sequence[set[str]]) -> list[tuple[int, ...]]:
    groups: list[tuple[set[str], list[int]]] = []
    for number, keys in enumerate(sets):
        touching = [group for group in groups if group[0] & keys]
        groups = [group for group in groups if not group[0] & keys]
        merged = set(keys).union(*(group[0] for group in touching))
        groups.append((merged, sorted([number, *(n for group in touching for n in group[1])])))
    return [tuple(numbers) for _, numbers in groups]
