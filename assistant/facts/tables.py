"""Figures of the three tables: cells, declared sums, shares, changes on last year. Exact decimals, rounded once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from assistant.facts.model import Fact
from assistant.form import Cell, CellDef, Derived, Form, Share

PREVIOUS = "prev."
DIFF = "d.diff."
GROWTH = "d.growth."
TENTH = Decimal("0.1")
ROUNDING = "保留1位小数，四舍五入"
Maker = Callable[[str], Fact]

_MONEY = ("元", "万元", "亿元")
_STATUS = {
    "blank": "空白",
    "inferred_zero": "空白，只能推定为 0",
    "unparsed": "不是数字",
    "position_uncertain": "位置不确定",
}


def one_decimal(value: Decimal) -> Decimal:
    """Rounded to one decimal, half up (notation of the examples: 百分数一律保留 1 位小数，四舍五入)."""
    return value.quantize(TENTH, ROUND_HALF_UP)


def plain_number(value: Decimal) -> str:
    """A value as a slot prints it: no thousands separators, no exponent, decimals as filled in."""
    return format(value.quantize(Decimal(1)) if value == value.to_integral_value() else value, "f")


def why_unusable(definition: CellDef, cell: Cell | None) -> str:
    """Why a cell states nothing, in Chinese; empty when it may be stated and calculated with."""
    if cell is None:
        return "空白"
    if not cell.ok or cell.value is None:
        return f"填的是“{cell.raw.strip()}”" if cell.status == "placeholder" else _STATUS.get(cell.status, "空白")
    if cell.value < 0 and not definition.signed:
        return f"填的是负数 {cell.value}"
    if definition.integer and cell.value != cell.value.to_integral_value():
        return f"填的不是整数（{cell.value}）"
    return _why_wrong_unit(definition, cell.unit)


def _why_wrong_unit(definition: CellDef, unit: str) -> str:
    if definition.col.units and not definition.unit:
        return "" if unit in definition.col.units else f"没有写明单位（{'、'.join(definition.col.units)}）"
    money = definition.unit in _MONEY or unit in _MONEY
    return f"格内单位是{unit}，应为{definition.unit}" if unit and money and unit != definition.unit else ""


class YearFigures:
    """Cells and declared sums of one year. ``prefix`` is ``prev.`` for last year."""

    def __init__(self, form: Form, cells: Mapping[str, Cell], prefix: str = "") -> None:
        self.form, self.cells, self.prefix = form, cells, prefix
        self.word = "上年" if prefix else ""
        self.values: dict[str, Decimal] = {}
        self.missing: dict[str, str] = {}
        self.sums: dict[str, Derived] = {item.key: item for item in form.derived}
        self._read_cells()
        for item in form.derived:
            self._add(item)

    def _read_cells(self) -> None:
        for key, definition in self.form.cells.items():
            cell = self.cells.get(key)
            reason = why_unusable(definition, cell)
            if reason:
                self.missing[key] = f"缺 {self.prefix}{key}（{reason}）"
            elif cell is not None and cell.value is not None:
                self.values[key] = cell.value

    def _add(self, item: Derived) -> None:
        total = Decimal(0)
        for term in item.terms:
            value = self.values.get(term.lstrip("-"))
            if value is None:
                gaps = dict.fromkeys(self.missing.get(one.lstrip("-"), "") for one in item.terms)
                self.missing[item.key] = "；".join(filter(None, gaps))
                return
            total = total - value if term[0] == "-" else total + value
        self.values[item.key] = total

    def facts(self) -> Iterator[tuple[str, Maker]]:
        """Fact keys with what makes each fact."""
        for key in self.values:
            yield f"{self.prefix}{key}", self.fact

    def fact(self, full_key: str) -> Fact:
        """The fact of a cell or a sum."""
        key = full_key.removeprefix(self.prefix)
        value = self.values[key]
        if key in self.sums:
            return self._sum_fact(full_key, self.sums[key], value)
        cell = self.cells[key]
        source = f"{self.word}{cell.source.place or cell.source.file or '填报件'}"
        sign = (value > 0) - (value < 0) if self.form.cells[key].signed else 0
        label = f"{self.word}{self.form.cells[key].label}"
        return Fact(full_key, "cell", label, value, plain_number(value), self.unit(key), source, sign=sign)

    def _sum_fact(self, full_key: str, item: Derived, value: Decimal) -> Fact:
        keys = signed_terms((term.lstrip("-"), term[0] == "-") for term in item.terms)
        formula = " ".join(f"{mark} {self.prefix}{key}".strip() for mark, key in keys)
        numbers = "".join(f"{'－' if mark == '−' else mark and '＋'}{plain_number(self.values[key])}" for mark, key in keys)
        return Fact(full_key, "sum", f"{self.word}{item.label}", value, plain_number(value), item.unit, numbers, formula)

    def unit(self, key: str) -> str:
        """The unit of a cell or a sum: of the form, or the one written in the cell where the form names none."""
        if key in self.sums:
            return self.sums[key].unit
        cell = self.cells.get(key)
        return self.form.cells[key].unit or (cell.unit if cell else "")

    def name(self, key: str) -> str:
        """What a cell or sum is called, without its table: 新收·总计."""
        if key in self.sums:
            return self.sums[key].label
        definition = self.form.cells[key]
        return definition.label.removeprefix(self.form.table(definition.table).title).strip()


def signed_terms(terms: Iterable[tuple[str, bool]]) -> list[tuple[str, str]]:
    """Terms with the mark printed before each: nothing before a first plus."""
    return [("−" if minus else "+" if number else "", key) for number, (key, minus) in enumerate(terms)]


class Shares:
    """Declared percentages of this year: part ÷ whole, computed once from the original numbers."""

    def __init__(self, figures: YearFigures) -> None:
        self.figures = figures
        self.missing: dict[str, str] = {}
        self.shares: dict[str, Share] = {}
        for share in figures.form.shares:
            reason = self._why_not(share)
            if reason:
                self.missing[share.key] = reason
            else:
                self.shares[share.key] = share

    def _why_not(self, share: Share) -> str:
        gaps = [self.figures.missing[key] for key in (share.part, share.whole) if key not in self.figures.values]
        if gaps:
            return "；".join(dict.fromkeys(gaps))
        part, whole = self.figures.values[share.part], self.figures.values[share.whole]
        if not whole:
            return f"没有基数：{self.figures.name(share.whole)}为 0"
        return "" if 0 <= part <= whole else f"{self.figures.name(share.part)}大于{self.figures.name(share.whole)}，不能算比重"

    def value(self, key: str) -> Decimal:
        """The percentage, one decimal."""
        share = self.shares[key]
        return one_decimal(self.figures.values[share.part] * 100 / self.figures.values[share.whole])

    def fact(self, key: str) -> Fact:
        """The fact of one percentage."""
        share, values = self.shares[key], self.figures.values
        source = f"{plain_number(values[share.part])}÷{plain_number(values[share.whole])}，{ROUNDING}"
        value = self.value(key)
        return Fact(key, "share", share.label, value, format(value, "f"), "%", source, f"{share.part} ÷ {share.whole}")


class Changes:
    """Changes on last year, for the keys the form declares comparable with last year's form."""

    def __init__(self, now: YearFigures, before: YearFigures) -> None:
        self.now, self.before = now, before
        self.missing: dict[str, str] = {}
        self.targets: dict[str, str] = {}
        base = now.form.growth_base
        for key in comparable_keys(now.form, before.form):
            name = key.removeprefix("d.")
            reason = self._why_not(key)
            if reason:
                self.missing[DIFF + name] = self.missing[GROWTH + name] = reason
                continue
            self.targets[DIFF + name] = key
            if before.values[key] >= base and before.values[key] > 0:
                self.targets[GROWTH + name] = key
            else:
                self.missing[GROWTH + name] = f"上年不足 {base}，只写增减数"

    def _why_not(self, key: str) -> str:
        gaps = [year.missing.get(key, "") for year in (self.now, self.before) if key not in year.values]
        if gaps:
            return "；".join(filter(None, gaps)) or "上年的表没有这一项"
        same = self.now.unit(key) == self.before.unit(key)
        return "" if same else f"两年单位不同（{self.before.unit(key)}、{self.now.unit(key)}）"

    def value(self, full_key: str) -> Decimal:
        """The signed change, or the signed growth rate with one decimal."""
        key = self.targets[full_key]
        change = self.now.values[key] - self.before.values[key]
        return one_decimal(change * 100 / self.before.values[key]) if full_key.startswith(GROWTH) else change

    def fact(self, full_key: str) -> Fact:
        """The fact of one change; prints its absolute value, ``sign`` says which way."""
        key = self.targets[full_key]
        now, before = self.now.values[key], self.before.values[key]
        value, sign = self.value(full_key), (now > before) - (now < before)
        keys = f"{key} − {PREVIOUS}{key}"
        numbers = f"{plain_number(now)}－{plain_number(before)}"
        name = self.now.name(key)
        if full_key.startswith(GROWTH):
            formula, source = f"（{keys}）÷ {PREVIOUS}{key}", f"（{numbers}）÷{plain_number(before)}，{ROUNDING}"
            return Fact(full_key, "growth", f"{name}比上年增幅", value, format(abs(value), "f"), "%", source, formula, sign)
        return Fact(full_key, "diff", f"{name}比上年增减", value, plain_number(abs(value)), self.now.unit(key), numbers, keys, sign)


_COMPARABLE: dict[tuple[int, int], tuple[Form, Form, tuple[str, ...]]] = {}


def comparable_keys(form: Form, earlier: Form) -> tuple[str, ...]:
    """Cells and sums that may be compared with an earlier year's, kept per pair of forms."""
    known = _COMPARABLE.get((id(form), id(earlier)))
    if known is None or known[0] is not form or known[1] is not earlier:
        keys = tuple(key for key in (*form.cells, *(item.key for item in form.derived)) if form.comparable(earlier, key))
        known = _COMPARABLE[(id(form), id(earlier))] = (form, earlier, keys)
    return known[2]
