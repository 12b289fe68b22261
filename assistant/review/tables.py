"""The statutory tables as printed, for pages: figures, last year's beside them, findings, marks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fnmatch import fnmatchcase

from assistant.checks.printing import number
from assistant.checks.subject import PREVIOUS
from assistant.form import Cell, Form, Grid, GridCell, Table, table_grid
from assistant.review.remembered import Remembered
from assistant.review.views.findings import FindingView
from assistant.review.views.tables import CellView, TableView

_grids: Remembered[Grid] = Remembered(16)
_WORST = ("error", "warning", "info", "unknown")


def tables_of(
    form: Form,
    cells: Mapping[str, Cell],
    *,
    previous: Mapping[str, Cell] | None = None,
    previous_form: Form | None = None,
    findings: Iterable[FindingView] = (),
    marked: Collection[str] = (),
    only: Collection[str] | None = None,
) -> tuple[TableView, ...]:
    """The tables of a form as printed.

    Args:
        form, cells: this year's.
        previous, previous_form: last year's cells and their form, shown where the two forms' cells may be compared.
        findings: to be shown at their cells.
        marked: keys of cells to highlight (``prev.`` ones at the same place).
        only: the tables wanted, all if None.
    """
    at: dict[str, list[FindingView]] = defaultdict(list)
    for finding in findings:
        for key in finding.suspects or finding.cells:
            at[key].append(finding)
    shown = _Shown(form, cells, previous or {}, previous_form or form, at, {key.removeprefix(PREVIOUS) for key in marked})
    return tuple(shown.table(table) for table in form.tables if only is None or table.key in only)


class _Shown:
    """Builds the views of one form's tables."""

    def __init__(
        self,
        form: Form,
        cells: Mapping[str, Cell],
        previous: Mapping[str, Cell],
        previous_form: Form,
        findings: Mapping[str, list[FindingView]],
        marked: Collection[str],
    ) -> None:
        self.form, self.cells, self.previous, self.previous_form = form, cells, previous, previous_form
        self.findings, self.marked = findings, marked

    def table(self, table: Table) -> TableView:
        grid = _grids.get((self.form.id, table.key, id(table)), lambda: table_grid(table))
        placed = sorted(grid.cells, key=lambda cell: (cell.row, cell.col))
        cells = tuple(self._cell(cell) for cell in placed)
        return TableView(table.key, f"{table.title} {table.name}", grid.rows, grid.cols, grid.header_rows, grid.label_cols, cells)

    def _cell(self, cell: GridCell) -> CellView:
        if not cell.key:
            return CellView(cell.row, cell.col, cell.rowspan, cell.colspan, cell.kind, cell.text)
        definition = self.form.cells[cell.key]
        filled = self.cells.get(cell.key) or Cell(key=cell.key)
        before = self.previous.get(cell.key) if self._same_then(cell.key) else None
        found = self.findings.get(cell.key, [])
        kinds = {"unknown" if each.status == "unknown" else each.severity for each in found if each.ruling is None}
        return CellView(
            cell.row,
            cell.col,
            cell.rowspan,
            cell.colspan,
            cell.kind,
            filled.raw or (number(filled.value) if filled.value is not None else ""),
            key=cell.key,
            label=definition.label,
            status=filled.status,
            unit=definition.unit,
            last=(before.raw or (number(before.value) if before.value is not None else "")) if before else "",
            change=_change(filled, before),
            findings=tuple(dict.fromkeys(each.fingerprint for each in found if each.fingerprint)),
            worst=next((kind for kind in _WORST if kind in kinds), ""),
            marked=cell.key in self.marked,
        )

    def _same_then(self, key: str) -> bool:
        """Whether last year's form had this cell in the same sense."""
        other = self.form.not_comparable.get(self.previous_form.id, ())
        return key in self.previous_form.cells and not any(fnmatchcase(key, pattern) for pattern in other)


def _change(now: Cell, before: Cell | None) -> str:
    """The change on last year where both years state a figure."""
    if before is None or not (now.ok and before.ok) or now.value is None or before.value is None:
        return ""
    change: Decimal = now.value - before.value
    return "持平" if not change else f"{'+' if change > 0 else '−'}{number(abs(change))}"
