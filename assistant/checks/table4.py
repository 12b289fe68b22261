"""Family T4: 表四. Cases are counted by case, so nothing ties them to single cells of 表三."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from assistant.checks.engine import Check, guard, rule
from assistant.checks.finding import Finding
from assistant.checks.grid import equations_of, total_column
from assistant.checks.printing import number
from assistant.checks.subject import Subject

_REVIEW = "t4.rev.total"
_DIRECT = "t4.lit_direct.total"
_AFTER = "t4.lit_after.total"

guard(
    "T4-NOTOTAL",
    formula="禁止为表四生成“诉讼总计”格（第 16 列）",
    reason="表四只有 15 格，诉讼合计是派生量，不印在表上",
)


def _sum_rule(rule_id: str, group: str) -> None:
    @rule(
        rule_id,
        severity="error",
        scope="cells",
        formula=f"{group}：结果维持＋结果纠正＋其他结果＋尚未审结＝总计",
        message="{line}：{left}，而{right}，差 {difference}",
        reason="总计是四种结果的合计",
        remedy="请逐案核对复议、诉讼的结果和总计",
    )
    def sums(subject: Subject, check: Check) -> Iterator[Finding]:
        """The outcomes of a group add up to its total."""
        for equation in equations_of(subject.form, rule_id):
            yield check.equation(equation)


for _rule_id, _group in (("T4-SUM-REV", "行政复议"), ("T4-SUM-DIRECT", "未经复议直接起诉"), ("T4-SUM-AFTER", "复议后起诉")):
    _sum_rule(_rule_id, _group)


@rule(
    "T4-AFTER-NOREV",
    severity="warning",
    scope="cells",
    formula="有复议后起诉的，本年或上年有行政复议",
    message="有复议后起诉 {count} 件，却连续两年没有行政复议，请确认归列",
    reason="复议后起诉以先有复议为前提",
    remedy="请核对是否应填在“未经复议直接起诉”",
)
def suits_without_review(subject: Subject, check: Check) -> Iterator[Finding]:
    """Suits after review while there was none in two years. Last year is asked for only when this year leaves it open."""
    if not subject.has(_AFTER, _REVIEW):
        return
    now = (_AFTER, _REVIEW)
    values = check.values(now)
    if values is None:
        yield check.unknown(check.missing(now), cells=now)
    elif values[_AFTER] == 0 or values[_REVIEW] > 0:
        yield check.passed(now)
    else:
        before = f"prev.{_REVIEW}"
        yield check.judge((*now, before), lambda _after, _now, earlier: earlier == 0, count=number(values[_AFTER]))


@rule(
    "T4-DIRECT-2024",
    severity="info",
    scope="cells",
    formula="2024 年起，不予公开案件须先复议，直接起诉应减少",
    message="未经复议直接起诉 {v[0]} 件；不予公开案件 2024 年起须先复议，其余情形仍可直接起诉，请确认归列",
    reason="行政复议法（2023 修订）第二十三条第一款第（四）项，2024 年 1 月 1 日起施行",
    remedy="属于不予公开以外情形的，确认即可",
    thresholds={"first_year": 2024},
)
def direct_suits(subject: Subject, check: Check) -> Iterator[Finding]:
    """Direct suits after review became compulsory for refusals."""
    if subject.year is not None and subject.year >= check.threshold("first_year") and subject.has(_DIRECT):
        yield check.judge((_DIRECT,), lambda direct: direct > 0)


@rule(
    "T4-VS-T3",
    severity="info",
    scope="cross_year",
    formula="复议、诉讼件数不多于本年与上年办结总数之和",
    message="复议、诉讼共 {disputes} 件，多于两年办结的 {handled} 件，可能含不履责类或一案多诉",
    reason="多数争议由两年内的答复引起",
    remedy="请核对是否重复计数",
)
def more_disputes_than_answers(subject: Subject, check: Check) -> Iterator[Finding]:
    """More disputes than answers in two years."""
    totals = total_column(subject.form, "T3-RESULTSUM")
    disputes = (_REVIEW, _DIRECT, _AFTER)
    if totals is None or not subject.has(*disputes):
        return
    handled = (totals.right[0], f"prev.{totals.right[0]}")
    values = check.values((*disputes, *handled))
    if values is None:
        yield check.unknown(check.missing((*disputes, *handled)), cells=(*disputes, *handled))
        return
    left = sum((values[key] for key in disputes), Decimal(0))
    right = sum((values[key] for key in handled), Decimal(0))
    if left > right:
        keys = (*disputes, *handled)
        yield check.fail(cells=keys, left=left, right=right, disputes=number(left), handled=number(right))
    else:
        yield check.passed((*disputes, *handled), left=left, right=right)
