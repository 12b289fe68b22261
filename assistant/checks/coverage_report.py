"""Family COV on finished reports: what only wording tells — measures that answer no problem, a lost 不, unreported documents."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from assistant.checks.engine import Check, Scope, rule
from assistant.checks.finding import Finding
from assistant.checks.subject import Subject

_TEXT: tuple[Scope, ...] = ("draft", "report")
_SOLVED = re.compile(r"(?:解决|存在|克服|消除)了?(?P<list>[^。；！？\n]{2,80}?)等(?:方面的?)?(?:突出|主要|实际)?问题")
_GOOD_END = re.compile(r"(?:到位|完善|健全|规范|及时|准确|全面|明确|丰富|顺畅|合理|科学|高效|有力|充分|充足|落实|扎实|显著|满意)$")
_NEGATION = re.compile(r"[不未没无非欠缺少低差弱难慢乱旧]|有待|尚待|单一|滞后|薄弱|匮乏|过于|问题|是否|能否")
_DENIAL_HAPPENED = re.compile(r"(?<![未没])(?<!没有)(?<!未曾)(?<!从未)发生(?:过)?(?:[^，。；\n]{0,6})不予公开[^，。；\n]{0,4}情况")
_ISSUED = re.compile(
    r"(?:印发|出台|制定|制发|颁布|修订)[^。；\n]{0,24}?《(?P<name>[^》]{4,60}(?:办法|规定|细则|指南|规则|制度|意见|决定|通告))》"
)
_ITEM = re.compile(r"[一二三四五六七八九十]是|[(（][一二三四五六七八九十]{1,2}[)）]|(?<!\d)\d{1,2}[.．、](?!\d)|[①②③④⑤⑥⑦⑧⑨]")
_MEASURES_BEGIN = re.compile(
    r"(?:下一步|今后|改进(?:措施|情况|方向|思路)|整改措施|下步|针对(?:上述|以上|存在|这些)|采取以下措施|采取如下措施|20\d\d年[,，]?(?:我|本|将))"
)
_SHORT = 30


@rule(
    "COV-LOGIC",
    severity="warning",
    scope=_TEXT,
    formula="列为问题的是缺点，没有漏写“不”“未”",
    message="“{words}”读来自相矛盾，{hint}",
    reason="把正面的词当问题，多半是漏字；原文不作改动",
    remedy="请核对这一句是否漏字",
)
def logic(subject: Subject, check: Check) -> Iterator[Finding]:
    """Good qualities listed as problems, and refusals said to have happened where a denial is meant."""
    clean = True
    for part, text in subject.texts.items():
        for start, item in _praised_problems(text):
            clean = False
            hint = "把做得好的方面列为问题，疑漏“不”字"
            yield check.fail(section=part, quote=item, span=(start, start + len(item)), words=item, hint=hint)
        for match in _DENIAL_HAPPENED.finditer(text):
            clean = False
            yield check.fail(section=part, quote=match.group(), span=match.span(), words=match.group(), hint="疑漏“未”字")
    if clean and subject.texts:
        yield check.passed()


def _praised_problems(text: str) -> Iterator[tuple[int, str]]:
    """Members of a list of solved problems that end in praise, with their places."""
    for match in _SOLVED.finditer(text):
        place = match.start("list")
        for item in re.split("(、)", match.group("list")):
            if item != "、" and _GOOD_END.search(item) and not _NEGATION.search(item):
                yield place, item
            place += len(item)


@rule(
    "COV-NORM-MENTION",
    severity="info",
    scope="report",
    formula="正文提到印发制度文件的，核对是否属于表二的规范性文件",
    message="表二规章、规范性文件各格都是 0，正文提到印发《{name}》，请核对是否属于规范性文件",
    reason="制度文件未必是规范性文件，只提示核对，不改数",
    remedy="属于规范性文件的请改表二，不属于的不必改",
)
def documents_mentioned(subject: Subject, check: Check) -> Iterator[Finding]:
    """Documents said to have been issued while the table reports none."""
    keys = _document_cells(subject)
    if subject.report is None or not keys:
        return
    values = check.values(keys)
    if values is None:
        yield check.unknown(check.missing(keys), cells=keys)
        return
    found = [(part, match) for part, text in subject.texts.items() for match in _ISSUED.finditer(text)]
    if any(values.values()) or not found:
        yield check.passed(keys)
        return
    part, match = found[0]
    yield check.fail(cells=keys, section=part, quote=match.group(), span=match.span(), name=match.group("name"))


def _document_cells(subject: Subject) -> tuple[str, ...]:
    """The cells of the block that counts documents: the one with the row of normative documents."""
    rows = [definition for definition in subject.form.cells.values() if definition.row is not None and definition.row.key == "norm"]
    places = {(definition.table, definition.block) for definition in rows}
    return tuple(key for key, definition in subject.form.cells.items() if (definition.table, definition.block) in places)


@dataclass(frozen=True)
class _Kind:
    """A kind of problem with the words that name the lack and the words that answer it."""

    lacks: tuple[str, ...]
    answers: tuple[str, ...]


@lru_cache(maxsize=1)
def _kinds() -> tuple[_Kind, ...]:
    text = (resources.files("assistant.checks") / "data" / "answers.toml").read_text(encoding="utf-8")
    return tuple(_Kind(tuple(row["lacks"]), tuple(row["answers"])) for row in tomllib.loads(text)["kinds"])


@rule(
    "COV-PAIR",
    severity="warning",
    scope="report",
    formula="每个问题至少有一条对应的改进措施",
    message="问题“{problem}”没有直接对应的措施",
    reason="问题与改进逐条对应，才能看出怎样解决；按用语判断，可能另有说法",
    remedy="请补写针对这个问题的措施，已有的请写明对应关系",
)
def paired(subject: Subject, check: Check) -> Iterator[Finding]:
    """Problems whose lack no measure takes up. Lexical and cautious: a problem of no known kind is not judged."""
    problems, measures = problems_and_measures(subject.texts.get("sec5", ""))
    if subject.report is None or not problems or not measures:
        return
    whole = "\n".join(measures)
    judged = [(start, text, kinds) for start, text in problems if (kinds := _kinds_of(text))]
    silent = [(start, text) for start, text, kinds in judged if not any(word in whole for kind in kinds for word in kind.answers)]
    for start, text in silent:
        shown = text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
        yield check.fail(section="sec5", quote=text, span=(start, start + len(text)), problem=shown)
    if judged and not silent:
        yield check.passed()


def _kinds_of(problem: str) -> list[_Kind]:
    return [kind for kind in _kinds() if any(word in problem for word in kind.lacks)]


def problems_and_measures(text: str) -> tuple[list[tuple[int, str]], list[str]]:
    """The numbered problems of part five with their places, and the measures after them; empty when it is not written so.

    The measures begin where the text turns to next year, to 下一步 or to 改进措施. One problem a mark (一是, （一）, 1.).
    """
    turn = next((match.start() for match in _MEASURES_BEGIN.finditer(text) if _ITEM.search(text, 0, match.start())), None)
    if turn is None:
        return [], []
    marks = list(_ITEM.finditer(text, 0, turn))
    ends = [*(match.start() for match in marks[1:]), turn]
    problems = []
    for match, end in zip(marks, ends, strict=True):
        words = re.split(r"[。；\n]", text[match.end() : end])[0]
        if words.strip():
            problems.append((match.end(), words))
    return problems, [line for line in text[turn:].split("\n") if line.strip()]
