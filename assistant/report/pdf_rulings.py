"""Tables from ruling lines: where lines meet there is a lattice; unit cells without a wall between them are one merged cell."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

SNAP = 3.0  # points; lines nearer than this are one line, and ends nearer than this touch
NARROW_COLUMN = 8.0
NARROW_ROW = 5.0
COVERED = 0.5
_LONE = 150.0  # points
MAX_UNITS = 20_000  # unit cells; more is a drawing


@dataclass(frozen=True, slots=True)
class Stroke:
    """A horizontal (``level`` is y) or vertical (``level`` is x) line from ``start`` to ``end``, in points from the top left."""

    level: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Region:
    """A cell of a lattice: rows and columns counted from 0, both ends included.

    ``open_*``: no line at that side; ``closed``: lines all around.
    """

    top: int
    left: int
    bottom: int
    right: int
    open_top: bool = False
    open_bottom: bool = False
    closed: bool = True


@dataclass
class Lattice:
    """A table's lines: ``xs`` and ``ys`` bound columns and rows; ``regions`` are its cells from the top left."""

    xs: list[float]
    ys: list[float]
    regions: list[Region] = field(default_factory=list)
    owner: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    @property
    def area(self) -> float:
        """Square points."""
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    def holds(self, x: float, y: float) -> bool:
        """Whether a point is inside the table."""
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def region_at(self, x: float, y: float) -> int:
        """The number of the region at a point inside the table."""
        row = min(max(bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        col = min(max(bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        return self.owner[row, col]

    def region_box(self, region: Region) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of a region."""
        return self.xs[region.left], self.ys[region.top], self.xs[region.right + 1], self.ys[region.bottom + 1]


def lattices(horizontal: Iterable[Stroke], vertical: Iterable[Stroke]) -> list[Lattice]:
    """All tables of a page, each group of lines that touch one another; boxes around nothing but one cell are left in.

    Args:
        horizontal: strokes whose level is y, in points.
        vertical: strokes whose level is x, in points.
    """
    across, down = _merged(horizontal), _merged(vertical)
    groups = [([across[i] for i in hs], [down[i] for i in vs]) for hs, vs in _components(across, down)]
    _take_lone_sides(groups, down)
    found = (_lattice(hs, vs) for hs, vs in groups)
    return sorted((lattice for lattice in found if lattice is not None), key=lambda lattice: (lattice.ys[0], lattice.xs[0]))


def _merged(strokes: Iterable[Stroke]) -> list[Stroke]:
    """Strokes on one line put together where they touch."""
    ordered = sorted(strokes, key=lambda stroke: stroke.level)
    result: list[Stroke] = []
    for group in _clusters([stroke.level for stroke in ordered]):
        members = sorted((ordered[i] for i in group), key=lambda stroke: stroke.start)
        level = sum(stroke.level for stroke in members) / len(members)
        start, end = members[0].start, members[0].end
        for stroke in members[1:]:
            if stroke.start <= end + SNAP:
                end = max(end, stroke.end)
            else:
                result.append(Stroke(level, start, end))
                start, end = stroke.start, stroke.end
        result.append(Stroke(level, start, end))
    return result


def _clusters(levels: Sequence[float]) -> list[list[int]]:
    """Numbers of ascending levels, grouped where each is nearer than SNAP to the first of its group."""
    groups: list[list[int]] = []
    for number, level in enumerate(levels):
        if groups and level - levels[groups[-1][0]] <= SNAP:
            groups[-1].append(number)
        else:
            groups.append([number])
    return groups


def _components(across: Sequence[Stroke], down: Sequence[Stroke]) -> list[tuple[list[int], list[int]]]:
    """Groups of crossing or touching strokes with at least one line across and two down, or the other way round."""
    parent = list(range(len(across) + len(down)))
    for i, h in enumerate(across):
        for j, v in enumerate(down):
            if h.start - SNAP <= v.level <= h.end + SNAP and v.start - SNAP <= h.level <= v.end + SNAP:
                parent[_root(parent, i)] = _root(parent, len(across) + j)
    groups: dict[int, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for number in range(len(parent)):
        is_down = number >= len(across)
        groups[_root(parent, number)][is_down].append(number - len(across) if is_down else number)
    return [(hs, vs) for hs, vs in groups.values() if hs and vs and len(hs) + len(vs) >= 3]


def _take_lone_sides(groups: Sequence[tuple[list[Stroke], list[Stroke]]], down: Sequence[Stroke]) -> None:
    """Give a table the outer line beside it that meets no line across: the side of a merged label left open at page breaks."""
    taken = {id(v) for _, vs in groups for v in vs}
    for lone in (v for v in down if id(v) not in taken):
        for hs, vs in groups:
            top, bottom = min(v.start for v in vs), max(v.end for v in vs)
            gap = max(min(h.start for h in hs) - lone.level, lone.level - max(h.end for h in hs))
            if 0 < gap < _LONE and abs(lone.start - top) <= SNAP and abs(lone.end - bottom) <= SNAP:
                vs.append(lone)
                break


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def _lattice(across: Sequence[Stroke], down: Sequence[Stroke]) -> Lattice | None:
    xs = _positions([v.level for v in down], [edge for h in across for edge in (h.start, h.end)])
    ys = _positions([h.level for h in across], [edge for v in down for edge in (v.start, v.end)])
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > MAX_UNITS:
        return None
    lattice = Lattice(xs, ys)
    _fill(lattice, across, down)
    narrow_x = _narrow(lattice.xs, NARROW_COLUMN, [(r.left, r.right) for r in lattice.regions if r.closed])
    narrow_y = _narrow(lattice.ys, NARROW_ROW, [(r.top, r.bottom) for r in lattice.regions if r.closed])
    if narrow_x or narrow_y:
        lattice = _collapsed(lattice, narrow_x, narrow_y, across, down)
    return lattice


def _positions(levels: Sequence[float], ends: Sequence[float]) -> list[float]:
    """The levels of lines, and the outermost ends of the lines that cross them where those reach further."""
    ordered = sorted(levels)
    found = [sum(ordered[i] for i in group) / len(group) for group in _clusters(ordered)]
    low, high = min(ends), max(ends)
    if low < found[0] - SNAP:
        found.insert(0, low)
    if high > found[-1] + SNAP:
        found.append(high)
    return found


def _narrow(positions: Sequence[float], least: float, spans: Iterable[tuple[int, int]]) -> list[int]:
    """Columns (or rows) too narrow for a character in which no closed cell stands alone: the same line drawn unevenly."""
    alone = {first for first, last in spans if first == last}
    return [n for n in range(len(positions) - 1) if positions[n + 1] - positions[n] < least and n not in alone]


def _collapsed(
    lattice: Lattice, narrow_x: Sequence[int], narrow_y: Sequence[int], across: Sequence[Stroke], down: Sequence[Stroke]
) -> Lattice:
    """The lattice with uneven lines drawn even: strokes at either side of a narrow column go to its middle."""
    xs, move_x = _evened(lattice.xs, narrow_x)
    ys, move_y = _evened(lattice.ys, narrow_y)
    if len(xs) < 2 or len(ys) < 2:
        return lattice
    even = Lattice(xs, ys)
    _fill(
        even,
        [Stroke(move_y(h.level), move_x(h.start), move_x(h.end)) for h in across],
        [Stroke(move_x(v.level), move_y(v.start), move_y(v.end)) for v in down],
    )
    return even


def _evened(positions: list[float], narrow: Sequence[int]) -> tuple[list[float], Callable[[float], float]]:
    """Positions with each narrow column closed, and where a coordinate goes by that."""
    groups: list[list[float]] = []
    for number, position in enumerate(positions):
        if number and number - 1 in narrow:
            groups[-1].append(position)
        else:
            groups.append([position])
    middles = [sum(group) / len(group) for group in groups]

    def move(value: float) -> float:
        for group, middle in zip(groups, middles, strict=True):
            if group[0] - SNAP <= value <= group[-1] + SNAP:
                return middle
        return value

    return middles, move


def _fill(lattice: Lattice, across: Sequence[Stroke], down: Sequence[Stroke]) -> None:
    """Unit cells joined where no line parts them; what is not a rectangle stays in unit cells."""
    rows, cols = len(lattice.ys) - 1, len(lattice.xs) - 1
    floors = _walls(lattice.ys, lattice.xs, across)
    sides = _walls(lattice.xs, lattice.ys, down)
    parent = list(range(rows * cols))
    for row in range(rows):
        for col in range(cols):
            if row + 1 < rows and (row + 1, col) not in floors:
                parent[_root(parent, row * cols + col)] = _root(parent, (row + 1) * cols + col)
            if col + 1 < cols and (col + 1, row) not in sides:
                parent[_root(parent, row * cols + col)] = _root(parent, row * cols + col + 1)
    groups: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for unit in range(rows * cols):
        groups[_root(parent, unit)].append(divmod(unit, cols))
    cells: list[tuple[int, int, int, int]] = []
    for units in groups.values():
        top, bottom = units[0][0], units[-1][0]
        left, right = min(col for _, col in units), max(col for _, col in units)
        if len(units) == (bottom - top + 1) * (right - left + 1):
            cells.append((top, left, bottom, right))
        else:
            cells += [(row, col, row, col) for row, col in units]
    for number, (top, left, bottom, right) in enumerate(sorted(cells)):
        above = all((top, col) in floors for col in range(left, right + 1))
        below = all((bottom + 1, col) in floors for col in range(left, right + 1))
        beside = all((side, row) in sides for side in (left, right + 1) for row in range(top, bottom + 1))
        lattice.regions.append(Region(top, left, bottom, right, not above, not below, above and below and beside))
        lattice.owner |= {(row, col): number for row in range(top, bottom + 1) for col in range(left, right + 1)}


def _walls(levels: Sequence[float], marks: Sequence[float], strokes: Sequence[Stroke]) -> set[tuple[int, int]]:
    """(line number, unit number along it) wherever strokes cover at least half of the unit's side."""
    covered: dict[tuple[int, int], float] = defaultdict(float)
    for stroke in strokes:
        line = min(range(len(levels)), key=lambda number: abs(levels[number] - stroke.level))
        for unit in range(len(marks) - 1):
            shared = min(stroke.end, marks[unit + 1]) - max(stroke.start, marks[unit])
            if shared > 0:
                covered[line, unit] += shared
    return {(line, unit) for (line, unit), length in covered.items() if length >= COVERED * (marks[unit + 1] - marks[unit])}
