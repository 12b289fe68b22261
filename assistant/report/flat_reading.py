"""Tables flattened to lines of text, one cell a line, a row a line or glued together: what text and files of blocks share."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.form import Cell
from assistant.report.assembly import ReportReading
from assistant.report.glued import cut_glued_table, part_glued_headings
from assistant.report.glued_table import read_glued
from assistant.report.lines import Line
from assistant.report.sections import Part, Split, find_headings, split_sections
from assistant.report.table_reader import read_table
from assistant.report.table_spec import TableSpec

_FEW_PARTS = 3


class FlatReading(ReportReading):
    """A reading that can place the values of tables which are no more than lines."""

    def _split(self) -> Split:
        lines = self.shell.lines
        headings = find_headings(lines, self.all_sections, self._labels())
        if len({heading.section.key for heading in headings}) < _FEW_PARTS:
            lines = part_glued_headings(lines, self.all_sections)
            headings = find_headings(lines, self.all_sections, self._labels())
        return split_sections(lines, headings)

    def _flat_text(self) -> str:
        """The text of the parts that owe a table; the whole report's if there is none."""
        parts = [part for part in self.split.parts if part.heading.section.table]
        lines = [line for part in parts for line in part.lines] or self.shell.lines
        return "".join(line.text for line in lines)

    def _flat_table(self, part: Part, cells: dict[str, Cell]) -> list[Line]:
        """Read the table of a part out of its lines into ``cells``; the lines of its narrative."""
        spec = self.specs[part.heading.section.table]
        lines, glued = cut_glued_table(part.lines, spec)
        reading = read_table(spec, lines, section=part.heading.section.key, file=self.file)
        if glued:
            self._take_glued(part, spec, glued, cells)
            return reading.narrative
        if not reading.values:
            self._note_no_table(part, spec)
        cells.update(reading.cells)
        self.remarks += reading.remarks
        self._note_other_form(spec, reading.forms, part.heading.section.key, cells)
        return reading.narrative

    def _take_glued(self, part: Part, spec: TableSpec, glued: Sequence[Line], cells: dict[str, Cell]) -> None:
        owed = [key for key, definition in self.form.cells.items() if definition.table == spec.key] if self.form else []
        reading = read_glued(spec, glued, section=part.heading.section.key, file=self.file, keys=owed)
        cells.update(reading.cells)
        self.remarks += reading.remarks
