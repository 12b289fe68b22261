"""Coverage that can be judged before writing: what a submission must bring along (Articles 49, 50)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.grid import equations_of
from assistant.checks.printing import number
from assistant.checks.subject import Subject
from assistant.form import Aspect, StatutoryResult

_NONE = frozenset({"无", "没有", "暂无", "无问题", "不存在问题"})
PRIVATE = (
    ("手机号码", re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")),
    ("身份证号码", re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")),
    (
        "个人邮箱",
        re.compile(r"[\w.+-]+@(?:qq|163|126|139|189|sina|sohu|foxmail|gmail|hotmail|outlook)\.(?:com|cn|net)(?![\w.])", re.I),
    ),
)
_PUNCTUATION = re.compile(r"[\W_]+")


def likeness(one: str, other: str) -> float:
    """How much of the shorter text's pairs of neighbouring characters the longer one has, 0 to 1, punctuation left out."""
    first, second = (_pairs(text) for text in (one, other))
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else float(one.strip() == other.strip() != "")


def _pairs(text: str) -> set[str]:
    plain = _PUNCTUATION.sub("", text)
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _speaks(subject: Subject, aspect: Aspect) -> bool:
    """Whether the first table of an aspect has a usable figure to write about: for 表三 what came in, else any cell."""
    if not aspect.tables:
        return False
    table = aspect.tables[0]
    flows = [eq for eq in equations_of(subject.form, "T3-BALANCE") if subject.form.cells[eq.left[0]].table == table]
    totals = [key for eq in flows for key in eq.left if subject.form.cells[key].col.total]
    keys = totals or [key for key, definition in subject.form.cells.items() if definition.table == table]
    return any(subject.value(key) is not None for key in keys)


def _aspect(subject: Subject, check: Check) -> Iterator[Finding]:
    submission = subject.submission
    aspect = next((aspect for aspect in subject.form.aspects if aspect.rule == check.rule.id), None)
    if submission is None or aspect is None:
        return
    if any(note.aspect == aspect.key for note in submission.notes) or _speaks(subject, aspect):
        yield check.passed()
    else:
        yield check.fail(severity=aspect.missing, remedy=aspect.ask, section=aspect.key, heading=aspect.heading)


def _declare_aspect(name: str, heading: str) -> None:
    rule(
        f"COV-ASPECT-{name}",
        severity="error",
        or_severity=("warning",),
        scope="submission",
        formula=f"总体情况写明“{heading}”：有素材，或者有可写的数",
        message="没有“{heading}”的素材，也没有可写的数；没有发生的也要写明",
        reason="总体情况的五个方面各须有实质内容（格式文件，条例第五十条）",
        remedy="请补充素材",
    )(_aspect)


for _name, _heading in (
    ("ACTIVE", "主动公开"),
    ("REQUEST", "依申请公开"),
    ("MGMT", "政府信息管理"),
    ("PLATFORM", "政府信息公开平台建设"),
    ("SUPERVISE", "监督保障"),
):
    _declare_aspect(_name, _heading)


def _result(subject: Subject, check: Check) -> Iterator[Finding]:
    submission, kind = subject.submission, subject.kind
    result = next((result for result in subject.form.results if result.rule == check.rule.id), None)
    if submission is None or kind is None or result is None or not kind.results:
        return
    if any(_names(result, note.text) for note in submission.notes):
        yield check.passed()
    else:
        yield check.fail(severity=kind.results, remedy=result.ask, section="s1.supervise", name=result.name)


def _names(result: StatutoryResult, text: str) -> bool:
    return any(word in text for word in result.words)


def _declare_result(name: str, what: str) -> None:
    rule(
        f"COV-ART50-{name}",
        severity="error",
        or_severity=("warning", "info"),
        scope="submission",
        formula=f"各级人民政府写明{what}结果",
        message="素材中没有{name}结果",
        reason="条例第五十条第（四）项",
        remedy="请补充素材",
    )(_result)


for _name, _what in (("ASSESS", "工作考核"), ("SOCIAL", "社会评议"), ("ACCOUNT", "责任追究")):
    _declare_result(_name, _what)


@rule(
    "COV-PROBLEM",
    severity="error",
    scope="submission",
    formula="写明存在的主要问题（不少于 10 字，不能只写“无”）",
    message="{state}，第五部分必须写明存在的主要问题",
    reason="条例第五十条第（四）项",
    remedy="请填写本年度政府信息公开工作存在的主要问题",
    thresholds={"characters": 10},
)
def problem(subject: Subject, check: Check) -> Iterator[Finding]:
    """Problems are stated."""
    if subject.submission is None:
        return
    texts = [entry.text.strip() for entry in subject.submission.problems]
    whole = "".join(texts)
    if not whole:
        yield check.fail(section="sec5", state="没有填写问题")
    elif whole.strip("。.，,") in _NONE or len(whole) < check.threshold("characters"):
        yield check.fail(section="sec5", quote=whole, state=f"问题只写了“{whole}”")
    else:
        yield check.passed()


@rule(
    "COV-IMPROVE",
    severity="error",
    scope="submission",
    formula="有问题有改进，有改进有问题",
    message="{state}",
    reason="条例第五十条第（四）项：存在的主要问题及改进情况",
    remedy="请把问题和改进情况都填写完整",
)
def improvement(subject: Subject, check: Check) -> Iterator[Finding]:
    """Problems and improvements come together."""
    if subject.submission is None:
        return
    problems, improvements = len(subject.submission.problems), len(subject.submission.improvements)
    if bool(problems) == bool(improvements):
        yield check.passed()
    else:
        missing, present = ("改进情况", f"{problems} 个问题") if problems else ("问题", f"{improvements} 条改进情况")
        yield check.fail(section="sec5", state=f"填写了 {present}，没有填写{missing}", marks=(str(problems), str(improvements)))


@rule(
    "COV-PAIR",
    severity="warning",
    scope="submission",
    formula="每个问题至少有一条对应的改进，每条改进对应已有的问题",
    message="{state}",
    reason="问题与改进逐条对应，才能看出怎样解决",
    remedy="请在改进情况中写明所对应问题的编号",
)
def paired(subject: Subject, check: Check) -> Iterator[Finding]:
    """Problems and improvements refer to each other by id."""
    submission = subject.submission
    if submission is None or not submission.problems or not submission.improvements:
        return
    ids = {entry.id for entry in submission.problems}
    answered = {answer for entry in submission.improvements for answer in entry.answers}
    states = [
        (entry.text, str(entry.origin), f"问题 {entry.id}“{_short(entry.text)}”没有直接对应的改进")
        for entry in submission.problems
        if entry.id not in answered
    ]
    for measure in submission.improvements:
        strange = [answer for answer in measure.answers if answer not in ids]
        if strange:
            state = f"改进 {measure.id} 对应的问题 {'、'.join(strange)} 不存在"
        elif not measure.answers:
            state = f"改进 {measure.id}“{_short(measure.text)}”没有写明对应哪个问题"
        else:
            continue
        states.append((measure.text, str(measure.origin), state))
    for text, place, state in states:
        yield check.fail(section="sec5", quote=text, place=place, state=state)
    if not states:
        yield check.passed()


def _short(text: str, limit: int = 24) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"


@rule(
    "COV-FOLLOWUP",
    severity="warning",
    scope="submission",
    formula="上年所列每个问题，本年有整改交代或者继续列出",
    message="上年所列“{text}”，本年没有整改回应，也没有继续列为问题",
    reason="第五部分应先回应上年所列问题",
    remedy="请在整改回应中写明这个问题的进展",
    thresholds={"likeness": "0.5"},
)
def follow_up(subject: Subject, check: Check) -> Iterator[Finding]:
    """Last year's problems are answered for."""
    if subject.submission is None or subject.previous_submission is None:
        return
    answers = [entry.problem for entry in subject.submission.follow_ups] + [entry.text for entry in subject.submission.problems]
    limit = float(check.threshold("likeness"))
    silent = [
        entry for entry in subject.previous_submission.problems if not any(likeness(entry.text, text) >= limit for text in answers)
    ]
    for entry in silent:
        yield check.fail(section="sec5", quote=entry.text, text=_short(entry.text, 40))
    if subject.previous_submission.problems and not silent:
        yield check.passed()


@rule(
    "COV-FOLLOWUP-SAME",
    severity="warning",
    scope="submission",
    formula="连续两年列出的问题，有新的进展",
    message="问题 {id}“{text}”与上年所列基本相同，又没有写明新的进展",
    reason="连年照抄同一问题，等于没有整改",
    remedy="请写明一年来的进展，或按本年实际改写",
    thresholds={"likeness": "0.9"},
)
def same_problem(subject: Subject, check: Check) -> Iterator[Finding]:
    """The same problem in two years, and no word on progress."""
    if subject.submission is None or subject.previous_submission is None:
        return
    limit = float(check.threshold("likeness"))
    told = [entry.problem for entry in subject.submission.follow_ups if entry.text.strip()]
    earlier = [entry.text for entry in subject.previous_submission.problems]
    same = [
        entry
        for entry in subject.submission.problems
        if any(likeness(entry.text, text) >= limit for text in earlier)
        and not any(likeness(entry.text, text) >= 1 - limit / 2 for text in told)
    ]
    for entry in same:
        yield check.fail(section="sec5", quote=entry.text, place=str(entry.origin), id=entry.id, text=_short(entry.text, 40))
    if earlier and subject.submission.problems and not same:
        yield check.passed()


@rule(
    "COV-FEE",
    severity="warning",
    scope="submission",
    formula="写明信息处理费收取情况（含未收取）",
    message="没有填写信息处理费收取情况；没有填写不等于没有收取",
    reason="2021 年起的格式在第六部分注明：收取信息处理费的情况在此报告",
    remedy="收取的填件数和金额（元），没有收取的件数填 0",
)
def fee(subject: Subject, check: Check) -> Iterator[Finding]:
    """The fee is stated where the form asks for it."""
    if subject.submission is None or not subject.form.fee.required:
        return
    if subject.submission.fee is None:
        yield check.fail(section="sec6", remedy=subject.form.fee.ask)
    else:
        yield check.passed()


@rule(
    "COV-FEE-VALUE",
    severity="warning",
    scope="submission",
    formula="信息处理费的件数、金额齐全且一致",
    message="信息处理费{state}",
    reason="写了收取就要件数、金额、单位齐全；金额为 0 与“收取”矛盾",
    remedy="请核对信息处理费的件数和金额（元）",
)
def fee_value(subject: Subject, check: Check) -> Iterator[Finding]:
    """Count and amount of the fee agree."""
    stated = subject.submission.fee if subject.submission else None
    if stated is None:
        return
    count, yuan = stated.count, stated.yuan
    state = ""
    if count is None:
        state = "没有填件数"
    elif count > 0 and yuan is None:
        state = f"填了 {count} 件，没有填金额"
    elif count > 0 and yuan == 0:
        state = f"填了 {count} 件，金额却是 0"
    elif count == 0 and yuan:
        state = f"件数是 0，金额却有 {number(yuan)} 元"
    if state:
        yield check.fail(section="sec6", place=str(stated.origin), marks=(str(count), str(yuan)), state=state)
    else:
        yield check.passed()


@rule(
    "COV-NAMES",
    severity="warning",
    scope="submission",
    formula="素材中没有私人手机、身份证号码、个人邮箱",
    message="{where}中有{what}，建议删去个人信息",
    reason="报告向社会公布，不应公开个人信息（条例第十五条）",
    remedy="请删去，或改为单位办公电话、公务邮箱",
)
def private_data(subject: Subject, check: Check) -> Iterator[Finding]:
    """Private numbers and addresses in what was handed in."""
    submission = subject.submission
    if submission is None:
        return
    texts = [(f"素材 {entry.id}", entry.aspect, entry.text, str(entry.origin)) for entry in submission.notes]
    texts += [(f"问题 {entry.id}", "sec5", entry.text, str(entry.origin)) for entry in submission.problems]
    texts += [(f"改进 {entry.id}", "sec5", entry.text, str(entry.origin)) for entry in submission.improvements]
    texts += [("整改回应", "sec5", entry.text, str(entry.origin)) for entry in submission.follow_ups]
    clean = True
    for where, section, text, place in texts:
        for what, pattern in PRIVATE:
            for match in pattern.finditer(text):
                clean = False
                yield check.fail(section=section, quote=match.group(), place=place, where=where, what=what)
    if clean:
        yield check.passed()
