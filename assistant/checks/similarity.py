"""Family SIM: likeness to last year's report, to other units' reports, and within one report.

Notice 30 names copied content among what may be called to account and gives no number; the thresholds are from experience.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Alike, Finding, SeverityName
from assistant.checks.passages import Likeness, Passage, likeness, pair, paragraphs_of, plain, sentences_of
from assistant.checks.prose import TEXT
from assistant.checks.subject import Peer, Subject
from assistant.form import Form

_REASON = "30 号文把内容雷同列为可以追责的情形；比例是经验值，先除去标题、表格、法规名、固定用语、数字和年份"
_SHOWN = 5
_SHORT = 28
_PEERS_REMEMBERED = 2000


def parts_of(texts: Mapping[str, str], form: Form, section: str) -> tuple[str, ...]:
    """The parts of a text that make up one section: itself, or the aspects of a draft's first section."""
    if section in texts:
        return (section,)
    first = form.sections[0].key
    return tuple(aspect.key for aspect in form.aspects if aspect.key in texts) if section == first else ()


def _names(subject: Subject) -> tuple[str, ...]:
    unit = subject.unit
    own = (unit.name, unit.region, *unit.aliases) if unit else ()
    read = (subject.report.unit, subject.report.region) if subject.report else ()
    return tuple(dict.fromkeys(filter(None, (*own, *read))))


def _sentences(subject: Subject, section: str) -> list[Passage]:
    return sentences_of(subject.texts, parts_of(subject.texts, subject.form, section), subject.form, _names(subject))


def _earlier(subject: Subject, section: str) -> list[Passage]:
    texts = subject.previous_texts
    return sentences_of(texts, parts_of(texts, subject.form, section), subject.form, _names(subject))


def _number(subject: Subject, section: str) -> str:
    return f"第{subject.form.section(section).number}部分"


def _narratives(form: Form) -> Iterator[str]:
    """The sections compared: the narrative ones, the last left out (it is mostly one set sentence)."""
    narrative = [section.key for section in form.sections if section.kind == "narrative"]
    yield from narrative[:-1] if len(narrative) > 1 else narrative


def _mark(*texts: str) -> str:
    return hashlib.sha256("\x1f".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _told(check: Check, found: Likeness, *, other: str, severity: SeverityName, **words: str) -> Finding:
    """A failure that shows its passages; the first is the quote."""
    first = found.pairs[0]
    shown = {"other": other, "score": f"{found.score:.2f}", "count": str(len(found.pairs)), **words}
    finding = check.fail(
        message=check.rule.message.format_map(shown),
        severity=severity,
        section=first.section,
        quote=first.quote,
        span=(first.start, first.end),
        left=f"{found.score:.2f}",
        marks=(_mark(*(text for alike in found.pairs for text in (alike.quote, alike.other))),),
    )
    return finding.model_copy(update={"other": other, "alike": found.pairs[:_SHOWN]})


def _unchanged(subject: Subject, section: str) -> Likeness | None:
    """The section against last year's when only figures and years differ, else None."""
    names = _names(subject)
    own = "".join(subject.texts[part] for part in parts_of(subject.texts, subject.form, section))
    before = "".join(subject.previous_texts[part] for part in parts_of(subject.previous_texts, subject.form, section))
    if not own or plain(own, names) != plain(before, names):
        return None
    found = likeness(_sentences(subject, section), _earlier(subject, section))
    return found if found.pairs else None


@rule(
    "SIM-NUMONLY",
    severity="error",
    scope=TEXT,
    formula="除去数字和年份，不与上年逐字相同",
    message="{name}除数字和年份外，与{other}逐字相同",
    reason=_REASON,
    remedy="请结合本年实际改写",
    thresholds={"words": 40},
)
def only_figures_changed(subject: Subject, check: Check) -> Iterator[Finding]:
    """A section taken over from last year with only figures and years changed."""
    for section in _narratives(subject.form) if subject.previous_texts else ():
        found = _unchanged(subject, section)
        if found is not None and found.weight >= check.threshold("words"):
            yield _told(check, found, name=_number(subject, section), other=_last_year(subject), severity="error")
        elif parts_of(subject.texts, subject.form, section):
            yield check.passed()


def _last_year(subject: Subject) -> str:
    return f"{subject.previous_year} 年报告" if subject.previous_year else "上年报告"


def _against_last_year(subject: Subject, check: Check, section: str) -> Iterator[Finding]:
    if not subject.previous_texts:
        return
    found = likeness(_sentences(subject, section), _earlier(subject, section))
    if found.weight < check.threshold("words"):
        return
    severity = _severity(found, check)
    if severity is None or _unchanged(subject, section) is not None:
        yield check.passed(left=f"{found.score:.2f}")
    else:
        yield _told(check, found, name=_number(subject, section), other=_last_year(subject), severity=severity)


def _severity(found: Likeness, check: Check) -> SeverityName | None:
    if not found.pairs or found.score < check.threshold("warning"):
        return None
    return "error" if found.score >= check.threshold("error") else "warning"


@rule(
    "SIM-PREV",
    severity="warning",
    or_severity=("error",),
    scope=TEXT,
    formula="第一部分与上年的相似度不到 0.80",
    message="{name}与{other}相似度 {score}，{count} 处文字基本相同",
    reason=_REASON,
    remedy="请结合本年实际改写相同的段落",
    thresholds={"warning": "0.80", "error": "0.92", "words": 100},
)
def first_section_like_last_year(subject: Subject, check: Check) -> Iterator[Finding]:
    """The first section against last year's."""
    yield from _against_last_year(subject, check, next(_narratives(subject.form)))


@rule(
    "SIM-PREV-S5",
    severity="warning",
    or_severity=("error",),
    scope=TEXT,
    formula="第五部分与上年的相似度不到 0.70",
    message="{name}与{other}相似度 {score}，{count} 处文字基本相同",
    reason=_REASON,
    remedy="请按本年的问题和改进情况改写",
    thresholds={"warning": "0.70", "error": "0.90", "words": 30},
)
def problems_like_last_year(subject: Subject, check: Check) -> Iterator[Finding]:
    """Problems and measures against last year's."""
    for section in list(_narratives(subject.form))[1:]:
        yield from _against_last_year(subject, check, section)


@rule(
    "SIM-PEER",
    severity="warning",
    or_severity=("error",),
    scope=TEXT,
    formula="与其他单位同年同部分的相似度不到 0.75",
    message="{name}与{other}相似度 {score}，{count} 处文字基本相同{more}",
    reason=_REASON,
    remedy="请核对是否套用了其他单位的文字，并按本单位实际改写",
    thresholds={"warning": "0.75", "error": "0.90", "words": 40},
)
def like_peers(subject: Subject, check: Check) -> Iterator[Finding]:
    """Each narrative section against those of other units of the same year; the most similar one is shown."""
    peers = [peer for peer in subject.peers if peer.year in (None, subject.year) and peer.unit not in _names(subject)]
    for section in _narratives(subject.form) if peers else ():
        own = _sentences(subject, section)
        judged = [(found, peer) for peer in peers if (found := likeness(own, _peer(peer, subject.form, section))).pairs]
        alike = [(found, peer) for found, peer in judged if _severity(found, check) and found.weight >= check.threshold("words")]
        if not alike:
            yield check.passed()
            continue
        found, peer = max(alike, key=lambda each: each[0].score)
        more = f"；另与 {len(alike) - 1} 个单位的报告相似" if len(alike) > 1 else ""
        yield _told(
            check,
            found,
            name=_number(subject, section),
            other=f"{peer.unit or peer.path}的报告",
            severity=_severity(found, check) or "warning",
            more=more,
        )


_laid_bare: dict[tuple[int, str, str], tuple[Peer, list[Passage]]] = {}


def _peer(peer: Peer, form: Form, section: str) -> list[Passage]:
    """The peer's sentences, laid bare once for all reports that are compared with it."""
    key = id(peer), form.id, section
    if key not in _laid_bare:
        if len(_laid_bare) >= _PEERS_REMEMBERED:
            _laid_bare.clear()
        _laid_bare[key] = peer, sentences_of(peer.texts, parts_of(peer.texts, form, section), form, peer.names)
    return _laid_bare[key][1]


@rule(
    "SIM-SELF",
    severity="warning",
    scope=TEXT,
    formula="同一篇中没有两段重复",
    message="“{words}”与{other}的一段基本相同（相似度 {score}）",
    reason=_REASON,
    remedy="请保留一处，另一处改写或删去",
    thresholds={"warning": "0.90", "words": 24, "characters": 50},
)
def repeated(subject: Subject, check: Check) -> Iterator[Finding]:
    """Two paragraphs, or two long sentences of different paragraphs, that say the same."""
    narrative = [section.key for section in subject.form.sections if section.kind == "narrative"]
    parts = [part for section in narrative for part in parts_of(subject.texts, subject.form, section)]
    names, shortest = _names(subject), check.threshold("words")
    told: list[Alike] = []
    for passages in (
        paragraphs_of(subject.texts, parts, subject.form, names),
        sentences_of(subject.texts, parts, subject.form, names),
    ):
        long = [each for each in passages if len(each.bare) >= shortest or len(each.text) >= check.threshold("characters")]
        for alike, other in _doubles(long, float(check.threshold("warning"))):
            if not any(alike.section == each.section and each.start <= alike.start and alike.end <= each.end for each in told):
                told.append(alike)
                found = Likeness(alike.ratio, 0, (alike,))
                quote = alike.quote if len(alike.quote) <= _SHORT else f"{alike.quote[:_SHORT]}…"
                yield _told(check, found, words=quote, other=_place(subject, other), severity="warning")
    if parts and not told:
        yield check.passed()


def _doubles(passages: list[Passage], limit: float) -> Iterator[tuple[Alike, Passage]]:
    """Each passage that repeats an earlier one, with the earlier one."""
    from rapidfuzz import process
    from rapidfuzz.distance import Indel

    seen: list[Passage] = []
    for passage in passages:
        found = process.extractOne(
            passage.bare, [each.bare for each in seen], scorer=Indel.normalized_similarity, processor=None, score_cutoff=limit
        )
        if found is not None:
            yield pair(passage, seen[found[2]], found[1]), seen[found[2]]
        seen.append(passage)


def _place(subject: Subject, passage: Passage) -> str:
    section = next((each for each in subject.form.sections if each.key == passage.part), subject.form.sections[0])
    return f"第{section.number}部分"
