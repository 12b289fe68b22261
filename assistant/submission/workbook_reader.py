"""Reads the workbook a unit filled in. Sheets are known by what stands in them, not by name or order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.errors import FormError, InputError
from assistant.form import Cell, FormRegistry
from assistant.form.cell import doubtful_digits, normalise_raw
from assistant.grids.grid import Sheet
from assistant.grids.labels import wording
from assistant.submission import workbook_text as words
from assistant.submission.build import Builder, Entry
from assistant.submission.model import NOTHING_GIVEN, Fee, Given, InputRemark, Submission
from assistant.submission.spreadsheet import read_sheets
from assistant.submission.workbook_lists import Lists, text_at
from assistant.submission.workbook_tables import is_previous, read_tables, recognise_form

_SEPARATORS = re.compile(r"[、，,;；\n]+")


def read_workbook(data: bytes, file: str, registry: FormRegistry, given: Given = NOTHING_GIVEN) -> Submission:
    """Read a filled workbook.

    Args:
        data: the .xlsx file.
        file: its name, for messages and sources.
        registry: the forms known.
        given: what was said beside the file; used where the cover says nothing.

    Raises:
        InputError: not a readable workbook, no table in it, or no unit, kind or year on its cover.
    """
    sheets = read_sheets(data, file)
    remarks: list[InputRemark] = []
    cover = _Cover(sheets, file, remarks, given)
    year = cover.year()
    current = [sheet for sheet in sheets if not is_previous(sheet, year)]
    try:
        form = recognise_form(current, cover.text("form"), year, registry)
    except FormError as error:
        raise InputError(error.what, place=f"{file} {cover.place('year')}", remedy=error.remedy) from error
    builder = Builder(file, form, remarks, tolerant=True)
    cells, found = read_tables(builder, form, current, year)
    if not found:
        raise InputError("工作簿中没有找到任何一张统计表", place=file, remedy="请用 assistant template 给出的空白工作簿填写")
    lists = Lists(sheets, builder)
    problems = builder.problems(lists.problems())
    return builder.finish(
        unit=builder.unit(cover.unit()),
        year=year,
        cells=cells,
        notes=builder.notes(lists.entries(words.NOTE_COLUMNS)),
        problems=problems,
        improvements=builder.improvements(lists.improvements(), problems),
        follow_ups=builder.follow_ups(lists.entries(words.FOLLOW_UP_COLUMNS)),
        fee=_fee(builder, cover),
        previous_cells=_previous_cells(builder, sheets, year, registry),
    )


def _previous_cells(builder: Builder, sheets: Sequence[Sheet], year: int, registry: FormRegistry) -> dict[str, Cell]:
    """Last year's cells; none when last year's sheets are missing or wholly empty."""
    previous = [sheet for sheet in sheets if is_previous(sheet, year)]
    try:
        form = recognise_form(previous, "", year - 1, registry)
    except FormError:
        return {}
    remarks = len(builder.remarks)
    cells, found = read_tables(builder, form, previous, year - 1)
    if found and any(cell.status != "blank" for cell in cells.values()):
        return cells
    del builder.remarks[remarks:]
    return {}


def _fee(builder: Builder, cover: _Cover) -> Fee | None:
    """The fee as stated; an entry that is no number is left out with a remark, so that it shows as a gap."""
    stated = {}
    for name in ("count", "yuan"):
        raw = cover.text(f"fee.{name}")
        text = normalise_raw(raw).replace(",", "").removesuffix("元").removesuffix("件")
        if not doubtful_digits(raw) and re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,4})?" if name == "yuan" else r"[0-9]{1,9}", text):
            stated[name] = text
        elif text:
            builder.remark(
                "ignored", f"信息处理费“{raw[:20]}”不是数字，未采用", cover.place(f"fee.{name}"), "请填写数字；没有收取填 0"
            )
    return builder.fee(Entry(stated, cover.place("fee.count"), lambda name: cover.place(f"fee.{name}")))


class _Cover:
    """The cover sheet: labels in one column, what was filled in beside them."""

    def __init__(self, sheets: Sequence[Sheet], file: str, remarks: list[InputRemark], given: Given) -> None:
        self.file, self._given = file, given
        self._found: dict[str, tuple[str, str]] = {}
        sheet, labels = max(((sheet, _cover_labels(sheet)) for sheet in sheets), key=lambda item: len(item[1]), default=(None, {}))
        if sheet is None or len(labels) < 2:
            raise InputError("工作簿中没有填写单位信息的封面", place=file, remedy="请用 assistant template 给出的空白工作簿填写")
        self.sheet = sheet
        column = _value_column(sheet, labels)
        for field, (row, col) in labels.items():
            at = column or col + 1
            self._found[field] = (text_at(sheet, row, at, file, remarks), sheet.place(row, at))

    def text(self, field: str) -> str:
        """What was filled in, empty when nothing was."""
        return self._found.get(field, ("", ""))[0]

    def place(self, field: str) -> str:
        """Where the field stands."""
        return self._found.get(field, ("", f"工作表“{self.sheet.name}”"))[1]

    def year(self) -> int:
        """The report year.

        Raises:
            InputError: missing or not a year.
        """
        digits = normalise_raw(self.text("year") or str(self._given.year or "")).removesuffix("度").removesuffix("年")
        if not re.fullmatch(r"\d{4}", digits) or not 2019 <= int(digits) <= 2100:
            what = f"报告年度“{digits[:20]}”不是可用的年份" if digits else "没有填写报告年度"
            raise InputError(what, place=f"{self.file} {self.place('year')}", remedy="请填写四位数年份，例如 2025")
        return int(digits)

    def unit(self) -> Entry:
        """The unit's profile as raw values."""
        values: dict[str, Any] = {name: self.text(name) for name in ("name", "kind", "region", "site")}
        values |= self._given.missing_in(values)
        for name in ("aliases", "neighbours"):
            values[name] = tuple(part.strip() for part in _SEPARATORS.split(self.text(name)) if part.strip())
        values["contact"] = {
            field.partition(".")[2]: self.text(field) for field, _, _ in words.COVER_FIELDS if field.startswith("contact.")
        }
        return Entry(values, self.place("name"), lambda path: self.place(path.replace("/", ".")))


def _cover_labels(sheet: Sheet) -> dict[str, tuple[int, int]]:
    wanted = {wording(label).full: field for field, label, _ in words.COVER_FIELDS}
    found: dict[str, tuple[int, int]] = {}
    for (row, col), value in sorted(sheet.values.items()):
        field = wanted.get(wording(value.text).full) if value.kind == "text" and len(value.text) < 40 else None
        if field and field not in found:
            found[field] = (row, col)
    return found


def _value_column(sheet: Sheet, labels: dict[str, tuple[int, int]]) -> int:
    """The column headed 填写内容; 0 when the header is lost and the cell to the right of each label holds."""
    first = min(row for row, _ in labels.values())
    heads = [
        col
        for (row, col), value in sheet.values.items()
        if row <= first and wording(value.text).full == wording(words.COVER_VALUE).full
    ]
    return heads[-1] if heads else 0
