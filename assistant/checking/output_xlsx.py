"""All findings of all inputs as a workbook: one sheet of findings, one of inputs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from assistant.checking.reasons import reasons
from assistant.checking.result import SEVERITY_NAMES, Checked
from assistant.checks.finding import Finding
from assistant.report.printing import clean

_FINDINGS: tuple[tuple[str, float], ...] = (
    ("文件", 28), ("单位", 22), ("年度", 7), ("级别", 9), ("规则", 18), ("说明", 60), ("处理建议", 36), ("依据", 36), ("位置", 24),
    ("部分", 8), ("原文", 40), ("对照原文", 40), ("左值", 12), ("右值", 12), ("差额", 10), ("涉及的格", 40), ("同时触发", 20),
    ("裁定理由", 30), ("指纹", 19),
)  # fmt: skip
_INPUTS: tuple[tuple[str, float], ...] = (
    ("文件", 40), ("单位", 26), ("年度", 8), ("表式", 10), ("错误", 7), ("提醒", 7), ("提示", 7), ("未核", 7), ("已裁定", 8),
    ("上年材料", 36), ("说明", 60),
)  # fmt: skip
_HEAD = Font(name="黑体", size=10.5, bold=True)
_BODY = Font(name="宋体", size=10.5)
_FILL = PatternFill("solid", fgColor="EEF1F5")
_WRAP = Alignment(vertical="top", wrap_text=True)
_LONGEST = 2000


def write_xlsx(results: Iterable[Checked]) -> bytes:
    """The workbook as bytes. Texts from reports stay text and are never taken for formulas."""
    every = list(results)
    book = Workbook(write_only=True)
    _sheet(book, "检查意见", _FINDINGS, [row for result in every for row in _rows(result)])
    _sheet(book, "汇总", _INPUTS, [_input(result) for result in every])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _sheet(book: Workbook, title: str, columns: Sequence[tuple[str, float]], rows: Sequence[Sequence[object]]) -> None:
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, (_name, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    sheet.append([_cell(sheet, name, head=True) for name, _width in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: object, *, head: bool = False) -> Any:
    shown = value if isinstance(value, int) else clean("" if value is None else str(value))[:_LONGEST]
    cell: Any = WriteOnlyCell(sheet, shown)
    if isinstance(shown, str):
        cell.data_type = "s"
    cell.font, cell.alignment = (_HEAD if head else _BODY), _WRAP
    if head:
        cell.fill = _FILL
    return cell


def _rows(result: Checked) -> Iterable[Sequence[object]]:
    if result.error:
        yield (result.path, "", "", "未能检查", "", result.error, *[""] * (len(_FINDINGS) - 6))
    for finding in result.findings:
        yield _row(result, finding, "")
    for finding, ruling in result.ruled:
        yield _row(result, finding, ruling.why)


def _row(result: Checked, finding: Finding, why: str) -> Sequence[object]:
    subject = result.subject
    labels = "、".join(subject.label(key) for key in finding.cells) if subject else ""
    level = "无法核对" if finding.status == "unknown" else SEVERITY_NAMES[finding.severity]
    reason = reasons().get(finding.rule, "")
    return (
        result.path, result.unit, result.year, level, finding.rule, finding.message, finding.remedy, reason, finding.place,
        finding.section, finding.quote, finding.alike[0].other if finding.alike else finding.other,
        finding.left, finding.right, finding.difference, labels, "、".join(finding.also), why, finding.fingerprint,
    )  # fmt: skip


def _input(result: Checked) -> Sequence[object]:
    numbers = [result.counts[name] for name in (*SEVERITY_NAMES, "unknown")]
    notes = result.error or "；".join(result.notes)
    return (
        result.path, result.unit, result.year, result.form, *numbers, len(result.ruled), result.previous, notes
    )  # fmt: skip
