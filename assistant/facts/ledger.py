"""The ledger: every fact a sentence may state, by key. Facts are made when asked for; keys are known at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from assistant.errors import AssistantError, InputError
from assistant.facts.model import Fact
from assistant.facts.provisions import article_fact, articles, notice_fact
from assistant.facts.tables import Changes, Maker, Shares, YearFigures, comparable_keys
from assistant.facts.texts import fee_facts, previous_texts, quantity_facts, source_texts, text_fact, unit_facts, year_facts
from assistant.form import Form
from assistant.submission.model import Submission

_SLOT = re.compile(r"\{([^{}]*)\}")
_TEN_THOUSAND = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


class SlotError(AssistantError):
    """A text has a slot that no fact fills. ``key`` is the slot's."""

    def __init__(self, key: str, reason: str) -> None:
        self.key = key
        super().__init__(f"文字里的数字槽 {{{key}}} 没有对应的事实", remedy=reason or "请核对键名")


class Ledger(Mapping[str, Fact]):
    """Facts by key, in a fixed order: year, unit, cells, sums, shares, changes, last year, texts, fee, provisions.

    Attributes:
        unavailable: keys that have no fact this time, with the reason in Chinese (缺 t2.fee.amount_wan（空白）).
    """

    def __init__(self, makers: Mapping[str, Maker], unavailable: Mapping[str, str]) -> None:
        self._makers = makers
        self._made: dict[str, Fact] = {}
        self._by_value: dict[Decimal, list[str]] | None = None
        self.unavailable: dict[str, str] = dict(unavailable)

    def __getitem__(self, key: str) -> Fact:
        fact = self._made.get(key)
        if fact is None:
            fact = self._made[key] = self._makers[key](key)
        return fact

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def __contains__(self, key: object) -> bool:
        return key in self._makers

    def slots(self, text: str) -> list[str]:
        """The keys of the slots of ``text``, left to right, repeated ones each time."""
        return _SLOT.findall(text)

    def render(self, text: str) -> str:
        """``text`` with each slot printed.

        Raises:
            SlotError: a slot has no fact, or names a whole text or a provision, which only serve as sources.
            AssistantError: a brace stands alone.
        """
        printed = _SLOT.sub(lambda match: self._printed(match.group(1)), text)
        if "{" in _SLOT.sub("", text) or "}" in _SLOT.sub("", text):
            raise AssistantError("文字里有不成对的花括号", place=text[:40], remedy="数字槽写作 {键}")
        return printed

    def with_value(self, value: Decimal) -> list[Fact]:
        """Facts that print or mean this number: changes by their absolute value, 万元 cells also in 元."""
        if self._by_value is None:
            self._by_value = {}
            for fact in self.values():
                for number in _numbers(fact):
                    self._by_value.setdefault(number, []).append(fact.key)
        return [self[key] for key in self._by_value.get(value, ())]

    def _printed(self, key: str) -> str:
        if key not in self._makers:
            raise SlotError(key, self.unavailable.get(key, ""))
        fact = self[key]
        if fact.kind in ("text", "provision"):
            raise SlotError(key, "整段文字和条文只作依据，不能印在槽里")
        return fact.text


def build_ledger(
    submission: Submission, form: Form, previous: Submission | None = None, previous_form: Form | None = None
) -> Ledger:
    """Gather the facts of a submission.

    Args:
        submission: this year's.
        form: its form; cells it does not have are left aside.
        previous: last year's, if there is one; its notes never become facts.
        previous_form: the form of last year's cells; ``form`` if not given.

    Raises:
        InputError: two texts, or a text and another fact, have the same key.
    """
    now = YearFigures(form, submission.cells)
    shares = Shares(now)
    makers: dict[str, Maker] = {}
    unavailable = now.missing | shares.missing
    _put(makers, year_facts(submission.year))
    _put(makers, unit_facts(submission))
    makers.update(now.facts())
    makers.update(dict.fromkeys(shares.shares, shares.fact))
    _add_previous(makers, unavailable, now, submission, previous, previous_form or form)
    _put(makers, _texts(submission, form))
    _put(makers, fee_facts(submission))
    unavailable |= {key: "没有填写信息处理费" for key in ("fee", "fee.count", "fee.yuan") if key not in makers}
    makers.update(dict.fromkeys(articles(), article_fact))
    for one in (form, previous_form):
        if one is not None and one.reference not in makers:
            _put(makers, (notice_fact(one),))
    return Ledger(makers, unavailable)


def _texts(submission: Submission, form: Form) -> Iterator[Fact]:
    for item in source_texts(submission, form):
        yield text_fact(item)
        yield from quantity_facts(item)


def _add_previous(
    makers: dict[str, Maker],
    unavailable: dict[str, str],
    now: YearFigures,
    submission: Submission,
    previous: Submission | None,
    form: Form,
) -> None:
    cells = previous.cells if previous is not None else submission.previous_cells
    if cells:
        before = YearFigures(form, cells, "prev.")
        changes = Changes(now, before)
        makers.update(before.facts())
        makers.update(dict.fromkeys(changes.targets, changes.fact))
        unavailable.update((f"prev.{key}", reason) for key, reason in before.missing.items())
        unavailable.update(changes.missing)
    else:
        for key in comparable_keys(now.form, now.form):
            name = key.removeprefix("d.")
            unavailable[f"d.diff.{name}"] = unavailable[f"d.growth.{name}"] = "没有上年数据"
    if previous is not None:
        _put(makers, previous_texts(previous))


def _put(makers: dict[str, Maker], facts: Iterable[Fact]) -> None:
    for fact in facts:
        if fact.key in makers:
            raise InputError(f"编号“{fact.key}”用了两次", place=fact.source, remedy="请给每一条不同的编号")
        makers[fact.key] = _Ready(fact)


class _Ready:
    """A fact made beforehand, in the place of a maker."""

    __slots__ = ("fact",)

    def __init__(self, fact: Fact) -> None:
        self.fact = fact

    def __call__(self, _key: str) -> Fact:
        return self.fact


def _numbers(fact: Fact) -> set[Decimal]:
    if fact.value is None:
        return set()
    value = abs(fact.value) if fact.kind in ("diff", "growth") else fact.value
    scale = _TEN_THOUSAND.get(fact.unit[:1])
    return {value, value * scale} if scale else {value}
