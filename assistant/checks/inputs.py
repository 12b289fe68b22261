"""Family I: what the reader of an input could not place or had to leave out; and which year's form was filled in."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding, SeverityName
from assistant.checks.subject import Subject

_CODES: tuple[tuple[str, str, SeverityName, str, str], ...] = (
    ("I-UNPLACED", "unplaced", "warning", "填报件中的每个数都能对上表式中的格", "请对照表式，把这些内容填到对应的格"),
    ("I-DUPLICATE", "duplicate", "error", "一个格只有一个数", "请只保留正确的一个"),
    ("I-IGNORED", "ignored", "info", "填报件中没有用不上的内容", "不需要的内容可以删去"),
    ("I-LAYOUT", "layout", "warning", "填报件的版式与空白工作簿一致", "请使用本程序生成的空白工作簿"),
    ("I-TEXT", "text", "warning", "填报件中的文字可以直接使用", "请核对这段文字"),
    ("I-LIMIT", "limit", "warning", "填报件不超过规定的大小", "请精简后重新提交"),
)


def _declare(rule_id: str, code: str, severity: SeverityName, formula: str, remedy: str) -> None:
    @rule(
        rule_id,
        severity=severity,
        scope="submission",
        formula=formula,
        message="{message}",
        reason="读不出位置或用不上的内容必须说明，不能悄悄丢掉",
        remedy=remedy,
    )
    def remarks(subject: Subject, check: Check) -> Iterator[Finding]:
        """Remarks of one code."""
        found = [remark for remark in (subject.submission.remarks if subject.submission else ()) if remark.code == code]
        for remark in found:
            place = str(remark.source)
            yield check.fail(
                message=remark.message, remedy=remark.remedy or None, place=place, marks=(code, remark.message, remark.source.place)
            )
        if not found:
            yield check.passed()


for _row in _CODES:
    _declare(*_row)


@rule(
    "S-FORM-VERSION",
    severity="warning",
    scope="submission",
    formula="报告年度所用的表头是该年度应当使用的版本",
    message="报告年度为 {year} 年，但表格采用 {first} 年起的旧版或其他版本的表头（{number}），请改用该年度的格式",
    reason="格式按报告年度而不按发布年份确定；表格照读，正文按该年度的格式写",
    remedy="请按报告年度的格式重新填表",
)
def form_version(subject: Subject, check: Check) -> Iterator[Finding]:
    """The tables filled in are those of the report year."""
    if subject.submission is None or subject.year is None:
        return
    form = subject.form
    if form.covers(subject.year):
        yield check.passed()
    else:
        yield check.fail(year=subject.year, first=form.first_year, number=form.tables_number, marks=(form.id, str(subject.year)))
