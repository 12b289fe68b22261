"""Family TX, figures of the text among themselves: parts and totals, channels, repeats, the balance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assistant.checks.engine import Check, number, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import TEXT, Prose, fail_at, prose
from assistant.checks.subject import Subject
from assistant.language.quantities import Quantity

_MARKER = re.compile(r"[，,。；;：:（(]?\s?(?P<word>其中|包括|分别为)[：:，,]?")
_OPEN_LIST = re.compile(r"等|主要|部分|重点|多数|约|同时|又|还|另|尤其|特别")
_PARENT_SKIP = re.compile(
    r"(?:增加|增长|增|上升|提高|减少|下降|降低|减|占|[较比由从]?(?:上年度?|去年)(?:同期)?的?|由|从|至|到)[^，。；、]{0,2}$"
)
_STOP = re.compile(r"[。；;！？\n]")
_NOT_PART = re.compile(r"(?:增加|增长|上升|减少|下降|至|到|占|比|累计|共|合计|总计|共计|均|每|各)[^，、]{0,3}$|其中")
_CHANNEL = re.compile(
    r"(?:网上|网络|在线|互联网|网站|信函|邮寄|信件|当面|现场|窗口|传真|电子邮件|邮件|平台|其他(?:方式|渠道|途径)|口头)"
    r"[^，、；。]{0,10}$"
)
_WHOLE_CLAUSE = re.compile(r"[一-龥“”《》（）]{8,}$")
_YEARLY = re.compile(r"^(?:20\d\d\s?年(?:度)?[，,]?|全年|当年|年内)")
_SHARE_BEFORE = re.compile(r"占(?:比|到)?[^，。；、]{0,8}$")
_MAX_PARTS = 30


@dataclass(frozen=True, slots=True)
class Split:
    """A total followed by its parts, all with the same count word. ``open`` lists name only some of the parts."""

    part: str
    total: Quantity
    parts: tuple[Quantity, ...]
    open: bool

    @property
    def sum(self) -> Decimal:
        """What the parts add up to."""
        return sum((each.value for each in self.parts), Decimal(0))

    @property
    def span(self) -> tuple[int, int]:
        """From the total to the last part."""
        return self.total.start, self.parts[-1].unit_end


def splits(found: Prose) -> Iterator[Split]:
    """Totals with their parts: 共21条，其中甲8条、乙6条."""
    for part in found.texts:
        figures = found.statistics(part)
        for number_, total in enumerate(figures[:-1]):
            split = _split(found, part, figures, number_, total)
            if split is not None:
                yield split


def _split(found: Prose, part: str, figures: list[Quantity], index: int, total: Quantity) -> Split | None:
    text = found.masked[part]
    following = figures[index + 1]
    marker = _MARKER.search(text, total.unit_end, following.start)
    if marker is None or total.approximate:
        return None
    if _STOP.search(text, total.unit_end, marker.start() + 1) and text[marker.start()] != "。":
        return None
    total_at = _parent(text, figures, index)
    if total_at is None or not total_at.unit:
        return None
    parts, last = [], marker.end()
    for each in figures[index + 1 : index + 1 + _MAX_PARTS]:
        gap = text[last : each.start]
        if _STOP.search(gap) or each.unit != total_at.unit or _NOT_PART.search(gap):
            break
        parts.append(each)
        last = each.unit_end
    stop = _STOP.search(text, last)
    tail = text[last : stop.start() if stop else len(text)]
    if not parts or any(each.approximate for each in parts):
        return None
    listed = text[max(0, marker.start() - 3) : parts[-1].unit_end]
    loose = bool(_OPEN_LIST.search(listed)) or tail.startswith(("等", "以及", "，其余", "，其他", "、其他"))
    return Split(part, total_at, tuple(parts), loose)


def _parent(text: str, figures: list[Quantity], index: int) -> Quantity | None:
    """The total before a marker: changes, shares and last year's values beside it are passed over."""
    sentence = max(text.rfind(mark, 0, figures[index].start) for mark in "。\n！？") + 1
    for each in reversed(figures[: index + 1]):
        if each.start < sentence:
            break
        if each.unit != "%" and not _PARENT_SKIP.search(text[max(sentence, each.start - 10) : each.start]):
            return each
        if each.unit == "%" and not _SHARE_BEFORE.search(text[max(sentence, each.start - 12) : each.start]):
            continue
    return None


@rule(
    "TX-SUBSUM",
    severity="warning",
    scope=TEXT,
    formula="“共 N，其中……”未带“等”“主要”时，分项之和＝N",
    message="“{quote}”：总数 {left}，分项合计 {right}",
    remedy="请核对分项；只列一部分的，写“主要包括”或“等”",
)
def subsum(subject: Subject, check: Check) -> Iterator[Finding]:
    """Closed lists must add up."""
    found = prose(subject)
    for split in splits(found):
        if split.open or len(split.parts) < 2 or split.sum > split.total.value or _told_by_tables(found, split):
            continue
        if split.sum == split.total.value:
            yield check.passed(left=split.total.value, right=split.sum)
        elif split.sum * 10_000 != split.total.value:
            yield _mismatch(found, check, split)


def _told_by_tables(found: Prose, split: Split) -> bool:
    """Whether the total and all parts are cells of the tables as printed there: the tables hold the other parts."""
    told = {reading.quantity: reading for reading in found.readings[split.part] if reading.kind == "figure"}
    named = [told.get(each) for each in (split.total, *split.parts)]
    return all(each is not None and found.figures.total(each.keys) == each.quantity.value for each in named)


@rule(
    "TX-SUBSUM-OVER",
    severity="error",
    scope=TEXT,
    formula="分项之和≤总数",
    message="“{quote}”：总数 {left}，所列分项合计 {right}，超过总数",
    remedy="请核对总数和分项；分项之间有重叠的，请写明",
)
def subsum_over(subject: Subject, check: Check) -> Iterator[Finding]:
    """Parts never exceed their total."""
    found = prose(subject)
    for split in splits(found):
        if split.sum <= split.total.value:
            yield check.passed(left=split.total.value, right=split.sum)
        elif split.sum * 10_000 != split.total.value and split.sum != split.total.value * 10_000:
            yield _mismatch(found, check, split)


def _mismatch(found: Prose, check: Check, split: Split) -> Finding:
    start, end = split.span
    quote = found.texts[split.part][start:end]
    quote = quote if len(quote) <= 60 else f"{quote[:40]}……{quote[-18:]}"
    left, right = split.total.value, split.sum
    return fail_at(check, split.part, split.span, quote, left=left, right=right, difference=right - left)


@rule(
    "TX-CHANNEL",
    severity="warning",
    scope=TEXT,
    formula="新收申请按提交渠道分列时，各渠道之和＝新收件数",
    message="“{quote}”：各渠道合计 {left}，新收 {right}",
    remedy="请核对各渠道件数",
)
def channel(subject: Subject, check: Check) -> Iterator[Finding]:
    """Applications by channel add up to those received."""
    found = prose(subject)
    opening = found.lexicon.words.get("新收")
    key = found.lexicon.keys.get(frozenset({opening.concept.id})) if opening and opening.concept else None
    new = found.figures.value(key) if key else None
    if key is None or new is None:
        return
    sums = {new} | {found.figures.value(name) for name, terms in found.lexicon.terms.items() if key in terms and len(terms) == 2}
    for part, run in _channel_runs(found):
        total = sum((each.value for each in run), Decimal(0))
        text = found.masked[part]
        if total in sums:
            yield check.passed((key,), left=total, right=new)
        elif not _OPEN_LIST.match(text, run[-1].unit_end) and not _OPEN_LIST.search(text, run[0].unit_end, run[-1].start):
            span = (run[0].start, run[-1].unit_end)
            quote = found.clause(part, span[0]) + found.texts[part][span[0] : span[1]]
            yield fail_at(check, part, span, quote, cells=(key,), left=total, right=new)


def _channel_runs(found: Prose) -> Iterator[tuple[str, list[Quantity]]]:
    """Runs of at least two counts in one sentence, each named by a channel, where applications are spoken of."""
    for sentence in found.sentences:
        text = found.masked[sentence.part]
        if "申请" not in sentence.text.replace("依申请", ""):
            continue
        run: list[Quantity] = []
        last = sentence.start
        for each in found.statistics(sentence.part, sentence.start, sentence.end):
            named = each.unit == "件" and _CHANNEL.search(text[last : each.start].replace("□", ""))
            if named and (not run or not _STOP.search(text, last, each.start)):
                run.append(each)
            elif len(run) > 1:
                break
            else:
                run = []
            last = each.unit_end
        if len(run) > 1:
            yield sentence.part, run


@rule(
    "TX-SHARE-SUM",
    severity="warning",
    scope=TEXT,
    formula="同一组占比合计在 100%±（0.1×项数）之内",
    message="“{quote}”：各项占比合计 {left}%",
    remedy="请核对各项占比，或补上漏列的一项",
)
def share_sum(subject: Subject, check: Check) -> Iterator[Finding]:
    """Three shares or more in one sentence that are plainly meant to be all of it."""
    found = prose(subject)
    for sentence in found.sentences:
        text = found.masked[sentence.part]
        rates = [
            each
            for each in found.statistics(sentence.part, sentence.start, sentence.end)
            if each.unit == "%" and _SHARE_BEFORE.search(text[max(sentence.start, each.start - 12) : each.start])
        ]
        total = sum((each.value for each in rates), Decimal(0))
        if len(rates) < 3 or not 90 <= total <= 110 or _OPEN_LIST.search(sentence.text):
            continue
        if abs(total - 100) <= Decimal("0.1") * len(rates):
            yield check.passed(left=number(total))
        else:
            span = (rates[0].start, rates[-1].unit_end)
            yield fail_at(check, sentence.part, span, found.texts[sentence.part][span[0] : span[1]], left=number(total))


@rule(
    "TX-REPEAT",
    severity="error",
    scope=TEXT,
    formula="同一说法在正文多处出现，数应相同",
    message="“{quote}”前写 {left}，后写 {right}",
    remedy="请核对，全文统一为一个数",
)
def repeat(subject: Subject, check: Check) -> Iterator[Finding]:
    """The same clause before two different numbers. Only clauses of eight characters or more that agree to the letter."""
    found = prose(subject)
    seen: dict[tuple[str, str], tuple[str, Quantity]] = {}
    for part in found.texts:
        for each in found.statistics(part):
            words = _YEARLY.sub("", found.clause(part, each.start).strip())
            if not each.unit or not _WHOLE_CLAUSE.fullmatch(words) or "上年" in words or "其中" in words or _NOT_PART.search(words):
                continue
            first = seen.setdefault((words, each.unit), (part, each))[1]
            if first.value != each.value:
                left, right = number(first.value), number(each.value)
                yield fail_at(check, part, (each.start, each.unit_end), words, left=left, right=right)


@rule(
    "TX-BALANCE-TEXT",
    severity="error",
    scope=TEXT,
    formula="正文写出新收、上年结转、办结、结转下年四数时，新收＋上年结转＝办结＋结转下年",
    message="正文新收、上年结转与办结、结转下年不平：{line}",
    remedy="请核对四个数，并写明办结是否含上年结转",
)
def balance(subject: Subject, check: Check) -> Iterator[Finding]:
    """The text's own four figures; silent where one of them already disagrees with the table."""
    found = prose(subject)
    stated: dict[str, tuple[str, Quantity]] = {}
    for part, reading in found.all_readings():
        if reading.kind == "figure" and len(reading.keys) == 1 and reading.certain:
            stated.setdefault(reading.keys[0], (part, reading.quantity))
    for equation in subject.form.equations:
        if equation.rule != "T3-BALANCE" or not all(term in stated for term in equation.terms):
            continue
        values = {term: stated[term][1].value for term in equation.terms}
        if any(found.figures.value(term) not in (None, value) for term, value in values.items()):
            continue
        left, right = (sum((values[term] for term in side), Decimal(0)) for side in (equation.left, equation.right))
        if left == right:
            yield check.passed(equation.terms, left=left, right=right)
            continue
        line = "≠".join("＋".join(number(values[term]) for term in side) for side in (equation.left, equation.right))
        part, last = stated[equation.terms[-1]]
        yield fail_at(
            check,
            part,
            (last.start, last.unit_end),
            "",
            cells=equation.terms,
            left=left,
            right=right,
            difference=left - right,
            line=line,
        )
