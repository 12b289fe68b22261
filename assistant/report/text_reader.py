"""Reads a report that was flattened to text: one cell a line, or tables with bars; blank cells may be lost."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.form import Cell, FormRegistry
from assistant.report.assembly import ReportReading
from assistant.report.glued import cut_glued_table, part_glued_headings
from assistant.report.glued_table import read_glued
from assistant.report.lines import Line, text_lines
from assistant.report.model import Report
from assistant.report.sections import Part, Split, find_headings, split_sections
from assistant.report.table_reader import read_table
from assistant.report.table_spec import TableSpec


def read_text_report(text: str, path: str, registry: FormRegistry) -> Report:
    """Read a flattened text report.

    Values are placed by row label and column label only; what is missing, doubled, moved or foreign becomes a remark and
    never an accepted cell. Blank cells stay blank.

    Args:
        text: the whole file.
        path: its path; the file name goes into each source.
        registry: the known versions of the form.

    Raises:
        InputError: the text has no title and no part of such a report.
    """
    return _Reading(text_lines(text), path, registry).report()


class _Reading(ReportReading):
    """One reading of one text."""

    def _split(self) -> Split:
        lines = self.shell.lines
        headings = find_headings(lines, self.all_sections, self._labels())
        if len({heading.section.key for heading in headings}) < 3:
            lines = part_glued_headings(lines, self.all_sections)
            headings = find_headings(lines, self.all_sections, self._labels())
        return split_sections(lines, headings)

    def _table_text(self) -> str:
        parts = [part for part in self.split.parts if part.heading.section.table]
        lines = [line for part in parts for line in part.lines] or self.shell.lines
        return "".join(line.text for line in lines)

    def _other_tables(self, cells: dict[str, Cell]) -> None:
        """Lines without a part of their own cannot be told from text."""

    def _table_part(self, part: Part, cells: dict[str, Cell]) -> list[Line]:
        """Read the table of a part into ``cells``; the lines of its narrative."""
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
        return reading.narrative

    def _take_glued(self, part: Part, spec: TableSpec, glued: Sequence[Line], cells: dict[str, Cell]) -> None:
        owed = [key for key, definition in self.form.cells.items() if definition.table == spec.key] if self.form else []
        reading = read_glued(spec, glued, section=part.heading.section.key, file=self.file, keys=owed)
        cells.update(reading.cells)
        self.remarks += reading.remarks
