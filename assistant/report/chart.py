"""A small chart of the results of applications, one year or two side by side, as inline SVG with a table saying the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from assistant.form import Cell, Form, Node, Table
from assistant.form.model import Block
from assistant.report.document import Document
from assistant.report.printing import markup

RESULT_GROUP = "result"
UNKNOWN = "缺"
_TOP, _HEIGHT, _LEFT, _SLOT, _LINE = 40, 200, 56, 88, 14
_LABEL_CHARACTERS = 6
_COLOURS = ("#7a8aa0", "#14508c")  # last year, this year; 3:1 against white, and told apart without colour by the legend's order


@dataclass(frozen=True)
class Series:
    """The values of one year; None where a cell of the group is not known."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True)
class ResultChart:
    """What the chart shows: groups of results and one or two years."""

    labels: tuple[str, ...]
    series: tuple[Series, ...]


def result_chart(document: Document) -> ResultChart | None:
    """The results by group from the form's table of applications; None where there is nothing to show.

    A group is known only if each of its cells is: blank is not zero.
    """
    this_year = _sums(document.form, document.cells)
    if not any(this_year.values()):
        return None
    labels = tuple(this_year)
    series = [Series(f"{document.year}年", tuple(this_year.values()))]
    earlier = _sums(document.previous_form or document.form, document.previous) if document.previous else {}
    if any(earlier.values()):
        name = f"{document.previous_year}年" if document.previous_year else "上年"
        series.insert(0, Series(name, tuple(earlier.get(label) for label in labels)))
    return ResultChart(labels, tuple(series))


def _sums(form: Form, cells: Mapping[str, Cell]) -> dict[str, Decimal | None]:
    """Group label → sum of its cells in the total column. Groups of two forms are the same if they are called the same."""
    place = next(
        ((table, block, node) for table in form.tables for block in table.blocks for node in _walk(block)
         if node.key == RESULT_GROUP and node.children), None,
    )  # fmt: skip
    if place is None:
        return {}
    table, block, results = place
    total = next((column for column in block.leaf_columns() if column.total), None)
    if total is None:
        return {}
    return {group.prose: _sum(table, block, group, total, cells) for group in results.children if not group.total}


def _walk(block: Block) -> tuple[Node, ...]:
    return tuple(node for row in block.rows for node in row.walk())


def _sum(table: Table, block: Block, group: Node, total: Node, cells: Mapping[str, Cell]) -> Decimal | None:
    rows = [table.node(key) for key in table.leaves(group.key)] if group.children else [group]
    found = [cells.get(block.key_of(row, total)) for row in rows]
    values = [cell.value for cell in found if cell is not None and cell.ok and cell.value is not None and cell.value >= 0]
    return sum(values, Decimal(0)) if len(values) == len(rows) else None


def chart_html(chart: ResultChart) -> str:
    """The chart as a ``figure``: SVG with title and description, then the same figures as a table."""
    years = "与".join(series.name for series in chart.series)
    name = f"{years}政府信息公开申请办理结果"
    return (
        f'<figure class="chart"><figcaption>{markup(name)}（单位：件）</figcaption>\n{_svg(chart, name)}\n'
        f"<details open><summary>图中数据</summary>{_data_table(chart, name)}</details></figure>\n"
    )


def _data_table(chart: ResultChart, name: str) -> str:
    head = "".join(f'<th scope="col">{markup(label)}</th>' for label in chart.labels)
    rows = "".join(
        f'<tr><th scope="row">{markup(series.name)}</th>{"".join(f"<td>{_printed(value)}</td>" for value in series.values)}</tr>'
        for series in chart.series
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="图中数据">'
        f'<table class="chart-data"><caption>{markup(name)}（件）</caption>'
        f'<thead><tr><th scope="col">年度</th>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _printed(value: Decimal | None) -> str:
    return UNKNOWN if value is None else format(value.normalize(), "f")


def _step(highest: Decimal) -> Decimal:
    """The distance of grid lines: 1, 2 or 5 times a power of ten, so that at most five reach the highest value."""
    power = Decimal(1)
    while True:
        for factor in (1, 2, 5):
            if power * factor * 5 >= highest:
                return power * factor
        power *= 10


def _svg(chart: ResultChart, name: str) -> str:
    highest = max(value for series in chart.series for value in series.values if value is not None)
    step = _step(highest)
    lines = int((highest / step).to_integral_value(ROUND_CEILING))
    scale = Decimal(_HEIGHT) / (step * lines)
    width = _LEFT + _SLOT * len(chart.labels) + 8
    height = _TOP + _HEIGHT + 3 * _LINE + 8
    parts = [_grid(step * number, scale, width) for number in range(lines + 1)]
    for number, label in enumerate(chart.labels):
        middle = _LEFT + _SLOT * number + _SLOT // 2
        parts += _bars([series.values[number] for series in chart.series], middle, scale)
        parts.append(_label(label, middle))
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="chart-title chart-desc" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="chart-title">{markup(name)}</title><desc id="chart-desc">{markup(_described(chart))}</desc>'
        f'<g font-family="inherit" font-size="12" fill="#1a1a1a">{_legend(chart)}{"".join(parts)}</g></svg>'
    )


def _described(chart: ResultChart) -> str:
    lines = (
        f"{series.name}：" + "，".join(f"{label}{_said(value)}" for label, value in zip(chart.labels, series.values, strict=True))
        for series in chart.series
    )
    return "柱形图，纵轴从0开始。" + "；".join(lines) + "。"


def _said(value: Decimal | None) -> str:
    return "数据不全" if value is None else f"{_printed(value)}件"


def _colours(count: int) -> tuple[str, ...]:
    return _COLOURS[-count:]


def _legend(chart: ResultChart) -> str:
    entries = zip(chart.series, _colours(len(chart.series)), strict=True)
    return "".join(
        f'<rect x="{_LEFT + 90 * number}" y="6" width="12" height="12" fill="{colour}"/>'
        f'<text x="{_LEFT + 90 * number + 18}" y="16">{markup(series.name)}</text>'
        for number, (series, colour) in enumerate(entries)
    )


def _y(value: Decimal, scale: Decimal) -> str:
    return f"{_TOP + _HEIGHT - value * scale:.1f}"


def _grid(value: Decimal, scale: Decimal, width: int) -> str:
    y = _y(value, scale)
    return (
        f'<line x1="{_LEFT}" x2="{width - 4}" y1="{y}" y2="{y}" stroke="{"#555" if not value else "#ddd"}"/>'
        f'<text x="{_LEFT - 6}" y="{y}" dy="4" text-anchor="end">{_printed(value)}</text>'
    )


def _bars(values: list[Decimal | None], middle: int, scale: Decimal) -> list[str]:
    bar = 26
    left = middle - bar * len(values) // 2
    parts = []
    for number, (value, colour) in enumerate(zip(values, _colours(len(values)), strict=True)):
        x = left + bar * number
        y = _y(value or Decimal(0), scale)
        if value:
            parts.append(f'<rect x="{x + 1}" y="{y}" width="{bar - 2}" height="{value * scale:.1f}" fill="{colour}"/>')
        parts.append(f'<text x="{x + bar // 2}" y="{y}" dy="-4" text-anchor="middle" font-size="11">{_printed(value)}</text>')
    return parts


def _label(label: str, middle: int) -> str:
    lines = [label[start : start + _LABEL_CHARACTERS] for start in range(0, len(label), _LABEL_CHARACTERS)][:3]
    spans = "".join(f'<tspan x="{middle}" dy="{_LINE}">{markup(line)}</tspan>' for line in lines)
    return f'<text x="{middle}" y="{_TOP + _HEIGHT + 4}" text-anchor="middle">{spans}</text>'
