"""Family S: structure of a finished report. What only the reader could see arrives as its remarks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding, SeverityName
from assistant.checks.subject import Subject

_READER_REASON = "读取报告时发现；位置不能确定的数一律不采用"
_FROM_READER: tuple[tuple[str, SeverityName, tuple[SeverityName, ...], str, str], ...] = (
    ("S-FORM-MIXED", "warning", (), "整份报告只用一个版本的表头", "请统一改用报告年度应当使用的格式"),
    ("S-SECTION-ORDER", "warning", (), "六个部分的顺序和序号连续、不重复", "请按“一”至“六”改正序号和次序"),
    ("S-SECTION-TITLE", "info", (), "六个部分的标题与格式一致", "意思相同，可以不改；改用规范标题更好"),
    ("S-PREFACE-COUNT", "warning", ("info",), "前言所称的部分数与所列名称、正文一致", "请核对前言的部分数和名称"),
    ("S-TABLE-MISSING", "error", (), "应有表格的部分有表格数据", "请补上表格；表格另存为附件的，请一并提交"),
    ("S-TABLE-IMAGE", "error", (), "表格是文字而不是图片", "请把图片中的表格录入工作簿"),
    ("S-CELL-COUNT", "warning", (), "每行的数值个数等于列数", "请对照原表，或换用原网页、Word、PDF 文件"),
    ("S-HEADER-LOST", "info", (), "表头的组名齐全", "请对照原表核对列的归属"),
    ("S-COLUMN-HEADER", "warning", (), "每一列都有与表式一致的列名", "请对照原表补全列名"),
    ("S-ROW-MISSING", "warning", (), "表式的每一行都在", "请对照原表补上缺少的行"),
    ("S-ROW-DOUBLE", "warning", (), "表式的每一行只出现一次", "请对照原表删去多余的一行"),
    ("S-ROW-ORDER", "warning", (), "各行的次序与表式一致", "请对照原表核对这些行"),
    ("S-ROW-FOREIGN", "warning", (), "表中没有表式以外的行", "请对照原表核对这些数属于哪一行"),
    ("S-CHROME", "info", (), "正文没有混入网页附属文字", "定稿时请删去"),
)
_NUMERALS = "一二三四五六七八九十"
_SUB_HEADING = re.compile(rf"(?:^|(?<=[\n。；］]))[ \t\u3000]*[(（]([{_NUMERALS}]{{1,3}})[)）]")


def _declare(rule_id: str, severity: SeverityName, others: tuple[SeverityName, ...], formula: str, remedy: str) -> None:
    @rule(
        rule_id,
        severity=severity,
        or_severity=others,
        scope="report",
        formula=formula,
        message="{message}",
        reason=_READER_REASON,
        remedy=remedy,
    )
    def remarks(subject: Subject, check: Check) -> Iterator[Finding]:
        """Remarks of the reader under one rule."""
        found = [remark for remark in (subject.report.remarks if subject.report else ()) if remark.rule == check.rule.id]
        for remark in found:
            open_list = check.rule.id == "S-PREFACE-COUNT" and remark.quote.startswith("等")
            yield check.fail(
                message=remark.message,
                severity="info" if open_list else None,
                cells=[key for key in remark.cells if subject.has(key)],
                section=remark.section,
                quote=remark.quote,
                place=str(remark.source) if remark.source.place else remark.source.file,
                marks=(remark.message,),
            )
        if subject.report and not found:
            yield check.passed()


for _row in _FROM_READER:
    _declare(*_row)


@rule(
    "S-FORM-VERSION",
    severity="warning",
    scope="report",
    formula="报告年度所用的表头是该年度应当使用的版本",
    message="报告年度为 {year} 年，但表格采用 {first} 年起的旧版或其他版本的表头（{number}），请改用该年度的格式",
    reason="格式按报告年度而不按发布年份确定",
    remedy="请按报告年度的格式重新填表",
)
def form_version(subject: Subject, check: Check) -> Iterator[Finding]:
    """The tables follow the form of the report year."""
    if subject.report is None or not subject.report.form or subject.year is None:
        return
    if subject.form.covers(subject.year):
        yield check.passed()
    else:
        form = subject.form
        yield check.fail(year=subject.year, first=form.first_year, number=form.document_number, marks=(form.id, str(subject.year)))


@rule(
    "S-SECTION-MISSING",
    severity="error",
    scope="report",
    formula="六个部分齐全",
    message="未找到“{heading}”",
    reason="报告内容按条例第五十条确定，不能缺项",
    remedy="请补写这一部分；已经写了的，请核对标题",
)
def section_missing(subject: Subject, check: Check) -> Iterator[Finding]:
    """All six parts are there."""
    if subject.report is None:
        return
    there = {section.key for section in subject.report.sections}
    missing = [section for section in subject.form.sections if section.key not in there]
    for section in missing:
        yield check.fail(section=section.key, heading=section.heading, marks=(section.key,))
    if not missing:
        yield check.passed()


@rule(
    "S-SUBNUM",
    severity="warning",
    scope="report",
    formula="总体情况的小标题序号连续、不重复",
    message="总体情况的小标题{fault}",
    remedy="请改正小标题的序号",
)
def sub_numbers(subject: Subject, check: Check) -> Iterator[Finding]:
    """Sub-headings of the first part are numbered one by one. A list that starts again at （一） is a list of its own."""
    first = next(iter(subject.form.sections)).key
    text = subject.report.text(first) if subject.report else ""
    marks = [match.group(1) for match in _SUB_HEADING.finditer(text)]
    if not marks:
        return
    faults = list(dict.fromkeys(fault for run in _runs(marks) for fault in _faults(run)))
    for fault in faults:
        yield check.fail(section=first, fault=fault, marks=(fault,))
    if not faults:
        yield check.passed()


def _runs(marks: list[str]) -> Iterator[list[str]]:
    run: list[str] = []
    for mark in marks:
        if mark == _NUMERALS[0] and run and run[-1] != mark:
            yield run
            run = []
        run.append(mark)
    yield run


def _faults(run: list[str]) -> Iterator[str]:
    for mark, count in Counter(run).items():
        if count > 1:
            yield f"出现 {count} 个“（{mark}）”"
    expected = 1
    for mark in dict.fromkeys(run):
        value = _value(mark)
        if value != expected:
            yield f"从“（{mark}）”开始" if expected == 1 else f"缺“（{_name(expected)}）”，直接到“（{mark}）”"
        expected = value + 1


def _value(mark: str) -> int:
    if mark[0] == "十":
        return 10 + (_NUMERALS.index(mark[1]) + 1 if len(mark) > 1 else 0)
    return _NUMERALS.index(mark[0]) + 1


def _name(value: int) -> str:
    return _NUMERALS[value - 1] if value <= 10 else f"十{_NUMERALS[value - 11]}"
