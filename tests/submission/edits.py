"""A filled workbook after a change, and what must hold of it then."""

from __future__ import annotations

from collections.abc import Callable

from openpyxl import Workbook

from assistant.form import default_registry
from assistant.submission.model import Submission
from tests.submission.material import edited, numbered, opened, workbook

REGISTRY = default_registry()
FILLED = workbook()
NUMBERS = numbered(REGISTRY.get("form2021"))


def after(change: Callable[[Workbook], object]) -> Submission:
    """The filled workbook as read after a change."""
    return opened(edited(FILLED, change))


def assert_whole(back: Submission, remarks: int = 0) -> None:
    assert {key: cell.value for key, cell in back.cells.items()} == NUMBERS
    assert len(back.remarks) == remarks, back.remarks


def assert_no_wrong_cell(back: Submission) -> None:
    wrong = {key: cell for key, cell in back.cells.items() if cell.ok and cell.value != NUMBERS[key]}
    assert wrong == {}
    assert all(remark.message and remark.source.file for remark in back.remarks)
