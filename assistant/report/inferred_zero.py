"""Blank cells that can only be zero because an explicit total of zero includes them (rule C-ZERO-INFER)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assistant.form import Cell, Form

REMARK = "由总计为 0 推得，原表未填，正文不引用"


def infer_zeros(cells: Mapping[str, Cell], forms: Iterable[Form]) -> dict[str, Cell]:
    """The cells with ``inferred_zero`` for blanks under an explicit zero total; their value stays None.

    Only sums of the form with one cell on the right are used, only where that cell is an accepted 0 and no summand is an
    accepted figure other than 0; signed cells are left alone.
    """
    result = dict(cells)
    for form in forms:
        for equation in form.equations:
            total = cells.get(equation.right[0])
            if len(equation.right) != 1 or total is None or not total.ok or total.value != 0:
                continue
            if any(key.startswith("-") or key not in form.cells or form.cells[key].signed for key in equation.left):
                continue
            parts = [cells[key] for key in equation.left if key in cells]
            if any(part.value for part in parts):
                continue
            for part in parts:
                if part.status == "blank" and not part.raw.strip():
                    result[part.key] = part.model_copy(update={"status": "inferred_zero", "remark": REMARK})
    return result
