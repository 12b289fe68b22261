"""Family T3: 表三. Equations are the form's own; columns and rows are taken from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from assistant.checks.engine import Check, guard, rule
from assistant.checks.finding import Finding
from assistant.checks.grid import equations_of, total_column
from assistant.checks.printing import equation_line, number
from assistant.checks.subject import Subject
from assistant.form import Equation

_SHOWN = 5
_OTHER = "t3.r6_3_other.total"
_UNPAID = "t3.r6_2_unpaid.total"
_PARTIAL = "t3.r2_partial.total"
_COUNTED_TWICE = re.compile(
    r"部分公开[^。；]{0,40}(?:同时|又|也|并|另)[^。；]{0,6}(?:计入|列入|统计为|统计到|计为|算作|填入)[^。；]{0,12}不予公开"
)

guard(
    "T3-WORD-GUARD",
    formula="禁止按词匹配“总计”“其他”，须按位置",
    reason="“总计”“其他”在表三各出现多次，含义不同",
)


@rule(
    "T3-BALANCE",
    severity="error",
    scope="cells",
    formula="每列：新收＋上年结转＝办理结果总计＋结转下年",
    message="{line}：{left}，而{right}，差 {difference}",
    reason="表三左上角的勾稽关系提示",
    remedy="请对照申请台账核对这一列的四个数",
)
def balance(subject: Subject, check: Check) -> Iterator[Finding]:
    """What came in went out or is carried over, column by column."""
    for equation in equations_of(subject.form, "T3-BALANCE"):
        yield check.equation(equation)


@rule(
    "T3-RESULTSUM",
    severity="error",
    scope="cells",
    formula="每列：（一）至（六）各项之和＝（七）总计",
    message="{line}：{left}，而{right}，差 {difference}",
    reason="（七）总计是本年各类办理结果的合计，不含结转下年",
    remedy="请逐行核对这一列的办理结果和（七）总计",
)
def result_sum(subject: Subject, check: Check) -> Iterator[Finding]:
    """The results of a column add up to its total."""
    for equation in equations_of(subject.form, "T3-RESULTSUM"):
        yield check.equation(equation)


@rule(
    "T3-ROWSUM",
    severity="error",
    scope="cells",
    formula="每行：各类申请人之和＝总计",
    message="{line}：{left}，而{right}，差 {difference}",
    reason="“总计”列是自然人与各类组织的合计",
    remedy="请核对这一行各类申请人的件数和总计",
)
def row_sum(subject: Subject, check: Check) -> Iterator[Finding]:
    """The applicants of a row add up to its total; a total of 0 over blanks holds, since counts are never negative."""
    for equation in equations_of(subject.form, "T3-ROWSUM"):
        yield check.passed(equation.terms, left=0, right=0) if _all_zero(subject, equation) else check.equation(equation)


def _all_zero(subject: Subject, equation: Equation) -> bool:
    """Whether the total is a usable 0 and every part is 0 or blank."""
    if subject.value(equation.right[0]) != 0:
        return False
    cells = [subject.cell(key) for key in equation.left]
    return all(cell.value == 0 if cell.ok else cell.status in ("blank", "inferred_zero") for cell in cells)


@rule(
    "T3-LEAF-GT",
    severity="error",
    scope="cells",
    formula="每列：任一办理结果≤（七）总计",
    message="{line}：{leaves}，多于办理结果总计 {total}",
    reason="分项不会多于总计",
    remedy="请核对分项和（七）总计",
)
def leaf_above_total(subject: Subject, check: Check) -> Iterator[Finding]:
    """A single result above the total of its column."""
    for equation in equations_of(subject.form, "T3-RESULTSUM"):
        line, whole = equation_line(subject, equation), equation.right[0]
        total = subject.value(whole)
        above = [key for key in equation.left if total is not None and (subject.value(key) or 0) > total]
        missing = check.missing(equation.terms)
        if above and total is not None:
            values = [subject.value(key) for key in above]
            rows = [f"{_row(subject, key)} {number(value)}" for key, value in zip(above, values, strict=True)]
            leaves = "、".join(rows[:_SHOWN]) + (f"等 {len(rows)} 项" if len(rows) > _SHOWN else "")
            yield check.fail(cells=(*above, whole), line=line, leaves=leaves, total=number(total), left=values[0], right=total)
        elif missing:
            yield check.unknown(missing, cells=equation.terms, line=line)
        else:
            yield check.passed(equation.terms)


def _row(subject: Subject, key: str) -> str:
    row = subject.form.cells[key].row
    return row.prose if row else subject.label(key)


def _flows(subject: Subject, check: Check, broken: Callable[[Decimal, Decimal, Decimal], bool]) -> Iterator[Finding]:
    """Judge each column by what came in, was dealt with and is carried over (the sides of T3-BALANCE)."""
    for equation in equations_of(subject.form, "T3-BALANCE"):
        line = equation_line(subject, equation)
        came, done, over = (check.total(terms) for terms in (equation.left, equation.right[:-1], equation.right[-1:]))
        if came is None or done is None or over is None:
            yield check.unknown(check.missing(equation.terms), cells=equation.terms, line=line)
        elif broken(came, done, over):
            yield check.fail(
                cells=equation.terms,
                left=came,
                right=done + over,
                line=line,
                came=number(came),
                done=number(done),
                over=number(over),
            )
        else:
            yield check.passed(equation.terms)


@rule(
    "T3-CARRYOUT-GT",
    severity="error",
    scope="cells",
    formula="每列：结转下年≤新收＋上年结转",
    message="{line}：结转下年 {over}，多于全部应办 {came}",
    reason="没有收到的申请不能结转",
    remedy="请核对结转下年度继续办理的件数",
)
def carried_above_received(subject: Subject, check: Check) -> Iterator[Finding]:
    """More carried over than there was to handle."""
    yield from _flows(subject, check, lambda came, _done, over: over > came)


@rule(
    "T3-NOPROC",
    severity="error",
    scope="cells",
    formula="每列：新收＋上年结转＞0 时，办理结果总计与结转下年不同为 0",
    message="{line}：有申请 {came} 件，却没有办理结果，也没有结转下年",
    reason="收到的申请要么办结，要么结转",
    remedy="请补填办理结果或结转下年度的件数",
)
def received_without_result(subject: Subject, check: Check) -> Iterator[Finding]:
    """Requests without any outcome."""
    yield from _flows(subject, check, lambda came, done, over: came > 0 and done == 0 and over == 0)


@rule(
    "T3-NOINPUT",
    severity="error",
    scope="cells",
    formula="每列：新收＋上年结转＝0 时，办理结果总计与结转下年都为 0",
    message="{line}：没有申请，却有办理结果 {done} 件、结转下年 {over} 件",
    reason="没有收到的申请不会有办理结果",
    remedy="请核对新收、上年结转和办理结果",
)
def result_without_request(subject: Subject, check: Check) -> Iterator[Finding]:
    """Outcomes without any request."""
    yield from _flows(subject, check, lambda came, done, over: came == 0 and (done > 0 or over > 0))


def _empty(subject: Subject, keys: Iterable[str]) -> bool:
    return all(subject.cell(key).status in ("blank", "inferred_zero") for key in keys)


def _row_names(rows: list[Equation]) -> str:
    return "、".join(f"“{row.line}”" for row in rows[:_SHOWN]) + (f"等 {len(rows)} 行" if len(rows) > _SHOWN else "")


@rule(
    "T3-TOTALONLY",
    severity="warning",
    or_severity=("info",),
    scope="cells",
    formula="填了总计的行，也填各类申请人",
    message="{rows}只填了总计列，未填申请人构成",
    reason="表三要求按申请人分列",
    remedy="请补填各类申请人的件数，没有的填 0",
)
def only_total(subject: Subject, check: Check) -> Iterator[Finding]:
    """Rows where only the total is filled; info when all these totals are 0."""
    equations = equations_of(subject.form, "T3-ROWSUM")
    rows = [row for row in equations if subject.cell(row.right[0]).value is not None and _empty(subject, row.left)]
    if rows:
        zero = all(subject.cell(row.right[0]).value == 0 for row in rows)
        cells = [row.right[0] for row in rows]
        yield check.fail(cells=cells, severity="info" if zero else "warning", rows=_row_names(rows))
    elif equations:
        yield check.passed()


@rule(
    "T3-NATURALONLY",
    severity="info",
    scope="cells",
    formula="填了自然人和总计的行，其余申请人也填",
    message="{rows}只有自然人列与总计列有数且相等，其余各列空白，建议填 0",
    reason="空白不等于 0",
    remedy="其余各列没有的填 0",
)
def only_first_column(subject: Subject, check: Check) -> Iterator[Finding]:
    """Rows where only the first applicant column and the total are filled, with the same figure."""
    equations = equations_of(subject.form, "T3-ROWSUM")
    rows = []
    for row in equations:
        first, total = subject.value(row.left[0]), subject.value(row.right[0])
        if first is not None and first == total and len(row.left) > 1 and _empty(subject, row.left[1:]):
            rows.append(row)
    if rows:
        yield check.fail(cells=[key for row in rows for key in (row.left[0], row.right[0])], rows=_row_names(rows))
    elif equations:
        yield check.passed()


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{part * 100 / whole:.0f}%"


@rule(
    "T3-R6-OTHER-HIGH",
    severity="info",
    scope="cells",
    formula="（六）3.其他不超过办理结果总计的 30%（总计不少于 10 件时）",
    message="“其他”{part} 件，占办理结果总计 {whole} 件的 {percent}，建议核对归类",
    reason="经验：“其他”过多往往是归类有误",
    remedy="请核对这些申请能否归入前面各项",
    thresholds={"share": "0.3", "base": 10},
)
def other_results_high(subject: Subject, check: Check) -> Iterator[Finding]:
    """A large share of results classed as 其他."""
    whole = total_column(subject.form, "T3-RESULTSUM")
    if whole and subject.has(_OTHER):
        yield _large_share(check, (_OTHER, whole.right[0]), *_shares(subject, (_OTHER,), whole.right), "whole")


@rule(
    "T3-CARRY-LARGE",
    severity="info",
    scope="cells",
    formula="结转下年不超过应办件数的 30%（结转不少于 10 件时）",
    message="结转下年 {part} 件，占应办 {whole} 件的 {percent}，请确认",
    reason="经验：结转过多可能是把已办结的计入结转",
    remedy="请核对结转下年度继续办理的件数",
    thresholds={"share": "0.3", "base": 10},
)
def carried_large(subject: Subject, check: Check) -> Iterator[Finding]:
    """A large share of cases carried over."""
    flow = total_column(subject.form, "T3-BALANCE")
    if flow:
        over = flow.right[-1:]
        yield _large_share(check, (*over, *flow.left), *_shares(subject, over, flow.left), "part")


def _shares(subject: Subject, part: Iterable[str], whole: Iterable[str]) -> tuple[Decimal | None, Decimal | None]:
    def total(keys: Iterable[str]) -> Decimal | None:
        values = [subject.value(key) for key in keys]
        return None if None in values else sum((value for value in values if value is not None), Decimal(0))

    return total(part), total(whole)


def _large_share(check: Check, keys: tuple[str, ...], part: Decimal | None, whole: Decimal | None, based_on: str) -> Finding:
    if part is None or whole is None:
        return check.unknown(check.missing(keys), cells=keys)
    base = whole if based_on == "whole" else part
    if whole <= 0 or base < check.threshold("base") or part <= check.threshold("share") * whole:
        return check.passed(keys)
    return check.fail(cells=keys, part=number(part), whole=number(whole), percent=_percent(part, whole))


@rule(
    "T3-PARTIAL-NOTE",
    severity="info",
    scope=("submission", "draft", "report"),
    formula="区分处理的只计部分公开，不再计入不予公开",
    message="部分公开 {count} 件，文字又称同一案件计入不予公开；区分处理的只计部分公开一处",
    reason="表三（二）行注：区分处理的，只计这一情形，不计其他情形",
    remedy="请核对部分公开与不予公开是否重复计数",
)
def partial_counted_twice(subject: Subject, check: Check) -> Iterator[Finding]:
    """The text says that cases disclosed in part are counted as refused as well."""
    count = subject.value(_PARTIAL)
    if not subject.has(_PARTIAL) or not count:
        return
    notes = {note.id: note.text for note in subject.submission.notes} if subject.submission else {}
    for name, text in {**notes, **subject.texts}.items():
        match = _COUNTED_TWICE.search(text)
        if match:
            yield check.fail(cells=(_PARTIAL,), section=name, quote=match.group(), span=match.span(), count=number(count))
            return
    yield check.passed((_PARTIAL,))


@rule(
    "T3-UNPAID-LINK",
    severity="warning",
    scope="submission",
    formula="有因逾期未缴费终止的申请时，说明信息处理费情况",
    message="有 {count} 件因申请人逾期未缴费终止，第六部分应说明信息处理费收取情况",
    reason="逾期未缴费说明发出过收费通知（条例第四十二条）",
    remedy="请填写信息处理费的件数和金额",
)
def unpaid_without_fee(subject: Subject, check: Check) -> Iterator[Finding]:
    """Cases closed for an unpaid fee, and nothing said of the fee."""
    submission = subject.submission
    if submission is None or not subject.has(_UNPAID):
        return
    said = submission.fee is not None or any("信息处理费" in note.text for note in submission.notes)
    yield check.judge((_UNPAID,), lambda unpaid: unpaid > 0 and not said, count=number(subject.value(_UNPAID)))
