"""Workbooks and submissions made for tests."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from assistant.form import Form, FormRegistry, default_registry
from assistant.form.loader import load_form
from assistant.submission.json_reader import read_json
from assistant.submission.model import Submission
from assistant.submission.workbook_reader import read_workbook
from assistant.submission.workbook_writer import blank_workbook

THIRD_FORM = Path(__file__).parents[1] / "data" / "form2027.toml"
UNIT = {"name": "示例县教育局", "kind": "dept", "region": "示例县", "aliases": ["县教育局"], "site": "www.shilixian.example"}


def three_forms() -> FormRegistry:
    """The shipped forms and the fictitious third one."""
    return FormRegistry((*default_registry().forms, load_form(THIRD_FORM)))


def document(**changes: Any) -> dict[str, Any]:
    """A small submission in JSON; a change to None takes a field away."""
    base: dict[str, Any] = {"unit": dict(UNIT), "year": 2025, "cells": {"t3.new.total": 3}}
    return {key: value for key, value in (base | changes).items() if value is not None}


def read(value: Any, registry: FormRegistry | None = None) -> Submission:
    """Read a JSON value (or JSON text) as a submission."""
    text = value if isinstance(value, str) else json.dumps(value)
    return read_json(text.encode("utf-8", "surrogatepass"), "填报.json", registry or default_registry())


def numbered(form: Form) -> dict[str, int]:
    """A different number in every cell, so that a value in the wrong place shows."""
    return {key: number for number, key in enumerate(form.cells, 101)}


def submission(year: int = 2025, registry: FormRegistry | None = None, **changes: Any) -> Submission:
    """A submission of that year with a different number in each cell."""
    registry = registry or default_registry()
    changes.setdefault("cells", numbered(registry.for_year(year)))
    return read(document(year=year, **changes), registry)


def workbook(year: int = 2025, registry: FormRegistry | None = None, **changes: Any) -> bytes:
    """A filled workbook with a different number in each cell."""
    registry = registry or default_registry()
    return blank_workbook(year, "dept", registry, filled=submission(year, registry, **changes))


def edited(data: bytes, change: Callable[[Workbook], object]) -> bytes:
    """The workbook after a person has worked on it."""
    book = load_workbook(io.BytesIO(data))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def opened(data: bytes, registry: FormRegistry | None = None) -> Submission:
    """The workbook as read."""
    return read_workbook(data, "填报.xlsx", registry or default_registry())


def place_of(sheet: Worksheet, number: int) -> tuple[int, int]:
    """Row and column of the cell with this number."""
    return next((cell.row, cell.column) for line in sheet.iter_rows() for cell in line if cell.value == number)


def unmerge(sheet: Worksheet) -> None:
    """Take all merged ranges apart."""
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))


def values(cells: Mapping[str, Any]) -> dict[str, tuple[Any, str, str]]:
    """What matters of cells: value, status and unit."""
    return {key: (cell.value, cell.status, cell.unit) for key, cell in cells.items()}
