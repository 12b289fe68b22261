"""Facts: everything a sentence may state, each with key, value, unit, label and source."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

FactKind = Literal["cell", "sum", "share", "diff", "growth", "quantity", "text", "name", "fee", "year", "provision"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that may be stated.

    Attributes:
        key: ``t3.new.total``, ``prev.t3.new.total``, ``d.r3_sum``, ``note.n3.1``, ``n3``, ``p1``, ``i1``, ``f1``, ``prev.p1``,
            ``fee.count``, ``year``, ``unit.name``, ``条例:49``, ``文件:30号`` …
        kind: what sort of fact it is.
        label: Chinese name a clerk understands.
        value: the number, None for texts.
        text: how a slot prints it (``1.36万`` keeps its 万; differences print their absolute value; per cents one decimal).
        unit: 件, 条, %, …; printed outside the slot.
        source: where it comes from, in Chinese (sheet and cell, formula with numbers, note id).
        formula: for derived facts, the declared formula with keys.
        sign: -1, 0 or 1 for changes.
        approximate: the note says 余, 约, 近.
        start, end: span inside the note, for quantities.
    """

    key: str
    kind: FactKind
    label: str
    value: Decimal | None
    text: str
    unit: str
    source: str
    formula: str = ""
    sign: int = 0
    approximate: bool = False
    start: int = -1
    end: int = -1

    @property
    def direction(self) -> str:
        """The word for the way a change goes: 增加 or 减少, for rates 增长 or 下降; empty for no change and other facts."""
        words = {"diff": ("减少", "", "增加"), "growth": ("下降", "", "增长")}.get(self.kind)
        return words[self.sign + 1] if words else ""

    def line(self) -> str:
        """The fact as one line: label, value, unit, where from."""
        return f"{self.label}：{self.direction}{self.text}{self.unit}（{self.source}）"
