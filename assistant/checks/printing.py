"""How cells, numbers, places and equations are printed in messages, and what of them goes into fingerprints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from assistant.checks.subject import Subject
from assistant.form import Equation

Number = Decimal | int

_SHOWN = 3


def number(value: Number | None) -> str:
    """A number as printed in messages: plain digits, no exponent, 缺 for none."""
    if value is None:
        return "缺"
    exact = Decimal(value)
    return str(int(exact)) if exact == exact.to_integral_value() else format(exact.normalize(), "f")


def labels(subject: Subject, keys: tuple[str, ...]) -> str:
    """The first few cells by their labels."""
    return "、".join(subject.label(key) for key in keys[:_SHOWN]) + ("等" if len(keys) > _SHOWN else "")


def equation_line(subject: Subject, equation: Equation) -> str:
    """The line an equation is about with its word: 自然人列, 予以公开行, or the table."""
    definitions = [subject.form.cells.get(term.removeprefix("prev.")) for term in equation.terms]
    known = [definition for definition in definitions if definition]
    if not equation.line:
        return subject.form.table(known[0].table).title if known else ""
    row = known[0].row if known else None
    return f"{equation.line}{'行' if row is not None and all(each.row is row for each in known) else '列'}"


def side(subject: Subject, terms: tuple[str, ...], text: str, total: Decimal) -> str:
    """One side of an equation in words: 新收 3001＋上年结转 34＝3035, or the side's name and its sum when terms are many."""
    names = re.split("([＋－])", text)
    if len(terms) == 1 or len(names) != 2 * len(terms) - 1:
        return f"{text} {number(total)}"
    words = [f"{name} {number(subject.value(term.lstrip('-')))}" for name, term in zip(names[::2], terms, strict=True)]
    return "".join(f"{word}{sign}" for word, sign in zip(words, [*names[1::2], ""], strict=True)) + f"＝{number(total)}"


def places(subject: Subject, keys: Iterable[str]) -> str:
    """Where a person finds these cells: the first few places, each file named once, and how many in all."""
    found = dict.fromkeys((source.file, source.place) for key in keys if str(source := subject.cell(key).source))
    shown, named = [], ""
    for file, place in list(found)[:_SHOWN]:
        shown.append(place if file == named and place else f"{file} {place}".strip())
        named = file
    more = f"等 {len(found)} 处" if len(found) > _SHOWN else ""
    return "、".join(shown) + more


def cell_marks(subject: Subject, keys: Iterable[str]) -> tuple[str, ...]:
    """Values of cells for fingerprints: the number if it is usable, else status and raw text."""
    marks = []
    for key in keys:
        cell = subject.cell(key)
        marks.append(number(cell.value) if cell.ok else f"{cell.status}:{cell.raw}")
    return tuple(marks)
