"""Places the values of a table whose cells were printed without anything between them, where only one way is possible."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from assistant.form import Cell, CellDef, Equation, Node, Source, read_value
from assistant.report.glued_search import agreed_texts
from assistant.report.glued_splits import Budget, GluedRow, Split, TooMuchWork, plain_values, row_splits, sure_texts
from assistant.report.labels import label_variants, normalise_label
from assistant.report.lines import Line, line_range
from assistant.report.model import ReadRemark
from assistant.report.table_spec import FormBlock, Row, TableSpec

REMARK = "原文各格连在一起，按行名、列名和合计只有这一种分法"
_MOST_STEPS = 40_000
_LETTER = re.compile(r"[^\W\d_]")
_UNIT = re.compile("[万亿]?元|无")
_MARK_SIGN = re.compile(r"\s*[.、,．，)）]")


@dataclass
class GluedReading:
    """A glued table as read: cells by key (those that stay open are ``position_uncertain``), remarks."""

    cells: dict[str, Cell] = field(default_factory=dict)
    remarks: list[ReadRemark] = field(default_factory=list)


@dataclass(frozen=True)
class _Piece:
    """A label met in the text, or (``label`` empty) what stands between two labels."""

    label: str
    text: str


@dataclass
class _Segment:
    """A header with the rows below it: labels with the text behind each. ``met`` is whether any label of it was met."""

    header: list[str] = field(default_factory=list)
    title: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    values: str = ""
    met: bool = False
    foreign: bool = False


def read_glued(spec: TableSpec, lines: Sequence[Line], *, section: str, file: str, keys: Sequence[str]) -> GluedReading:
    """Read a table out of glued text.

    A value counts only if its block is whole (title, every column and every row of a form in statutory order, nothing foreign
    between), and labels, sums and the number of columns leave one way to part the digits, see :func:`agreed_texts` and
    :func:`sure_texts`.

    Args:
        spec: the table over all versions of the form.
        lines: the lines that hold the table.
        section: the part's key, for remarks.
        file: file name, for sources.
        keys: the cells the table owes; those without a value come out as ``position_uncertain``.
    """
    source = Source(file=file, place=line_range(list(lines)))
    reading = GluedReading()
    texts: dict[str, str | None] = {}
    printed: dict[str, str] = {}
    definitions: dict[str, CellDef] = {}
    for block, rows in _blocks(spec, "\n".join(line.text for line in lines)):
        definitions |= block.form.cells
        for row, found in zip(rows, _placed(block, rows), strict=True):
            texts |= dict(zip(row.keys, found, strict=True))
            printed |= dict.fromkeys(row.keys, row.text)
    for key in dict.fromkeys((*keys, *texts)):
        text = texts.get(key)
        if text is None:
            remark = f"原文各格连在一起（{printed[key]}），有不止一种分法" if printed.get(key) else "表格各格连在一起，无法分开"
            reading.cells[key] = Cell(key=key, status="position_uncertain", remark=remark, source=source)
        else:
            cell = read_value(definitions[key], text, source)
            reading.cells[key] = cell.model_copy(update={"remark": cell.remark or REMARK}) if text else cell
    _note(reading, spec, section, source, [key for key in reading.cells if texts.get(key) is None])
    return reading


def _note(reading: GluedReading, spec: TableSpec, section: str, source: Source, open_keys: Sequence[str]) -> None:
    """Say which cells stay open; nothing when all are placed."""
    if not open_keys:
        return
    placed = len(reading.cells) - len(open_keys)
    what = (
        f"能由行名、列名和合计唯一确定的 {placed} 格已采用，其余 {len(open_keys)} 格有不止一种分法，没有采用"
        if placed
        else "没有分隔，无法确定每格的数，整表没有采用"
    )
    message = f"{spec.title}的各格连在一起，{what}，请改用原网页、Word 或 PDF 文件"
    reading.remarks.append(ReadRemark(rule="S-CELL-COUNT", message=message, section=section, cells=tuple(open_keys), source=source))


def _placed(block: FormBlock, rows: Sequence[GluedRow]) -> list[list[str | None]]:
    """For each row of a block a text a column, None where it stays open, "" for a row without any value."""
    keys = {key for row in rows for key in row.keys}
    inside = [equation for equation in block.form.equations if keys.issuperset(equation.terms)]
    own = [[equation for equation in inside if set(row.keys).issuperset(equation.terms)] for row in rows]
    across = [equation for equation in inside if not any(set(row.keys).issuperset(equation.terms) for row in rows)]
    blank: list[str | None] = [""]
    if not across:
        return [blank * len(row.keys) if not row.text else sure_texts(row, sums) for row, sums in zip(rows, own, strict=True)]
    if splits := _all_splits(rows, own):
        return agreed_texts(rows, splits, across)
    return [blank * len(row.keys) if not row.text else list(row.certain) if row.certain else [None] * len(row.keys) for row in rows]


def _all_splits(rows: Sequence[GluedRow], own: Sequence[Sequence[Equation]]) -> list[list[Split]]:
    """For each row all ways to part it; nothing when a row has none, or there are too many."""
    splits: list[list[Split]] = []
    budget = Budget(_MOST_STEPS)
    try:
        for row, sums in zip(rows, own, strict=True):
            splits.append(row_splits(row, sums, budget))
            if not splits[-1]:
                return []
    except TooMuchWork:
        return []
    return splits


def _blocks(spec: TableSpec, text: str) -> Iterator[tuple[FormBlock, list[GluedRow]]]:
    """The blocks that are whole in the text, with the values of each row. A block met twice is in doubt and left out."""
    found: list[tuple[FormBlock, list[GluedRow]]] = []
    for segment in _segments(spec, text):
        fits = ((block, rows) for block in spec.blocks if (rows := _match(spec, block, segment)))
        found += islice(fits, 1)
    rows_met = [row.keys for _, rows in found for row in rows]
    for block, rows in found:
        if all(rows_met.count(row.keys) == 1 for row in rows):
            yield block, rows


def _match(spec: TableSpec, block: FormBlock, segment: _Segment) -> list[GluedRow]:
    """The rows of a block with their text if the segment is just this block, none otherwise."""
    if segment.foreign or not segment.header or (segment.title and segment.title not in block.title):
        return []
    if not any(_names_all(order, segment.header) for order in block.header_orders):
        return []
    if block.rows[0].node is None:
        pairs = [] if segment.rows else [(block.rows[0], segment.values)]
    else:
        pairs = _rows_in_order(spec, block, segment)
    return [GluedRow(block.keys(row), block.leaves, plain_values(text)) for row, text in pairs]


def _names_all(order: Sequence[Node], header: Sequence[str]) -> bool:
    """Whether a header names every column in this order; names of groups may be lost."""
    place = 0
    for node in order:
        if place < len(header) and header[place] in label_variants(node.label, node.aliases):
            place += 1
        elif not node.children:
            return False
    return place == len(header)


def _rows_in_order(spec: TableSpec, block: FormBlock, segment: _Segment) -> list[tuple[Row, str]]:
    """Every row of the block with its text, if the labels are just these rows in this order and groups stand without values."""
    pairs = []
    expected = list(block.rows)
    for label, text in segment.rows:
        ids = spec.rows.get(label, ())
        if expected and expected[0].id in ids:
            pairs.append((expected.pop(0), text))
        elif label not in spec.groups or text.strip():
            return []
    return pairs if not expected and not segment.values.strip() else []


def _segments(spec: TableSpec, text: str) -> list[_Segment]:
    segments = [_Segment()]
    for piece in _pieces(spec, text):
        if piece.label:
            _take_label(spec, segments, piece.label)
            segments[-1].met = True
        else:
            _between(segments[-1], piece.text)
    return segments


def _take_label(spec: TableSpec, segments: list[_Segment], label: str) -> None:
    here = segments[-1]
    started = bool(here.rows or here.values)
    if label in spec.titles:
        segments.append(_Segment(title=label))
    elif label in spec.headers and not (_is_row(spec, label) and _header_ends(spec, here, label)):
        if started:
            segments.append(_Segment())
        segments[-1].header.append(label)
    elif _is_row(spec, label):
        here.rows.append((label, ""))
    elif started:
        segments.append(_Segment())


def _is_row(spec: TableSpec, label: str) -> bool:
    return label in spec.rows or label in spec.groups


def _header_ends(spec: TableSpec, segment: _Segment, label: str) -> bool:
    """Whether a label that may name a column or a row no longer continues the header met so far."""
    header = [*segment.header, label]
    orders = [order for block in spec.blocks for order in block.header_orders]
    return bool(segment.rows) or not any(_names_all(order[:end], header) for order in orders for end in range(1, len(order) + 1))


def _between(here: _Segment, text: str) -> None:
    """Text between labels: values of the row before it, or, if it is more than that, something foreign."""
    if not here.met or not text.strip():
        return
    if _LETTER.search(_UNIT.sub("", text)) or not (here.header or here.rows):
        here.foreign = True
    elif here.rows:
        label, before = here.rows[-1]
        here.rows[-1] = (label, before + text)
    else:
        here.values += text


def _pieces(spec: TableSpec, text: str) -> Iterator[_Piece]:
    """The text cut at its labels, found over white space and signs inside them."""
    letters, places = _letters(text)
    start = 0
    for match in _pattern(spec.labels).finditer(letters):
        label = match.group()
        first, last = places[match.start()], places[match.end() - 1] + 1
        if label[0].isdigit() and not _MARK_SIGN.match(text, first + 1):
            continue
        yield _Piece("", _trimmed(text[start:first]))
        yield _Piece(label, text[first:last])
        start = last
    yield _Piece("", _trimmed(text[start:]))


def _trimmed(text: str) -> str:
    """Without the brackets and signs that belong to the labels on both sides."""
    return text.strip("（）()“”\"'《》、：:，,。；;．·|*# \n\t\u3000")


def _letters(text: str) -> tuple[str, list[int]]:
    """The text as labels are compared, with the place of each letter."""
    letters: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for letter in normalise_label(sign):
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


@lru_cache(maxsize=32)
def _pattern(labels: frozenset[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(label) for label in sorted(labels, key=lambda label: (-len(label), label)) if label))
