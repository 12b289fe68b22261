"""How rules are declared and run.

A family is a module of small functions, each declared with :func:`rule`::

    @rule("T3-NOPROC", severity="error", scope="cells", formula="新收＋上年结转＞0 时，办理结果总计与结转下年不能同为 0",
          message="{line}列有申请 {input} 件，却没有办理结果，也没有结转下年", reason="…", remedy="…")
    def noproc(subject: Subject, check: Check) -> Iterator[Finding]:
        ...
        yield check.fail(cells=keys, line="自然人", input=number(total))

A function yields one outcome for each thing it judged: ``check.passed``, ``check.fail``, ``check.unknown``, ``check.equation``.
Yielding nothing means the rule does not apply (``na``). A new module is named in ``catalogue.FAMILIES``. The same id may be
declared again for another scope (before writing on submissions, afterwards on texts).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from assistant.checks.finding import Finding, SeverityName, fingerprint
from assistant.checks.printing import Number, cell_marks, equation_line, labels, number, places, side
from assistant.checks.subject import Subject
from assistant.errors import AssistantError
from assistant.form import Equation
from assistant.form.cell import plain

__all__ = [
    "Check",
    "CheckResult",
    "Rule",
    "Scope",
    "Settings",
    "declared",
    "guard",
    "number",
    "rule",
    "run_checks",
    "run_rule",
    "sort_findings",
]

Scope = Literal["cells", "submission", "draft", "report", "cross_year"]
Judge = Callable[[Subject, "Check"], Iterable[Finding]]

_FAMILY = re.compile(r"[A-Z]+\d?")
_SEVERITY_ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class Rule:
    """A declared rule. ``severities`` are the severities its failures may have, the usual one first.

    ``kind`` is ``guard`` for equations that must never be checked: they are listed with their reason and never fire.
    """

    id: str
    scope: tuple[Scope, ...]
    severities: tuple[SeverityName, ...]
    formula: str
    message: str
    reason: str
    remedy: str
    judge: Judge
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    kind: Literal["check", "guard"] = "check"

    @property
    def severity(self) -> SeverityName:
        """The usual severity."""
        return self.severities[0]

    @property
    def family(self) -> str:
        """The family: the letters (and digit) before the hyphen, T2 for both T2A and T2B."""
        match = _FAMILY.match(self.id)
        return match.group() if match else self.id


@dataclass(frozen=True)
class Settings:
    """What a site may tune: thresholds by rule id and name, rules switched off."""

    thresholds: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()


_RULES: dict[tuple[str, tuple[Scope, ...]], Rule] = {}


def declared() -> tuple[Rule, ...]:
    """All rules declared by the modules imported so far, in the order of declaration."""
    return tuple(_RULES.values())


def rule(
    rule_id: str,
    *,
    severity: SeverityName,
    scope: Scope | tuple[Scope, ...],
    formula: str,
    message: str,
    reason: str = "",
    remedy: str = "",
    or_severity: tuple[SeverityName, ...] = (),
    thresholds: Mapping[str, int | str] | None = None,
) -> Callable[[Judge], Judge]:
    """Declare a rule.

    Args:
        rule_id: its id in the catalogue.
        severity: severity of a failure; ``or_severity`` lists others that the function may choose.
        scope: on which subjects it runs: ``cells`` and ``cross_year`` wherever there are (last year's) cells, ``submission``
            and ``report`` where there is one, ``draft`` where there are sentences of a draft.
        formula: what must hold, in Chinese.
        message: template of the message, ``{name}`` filled by the keywords of ``check.fail``.
        reason: why the rule exists (the form's own hint, an article, experience).
        remedy: what a person can do, one Chinese sentence without a final stop.
        thresholds: tunable numbers with their defaults.

    Raises:
        ValueError: the id is already declared for this scope.
    """
    scopes = (scope,) if isinstance(scope, str) else scope

    def declare(judge: Judge) -> Judge:
        limits = {name: Decimal(value) for name, value in (thresholds or {}).items()}
        _add(Rule(rule_id, scopes, (severity, *or_severity), formula, message, reason, remedy, judge, limits))
        return judge

    return declare


def guard(rule_id: str, *, formula: str, reason: str) -> None:
    """Declare a guard: something that must never be checked. It is listed in the catalogue and never fires."""
    _add(Rule(rule_id, ("cells",), ("info",), formula, "", reason, "", lambda _subject, _check: (), kind="guard"))


def _add(new: Rule) -> None:
    for old in _RULES.values():
        if old.id == new.id and set(old.scope) & set(new.scope):
            raise ValueError(f"rule {new.id} is declared twice for the same scope")
    _RULES[new.id, new.scope] = new


def _shown(value: Number | str | None) -> int | str | None:
    return plain(value) if isinstance(value, Decimal) else value


class Check:
    """Builds the outcomes of one rule on one subject."""

    def __init__(self, declared_rule: Rule, subject: Subject, settings: Settings) -> None:
        self.rule = declared_rule
        self.subject = subject
        self._thresholds = {**declared_rule.thresholds, **settings.thresholds.get(declared_rule.id, {})}

    def threshold(self, name: str) -> Decimal:
        """A tunable number; KeyError for one that is not declared."""
        return self._thresholds[name]

    def values(self, keys: Iterable[str]) -> dict[str, Decimal] | None:
        """The values of these cells, None when any of them is not ok."""
        found = {}
        for key in keys:
            value = self.subject.value(key)
            if value is None:
                return None
            found[key] = value
        return found

    def passed(self, cells: Iterable[str] = (), *, left: Number | str | None = None, right: Number | str | None = None) -> Finding:
        """The rule holds."""
        return _outcome(self.rule, "pass", self.rule.formula, cells=tuple(cells), left=_shown(left), right=_shown(right))

    def fail(
        self,
        *,
        cells: Iterable[str] = (),
        message: str | None = None,
        severity: SeverityName | None = None,
        remedy: str | None = None,
        left: Number | str | None = None,
        right: Number | str | None = None,
        difference: Number | str | None = None,
        section: str = "",
        quote: str = "",
        span: tuple[int, int] | None = None,
        place: str = "",
        marks: Iterable[str] = (),
        **words: object,
    ) -> Finding:
        """The rule does not hold.

        Args:
            cells: the cells it is about (``prev.`` for last year's); their values go into the fingerprint, their sources
                into the place.
            message: the message in full; None fills the rule's template with ``words``.
            severity: one of the rule's severities; None takes the usual one.
            remedy: what to do, when it differs from the rule's.
            left, right, difference: printed values of the two sides.
            section, quote, span: part key, the words it is about, and where they stand in that part's text.
            place: where to look, when the cells do not tell.
            marks: further values for the fingerprint (texts, ids); the quote is always in it.
        """
        keys = tuple(cells)
        return _outcome(
            self.rule,
            "fail",
            self.rule.message.format_map(words) if message is None else message,
            severity=severity or self.rule.severity,
            remedy=self.rule.remedy if remedy is None else remedy,
            cells=keys,
            left=_shown(left),
            right=_shown(right),
            difference=_shown(difference),
            section=section,
            quote=quote,
            start=span[0] if span else None,
            end=span[1] if span else None,
            place=place or places(self.subject, keys),
            fingerprint=fingerprint(self.rule.id, keys, (*cell_marks(self.subject, keys), section, quote, *marks)),
        )

    def unknown(
        self, missing: Iterable[str] = (), *, cells: Iterable[str] = (), what: str = "", line: str = "", message: str | None = None,
        remedy: str = "请补填或更正这些格后再核对；确实没有发生的填 0", marks: Iterable[str] = (),
    ) -> Finding:  # fmt: skip
        """The rule cannot be judged because of cells that hold no usable figure. Always info.

        Args:
            missing: the cells without a usable figure.
            cells: all cells of the rule, if more.
            what: what could not be checked; None takes the rule's formula.
            line: row or column it is about.
            message: the message in full, when no cell is missing but something else.
            remedy, marks: as for :meth:`fail`.
        """
        gone = tuple(missing)
        keys = tuple(cells) or gone
        if message is None:
            head = f"{line}：" if line else ""
            message = f"{head}{labels(self.subject, gone)} {len(gone)} 格没有可用的数，无法核对“{what or self.rule.formula}”"
        return _outcome(
            self.rule,
            "unknown",
            message,
            severity="info",
            remedy=remedy,
            cells=keys,
            missing=gone,
            place=places(self.subject, gone),
            fingerprint=fingerprint(self.rule.id, keys, (*cell_marks(self.subject, keys), *marks)),
        )

    def judge(self, keys: Iterable[str], broken: Callable[..., bool], *, line: str = "", **words: Any) -> Finding:
        """Judge one condition over the values of ``keys``, handed to ``broken`` in order; unknown if any is not ok.

        The message template is filled with ``words``, ``line`` and ``v`` (the printed values, ``{v[0]}``).
        """
        wanted = tuple(keys)
        found = self.values(wanted)
        if found is None:
            return self.unknown(self.missing(wanted), cells=wanted, line=line)
        numbers = [found[key] for key in wanted]
        if not broken(*numbers):
            return self.passed(wanted)
        return self.fail(cells=wanted, line=line, v=[number(value) for value in numbers], **words)

    def missing(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Those of the cells that hold no usable figure."""
        return tuple(key for key in keys if self.subject.value(key) is None)

    def equation(self, equation: Equation, *, severity: SeverityName | None = None) -> Finding:
        """Judge one equation of the form: pass, fail or unknown, with both sides and the difference."""
        left, right = self.total(equation.left), self.total(equation.right)
        terms = equation.terms
        line = equation_line(self.subject, equation)
        if left is None or right is None:
            return self.unknown(self.missing(terms), cells=terms, what=f"{equation.left_text}＝{equation.right_text}", line=line)
        if left == right:
            return self.passed(terms, left=left, right=right)
        return self.fail(
            cells=terms,
            severity=severity,
            left=left,
            right=right,
            difference=left - right,
            message=f"{line + '：' if line else ''}{side(self.subject, equation.left, equation.left_text, left)}，"
            f"而{side(self.subject, equation.right, equation.right_text, right)}，差 {number(left - right)}",
        )

    def total(self, terms: Iterable[str]) -> Decimal | None:
        """The signed sum of cells, None when any of them is not ok."""
        result = Decimal(0)
        value_of = self.subject.value
        for term in terms:
            value = value_of(term.lstrip("-"))
            if value is None:
                return None
            result = result - value if term.startswith("-") else result + value
        return result


def _outcome(declared_rule: Rule, status: Literal["pass", "fail", "unknown", "na"], message: str, **fields: object) -> Finding:
    values = {"severity": declared_rule.severity, **fields}
    return Finding.model_validate({"rule": declared_rule.id, "status": status, "message": message, **values})


@dataclass(frozen=True)
class CheckResult:
    """``outcomes`` are all results, passes and na included; ``findings`` what a person should see, root causes merged."""

    outcomes: tuple[Finding, ...]
    findings: tuple[Finding, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that keep a draft from being final."""
        return tuple(finding for finding in self.findings if finding.blocking)


def run_checks(
    subject: Subject,
    *,
    families: Collection[str] | None = None,
    scopes: Collection[Scope] | None = None,
    settings: Settings | None = None,
) -> CheckResult:
    """Run the rules of the catalogue that apply to a subject.

    A rule declared for submissions gives way to its namesake for drafts once there is a draft: what the text lacks is told
    once, with its place in the text.

    Args:
        subject: what to check.
        families: only these families (``T3``, ``C``, ``COV`` …); all if None.
        scopes: only rules declared for one of these scopes; all the subject offers if None.
        settings: thresholds and switched-off rules.

    Raises:
        AssistantError: a rule failed to run; the error names it. No result is given, so that nothing passes unchecked.
    """
    from assistant.checks.catalogue import all_rules
    from assistant.checks.roots import merge_roots

    chosen = settings or Settings()
    wanted = _scopes_of(subject) if scopes is None else _scopes_of(subject) & set(scopes)
    outcomes: list[Finding] = []
    written = {each.id for each in all_rules() if "draft" in each.scope} if "draft" in wanted else set()
    for each in all_rules():
        if each.kind == "guard" or each.id in chosen.disabled or not wanted.intersection(each.scope):
            continue
        if each.id in written and each.scope == ("submission",):
            continue
        if families is None or each.family in families:
            outcomes.extend(run_rule(each, subject, chosen))
    return CheckResult(tuple(outcomes), sort_findings(subject, merge_roots(subject, outcomes)))


def run_rule(each: Rule, subject: Subject, settings: Settings | None = None) -> tuple[Finding, ...]:
    """The outcomes of one rule; a single ``na`` when it does not apply.

    Raises:
        AssistantError: the rule failed to run.
    """
    try:
        found = tuple(each.judge(subject, Check(each, subject, settings or Settings())))
    except Exception as error:
        raise AssistantError(
            f"检查规则 {each.id} 运行出错（{type(error).__name__}：{error}）", remedy="这是程序的缺陷，请连同填报件报告给维护人员"
        ) from error
    return found or (_outcome(each, "na", each.formula),)


def _scopes_of(subject: Subject) -> set[Scope]:
    offered: dict[Scope, bool] = {
        "cells": bool(subject.cells),
        "cross_year": bool(subject.cells) and bool(subject.previous_cells),
        "submission": subject.submission is not None,
        "draft": bool(subject.sentences),
        "report": subject.report is not None,
    }
    return {scope for scope, there in offered.items() if there}


def sort_findings(subject: Subject, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By severity, failures before unknowns, then by place: the form's order of cells, parts in the order of the text."""
    cells = {key: position for position, key in enumerate(subject.form.cells)}
    parts = {key: position for position, key in enumerate(subject.texts)}

    def order(finding: Finding) -> tuple[int, bool, int, int, int, str]:
        cell = min((cells.get(key.removeprefix("prev."), len(cells)) for key in finding.cells), default=len(cells))
        part = parts.get(finding.section, len(parts))
        return _SEVERITY_ORDER[finding.severity], finding.status == "unknown", cell, part, finding.start or 0, finding.rule

    return tuple(sorted(findings, key=order))
