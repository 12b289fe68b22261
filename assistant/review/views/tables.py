"""The statutory tables as printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from assistant.form import CellStatus


@dataclass(frozen=True, slots=True)
class CellView:
    """One printed cell of a table, merged ones with their spans; rows and columns count from 0.

    Of data cells: ``key``, the label a clerk understands, the raw text, its status, the unit of the column, last year's text,
    the change on last year as text (empty where it may not be told), the fingerprints of findings about it, the worst
    severity among them (``unknown`` for what could not be judged, empty for none). ``marked`` cells are to be highlighted.
    """

    row: int
    col: int
    rowspan: int
    colspan: int
    kind: Literal["title", "corner", "header", "label", "data"]
    text: str
    key: str = ""
    label: str = ""
    status: CellStatus = "blank"
    unit: str = ""
    last: str = ""
    change: str = ""
    findings: tuple[str, ...] = ()
    worst: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    """A statutory table as printed, cells in reading order."""

    key: str
    title: str
    rows: int
    cols: int
    header_rows: int
    label_cols: int
    cells: tuple[CellView, ...]
