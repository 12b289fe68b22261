"""Family X, and C-HUGE: this year beside last year. Only adjacent years are compared."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fnmatch import fnmatchcase

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.grid import lines
from assistant.checks.printing import number
from assistant.checks.subject import PREVIOUS, Subject
from assistant.form import Derived, Equation, Form

_SHOWN = 5


def _adjacent(subject: Subject) -> bool:
    """Whether last year's cells really are those of the year before."""
    return subject.year is not None and subject.previous_year == subject.year - 1 and subject.previous_form is not None


def _kept(subject: Subject, key: str) -> bool:
    """Whether last year's form has this cell with the same meaning."""
    earlier = subject.previous_form
    return earlier is not None and key in earlier.cells and _same_meaning(subject.form, earlier, key)


def _same_meaning(form: Form, earlier: Form, key: str) -> bool:
    return earlier.id == form.id or not any(fnmatchcase(key, pattern) for pattern in form.not_comparable.get(earlier.id, ()))


def _rollover(rule_id: str, subject: Subject, check: Check, severity: bool = False) -> Iterator[Finding]:
    if not _adjacent(subject):
        return
    for equation in subject.form.rollovers:
        if equation.rule == rule_id and all(_kept(subject, key) for key in _earlier(equation)):
            lowered = severity and not subject.previous_trusted
            yield check.equation(equation, severity="warning" if lowered else None)


def _earlier(equation: Equation) -> list[str]:
    return [term.removeprefix(PREVIOUS) for term in equation.terms if term.startswith(PREVIOUS)]


@rule(
    "X-CARRY",
    severity="error",
    or_severity=("warning",),
    scope="cross_year",
    formula="上年结转下年（总计）＝本年上年结转（总计）",
    message="{left}，而{right}，差 {difference}",
    reason="上一年度结转下来的申请，就是本年度的上年结转；上年数据未经本程序校验时只作提醒",
    remedy="请对照上年报告表三“结转下年度继续办理”核对本年“上年结转”",
)
def carry(subject: Subject, check: Check) -> Iterator[Finding]:
    """What last year carried over is what this year took over."""
    yield from _rollover("X-CARRY", subject, check, severity=True)


@rule(
    "X-CARRY-COL",
    severity="warning",
    scope="cross_year",
    formula="逐申请人列：上年结转下年＝本年上年结转",
    message="{line}：{left}，而{right}，差 {difference}",
    reason="同 X-CARRY，逐列核对",
    remedy="请对照上年报告表三同一列核对",
)
def carry_columns(subject: Subject, check: Check) -> Iterator[Finding]:
    """The same by applicant column."""
    yield from _rollover("X-CARRY-COL", subject, check)


def _stock_rule(rule_id: str, what: str) -> None:
    @rule(
        rule_id,
        severity="warning",
        scope="cross_year",
        formula=f"{what}：上年现行有效＋本年制发－本年废止＝本年现行有效",
        message="{left}，而{right}，差 {difference}",
        reason="存量等于上年存量加减本年变动；到期失效、上级废止、口径调整可以解释，所以不作错误",
        remedy="请核对；属清理、失效、机构职能调整等原因的，说明原因",
    )
    def stock(subject: Subject, check: Check) -> Iterator[Finding]:
        """Documents in force follow from last year's, those issued and those repealed."""
        yield from _rollover(rule_id, subject, check)


_stock_rule("X-NORM-ROLL", "行政规范性文件")
_stock_rule("X-RULE-ROLL", "规章")


@rule(
    "X-ITEM-ROLL",
    severity="warning",
    scope="cross_year",
    formula="上年的上一年项目数量＋上年增减＝本年的上一年项目数量",
    message="{line}：{left}，而{right}，差 {difference}",
    reason="上年末的事项数就是本年“上一年项目数量”",
    remedy="请对照上年报告表二核对",
)
def item_stock(subject: Subject, check: Check) -> Iterator[Finding]:
    """Items at the end of last year are those this year starts from."""
    yield from _rollover("X-ITEM-ROLL", subject, check)


@rule(
    "X-MIGRATE",
    severity="info",
    scope="cross_year",
    formula="两年表式不同时，只比较口径不变的格",
    message="上年用{earlier}，本年用{now}，版本更换：{parts}",
    reason="新旧表式的部分格口径不同",
    remedy="",
)
def migrated(subject: Subject, check: Check) -> Iterator[Finding]:
    """The form changed between the two years: says which rows are not compared."""
    earlier = subject.previous_form
    if not _adjacent(subject) or earlier is None or earlier.id == subject.form.id:
        return
    by_sum = _kept_sums(subject.form, earlier)
    covered = {term.lstrip("-") for pair in by_sum for derived in pair for term in derived.terms}
    gone = [
        line.label
        for form, other in ((subject.form, earlier), (earlier, subject.form))
        for line in lines(form)
        if covered.isdisjoint(line.keys)
        and not any(_same_meaning(subject.form, earlier, key) and key in other.cells for key in line.keys)
    ]
    names = "、".join(f"“{name}”" for name in dict.fromkeys(gone))
    sums = "、".join(f"“{now.label}”" for now, _ in by_sum)
    parts = [f"{names}不作跨年比较" if names else "", f"{sums}按合计比较" if sums else ""]
    yield check.fail(
        earlier=earlier.tables_number,
        now=subject.form.tables_number,
        parts="；".join(filter(None, parts)) or "各格都可比较",
        marks=(earlier.id, subject.form.id),
    )


def _kept_sums(form: Form, earlier: Form) -> list[tuple[Derived, Derived]]:
    """Sums that both forms have with the same meaning over different cells, such as the one row that became three."""
    before = {derived.key: derived for derived in earlier.derived}
    return [
        (derived, before[derived.key])
        for derived in form.derived
        if derived.key in before and derived.terms != before[derived.key].terms and form.comparable(earlier, derived.key)
    ]


@rule(
    "X-PENDING",
    severity="info",
    scope="cross_year",
    formula="上年尚未审结的，本年该组有案件",
    message="上年有 {before} 件尚未审结（{label}），本年该组为 0，请确认这些案件的结果是否已计入",
    reason="上年未审结的案件通常在本年有结果",
    remedy="请核对上年未审结案件的去向",
)
def pending_gone(subject: Subject, check: Check) -> Iterator[Finding]:
    """Cases pending last year, and nothing in their group this year."""
    if not _adjacent(subject):
        return
    for equation in subject.form.equations:
        pending = [key for key in equation.left if key.endswith(".pending") and _kept(subject, key)]
        for key in pending:
            before, total = f"{PREVIOUS}{key}", equation.right[0]
            yield check.judge(
                (before, total),
                lambda earlier, now: earlier > 0 and now == 0,
                before=number(subject.value(before)),
                label=subject.label(key),
            )


@rule(
    "X-SAME-TABLE",
    severity="warning",
    scope="cross_year",
    formula="非零格不少于 5 个的表，不与上年逐格相同",
    message="{title}与上年完全一致（非零格 {count} 个），疑似沿用旧表",
    reason="经验：整张表逐格相同，多因误用上年文件",
    remedy="请确认填的是本年数据",
    thresholds={"nonzero": 5},
)
def same_table(subject: Subject, check: Check) -> Iterator[Finding]:
    """A whole table equal to last year's."""
    if not _adjacent(subject) or subject.previous_form is None or subject.previous_form.id != subject.form.id:
        return
    for table in subject.form.tables:
        keys = [key for key, definition in subject.form.cells.items() if definition.table == table.key]
        pairs = [(subject.value(key), subject.value(PREVIOUS + key)) for key in keys]
        known = [(now, before) for now, before in pairs if now is not None and before is not None]
        nonzero = sum(1 for now, _ in known if now)
        if not known:
            continue
        if any(now != before for now, before in known):
            yield check.passed(keys)
        elif len(known) < len(keys):
            yield check.unknown([key for both in keys for key in check.missing((both, PREVIOUS + both))], cells=keys)
        elif nonzero >= check.threshold("nonzero"):
            yield check.fail(cells=keys, title=table.title, count=nonzero)
        else:
            yield check.passed(keys)


def _pairs(subject: Subject) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Cells usable in both years whose change may be stated: key, this year, last year."""
    earlier = subject.previous_form
    if earlier is None or not _adjacent(subject):
        return
    for key in subject.form.cells:
        now = subject.value(key)
        before = subject.value(PREVIOUS + key)
        if now is not None and before is not None and _kept(subject, key):
            yield key, now, before


def _grouped(subject: Subject, odd: list[tuple[str, Decimal, Decimal]]) -> Iterator[tuple[str, list[str], str]]:
    """Odd cells by table: title, keys, and the first few with both figures."""
    for table in subject.form.tables:
        rows = [row for row in odd if subject.form.cells[row[0]].table == table.key]
        if rows:
            shown = "、".join(
                f"{subject.label(key).partition(' ')[2]}由 {number(before)} 变为 {number(now)}"
                for key, now, before in rows[:_SHOWN]
            )
            more = f"等 {len(rows)} 格" if len(rows) > _SHOWN else ""
            yield table.title, [key for row in rows for key in (row[0], PREVIOUS + row[0])], shown + more


@rule(
    "X-JUMP",
    severity="info",
    scope="cross_year",
    formula="同一格增幅不到 300%，或者变化不到 50",
    message="{title}有的格比上年变化很大：{cells_text}，正文宜作说明",
    reason="经验：变化很大的数，读者会问原因",
    remedy="请核对；属实的，宜在正文说明原因",
    thresholds={"growth": 3, "change": 50},
)
def jump(subject: Subject, check: Check) -> Iterator[Finding]:
    """Cells that grew much; a base of 0 has no growth."""
    growth, change = check.threshold("growth"), check.threshold("change")
    pairs = list(_pairs(subject))
    odd = [row for row in pairs if row[2] > 0 and abs(row[1] - row[2]) >= max(change, growth * row[2])]
    for title, keys, text in _grouped(subject, odd):
        yield check.fail(cells=keys, title=title, cells_text=text)
    if pairs and not odd:
        yield check.passed()


@rule(
    "C-HUGE",
    severity="warning",
    scope="cross_year",
    formula="同一格不到上年的 100 倍，也不少于上年的百分之一（上年不少于 10）",
    message="{title}有的格与上年相差百倍以上：{cells_text}，疑似单位有误（如把“元”当“万元”）",
    reason="经验：相差百倍多因单位填错；0 不属于单位问题，不在此列",
    remedy="请核对单位和数字",
    thresholds={"times": 100, "base": 10},
)
def huge(subject: Subject, check: Check) -> Iterator[Finding]:
    """Cells a hundred times above or below last year's."""
    times, base = check.threshold("times"), check.threshold("base")
    pairs = list(_pairs(subject))
    odd = [row for row in pairs if row[2] >= base and row[1] > 0 and (row[1] >= row[2] * times or row[1] * times <= row[2])]
    for title, keys, text in _grouped(subject, odd):
        yield check.fail(cells=keys, title=title, cells_text=text)
    if pairs and not odd:
        yield check.passed()


@rule(
    "X-SCOPE",
    severity="info",
    scope="cross_year",
    formula="两年的报告主体和统计范围相同",
    message="上年主体是{before}，本年是{now}，统计范围可能变化，跨年比较仅供参考",
    reason="全域与本级、机构合并更名都会改变口径",
    remedy="口径有变化的，请在正文说明",
)
def scope_changed(subject: Subject, check: Check) -> Iterator[Finding]:
    """Another unit or another kind of unit than last year."""
    if subject.previous_submission is None or subject.unit is None:
        return
    before, now = subject.previous_submission.unit, subject.unit
    if before.name != now.name or before.kind != now.kind:
        yield check.fail(before=f"“{before.name}”", now=f"“{now.name}”", marks=(before.name, before.kind, now.name, now.kind))
    else:
        yield check.passed()


@rule(
    "X-PREVIOUS-UNIT",
    severity="error",
    scope="submission",
    formula="上年填报件与本年填报件是同一单位的",
    message="交来的上年填报件是“{before}”的，与“{now}”没有相同的名称，没有采用，未作跨年比较",
    reason="另一单位的数不能作本单位的上年数；改过名的单位由简称、曾用名认出",
    remedy="请改交本单位上年的填报件；单位改过名的，把旧名填入“简称、曾用名”",
)
def previous_unit(subject: Subject, check: Check) -> Iterator[Finding]:
    """Last year's submission is the same unit's."""
    if subject.other_unit and subject.unit is not None:
        names = (subject.other_unit, subject.unit.name)
        yield check.fail(before=names[0], now=names[1], marks=names)
    elif subject.previous_submission is not None:
        yield check.passed()
