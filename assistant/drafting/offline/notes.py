"""Sentences from work notes and from the three statutory results of governments."""

from __future__ import annotations

import re
from itertools import count

from assistant.drafting.draft import Hint, Sentence
from assistant.drafting.offline.applications import sorted_requests
from assistant.drafting.offline.repeats import without_repeats
from assistant.drafting.offline.voice import Voice
from assistant.drafting.privacy import told
from assistant.drafting.register import Written, written
from assistant.facts.model import Fact
from assistant.form import StatutoryResult

_SUBJECTLESS = re.compile(r"^(?:在|通过|依托|利用|共|累计|主动公开|公开|发布|围绕|组织|开展|举办|印发|制定|编制|更新|新增)")
_OWN_LABEL = re.compile(r"^(?:工作考核|社会评议|责任追究|考核|评议|追责|问责)(?:结果|情况|工作)*[:：]")
_NEGATIVE = re.compile(r"^(?:没有|暂无|尚无|无自建|未设|未建)")
_WHOLE_YEAR = re.compile(r"^全年(?:共|累计)?")


def figures_of(voice: Voice, prefix: str) -> list[Fact]:
    """The figures of one text, such as ``note.n3``, in order."""
    facts: list[Fact] = []
    for number in count(1):
        fact = voice.ledger.get(f"{prefix}.{number}")
        if fact is None:
            return facts
        facts.append(fact)
    return facts


def in_writing(voice: Voice, text: str, prefix: str, name: str) -> Written:
    """A text of the submission in the written register; what was left out or is vague becomes a hint for the unit."""
    result = written(text, figures_of(voice, prefix), voice.submission.year, voice.own)
    source = prefix.partition(".")[2]
    for clause in result.dropped:
        voice.hints.append(
            Hint(
                kind="left_out",
                text=f"{name}中的“{clause}”没有写入正文：属于评价、表态，或者是正文已有件数的比率",
                sources=(source,),
            )
        )
    for order in result.orders:
        what = "像是写给起草者的话，不是工作内容"
        voice.hints.append(Hint(kind="left_out", text=f"{name}中的“{order[:60]}”没有写入正文：{what}", sources=(source,)))
    if result.personal:
        what = told(result.personal)
        hint = f"{name}里有{what}，没有写入正文，也不交给模型；报告将向社会公布，请核对"
        voice.hints.append(Hint(kind="personal", text=hint, sources=(source,)))
    for word in result.vague:
        voice.hints.append(Hint(kind="vague", text=f"{name}中的“{word}”没有准数，请补充次数或数量", sources=(source,)))
    for fact in figures_of(voice, prefix):
        if fact.approximate:
            voice.hints.append(Hint(kind="vague", text=f"{name}中的“{fact.text}{fact.unit}”是约数，请改填准数", sources=(source,)))
    return result


def note(voice: Voice, note_id: str, *, opening: bool = False) -> list[Sentence]:
    """A note's sentences; the opening one of the report gets year and subject when it has none of its own."""
    found = next((item for item in voice.submission.notes if item.id == note_id), None)
    if found is None:
        return []
    result = in_writing(voice, found.text, f"note.{note_id}", f"素材 {note_id} ")
    texts = result.sentences
    if not texts and (result.orders or result.personal):
        ask = f"素材 {note_id} 去掉不能公布的内容和写给起草者的话以后，没有可写的事。请补充做了什么"
        return [voice.gap(f"note.{note_id}", ask, note_id)]
    if found.aspect == "s1.request":
        texts = [sorted_requests(voice, kept) for text in texts if (kept := without_repeats(voice, text))]
    if texts and _NEGATIVE.match(texts[0]):
        texts[0] = f"{voice.own}{texts[0]}"
    elif texts and opening:
        texts[0] = _with_subject(voice, texts[0])
    return [voice.sentence(text, note_id) for text in texts]


def opens_with_year(voice: Voice) -> bool:
    """Whether a note on 主动公开 will open the text with the year and the unit's name."""
    opening = (note.text for note in voice.submission.notes if note.aspect == voice.form.aspects[0].key)
    return any(_WHOLE_YEAR.match(text) or _SUBJECTLESS.match(text) for text in opening)


def _with_subject(voice: Voice, text: str) -> str:
    subject = "" if voice.scope else voice.own
    if _WHOLE_YEAR.match(text):
        return f"{{year}}年，{subject}{_WHOLE_YEAR.sub('', text)}"
    if _SUBJECTLESS.match(text):
        return f"{{year}}年，{subject}{text}"
    return text


def statutory_result(voice: Voice, result: StatutoryResult, note_ids: tuple[str, ...]) -> list[Sentence]:
    """One result of Article 50 (4), introduced by its name."""
    sentences: list[Sentence] = []
    for note_id in note_ids:
        for sentence in note(voice, note_id):
            body = _OWN_LABEL.sub("", sentence.text)
            named = sentences or body.startswith(result.name)
            text = body if named else f"{result.name}：{body}"
            sentences.append(voice.sentence(text, note_id, "条例:46"))
    return sentences
