"""Family C: what stands in single cells. Nothing is repaired; odd cells are named with their text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.grid import Line, lines
from assistant.checks.printing import number
from assistant.checks.subject import Subject
from assistant.form import Cell, CellDef
from assistant.form.cell import normalise_raw

_SHOWN = 5


def _names(subject: Subject, keys: Iterable[str]) -> str:
    labels = [subject.label(key).partition(" ")[2] or subject.label(key) for key in keys]
    return "、".join(labels[:_SHOWN]) + (f"等 {len(labels)} 格" if len(labels) > _SHOWN else "")


def _by_table(subject: Subject, chosen: Callable[[Cell], bool]) -> dict[str, list[str]]:
    """Keys of the chosen cells by table, in printed order; tables without any are left out, and cells a report never printed."""
    found: dict[str, list[str]] = {}
    for key, definition in subject.form.cells.items():
        if subject.report is not None and key not in subject.cells:
            continue
        if chosen(subject.cell(key)):
            found.setdefault(definition.table, []).append(key)
    return found


def _each(subject: Subject, check: Check, odd: Callable[[CellDef, Cell], bool]) -> Iterator[Finding]:
    """A failure for each odd cell, one pass if there is none; words: label, raw, value, remark, unit, header."""
    clean = True
    for key, definition in subject.form.cells.items():
        cell = subject.cell(key)
        if odd(definition, cell):
            clean = False
            yield check.fail(
                cells=(key,),
                label=subject.label(key),
                raw=cell.raw,
                value=number(cell.value),
                remark=cell.remark or "不是数字",
                decimals=definition.col.decimals,
            )
    if clean:
        yield check.passed()


@rule(
    "C-BLANK",
    severity="warning",
    scope="cells",
    formula="应填格不空白",
    message="{where}空白，空白不等于 0，请补填或确认",
    reason="表式要求逐格填报；只有格里真的写着 0 才是 0",
    remedy="没有发生的填 0，不适用的填“/”",
    thresholds={"merge_above": 10},
)
def blank(subject: Subject, check: Check) -> Iterator[Finding]:
    """One finding for a table with many blanks; else one for each blank row or column, and for each other blank cell."""
    found = _by_table(subject, lambda cell: cell.status in ("blank", "inferred_zero"))
    for table, keys in found.items():
        title = subject.form.table(table).title
        if len(keys) > check.threshold("merge_above"):
            whole = len(keys) == sum(definition.table == table for definition in subject.form.cells.values())
            yield check.fail(cells=keys, where=f"{title}{'全部' if whole else '有'} {len(keys)} 格")
            continue
        rest = dict.fromkeys(keys)
        for name, group in _whole_lines(subject, table, rest):
            yield check.fail(cells=group, where=f"{title}“{name}” {len(group)} 格全部")
        for key in rest:
            yield check.fail(cells=(key,), where=subject.label(key))
    if not found:
        yield check.passed()


def _whole_lines(subject: Subject, table: str, rest: dict[str, None]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Whole blank rows, then whole blank columns; their keys are taken out of ``rest``."""
    rows = [line for line in lines(subject.form) if line.table == table]
    columns: dict[tuple[int, str], list[CellDef]] = {}
    for row in rows:
        for definition in row.cells:
            columns.setdefault((definition.block, definition.col.key), []).append(definition)
    groups = [(row.label, row.keys) for row in rows]
    groups += [(cells[0].col.prose, tuple(cell.key for cell in cells)) for cells in columns.values()]
    for name, keys in groups:
        if len(keys) > 1 and all(key in rest for key in keys):
            for key in keys:
                del rest[key]
            yield name, keys


@rule(
    "C-PLACEHOLDER",
    severity="info",
    or_severity=("warning",),
    scope="cells",
    formula="以“/”“—”“无”等表示不适用的，整行一致",
    message="{where}填“{raw}”，按不适用处理，不计入运算{mixed}",
    reason="占位符表示不适用或没有，不能当作 0 计算",
    remedy="确实没有发生的请填 0",
    thresholds={"merge_above": 3},
)
def placeholder(subject: Subject, check: Check) -> Iterator[Finding]:
    """Info by row; a warning where other cells of the same row hold figures."""
    plain: list[tuple[Line, list[str]]] = []
    for line in lines(subject.form):
        keys = [key for key in line.keys if subject.cell(key).status == "placeholder"]
        if keys and any(subject.cell(key).ok for key in line.keys):
            raw, where = subject.cell(keys[0]).raw.strip(), _names(subject, keys)
            yield check.fail(cells=keys, severity="warning", where=where, raw=raw, mixed="；同一行其他格有数，请确认是否漏填")
        elif keys:
            plain.append((line, keys))
    if len(plain) > check.threshold("merge_above"):
        every = [key for _, keys in plain for key in keys]
        raw = subject.cell(every[0]).raw.strip()
        yield check.fail(cells=every, where=f"“{plain[0][0].label}”等 {len(plain)} 行", raw=raw, mixed="")
    else:
        for line, keys in plain:
            yield check.fail(cells=keys, where=f"“{line.label}”", raw=subject.cell(keys[0]).raw.strip(), mixed="")
    if not any(subject.cell(key).status == "placeholder" for key in subject.form.cells):
        yield check.passed()


@rule(
    "C-NEGATIVE",
    severity="error",
    scope="cells",
    formula="除“本年增/减”外，件数和金额不小于 0",
    message="{label}填 {value}，不可能为负",
    reason="件数和金额没有负数；只有事项增减可以为负",
    remedy="请核对原始台账后更正",
)
def negative(subject: Subject, check: Check) -> Iterator[Finding]:
    """Negative values in unsigned columns."""
    yield from _each(subject, check, lambda definition, cell: cell.ok and not definition.signed and (cell.value or 0) < 0)


@rule(
    "C-NONINT",
    severity="error",
    scope="cells",
    formula="件数格是整数",
    message="{label}填 {value}，不是整数",
    reason="件数、项数只能是整数",
    remedy="请核对原始台账后更正",
)
def not_whole(subject: Subject, check: Check) -> Iterator[Finding]:
    """Fractions in counting columns."""

    def odd(definition: CellDef, cell: Cell) -> bool:
        return cell.value is not None and cell.ok and definition.integer and cell.value % 1 != 0

    yield from _each(subject, check, odd)


@rule(
    "C-FEE-DEC",
    severity="info",
    scope="cells",
    formula="金额格只写半角数字，小数不超过表式规定的位数",
    message="{label}“{raw}”按 {value} 识别（金额小数不超过 {decimals} 位，不写千分位和单位）",
    reason="全角、千分位、单位混写容易在转抄时出错",
    remedy="请核对识别的数是否正确",
)
def amount_notation(subject: Subject, check: Check) -> Iterator[Finding]:
    """Amounts written with separators, full-width digits, the header's unit, or too many decimals."""

    def odd(definition: CellDef, cell: Cell) -> bool:
        if definition.integer or not cell.ok or cell.value is None:
            return False
        raw = "".join(cell.raw.split())
        exponent = cell.value.normalize().as_tuple().exponent
        too_fine = isinstance(exponent, int) and -exponent > definition.col.decimals
        same_unit = bool(cell.unit) and cell.unit == definition.unit
        return too_fine or same_unit or "," in raw or normalise_raw(raw) != raw

    yield from _each(subject, check, odd)


@rule(
    "C-UNIT",
    severity="warning",
    or_severity=("info",),
    scope="cells",
    formula="格内单位与表头单位一致",
    message="{label}“{raw}”带单位“{unit}”，{header}",
    reason="表头已有单位的不重写；表头没有单位的金额须连同单位保存",
    remedy="请按表头单位填写数字",
)
def unit(subject: Subject, check: Check) -> Iterator[Finding]:
    """A unit in a cell that differs from the header's (warning), or that the header leaves open (info)."""
    clean = True
    for key, definition in subject.form.cells.items():
        cell = subject.cell(key)
        if not cell.unit or cell.unit == definition.unit:
            continue
        clean = False
        expected = not definition.unit and cell.unit in definition.col.units
        header = (
            "表头未注单位，已按原文保存"
            if expected
            else f"表头单位是“{definition.unit}”"
            if definition.unit
            else "表头不用这个单位"
        )
        yield check.fail(
            cells=(key,),
            severity="info" if expected else "warning",
            remedy="" if expected else None,
            label=subject.label(key),
            raw=cell.raw.strip(),
            unit=cell.unit,
            header=header,
        )
    if clean:
        yield check.passed()


@rule(
    "C-UNPARSED",
    severity="error",
    scope="cells",
    formula="非空格能识别为数",
    message="{label}“{raw}”{remark}",
    reason="不能识别的内容不参与计算，也不写入正文",
    remedy="请改填阿拉伯数字",
)
def unparsed(subject: Subject, check: Check) -> Iterator[Finding]:
    """Cells whose text is no number."""
    yield from _each(subject, check, lambda _definition, cell: cell.status == "unparsed")


@rule(
    "C-POSITION",
    severity="warning",
    scope="cells",
    formula="同一行的数值个数等于列数",
    message="{title}有 {rows} 行的数值不能确定所在的列（{names}），置信度低，不用于计算和正文",
    reason="文本压平后丢失了列的位置，不能按个数硬对",
    remedy="请对照原表，在填报件中逐格补填",
)
def position(subject: Subject, check: Check) -> Iterator[Finding]:
    """Cells whose column could not be told, one finding for a table."""
    found = _by_table(subject, lambda cell: cell.status == "position_uncertain")
    for table, keys in found.items():
        rows = [line.label for line in lines(subject.form) if line.table == table and not set(line.keys).isdisjoint(keys)]
        names = "、".join(f"“{row}”" for row in rows[:_SHOWN]) + ("等" if len(rows) > _SHOWN else "")
        yield check.fail(cells=keys, title=subject.form.table(table).title, rows=len(rows), names=names)
    if not found:
        yield check.passed()


@rule(
    "C-ZERO-INFER",
    severity="info",
    scope="cells",
    formula="总计为 0 的，其余格也填 0",
    message="{title}有 {count} 格可由总计 0 推得为 0，但原表未填；正文不引用这些格",
    reason="件数不为负，总计 0 则各项只能是 0；推得的数不等于填报的数",
    remedy="请在这些格补填 0",
)
def zero_inferred(subject: Subject, check: Check) -> Iterator[Finding]:
    """Blank parts of a total that is a usable 0."""
    inferred: dict[str, None] = {}
    for equation in subject.form.equations:
        if len(equation.right) == 1 and subject.value(equation.right[0]) == 0:
            blanks = [key for key in equation.left if subject.cell(key).status in ("blank", "inferred_zero")]
            filled = [value for key in equation.left if (value := subject.cell(key).value) is not None]
            if not any(filled):
                inferred.update(dict.fromkeys(blanks))
    marked = _by_table(subject, lambda cell: cell.status == "inferred_zero" or cell.key in inferred)
    for table, keys in marked.items():
        yield check.fail(cells=keys, title=subject.form.table(table).title, count=len(keys))
    if not marked:
        yield check.passed()
