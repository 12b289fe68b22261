"""Cuts a sheet into the headers and rows of one statutory table, for the placing under the rules of reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.grids.geometry import Band, HeaderSegment, IndexedBlock, SheetView, filled
from assistant.grids.grid import Value
from assistant.grids.labels import wording
from assistant.report.labels import looks_like_value, normalise_label
from assistant.report.printing import TO_FILL
from assistant.report.raw_table import HeaderFit, RawRow, Segment, SheetHeader, SheetRow, Token
from assistant.report.table_spec import TableSpec

_LEAST_ROWS = 2
_RAGGED = "表头各行的格数不一"
_SLIPPED = "这一行的格数与表头不同，数可能错位"
_TALL = "这一行的数与别的行合并在一格，分不清是哪一行的"


def table_of(view: SheetView, specs: dict[str, TableSpec]) -> TableSpec | None:
    """Which of the tables a sheet is, by its labels; None if it is none of them."""
    texts = {normalise_label(value.text) for row in view.rows.values() for value in row.values()}
    known = {key: len(texts & spec.labels) for key, spec in specs.items()}
    for key in sorted(specs, key=lambda key: -known[key]):
        spec = specs[key]
        rows = sum(label in spec.rows for label in texts)
        if rows >= _LEAST_ROWS or view.segments(spec.indexed):
            return spec
    return None


def sheet_segments(view: SheetView, spec: TableSpec, line: int) -> list[Segment]:
    """The headers of a table in a sheet with the rows below each; rows above the first header come with no header at all.

    Args:
        view: the sheet.
        spec: the table over all versions of the form.
        line: number of the block in its file.
    """
    return _Cutting(view, spec, line).segments()


class _Cutting:
    """The cutting of one sheet."""

    def __init__(self, view: SheetView, spec: TableSpec, line: int) -> None:
        self.view, self.sheet, self.spec, self.line = view, view.sheet, spec, line

    def segments(self) -> list[Segment]:
        headers = self.view.segments(self.spec.indexed)
        first = headers[0].first if headers else max(self.view.rows, default=0) + 1
        above = self._headless([row for row in self.view.rows if row < first])
        return [above, *(self._segment(header) for header in headers)] if above.rows else [self._segment(h) for h in headers]

    def _headless(self, numbers: Sequence[int]) -> Segment:
        """Rows that name a row of the table or hold figures, without a header."""
        segment = Segment(line=self.line, sheet=SheetHeader())
        for number in numbers:
            texts = [value.text for col, value in sorted(self.view.rows[number].items()) if not _is_value(value)]
            values = {col: value for col, value in self.view.rows[number].items() if _is_value(value)}
            if values or any(normalise_label(text) in self.spec.rows for text in texts):
                segment.rows.append(self._row(Band((number,), tuple(texts), (number, 1)), values_from=0))
        return segment

    def _segment(self, header: HeaderSegment) -> Segment:
        titles = [block.title for block in self.spec.indexed if block.title]
        title = self.view.title_before(header.first, titles)
        segment = Segment(title=self._printed_title(title), line=self.line)
        labelled = any(self.spec.indexed[number].block.rows for number in header.columns)
        bands = self.view.row_bands(header) if labelled else []
        taken = {row for band in bands for row in band.lines}
        below = [row for row in self.view.rows if header.last < row <= header.end]
        loose = [Band((row,), (), (row, header.left)) for row in below if row not in taken]
        tall = self._tall(header)
        for band in sorted([*bands, *loose], key=lambda band: band.lines[0]):
            segment.rows.append(self._row(band, header.left, self._slip(band, header), tall))
        segment.sheet = self._judge(header)
        return segment

    def _printed_title(self, title: str) -> str:
        """A block's title as the specification knows it."""
        return next((known for known in self.spec.titles if title and wording(known).full == title), "")

    def _row(self, band: Band, values_from: int, doubt: str = "", tall: frozenset[int] = frozenset()) -> RawRow:
        """A row; without a header (``values_from`` 0) whatever is a figure counts as a value. A gap mark is a blank."""
        tokens = {
            (row, col): Token(value.text, self.line, where=self.sheet.place(row, col))
            for row in band.lines
            for col, value in self.view.rows.get(row, {}).items()
            if col >= values_from and (values_from or _is_value(value)) and value.text != TO_FILL
        }
        first = band.lines[0]
        name = band.path[-1] if band.path else ""
        if tokens and not name and not any(looks_like_value(token.text) for token in tokens.values()):
            name, tokens = next(iter(tokens.values())).text, {}
        reach = {(merge.top, merge.left): merge.right for merge in self.sheet.merges if (merge.top, merge.left) in tokens}
        label = normalise_label(name) if normalise_label(name) in self.spec.labels else ""
        return RawRow(
            label,
            name,
            self.line,
            tokens=list(tokens.values()),
            sheet=SheetRow(
                band.path,
                self.line,
                tokens,
                reach,
                lambda col: self.sheet.place(first, col),
                band.sure,
                doubt or (_TALL if tall.intersection(band.lines) else ""),
            ),
            where=self.sheet.place(first, band.place[1]),
        )

    def _slip(self, band: Band, header: HeaderSegment) -> str:
        ends = self.sheet.ends
        wanted = ends.get(header.last)
        return _SLIPPED if wanted is not None and any(ends.get(row, wanted) != wanted for row in band.lines) else ""

    def _tall(self, header: HeaderSegment) -> frozenset[int]:
        """Rows over which a value is merged with other rows."""
        return frozenset(
            row
            for merge in self.sheet.merges
            if merge.bottom > merge.top > header.last and merge.left >= header.left and (merge.top, merge.left) in self.sheet.values
            for row in range(merge.top, min(merge.bottom, header.end) + 1)
        )

    def _judge(self, header: HeaderSegment) -> SheetHeader:
        """For each block the header may belong to: where its columns are, or why the header does not vouch for them."""
        judged = SheetHeader()
        ends = {self.sheet.ends[row] for row in range(header.first, header.last + 1) if row in self.sheet.ends}
        for number, columns in header.columns.items():
            block, name = self.spec.indexed[number], id(self.spec.blocks[number])
            fault = _RAGGED if len(ends) > 1 else _fault(block, columns) or self._nameless(header, columns)
            if fault:
                judged.faults[name] = fault
                continue
            spans = tuple(tuple(columns[leaf.node.key][0].lines) for leaf in block.columns.leaves)
            judged.fits[name] = HeaderFit(self._lost(block, header), spans)
        return judged

    def _nameless(self, header: HeaderSegment, columns: dict[str, list[Band]]) -> str:
        """What is wrong when figures stand in a column without a name: the names may have slipped."""
        named = {col for bands in columns.values() for band in bands for col in band.lines}
        named |= {col for band in header.bands for col in band.lines}
        for row in self.view.rows:
            for col, value in self.view.rows[row].items():
                if header.last < row <= header.end and col >= header.left and col not in named and _is_value(value):
                    return f"{self.sheet.place(row, col)}的数没有列名"
        return ""

    def _lost(self, block: IndexedBlock, header: HeaderSegment) -> tuple[str, ...]:
        if block.number not in header.by_order:
            return ()
        met = {group.key for band in header.bands for text in band.path for group in block.columns.group(text)}
        groups = dict.fromkeys(group for leaf in block.columns.leaves for group in leaf.groups)
        return tuple(group.label for group in groups if group.key not in met)


def _fault(block: IndexedBlock, columns: dict[str, list[Band]]) -> str:
    leaves = [leaf.node for leaf in block.columns.leaves]
    if missing := [leaf.label for leaf in leaves if leaf.key not in columns]:
        return f"缺{_quoted(missing)}列，或该列名称不符"
    if doubled := [leaf.label for leaf in leaves if len(columns[leaf.key]) > 1]:
        return f"{_quoted(doubled)}列出现不止一次"
    places = [columns[leaf.key][0].lines[0] for leaf in leaves]
    moved = [leaf.label for leaf, here, after in zip(leaves, places, places[1:], strict=False) if here > after]
    return f"{_quoted(moved)}列的次序与表式不符" if moved else ""


def _quoted(names: Iterable[str]) -> str:
    return "、".join(f"“{name}”" for name in list(names)[:6])


def _is_value(value: Value) -> bool:
    return filled(value) or looks_like_value(value.text)
