"""Part 五: what became of last year's problems, this year's problems, and the measures that answer them."""

from __future__ import annotations

import re

from assistant.drafting.draft import Paragraph, Sentence
from assistant.drafting.offline.figures import related_figures
from assistant.drafting.offline.notes import in_writing
from assistant.drafting.offline.repeats import without_bare_changes
from assistant.drafting.offline.voice import Voice
from assistant.drafting.register import printable, says_nothing, within_quotes
from assistant.language.numerals import to_chinese
from assistant.language.quantities import statistics
from assistant.submission.model import FollowUp, Improvement, Problem

_LIST_MARK = re.compile(
    r"^(?:[一二三四五六七八九十]+是|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、|\d{1,2}[.、．])\s*"
)
_DEPENDENT = re.compile("是|有|还|都|也|的|占|比|其中|不少|甚至")
_QUOTABLE = 5
_STATUS = {
    "resolved": ("已经解决", "已经整改到位"),
    "partial": ("部分解决",),
    "ongoing": ("仍在整改", "还在继续整改"),
}


def follow_up(voice: Voice, number: int, *, first: bool) -> list[Sentence]:
    """What became of one of last year's problems (``number`` from 1), quoted by its words, with the unit's own account."""
    lead = "{year.prev}年度报告所列的" if first else ""
    return _follow_up(voice, voice.submission.follow_ups[number - 1], number, lead)


def _follow_up(voice: Voice, item: FollowUp, number: int, lead: str) -> list[Sentence]:
    source = f"f{number}"
    status = voice.one_of(f"status.{item.status}", _STATUS[item.status])
    quoted = _title(item.problem, number)
    head = f"{lead}{quoted}{status}"
    earlier = _previous_problem(voice, item.problem)
    texts = _account(voice, item, number)
    if not texts:
        return [
            voice.sentence(f"{head}。", source, *earlier),
            voice.gap(f"follow.{source}", f"{quoted}的整改情况。请提供：做了什么、结果怎样", source),
        ]
    return [
        voice.sentence(f"{head}：{texts[0]}", source, *earlier),
        *(voice.sentence(text, source) for text in texts[1:]),
        *related_figures(voice, item.problem + item.text, change=True),
    ]


def _account(voice: Voice, item: FollowUp, number: int) -> list[str]:
    """What the unit says it did, as sentences; clauses the tables tell with figures, or tell otherwise, are left out."""
    if says_nothing(item.text):
        return []
    texts = in_writing(voice, item.text, f"follow.f{number}", f"第 {number} 条整改回应").sentences
    kept = [without_bare_changes(voice, text, f"第 {number} 条整改回应", f"f{number}") for text in texts]
    return [text for text in kept if text] or texts


def _previous_problem(voice: Voice, text: str) -> tuple[str, ...]:
    if voice.previous is None:
        return ()
    return tuple(f"prev.{problem.id}" for problem in voice.previous.problems if problem.text == text)


def _title(text: str, number: int) -> str:
    """A problem's own words for quoting, without figures: they belong to last year.

    Its first clause, a count at its head left out; else a later clause that stands alone; else only which one it was.
    """
    text = printable(text, (), 0).text
    clauses = [clause for clause in re.split(r"[，；。]", text.replace("{", "｛").replace("}", "｝")) if clause]
    first = _without_count(_LIST_MARK.sub("", clauses[0])) if clauses else ""
    candidates = [first, *(clause for clause in clauses[1:] if len(clause) >= _QUOTABLE and not _DEPENDENT.match(clause))]
    quoted = next((clause for clause in candidates if clause and not statistics(clause)), "")
    return f"“{within_quotes(quoted)}”问题" if quoted else f"第{to_chinese(number)}个问题"


def _without_count(clause: str) -> str:
    found = statistics(clause)
    at_head = len(found) == 1 and found[0].start == 0 and found[0].unit
    return clause[found[0].unit_end :].removeprefix("的") if at_head else clause


def problem_paragraphs(voice: Voice) -> list[Paragraph]:
    """This year's problems with their measures: one paragraph for one problem, numbered pairs, or two lists."""
    problems = real_problems(voice)
    if not problems:
        return _unattached(voice)
    if len(problems) == 1:
        sentences = [*_problem(voice, problems[0], lead="{year}年存在的主要问题是"), *_measures(voice, problems[0], "改进措施：")]
        return [Paragraph(sentences=tuple(sentences)), *_unattached(voice)]
    separate = len(problems) >= 3 and len(voice.submission.follow_ups) >= 2 and voice.kind.government
    return [*(_two_lists(voice) if separate else _pairs(voice)), *_unattached(voice)]


def real_problems(voice: Voice) -> list[Problem]:
    """The problems that say something: an entry such as 无 is none."""
    return [problem for problem in voice.submission.problems if not says_nothing(problem.text)]


def _pairs(voice: Voice) -> list[Paragraph]:
    lead = voice.one_of(
        "pairs",
        (
            "{year}年存在的主要问题和改进措施如下。",
            "对照{year}年工作，主要问题和改进措施如下。",
            "{year}年存在以下主要问题，逐项提出改进措施。",
        ),
    )
    paragraphs = [Paragraph(sentences=(voice.sentence(lead, *(problem.id for problem in real_problems(voice))),))]
    for number, problem in enumerate(real_problems(voice), 1):
        sentences = _problem(voice, problem, lead=f"{number}.")
        paragraphs.append(Paragraph(sentences=(*sentences, *_measures(voice, problem, "改进措施："))))
    return paragraphs


def _two_lists(voice: Voice) -> list[Paragraph]:
    problems, measures = [], []
    for number, problem in enumerate(real_problems(voice), 1):
        mark = f"{to_chinese(number)}是"
        problems.append(Paragraph(sentences=tuple(_problem(voice, problem, lead=mark))))
        measures += _measures(voice, problem, "")
    heads = ("（二）{year}年存在的主要问题", "（三）改进措施")
    first = problems[0].model_copy(update={"heading": heads[0]})
    return [first, *problems[1:], Paragraph(sentences=tuple(measures), heading=heads[1])]


def _problem(voice: Voice, problem: Problem, *, lead: str) -> list[Sentence]:
    texts = in_writing(voice, problem.text, f"problem.{problem.id}", f"问题 {problem.id} ").sentences
    if not texts:
        ask = "这一问题的具体表现。请写明涉及哪些单位、栏目或环节，有多少"
        return [voice.gap(f"problem.{problem.id}", ask, problem.id, lead=lead)]
    first = voice.sentence(lead + _LIST_MARK.sub("", texts[0]), problem.id)
    return [first, *(voice.sentence(text, problem.id) for text in texts[1:]), *related_figures(voice, problem.text, change=False)]


def _measures(voice: Voice, problem: Problem, lead: str) -> list[Sentence]:
    """The measures that answer a problem; one that was already printed for an earlier problem is referred to, not repeated."""
    problems = real_problems(voice)
    position = problems.index(problem)
    told = {earlier.id: number for number, earlier in enumerate(problems[:position], 1)}
    own = [item for item in voice.submission.improvements if problem.id in item.answers and not says_nothing(item.text)]
    fresh = [item for item in own if not told.keys() & set(item.answers)]
    sentences = [sentence for item in fresh for sentence in _measure(voice, item)]
    again = sorted({told[answer] for item in own if item not in fresh for answer in item.answers if answer in told})
    if again:
        numbers = "、".join(f"第{to_chinese(number)}个" for number in again)
        sentences.append(voice.sentence(f"与{numbers}问题的改进措施相同。", *(item.id for item in own if item not in fresh)))
    if not sentences:
        ask = f"针对{_title(problem.text, position + 1)}的改进措施。请写明做什么、谁负责、何时完成"
        return [voice.gap(f"improve.{problem.id}", ask, problem.id)]
    first = sentences[0]
    return [voice.sentence(lead + first.text, *first.sources), *sentences[1:]]


def _measure(voice: Voice, item: Improvement) -> list[Sentence]:
    texts = in_writing(voice, item.text, f"improve.{item.id}", f"改进措施 {item.id} ").sentences
    return [voice.sentence(text, item.id) for text in texts]


def _unattached(voice: Voice) -> list[Paragraph]:
    """Measures that answer no problem of the list, so that nothing handed in is lost."""
    known = {problem.id for problem in real_problems(voice)}
    given = (item for item in voice.submission.improvements if not says_nothing(item.text))
    rest = [item for item in given if not known & set(item.answers)]
    sentences = [sentence for item in rest for sentence in _measure(voice, item)]
    if not sentences:
        return []
    first = sentences[0]
    return [Paragraph(sentences=(voice.sentence(f"其他改进措施：{first.text}", *first.sources), *sentences[1:]))]
