"""Family R, what a citation says: names of notices with their numbers, articles with their matter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import TEXT, fail_at, prose
from assistant.checks.subject import Subject
from assistant.facts.provisions import articles
from assistant.form import default_registry
from assistant.language.numerals import parse_chinese

_NUMBER = re.compile(
    r"《(?P<name>[^《》]*(?:《[^《》]*》|〈[^〈〉]*〉)?[^《》]*)》(?:的?通知)?\s?[（(]?\s?"
    r"(?P<number>(?P<head>国办公开办函)\s?[〔\[【（(﹝［{]?\s?(?P<year>20\d\d)\s?[〕\]】）)﹞］}]?\s?第?(?P<serial>\d{1,3})\s?号)"
)
_TRIAL = "试行"
_CITED = re.compile(r"条例》?\s?(?:[（(][^（）()]{0,30}[)）])?\s?第\s?(?P<number>[一二三四五六七八九十百零〇\d]{1,5})\s?条")
_CLAUSE = re.compile(r"[。；;！？\n]|[，,、]?第\s?[一二三四五六七八九十百零〇\d]{1,5}\s?条")


@lru_cache(maxsize=1)
def _notices() -> dict[tuple[str, str], tuple[str, str]]:
    """By year and serial number: the number as printed and the name of the format it issued."""
    found = {}
    for form in default_registry().forms:
        match = re.search(r"(20\d\d)\D+(\d+)号", form.document_number)
        if match is not None:
            found[match.group(1), match.group(2)] = form.document_number, form.name
    return found


@rule(
    "R-DOCPAIR",
    severity="warning",
    scope=TEXT,
    formula="格式文件的名称与文号配对",
    message="名称“{quote}”与文号“{number}”不配，这个文号的文件是《{right}》",
    reason="2019 年的格式名称带“试行”，2021 年的不带；名称和文号常被张冠李戴",
    remedy="请核对名称和文号，以报告年度适用的一份为准",
)
def paired(subject: Subject, check: Check) -> Iterator[Finding]:
    """A notice's name with another notice's number: the trial format with the later number, or the like."""
    known = _notices()
    for part, text in prose(subject).texts.items():
        for match in _NUMBER.finditer(text):
            notice = known.get((match["year"], match["serial"]))
            if notice is None or ("格式" not in match["name"] and "有关事项" not in match["name"]):
                continue
            name = match["name"]
            trial = _TRIAL in name or "有关事项" in name
            if trial and _TRIAL not in notice[1]:
                yield fail_at(check, part, match.span("name"), name, number=match["number"], right=notice[1])
            else:
                yield check.passed(left=name, right=notice[0])


@lru_cache(maxsize=1)
def _topics() -> tuple[tuple[str, re.Pattern[str], frozenset[int]], ...]:
    text = (resources.files("assistant.checks") / "data" / "articles.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["topics"]
    return tuple((row["name"], re.compile("|".join(map(re.escape, row["words"]))), frozenset(row["articles"])) for row in rows)


@rule(
    "R-ARTICLE",
    severity="warning",
    scope=TEXT,
    formula="所引条例条款与所说的事相符",
    message="“{quote}”{reason}",
    reason="按条文摘要的主题核对，只在明显不符时提示",
    remedy="请对照条例核对条号",
)
def article_content(subject: Subject, check: Check) -> Iterator[Finding]:
    """Articles that the Regulation does not have, and articles that treat of another matter than the sentence."""
    known = {int(key.rpartition(":")[2]): article for key, article in articles().items()}
    for part, text in prose(subject).texts.items():
        for match in _CITED.finditer(text):
            number = _value(match["number"])
            if number is None:
                continue
            if number not in known:
                reason = f"：条例共 {max(known)} 条，没有第 {number} 条"
                yield fail_at(check, part, match.span(), match.group(), reason=reason)
                continue
            matter = _other_matter(text, match, number)
            if matter:
                reason = f"引在“{matter}”上，而第 {number} 条讲的是“{known[number].title}”"
                yield fail_at(check, part, match.span(), match.group(), reason=reason)
            else:
                yield check.passed(left=number)


def _value(words: str) -> int | None:
    found = parse_chinese(words)
    return int(words) if words.isdigit() else int(found) if found is not None else None


def _other_matter(text: str, match: re.Match[str], number: int) -> str:
    """The matter the clause after a citation names, when none of the matters it names is treated of in the cited article."""
    stop = _CLAUSE.search(text, match.end())
    end = min(stop.start() if stop else len(text), match.end() + 40)
    words = text[match.end() : end]
    named = [(name, numbers) for name, pattern, numbers in _topics() if pattern.search(words)]
    return "" if not named or any(number in numbers for _, numbers in named) else named[0][0]
