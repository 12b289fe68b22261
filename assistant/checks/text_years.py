"""Family Y: the report year in title, period and narrative."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import TEXT, Span, fail_at, prose
from assistant.checks.subject import Subject

_YEAR_IN_TITLE = re.compile(r"(?<!\d)(20\d\d)\s?年")
_PERIOD = re.compile(r"统计(?:期限|时限|期间|时间|周期|区间)|数据(?:期限|时限|区间)")
_DATE = re.compile(r"(?:(?P<year>20\d\d)\s?[年.\-/])?\s?(?P<month>\d{1,2})\s?[月.\-/]\s?(?P<day>\d{1,2})\s?日?")
_PERIOD_REACH = 60
_OPENING = re.compile(
    r"^(?P<mark>\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．])?\s*(?:[^，。；：\n]{2,14}(?:情况|方面|工作|建设|公开|管理|保障)[。：:])?\s*)"
    r"(?P<year>20\d\d)\s?年(?:度)?(?=[，,]|我|本|全[年省市县区镇乡州]|共|新收|收到|主动|受理)"
)
_WITHIN = re.compile(
    r"[，；：]\s?(?P<year>20\d\d)\s?年(?:度)?(?=全?年?[共累]|我[局委县区市镇乡办]|全[县市区镇局]|新收|收到|受理|主动公开)"
)
_HEAD = re.compile(r"\s*|\s*[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．][^。\n]{0,18}[。：:]")
_LISTED = re.compile(
    r"决算|预算|结转|同比|[较比与]\s?(?:上年|去年|20\d\d)|相比|年度报告|年报|整改|问题|上年|所列|规划|计划|以来|起|历史|沿革|延续|跨年|撤|更名|成立|印发|通知|文件"
)
_AHEAD = re.compile(r"将|拟|计划|下一步|安排|继续|打算|目标|起[，,]|前|力争|确保|要|推进|加强")
_UNTIL = re.compile(r"截至\s?(20\d\d)\s?年")
_RELATIVE = re.compile(r"今年|去年|本年度|明年|(?<![日成])本年(?!度|报|新收|制发|废止|处理|收费|增)")
_QUOTED = re.compile(r"“[^“”]*”")


@rule(
    "Y-TITLE",
    severity="error",
    scope=TEXT,
    formula="标题年度＝报告年度＝统计期限年度",
    message="{place}为 {left} 年，报告年度为 {right} 年",
    remedy="请核对年度，改正写错的一处",
)
def title(subject: Subject, check: Check) -> Iterator[Finding]:
    """The years of title and period."""
    found = prose(subject)
    if subject.year is None:
        return
    heading = found.texts.get("title") or (subject.report.title if subject.report and not subject.sentences else "")
    years = _YEAR_IN_TITLE.findall(heading)
    if years and all(int(year) != subject.year for year in years):
        yield check.fail(
            left=int(years[0]),
            right=subject.year,
            message=_says("标题", years[0], subject.year),
            quote=heading[:60],
            section="title",
        )
    elif years:
        yield check.passed(left=int(years[0]), right=subject.year)
    for part, start, end, dates in _periods(subject):
        stated = [int(match["year"]) for match in dates if match["year"]]
        if any(year != subject.year for year in stated):
            wrong = next(year for year in stated if year != subject.year)
            quote = found.texts[part][start:end]
            yield fail_at(
                check,
                part,
                (start, end),
                quote,
                left=wrong,
                right=subject.year,
                message=_says("统计期限", str(wrong), subject.year),
            )
        elif stated:
            yield check.passed(left=stated[0], right=subject.year)


def _says(place: str, stated: str, year: int) -> str:
    return f"{place}为 {stated} 年，报告年度为 {year} 年"


def _periods(subject: Subject) -> Iterator[tuple[str, int, int, list[re.Match[str]]]]:
    """Each statement of the period: part, span, and its first two dates."""
    for part, text in prose(subject).texts.items():
        for match in _PERIOD.finditer(text):
            dates = list(_DATE.finditer(text, match.end(), match.end() + _PERIOD_REACH))[:2]
            if dates:
                yield part, match.start(), dates[-1].end(), dates


@rule(
    "Y-PERIOD",
    severity="error",
    scope=TEXT,
    formula="统计期限为报告年度 1 月 1 日至 12 月 31 日",
    message="统计期限写作“{quote}”，应为 1 月 1 日至 12 月 31 日",
    remedy="请改正统计期限",
)
def period(subject: Subject, check: Check) -> Iterator[Finding]:
    """First and last day of the period."""
    found = prose(subject)
    for part, start, end, dates in _periods(subject):
        days = [(int(match["month"]), int(match["day"])) for match in dates]
        if days == [(1, 1), (12, 31)]:
            yield check.passed()
        elif len(days) == 2:
            yield fail_at(check, part, (start, end), found.texts[part][start:end])


@rule(
    "Y-LEFTOVER",
    severity="warning",
    or_severity=("error",),
    scope=TEXT,
    formula="正文叙述不以其他年度作主语时间（上年决算、同比、整改、下年打算等除外）",
    message="这一句写的是 {left} 年，报告年度为 {right} 年，疑为往年文字未改",
    remedy="请核对这句话说的是哪一年的事",
)
def leftover(subject: Subject, check: Check) -> Iterator[Finding]:
    """Sentences that open with another year, or have a clause inside that does."""
    found = prose(subject)
    if subject.year is None:
        return
    for sentence in found.sentences:
        stated = _foreign_year(sentence, subject.year, found.masked[sentence.part])
        if stated is None:
            continue
        year, start, end, opens = stated
        line = found.texts[sentence.part].rfind("\n", 0, sentence.start) + 1
        opens_paragraph = opens and bool(_HEAD.fullmatch(found.texts[sentence.part], line, sentence.start))
        quote = sentence.text[:30].strip()
        span = (sentence.start + start, sentence.start + end)
        yield fail_at(
            check, sentence.part, span, quote, left=year, right=subject.year, severity="error" if opens_paragraph else "warning"
        )


def _foreign_year(sentence: Span, year: int, masked: str) -> tuple[int, int, int, bool] | None:
    """The other year a sentence speaks of, its span in the sentence, and whether the sentence opens with it."""
    text = masked[sentence.start : sentence.end]
    match = _OPENING.match(text)
    if match is not None and int(match["year"]) != year:
        stated = int(match["year"])
        if stated > year:
            ahead = sentence.part == "sec5" or _AHEAD.search(text)
            return None if ahead else (stated, match.start("year"), match.end(), False)
        return None if _LISTED.search(text) else (stated, match.start("year"), match.end(), True)
    within = next((each for each in _WITHIN.finditer(text) if int(each["year"]) < year), None)
    if within is not None and not _LISTED.search(text):
        return int(within["year"]), within.start("year"), within.end(), False
    until = _UNTIL.search(text)
    if until is not None and int(until.group(1)) < year and not _LISTED.search(text):
        return int(until.group(1)), until.start(), until.end(), False
    return None


@rule(
    "Y-RELATIVE",
    severity="info",
    scope=TEXT,
    formula="用具体年度，不用“今年”“去年”“本年度”",
    message="“{quote}”指哪一年不明（报告次年才公布），全篇 {count} 处",
    remedy="请改用具体年度，或写“全年”“上年”",
)
def relative(subject: Subject, check: Check) -> Iterator[Finding]:
    """Words for years that depend on the day of reading; each word is reported once."""
    found = prose(subject)
    seen: dict[str, tuple[str, int, int]] = {}
    count: dict[str, int] = {}
    for part, text in found.masked.items():
        quoted = [match.span() for match in _QUOTED.finditer(text)]
        for match in _RELATIVE.finditer(text):
            if not any(start <= match.start() < end for start, end in quoted):
                seen.setdefault(match.group(), (part, *match.span()))
                count[match.group()] = count.get(match.group(), 0) + 1
    for word, (part, start, end) in seen.items():
        yield fail_at(check, part, (start, end), word, count=str(count[word]))
