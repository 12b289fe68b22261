"""Reads a report that was flattened to text: one cell a line, or tables with bars; blank cells may be lost."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.form import Cell, FormRegistry, Source
from assistant.report.assembly import ReportReading
from assistant.report.glued import cut_glued_table, part_glued_headings
from assistant.report.lines import Line, text_lines
from assistant.report.model import Report
from assistant.report.sections import Part, Split, find_headings, split_sections
from assistant.report.table_reader import TableReading, read_table
from assistant.report.table_spec import TableSpec


def read_text_report(text: str, path: str, registry: FormRegistry) -> Report:
    """Read a flattened text report.

    Values are placed by row label and column label only; what is missing, doubled, moved or foreign becomes a remark and
    never an accepted cell. Blank cells stay blank (report-format §7).

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
            self._refuse_glued(part, spec, glued, cells)
        elif not reading.values:
            self._note_no_table(part, spec)
        self._take(reading, cells, glued=bool(glued))
        return reading.narrative

    def _take(self, reading: TableReading, cells: dict[str, Cell], *, glued: bool) -> None:
        if glued:
            return
        cells.update(reading.cells)
        self.remarks += reading.remarks

    def _refuse_glued(self, part: Part, spec: TableSpec, glued: Sequence[Line], cells: dict[str, Cell]) -> None:
        keys = [key for key in cells if self.form and self.form.cells[key].table == spec.key]
        source = Source(file=self.file, place=glued[0].place)
        for key in keys:
            cells[key] = Cell(key=key, status="position_uncertain", remark="表格各格连在一起，无法分开", source=source)
        message = f"{spec.title}的各格连在一起，没有分隔，无法确定每格的数，整表没有采用，请改用原网页、Word 或 PDF 文件"
        self._remark("S-CELL-COUNT", message, section=part.heading.section.key, place=glued[0].place, cells=tuple(keys))
