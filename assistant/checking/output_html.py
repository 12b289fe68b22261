"""Results as one self-contained web page: each report with its findings at their places. No script, nothing from outside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib import resources

from assistant.checking.marking import Marks, marked_cell, marked_text
from assistant.checking.reasons import reasons
from assistant.checking.result import SEVERITIES, SEVERITY_NAMES, Checked, Ruling
from assistant.checks.finding import Alike, Finding
from assistant.checks.subject import Subject
from assistant.form import Table
from assistant.report.html_table import table_html
from assistant.report.html_writer import CONTENT_SECURITY_POLICY
from assistant.report.model import ReadSection
from assistant.report.printing import markup

_TITLE = "年度报告检查结果"
_CELLS_NAMED = 8
_HEADS = ("文件", "单位", "年度", "错误", "提醒", "提示", "无法核对", "已裁定")


def write_html(results: Iterable[Checked]) -> str:
    """The page. All text of reports is escaped; a report's markup never becomes the page's."""
    every = list(results)
    body = "".join(_input(result, number) for number, result in enumerate(every))
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">\n'
        f"<title>{_TITLE}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">跳到检查结果</a>\n<header>\n<h1>{_TITLE}</h1>\n{_summary(every)}</header>\n'
        f'<main id="main" tabindex="-1">\n{body}</main>\n</body>\n</html>\n'
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return (resources.files("assistant.checking") / "page.css").read_text(encoding="utf-8")


def _summary(results: Sequence[Checked]) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in _HEADS)
    rows = "".join(_summary_row(result, number) for number, result in enumerate(results))
    return (
        f'<div class="scroll"><table class="summary"><caption>共 {len(results)} 份</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>\n"
    )


def _summary_row(result: Checked, number: int) -> str:
    link = f'<th scope="row"><a href="#r{number}">{markup(str(result.path))}</a></th>'
    if result.error:
        return f'<tr>{link}<td colspan="7"><span class="count error">未能检查</span></td></tr>\n'
    counts = "".join(f'<td><span class="count {name}">{result.counts[name]}</span></td>' for name in (*SEVERITIES, "unknown"))
    return f"<tr>{link}<td>{markup(result.unit)}</td><td>{result.year or ''}</td>{counts}<td>{len(result.ruled)}</td></tr>\n"


def _input(result: Checked, number: int) -> str:
    name = markup(result.unit or result.path.name)
    year, previous = f"{result.year} 年度" if result.year else "", f"上年：{result.previous}" if result.previous else ""
    words = "　".join(markup(word) for word in (str(result.path), year, result.form, previous, *result.notes) if word)
    head = f'<section aria-labelledby="r{number}">\n<h2 id="r{number}" tabindex="-1">{name}</h2>\n<p class="meta">{words}</p>\n'
    if result.error:
        return f'{head}<p class="box message">未能检查：{markup(result.error)}</p>\n</section>\n'
    marks = Marks(result.findings, f"r{number}-")
    findings = f"{_list(result, marks)}{_ruled(result.ruled)}"
    return (
        f'{head}<div class="columns">\n<div class="box list" role="region" aria-label="检查意见" tabindex="0">\n{findings}</div>\n'
        f'<article class="box report" aria-label="报告">\n{_report(result, marks)}</article>\n</div>\n</section>\n'
    )


def _list(result: Checked, marks: Marks) -> str:
    if not result.findings:
        return "<p>没有发现问题。</p>\n"
    pieces, last = [], ""
    for number, finding in enumerate(result.findings):
        kind = "unknown" if finding.status == "unknown" else finding.severity
        if kind != last:
            name = "无法核对" if kind == "unknown" else SEVERITY_NAMES[kind]
            pieces += ["</ol>\n" if last else "", f'<h3>{name}（{result.counts[kind]}）</h3>\n<ol class="findings">\n']
            last = kind
        pieces.append(_finding(result, finding, marks, number, kind))
    return "".join([*pieces, "</ol>\n"])


def _finding(result: Checked, finding: Finding, marks: Marks, number: int, kind: str) -> str:
    name = "无法核对" if kind == "unknown" else SEVERITY_NAMES[finding.severity]
    target = marks.place_of(number)
    place = f'<a href="#{target}">看原处</a>' if target else ""
    return (
        f'<li id="{marks.identifier(number)}" class="{kind}" tabindex="-1"><span class="level">{number + 1}. {name}</span> '
        f'<code>{markup(finding.rule)}</code> {place}<p class="message">{markup(finding.message)}</p>\n'
        f"<dl>{''.join(_terms(result, finding))}</dl>{_alike(finding.alike, finding.other)}</li>\n"
    )


def _terms(result: Checked, finding: Finding) -> Iterator[str]:
    subject = result.subject
    also = "、".join(finding.also)
    for name, value in (
        ("原文", finding.quote),
        ("位置", finding.place),
        ("涉及的格", _labels(subject, finding.cells) if subject else ""),
        ("依据", reasons().get(finding.rule, "")),
        ("处理", finding.remedy),
        ("同时触发", also),
        ("指纹", finding.fingerprint),
    ):
        if value:
            yield f"<dt>{name}</dt><dd>{markup(value)}</dd>"


def _labels(subject: Subject, keys: Sequence[str]) -> str:
    more = f"等 {len(keys)} 格" if len(keys) > _CELLS_NAMED else ""
    return "、".join(subject.label(key) for key in keys[:_CELLS_NAMED]) + more


def _alike(alike: Sequence[Alike], other: str) -> str:
    if not alike:
        return ""
    rows = "".join(f"<tr><td>{markup(each.quote)}</td><td>{markup(each.other)}</td></tr>" for each in alike)
    return (
        '<div class="scroll"><table class="alike"><caption>两处文字对照</caption>'
        f'<thead><tr><th scope="col">本篇</th><th scope="col">{markup(other)}</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _ruled(ruled: Sequence[tuple[Finding, Ruling]]) -> str:
    if not ruled:
        return ""
    rows = "".join(
        f"<li><code>{markup(finding.rule)}</code> {markup(finding.message)}"
        f"（{markup(ruling.accepted)} 接受：{markup(ruling.why)}）</li>\n"
        for finding, ruling in ruled
    )
    return f"<details><summary>已裁定接受 {len(ruled)} 条</summary>\n<ul>{rows}</ul></details>\n"


def _report(result: Checked, marks: Marks) -> str:
    subject = result.subject
    if subject is None:
        return ""
    report = subject.report
    if report is None:
        return "".join(_table(result, table, marks) for table in subject.form.tables)
    title = markup(report.title) or "（没有读到标题）"
    pieces = [f'<h3 id="{marks.section("title")}">{title}</h3>\n', _text(report.preface, "preface", marks)]
    printed = set()
    for section in report.sections:
        pieces.append(f'<h3 id="{marks.section(section.key)}">{markup(_heading(section))}</h3>\n')
        pieces.append(_text(section.text, section.key, marks))
        statutory = next((each for each in subject.form.sections if each.key == section.key and each.table), None)
        if statutory is not None and report.form:
            printed.add(statutory.table)
            pieces.append(_table(result, subject.form.table(statutory.table), marks))
    rest = [table for table in subject.form.tables if table.key not in printed and report.form]
    return "".join([*pieces, *(_table(result, table, marks) for table in rest)])


def _heading(section: ReadSection) -> str:
    """The heading as printed, its number as read."""
    joined = "" if not section.number or not section.number[-1].isalnum() else "、"
    return f"{section.number}{joined}{section.title}"


def _text(text: str, section: str, marks: Marks) -> str:
    return "".join(f"<p>{words}</p>\n" for words in marked_text(text, section, marks) if words)


def _table(result: Checked, table: Table, marks: Marks) -> str:
    return table_html(table, result.cells, prefix=marks.prefix, value=lambda key, cell: marked_cell(key, cell, marks))
