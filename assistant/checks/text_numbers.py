"""Family TX, figures: what the text states against the tables, last year and its own parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from assistant.checks.engine import Check, Judge, number, rule
from assistant.checks.finding import Finding, SeverityName
from assistant.checks.grounding import ungrounded
from assistant.checks.prose import TEXT, Prose, Slot, fail_at, prose
from assistant.checks.reading_model import Reading
from assistant.checks.subject import PREVIOUS, Subject
from assistant.checks.text_sums import splits

_RISING = re.compile(r"(?<!新)(?:增|上升|提高|提升|上涨|多)")
_FALLING = re.compile(r"减|下降|降低|回落|少")
_PUBLISHED = re.compile(r"公开|公示|公布|发布|归集|上网")
_WAN = 10_000
_CHANGE_KINDS = frozenset({"diff", "growth"})
_COUNTED = frozenset({"cell", "sum", "share", "diff", "growth", "quantity", "fee"})

_CELL_RULES: tuple[tuple[str, str, SeverityName], ...] = (
    ("TX-NEW", "正文“新收”件数＝表三“新收”总计", "error"),
    ("TX-RECEIVED", "正文“收到”“受理”件数＝表三“新收”总计，含结转时＝新收＋上年结转", "error"),
    ("TX-CARRYIN", "正文“上年结转”件数＝表三“上年结转”总计", "error"),
    ("TX-HANDLED", "正文“办结”“答复”件数＝表三“（七）总计”总计", "error"),
    ("TX-CARRYOUT", "正文“结转下年”件数＝表三“结转下年度继续办理”总计", "error"),
    ("TX-OPEN", "正文“予以公开”件数＝表三同名行总计", "error"),
    ("TX-PARTIAL", "正文“部分公开”件数＝表三同名行总计", "error"),
    ("TX-DENY", "正文“不予公开”及其各项件数＝表三同名行（组内合计）", "error"),
    ("TX-CANNOT", "正文“无法提供”及其各项件数＝表三同名行（组内合计）", "error"),
    ("TX-NOPROC", "正文“不予处理”及其各项件数＝表三同名行（组内合计）", "error"),
    ("TX-OTHER", "正文“其他处理”及其各项件数＝表三同名行（组内合计）", "error"),
    ("TX-APPLICANT", "正文自然人、法人或其他组织件数＝表三同名列", "error"),
    ("TX-REV", "正文行政复议件数＝表四行政复议总计", "error"),
    ("TX-LIT", "正文行政诉讼件数＝表四两组诉讼总计之和", "error"),
    ("TX-REV-RES", "正文复议各种结果件数＝表四行政复议同名格", "error"),
    ("TX-LIT-RES", "正文诉讼各种结果件数＝表四两组诉讼同名格之和", "error"),
    ("TX-NORM", "正文制发、废止、现行有效件数＝表二同名格", "error"),
    ("TX-DEC", "正文许可、处罚、强制决定件数＝表二处理决定数量", "error"),
    ("TX-FEE-ADM", "正文行政事业性收费金额＝表二收费金额", "error"),
    ("TX-FEE-PROC", "正文信息处理费件数、金额＝填报的件数、金额", "warning"),
)


def _declare_cell_rules() -> None:
    for rule_id, formula, severity in _CELL_RULES:
        rule(
            rule_id,
            severity=severity,
            or_severity=("info",),
            scope=TEXT,
            formula=formula,
            message="正文“{quote}”，而{label}为 {printed}",
            reason="正文与统计表是同一组数据，必须一致",
            remedy="请核对正文和表格，改正写错的一处",
        )(_cell_judge(rule_id))


def _cell_judge(rule_id: str) -> Judge:
    def judge(subject: Subject, check: Check) -> Iterator[Finding]:
        found = prose(subject)
        for part, reading in found.all_readings():
            if reading.rule == rule_id and reading.kind in ("figure", "unit"):
                yield from _compare(found, check, part, reading)

    return judge


def words_of(found: Prose, part: str, reading: Reading) -> str:
    """The clause of a reading up to its count word, for messages."""
    quantity = reading.quantity
    text = found.texts[part]
    after = reading.words if text.startswith(reading.words, quantity.unit_end) else ""
    return (found.clause(part, quantity.start) + text[quantity.start : quantity.unit_end] + after).strip()


def _compare(found: Prose, check: Check, part: str, reading: Reading) -> Iterator[Finding]:
    figures, quantity = found.figures, reading.quantity
    expected = figures.total(reading.keys)
    cells = tuple(cell for key in reading.keys for cell in figures.cells(key))
    if expected is None:
        if reading.certain and cells:
            missing = check.missing(cells)
            yield check.unknown(missing, cells=cells, what=f"正文“{words_of(found, part, reading)}”")
        return
    if quantity.value == expected or any(figures.value(key) == quantity.value for key in reading.others):
        yield check.passed(cells, left=quantity.value, right=expected)
        return
    if not reading.certain or quantity.approximate or _about_publication(found, part, reading):
        return
    severity: SeverityName | None = None
    message = None
    if reading.received and quantity.value == _with_carried(found, reading):
        severity = "info"
        message = (
            f"正文“{words_of(found, part, reading)}”等于新收与上年结转之和，请写明含上年结转，或改写为新收 {number(expected)} 件"
        )
    yield fail_at(
        check,
        part,
        (quantity.start, quantity.unit_end),
        words_of(found, part, reading),
        cells=cells,
        severity=severity,
        message=message,
        left=quantity.value,
        right=expected,
        difference=quantity.value - expected,
        label="＋".join(figures.label(key) for key in reading.keys),
        printed=figures.printed(reading.keys, expected),
    )


def _about_publication(found: Prose, part: str, reading: Reading) -> bool:
    """Whether decisions are spoken of as published, which the table does not count."""
    return reading.rule == "TX-DEC" and bool(_PUBLISHED.search(found.clause(part, reading.quantity.start)))


def _with_carried(found: Prose, reading: Reading) -> Decimal | None:
    """The figure with what was carried in from last year added, for wordings that may include it."""
    detail = {reading.detail.id} if reading.detail is not None else set()
    for terms in found.lexicon.terms.values():
        rows = [found.lexicon.row_of.get(term) for term in terms]
        if reading.subject is not None and len(rows) == 2 and reading.subject.id in rows and None not in rows:
            keys = [found.lexicon.keys.get(frozenset({row, *detail})) for row in rows if row]
            return found.figures.total(tuple(key for key in keys if key))
    return None


@rule(
    "TX-SHARE",
    severity="error",
    or_severity=("info",),
    scope=TEXT,
    formula="占比＝分子÷分母，误差不超过末位的一半",
    message="正文“{quote}”，按 {top}÷{whole} 计算应为 {right}%",
    remedy="请按表格重算占比",
)
def share(subject: Subject, check: Check) -> Iterator[Finding]:
    """Shares stated in the text."""
    found = prose(subject)
    for part, reading in found.all_readings():
        if reading.kind != "share":
            continue
        top, bottom = found.figures.total(reading.keys), found.figures.value(reading.base)
        if top is None or not bottom:
            continue
        yield from _judge_rate(found, check, part, reading, top * 100 / bottom, (number(top), number(bottom)))


def _judge_rate(
    found: Prose, check: Check, part: str, reading: Reading, exact: Decimal, words: tuple[str, str]
) -> Iterator[Finding]:
    stated = reading.quantity.value
    step = Decimal(1).scaleb(-_decimals(reading.quantity.raw))
    cells = tuple(cell for key in (*reading.keys, *((reading.base,) if reading.base else ())) for cell in found.figures.cells(key))
    rounded = exact.quantize(step, ROUND_HALF_UP)
    if abs(stated - exact) <= step / 2:
        yield check.passed(cells, left=stated, right=rounded)
    elif reading.certain and not reading.quantity.approximate:
        last_place = abs(stated - rounded) == step and _adds_to_hundred(found, part, reading)
        yield fail_at(
            check,
            part,
            (reading.quantity.start, reading.quantity.unit_end),
            words_of(found, part, reading),
            cells=cells,
            severity="info" if last_place else None,
            left=number(stated),
            right=number(rounded),
            top=words[0],
            whole=words[1],
        )


def _adds_to_hundred(found: Prose, part: str, reading: Reading) -> bool:
    shares = [other for other in found.readings[part] if other.kind == "share" and other.base == reading.base]
    return len(shares) > 1 and sum(other.quantity.value for other in shares) == 100


def _decimals(raw: str) -> int:
    _, point, fraction = raw.replace("．", ".").replace("点", ".").partition(".")
    return len(fraction.rstrip("%％")) if point else 0


@rule(
    "TX-GROWTH",
    severity="error",
    scope=TEXT,
    formula="增减数＝本年－上年，增幅＝（本年－上年）÷上年，方向词与正负一致",
    message="正文“{quote}”，本年 {now}、上年 {before}，应为{right}",
    remedy="请按两年数据重算，并核对增减的方向",
)
def growth(subject: Subject, check: Check) -> Iterator[Finding]:
    """Changes on last year stated in the text, last year's values, and the direction words beside slots."""
    found = prose(subject)
    for part, reading in found.all_readings():
        if reading.kind == "previous":
            yield from _previous(found, check, part, reading)
        elif reading.kind in ("change", "growth"):
            yield from _changed(subject, found, check, part, reading)
    for slot, part, end in _slots_with_facts(found):
        if slot.fact is not None and slot.fact.kind in _CHANGE_KINDS:
            yield from _direction(found, check, part, slot, end)


def _previous(found: Prose, check: Check, part: str, reading: Reading) -> Iterator[Finding]:
    keys = tuple(PREVIOUS + key for key in reading.keys)
    expected = found.figures.total(keys)
    cells = tuple(cell for key in keys for cell in found.figures.cells(key))
    stated = reading.quantity.value
    if expected is None:
        return
    if stated == expected:
        yield check.passed(cells, left=stated, right=expected)
    elif reading.certain:
        label = "＋".join(found.figures.label(key) for key in keys)
        yield fail_at(
            check,
            part,
            (reading.quantity.start, reading.quantity.unit_end),
            words_of(found, part, reading),
            cells=cells,
            left=stated,
            right=expected,
            message=f"正文“{words_of(found, part, reading)}”，而{label}为 {number(expected)}",
        )


def _not_judged(subject: Subject, now: Decimal | None, before: Decimal | None) -> tuple[str, str]:
    """Why a change on last year cannot be judged, and what to do about it."""
    if not subject.previous_cells:
        return "没有上年数据可比", "请加上这个单位上年的报告或填报件，再核对一次"
    if now is None:
        return "的本年数没有可用的数", "请补填或更正本年的数后再核对；确实没有发生的填 0"
    if before is None:
        return "的上年数没有可用的数", "请核对上年报告或填报件里的这一数"
    return "的上年数为 0", "上年为 0 的不能计算增幅，请改写为增加的数"


def _changed(subject: Subject, found: Prose, check: Check, part: str, reading: Reading) -> Iterator[Finding]:
    keys = tuple(PREVIOUS + key for key in reading.keys)
    now, before = found.figures.total(reading.keys), found.figures.total(keys)
    cells = tuple(cell for key in (*reading.keys, *keys) for cell in found.figures.cells(key))
    quote = words_of(found, part, reading)
    if now is None or before is None or (reading.kind == "growth" and not before):
        if reading.certain:
            label = "＋".join(found.figures.label(key) for key in reading.keys)
            what, remedy = _not_judged(subject, now, before)
            message = f"正文“{quote}”（{label}）{what}，无法核对"
            yield check.unknown(check.missing(cells), cells=cells, message=message, remedy=remedy, marks=(quote,))
        return
    change = now - before
    stated = reading.quantity.value
    exact = abs(change) if reading.kind == "change" else abs(change) * 100 / before
    half = Decimal(1).scaleb(-_decimals(reading.quantity.raw)) / 2 if reading.kind == "growth" else Decimal(0)
    if abs(stated - exact) <= half and (change == 0 or reading.rising == (change > 0)):
        yield check.passed(cells, left=stated, right=exact)
    elif reading.certain and not reading.quantity.approximate:
        shown = exact if reading.kind == "change" else exact.quantize(half * 2, ROUND_HALF_UP)
        right = f"{'增加' if change > 0 else '减少'} {number(shown)}{'%' if reading.kind == 'growth' else ''}" if change else "持平"
        span = (reading.quantity.start, reading.quantity.unit_end)
        yield fail_at(
            check, part, span, quote, cells=cells, left=number(stated), right=right, now=number(now), before=number(before)
        )


def _slots_with_facts(found: Prose) -> Iterator[tuple[Slot, str, int]]:
    for placed, slots in found.slots:
        for slot in slots or ():
            if slot.fact is not None:
                yield slot, placed.part, placed.end


def _direction(found: Prose, check: Check, part: str, slot: Slot, end: int) -> Iterator[Finding]:
    before = found.clause(part, slot.start)
    up, down = bool(_RISING.search(before)), bool(_FALLING.search(before))
    sign = slot.fact.sign if slot.fact is not None else 0
    if up == down:
        return
    if (up and sign > 0) or (down and sign < 0):
        yield check.passed(left=before)
        return
    right = {1: "增加", -1: "减少", 0: "持平"}[sign]
    quote = before + found.texts[part][slot.start : min(slot.end + 2, end)]
    label = slot.fact.label if slot.fact is not None else slot.key
    yield fail_at(
        check, part, (slot.start, slot.end), quote, right=right, message=f"正文“{quote}”的方向词与数不符，{label}应为{right}"
    )


@rule(
    "TX-NOSRC",
    severity="error",
    scope="draft",
    formula="正文每个数字都来自数字槽、同单位的事实，或者是日期、文号、条号、序号、电话",
    message="“{quote}”{reason}",
    reason="生成稿中的数字必须有来源，没有来源的不得进入正文",
    remedy="请补充素材或填报数据，或者删去这个数字",
)
def nosrc(subject: Subject, check: Check) -> Iterator[Finding]:
    """The audit of a draft."""
    found = prose(subject)
    failed = False
    for each in ungrounded(found):
        failed = True
        yield fail_at(check, each.part, (each.start, each.end), each.quote, reason=each.reason)
    if not failed:
        yield check.passed(left=sum(len(quantities) for quantities in found.quantities.values()))


# In 5-8场 the count word stands once, behind the second figure.
_REST_OF_RANGE = re.compile(r"(?:[-–~～至到]|—+)\d[\d.]*[万亿]?")


@rule(
    "TX-UNIT",
    severity="error",
    or_severity=("warning",),
    scope=TEXT,
    formula="数字后的量词与事实的单位一致",
    message="“{quote}”的量词应为“{right}”",
    remedy="请改用与统计口径一致的量词",
)
def unit(subject: Subject, check: Check) -> Iterator[Finding]:
    """Count words after slots, and count words of claims that name a cell."""
    found = prose(subject)
    for slot, part, _ in _slots_with_facts(found):
        fact = slot.fact
        if fact is None or fact.kind not in _COUNTED or not fact.unit:
            continue
        text = found.texts[part]
        rest = _REST_OF_RANGE.match(text, slot.end)
        counted = text.startswith(fact.unit, rest.end() if rest else slot.end)
        if not counted and not text[slot.start : slot.end].endswith(fact.unit):
            quote = text[slot.start : slot.end + 2]
            yield fail_at(check, part, (slot.start, slot.end), quote, right=fact.unit, marks=(slot.key,))
    for part, reading in found.all_readings():
        if reading.kind == "unit" and found.figures.total(reading.keys) == reading.quantity.value:
            quote = words_of(found, part, reading)
            span = (reading.quantity.start, reading.quantity.unit_end)
            right = found.figures.unit(reading.keys[0])
            yield fail_at(check, part, span, quote, severity="warning", right=right)
    for split in splits(found):
        if split.total.value in (split.sum * _WAN, split.sum / _WAN):
            quote = found.texts[split.part][split.span[0] : split.span[1]]
            message = f"“{quote[:60]}”：总数与分项合计相差一万倍，“万”疑似误写"
            left, right_sum = split.total.value, split.sum
            yield fail_at(check, split.part, split.span, quote, severity="warning", message=message, left=left, right=right_sum)


_declare_cell_rules()
