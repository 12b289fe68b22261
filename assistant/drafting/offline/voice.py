"""What the sentence builders share: the facts at hand, the unit's way of speaking of itself, and small clause tools."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.drafting.draft import Hint, Sentence
from assistant.facts.ledger import Ledger
from assistant.form import Form, FormRegistry, Node, UnitKind
from assistant.submission.model import Submission

_SLOT = re.compile(r"\{([^{}]+)\}")


def source_of(slot: str) -> str:
    """The source a slot stands for: a note's figure rests on the note, a year on the report year."""
    head, _, rest = slot.partition(".")
    if head in ("note", "problem", "improve", "follow"):
        return rest.partition(".")[0]
    if head in ("year", "period"):
        return "year"
    if head in ("unit", "fee"):
        return head
    return slot


@dataclass
class Voice:
    """The material of one draft, for the sentence builders. ``variant`` turns to the next of several equal wordings."""

    submission: Submission
    previous: Submission | None
    form: Form
    ledger: Ledger
    kind: UnitKind
    own: str
    scope: str
    hints: list[Hint] = field(default_factory=list)
    registry: FormRegistry | None = None
    variant: int = 0

    @property
    def actor(self) -> str:
        """Who the figures are about: 全县 for a government that reports on its area, otherwise the unit itself."""
        return self.scope or self.own

    def has(self, *keys: str) -> bool:
        """Whether all facts are available."""
        return all(key in self.ledger for key in keys)

    def number(self, key: str) -> Decimal:
        """The value of a fact that is available."""
        value = self.ledger[key].value
        if value is None:
            raise KeyError(key)
        return value

    def positive(self, key: str) -> bool:
        """Whether the fact is available and greater than zero."""
        return self.has(key) and self.number(key) > 0

    def zero(self, *keys: str) -> bool:
        """Whether all facts are available and zero."""
        return all(self.has(key) and self.number(key) == 0 for key in keys)

    def one_of(self, topic: str, options: Sequence[str]) -> str:
        """One of several equal wordings: the same for the same unit and year, different between units and years."""
        seed = f"{self.submission.unit.name}\x1f{self.submission.year}\x1f{topic}"
        chosen = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big") + self.variant
        return options[chosen % len(options)]

    def sentence(self, text: str, *extra: str, gap: str | None = None) -> Sentence:
        """A sentence with its sources: those of its slots, then the extra ones, each once."""
        sources = dict.fromkeys((*(source_of(slot) for slot in _SLOT.findall(text)), *extra))
        return Sentence(text=text, rendered=self.ledger.render(text), sources=tuple(sources), gap=gap)

    def gap(self, key: str, ask: str, *extra: str, lead: str = "") -> Sentence:
        """A visible gap mark that asks for what nobody supplied, after a list mark where it is an item of a list."""
        return self.sentence(f"{lead}【待补：{ask}】", f"缺:{key}", *extra, gap=key)

    def change(self, key: str, *, base: bool = False) -> str:
        """How a figure changed on last year, as a clause without leading comma; empty when there is nothing to compare.

        A growth rate is given only where the ledger has one (last year at least the form's base); ``base`` prints last
        year's figure too.
        """
        name = key.removeprefix("d.")
        diff = f"d.diff.{name}"
        before = f"prev.{key}"
        if not self.has(diff, before):
            return ""
        sign = self.ledger[diff].sign
        if sign == 0:
            return "与上年持平"
        up = sign > 0
        against = f"较上年的{{{before}}}件" if base and self.number(before) > 0 else "比上年"
        text = f"{against}{'增加' if up else '减少'}{{{diff}}}件"
        growth = f"d.growth.{name}"
        if self.has(growth) and self.number(before) > 0:
            text += f"，{'增长' if up else '下降'}{{{growth}}}%"
        return text

    def listed(self, nodes: Iterable[tuple[Node, str]], unit: str = "件") -> list[str]:
        """Clauses such as 不掌握相关信息8件, for the nodes whose figure is positive, in printed order."""
        return [f"{node.prose}{{{key}}}{unit}" for node, key in nodes if self.positive(key)]
