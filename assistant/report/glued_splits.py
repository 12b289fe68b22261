"""All ways to part a run of glued values into one value a column, judged by the row's own sums."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import islice

from assistant.form import Equation, Node
from assistant.form.cell import PLACEHOLDERS

MOST_STEPS = 10_000
_NUMBERS_REMEMBERED = 16_384
_DASHES = re.compile("[-—–−]+")
_NUMBER = re.compile(r"0|[1-9]\d*")
_DECIMALS = re.compile(r"\.\d+")
_FIGURE = re.compile(r"-?[\d,]+(?:\.\d+)?")
_GROUPS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")


Number = int | Decimal


class TooMuchWork(Exception):
    """There are more ways than are worth trying."""


@dataclass
class Budget:
    """How many steps of a search may still be taken."""

    left: int = MOST_STEPS

    def take(self) -> None:
        """Take one.

        Raises:
            TooMuchWork: none is left.
        """
        self.left -= 1
        if self.left < 0:
            raise TooMuchWork


@dataclass(frozen=True)
class GluedRow:
    """A row's values as printed between two labels, white space as single blanks; ``keys`` and ``columns`` from left to right."""

    keys: tuple[str, ...]
    columns: tuple[Node, ...]
    text: str

    @cached_property
    def certain(self) -> tuple[str, ...] | None:
        """The values when the signs allow only one way to part them, whatever the sums say and even if blanks were lost."""
        try:
            found = list(islice(_Ways(self, Budget(), blanks=True).all(), 2))
        except TooMuchWork:
            return None
        return found[0] if len(found) == 1 and "" not in found[0] else None


@dataclass(frozen=True)
class Split:
    """One way to part a row: a text a column ("" for a lost blank), its numbers (0 for what is none), how many sums it breaks."""

    texts: tuple[str, ...]
    numbers: tuple[Number, ...]
    broken: int


def plain_values(text: str) -> str:
    """The text between two labels as a row of values: half width, white space as single blanks, none at the ends.

    Circled and raised figures are note marks and no part of a value; they stay what they are, so that the row is not parted.
    """
    plain = (sign if unicodedata.category(sign) == "No" else unicodedata.normalize("NFKC", sign) for sign in text)
    return " ".join("".join(plain).replace("−", "-").split())


def row_splits(row: GluedRow, equations: Sequence[Equation], budget: Budget) -> list[Split]:
    """All ways to part a row into exactly one printed value a column.

    Args:
        row: the row.
        equations: those whose terms all stand in this row.
        budget: steps that may be taken.

    Raises:
        TooMuchWork: there are too many.
    """
    sums = [_terms(row, equation) for equation in equations]
    splits = []
    for texts in _Ways(row, budget, blanks=False).all():
        numbers = tuple(map(_number, texts))
        splits.append(Split(texts, numbers, sum(1 for terms in sums if sum(sign * numbers[n] for n, sign in terms))))
    return splits


def sure_texts(row: GluedRow, equations: Sequence[Equation]) -> list[str | None]:
    """The values of a row that nothing outside the row confirms: a text a column, None where it stays open.

    A value counts if every way to part the row agrees on it that breaks no sum, or one sum, or has lost blanks but breaks none. A
    row whose printed sums do not hold under any way is left open, unless the signs alone decide.

    Args:
        row: the row.
        equations: those whose terms all stand in this row.
    """
    if row.certain is not None:
        return list(row.certain)
    try:
        return _Chain(row, equations).sure()
    except TooMuchWork:
        return [None] * len(row.columns)


def _terms(row: GluedRow, equation: Equation) -> list[tuple[int, int]]:
    sides = [(key, 1) for key in equation.left] + [(key, -1) for key in equation.right]
    return [(row.keys.index(key.lstrip("-")), -sign if key.startswith("-") else sign) for key, sign in sides]


@lru_cache(maxsize=_NUMBERS_REMEMBERED)
def _number(text: str) -> Number:
    match = _FIGURE.match(text)
    if match is None:
        return 0
    digits = match.group().replace(",", "")
    return Decimal(digits) if "." in digits else int(digits)


class _Ways:
    """The ways to use up a row's text from left to right, a value a column; with ``blanks`` a column may be without one."""

    def __init__(self, row: GluedRow, budget: Budget, *, blanks: bool) -> None:
        self.text, self.columns, self.blanks = row.text, row.columns, blanks
        self.budget = budget
        self.known: dict[tuple[int, int], list[tuple[int, str]]] = {}
        self.fewest, self.most = self._bounds()

    def all(self) -> Iterator[tuple[str, ...]]:
        """All ways to part the whole text."""
        return (texts for _, texts in self.runs(0, 0, len(self.columns)))

    def runs(self, start: int, column: int, stop: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """All ways for the columns up to ``stop`` that leave the rest possible, each with the place behind it."""
        left = len(self.columns) - column
        if self.fewest[start] > left or (not self.blanks and self.most[start] < left):
            return
        if column == stop:
            yield start, ()
            return
        self.budget.take()
        found = self._printed(start, self.columns[column])
        for end, value in [(start, ""), *found] if self.blanks else found:
            for last, rest in self.runs(end, column + 1, stop):
                yield last, (value, *rest)

    def _printed(self, start: int, column: Node) -> list[tuple[int, str]]:
        """The values that may begin here, each with the place behind it and a blank that follows."""
        found = self.known.get((start, id(column)))
        if found is None:
            ends = _ends(self.text, start, column) if start < len(self.text) else ()
            found = [(end + (self.text[end : end + 1] == " "), self.text[start:end]) for end in ends]
            self.known[start, id(column)] = found
        return found

    def _bounds(self) -> tuple[list[int], list[int]]:
        """For each place the fewest and the most values that use up the rest of the text."""
        length = len(self.text)
        fewest, most = [length + 1] * length + [0], [-length] * length + [0]
        kinds = list({(node.signed, node.decimals > 0, node.unit, node.units): node for node in self.columns}.values())
        for place in reversed(range(length)):
            ends = {end for node in kinds for end, _ in self._printed(place, node)}
            fewest[place] = min((fewest[end] + 1 for end in ends), default=length + 1)
            most[place] = max((most[end] + 1 for end in ends), default=-length)
        return fewest, most


def _ends(text: str, start: int, column: Node) -> Iterator[int]:
    dash = _DASHES.match(text, start)
    if dash:
        yield dash.end()
        if column.signed and dash.group() == "-":
            yield from _number_ends(text, start + 1, column)
    elif text[start] in PLACEHOLDERS:
        yield start + 1
    else:
        yield from _number_ends(text, start, column)


def _number_ends(text: str, start: int, column: Node) -> Iterator[int]:
    grouped = _GROUPS.match(text, start)
    whole = grouped or _NUMBER.match(text, start)
    if whole is None:
        return
    places = [whole.end()] if grouped else range(start + 1, whole.end() + 1)
    for place in places:
        following = text[place : place + 1]
        if following == ",":
            continue
        decimals = _DECIMALS.match(text, place)
        if decimals is None:
            yield from _behind_unit(text, place, column)
        elif column.decimals:
            for end in range(place + 2, decimals.end() + 1):
                yield from _behind_unit(text, end, column)


def _behind_unit(text: str, place: int, column: Node) -> Iterator[int]:
    """The place behind a value and a unit printed with it; none if a sign follows that no value begins with."""
    for unit in sorted((*column.units, column.unit), key=len, reverse=True):
        if unit and text.startswith(unit, place):
            yield place + len(unit)
            return
    if place >= len(text) or text[place].isdigit() or text[place] in " -—–" or text[place] in PLACEHOLDERS:
        yield place


@dataclass(frozen=True)
class _Piece:
    """A run of columns bound by sums among themselves."""

    start: int
    stop: int
    sums: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class _Link:
    """One way to part a piece of the row: where it begins and ends in the text, its values, what it costs."""

    begin: int
    end: int
    texts: tuple[str, ...]
    broken: int
    blank: bool


class _Chain:
    """A row seen as a chain of pieces that share no sum; ways are counted by their cheapest continuation, not one by one."""

    def __init__(self, row: GluedRow, equations: Sequence[Equation]) -> None:
        self.row = row
        self.ways = _Ways(row, Budget(), blanks=True)
        self.pieces = list(_pieces(len(row.columns), [tuple(_terms(row, equation)) for equation in equations]))

    def sure(self) -> list[str | None]:
        layers = self._layers()
        behind = self._behind(layers)
        if behind[0].get((0, False)) != 0:
            return [None] * len(self.row.columns)
        values: list[set[str]] = [set() for _ in self.row.columns]
        costs: dict[tuple[int, bool], int] = {(0, False): 0}
        for number, (piece, links) in enumerate(zip(self.pieces, layers, strict=True)):
            following: dict[tuple[int, bool], int] = {}
            for (place, blanked), cost in costs.items():
                for link in links.get(place, ()):
                    state = (link.end, blanked or link.blank)
                    total = cost + link.broken
                    rest = behind[number + 1].get(state)
                    if rest is None or total + rest > 1:
                        continue
                    following[state] = min(total, following.get(state, total))
                    for column, text in zip(range(piece.start, piece.stop), link.texts, strict=True):
                        values[column].add(text)
            costs = following
        return [found.pop() if len(found) == 1 and "" not in found else None for found in values]

    def _layers(self) -> list[dict[int, list[_Link]]]:
        places = {0}
        layers = []
        for piece in self.pieces:
            links = {place: self._links(piece, place) for place in places}
            layers.append(links)
            places = {link.end for found in links.values() for link in found}
        return layers

    def _links(self, piece: _Piece, place: int) -> list[_Link]:
        found = []
        for end, texts in self.ways.runs(place, piece.start, piece.stop):
            numbers = [_number(text) for text in texts]
            broken = sum(1 for terms in piece.sums if sum(sign * numbers[n - piece.start] for n, sign in terms))
            blank = "" in texts
            if broken + blank <= 1:
                found.append(_Link(place, end, texts, broken, blank))
        return found

    def _behind(self, layers: Sequence[dict[int, list[_Link]]]) -> list[dict[tuple[int, bool], int]]:
        """For each piece and state (place, whether blanks were lost before) the least cost of the rest, lost blanks costing one."""
        goal = len(self.row.text)
        behind: list[dict[tuple[int, bool], int]] = [{(goal, False): 0, (goal, True): 1}]
        for links in reversed(layers):
            costs: dict[tuple[int, bool], int] = {}
            for place, found in links.items():
                for blanked in (False, True):
                    rests = [
                        link.broken + rest
                        for link in found
                        if (rest := behind[0].get((link.end, blanked or link.blank))) is not None
                    ]
                    if rests:
                        costs[place, blanked] = min(rests)
            behind.insert(0, costs)
        return behind


def _pieces(width: int, sums: Sequence[tuple[tuple[int, int], ...]]) -> Iterator[_Piece]:
    """The columns cut where no sum reaches across."""
    spans = [(min(n for n, _ in terms), max(n for n, _ in terms)) for terms in sums]
    start = 0
    for stop in range(1, width + 1):
        if stop < width and any(first < stop <= last for first, last in spans):
            continue
        inside = tuple(terms for terms, (first, last) in zip(sums, spans, strict=True) if start <= first and last < stop)
        yield _Piece(start, stop, inside)
        start = stop
