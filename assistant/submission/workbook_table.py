"""One sheet of the workbook with one statutory table, laid out as printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles.protection import Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from assistant.form import Cell, CellDef, Equation, Form, Grid, GridCell, Table, table_grid
from assistant.submission import workbook_style as style
from assistant.submission import workbook_text as words

_LARGEST = 999_999_999_999
_TOP = 4  # the sheet row of the grid's first row: title, hint and an empty row stand above


def write_table(sheet: Worksheet, form: Form, table: Table, title: str, cells: Mapping[str, Cell]) -> None:
    """Print a table onto an empty sheet.

    Args:
        sheet: the empty sheet.
        form, table: what to print.
        title: the heading in the first row.
        cells: values to fill in, by key; may be empty.
    """
    grid = table_grid(table)
    _headline(sheet, title, grid.cols)
    where: dict[str, str] = {}
    for cell in grid.cells:
        place = _print_cell(sheet, cell, form)
        if cell.key:
            where[cell.key] = place.coordinate
            _fill(place, cells.get(cell.key))
    _validate(sheet, form, where)
    _hint_at_sums(sheet, form, where)
    _measure(sheet, grid)


def _headline(sheet: Worksheet, title: str, width: int) -> None:
    for row, text, font in ((1, title, style.TITLE), (2, words.TABLE_HINT, style.HINT)):
        cell = style.cell_at(sheet, row, 1)
        style.write_text(cell, text)
        style.dress(cell, font, alignment=style.CENTRE if row == 1 else style.LEFT, border=False)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    sheet.row_dimensions[1].height = 30


def _print_cell(sheet: Worksheet, cell: GridCell, form: Form) -> SheetCell:
    top, left = cell.row + _TOP, cell.col + 1
    font = style.BODY if cell.kind in ("data", "label") else style.HEAD
    fill = {"label": style.LABEL_FILL, "data": style.INPUT_FILL}.get(cell.kind, style.HEAD_FILL)
    if cell.key and _is_total(form.cells[cell.key]):
        fill = style.TOTAL_FILL
    for row in range(top, top + cell.rowspan):
        for col in range(left, left + cell.colspan):
            style.dress(style.cell_at(sheet, row, col), font, fill, style.LEFT if cell.kind == "label" else style.CENTRE)
    place = style.cell_at(sheet, top, left)
    if cell.text:
        style.write_text(place, cell.text)
    if cell.rowspan > 1 or cell.colspan > 1:
        sheet.merge_cells(start_row=top, start_column=left, end_row=top + cell.rowspan - 1, end_column=left + cell.colspan - 1)
    if cell.kind == "data":
        place.protection = Protection(locked=False)
    return place


def _is_total(definition: CellDef) -> bool:
    return definition.col.total or (definition.row is not None and definition.row.total)


def _fill(place: SheetCell, cell: Cell | None) -> None:
    """Write a value as handed in: a plain number as a number, anything else (with a unit, 「/」, unreadable) as its raw text."""
    if cell is None or cell.status in ("blank", "inferred_zero", "position_uncertain"):
        return
    if cell.ok and cell.value is not None and not cell.unit:
        whole = cell.value == cell.value.to_integral_value()
        place.value = int(cell.value) if whole else float(cell.value)
    elif cell.raw:
        style.write_text(place, cell.raw)


def _validate(sheet: Worksheet, form: Form, where: Mapping[str, str]) -> None:
    """Whole numbers from 0 up, signed or with decimals where the form says so. A warning only: 「/」 is a legal entry."""
    rules: dict[tuple[bool, int], DataValidation] = {}
    for key, place in where.items():
        definition = form.cells[key]
        if definition.col.units:
            continue
        kind = (definition.signed, definition.col.decimals)
        if kind not in rules:
            rules[kind] = _validation(*kind)
            sheet.add_data_validation(rules[kind])
        rules[kind].add(place)


def _validation(signed: bool, decimals: int) -> DataValidation:
    what = "数字" if decimals else "整数"
    rule = DataValidation(
        type="decimal" if decimals else "whole",
        operator="between",
        formula1=str(-_LARGEST if signed else 0),
        formula2=str(_LARGEST),
        allow_blank=True,
        errorStyle="warning",
        errorTitle="请核对",
        error=f"这一格应当是{what}{'' if signed else '，且不能小于 0'}；不适用的可填“/”。",
    )
    rule.showErrorMessage = True
    return rule


def _hint_at_sums(sheet: Worksheet, form: Form, where: Mapping[str, str]) -> None:
    """Colour the totals of each equation that does not hold, once all its cells are filled in."""
    for equation in form.equations:
        if not all(key in where for key in equation.terms):
            continue
        places = [where[key] for key in equation.terms]
        unequal = f"{_sum(equation.left, where)}<>{_sum(equation.right, where)}"
        formula = f"AND(COUNT({','.join(_absolute(places))})={len(places)},{unequal})"
        rule = FormulaRule([formula], fill=style.WARNING_FILL, font=style.WARNING_FONT)  # type: ignore[no-untyped-call]
        for key in _coloured(equation, form):
            sheet.conditional_formatting.add(where[key], rule)


def _coloured(equation: Equation, form: Form) -> list[str]:
    totals = [key for key in equation.terms if _is_total(form.cells[key])]
    right = [term.lstrip("-") for term in equation.right]
    return [key for key in right if key in totals] or totals or right


def _sum(terms: Iterable[str], where: Mapping[str, str]) -> str:
    return (
        "ROUND("
        + "".join(f"{'-' if term.startswith('-') else '+'}{_absolute([where[term.lstrip('-')]])[0]}" for term in terms)
        + ",4)"
    )


def _absolute(places: Iterable[str]) -> list[str]:
    result = []
    for place in places:
        letters = place.rstrip("0123456789")
        result.append(f"${letters}${place[len(letters) :]}")
    return result


def _measure(sheet: Worksheet, grid: Grid) -> None:
    labels = (16,) if grid.label_cols == 1 else (18, 20, 40)
    for col in range(grid.cols):
        narrow = 15 if grid.cols <= 6 else 11
        width = labels[min(col, len(labels) - 1)] if col < grid.label_cols else narrow
        sheet.column_dimensions[get_column_letter(col + 1)].width = 24 if grid.label_cols == 1 and col == 0 else width
    for row in range(grid.rows):
        longest = max((len(c.text) / (c.colspan * c.rowspan) for c in grid.cells if c.row == row), default=0)
        sheet.row_dimensions[row + _TOP].height = 34 if longest > 18 else 22
    sheet.freeze_panes = f"{get_column_letter(grid.label_cols + 1)}{_TOP + grid.header_rows}"
    style.print_on_a4(sheet, grid.cols > 8, f"{_TOP}:{_TOP + grid.header_rows - 1}" if grid.header_rows else "")
