"""How the workbook looks: fonts by name, quiet colours, borders, print set-up."""

from __future__ import annotations

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

TITLE = Font(name="黑体", size=16)
SECTION = Font(name="黑体", size=12)
HEAD = Font(name="黑体", size=10.5)
BODY = Font(name="宋体", size=10.5)
HINT = Font(name="宋体", size=9, color="7F7F7F")

HEAD_FILL = PatternFill("solid", fgColor="EEF1F5")
LABEL_FILL = PatternFill("solid", fgColor="F7F8FA")
TOTAL_FILL = PatternFill("solid", fgColor="FBF8EF")
INPUT_FILL = PatternFill("solid", fgColor="FFFFFF")
WARNING_FILL = PatternFill("solid", bgColor="F8CBAD")
WARNING_FONT = Font(color="9C2A00")

_LINE = Side(style="thin", color="A6A6A6")
BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
ONE_LINE = Alignment(horizontal="left", vertical="center")
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)


def cell_at(sheet: Worksheet, row: int, col: int) -> Cell:
    """The cell at a row and column counted from 1. Cells are written before they are merged."""
    cell = sheet.cell(row, col)
    assert isinstance(cell, Cell)
    return cell


def dress(cell: Cell, font: Font, fill: PatternFill | None = None, alignment: Alignment = CENTRE, border: bool = True) -> None:
    """Give a cell its looks."""
    cell.font, cell.alignment = font, alignment
    if fill is not None:
        cell.fill = fill
    if border:
        cell.border = BORDER


def write_text(cell: Cell, text: str) -> None:
    """Write text that stays text: what starts with an equals sign is never taken for a formula."""
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"


def print_on_a4(sheet: Worksheet, landscape: bool, title_rows: str = "") -> None:
    """One page wide on A4, page number below, header rows repeated."""
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.5
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    footer = sheet.oddFooter
    if footer is not None and footer.center is not None:
        footer.center.text = "&A　第 &P 页，共 &N 页"
    if title_rows:
        sheet.print_title_rows = title_rows
