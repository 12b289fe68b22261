"""A roll-up as a workbook that can be drafted from, as a submission in JSON, and as lines for a person."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from assistant.batch.rollup import Rollup
from assistant.form import FormRegistry
from assistant.form.cell import plain
from assistant.submission.model import Submission

_SHOWN = 12
_PROVENANCE = "汇总来源"
_REMARKS = "汇总说明"
FATE_NAMES = {
    "counted": "计入", "own": "本级政府自己的", "left_out": "不计入", "absent": "缺", "previous": "上年", "ignored": "没有用到",
}  # fmt: skip
STATUS_NAMES = {"ok": "合计", "incomplete": "不完整，没有合计", "not_applicable": "各单位都填不适用"}


def rollup_workbook(rollup: Rollup, registry: FormRegistry) -> bytes:
    """The government's workbook, filled with the sums; two more sheets say where each figure comes from and what to look at.

    The reader of workbooks knows sheets by their tables, so the two sheets do not disturb it: what is read back is the submission.
    """
    from openpyxl import load_workbook

    from assistant.submission.workbook_writer import blank_workbook

    data = blank_workbook(rollup.year, rollup.kind, registry, filled=rollup.submission)
    book = load_workbook(io.BytesIO(data))
    _sheet(book, _PROVENANCE, (("汇总的格", 34), ("合计", 14), ("情况", 16), ("来源单位", 34), ("该单位的值", 14),
                               ("没有计入的原因", 24), ("文件", 40), ("位置", 26)), _provenance(rollup))  # fmt: skip
    _sheet(book, _REMARKS, (("事项", 18), ("对象", 40), ("说明", 70), ("文件", 40)), _remarks(rollup))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet(book: Any, title: str, columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[object]]) -> None:
    from openpyxl.utils import get_column_letter

    from assistant.report.printing import clean
    from assistant.submission import workbook_style as style

    sheet = book.create_sheet(title)
    sheet.sheet_properties.tabColor = "BFBFBF"
    sheet.freeze_panes = "A2"
    for number, (name, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
        cell = style.cell_at(sheet, 1, number)
        style.write_text(cell, name)
        style.dress(cell, style.HEAD, style.HEAD_FILL)
    for place, row in enumerate(rows, start=2):
        for number, value in enumerate(row, start=1):
            if value not in (None, ""):
                cell = style.cell_at(sheet, place, number)
                if isinstance(value, Decimal):
                    cell.value = value
                else:
                    style.write_text(cell, clean(str(value)))
                style.dress(cell, style.BODY, alignment=style.LEFT, border=False)


def _provenance(rollup: Rollup) -> Iterator[Sequence[object]]:
    for cell in rollup.cells.values():
        total = cell.value
        if not cell.contributions:
            yield cell.label, total, STATUS_NAMES[cell.status], "", "", cell.why, "", ""
        for part in cell.contributions:
            shown = part.value if part.value is not None else part.raw
            yield cell.label, total, STATUS_NAMES[cell.status], part.unit, shown, part.why, part.source.file, part.source.place


def _remarks(rollup: Rollup) -> Iterator[Sequence[object]]:
    for note in rollup.notes:
        yield "说明", rollup.unit, note, ""
    for entry in rollup.of_fate("absent", "left_out", "own", "counted", "ignored"):
        yield FATE_NAMES[entry.fate], entry.unit, entry.why, entry.file
    if rollup.fee_why:
        yield "信息处理费", rollup.unit, f"没有合计：{rollup.fee_why}", ""
    for cell in rollup.incomplete:
        yield "不完整", cell.label, cell.why, ""
    for double in rollup.doubles:
        labels = "、".join(rollup.cells[key].label for key in double.cells[:_SHOWN])
        yield f"可能重复：{double.name}", labels, f"{double.message}。{double.ask}。涉及：{'、'.join(double.units)}", ""
        for hint in double.hints:
            yield f"素材提到：{double.name}", f"{hint.unit} {hint.note}", hint.quote, hint.file
    for line in _differences(rollup):
        yield "与本级政府填报件不同", *line
    for change in rollup.changes:
        yield "增减来自哪些单位", change.label, change.text, ""


def _differences(rollup: Rollup) -> Iterator[tuple[str, str, str]]:
    """Cells, the largest matter first: what differs, then what only one of the two has."""
    for each in sorted(rollup.differences, key=lambda each: each.difference is None):
        text = f"合计 {plain(each.total)}，本级政府填 {each.own}，相差 {plain(each.difference)}"
        if each.difference is None:
            known = "没有合计" if each.total is None else f"合计 {plain(each.total)}"
            text = f"{known}，本级政府填 {each.own}"
        yield each.label, text, each.own_source


def submission_json(submission: Submission) -> bytes:
    """The submission as exchanged (``assistant schema submission``)."""
    data = submission.model_dump(mode="json", exclude={"file", "remarks", "previous_cells"}, exclude_defaults=True)
    data["cells"] = {key: _full(cell) for key, cell in data["cells"].items()}
    for name in ("notes", "problems", "improvements", "follow_ups"):
        data[name] = [{key: value for key, value in item.items() if key != "origin"} for item in data.get(name, ())]
    if data.get("fee"):
        data["fee"] = {key: value for key, value in data["fee"].items() if key != "origin"}
    if submission.previous_cells:
        cells = {key: _full(cell.model_dump(mode="json")) for key, cell in submission.previous_cells.items()}
        data["previous"] = {"year": submission.year - 1, "cells": cells}
    return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8")


def _full(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell with what a reader of submissions takes: value, raw text, status, unit, remark."""
    return {key: cell[key] for key in ("value", "raw", "status", "unit", "remark") if cell.get(key) not in (None, "")}


def rollup_lines(rollup: Rollup) -> Iterator[str]:
    """What a person should know of a roll-up, one line each."""
    sums = sum(cell.status == "ok" for cell in rollup.cells.values())
    none = sum(cell.status == "not_applicable" for cell in rollup.cells.values())
    counted = rollup.of_fate("counted")
    yield (
        f"{rollup.unit} {rollup.year} 年度：计入 {len(counted)} 个单位；{len(rollup.cells)} 格中 {sums} 格有合计，"
        + (f"{none} 格各单位都填不适用，" if none else "")
        + f"{len(rollup.incomplete)} 格不完整"
    )
    yield from _listed([f"缺：{entry.unit or entry.file}：{entry.why}" for entry in rollup.of_fate("absent")])
    yield from _listed([f"不计入：{entry.unit}：{entry.why}" for entry in rollup.of_fate("left_out")])
    yield from _listed([f"不完整：{cell.label}：{cell.why}" for cell in rollup.incomplete if not rollup.of_fate("absent")])
    if rollup.fee_why:
        yield f"信息处理费没有合计：{rollup.fee_why}"
    for double in rollup.doubles:
        yield f"可能重复（{double.name}）：{double.message}。{double.ask}。涉及 {len(double.cells)} 格：{'、'.join(double.units)}"
        yield from (f"  {hint.unit}的素材 {hint.note}：{hint.quote}" for hint in double.hints)
    told = [f"与本级政府填报件不同：{label}：{text}" for label, text, _source in _differences(rollup)]
    yield from _listed(told)
    yield from (f"{note}。" for note in rollup.notes)


def _listed(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"……另有 {len(lines) - _SHOWN} 条，见工作簿的“{_REMARKS}”或 --json"
