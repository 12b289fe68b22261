"""Family TX, wording: statements without a number, approximations, units, published decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checks.engine import Check, number, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import TEXT, Prose, fail_at, prose
from assistant.checks.subject import Subject
from assistant.checks.wordings import Concept

_NOTHING = re.compile(
    r"(?P<neg>未收到|没有收到|未接到|没有接到|未受理|未发生|没有发生|未产生|没有产生|未引发|未出现|未制发|没有制发|未制定|没有制定|未废止|没有废止"
    r"|未作出|没有作出|未因|没有因|未被申请|未被提起|没有被申请|没有被提起"
    r"|(?:全年|均|也|且|暂|目前|年|年度|[本我](?:机关|单位|部门|街道|局|委|办|镇|乡|县|区|市)|[，。；：:\n]|^)无(?=[^，。；]{0,14}(?:复议|诉讼)|(?:政府)?(?:信息)?公开申请(?!人)|依申请公开(?:申请|办?件|事项)))"
    r"(?P<rest>[^，。；！\n]{0,60})",
    re.MULTILINE,
)
_BOTH = re.compile(r"(?P<rest>[^，。；：\n]{2,40})(?P<neg>均为)\s?[0０零〇]\s?[件起宗]")
_CAUSE = re.compile(r".*?(?:被申请|被提起|被|引发|引起|导致)的?")
_NO_CARRY = re.compile(
    r"(?P<last>上年度?|上一年度?)(?:没有|无|未有)结转|(?:没有|无)(?P<before>上年度?|上一年度?)结转|(?:没有|无)(?P<next>结转下(?:一)?年度?)"
)
_UNLIKE = re.compile(r"败诉|纠正|撤销|维持|确认违法|超期|逾期|不予受理|不满|信访|投诉|责任追究|泄密")
_OTHER_SCOPE = re.compile(r"[一-龥]{2,}(?:局|委|厅|镇|乡|街道|办公室)(?:未|没有|无)")
_ALL_DONE = re.compile(
    r"全部(?:按时|按期|依法|如期|及时)?(?:办结|答复|办理完毕)|均已(?:按时|按期|依法)?(?:办结|答复)|(?:办结|答复)率(?:达到?|为|均为|均达)?\s?100\s?%"
)
_EXCEPT = re.compile(r"结转|除|已(?:经)?办结的|尚在|办理中|正在办理")
_ROUGH = re.compile(r"余|多|左右|上下")
_ROUGH_BEFORE = re.compile(r"(?:近|将近|约|大约)\s?$")
_PUBLISHED = re.compile(r"(?:公开|公示|公布|发布|归集)[^，。；、]{0,12}$")
_NO_CHARGE = re.compile(r"(?:不涉及|没有|无|未涉及|未收取)(?:任何)?行政事业性收费")


@rule(
    "TX-NONE",
    severity="error",
    scope=TEXT,
    formula="正文写“未收到”“未发生”的，表中对应格应为 0",
    message="正文称“{quote}”，而{label}为 {right}",
    remedy="请核对正文和表格",
)
def none(subject: Subject, check: Check) -> Iterator[Finding]:
    """Statements that nothing happened."""
    found = prose(subject)
    for part, text in found.masked.items():
        for start, end, key in _denied(found, text):
            value = found.figures.value(key)
            cells = found.figures.cells(key)
            if value is None:
                yield check.unknown(check.missing(cells), cells=cells, what=f"正文“{text[start:end]}”")
            elif value == 0:
                yield check.passed(cells, left=0, right=value)
            else:
                yield fail_at(
                    check, part, (start, end), text[start:end], cells=cells, left=0, right=value, label=found.figures.label(key)
                )


def _denied(found: Prose, text: str) -> Iterator[tuple[int, int, str]]:
    """Which facts the text says are nought: span and fact key."""
    for match in _NO_CARRY.finditer(text):
        word = found.lexicon.words.get("上年结转" if match["last"] or match["before"] else match["next"])
        key = found.lexicon.keys.get(frozenset({word.concept.id})) if word and word.concept else None
        if key:
            yield match.start(), match.end(), key
    for match in (*_NOTHING.finditer(text), *_BOTH.finditer(text)):
        if _UNLIKE.search(match["rest"]) or _OTHER_SCOPE.search(text, max(0, match.start() - 12), match.start() + 2):
            continue
        for key in _keys_in(found, match.group(), match["neg"]):
            yield match.start(), match.end(), key


def _keys_in(found: Prose, words: str, negation: str) -> Iterator[str]:
    named: list[Concept] = []
    cause = _CAUSE.match(words)
    words = words[cause.end() :] if cause else words
    for match in found.lexicon.pattern.finditer(words):
        word = found.lexicon.words[match.group()]
        relevant = word.concept is not None and not word.weak and (not word.received or "申请" in words.replace("依申请", ""))
        if relevant and word.concept is not None and word.concept not in named:
            named.append(word.concept)
    subjects = [concept for concept in named if concept.subject]
    if not named and negation.endswith("无"):
        subjects = [concept for concept in found.lexicon.concepts if concept.default and concept.subject]
    details = [concept for concept in named if not concept.subject]
    for concept in subjects:
        pairs = [found.lexicon.keys.get(frozenset({concept.id, detail.id})) for detail in details]
        keys = [key for key in pairs if key] or ([key] if (key := found.lexicon.keys.get(frozenset({concept.id}))) else [])
        yield from keys


@rule(
    "TX-ALLDONE",
    severity="warning",
    scope=TEXT,
    formula="有结转下年时不写“全部办结”“100%”",
    message="正文称“{quote}”，而有 {right} 件结转下年",
    remedy="请改写为“已办结的申请均在法定期限内答复”，或写明结转件数",
)
def all_done(subject: Subject, check: Check) -> Iterator[Finding]:
    """Statements that everything was finished."""
    found = prose(subject)
    word = found.lexicon.words.get("结转下年度")
    key = found.lexicon.keys.get(frozenset({word.concept.id})) if word and word.concept else None
    left_over = found.figures.value(key) if key else None
    if key is None or left_over is None:
        return
    for sentence in found.sentences:
        match = _ALL_DONE.search(sentence.text)
        if match is None or ("申请" not in sentence.text and "办结率" not in sentence.text and "答复率" not in sentence.text):
            continue
        if re.search(r"建议|提案|留言|信访件|热线|工单", sentence.text) or left_over == 0 or _EXCEPT.search(sentence.text):
            yield check.passed((key,), right=left_over)
        else:
            span = (sentence.start + match.start(), sentence.start + match.end())
            yield fail_at(check, sentence.part, span, match.group(), cells=(key,), right=left_over)


@rule(
    "TX-APPROX",
    severity="info",
    scope=TEXT,
    formula="精确数前后不加“余”“多”“左右”",
    message="“{quote}”是精确数，不用“余”“多”“左右”",
    remedy="请写准数",
)
def approx(subject: Subject, check: Check) -> Iterator[Finding]:
    """Exact figures called rough."""
    found = prose(subject)
    for part, text in found.texts.items():
        for each in found.statistics(part):
            if not each.approximate or each.value < 10 or each.value % 10 == 0 or not each.raw.isdigit():
                continue
            if _ROUGH.match(text, each.end) or _ROUGH.match(text, each.unit_end) or _ROUGH_BEFORE.search(text, 0, each.start):
                start = max(0, each.start - 1)
                quote = text[start : each.unit_end + 2].strip("，。；、")
                yield fail_at(check, part, (each.start, each.unit_end), quote)


@rule(
    "TX-PUBCOUNT",
    severity="warning",
    scope=TEXT,
    formula="处理决定数量不写成公开条数",
    message="“{quote}”把表二的处理决定数量 {right} 写成了公开数",
    remedy="处理决定数量是作出的决定数，不是网上公开的条数；请改写为“作出……决定”，或改用公开条数",
)
def pubcount(subject: Subject, check: Check) -> Iterator[Finding]:
    """Numbers of decisions presented as numbers of published items."""
    found = prose(subject)
    rows = {concept.prose: concept for concept in found.lexicon.concepts if concept.rule == "TX-DEC" and concept.subject}
    for part, text in found.masked.items():
        for each in found.statistics(part):
            before = found.clause(part, each.start)
            name = next((prose_ for prose_ in rows if prose_ in before), None)
            if name is None or not _PUBLISHED.search(before) or each.value == 0:
                continue
            keys = [key for signature, key in found.lexicon.keys.items() if rows[name].id in signature]
            match = next((key for key in keys if found.figures.value(key) == each.value), None)
            if match is not None:
                quote = before + text[each.start : each.unit_end]
                yield fail_at(check, part, (each.start, each.unit_end), quote, cells=(match,), right=number(each.value))


@rule(
    "T2B-FEE-PAIR",
    severity="warning",
    scope=TEXT,
    formula="正文称不涉及行政事业性收费的，表二收费金额应为 0",
    message="正文称“{quote}”，而{label}为 {right}",
    remedy="请核对正文和表二",
)
def fee_pair(subject: Subject, check: Check) -> Iterator[Finding]:
    """No charges in the text, charges in the table."""
    found = prose(subject)
    word = found.lexicon.words.get("行政事业性收费")
    key = found.lexicon.keys.get(frozenset({word.concept.id})) if word and word.concept else None
    value = subject.value(key) if key else None
    if key is None or value is None:
        return
    for part, text in found.masked.items():
        for match in _NO_CHARGE.finditer(text):
            if value == 0:
                yield check.passed((key,), right=value)
            else:
                yield fail_at(check, part, match.span(), match.group(), cells=(key,), right=value, label=found.figures.label(key))
