"""The workbook a unit fills in: cover, one sheet a table, notes, problems and improvements, follow-ups, last year's tables."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from assistant.errors import FormError
from assistant.form import Cell, Form, FormRegistry
from assistant.submission import workbook_style as style
from assistant.submission import workbook_text as words
from assistant.submission.build import STATUS_LABELS, aspect_labels, kind_labels
from assistant.submission.model import Submission
from assistant.submission.workbook_table import write_table

_ROWS = {"notes": 60, "problems": 20, "follow_ups": 20}
_WIDTHS = {"number": 8, "id": 10, "aspect": 24, "text": 70, "source": 20, "answers": 16, "problem": 45, "status": 14}
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")

# A workbook of the same content is the same file: the clock does not enter it.
_MADE = datetime(2000, 1, 1)


def blank_workbook(
    year: int, kind: str, registry: FormRegistry, *, previous: Submission | None = None, filled: Submission | None = None
) -> bytes:
    """The workbook for a unit to fill in, as an .xlsx file.

    Args:
        year: report year.
        kind: key of the unit kind, printed on the cover; may be empty.
        registry: the forms known.
        previous: last year's submission; its figures are printed on last year's sheets.
        filled: a submission whose values are written in.

    Raises:
        FormError: no form covers the year.
    """
    form = registry.get(filled.form) if filled else registry.for_year(year)
    book = Workbook()
    _cover(book, form, year, kind, filled)
    for table in form.tables:
        sheet = book.create_sheet(table.title)
        write_table(sheet, form, table, f"{table.title}　{table.name}（{year}年度）", filled.cells if filled else {})
    _notes(book, form, filled)
    _problems(book, filled)
    _follow_ups(book, filled)
    _previous_tables(book, registry, year, _previous_cells(previous, filled))
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    book.properties.creator = ""
    book.properties.created = book.properties.modified = _MADE
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _previous_cells(previous: Submission | None, filled: Submission | None) -> Mapping[str, Cell]:
    if previous is not None:
        return previous.cells
    return filled.previous_cells if filled else {}


def _previous_tables(book: Workbook, registry: FormRegistry, year: int, cells: Mapping[str, Cell]) -> None:
    """Last year's tables; none when no form covers last year."""
    try:
        form = registry.for_cells(cells, year - 1)
    except FormError:
        return
    for table in form.tables:
        sheet = book.create_sheet(f"{words.PREVIOUS}{table.title}")
        sheet.sheet_properties.tabColor = "BFBFBF"
        write_table(sheet, form, table, f"{words.PREVIOUS}{table.title}　{table.name}（{year - 1}年度，可不填）", cells)


def _cover(book: Workbook, form: Form, year: int, kind: str, filled: Submission | None) -> None:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = words.COVER
    _say(sheet, 1, 1, "政府信息公开工作年度报告填报件", style.TITLE)
    sheet.merge_cells("A1:C1")
    row = 2
    for text in words.GUIDE:
        _say(sheet, row, 1, text, style.BODY)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)
        row += 1
    _header(sheet, row + 1, (words.COVER_ITEM, words.COVER_VALUE, words.COVER_HINT))
    values = _cover_values(form, year, kind, filled)
    for offset, (field, label, hint) in enumerate(words.COVER_FIELDS, row + 2):
        _say(sheet, offset, 1, label, style.BODY, style.LABEL_FILL)
        place = style.cell_at(sheet, offset, 2)
        _put(place, values.get(field))
        style.dress(place, style.BODY, style.INPUT_FILL, style.LEFT)
        _say(sheet, offset, 3, hint, style.HINT, style.INPUT_FILL)
        if field == "kind":
            _choices(sheet, place.coordinate, kind_labels().values())
    for letter, width in zip("ABC", (26, 44, 48), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.row_dimensions[1].height = 34
    style.print_on_a4(sheet, False)


def _cover_values(form: Form, year: int, kind: str, filled: Submission | None) -> dict[str, Any]:
    values: dict[str, Any] = {"year": year, "form": form.id, "kind": kind_labels().get(kind, "")}
    if filled is None:
        return values
    unit = filled.unit
    values |= {"name": unit.name, "kind": kind_labels()[unit.kind], "region": unit.region, "site": unit.site, "year": filled.year}
    values |= {"aliases": "、".join(unit.aliases), "neighbours": "、".join(unit.neighbours)}
    values |= {f"contact.{name}": value for name, value in unit.contact.model_dump().items()}
    if filled.fee is not None:
        values |= {"fee.count": filled.fee.count, "fee.yuan": filled.fee.yuan}
    return values


def _notes(book: Workbook, form: Form, filled: Submission | None) -> None:
    labels = aspect_labels(form)
    rows = [{"aspect": labels[note.aspect], "text": note.text, "source": note.source} for note in filled.notes] if filled else []
    sheet = book.create_sheet(words.NOTES)
    _list_sheet(sheet, "工作素材：一行一件事，写清做了什么、多少、依据什么", "notes", words.NOTE_COLUMNS, rows, labels.values())


def _problems(book: Workbook, filled: Submission | None) -> None:
    sheet = book.create_sheet(words.PROBLEMS)
    problems = filled.problems if filled else ()
    numbers = {problem.id: str(number) for number, problem in enumerate(problems, 1)}
    rows = [{"id": numbers[problem.id], "text": problem.text} for problem in problems]
    _list_sheet(sheet, "本年存在的主要问题（左）和改进措施（右）", "problems", words.PROBLEM_COLUMNS, rows)
    answers = [
        {"text": item.text, "answers": "、".join(numbers[answer] for answer in item.answers if answer in numbers)}
        for item in (filled.improvements if filled else ())
    ]
    _list_rows(sheet, "problems", words.IMPROVEMENT_COLUMNS, answers, first=len(words.PROBLEM_COLUMNS) + 2)


def _follow_ups(book: Workbook, filled: Submission | None) -> None:
    rows = [
        {"problem": item.problem, "status": STATUS_LABELS[item.status], "text": item.text}
        for item in (filled.follow_ups if filled else ())
    ]
    sheet = book.create_sheet(words.FOLLOW_UPS)
    title = "上年报告所列问题的整改情况：逐条对应"
    _list_sheet(sheet, title, "follow_ups", words.FOLLOW_UP_COLUMNS, rows, STATUS_LABELS.values())


def _list_sheet(
    sheet: Worksheet,
    title: str,
    name: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[dict[str, str]],
    choices: Iterable[str] = (),
) -> None:
    _say(sheet, 1, 1, title, style.SECTION, alignment=style.ONE_LINE)
    sheet.row_dimensions[1].height = 28
    _list_rows(sheet, name, columns, rows, choices=choices)
    sheet.freeze_panes = "A4"
    style.print_on_a4(sheet, True, "3:3")


def _list_rows(
    sheet: Worksheet,
    name: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[dict[str, str]],
    first: int = 1,
    choices: Iterable[str] = (),
) -> None:
    """The header in row 3 and the rows below it, some more than there are entries."""
    _header(sheet, 3, [label for _, label in columns], first)
    height = max(_ROWS[name], len(rows) + 10)
    for number in range(height):
        values = rows[number] if number < len(rows) else {}
        lines = max((2 * len(text) // _WIDTHS[field] + 1 for field, text in values.items()), default=1)
        row = sheet.row_dimensions[4 + number]
        row.height = max(row.height or 0, 16 * min(lines, 12) + 4)
        for col, (field, _) in enumerate(columns, first):
            place = style.cell_at(sheet, 4 + number, col)
            counted = number + 1 if field in ("number", "id") else None
            _put(place, values.get(field, counted))
            style.dress(place, style.BODY, style.INPUT_FILL, style.LEFT)
    for col, (field, _) in enumerate(columns, first):
        letter = get_column_letter(col)
        sheet.column_dimensions[letter].width = _WIDTHS[field]
        if field in ("aspect", "status"):
            _choices(sheet, f"{letter}4:{letter}{3 + height}", choices)


def _header(sheet: Worksheet, row: int, labels: Sequence[str], first: int = 1) -> None:
    for col, label in enumerate(labels, first):
        _say(sheet, row, col, label, style.HEAD, style.HEAD_FILL, style.CENTRE)


def _say(
    sheet: Worksheet,
    row: int,
    col: int,
    text: str,
    font: Font,
    fill: PatternFill | None = None,
    alignment: Alignment = style.LEFT,
) -> None:
    """Print a fixed text; one with a fill has a border too."""
    cell = style.cell_at(sheet, row, col)
    style.write_text(cell, text)
    style.dress(cell, font, fill, alignment, border=fill is not None)


def _put(place: Any, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, int):
        place.value = value
    else:
        style.write_text(place, _NOT_IN_XML.sub("", str(value)))


def _choices(sheet: Worksheet, places: str, choices: Iterable[str]) -> None:
    """A drop-down list; other entries are refused by the spreadsheet."""
    listed = ",".join(choices)
    rule = DataValidation(
        type="list", formula1=f'"{listed}"', allow_blank=True, errorTitle="请从列表中选", error="请从下拉列表中选择一项。"
    )
    rule.showErrorMessage = True
    sheet.add_data_validation(rule)
    rule.add(places)
