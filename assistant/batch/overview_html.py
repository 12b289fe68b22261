"""The overview as one self-contained web page: nothing from outside, all text escaped, the only script allowed by its hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import resources
from urllib.parse import quote

from assistant.batch.overview_charts import chart_svg
from assistant.batch.overview_model import STATE_NAMES, Overview, UnitLine
from assistant.batch.similarity import CopiedPair
from assistant.facts.tables import plain_number
from assistant.report.printing import markup

_PAIRS = 60
_CROWDS = 20
_TITLE = "年度报告批量起草总览"
_CALLS = 24
_COMPARED = "比较的是各单位交来的工作素材、问题和措施；固定用语、表式用词、名称、数字和年份不计，只改了数字也算相同。"
_WRITERS = (("offline", "离线"), ("model", "模型"), ("person", "人工"))
_RUN_STATES = {"running": "正在进行", "stopped": "已停下", "paused": "已暂停", "finished": "已完成"}

Link = Callable[[UnitLine, str], str]


def relative_link(_unit: UnitLine, path: str) -> str:
    """The address of a unit's file for a page that lies in the output folder."""
    return quote(path)


def overview_html(overview: Overview, *, link: Link = relative_link) -> str:
    """The page.

    Args:
        overview: what to show.
        link: gives the address of a unit's file from its path; a site has its own.
    """
    title = f"{overview.year} {_TITLE}" if overview.year else _TITLE
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{content_security_policy()}">\n'
        f"<title>{title}</title>\n<style>\n{_asset('overview.css')}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">跳到正文</a>\n<header>\n<h1>{title}</h1>\n{_head(overview)}</header>\n'
        f'<main id="main" tabindex="-1">\n{overview_body(overview, link=link)}</main>\n'
        f"<script>{_asset('overview.js')}</script>\n</body>\n</html>\n"
    )


def overview_body(overview: Overview, *, link: Link = relative_link) -> str:
    """The sections of the page without head, style and script."""
    return "".join(
        (
            _outliers(overview),
            _units(overview, link),
            _chart_section(overview),
            _copying(overview),
            _details(overview, link),
        )
    )


@lru_cache(maxsize=1)
def content_security_policy() -> str:
    """Nothing may be loaded; the one script is allowed by the hash of its text."""
    digest = base64.b64encode(hashlib.sha256(_asset("overview.js").encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


@lru_cache(maxsize=4)
def _asset(name: str) -> str:
    return (resources.files("assistant.batch") / "data" / name).read_text(encoding="utf-8")


def _head(overview: Overview) -> str:
    counts = {STATE_NAMES[state]: count for state, count in overview.counts().items() if count}
    errors = sum(unit.errors > 0 for unit in overview.units)
    gaps = sum(bool(unit.missing) for unit in overview.units)
    tiles = [("单位", len(overview.units)), *counts.items(), ("有错误意见", errors), ("有待补内容", gaps)]
    shown = "".join(f"<li><b>{count}</b> {markup(name)}</li>" for name, count in tiles)
    day = f"时限按 {overview.today} 计算。" if overview.today else ""
    words = f"本次批量起草{_RUN_STATES.get(overview.state, overview.state)}。{overview.message}{day}{'；'.join(overview.notes)}"
    return f'<ul class="tiles">{shown}</ul>\n<p class="meta">{markup(words)}</p>\n<nav aria-label="本页内容">{_contents()}</nav>\n'


def _contents() -> str:
    parts = (("call", "值得过问"), ("all", "各单位"), ("charts", "图"), ("copying", "文字雷同"), ("details", "检查意见和待补内容"))
    return "".join(f'<a href="#{key}">{name}</a>' for key, name in parts)


def _outliers(overview: Overview) -> str:
    by_unit: dict[str, list[str]] = {}
    for each in overview.outliers:
        by_unit.setdefault(each.unit, []).append(f'<li title="{markup(each.rule)}">{markup(each.text)}</li>')
    names = {each.unit: each.name for each in overview.outliers}
    items = [
        f'<li><a href="#{_anchor(key)}">{markup(names[key])}</a><ul>{"".join(lines)}</ul></li>' for key, lines in by_unit.items()
    ]
    told = f'<ul class="outliers">{"".join(items[:_CALLS])}</ul>' if items else "<p>没有。</p>"
    if len(items) > _CALLS:
        rest = "".join(items[_CALLS:])
        told += f'<details><summary>另有 {len(items) - _CALLS} 个单位</summary><ul class="outliers">{rest}</ul></details>'
    return (
        f'<section aria-labelledby="call"><h2 id="call">值得过问的单位（{len(by_unit)}）</h2>'
        f'<p class="meta">由规则挑出，供核对，不等于有错。没有数的格不参加比较。</p>{told}</section>\n'
    )


def _units(overview: Overview, link: Link) -> str:
    heads = [
        ("单位", "text"),
        ("文件", "text"),
        ("状态", "text"),
        ("错误", "number"),
        ("提醒", "number"),
        ("待补", "number"),
        ("时限", "number"),
    ]
    heads += [(measure.short, "number") for measure in overview.columns()]
    heads += [("与上年相比", "number"), ("由谁写", "text")]
    titles = {measure.short: measure.label for measure in overview.measures}
    head = "".join(f'<th scope="col" data-type="{kind}"{_titled(titles.get(name, ""))}>{markup(name)}</th>' for name, kind in heads)
    rows = "".join(_row(unit, overview, link) for unit in overview.units)
    options = "".join(
        f'<option value="{state}">{name}（{count}）</option>'
        for state, name in STATE_NAMES.items()
        if (count := overview.counts()[state])
    )
    return (
        f'<section aria-labelledby="all"><h2 id="all">各单位</h2>\n'
        f'<div id="units-filter" class="filter" hidden><label>查找 <input type="search" id="units-search"></label>'
        f'<label>状态 <select id="units-state"><option value="">全部</option>{options}</select></label>'
        f'<span id="units-status" role="status"></span></div>\n'
        f'<div class="scroll" role="region" aria-label="各单位" tabindex="0"><table id="units"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>\n"
    )


def _titled(title: str) -> str:
    return f' title="{markup(title)}"' if title else ""


def _row(unit: UnitLine, overview: Overview, link: Link) -> str:
    anchor = _anchor(unit.key)
    errors = f'<a href="#{anchor}">{unit.errors}</a>' if unit.errors else str(unit.errors)
    missing = f'<a href="#{anchor}">{len(unit.missing)}</a>' if unit.missing else "0"
    done = unit.state == "done"
    cells = [
        f'<th scope="row"><a href="#{anchor}">{markup(unit.unit)}</a></th>',
        f'<td class="files">{_files(unit, link)}</td>',
        f'<td class="state {unit.state}">{markup(unit.state_name)}</td>',
        _cell(errors if done else "", str(unit.errors) if done else "", "bad" if unit.errors else ""),
        _cell(str(unit.warnings) if done else "", str(unit.warnings) if done else ""),
        _cell(missing if done else "", str(len(unit.missing)) if done else "", "warn" if unit.missing else ""),
        _cell(markup(_due(unit)), unit.due.strftime("%Y%m%d") if unit.due else "", "due bad" if _overdue(unit) else "due"),
    ]
    for measure in overview.columns():
        figure = unit.figures.get(measure.key)
        value = figure.now if figure else None
        shown = plain_number(value) if value is not None else "缺" if done else ""
        cells.append(_cell(shown, plain_number(value) if value is not None else "", "" if value is not None else "blank"))
    cells += [_changes(unit, overview), f"<td>{markup(_writers(unit))}</td>"]
    return f'<tr data-state="{unit.state}">{"".join(cells)}</tr>\n'


def _cell(shown: str, sort: str, style: str = "") -> str:
    named = f' class="{style}"' if style else ""
    return f'<td data-sort="{markup(sort)}"{named}>{shown}</td>'


def _overdue(unit: UnitLine) -> bool:
    return unit.days_left is not None and unit.days_left < 0 and unit.state != "done"


def _due(unit: UnitLine) -> str:
    if unit.due is None:
        return "按当地通知" if unit.kind else ""
    day = f"{unit.due.month}月{unit.due.day}日"
    if unit.days_left is None:
        return day
    return f"{day}（还有{unit.days_left}天）" if unit.days_left >= 0 else f"{day}（已过{-unit.days_left}天）"


def _changes(unit: UnitLine, overview: Overview) -> str:
    """The largest change, sorted by its size; the others in the title."""
    names = {measure.key: measure.short for measure in overview.measures}
    told = []
    for key in unit.changed:
        change = unit.figures[key].change
        if change is not None:
            told.append((f"{names[key]}{'增' if change > 0 else '减'}{plain_number(abs(change))}", change))
    if not told:
        known = any(figure.before is not None for figure in unit.figures.values())
        return _cell("持平" if known else "", "0" if known else "")
    return (
        f'<td data-sort="{plain_number(told[0][1])}"{_titled("，".join(text for text, _change in told))}>{markup(told[0][0])}</td>'
    )


def _writers(unit: UnitLine) -> str:
    total = unit.sentences.offline + unit.sentences.model + unit.sentences.person
    if not total:
        return ""
    counts = [(name, getattr(unit.sentences, key)) for key, name in _WRITERS]
    return "、".join(f"{name}{round(100 * count / total)}%" for name, count in counts if count)


def _files(unit: UnitLine, link: Link) -> str:
    named = (("网页", unit.html), ("Word", unit.docx), ("数据", unit.draft))
    return " ".join(
        f'<a href="{markup(link(unit, path))}" aria-label="{markup(f"{unit.unit}：{name}")}">{name}</a>'
        for name, path in named
        if path
    )


def _chart_section(overview: Overview) -> str:
    charts = "".join(chart_svg(overview, chart) for chart in overview.charts)
    return (
        f'<section aria-labelledby="charts"><h2 id="charts">图</h2><p class="meta">各单位的数都在上面的表里。</p>'
        f'<div class="charts">{charts}</div></section>\n'
    )


def _copying(overview: Overview) -> str:
    names = {unit.key: unit.unit for unit in overview.units}
    last = "".join(_pair(pair, names, last_year=True) for pair in overview.last_year[:_PAIRS])
    pairs = "".join(_pair(pair, names) for pair in overview.pairs[:_PAIRS])
    crowds = "".join(f"<li>{len(crowd.units)} 个单位都用了：“{markup(crowd.quote)}”</li>" for crowd in overview.crowds[:_CROWDS])
    return (
        '<section aria-labelledby="copying"><h2 id="copying">文字雷同</h2>'
        f'<p class="meta">{_COMPARED}</p>'
        f"<h3>与上年相同（{len(overview.last_year)}）</h3>{last or '<p>没有。</p>'}{_more(len(overview.last_year))}"
        f"<h3>单位之间相同（{overview.pairs_found}）</h3>{pairs or '<p>没有。</p>'}{_more(overview.pairs_found)}"
        f"{f'<h3>许多单位用同一段话</h3><ul>{crowds}</ul>' if crowds else ''}</section>\n"
    )


def _more(count: int) -> str:
    return f"<p>另有 {count - _PAIRS} 对，相同最多的见工作簿。</p>" if count > _PAIRS else ""


def _pair(pair: CopiedPair, names: dict[str, str], *, last_year: bool = False) -> str:
    first, second = names.get(pair.first, pair.first), names.get(pair.second, pair.second)
    share = f"{percent(pair.copied, pair.of)}相同"
    if not last_year:
        share = f"前者的 {percent(pair.copied, pair.of)}、后者的 {percent(pair.copied_back, pair.of_second)}相同"
    title = f"{first}与上年：{share}" if last_year else f"{first}与{second}：{share}"
    heads = ("本年", "上年") if last_year else (first, second)
    rows = "".join(f"<tr><td>{markup(each.quote)}</td><td>{markup(each.other)}</td></tr>" for each in pair.passages)
    head = "".join(f'<th scope="col">{markup(name)}</th>' for name in heads)
    return (
        f'<details><summary>{markup(title)}</summary><table class="alike"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></details>\n"
    )


def percent(part: int, whole: int) -> str:
    """A share as printed, rounded down so that nearly all is never all."""
    return f"{100 * part // whole}%" if whole else "0%"


def _details(overview: Overview, link: Link) -> str:
    items = "".join(_detail(unit, link) for unit in overview.units)
    return (
        f'<section aria-labelledby="details"><h2 id="details">检查意见和待补内容</h2>\n<div class="cards">{items}</div></section>\n'
    )


def _detail(unit: UnitLine, link: Link) -> str:
    lines = "".join(f"<li>{line}</li>" for line in _detail_lines(unit))
    head = "，".join(filter(None, (unit.kind_label, unit.state_name, _due(unit))))
    return (
        f'<article id="{_anchor(unit.key)}" tabindex="-1"><h3>{markup(unit.unit)}</h3>'
        f'<p class="meta">{markup(head)} {_files(unit, link)}</p>'
        f"{f'<ul>{lines}</ul>' if lines else '<p>没有错误意见，没有待补内容。</p>'}</article>\n"
    )


def _detail_lines(unit: UnitLine) -> Iterator[str]:
    for text in filter(None, (unit.message, unit.fallback, *unit.notes)):
        yield markup(text)
    for finding in unit.findings:
        remedy = f"（{finding.remedy}）" if finding.remedy else ""
        yield f'<span class="bad">错误</span> {markup(f"{finding.message}{remedy}")} <code>{markup(finding.rule)}</code>'
    if unit.errors > len(unit.findings):
        yield f"另有 {unit.errors - len(unit.findings)} 处错误意见，见草稿"
    for missing in unit.missing:
        yield f'<span class="warn">待补</span> {markup(f"{missing.part}：{missing.ask}")}'


def _anchor(key: str) -> str:
    return "u-" + "".join(sign for sign in key if sign.isascii() and (sign.isalnum() or sign in "-_"))
