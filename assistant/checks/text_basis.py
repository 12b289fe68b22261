"""Family Y, what a text rests on and when it was signed: year of the cited notice, signature, latest meeting (rules §8)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from importlib import resources

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import TEXT, fail_at, prose
from assistant.checks.subject import Subject

_NOTICE = re.compile(
    r"(?:关于)?(?:认真|切实)?(?:做好|开展|编制|报送|组织|印发|推进|公布|发布)[^《》。；\n]{0,14}?(?P<year>20\d\d)\s?年度?"
    r"[^《》。；\n]{0,24}?(?:年度报告|年报)[^《》。；\n]{0,30}?通知"
)
_SIGNED = re.compile(r"^\s*(?P<year>20\d\d)\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日\s*$")
_LAST_LINES = 4


@rule(
    "Y-BASIS",
    severity="warning",
    scope=TEXT,
    formula="所引年度报告编制通知的年度＝报告年度",
    message="引用的是 {left} 年度的通知，报告年度为 {right}",
    reason="本地编制通知逐年印发，通知年度与报告年度不同，多为上年文字未改",
    remedy="请核对所引通知，改引本年度的通知",
)
def basis(subject: Subject, check: Check) -> Iterator[Finding]:
    """The year in the name of the notice a report is drawn up by; outside the preface last year's may have been carried out."""
    if subject.year is None:
        return
    for part, text in prose(subject).texts.items():
        for match in _NOTICE.finditer(text):
            stated = int(match["year"])
            if stated == subject.year:
                yield check.passed(left=stated, right=subject.year)
            elif part == "preface" or stated < subject.year - 1:
                yield fail_at(check, part, match.span(), match.group(), left=stated, right=subject.year)


@rule(
    "Y-SIGN",
    severity="error",
    scope="report",
    formula="落款和发布日期晚于报告年度",
    message="{what}为 {day}，早于 {right} 年度结束",
    reason="报告年度结束以后才能统计全年数据，落款年份等于报告年度的多为笔误",
    remedy="请核对落款和发布日期",
)
def signed(subject: Subject, check: Check) -> Iterator[Finding]:
    """Signature at the end and date of publication come after the year they report on."""
    if subject.report is None or subject.year is None:
        return
    last = next((section for section in reversed(subject.report.sections) if section.text.strip()), None)
    written = _signature(last.text) if last else None
    if written is not None and last is not None:
        day, start, end = written
        if day <= date(subject.year, 12, 31):
            quote = last.text[start:end].strip()
            yield fail_at(check, last.key, (start, end), quote, right=subject.year, what="落款日期", day=str(day))
        else:
            yield check.passed(left=str(day), right=subject.year)
    if subject.published is not None:
        day = subject.published
        if day <= date(subject.year, 12, 31):
            message = f"发布日期为 {day}，早于 {subject.year} 年度结束"
            yield check.fail(message=message, right=subject.year, marks=(str(day),), left=str(day))
        else:
            yield check.passed(left=str(day), right=subject.year)


def _signature(text: str) -> tuple[date, int, int] | None:
    """The last date that stands on a line of its own at the end, with its span."""
    lines = [match for match in re.finditer(r"[^\n]+", text) if match.group().strip()]
    for line in reversed(lines[-_LAST_LINES:]):
        match = _SIGNED.match(line.group())
        if match is not None:
            try:
                return date(*(int(number) for number in match.groups())), line.start(), line.end()
            except ValueError:
                return None
    return None


@lru_cache(maxsize=1)
def _meetings() -> dict[str, int]:
    text = (resources.files("assistant.checks") / "data" / "meetings.toml").read_text(encoding="utf-8")
    return {row["name"]: row["year"] for row in tomllib.loads(text)["meetings"]}


@rule(
    "Y-PARTY",
    severity="info",
    scope=TEXT,
    formula="会议名称与报告年度相符",
    message="“{quote}”是 {held} 年召开的，{hint}",
    reason="引领语随年份变化，容易残留旧文；只作提示",
    remedy="请核对最新会议名称",
)
def meetings(subject: Subject, check: Check) -> Iterator[Finding]:
    """The newest meeting a text names is neither later than the report nor behind one held before the report year."""
    known, found = _meetings(), prose(subject)
    if subject.year is None:
        return
    named = [
        (year, name, part, at) for part, text in found.texts.items() for name, year in known.items() if (at := text.find(name)) >= 0
    ]
    if not named:
        return
    held, name, part, at = max(named)
    newer = [each for each, year in known.items() if held < year < subject.year]
    if held > subject.year + 1:
        hint = f"晚于 {subject.year} 年度"
    elif newer:
        hint = f"此后、{subject.year} 年之前还召开了{newer[-1]}"
    else:
        yield check.passed(left=held)
        return
    yield fail_at(check, part, (at, at + len(name)), name, held=str(held), hint=hint)
