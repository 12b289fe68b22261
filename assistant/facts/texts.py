"""Facts of the written part of a submission: notes, problems, measures, follow-ups, their figures, the fee, the unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.facts.model import Fact
from assistant.facts.tables import plain_number
from assistant.form import Form, Source, scope_word, self_name, unit_kinds
from assistant.language.quantities import Quantity, statistics
from assistant.submission.model import Submission

_STATUS = {"resolved": "已解决", "partial": "部分解决", "ongoing": "继续推进"}
_CONTACT = {"unit": "联系单位", "address": "地址", "zip": "邮编", "phone": "电话", "fax": "传真", "email": "邮箱"}
_SNIPPET = 14


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text of the submission. ``figures`` is the prefix of its figures' keys (``note.n3``)."""

    key: str
    figures: str
    label: str
    text: str
    source: str


def source_texts(submission: Submission, form: Form) -> Iterator[SourceText]:
    """Notes, problems, measures and follow-ups of this year, in order; follow-ups are numbered by position from 1."""
    headings = {aspect.key: aspect.heading for aspect in form.aspects}
    headings |= {section.key: section.title for section in form.sections}
    for note in submission.notes:
        label = f"素材{note.id}（{headings.get(note.aspect, note.aspect)}）"
        yield SourceText(note.id, f"note.{note.id}", label, note.text, note.source or _place(note.origin))
    for problem in submission.problems:
        yield SourceText(problem.id, f"problem.{problem.id}", f"问题{problem.id}", problem.text, _place(problem.origin))
    for item in submission.improvements:
        yield SourceText(item.id, f"improve.{item.id}", f"改进措施{item.id}", item.text, _place(item.origin))
    for number, follow in enumerate(submission.follow_ups, 1):
        label = f"整改回应f{number}（{follow.problem}，{_STATUS[follow.status]}）"
        yield SourceText(f"f{number}", f"follow.f{number}", label, follow.text, _place(follow.origin))


def previous_texts(previous: Submission) -> Iterator[Fact]:
    """Last year's problems and measures. Its notes are no facts of this year."""
    for problem in previous.problems:
        yield Fact(f"prev.{problem.id}", "text", f"上年问题{problem.id}", None, problem.text, "", f"上年{_place(problem.origin)}")
    for item in previous.improvements:
        yield Fact(f"prev.{item.id}", "text", f"上年改进措施{item.id}", None, item.text, "", f"上年{_place(item.origin)}")


def text_fact(item: SourceText) -> Fact:
    """The fact of a whole text."""
    return Fact(item.key, "text", item.label, None, item.text, "", item.source)


def quantity_facts(item: SourceText) -> Iterator[Fact]:
    """The figures of a text, numbered from 1, left to right."""
    last = 0
    name = item.figures.rpartition(".")[2]
    for number, found in enumerate(statistics(item.text), 1):
        yield Fact(
            key=f"{item.figures}.{number}",
            kind="quantity",
            label=f"{item.label.partition(name)[0]}{name}“{_snippet(item.text, last, found)}”",
            value=found.value,
            text=found.slot_text,
            unit=found.unit,
            source=item.source,
            approximate=found.approximate,
            start=found.start,
            end=found.end,
        )
        last = found.unit_end


def _snippet(text: str, last: int, found: Quantity) -> str:
    """The words a figure stands with, from the mark or figure before it."""
    start = max(last, found.start - _SNIPPET)
    for mark in "，。；：、（ \n":
        start = max(start, text.rfind(mark, start, found.start) + 1)
    return text[start : found.unit_end]


def fee_facts(submission: Submission) -> Iterator[Fact]:
    """The information processing fee: ``fee`` as a whole, ``fee.count``, ``fee.yuan``. Nothing when it is not stated."""
    fee = submission.fee
    if fee is None:
        return
    source = _place(fee.origin)
    parts = []
    if fee.count is not None:
        parts.append(f"{fee.count}件")
        yield Fact("fee.count", "fee", "信息处理费件数", Decimal(fee.count), str(fee.count), "件", source)
    if fee.yuan is not None:
        parts.append(f"{plain_number(fee.yuan)}元")
        yield Fact("fee.yuan", "fee", "信息处理费金额", fee.yuan, plain_number(fee.yuan), "元", source)
    if parts:
        yield Fact("fee", "text", "政府信息公开信息处理费", None, "未收取" if fee.count == 0 else "、".join(parts), "", source)


def year_facts(year: int) -> Iterator[Fact]:
    """The report year, its neighbours and the period of the statistics."""
    for key, label, value in (("year", "报告年度", year), ("year.prev", "上年", year - 1), ("year.next", "下一年", year + 1)):
        yield Fact(key, "year", label, Decimal(value), str(value), "", "填报件")
    yield Fact("period", "year", "统计期限", None, f"{year}年1月1日至{year}年12月31日", "", "报告年度")


def unit_facts(submission: Submission) -> Iterator[Fact]:
    """The unit profile: only what the unit itself filled in, and how it speaks of itself."""
    unit = submission.unit
    kind = unit_kinds()[unit.kind]
    own, scope = self_name(kind, unit.name, unit.region), scope_word(kind, unit.name, unit.region)
    entries = [("unit", "填报单位", unit.name), ("unit.name", "单位全称", unit.name), ("unit.site", "公开网址", unit.site)]
    entries += [("unit.region", "行政区", unit.region), ("unit.self", "自称", own), ("unit.scope", "统计范围", scope)]
    entries += [(f"unit.contact.{key}", label, getattr(unit.contact, key)) for key, label in _CONTACT.items()]
    for key, label, value in entries:
        if value:
            yield Fact(key, "name", label, None, value, "", "单位档案")


def _place(source: Source) -> str:
    return source.place or source.file or "填报件"
