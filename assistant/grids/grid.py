"""A table as found in a file: values at rows and columns, merged ranges."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ValueKind = Literal["number", "text", "bool", "date", "error", "formula"]


@dataclass(frozen=True, slots=True)
class Value:
    """A non-empty cell. ``text`` is what a person sees of it: numbers in plain digits, texts as they are."""

    kind: ValueKind
    text: str


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range; rows and columns count from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """One sheet: values by (row, column), both counted from 1, and merged ranges.

    ``ends`` tells, for formats that know it, the last column each row's cells reach (empty cells included): a row that ends
    elsewhere than its header has lost or gained a cell, and its values may have slipped sideways.
    """

    name: str
    values: dict[tuple[int, int], Value] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)

    def place(self, row: int, col: int) -> str:
        """A cell as a person looks it up: 工作表“表三”D5."""
        return f"工作表“{self.name}”{column_letters(col)}{row}"

    def text(self, row: int, col: int) -> str:
        """The text at a place, empty when there is none."""
        value = self.values.get((row, col))
        return value.text if value else ""


def column_letters(col: int) -> str:
    """The letters of a column counted from 1: 28 is AB."""
    letters = ""
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
