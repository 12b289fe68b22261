"""Family COV on written text: aspects, results of Article 50 (4), problems, measures, fee."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding, SeverityName
from assistant.checks.prose import TEXT, Prose, fail_at, prose
from assistant.checks.subject import Subject
from assistant.form import Aspect, StatutoryResult

_GAP = re.compile(r"【待补[^】]*】")
_NOT_TEXT = re.compile(r"[\W_]+")
_HEADING = re.compile(
    r"^\s*(?:[（(][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.．、])\s*[^。；！？]{2,24}$"
)
_PROBLEM = re.compile(r"问题|不足|短板|差距|薄弱|欠缺|有待|不够|困难|滞后|偏少|偏晚|不高|不强|不到位|单一|缺乏|较大")
_MEASURE = re.compile(r"改进|措施|下一步|将|整改|加强|计划|今后|改为|办法|推进|完善|提升|优化|年起|落实|强化|规范|健全|解决")
_NOTHING = frozenset({"无", "没有", "暂无", "无问题", "不存在问题"})
_ENOUGH = 10
_ASPECT_RULES = ("ACTIVE", "REQUEST", "MGMT", "PLATFORM", "SUPERVISE")
_RESULT_RULES = ("ASSESS", "SOCIAL", "ACCOUNT")


def _plain(text: str) -> str:
    """The words of a text without gap marks and punctuation."""
    return _NOT_TEXT.sub("", _GAP.sub("", text))


def _marked(found: Prose, key: str) -> tuple[str, int, int, str] | None:
    """The gap mark for something, if the draft has one: part, span, words."""
    for placed in found.subject.sentences:
        if placed.sentence.gap == key:
            return placed.part, placed.start, placed.end, placed.sentence.rendered
    return None


def _body(found: Prose, *parts: str) -> str:
    """The masked text of some parts, headings left out."""
    lines = [line for part in parts for line in found.masked.get(part, "").split("\n")]
    return "\n".join(line for line in lines if not _HEADING.match(line))


def _missing(found: Prose, check: Check, key: str, what: str, severity: SeverityName, remedy: str) -> Finding:
    marked = _marked(found, key)
    if marked is not None:
        part, start, end, words = marked
        message = f"{what}待补：正文已标出，尚未补写"
        return fail_at(check, part, (start, end), words[:60], severity=severity, message=message, remedy=remedy)
    return check.fail(severity=severity, message=f"{what}没有写；没有发生的也要写明", remedy=remedy, section=key, marks=(key,))


def _aspect(subject: Subject, check: Check) -> Iterator[Finding]:
    aspect = next((aspect for aspect in subject.form.aspects if aspect.rule == check.rule.id), None)
    if aspect is None or not any(part.startswith("s1.") or part == "sec1" for part in subject.texts):
        return
    found = prose(subject)
    if _written(found, aspect) and _marked(found, aspect.key) is None:
        yield check.passed()
    else:
        yield _missing(found, check, aspect.key, f"总体情况的“{aspect.heading}”", aspect.missing, f"请补充{aspect.ask}")


def _written(found: Prose, aspect: Aspect) -> bool:
    """Whether an aspect has substance: its own part has, or the whole first section speaks of it."""
    own = found.subject.texts.get(aspect.key)
    if own is not None:
        return len(_plain(_body(found, aspect.key))) >= _ENOUGH
    whole = found.masked.get("sec1", "")
    return any(word in whole for word in aspect.words)


for _name in _ASPECT_RULES:
    rule(
        f"COV-ASPECT-{_name}",
        severity="error",
        or_severity=("warning",),
        scope=TEXT,
        formula="总体情况的五个方面各有实质内容",
        message="总体情况缺一个方面",
        reason="格式文件；2019 版为提醒",
    )(_aspect)


def _result(subject: Subject, check: Check) -> Iterator[Finding]:
    result = next((result for result in subject.form.results if result.rule == check.rule.id), None)
    if result is None or subject.kind is None or not subject.kind.results or not subject.texts:
        return
    found = prose(subject)
    if _told(found, result) and _marked(found, result.key) is None:
        yield check.passed()
    else:
        yield _missing(found, check, result.key, f"“{result.name}”结果", subject.kind.results, f"请补充{result.ask}")


def _told(found: Prose, result: StatutoryResult) -> bool:
    text = _GAP.sub("", "\n".join(found.masked.values()))
    counted = rf"{result.name[-2:]}了?\s?\d"
    return any(word in text for word in result.words) or re.search(counted, text) is not None


for _name in _RESULT_RULES:
    rule(
        f"COV-ART50-{_name}",
        severity="error",
        or_severity=("warning", "info"),
        scope=TEXT,
        formula="各级人民政府写明工作考核、社会评议、责任追究结果",
        message="缺一项结果",
        reason="条例第五十条第一款第四项",
    )(_result)


@rule(
    "COV-PROBLEM",
    severity="error",
    scope=TEXT,
    formula="第五部分写明存在的主要问题，不少于 10 字",
    message="第五部分没有写存在的主要问题",
    remedy="请写明当年存在的问题，要有对象和事实",
)
def problem(subject: Subject, check: Check) -> Iterator[Finding]:
    """The fifth section is not empty."""
    if "sec5" not in subject.texts and not subject.sentences:
        return
    found = prose(subject)
    words = _plain(_body(found, "sec5"))
    marked = any(placed.part == "sec5" and placed.sentence.gap in ("problems", "sec5") for placed in subject.sentences)
    if len(words) >= _ENOUGH and words not in _NOTHING and not marked:
        yield check.passed()
    elif marked or _GAP.search(subject.texts.get("sec5", "")):
        yield check.fail(section="sec5", message="第五部分的问题待补：正文已标出，尚未补写")
    else:
        yield check.fail(section="sec5")


@rule(
    "COV-IMPROVE",
    severity="error",
    scope=TEXT,
    formula="有问题就有改进，有改进就有问题",
    message="第五部分{reason}",
    remedy="请逐条对应，补写缺的一半",
)
def improve(subject: Subject, check: Check) -> Iterator[Finding]:
    """Problems and measures come together."""
    found = prose(subject)
    text = _GAP.sub("", _body(found, "sec5"))
    if len(_plain(text)) < _ENOUGH:
        return
    problems, measures = bool(_PROBLEM.search(text)), bool(_MEASURE.search(text))
    if problems and measures:
        yield check.passed()
    elif problems or measures:
        reason = "写了问题，没有写改进情况" if problems else "写了改进措施，没有写存在的问题"
        yield check.fail(section="sec5", reason=reason)


@rule(
    "COV-FEE",
    severity="warning",
    scope=TEXT,
    formula="第六部分说明信息处理费收取情况（包括没有收取）",
    message="没有说明信息处理费的收取情况",
    remedy="请补写当年是否收取信息处理费；收取的写明件数和金额",
)
def fee(subject: Subject, check: Check) -> Iterator[Finding]:
    """The fee sentence of the sixth section."""
    if not subject.form.fee.required or ("sec6" not in subject.texts and not subject.sentences):
        return
    found = prose(subject)
    marked = next((placed for placed in subject.sentences if placed.part == "sec6" and placed.sentence.gap), None)
    if "信息处理费" in _GAP.sub("", "".join(found.masked.values())) and marked is None:
        yield check.passed()
    elif marked is not None:
        span = (marked.start, marked.end)
        yield fail_at(check, "sec6", span, marked.sentence.rendered[:60], message="信息处理费的收取情况待补：正文已标出，尚未补写")
    else:
        yield check.fail(section="sec6")


@rule(
    "COV-EMPTYSEC",
    severity="warning",
    scope=TEXT,
    formula="小节不能只有标题或一句口号",
    message="“{quote}”下面没有内容",
    remedy="请补写这一节，或删去标题",
)
def empty_section(subject: Subject, check: Check) -> Iterator[Finding]:
    """Headings with nothing under them, and aspects of a few characters."""
    found = prose(subject)
    headings = {aspect.key: aspect.heading for aspect in subject.form.aspects}
    for part, text in found.texts.items():
        lines = [line for line in text.split("\n") if line.strip()]
        for line, following in zip(lines, [*lines[1:], ""], strict=True):
            if _HEADING.match(line) and (not following or (_HEADING.match(following) and _rank(following) >= _rank(line))):
                at = text.find(line)
                yield fail_at(check, part, (at, at + len(line)), line.strip())
        if part in headings and not _GAP.search(text) and 0 < len(_plain(_body(found, part))) < _ENOUGH:
            yield fail_at(check, part, (0, len(text)), headings[part])


def _rank(line: str) -> int:
    """How high a heading stands: 3 一、, 2 （一）, 1 1."""
    head = line.strip()
    return 3 if re.match(r"[一二三四五六七八九十]+、", head) else 2 if head[0] in "（(" else 1
