"""Where the tables contradict themselves: what their own sums forbid to state as none, and what the unit is asked instead."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from assistant.drafting.draft import Sentence
from assistant.drafting.offline.voice import Voice
from assistant.form import Equation


def contradictions(voice: Voice, totals: Collection[str]) -> list[Equation]:
    """The equations of the form that say what these cells are the total of, and that the cells filled in break.

    One with a missing part counts as broken only where the parts that are there already exceed the total.
    """
    own = (equation for equation in voice.form.equations if len(equation.right) == 1 and equation.right[0] in totals)
    return [equation for equation in own if _broken(voice, equation)]


def _broken(voice: Voice, equation: Equation) -> bool:
    if not all(voice.has(key) for key in equation.right):
        return False
    known = [key for key in equation.left if voice.has(key)]
    left = sum((voice.number(key) for key in known), Decimal(0))
    right = sum((voice.number(key) for key in equation.right), Decimal(0))
    return left != right if len(known) == len(equation.left) else left > right


def asked(voice: Voice, key: str, equations: list[Equation]) -> list[Sentence]:
    """The gap mark that takes the place of what contradictory cells would state; empty when there are none."""
    told = dict.fromkeys(f"{_table(voice, equation)}{_line(equation)}{_sides(equation)}" for equation in equations)
    if not told:
        return []
    return [voice.gap(key, f"{'；'.join(told)}。请核对改正后，再写这方面的情况")]


def _table(voice: Voice, equation: Equation) -> str:
    return voice.form.table(voice.form.cells[equation.right[0]].table).title


def _line(equation: Equation) -> str:
    return f"“{equation.line}”" if equation.line else ""


def _sides(equation: Equation) -> str:
    return f"{equation.left_text}与{equation.right_text}不一致"
