"""What a fact key is worth for a text rule: cells, declared sums, last year's, shares; from the cells or from a draft's ledger."""

from __future__ import annotations

from decimal import Decimal

from assistant.checks.printing import number
from assistant.checks.subject import PREVIOUS, Subject

_PLAIN_UNITS = frozenset({"件", "宗", "起", "例", ""})


class Figures:
    """Values by fact key, computed from the subject's cells and looked up in its ledger where cells do not tell."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._terms = {derived.key: derived.terms for derived in subject.form.derived}
        self._known: dict[str, Decimal | None] = {}

    def value(self, key: str) -> Decimal | None:
        """The value of a cell, a declared sum (``prev.`` for last year's) or a ledger fact; None if it cannot be told.

        Money in 万元 comes in 元, as figures in running text do.
        """
        if key not in self._known:
            self._known[key] = self._compute(key)
        return self._known[key]

    def total(self, keys: tuple[str, ...]) -> Decimal | None:
        """The sum of several keys, None if one of them cannot be told."""
        values = [self.value(key) for key in keys]
        known = [value for value in values if value is not None]
        return sum(known, Decimal(0)) if len(known) == len(values) else None

    def unit(self, key: str) -> str:
        """The count word of a fact: 件, 元, 项 …"""
        bare = key.removeprefix(PREVIOUS)
        definition = self._subject.form.cells.get(bare)
        if definition is not None:
            return definition.unit.removeprefix("万")
        if bare in self._terms:
            return self.unit(self._terms[bare][0].lstrip("-"))
        return {"fee.count": "件", "fee.yuan": "元"}.get(bare, "")

    def printed(self, keys: tuple[str, ...], value: Decimal) -> str:
        """A value with its unit as the tables have it: 97 件, 236.5 万元."""
        definition = self._subject.form.cells.get(keys[0].removeprefix(PREVIOUS))
        if definition is not None and definition.unit.startswith("万"):
            return f"{number(value / 10_000)} {definition.unit}"
        return f"{number(value)} {self.unit(keys[0])}"

    def label(self, key: str) -> str:
        """The Chinese name of a fact: the cell's, the declared sum's or the ledger's."""
        bare = key.removeprefix(PREVIOUS)
        name = next((derived.label for derived in self._subject.form.derived if derived.key == bare), "")
        if not name and bare not in self._subject.form.cells:
            fact = self._subject.ledger.get(bare) if self._subject.ledger else None
            name = fact.label if fact else {"fee.count": "信息处理费件数", "fee.yuan": "信息处理费金额"}.get(bare, bare)
        name = name or self._subject.form.cells[bare].label
        return f"上年{name}" if key.startswith(PREVIOUS) else name

    def cells(self, key: str) -> tuple[str, ...]:
        """The cells a fact is computed from, for findings."""
        prefix, bare = (PREVIOUS, key[len(PREVIOUS) :]) if key.startswith(PREVIOUS) else ("", key)
        if bare in self._subject.form.cells:
            return (key,)
        return tuple(cell for term in self._terms.get(bare, ()) for cell in self.cells(prefix + term.lstrip("-")))

    def _compute(self, key: str) -> Decimal | None:
        prefix, bare = (PREVIOUS, key[len(PREVIOUS) :]) if key.startswith(PREVIOUS) else ("", key)
        definition = self._subject.form.cells.get(bare)
        if definition is not None:
            value = self._subject.value(key)
            return _whole(value * 10_000) if value is not None and definition.unit.startswith("万") else value
        if bare in self._terms:
            return self._sum(prefix, self._terms[bare])
        fact = self._subject.ledger.get(key) if self._subject.ledger else None
        return fact.value if fact else self._fee(key)

    def _sum(self, prefix: str, terms: tuple[str, ...]) -> Decimal | None:
        total = Decimal(0)
        for term in terms:
            value = self.value(prefix + term.lstrip("-"))
            if value is None:
                return None
            total = total - value if term.startswith("-") else total + value
        return total

    def _fee(self, key: str) -> Decimal | None:
        fee = self._subject.submission.fee if self._subject.submission else None
        if fee is None or key not in ("fee.count", "fee.yuan"):
            return None
        value = fee.count if key == "fee.count" else fee.yuan
        return None if value is None else Decimal(value)


def _whole(value: Decimal) -> Decimal:
    return value.to_integral_value() if value == value.to_integral_value() else value


def compatible(stated: str, expected: str) -> bool:
    """Whether a count word in the text may stand for a fact's unit: 宗, 起, 例 or none for 件, else the same word."""
    return stated == expected or (expected == "件" and stated in _PLAIN_UNITS)
