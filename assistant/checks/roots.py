"""One root cause shown once.

Failing equations that one cell would explain by the same difference become one finding, which asks to look at that cell
first. It never says that the cell is wrong or what it should be.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.checks.finding import Finding, fingerprint
from assistant.checks.grid import per_form
from assistant.checks.printing import equation_line, labels, number, places
from assistant.checks.subject import Subject
from assistant.form import Equation, Form

TELLING = (
    "C-NEGATIVE",
    "C-NONINT",
    "T3-NOPROC",
    "T3-NOINPUT",
    "T3-LEAF-GT",
    "T3-CARRYOUT-GT",
    "T3-RESULTSUM",
    "T3-BALANCE",
    "T3-ROWSUM",
)
"""Which rule tells a root cause best, most telling first; others follow."""

_CONSEQUENCES = {
    "T3-NOPROC": "T3-BALANCE",
    "T3-NOINPUT": "T3-BALANCE",
    "T3-CARRYOUT-GT": "T3-BALANCE",
    "T3-LEAF-GT": "T3-RESULTSUM",
}
_WRONG_BY_THEMSELVES = ("C-NEGATIVE", "C-NONINT")
_GATHERED = frozenset({"T2", "T3", "T4", "X"})
_SEVERITIES = ("error", "warning", "info")
_LINES_SHOWN = 4
_UNGROUNDED = "TX-NOSRC"
_SPLITS = frozenset({"TX-SUBSUM", "TX-SUBSUM-OVER"})
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, eq=False)
class _Judged:
    """An equation with its outcome; ``difference`` is left less right, 0 when it holds."""

    finding: Finding
    equation: Equation
    difference: Decimal

    def needed(self, key: str) -> Decimal:
        """By how much the cell would have to change for the equation to hold."""
        weight = _weights(self.equation)[key]
        return -self.difference / weight if weight else Decimal(0)


def _weights(equation: Equation) -> Counter[str]:
    weights: Counter[str] = Counter()
    for terms, sign in ((equation.left, 1), (equation.right, -1)):
        for term in terms:
            weights[term.lstrip("-")] += -sign if term.startswith("-") else sign
    return weights


@per_form
def _equations(form: Form) -> dict[tuple[str, tuple[str, ...]], Equation]:
    return {(equation.rule, equation.terms): equation for equation in (*form.equations, *form.rollovers)}


def merge_roots(subject: Subject, outcomes: Iterable[Finding]) -> list[Finding]:
    """The failures and unknowns among ``outcomes``, those of one root cause merged into one finding."""
    every = list(outcomes)
    failures = [finding for finding in every if finding.status == "fail"]
    unknown = [finding for finding in every if finding.status == "unknown"]
    merged = _merge_told(_merge_failures(subject, every, failures)) if len(failures) > 1 else failures
    return list(_once([*merged, *_gather_unknown(subject, unknown)]))


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings without exact repetitions."""
    seen = set()
    for finding in findings:
        mark = finding.rule, finding.fingerprint, finding.message, finding.section, finding.start
        if mark not in seen:
            seen.add(mark)
            yield finding


def _merge_failures(subject: Subject, every: list[Finding], failures: list[Finding]) -> list[Finding]:
    judged = list(_judged(subject, every))
    groups: list[tuple[list[Finding], tuple[str, ...]]] = []
    open_ones = [item for item in judged if item.difference]
    while (found := _suspect(judged, open_ones)) is not None:
        suspects, explained = found
        groups.append(([item.finding for item in explained], suspects))
        open_ones = [item for item in open_ones if item not in explained]
    groups += _columns(subject.form, open_ones)
    for members, suspects in groups:
        _add_consequences(members, suspects, failures)
    taken = {id(member) for members, _ in groups for member in members}
    groups += _single_groups([finding for finding in failures if id(finding) not in taken])
    taken = {id(member) for members, _ in groups for member in members}
    rest = [finding for finding in failures if id(finding) not in taken]
    return [*rest, *(_merged(subject, members, suspects) for members, suspects in groups)]


def _judged(subject: Subject, outcomes: list[Finding]) -> Iterator[_Judged]:
    """All equations that could be judged, those that hold included."""
    known = _equations(subject.form)
    for finding in outcomes:
        equation = known.get((finding.rule, finding.cells))
        if equation is not None and finding.status in ("pass", "fail"):
            difference = Decimal(str(finding.difference)) if finding.difference is not None else Decimal(0)
            yield _Judged(finding, equation, difference)


def _suspect(judged: list[_Judged], open_ones: list[_Judged]) -> tuple[tuple[str, ...], list[_Judged]] | None:
    """The cell (or cells) one change of which would settle the most failing equations and upset none; None below two."""
    if len(open_ones) < 2:
        return None
    best: dict[tuple[int, ...], tuple[list[str], list[_Judged]]] = {}
    for key in dict.fromkeys(key for item in open_ones for key in item.equation.terms):
        touched = [item for item in judged if key in item.equation.terms]
        if len(touched) < 2 or not all(item in open_ones for item in touched):
            continue
        if len({item.needed(key) for item in touched}) == 1:
            best.setdefault(tuple(id(item) for item in touched), ([], touched))[0].append(key)
    if not best:
        return None
    keys, members = max(best.values(), key=lambda found: len(found[1]))
    return tuple(keys), members


def _columns(form: Form, open_ones: list[_Judged]) -> list[tuple[list[Finding], tuple[str, ...]]]:
    """A total column that is out by just what its parts are out by, together with these parts."""
    groups: list[tuple[list[Finding], tuple[str, ...]]] = []
    for rule in dict.fromkeys(item.equation.rule for item in open_ones):
        lines = [item for item in open_ones if item.equation.rule == rule]
        totals = [item for item in lines if all(key in form.cells and form.cells[key].col.total for key in item.equation.terms)]
        parts = [item for item in lines if item not in totals]
        if len(totals) == 1 and parts and sum(item.difference for item in parts) == totals[0].difference:
            groups.append(([item.finding for item in (*parts, *totals)], ()))
    return groups


def _add_consequences(members: list[Finding], suspects: tuple[str, ...], failures: list[Finding]) -> None:
    """Take in what follows from the same cause: inequalities of the same column, and what is wrong with the suspected cell."""
    for finding in failures:
        base = _CONSEQUENCES.get(finding.rule)
        follows = base is not None and any(member.rule == base and set(finding.cells) <= set(member.cells) for member in members)
        itself = finding.rule in _WRONG_BY_THEMSELVES and finding.cells == suspects
        if (follows or itself) and finding not in members:
            members.append(finding)


def _single_groups(failures: list[Finding]) -> list[tuple[list[Finding], tuple[str, ...]]]:
    """Failing equations that stand alone, each with the inequalities of its column."""
    groups: list[tuple[list[Finding], tuple[str, ...]]] = []
    for finding in failures:
        if finding.rule in _CONSEQUENCES.values():
            members = [finding]
            _add_consequences(members, (), failures)
            if len(members) > 1:
                groups.append((members, ()))
    return groups


def _rank(finding: Finding) -> tuple[int, int]:
    telling = TELLING.index(finding.rule) if finding.rule in TELLING else len(TELLING)
    return _SEVERITIES.index(finding.severity), telling


def _merged(subject: Subject, members: list[Finding], suspects: tuple[str, ...]) -> Finding:
    root = min(members, key=_rank)
    others = [member for member in members if member is not root]
    told = _told(subject, others)
    message = f"{root.message}；同一原因还使{told}不成立" if told else root.message
    remedy = root.remedy
    if suspects:
        filled = "、".join(f"“{subject.label(key)}”（{number(subject.value(key))}）" for key in suspects)
        remedy = f"请先核对{filled}。{root.remedy}"
    marks = tuple(sorted(member.fingerprint for member in members))
    alike = [root] if suspects else [root, *(other for other in others if other.rule == root.rule)]
    cells = tuple(dict.fromkeys(key for finding in alike for key in finding.cells))
    return root.model_copy(
        update={
            "message": message,
            "cells": cells,
            "remedy": remedy,
            "suspects": suspects,
            "also": tuple(dict.fromkeys(other.rule for other in sorted(others, key=_rank))),
            "place": places(subject, suspects) or root.place,
            "fingerprint": fingerprint(root.rule, cells, marks),
        }
    )


def _told(subject: Subject, findings: list[Finding]) -> str:
    """The equations among these findings: their formulas, each with the lines it fails on."""
    lines: dict[str, list[str]] = {}
    for finding in findings:
        equation = _equations(subject.form).get((finding.rule, finding.cells))
        if equation:
            lines.setdefault(f"“{equation.left_text}＝{equation.right_text}”", []).append(equation_line(subject, equation))
    return "，".join(
        "、".join(names[:_LINES_SHOWN]) + (f"等 {len(names)} 处" if len(names) > _LINES_SHOWN else "") + formula
        for formula, names in lines.items()
    )


def _merge_told(failures: list[Finding]) -> list[Finding]:
    """Without what only follows from a figure of the text that already differs from its table.

    That is a total and its parts that disagree because of that figure, and the figure's resting on no fact.
    """
    told: dict[int, list[Finding]] = {}
    gone = set()
    for each in failures:
        follows = _explains if each.rule in _SPLITS else _names if each.rule == _UNGROUNDED else None
        cause = next((place for place, one in enumerate(failures) if follows is not None and follows(one, each)), None)
        if cause is not None:
            told.setdefault(cause, []).append(each)
            gone.add(id(each))
    result = []
    for place, each in enumerate(failures):
        if id(each) in gone:
            continue
        more = told.get(place, [])
        also = (*each.also, *dict.fromkeys(one.rule for one in more))
        split = any(one.rule in _SPLITS for one in more)
        message = f"{each.message}；同一原因还使总数与分项之和不符" if split else each.message
        result.append(each.model_copy(update={"message": message, "also": also}) if more else each)
    return result


def _names(figure: Finding, ungrounded: Finding) -> bool:
    """Whether a finding says of the same figure which cell it should be."""
    same = (figure.section, figure.start) == (ungrounded.section, ungrounded.start) and figure.start is not None
    return same and figure.rule != _UNGROUNDED and figure.blocking and bool(figure.cells)


def _explains(figure: Finding, split: Finding) -> bool:
    """Whether putting one figure of the text right would make a total and its parts agree."""
    numbers = (figure.left, figure.right, split.left, split.right)
    stated, wanted, total, parts = (Decimal(str(each)) if _is_number(each) else None for each in numbers)
    if figure.rule in _SPLITS or figure.section != split.section or None in (figure.start, split.start, figure.end, split.end):
        return False
    if stated is None or wanted is None or total is None or parts is None or _rank(figure)[0] > _rank(split)[0]:
        return False
    assert figure.start is not None and split.start is not None and figure.end is not None and split.end is not None
    if not split.start <= figure.start <= figure.end <= split.end:
        return False
    if figure.start == split.start and stated == total:
        return wanted == parts
    return parts - stated + wanted == total


def _is_number(value: int | str | None) -> bool:
    return value is not None and _NUMBER.fullmatch(str(value)) is not None


def _gather_unknown(subject: Subject, findings: list[Finding]) -> list[Finding]:
    """Unknowns of one family in one finding: which figures are missing, and what could not be checked for want of them."""
    from assistant.checks.engine import declared

    formulas = {rule.id: rule.formula for rule in declared()}
    families: dict[str, list[Finding]] = {}
    result = []
    for finding in findings:
        family = next((name for name in _GATHERED if finding.rule.startswith(name)), "")
        if family and finding.missing:
            families.setdefault(family, []).append(finding)
        else:
            result.append(finding)
    merged = (members[0] if len(members) == 1 else _unknown_merged(subject, members, formulas) for members in families.values())
    return [*result, *merged]


def _unknown_merged(subject: Subject, members: list[Finding], formulas: dict[str, str]) -> Finding:
    missing = tuple(dict.fromkeys(key for member in members for key in member.missing))
    rules = tuple(dict.fromkeys(member.rule for member in members))
    what = "；".join(formulas[rule] for rule in rules[:_LINES_SHOWN]) + ("；等" if len(rules) > _LINES_SHOWN else "")
    cells = tuple(dict.fromkeys(key for member in members for key in member.cells))
    return members[0].model_copy(
        update={
            "message": f"{labels(subject, missing)} {len(missing)} 格没有可用的数，{len(members)} 处核对不能进行：{what}",
            "cells": cells,
            "missing": missing,
            "also": rules[1:],
            "place": places(subject, missing),
            "fingerprint": fingerprint(members[0].rule, missing, tuple(member.fingerprint for member in members)),
        }
    )
