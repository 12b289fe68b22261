"""Family N: self-names, names of other units, doubled characters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.grounding import given_texts
from assistant.checks.prose import TEXT, Prose, fail_at, prose
from assistant.checks.subject import Subject
from assistant.form import self_name

_SELF = re.compile(
    r"(?<![自小大])我(?:分局|支队|大队|总队|中心|街道|苏木|管委会|局|委|厅|部|办|院|行|校|站|处|省|市|县|区|镇|乡|州|盟|旗)(?![们国党军])"
    r"|本机关|(?:^|(?<=[，。；：\n年]))本(?:部门|办公室|单位|街道|局|委|厅|中心|镇|乡|县)(?!身|地|次|级)"
)
_REGION = re.compile(r"我[省市县区州盟旗]")
_OFFICE = re.compile(r"我(?:局|委|厅|办|中心|处|站)")
_ACTING = re.compile(
    r"(?:^|[，。；\n])(?:20\d\d年(?:度)?[，,]?)?(?P<name>我[省市县区])(?=认真|积极|坚持|严格|高度|深入|不断|持续|进一步|全面|切实|主动|共|新收|收到)"
)
_CUT = re.compile(r"(?:^|[，。；：\n])我(?=认真|积极|严格|高度重视|不断|切实|进一步|坚持|深入|大力|主动公开|按照|依法|共收到|新收)")
_TABLE_ROW = "本机关不掌握"
_DOUBLED = re.compile(
    r"局局(?![长部面势限])|性性(?![质能别格情])|在在(?![线建岗编任校押案册途])|的的(?![确士话])|了了(?![解结然])|和和(?![平谐睦美善])"
    r"|对对(?![象口接外照策方应标比等])|将将(?![来近军])|及及(?![时早])|是是(?!非)|信息信息(?![化网技系管])|公开公开(?![栏]?)|政府政府(?!网)|工作工作(?![人])"
)
_EMPTY = re.compile(r"（\s*）|\(\s*\)|《\s*》|“\s*”|【\s*】")
_PAIRS = (("（", "）"), ("《", "》"), ("“", "”"), ("〔", "〕"))
_NUMBERED = re.compile(r"[\d一二三四五六七八九十]$")
_MIN_NAME = 3


@rule(
    "N-SUBJECT",
    severity="warning",
    scope=TEXT,
    formula="自称与主体类型相符，全篇统一",
    message="{reason}",
    remedy="请统一自称：部门用“我局”等，政府用“我县”等，办公室用“本机关”",
)
def subject_names(subject: Subject, check: Check) -> Iterator[Finding]:
    """Self-names: one in the whole text, the right one for the kind of unit, none cut short."""
    found = prose(subject)
    places = _self_names(found)
    region = subject.kind is not None and subject.kind.self_name == "region"
    names = Counter(name for name, _, _ in places if region or not _REGION.fullmatch(name))
    if len(names) > 1:
        rare = min(names, key=lambda name: names[name])
        part, start = next((part, start) for name, part, start in places if name == rare)
        listed = "、".join(f"“{name}”{count} 处" for name, count in names.most_common())
        yield fail_at(check, part, (start, start + len(rare)), rare, reason=f"全篇自称不一：{listed}", marks=sorted(names))
    elif names:
        yield check.passed(left=next(iter(names)))
    yield from _wrong_kind(found, check, places)
    for part, text in found.masked.items():
        for match in _CUT.finditer(text):
            span = (match.end() - 1, match.end() + 4)
            yield fail_at(
                check,
                part,
                span,
                text[match.end() - 1 : match.end() + 4],
                reason=f"“{text[match.end() - 1 : match.end() + 4]}”的自称缺字",
            )


def _self_names(found: Prose) -> list[tuple[str, str, int]]:
    return [
        (match.group(), part, match.start())
        for part, text in found.masked.items()
        for match in _SELF.finditer(text.replace(_TABLE_ROW, "□" * len(_TABLE_ROW)))
    ]


def _wrong_kind(found: Prose, check: Check, places: list[tuple[str, str, int]]) -> Iterator[Finding]:
    subject = found.subject
    if subject.kind is None or subject.unit is None:
        return
    own = self_name(subject.kind, subject.unit.name, subject.unit.region or subject.unit.name)
    if subject.kind.self_name == "region":
        wrong = next(((name, part, start) for name, part, start in places if _OFFICE.fullmatch(name)), None)
    else:
        acting = ((match, part) for part, text in found.masked.items() for match in _ACTING.finditer(text))
        wrong = next(((match["name"], part, match.start("name")) for match, part in acting), None)
    if wrong is not None:
        name, part, start = wrong
        yield fail_at(check, part, (start, start + len(name)), name, reason=f"{subject.kind.label}自称“{name}”，宜用“{own}”")


@rule(
    "N-LEFTOVER",
    severity="error",
    scope=TEXT,
    formula="正文不出现同级其他单位的名称",
    message="正文出现“{quote}”，与报告主体不符",
    remedy="请核对是否误用了其他单位的文字",
)
def leftover(subject: Subject, check: Check) -> Iterator[Finding]:
    """Names of neighbours. A name that the unit's own notes mention is no leftover."""
    if subject.unit is None or not subject.unit.neighbours:
        return
    found = prose(subject)
    notes = "\n".join(given_texts(subject))
    own = (subject.unit.name, subject.unit.region, *subject.unit.aliases)
    clean = True
    for name in subject.unit.neighbours:
        if len(name) < _MIN_NAME or name in notes or any(name in each for each in own):
            continue
        for part, text in found.texts.items():
            at = text.find(name)
            if at >= 0:
                clean = False
                yield fail_at(check, part, (at, at + len(name)), name)
                break
    if clean:
        yield check.passed()


@rule(
    "N-DUP",
    severity="info",
    scope=TEXT,
    formula="没有叠字、空括号和未闭合的括号、引号",
    message="{reason}",
    remedy="请改正文字",
)
def doubled(subject: Subject, check: Check) -> Iterator[Finding]:
    """Slips of the pen."""
    found = prose(subject)
    for part, text in found.texts.items():
        for pattern, what in ((_DOUBLED, "疑有叠字"), (_EMPTY, "是空的")):
            for match in pattern.finditer(text):
                yield fail_at(check, part, match.span(), match.group(), reason=f"“{match.group()}”{what}")
        yield from _unclosed(check, part, text)


def _unclosed(check: Check, part: str, line: str) -> Iterator[Finding]:
    for left, right in _PAIRS:
        at = _unpaired(line, left, right)
        if at >= 0:
            words = line[max(0, at - 8) : at + 9].replace("\n", "")
            reason = f"“{words}”处的“{line[at]}”不成对"
            yield fail_at(check, part, (at, at + 1), words, reason=reason)


def _unpaired(line: str, left: str, right: str) -> int:
    """Where the first unpaired mark stands, -1 if all are paired. The bracket of a list mark (1） 一）) needs no partner."""
    open_at: list[int] = []
    for at, char in enumerate(line):
        if char == left:
            open_at.append(at)
        elif char == right and open_at:
            open_at.pop()
        elif char == right and not (right == "）" and _NUMBERED.search(line[max(0, at - 3) : at])):
            return at
    return open_at[0] if open_at else -1
