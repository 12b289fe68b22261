"""Reads a report that was flattened to text: one cell a line, or tables with bars; blank cells may be lost."""

from __future__ import annotations

from assistant.form import Cell, FormRegistry
from assistant.report.flat_reading import FlatReading
from assistant.report.lines import Line, text_lines
from assistant.report.model import Report
from assistant.report.sections import Part


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


class _Reading(FlatReading):
    """One reading of one text."""

    def _table_text(self) -> str:
        return self._flat_text()

    def _other_tables(self, cells: dict[str, Cell]) -> None:
        """Lines without a part of their own cannot be told from text."""

    def _table_part(self, part: Part, cells: dict[str, Cell]) -> list[Line]:
        return self._flat_table(part, cells)
