"""Whether a printed header names every column of a block, in statutory order."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.form import Node
from assistant.report.labels import label_variants
from assistant.report.raw_table import HeaderFit, Segment
from assistant.report.table_spec import FormBlock


def fit_header(block: FormBlock, segment: Segment) -> HeaderFit | None:
    """How the header of a segment fits a block, or None.

    A flattened header may come line by line or column by column; group names may be lost (S-HEADER-LOST), the name of a
    column with cells may not.
    """
    if segment.sheet is not None:
        return segment.sheet.fits.get(id(block))
    if segment.grid and (spans := _grid_spans(block, segment.grid)):
        return HeaderFit(spans=spans, width=len(segment.grid[-1]))
    for order in block.header_orders:
        lost = _lost_groups(order, segment.header)
        if lost is not None:
            return HeaderFit(lost=lost)
    return None


def _lost_groups(order: Sequence[Node], header: Sequence[str]) -> tuple[str, ...] | None:
    lost = []
    place = 0
    for node in order:
        if place < len(header) and header[place] in label_variants(node.label, node.aliases):
            place += 1
        elif node.children:
            lost.append(node.label)
        else:
            return None
    return tuple(lost) if place == len(header) else None


def _grid_spans(block: FormBlock, grid: Sequence[tuple[str, ...]]) -> tuple[tuple[int, ...], ...]:
    width = len(grid[-1])
    if any(len(row) != width for row in grid):
        return ()
    names = [next((row[column] for row in reversed(grid) if row[column]), "") for column in range(width)]
    spans: list[list[int]] = []
    leaves = [label_variants(leaf.label, leaf.aliases) for leaf in block.leaves]
    known = frozenset[str]().union(*leaves)
    for column, name in enumerate(names):
        if not name or (name not in known and not spans):
            continue
        if spans and name == names[column - 1]:
            spans[-1].append(column)
        elif len(spans) < len(leaves) and name in leaves[len(spans)]:
            spans.append([column])
        else:
            return ()
    return tuple(tuple(span) for span in spans) if len(spans) == len(leaves) else ()
