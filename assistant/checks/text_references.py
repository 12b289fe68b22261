"""Family R: the Regulation's order number, document numbers, brackets, the principle of disclosure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import TEXT, fail_at, prose
from assistant.checks.subject import Subject
from assistant.form import default_registry

_REGULATION_ORDER = "711"
_ORDER = re.compile(r"(?:国务院|国)?令\s?[（(]?第?\s?(\d{3,4})\s?号")
_NUMBER = re.compile(
    r"(?P<head>国办公开办函|国办公开函|国办公开办发|国办函|国办发|国发)\s?(?P<open>[〔\[【（(﹝［{]?)\s?(?P<year>20\d\d)\s?(?P<close>[〕\]】）)﹞］}]?)\s?第?(?P<serial>\d{1,3})\s?号"
)
_NEAR = 45
_FORMAT = re.compile(r"年度报告格式|年报格式|报告格式")
_FEE = re.compile(r"信息处理费管理办法")
_FEE_NUMBER = ("国办函", "2020", "109")
_SLOGAN = (
    (re.compile(r"公开(?:为|是)常态[、，,]?\s?公开(?:为|是)例外"), "漏写“不”字，意思相反"),
    (re.compile(r"公开(?:为|是)原则[、，,]?\s?不公开(?:为|是)例外"), "是旧说法"),
    (re.compile(r"不公开(?:为|是)常态[、，,]?\s?公开(?:为|是)例外"), "说反了"),
)


@lru_cache(maxsize=1)
def _format_numbers() -> dict[tuple[str, str, str], tuple[int, int | None, str]]:
    """Numbers of the notices that issued the forms: first and last report year, and the number as printed."""
    numbers = {}
    for form in default_registry().forms:
        match = _NUMBER.search(form.document_number)
        if match is not None:
            numbers[match["head"], match["year"], match["serial"]] = (form.first_year, form.last_year, form.document_number)
    return numbers


def _cited(subject: Subject) -> Iterator[tuple[str, str, re.Match[str], str]]:
    """Each document number of the central offices: part, text, match, the words before it."""
    for part, text in prose(subject).texts.items():
        for match in _NUMBER.finditer(text):
            yield part, text, match, text[max(0, match.start() - _NEAR) : match.start()]


@rule(
    "R-ORDERNO",
    severity="error",
    scope=TEXT,
    formula="条例的令号是国务院令第 711 号",
    message="条例的令号写作“{quote}”，应为国务院令第 711 号",
    remedy="请改正令号；第 492 号是旧条例",
)
def order_number(subject: Subject, check: Check) -> Iterator[Finding]:
    """The order number beside the Regulation's name."""
    for part, text in prose(subject).texts.items():
        for match in _ORDER.finditer(text):
            if "信息公开条例" not in text[max(0, match.start() - _NEAR) : match.start()]:
                continue
            if match.group(1) == _REGULATION_ORDER:
                yield check.passed(left=match.group(1))
            else:
                yield fail_at(check, part, match.span(), match.group(), left=match.group(1), right=_REGULATION_ORDER)


@rule(
    "R-DOCNO",
    severity="error",
    scope=TEXT,
    formula="格式文件、收费办法的文号与在册清单一致",
    message="“{quote}”查无，应为“{right}”",
    remedy="请改正文号",
)
def document_number(subject: Subject, check: Check) -> Iterator[Finding]:
    """Numbers of the format notices and of the fee rules, wherever their names stand beside them."""
    known = _format_numbers()
    current = _covering(subject.year)
    for part, _, match, before in _cited(subject):
        key = (match["head"], match["year"], match["serial"])
        if _FEE.search(before):
            if key == _FEE_NUMBER:
                yield check.passed(left=match.group())
            else:
                yield fail_at(check, part, match.span(), match.group(), right="国办函〔2020〕109号")
        elif key in known:
            yield check.passed(left=match.group())
        elif _FORMAT.search(before) or (match["head"] == "国办公开办函" and key[1] in {year for _, year, _ in known}):
            same = next((number for (_, year, _), (_, _, number) in known.items() if year == match["year"]), current)
            yield fail_at(check, part, match.span(), match.group(), right=same)


def _covering(year: int | None) -> str:
    found = [
        number
        for first, last, number in _format_numbers().values()
        if year is None or (first <= year and (last is None or year <= last))
    ]
    return found[-1] if found else next(iter(_format_numbers().values()))[2]


@rule(
    "R-OUTDATED",
    severity="warning",
    scope=TEXT,
    formula="以报告年度适用的格式文件为依据",
    message="引用的“{quote}”不适用于 {left} 年度，应为“{right}”",
    remedy="请改引现行格式文件",
)
def outdated(subject: Subject, check: Check) -> Iterator[Finding]:
    """Format notices that no longer apply."""
    known, year = _format_numbers(), subject.year
    if year is None:
        return
    for part, _, match, _before in _cited(subject):
        span = known.get((match["head"], match["year"], match["serial"]))
        if span is None:
            continue
        first, last, _number = span
        if last is not None and year > last:
            yield fail_at(check, part, match.span(), match.group(), left=year, right=_covering(year))
        elif year >= first:
            yield check.passed(left=match.group())


@rule(
    "R-BRACKET",
    severity="info",
    scope=TEXT,
    formula="文号的年份用六角括号〔〕",
    message="文号“{quote}”的年份应加六角括号〔〕",
    remedy="请改用〔〕",
)
def bracket(subject: Subject, check: Check) -> Iterator[Finding]:
    """Square, round or missing brackets around the year of a document number."""
    for part, _, match, _ in _cited(subject):
        if (match["open"], match["close"]) == ("〔", "〕"):
            yield check.passed(left=match.group())
        else:
            yield fail_at(check, part, match.span(), match.group())


@rule(
    "R-SLOGAN",
    severity="warning",
    scope=TEXT,
    formula="公开原则写作“以公开为常态、不公开为例外”",
    message="“{quote}”{reason}，应为“以公开为常态、不公开为例外”（条例第五条）",
    remedy="请改正",
)
def slogan(subject: Subject, check: Check) -> Iterator[Finding]:
    """The principle of Article 5 misquoted."""
    for part, text in prose(subject).texts.items():
        for pattern, reason in _SLOGAN:
            for match in pattern.finditer(text):
                if text[match.start() - 1 : match.start()] != "不" or reason == "说反了":
                    yield fail_at(check, part, match.span(), match.group(), reason=reason)
