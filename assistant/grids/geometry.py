"""Where a table's header, columns and rows stand in a sheet: what the readers of workbooks and of reports both look for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from assistant.form import Block
from assistant.form.cell import PLACEHOLDERS, normalise_raw
from assistant.grids.grid import Merge, Sheet, Value
from assistant.grids.labels import LabelIndex, Leaf, leaves_of, wording

MAX_ROWS = 2_000
_MAX_SPAN = 100
_MAX_COVERED = 400_000


@dataclass(frozen=True)
class Band:
    """A labelled row or column: its sheet lines (several where the label is merged), its path of labels, its label's place.

    ``sure`` is whether every group label above stands in this line or is merged over it, rather than carried on.
    """

    lines: tuple[int, ...]
    path: tuple[str, ...]
    place: tuple[int, int]
    sure: bool = True


@dataclass(frozen=True)
class IndexedBlock:
    """A block of a form with its labels ready to be looked for; ``number`` tells blocks apart, ``title`` is normalised."""

    number: int
    block: Block
    columns: LabelIndex
    rows: LabelIndex
    title: str


def indexed_block(block: Block, number: int) -> IndexedBlock:
    """Prepare a block for recognising its labels."""
    columns = LabelIndex(leaves_of(block.columns, number), ordinals=False)
    rows = LabelIndex(leaves_of(block.rows, number), ordinals=True)
    return IndexedBlock(number, block, columns, rows, wording(block.title).full)


@dataclass
class HeaderSegment:
    """Header rows found in a sheet, and for each block they fit: which bands are its columns.

    ``left`` is the first data column, ``end`` the last row below the header. ``by_order`` are the blocks whose repeated column
    names could be told apart by order only, with the place of the first of them.
    """

    first: int
    last: int
    bands: list[Band]
    columns: dict[int, dict[str, list[Band]]]
    left: int
    end: int = 0
    by_order: dict[int, tuple[int, int]] = field(default_factory=dict)


class SheetView:
    """A sheet's non-empty cells row by row, and which place shows which merged cell. At most ``MAX_ROWS`` rows are seen."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows: dict[int, dict[int, Value]] = {}
        for (row, col), value in sorted(sheet.values.items()):
            if row not in self.rows and len(self.rows) >= MAX_ROWS:
                break
            self.rows.setdefault(row, {})[col] = value
        covered = ((place, (merge.top, merge.left)) for merge in reversed(sheet.merges) for place in _covered(merge))
        self._origins = dict(islice(covered, _MAX_COVERED))

    def origin(self, row: int, col: int) -> tuple[int, int]:
        """The place whose value shows here: the top left cell of the merged range, or the cell itself."""
        return self._origins.get((row, col), (row, col))

    def label(self, row: int, col: int) -> str:
        """The text at a place unless it is a figure; empty when there is none."""
        value = self.rows.get(row, {}).get(col)
        return value.text if value and not number_like(value) else ""

    def segments(self, blocks: Sequence[IndexedBlock]) -> list[HeaderSegment]:
        """The headers of these blocks in the sheet, each with the rows below it."""
        found: list[HeaderSegment] = []
        run: list[int] = []
        for row in (*self.rows, 0):
            if row and _is_header(self.rows[row], blocks):
                run.append(row)
                continue
            if run and (segment := self._segment(blocks, run)):
                found.append(segment)
            run = []
        last = max(self.rows, default=0)
        for segment, following in zip(found, [*found[1:], None], strict=False):
            segment.end = following.first - 1 if following else last
        return found

    def _segment(self, blocks: Sequence[IndexedBlock], run: list[int]) -> HeaderSegment | None:
        """The header rows as a segment, if they name at least half of the columns of some block."""
        texts = {(row, col): value.text for row in run for col, value in self.rows[row].items()}
        cols = self._header_columns(texts, run)
        bands = _bands(cols, run, lambda col, row: texts.get((row, col), ""), lambda col, row: self.origin(row, col))
        columns: dict[int, dict[str, list[Band]]] = {}
        by_order: dict[int, tuple[int, int]] = {}
        for block in blocks:
            matched, guessed = _match(bands, block.columns)
            if 2 * len(matched) >= len(block.columns.leaves):
                columns[block.number] = matched
                if guessed:
                    by_order[block.number] = guessed
        if not columns:
            return None
        left = min(band.lines[0] for matched in columns.values() for found in matched.values() for band in found)
        return HeaderSegment(run[0], run[-1], bands, columns, left, by_order=by_order)

    def _header_columns(self, texts: dict[tuple[int, int], str], run: list[int]) -> list[int]:
        """Columns of header texts, and those their merges reach over."""
        cols = {col for _, col in texts}
        for merge in self.sheet.merges:
            if merge.top in run and (merge.top, merge.left) in texts and merge.right - merge.left < _MAX_SPAN:
                cols.update(range(merge.left, merge.right + 1))
        return sorted(cols)

    def row_bands(self, segment: HeaderSegment) -> list[Band]:
        """The labelled rows below a header, by the texts left of its columns."""
        numbers = [row for row in self.rows if segment.last < row <= segment.end]
        levels = sorted({col for row in numbers for col in self.rows[row] if col < segment.left})
        merged = [
            row
            for merge in self.sheet.merges
            if merge.left in levels and merge.bottom - merge.top < _MAX_SPAN
            for row in range(max(merge.top, segment.last + 1), min(merge.bottom, segment.end) + 1)
        ]
        return _bands(sorted({*numbers, *merged}), levels, self.label, self.origin)

    def title_before(self, row: int, titles: Iterable[str]) -> str:
        """The last of these normalised titles above a row; empty when there is none."""
        wanted = set(titles)
        for above in sorted((number for number in self.rows if number < row), reverse=True):
            for value in self.rows[above].values():
                if wording(value.text).full in wanted:
                    return wording(value.text).full
        return ""


def _covered(merge: Merge) -> Iterable[tuple[int, int]]:
    rows = range(merge.top, min(merge.bottom, merge.top + MAX_ROWS) + 1)
    return ((row, col) for row in rows for col in range(merge.left, min(merge.right, merge.left + _MAX_SPAN) + 1))


def _is_header(row: dict[int, Value], blocks: Sequence[IndexedBlock]) -> bool:
    if any(number_like(value) for value in row.values()):
        return False
    return any(block.columns.named(v.text) or block.columns.group(v.text) for v in row.values() for block in blocks)


def _bands(
    lines: Iterable[int],
    levels: Sequence[int],
    text: Callable[[int, int], str],
    origin: Callable[[int, int], tuple[int, int]],
) -> list[Band]:
    """Labelled lines with their paths.

    A label holds for the lines after it until another stands at its level or above, as merged and as unmerged headers do.
    A line without a label of its own belongs to the band before when that band's label is merged over it.
    """
    bands: list[Band] = []
    carried: dict[int, str] = {}
    since: dict[int, int] = {}
    leaf_level = 0
    for line in lines:
        own = [level for level in levels if text(line, level)]
        if own:
            for level in levels:
                if level >= own[0]:
                    carried.pop(level, None)
            carried |= {level: text(line, level) for level in own}
            since |= dict.fromkeys(own, line)
            leaf_level = own[-1]
            path = tuple(carried[level] for level in levels if level in carried)
            sure = all(origin(line, level) == origin(since[level], level) for level in carried)
            bands.append(Band((line,), path, origin(line, leaf_level), sure))
        elif bands and origin(line, leaf_level) == bands[-1].place:
            band = bands[-1]
            bands[-1] = Band((*band.lines, line), band.path, band.place, band.sure)
    return bands


def _match(bands: Sequence[Band], index: LabelIndex) -> tuple[dict[str, list[Band]], tuple[int, int] | None]:
    """Bands by the key of the leaf they mean. Repeated labels whose group is lost are told apart by order, if none is missing.

    The second value is the place of the first column that was told by order.
    """
    matched: dict[str, list[Band]] = {}
    unsure: list[tuple[Band, list[Leaf]]] = []
    for band in bands:
        found = index.find(band.path)
        if len(found) == 1:
            matched.setdefault(found[0].node.key, []).append(band)
        elif found:
            unsure.append((band, found))
    left = [leaf for leaf in index.leaves if leaf.node.key not in matched]
    complete = len(left) == len(unsure) and all(len(found) == 1 for found in matched.values())
    if not complete:
        _drop_doubtful(matched, index)
    if unsure and complete and all(leaf in found for leaf, (_, found) in zip(left, unsure, strict=True)):
        for leaf, (band, _) in zip(left, unsure, strict=True):
            matched[leaf.node.key] = [band]
        return matched, unsure[0][0].place
    return matched, None


def _drop_doubtful(matched: dict[str, list[Band]], index: LabelIndex) -> None:
    """Give up columns whose name occurs in several groups and whose group was carried on from a column to the left.

    Where a column is missing or doubled, the column with the next group's name may be the one that is gone.
    """
    for leaf in index.leaves:
        bands = matched.get(leaf.node.key)
        if bands and len(index.named(leaf.node.label)) > 1 and not all(band.sure for band in bands):
            del matched[leaf.node.key]


def filled(value: Value) -> bool:
    """Whether a value is a figure or a mark for none."""
    return number_like(value) or normalise_raw(value.text) in PLACEHOLDERS


def number_like(value: Value) -> bool:
    """Whether a value is, or reads as, a number."""
    return value.kind != "text" or _reads_as_number(value.text)


@lru_cache(maxsize=4_096)
def _reads_as_number(text: str) -> bool:
    digits = normalise_raw(text).replace(",", "").lstrip("+-")
    return digits[:1].isdigit() and digits.replace(".", "", 1).isdigit()
