"""Prints any form with any values as a web page the way government sites do, and as Markdown the way converters do."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping

from assistant.form import Form
from tests.report.block_report import UNIT, Printed, printed

Show = Callable[[str], str]

HEAD = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}_示例县人民政府</title>
<meta name="PubDate" content="2024-01-19 09:30"><script>document.write("999")</script><style>td{{color:red}}</style></head><body>
<div class="header"><div class="logo"><a href="/">示例县人民政府门户网站</a></div><ul class="nav">
<li><a href="/1">首页</a></li><li><a href="/2">政务公开</a></li><li><a href="/3">一、总体规划</a></li></ul></div>
<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/n">示例县2019年政府信息公开工作年度报告</a></div>"""
ABOVE = """<div class="article"><h1>{title}</h1>
<div class="info"><span>发布时间：2024-01-20 10:11</span><span>来源：县政府办</span><span>浏览次数：<i id="hits">381</i></span>
<span>字号：<a>大</a> <a>中</a> <a>小</a></span></div><div class="bdsharebuttonbox">分享到：<a>微信</a><a>微博</a></div>
<div id="zoom" class="content print-area">"""
BELOW = """</div><div class="qrcode"><img src="/img/qrcode.png">扫一扫在手机打开当前页</div>
<p>上一篇：<a>示例县2022年政府信息公开工作年度报告</a></p>
<p>下一篇：<a>没有了</a></p></div><div class="footer">主办：示例县人民政府办公室
电话：0500-1234567　备案号12345</div></body></html>"""


def html_table(table: Printed, show: Show = html.escape) -> str:
    rows = []
    for row in range(1, table.rows + 1):
        cells = []
        for place in sorted(place for place in table.texts if place[0] == row):
            height, width = table.spans[place]
            spans = (f' rowspan="{height}"' if height > 1 else "") + (f' colspan="{width}"' if width > 1 else "")
            cells.append(f"<td{spans}>{show(table.texts[place])}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table border=1>{''.join(rows)}</table>"


def html_report(form: Form, tables: Mapping[str, str], *, shell: bool = True, joint: str = "") -> str:
    year = form.first_year
    title = f"{UNIT}{year}年政府信息公开工作年度报告"
    pieces = [(HEAD + ABOVE).format(title=title) if shell else f"<html><body><h1>{title}</h1>"]
    pieces.append(f"<p>　　本报告所列数据的统计期限为{year}年1月1日至{year}年12月31日。</p>")
    for section in form.sections:
        pieces.append(f"<p><strong>{section.heading}</strong></p><p>这里是{section.title}的<span>文</span><span>字</span>。</p>")
        pieces.append(joint + tables.get(section.table, ""))
    return "\n".join([*pieces, BELOW if shell else "</body></html>"])


def html_tables(form: Form, values: Mapping[str, str], show: Show = html.escape) -> dict[str, str]:
    return {table.key: html_table(printed(table, values), show) for table in form.tables}


def bar_table(table: Printed, style: str = "spaced") -> str:
    """``spaced`` fills merged places with empty cells, ``tight`` with nothing between bars, ``ragged`` leaves them out, ``wide``
    begins with a row of hundreds of bars."""
    lines = []
    for row in range(1, table.rows + 1):
        cells = []
        for col in range(1, table.cols + 1):
            if (row, col) in table.texts:
                cells.append(f" {table.texts[row, col]} ")
            elif style != "ragged":
                cells.append("" if style == "tight" else "  ")
        lines.append("|" + "|".join(cells) + "|" + ("|" * 150 if style == "wide" else ""))
    lines.insert(1, "|" + "---|" * table.cols)
    if style == "wide":
        lines.insert(0, "|" * 300)
    return "\n".join(lines)


def markdown_report(form: Form, tables: Mapping[str, str]) -> str:
    year = form.first_year
    lines = [f"# {UNIT}{year}年政府信息公开工作年度报告", f"本报告所列数据的统计期限为{year}年1月1日至{year}年12月31日。"]
    for section in form.sections:
        lines += [f"## {section.heading}", f"这里是**{section.title}**的文字。"]
        if section.table in tables:
            lines.append(tables[section.table])
    return "\n\n".join(lines) + "\n"


def bar_tables(form: Form, values: Mapping[str, str], style: str = "spaced") -> dict[str, str]:
    return {table.key: bar_table(printed(table, values), style) for table in form.tables}
