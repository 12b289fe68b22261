"""Family T2: 表二. There is no arithmetic between its blocks, nor with 表三: none is invented here.

T2A rules concern the columns of the form of 2019, T2B rules those of 2021; a form without the columns makes a rule ``na``.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.checks.engine import Check, guard, rule
from assistant.checks.finding import Finding
from assistant.checks.grid import rows_having
from assistant.checks.printing import number
from assistant.checks.subject import Subject

ENFORCEMENT = (
    "公安",
    "市场监督管理",
    "市场监管",
    "交通运输",
    "应急管理",
    "生态环境",
    "自然资源",
    "综合执法",
    "城市管理",
    "卫生健康",
    "农业农村",
)
_COUNTY_REGIONS = ("县", "旗", "镇", "乡")

guard(
    "T2A-NOTSUM",
    formula="禁止检查：上一年项目数量＋本年增/减＝处理决定数量",
    reason="项目数量数的是权力事项，处理决定数量数的是全年决定，两者没有加减关系",
)
guard(
    "T2B-FEE-GUARD",
    formula="禁止由表二行政事业性收费推断第六部分的信息处理费，也禁止反推",
    reason="行政事业性收费是全部规费，信息处理费是依申请公开的收费，是两种费",
)


@rule(
    "T2A-DISCLOSED",
    severity="warning",
    scope="cells",
    formula="本年新公开数量≤对外公开总数量",
    message="{line}：本年新公开 {v[0]} 件大于对外公开总数 {v[1]} 件",
    reason="新公开的包含在对外公开总数之中",
    remedy="请核对两格的统计口径",
)
def disclosed(subject: Subject, check: Check) -> Iterator[Finding]:
    """Newly disclosed documents are among all disclosed ones."""
    for line, keys in rows_having(subject.form, "new_disclosed", "total_disclosed"):
        yield check.judge(keys, lambda new, total: new > total, line=line)


@rule(
    "T2A-MADE-ZERO",
    severity="warning",
    scope="cells",
    formula="本年新制作数量＞0 时，对外公开总数量不为 0",
    message="{line}：新制作 {v[0]} 件却无一公开",
    reason="规章、规范性文件应当主动公开（条例第二十条第（一）项）",
    remedy="请核对对外公开总数量",
)
def made_but_none_disclosed(subject: Subject, check: Check) -> Iterator[Finding]:
    """Documents made, none disclosed."""
    for line, keys in rows_having(subject.form, "new_made", "total_disclosed"):
        yield check.judge(keys, lambda made, total: made > 0 and total == 0, line=line)


@rule(
    "T2A-CURITEMS",
    severity="error",
    scope="cells",
    formula="上一年项目数量＋本年增/减≥0",
    message="{line}：上年 {v[0]} 项，本年增减 {v[1]} 项，现有事项数为负",
    reason="现有事项数不可能为负",
    remedy="请核对上一年项目数量和本年增/减",
)
def current_items(subject: Subject, check: Check) -> Iterator[Finding]:
    """More items removed than there were."""
    for line, keys in rows_having(subject.form, "prev_items", "delta_items"):
        yield check.judge(keys, lambda before, change: before + change < 0, line=line)


@rule(
    "T2A-DEC-NOITEM",
    severity="warning",
    scope="cells",
    formula="现有事项数为 0 时，处理决定数量为 0",
    message="没有{line}事项（上年 {v[0]} 项，本年增减 {v[1]} 项），却作出 {v[2]} 件决定",
    reason="没有权力事项就不会有相应的处理决定",
    remedy="请核对项目数量和处理决定数量",
)
def decisions_without_items(subject: Subject, check: Check) -> Iterator[Finding]:
    """Decisions where there is no item to decide on."""
    for line, keys in rows_having(subject.form, "prev_items", "delta_items", "decisions"):
        yield check.judge(keys, lambda before, change, made: before + change == 0 and made > 0, line=line)


@rule(
    "T2A-ITEM-NODEC",
    severity="info",
    scope="cells",
    formula="有现有事项的，通常有处理决定",
    message="{line}上年 {v[0]} 项、本年增减 {v[1]} 项，全年处理决定为 {v[2]}，请确认",
    reason="有事项而全年没有一件决定，多见于漏填",
    remedy="确无决定的不必处理",
)
def items_without_decisions(subject: Subject, check: Check) -> Iterator[Finding]:
    """Items, and not one decision in the year."""
    for line, keys in rows_having(subject.form, "prev_items", "delta_items", "decisions"):
        yield check.judge(keys, lambda before, change, made: before + change > 0 and made == 0, line=line)


@rule(
    "T2A-DELTA-JUMP",
    severity="info",
    scope="cells",
    formula="本年增减不到上一年项目数量的一半（上一年不少于 20 项时）",
    message="{line}上一年 {v[0]} 项，本年增减 {v[1]} 项，变化较大，请确认是否口径变化",
    reason="经验：事项数大幅增减多因口径变化",
    remedy="口径有变化的，宜在正文说明",
    thresholds={"share": "0.5", "base": 20},
)
def item_jump(subject: Subject, check: Check) -> Iterator[Finding]:
    """A large change of the number of items."""
    share, base = check.threshold("share"), check.threshold("base")
    for line, keys in rows_having(subject.form, "prev_items", "delta_items"):
        yield check.judge(keys, lambda before, change: before >= base and abs(change) >= share * before, line=line)


@rule(
    "T2A-PROC-PAIR",
    severity="warning",
    scope="cells",
    formula="采购项目数量与采购总金额同为 0 或同大于 0",
    message="{line}：采购项目 {v[0]} 项，采购总金额 {v[1]}，一个为 0 一个大于 0",
    reason="有采购就有项目和金额",
    remedy="请核对两格",
)
def procurement_pair(subject: Subject, check: Check) -> Iterator[Finding]:
    """Projects without an amount or an amount without projects."""
    for line, keys in rows_having(subject.form, "items", "amount"):
        yield check.judge(keys, lambda items, amount: (items > 0) != (amount > 0), line=line)


@rule(
    "T2A-PROC-UNIT",
    severity="warning",
    scope="cells",
    formula="采购总金额注明元或万元",
    message="{line}：采购总金额 {amount} 未注明元或万元",
    reason="表头没有单位，不写单位就不能知道金额大小",
    remedy="请在格内写明单位，如“316万元”",
)
def procurement_unit(subject: Subject, check: Check) -> Iterator[Finding]:
    """An amount above 0 whose unit neither header nor cell tells."""
    for line, (key,) in rows_having(subject.form, "amount"):
        if subject.form.cells[key].unit:
            continue
        value = subject.value(key)
        if value is None:
            yield check.unknown((key,), line=line)
        elif value > 0 and not subject.cell(key).unit:
            yield check.fail(cells=(key,), line=line, amount=number(value))
        else:
            yield check.passed((key,))


@rule(
    "T2B-VALID-ISSUED",
    severity="warning",
    scope="cells",
    formula="现行有效件数≥本年制发件数",
    message="{line}：本年制发 {v[0]} 件，现行有效仅 {v[1]} 件",
    reason="当年制发的通常年末仍有效；当年制发当年废止或尚未施行可以解释",
    remedy="请核对；属上述情形的，确认即可",
)
def valid_issued(subject: Subject, check: Check) -> Iterator[Finding]:
    """Fewer documents in force than were issued this year."""
    for line, keys in rows_having(subject.form, "issued", "valid"):
        yield check.judge(keys, lambda issued, valid: valid < issued, line=line)


@rule(
    "T2B-RULE-POWER",
    severity="warning",
    scope="cells",
    formula="没有规章制定权的主体，“规章”各格为 0 或占位符",
    message="{kind}没有规章制定权，“规章”填 {value}，疑为规范性文件",
    reason="规章由国务院部门、省级政府、设区的市和自治州政府制定",
    remedy="请核对是否应填在“行政规范性文件”行",
)
def rule_power(subject: Subject, check: Check) -> Iterator[Finding]:
    """规章 counted by a unit that cannot make any. Offices of governments are judged only where the region tells the level."""
    found = [(line, keys) for line, keys in rows_having(subject.form, "issued", "valid") if keys[0].split(".")[1] == "rules"]
    if subject.kind is None or subject.kind.rule_power or not found:
        return
    region = subject.unit.region if subject.unit else ""
    if subject.kind.key == "gov_office" and not region.endswith(_COUNTY_REGIONS):
        return
    keys = tuple(key for key in subject.form.cells if key.startswith("t2.rules."))
    filled = [key for key in keys if (subject.value(key) or 0) > 0]
    missing = [key for key in keys if subject.value(key) is None and subject.cell(key).status != "placeholder"]
    if filled:
        values = "、".join(number(subject.value(key)) for key in filled)
        yield check.fail(cells=filled, kind=subject.kind.label, value=values)
    elif missing:
        yield check.unknown(missing, cells=keys)
    else:
        yield check.passed(keys)


@rule(
    "T2B-ZERO-ENFORCE",
    severity="info",
    scope="cells",
    formula="执法部门的许可、处罚、强制决定不全为 0",
    message="{unit}的{names}决定均为 0，请确认",
    reason="执法部门全年没有一件决定，多见于漏填或按网上公开数填报",
    remedy="三类决定统计全部作出的决定，包括没有在网上公开的；确无决定的不必处理",
)
def zero_enforcement(subject: Subject, check: Check) -> Iterator[Finding]:
    """An enforcement department without a single decision. Forms that count items as well have their own rules."""
    if subject.unit is None or not any(word in subject.unit.name for word in ENFORCEMENT):
        return
    if rows_having(subject.form, "prev_items", "decisions"):
        return
    rows = rows_having(subject.form, "decisions")
    if rows:
        keys = [key for _, (key,) in rows]
        names = "、".join(line for line, _ in rows)
        yield check.judge(keys, lambda *made: not any(made), unit=subject.unit.name, names=names)
