"""The overview as a workbook: units, what is missing, units worth a call, copied text. Texts stay texts, figures are figures."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from assistant.batch.overview_model import Overview, UnitLine
from assistant.batch.similarity import CopiedPair
from assistant.report.printing import clean

_LONGEST = 2000
_FORMULA = ("=", "+", "-", "@")
_PAIR_COLUMNS = (
    ("单位", 30), ("另一单位", 30), ("相同字数", 10), ("全部字数", 10), ("相同（对方）", 12), ("全部（对方）", 12), ("文字", 60),
    ("对方文字", 60),
)  # fmt: skip


def overview_workbook(overview: Overview) -> bytes:
    """The workbook as bytes. What units wrote is never taken for a formula; a measure without a figure is an empty cell."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _sheet(book, "各单位", _unit_columns(overview), (_unit(unit, overview) for unit in overview.units))
    _sheet(book, "值得过问", (("单位", 30), ("原因", 80), ("规则", 16)), ((o.name, o.text, o.rule) for o in overview.outliers))
    _sheet(book, "待补内容", (("单位", 30), ("部分", 24), ("请提供", 90)), _missing(overview))
    _sheet(book, "错误意见", (("单位", 30), ("规则", 18), ("说明", 80), ("处理建议", 50)), _findings(overview))
    _sheet(book, "单位之间相同", _PAIR_COLUMNS, _pairs(overview, overview.pairs, ""))
    _sheet(book, "与上年相同", _PAIR_COLUMNS, _pairs(overview, overview.last_year, "上年"))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet(book: Any, title: str, columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[object]]) -> None:
    from openpyxl.utils import get_column_letter

    listed = list(rows)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for number, (_name, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(listed) + 1}"
    sheet.append([_head(sheet, name) for name, _width in columns])
    for row in listed:
        sheet.append([_value(sheet, value) for value in row])


def _head(sheet: Any, name: str) -> Any:
    from openpyxl.cell import WriteOnlyCell

    from assistant.submission.workbook_style import HEAD, HEAD_FILL

    cell: Any = WriteOnlyCell(sheet, name)
    cell.font, cell.fill = HEAD, HEAD_FILL
    return cell


def _value(sheet: Any, value: object) -> Any:
    """What goes into a row: numbers as they are, texts marked as texts where they could be taken for something else."""
    if value is None or isinstance(value, int | Decimal):
        return value
    text = clean(str(value))[:_LONGEST]
    if not text.startswith(_FORMULA):
        return text or None
    from openpyxl.cell import WriteOnlyCell

    cell: Any = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _unit_columns(overview: Overview) -> list[tuple[str, float]]:
    columns: list[tuple[str, float]] = [
        ("单位", 30), ("类型", 20), ("行政区", 14), ("状态", 12), ("说明", 40), ("错误", 7), ("提醒", 7), ("无法核对", 9),
        ("待补", 7), ("时限", 12), ("距时限天数", 11),
    ]  # fmt: skip
    for measure in overview.measures:
        columns += [(measure.short, 10), (f"{measure.short}（上年）", 12)]
    return [*columns, ("离线写的句数", 12), ("模型写的句数", 12), ("人写的句数", 11), ("网页", 40), ("Word", 40), ("数据", 40)]


def _unit(unit: UnitLine, overview: Overview) -> list[object]:
    done = unit.state == "done"
    counts = (unit.errors, unit.warnings, unit.unknown, len(unit.missing)) if done else ("",) * 4
    row: list[object] = [
        unit.unit,
        unit.kind_label,
        unit.region,
        unit.state_name,
        "；".join(filter(None, (unit.message, *unit.notes))),
    ]
    row += [*counts, unit.due or "", unit.days_left if unit.days_left is not None else ""]
    for measure in overview.measures:
        figure = unit.figures.get(measure.key)
        row += [figure.now if figure else None, figure.before if figure else None]
    said = unit.sentences
    return [*row, *((said.offline, said.model, said.person) if done else ("",) * 3), unit.html, unit.docx, unit.draft]


def _missing(overview: Overview) -> Iterator[Sequence[object]]:
    for unit in overview.units:
        for each in unit.missing:
            yield unit.unit, each.part, each.ask


def _findings(overview: Overview) -> Iterator[Sequence[object]]:
    for unit in overview.units:
        for each in unit.findings:
            yield unit.unit, each.rule, each.message, each.remedy
        if unit.errors > len(unit.findings):
            yield unit.unit, "", f"另有 {unit.errors - len(unit.findings)} 处错误意见，见草稿", ""


def _pairs(overview: Overview, pairs: Sequence[CopiedPair], other: str) -> Iterator[Sequence[object]]:
    names = {unit.key: unit.unit for unit in overview.units}
    for pair in pairs:
        first, second = names.get(pair.first, pair.first), other or names.get(pair.second, pair.second)
        head = (first, second, pair.copied, pair.of, pair.copied_back, pair.of_second)
        for passage in pair.passages or ():
            yield *head, passage.quote, passage.other
