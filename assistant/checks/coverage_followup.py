"""Family COV against last year's report: its problems answered for, or listed again with progress."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.checks.coverage_report import problems_and_measures
from assistant.checks.engine import Check, Scope, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import prose
from assistant.checks.subject import Subject
from assistant.language.text import bigrams, sentence_spans, similarity

_SCOPE: tuple[Scope, ...] = ("report",)
_SHORT = 40
_ITEM = re.compile(r"[一二三四五六七八九十]是|[(（][一二三四五六七八九十]{1,2}[)）]|(?<!\d)\d{1,2}[.．、](?!\d)")
_LACK = re.compile(
    r"不够|不足|不高|不强|不到位|不及时|不全|不规范|不深|不多|不熟|单一|薄弱|滞后|有待|欠缺|偏少|偏慢|缺乏|差距|短板|较少|较慢|没有|未能|仍有|仍"
)
_PROGRESS = re.compile(
    r"整改|已(?:经)?(?:解决|完成|改进|补齐|建立|落实)|解决|改善|好转|减少到|由\d|增加到|进展|上年|上一年|去年|所列|仍在"
)
_ANSWER = re.compile(
    r"所列|年度报告|已(?:经)?(?:全部|基本|部分)?(?:解决|完成整改|整改)|部分解决|整改到位|完成整改|20\d\d年(?:度)?(?:存在|所列|提出|的)"
)
_EMPTY = re.compile(
    r"存在|问题|不足|不够|还|仍|有待|主要|方面|情况|工作|政府信息公开|政务公开|信息公开|公开|一些|部分|个别|需要?|进一步|加强|提高|较|的|了|在|和|与|及|是"
)
_MIN_PROBLEM, _LONGEST = 6, 120
_LIST_MARK = re.compile(
    r"^[ \t\u3000]*(?:[(（][一二三四五六七八九十]{1,2}[)）]|\d{1,2}[.．、](?!\d)|[一二三四五六七八九十]是)", re.M
)
_MEASURE = re.compile(r"(?:改进|整改)(?:措施|情况|办法)[：:]|措施[：:]|下一步[，,]")
_NAMED = re.compile(r"(?:存在|有)的?(?:主要|突出)?(?:问题|不足)(?:是|有)[：:]?(?P<what>[^。；\n：:]{6,80})")


def problems_of(text: str) -> list[tuple[int, str]]:
    """The problems a fifth part lists, with their places.

    Each with its measure behind it, or numbered before the measures, or said to be one, else sentences that name a lack. What
    is told of last year's problems is none.
    """
    found = _answered_each(text) or [(at, words) for at, words in problems_and_measures(text)[0]]
    found = found or [(match.start("what"), match["what"]) for match in _NAMED.finditer(text)] or _lacks(text)
    return [(at, words) for at, words in found if len(words.strip()) >= _MIN_PROBLEM and not _ANSWER.search(words)]


def _answered_each(text: str) -> list[tuple[int, str]]:
    """Numbered problems each followed by its measure."""
    marks = list(_LIST_MARK.finditer(text))
    ends = [*(each.start() for each in marks[1:]), len(text)] if marks else []
    found = []
    for match, end in zip(marks, ends, strict=True):
        measure = _MEASURE.search(text, match.end(), end)
        if measure is not None:
            found.append((match.end(), re.split(r"[。；\n]", text[match.end() : measure.start()])[0]))
    return found if len(found) == len(marks) else []


def _lacks(text: str) -> list[tuple[int, str]]:
    """Sentences before the measures that name a lack."""
    ahead = re.search(r"下一步|今后|改进(?:措施|情况|方向)|整改措施|下步|20\d\d年[,，]?(?:我|本|将)", text)
    end = ahead.start() if ahead and ahead.start() > _MIN_PROBLEM else len(text)
    spans = [(start, stop) for start, stop in sentence_spans(text) if start < end]
    said = [(start, text[start:stop]) for start, stop in spans if stop - start <= _LONGEST and text[stop - 1] in "。；！”"]
    return [(start, words) for start, words in said if _LACK.search(words)]


def _core(text: str) -> set[str]:
    """Pairs of characters that tell what a problem is about; words any problem may have are left out."""
    return set().union(*(bigrams(piece) for piece in _EMPTY.sub(" ", _ITEM.sub("", text)).split() if len(piece) > 1)) or bigrams(
        text
    )


def _earlier(subject: Subject) -> list[str]:
    """Last year's problems: as handed in, or as its fifth part lists them."""
    if subject.previous_submission is not None:
        return [problem.text for problem in subject.previous_submission.problems]
    return [words.strip() for _, words in problems_of(subject.previous_texts.get("sec5", ""))]


@rule(
    "COV-FOLLOWUP",
    severity="warning",
    scope=_SCOPE,
    formula="上年所列每个问题，本年有整改交代或者继续列出",
    message="上年所列“{words}”，本年没有回应",
    reason="第五部分应先回应上年所列问题；按用语判断，可能另有说法",
    remedy="请在第五部分写明这个问题的整改情况，仍未解决的继续列出",
    thresholds={"likeness": "0.34"},
)
def follow_up(subject: Subject, check: Check) -> Iterator[Finding]:
    """Last year's problems against the whole narrative of this year, by the words that tell what each is about."""
    earlier = _earlier(subject) if subject.report is not None else []
    found = prose(subject)
    if not earlier or "sec5" not in found.texts:
        return
    sentences = [bigrams(sentence.text) for sentence in found.sentences if sentence.part.startswith(("sec", "s1"))]
    fifth = bigrams(found.texts["sec5"])
    silent = [text for text in earlier if not _answered(_core(text), sentences, fifth, float(check.threshold("likeness")))]
    for text in silent:
        shown = text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
        yield check.fail(section="sec5", words=shown, marks=(text,)).model_copy(update={"other": text})
    if not silent:
        yield check.passed()


def _answered(core: set[str], sentences: list[set[str]], fifth: set[str], limit: float) -> bool:
    if not core:
        return True
    best = max((len(core & each) / len(core) for each in sentences), default=0.0)
    return best >= limit or len(core & fifth) / len(core) >= limit * 1.5


@rule(
    "COV-FOLLOWUP-SAME",
    severity="warning",
    scope=_SCOPE,
    formula="连续两年列出的问题，有新的进展",
    message="问题“{words}”与上年所列基本相同，又没有写明新的进展",
    reason="连年照抄同一问题，等于没有整改",
    remedy="请写明一年来的进展，或按本年实际改写",
    thresholds={"likeness": "0.90"},
)
def same_problem(subject: Subject, check: Check) -> Iterator[Finding]:
    """Problems listed in both years in the same words, without a word of progress in them."""
    earlier = _earlier(subject) if subject.report is not None else []
    listed = problems_of(subject.texts.get("sec5", ""))
    limit = float(check.threshold("likeness"))
    same = [
        (at, text)
        for at, text in listed
        if not _PROGRESS.search(text) and any(similarity(text, before) >= limit for before in earlier)
    ]
    for at, text in same:
        shown = text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
        yield check.fail(section="sec5", quote=text, span=(at, at + len(text)), words=shown)
    if listed and earlier and not same:
        yield check.passed()
