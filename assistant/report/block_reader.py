"""Reads a report out of the blocks of any file: paragraphs, tables as grids, pictures."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.form import Cell, FormRegistry
from assistant.grids.geometry import SheetView
from assistant.report.assembly import ReportReading
from assistant.report.blocks import Block, GridBlock, TextBlock
from assistant.report.lines import Line
from assistant.report.model import Report
from assistant.report.sections import Part
from assistant.report.sheet_reader import sheet_segments, table_of
from assistant.report.table_reader import TableReading, place_rows
from assistant.report.table_spec import TableSpec, table_specs


def read_blocks(blocks: Sequence[Block], path: str, registry: FormRegistry) -> Report:
    """Read a report from the blocks of its file.

    A value counts only where its row label and its column label say so; what is missing, doubled, moved or foreign becomes a
    remark and never an accepted cell. Blank cells stay blank (report-format §7).

    Args:
        blocks: the file in reading order.
        path: its path; the file name goes into each source.
        registry: the known versions of the form.

    Raises:
        InputError: the blocks have no title and no part of such a report.
    """
    return _Reading(block_lines(blocks), path, registry).report()


def block_lines(blocks: Sequence[Block]) -> list[Line]:
    """The blocks as lines, numbered in reading order; notes are left to the remarks."""
    return [
        Line(number, block.text.strip() if isinstance(block, TextBlock) else "", where=block.place, block=block)
        for number, block in enumerate(blocks, start=1)
        if not isinstance(block, TextBlock) or block.text.strip()
    ]


class _Reading(ReportReading):
    """One reading of one file's blocks. A grid belongs to the table its labels name, whatever part it stands in."""

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
        return "".join(value.text for view in views for row in view.rows.values() for value in row.values())

    def _table_part(self, part: Part, cells: dict[str, Cell]) -> Sequence[Line]:
        spec = self.specs[part.heading.section.table]
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
        if len(reading.forms) == 1:
            self._note_other_form(spec, reading.forms, section)
        return reading
