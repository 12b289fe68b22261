"""Reads a report out of the blocks of any file: paragraphs, tables as grids, pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.form import Cell, FormRegistry, Section
from assistant.grids.geometry import SheetView
from assistant.report.blocks import Block, GridBlock, TextBlock
from assistant.report.flat_reading import FlatReading
from assistant.report.lines import Line
from assistant.report.model import Report
from assistant.report.sections import Part, find_headings
from assistant.report.sheet_reader import sheet_segments, table_of
from assistant.report.table_reader import TableReading, place_rows
from assistant.report.table_spec import TableSpec, table_specs


def read_blocks(blocks: Sequence[Block], path: str, registry: FormRegistry) -> Report:
    """Read a report from the blocks of its file.

    A value counts only where its row label and its column label say so; what is missing, doubled, moved or foreign becomes a
    remark and never an accepted cell. Blank cells stay blank.

    Args:
        blocks: the file in reading order.
        path: its path; the file name goes into each source.
        registry: the known versions of the form.

    Raises:
        InputError: the blocks have no title and no part of such a report.
    """
    return _Reading(block_lines(blocks, registry), path, registry).report()


def block_lines(blocks: Sequence[Block], registry: FormRegistry) -> list[Line]:
    """The blocks as lines, numbered in reading order; tables are cut where the heading of a part stands inside them."""
    sections = [section for form in registry.forms for section in form.sections]
    pieces = [piece for block in blocks for piece in _pieces(block, sections)]
    return [
        Line(number, block.text.strip() if isinstance(block, TextBlock) else "", where=block.place, block=block)
        for number, block in enumerate(pieces, start=1)
        if not isinstance(block, TextBlock) or block.text.strip()
    ]


def _pieces(block: Block, sections: Sequence[Section]) -> Iterator[Block]:
    if not isinstance(block, GridBlock):
        yield block
        return
    sheet = block.sheet
    filled: dict[int, list[int]] = {}
    for row, col in sheet.values:
        filled.setdefault(row, []).append(col)
    top = 1
    for row, cols in sorted(filled.items()):
        text = sheet.text(row, cols[0])
        headings = find_headings([Line(1, text)], sections, frozenset()) if len(cols) == 1 else []
        if any(heading.mark and "(" not in heading.mark for heading in headings):
            yield from _rows_of(block, top, row - 1)
            yield TextBlock(text, sheet.place(row, cols[0]))
            top = row + 1
    yield from _rows_of(block, top, max(filled, default=0))


def _rows_of(block: GridBlock, top: int, bottom: int) -> Iterator[GridBlock]:
    """The part of a table between two rows, if anything stands there; places stay what they are."""
    sheet = block.sheet
    if top == 1 and bottom == max((row for row, _ in sheet.values), default=0):
        yield block
        return
    values = {place: value for place, value in sheet.values.items() if top <= place[0] <= bottom}
    merges = [merge for merge in sheet.merges if top <= merge.top and merge.bottom <= bottom]
    if values:
        yield GridBlock(replace(sheet, values=values, merges=merges), block.place)


class _Reading(FlatReading):
    """One reading of one file's blocks. A grid belongs to the table its labels name, whatever part it stands in.

    A table of which there is no grid may stand in the lines of its part, as pages without table markup print it.
    """

    def __init__(self, lines: Sequence[Line], path: str, registry: FormRegistry) -> None:
        self.views = {line.number: SheetView(line.block.sheet) for line in lines if isinstance(line.block, GridBlock)}
        notes = [line for line in lines if isinstance(line.block, TextBlock) and line.block.role == "note"]
        super().__init__([line for line in lines if line not in notes], path, registry)
        for note in notes:
            self._remark("S-CHROME", note.text, place=note.place)
        self.tables = {number: spec.key for number, view in self.views.items() if (spec := table_of(view, self.specs)) is not None}

    def _table_text(self) -> str:
        specs = table_specs(self.registry.forms, None)
        views = [view for view in self.views.values() if table_of(view, specs) is not None]
        grids = "".join(value.text for view in views for row in view.rows.values() for value in row.values())
        return grids or self._flat_text()

    def _table_part(self, part: Part, cells: dict[str, Cell]) -> Sequence[Line]:
        spec = self.specs[part.heading.section.table]
        if spec.key not in self.tables.values():
            return self._flat_table(part, cells)
        reading = self._read_table(spec, part.heading.section.key, cells)
        if not reading.values:
            self._note_no_table(part, spec)
        return [*part.lines, *reading.narrative]

    def _other_tables(self, cells: dict[str, Cell]) -> None:
        owed = {part.heading.section.table for part in self.split.parts}
        for key in dict.fromkeys(self.tables.values()):
            if key not in owed:
                self._read_table(self.specs[key], "", cells)

    def _read_table(self, spec: TableSpec, section: str, cells: dict[str, Cell]) -> TableReading:
        lines = [line for line in self.shell.lines if self.tables.get(line.number) == spec.key]
        segments = [segment for line in lines for segment in sheet_segments(self.views[line.number], spec, line.number)]
        reading = place_rows(spec, segments, TableReading(), section=section, file=self.file)
        cells.update(reading.cells)
        self.remarks += reading.remarks
        self._note_other_form(spec, reading.forms, section, cells)
        return reading
