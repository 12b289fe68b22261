"""Family D: when the report is due (Article 49). The day is given with the subject, never taken from a clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assistant.checks.engine import Check, Scope, rule
from assistant.checks.finding import Finding, SeverityName
from assistant.checks.subject import Subject

_SCOPES: tuple[Scope, ...] = ("submission", "report")


def _due(subject: Subject) -> date | None:
    return subject.kind.deadline_for(subject.year) if subject.kind and subject.year is not None else None


def _printed(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _judge(subject: Subject, check: Check) -> Iterator[Finding]:
    """By the date of publication; before it, by the day of checking. A report without a date is not judged."""
    due = _due(subject)
    if due is None or subject.kind is None:
        return
    if subject.published is not None:
        late = (subject.published - due).days
        if late <= 0:
            yield check.passed()
        elif late <= check.threshold("republished_days"):
            state = f"{_printed(subject.published)}发布，晚于时限 {late} 天"
            yield check.fail(marks=(str(subject.published),), due=_printed(due), state=state)
        return
    if subject.today is None or subject.report is not None:
        return
    left, limit = (due - subject.today).days, check.threshold("republished_days")
    if left < 0:
        severity: SeverityName = "warning" if -left <= limit else "info"
        yield check.fail(severity=severity, marks=(str(due), "late"), due=_printed(due), state=f"已过时限 {-left} 天")
    elif left <= check.threshold("notice_days"):
        yield check.fail(severity="info", marks=(str(due), "soon"), due=_printed(due), state=f"距时限还有 {left} 天")
    else:
        yield check.passed()


@rule(
    "D-DEPT",
    severity="warning",
    or_severity=("info",),
    scope=_SCOPES,
    formula="部门报告次年 1 月 31 日前公布",
    message="部门报告应于{due}前提交并公布，{state}",
    reason="条例第四十九条第一款",
    remedy="请尽快定稿公布",
    thresholds={"notice_days": 7, "republished_days": 120},
)
def department(subject: Subject, check: Check) -> Iterator[Finding]:
    """Departments and those who report like them."""
    if subject.kind is not None and not subject.kind.government:
        yield from _judge(subject, check)


@rule(
    "D-GOV",
    severity="warning",
    or_severity=("info",),
    scope=_SCOPES,
    formula="县级以上地方政府报告次年 3 月 31 日前公布",
    message="政府报告应于{due}前公布，{state}",
    reason="条例第四十九条第二款",
    remedy="请尽快定稿公布",
    thresholds={"notice_days": 7, "republished_days": 120},
)
def government(subject: Subject, check: Check) -> Iterator[Finding]:
    """Governments from county level up."""
    if subject.kind is not None and subject.kind.government:
        yield from _judge(subject, check)


@rule(
    "D-TOWN",
    severity="info",
    scope=_SCOPES,
    formula="乡镇、街道等按当地通知的时限公布",
    message="{kind}的时限由当地通知规定，请按通知办理",
    reason="条例第四十九条没有单列乡镇、街道的时限",
)
def township(subject: Subject, check: Check) -> Iterator[Finding]:
    """Units whose deadline is set by local notice: a reminder until there is a date of publication."""
    if subject.kind is None or subject.kind.deadline is not None:
        return
    if subject.published is not None:
        yield check.passed()
    else:
        yield check.fail(kind=subject.kind.label, marks=(subject.kind.key,))


@rule(
    "D-REPUB",
    severity="info",
    scope=_SCOPES,
    formula="发布日期与时限相近",
    message="{published}发布，比时限晚 {late} 天，可能是补发或改版重传，不等于逾期",
    reason="网页改版会改变发布日期",
    remedy="请核对首次发布日期",
    thresholds={"republished_days": 120},
)
def republished(subject: Subject, check: Check) -> Iterator[Finding]:
    """Published long after the deadline, more likely put up again than late."""
    due = _due(subject)
    if due is None or subject.published is None:
        return
    late = (subject.published - due).days
    if late > check.threshold("republished_days"):
        yield check.fail(published=_printed(subject.published), late=late, marks=(str(subject.published),))
    else:
        yield check.passed()
