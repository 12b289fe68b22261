"""Charts over units as inline SVG: horizontal bars, the units with the most first, figures beside the bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.batch.overview_model import Chart, Measure, Overview, UnitLine
from assistant.facts.tables import plain_number
from assistant.report.printing import em_width, markup

SHOWN = 20
_NAME, _BAR, _FIGURE = 190, 400, 80
_ROW, _TOP, _FONT = 24, 30, 12
_NAME_EMS = 15
# Told apart by lightness too, so that they hold in grey print; 3:1 against white except the last, which has an outline.
_COLOURS = ("#14508c", "#a11212", "#8a5a00", "#5b7f95", "#9aa3ad")
_LAST_YEAR = "#9aa3ad"


@dataclass(frozen=True)
class _Bar:
    unit: UnitLine
    values: tuple[Decimal, ...]
    before: Decimal | None


def chart_svg(overview: Overview, chart: Chart) -> str:
    """One chart as a ``figure``; a sentence instead where no unit has figures."""
    measures = [measure for key in chart.keys for measure in overview.measures if measure.key == key]
    bars, without = _bars(overview.units, chart)
    head = f"<figcaption>{markup(_caption(chart, bars, without))}</figcaption>"
    shown = [bar for bar in bars[:SHOWN] if any(bar.values) or bar.before]
    if not shown:
        return f'<figure class="chart">{head}<p>没有可画的数。</p></figure>\n'
    height = _TOP + _ROW * len(shown) + 4
    width = _NAME + _BAR + _FIGURE
    return (
        f'<figure class="chart">{head}'
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-labelledby="{chart.id}-title {chart.id}-desc" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{chart.id}-title">{markup(chart.title)}</title>'
        f'<desc id="{chart.id}-desc">{markup(_described(chart, measures, shown))}</desc>'
        f'<g font-family="inherit" font-size="{_FONT}" fill="#1a1a1a">{_legend(chart, measures)}{"".join(_drawn(chart, shown))}</g>'
        f"</svg></figure>\n"
    )


def _bars(units: Sequence[UnitLine], chart: Chart) -> tuple[list[_Bar], int]:
    """Units with all figures of the chart, the largest sum first; and how many drafted units lack one."""
    bars, without = [], 0
    for unit in units:
        figures = [unit.figures.get(key) for key in chart.keys]
        values = tuple(figure.now for figure in figures if figure is not None and figure.now is not None and figure.now >= 0)
        if len(values) == len(chart.keys):
            first = figures[0]
            bars.append(_Bar(unit, values, first.before if first is not None and chart.style == "compared" else None))
        elif unit.state == "done":
            without += 1
    bars.sort(key=lambda bar: (-sum(bar.values), bar.unit.unit))
    return bars, without


def _caption(chart: Chart, bars: Sequence[_Bar], without: int) -> str:
    parts = [f"共 {len(bars)} 个单位" if len(bars) <= SHOWN else f"最多的 {SHOWN} 个单位，共 {len(bars)} 个"]
    if without:
        parts.append(f"{without} 个单位缺数，没有画出")
    return f"{chart.title}（件；{'；'.join(parts)}）"


def _names(chart: Chart, measures: Sequence[Measure]) -> list[tuple[str, str]]:
    if chart.style == "compared":
        return [("本年", _COLOURS[0]), ("上年", _LAST_YEAR)]
    return [(measure.short, _COLOURS[number % len(_COLOURS)]) for number, measure in enumerate(measures)]


def _legend(chart: Chart, measures: Sequence[Measure]) -> str:
    return "".join(
        f'<rect x="{_NAME + 90 * number}" y="6" width="12" height="12" fill="{colour}"/>'
        f'<text x="{_NAME + 90 * number + 17}" y="16">{markup(name)}</text>'
        for number, (name, colour) in enumerate(_names(chart, measures))
    )


def _drawn(chart: Chart, bars: Sequence[_Bar]) -> Iterator[str]:
    highest = max(max(sum(bar.values, Decimal(0)), bar.before or Decimal(0)) for bar in bars)
    scale = Decimal(_BAR) / highest
    for number, bar in enumerate(bars):
        y = _TOP + _ROW * number
        name = _shortened(bar.unit.unit)
        yield f'<text x="{_NAME - 6}" y="{y + 15}" text-anchor="end">{markup(name)}<title>{markup(bar.unit.unit)}</title></text>'
        yield from _rectangles(chart, bar, y, scale)
        total = sum(bar.values, Decimal(0))
        end = _NAME + max(total, bar.before or Decimal(0)) * scale
        before = f"（{plain_number(bar.before)}）" if bar.before is not None else ""
        yield f'<text x="{end + 5:.1f}" y="{y + 15}">{plain_number(total)}{before}</text>'


def _rectangles(chart: Chart, bar: _Bar, y: int, scale: Decimal) -> Iterator[str]:
    if chart.style == "compared":
        if bar.before:
            yield f'<rect x="{_NAME}" y="{y + 13}" width="{bar.before * scale:.1f}" height="6" fill="{_LAST_YEAR}"/>'
        yield f'<rect x="{_NAME}" y="{y + 3}" width="{bar.values[0] * scale:.1f}" height="10" fill="{_COLOURS[0]}"/>'
        return
    x = Decimal(_NAME)
    for number, value in enumerate(bar.values):
        if value:
            colour = _COLOURS[number % len(_COLOURS)]
            yield f'<rect x="{x:.1f}" y="{y + 4}" width="{value * scale:.1f}" height="14" fill="{colour}"/>'
            x += value * scale


def _shortened(name: str) -> str:
    """The end of a long name: units of one place begin alike."""
    while em_width(name) > _NAME_EMS:
        name = f"…{name.lstrip('…')[1:]}"
    return name


def _described(chart: Chart, measures: Sequence[Measure], bars: Sequence[_Bar]) -> str:
    names = [measure.short for measure in measures]
    lines = []
    for bar in bars:
        values = "、".join(f"{name}{plain_number(value)}件" for name, value in zip(names, bar.values, strict=True))
        before = f"，上年{plain_number(bar.before)}件" if bar.before is not None else ""
        lines.append(f"{bar.unit.unit}{values}{before}")
    return "横条图，从0开始。" + "；".join(lines) + "。"
