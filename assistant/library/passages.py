"""Cuts a report into passages along its own structure: part, aspect, problem, improvement, follow-up. Sentences stay whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.form import Aspect, Form, FormRegistry
from assistant.language.quantities import Quantity, statistics
from assistant.language.text import sentence_spans, strip_control
from assistant.library.model import Figure, Piece, Role
from assistant.library.roles import RoleReader
from assistant.report.model import Report

LONGEST = 120
PREFACE = "preface"
GAP = "【待补"
_MARK = re.compile(r"^\s*(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、．](?!\d))\s*")
_INLINE = re.compile(r"^\s*[（(][一二三四五六七八九十]{1,3}[)）]\s*([^。：:，；]{2,20})[。：:]")
_LONGEST_HEADING = 40
_MOST_CELLS = 12

# What every report says of itself, or what a page leaves behind: not worth finding.
_FIXED = (
    re.compile(r"(?:根据|依据|按照).{0,60}(?:条例|格式|规定|要求).*(?:编制|公布|制作|形成|撰写|发布)"),
    re.compile(r"统计(?:数据)?的?(?:期限|时限|时间)|所列数据.{0,12}期限|20\d\d年1月1日.{0,6}12月31日(?:止|。|$)"),
    re.compile(r"(?:电子版|报告全文|本报告).{0,90}(?:查阅|下载|查询|公布|刊登)"),
    re.compile(r"(?:如有|如对|对本报告).{0,20}(?:疑问|建议|联系)|^(?:联系)?(?:电话|地址|邮编|邮政编码|传真|邮箱)[：:]"),
    re.compile(r"(?:本报告|年度报告|报告).{0,10}由.{0,240}(?:部分|方面)?(?:组成|构成)|^(?:全文|本报告)(?:包括|共).{0,60}"),
    re.compile(
        r"^(?:主要)?问题和?(?:及)?改进(?:措施|情况)如下|^对照?.{0,12}(?:主要)?问题和?改进措施如下|^20\d\d年存在的主要问题和改进措施如下"
        r"|^(?:20\d\d年)?[^。，]{0,6}存在(?:的|以下)?主要问题[^。]{0,4}(?:逐项提出改进措施|如下)[。：]?$"
    ),
    re.compile(r"^(?:无|没有)?(?:其他需要报告的事项|其他需报告的事项)?(?:无)?[。.]?$|^(?:无|没有)其他(?:需要)?报告的?事项[。.]?$"),
    re.compile(r"^[［\[【(（]?(?:表[一二三四]|附件|附表)[\]］】)）]?[:：]?.{0,12}$"),
)


@dataclass
class _Paper:
    """The text of a source as it is put together; pieces point into it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0

    def write(self, text: str) -> int:
        """Append a stretch and a line break; where it begins."""
        start = self.length
        self.parts.append(f"{text}\n")
        self.length += len(text) + 1
        return start

    @property
    def text(self) -> str:
        return "".join(self.parts)


def report_pieces(report: Report, registry: FormRegistry) -> tuple[str, tuple[Piece, ...]]:
    """The text of a report and its passages, in order.

    The text is title, preface and narrative parts one under the other, tables left out. Gap marks, fixed phrases and what a
    web page adds are no passages; no sentence is ever cut.

    Args:
        report: the report as read.
        registry: the known forms; the report's own decides what the aspects are called, the newest if it has none.
    """
    form = registry.get(report.form) if report.form else registry.forms[-1]
    paper = _Paper()
    paper.write(report.title)
    cutter = _Cutter(report, form)
    pieces = list(cutter.preface(paper))
    for section in report.sections:
        mark = section.number.rstrip("、.． ")
        heading = f"{mark}、{section.title}" if mark else section.title
        paper.write(heading)
        body = strip_control(section.text)
        start = paper.write(body)
        pieces += cutter.section(section.key, heading, body, start, section.source.place)
    return paper.text, tuple(pieces)


class _Cutter:
    """Cuts one report."""

    def __init__(self, report: Report, form: Form) -> None:
        self.report, self.form = report, form
        self.narrative = {section.key for section in form.sections if section.kind == "narrative"}
        self.first = next((section.key for section in form.sections if section.kind == "narrative"), "")
        self.last_year = (report.year or 0) - 1
        self.cells = _cells_by_value(report, form)

    def preface(self, paper: _Paper) -> Iterator[Piece]:
        text = strip_control(self.report.preface)
        start = paper.write(text)
        for line_start, line in _lines(text):
            yield from self._pieces(PREFACE, "", ("前言",), line, start + line_start, "", None)

    def section(self, key: str, heading: str, text: str, start: int, place: str) -> Iterator[Piece]:
        path: tuple[str, ...] = (heading,)
        aspect = ""
        problems = key != self.first and "问题" in heading
        roles = RoleReader(self.report.year) if problems else None
        for line_start, line in _lines(text):
            if _is_heading(line):
                path = (heading, line.strip())
                aspect = self._aspect(line) if key == self.first else ""
                if roles:
                    roles.heading(line)
                continue
            inline = _INLINE.match(line) if key == self.first else None
            if inline:
                aspect, path = self._aspect(inline.group(1)), (heading, inline.group(1))
            own = aspect or (self._aspect_of_text(line) if key == self.first else "")
            yield from self._pieces(key, own, path, line, start + line_start, place, roles)

    def _pieces(
        self, key: str, aspect: str, path: tuple[str, ...], line: str, start: int, place: str, roles: RoleReader | None
    ) -> Iterator[Piece]:
        spans = sentence_spans(line)
        labelled: list[tuple[int, int, Role]] = []
        if roles:
            roles.paragraph()
        for begin, end in spans:
            sentence = line[begin:end]
            role: Role = roles.sentence(sentence) if roles else "text"
            if GAP in sentence or is_fixed(sentence):
                labelled.append((begin, end, "article"))  # no role of a report: a break between passages
            else:
                labelled.append((begin, end, role))
        for begin, end, role in _grouped(labelled):
            text = line[begin:end]
            figures = tuple(self._figure(found) for found in statistics(text))
            yield Piece(key, role, text, start + begin, start + end, aspect, None, path, place, figures)

    def _figure(self, found: Quantity) -> Figure:
        keys = [key for key, unit in self.cells.get(found.value, ()) if found.unit in ("", unit)]
        return Figure(found.start, found.end, found.value, found.unit, tuple(keys[:_MOST_CELLS]))

    def _aspect(self, heading: str) -> str:
        """The aspect a sub-heading names: by its own heading first, then by the words of the form."""
        bare = _MARK.sub("", heading)
        named = [aspect for aspect in self.form.aspects if aspect.heading in bare]
        if named:
            return max(named, key=lambda aspect: len(aspect.heading)).key
        return _by_words(bare, self.form.aspects, 1)

    def _aspect_of_text(self, line: str) -> str:
        return _by_words(line, self.form.aspects, 2)


def _by_words(text: str, aspects: Sequence[Aspect], least: int) -> str:
    scores = {aspect.key: sum(word in text for word in aspect.words) for aspect in aspects}
    best = max(scores, key=lambda key: scores[key], default="")
    unsure = [key for key, score in scores.items() if best and score == scores[best]]
    return best if best and scores[best] >= least and len(unsure) == 1 else ""


def _cells_by_value(report: Report, form: Form) -> dict[Decimal, list[tuple[str, str]]]:
    """Value as a text would state it → cells and their units. Zeros are left out: too many cells are zero."""
    found: dict[Decimal, list[tuple[str, str]]] = {}
    for key, cell in report.cells.items():
        definition = form.cells.get(key)
        if not cell.ok or not cell.value or definition is None:
            continue
        money = definition.unit == "万元"
        value = cell.value * 10_000 if money else cell.value
        found.setdefault(value, []).append((key, "元" if money else definition.unit))
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _is_heading(line: str) -> bool:
    bare = line.strip()
    if len(bare) > _LONGEST_HEADING or bare[-1:] in "。；;，,！？":
        return False
    return bool(_MARK.match(bare)) or (len(bare) <= 20 and bare[-1:] not in "：:")


def is_fixed(sentence: str) -> bool:
    """Whether a sentence is one that every report carries, or no sentence at all."""
    bare = sentence.strip()
    return len(bare) < 4 or any(pattern.search(bare) for pattern in _FIXED)


def _grouped(sentences: Sequence[tuple[int, int, Role]]) -> Iterator[tuple[int, int, Role]]:
    """Neighbouring sentences of one role, cut into even stretches of at most ``LONGEST`` characters where they are longer."""
    run: list[tuple[int, int, Role]] = []
    for sentence in (*sentences, None):
        if run and (sentence is None or sentence[2] != run[0][2]):
            if run[0][2] != "article":
                yield from _split(run)
            run = []
        if sentence is not None:
            run.append(sentence)


def _split(run: Sequence[tuple[int, int, Role]]) -> Iterator[tuple[int, int, Role]]:
    whole = run[-1][1] - run[0][0]
    target = whole / -(-whole // LONGEST)
    start = run[0][0]
    for number, (_begin, end, role) in enumerate(run):
        following = run[number + 1][1] if number + 1 < len(run) else None
        if following is None or end - start >= target or following - start > LONGEST:
            yield start, end, role
            start = run[number + 1][0] if following is not None else end
