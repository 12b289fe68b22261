"""Remarks for the unit on its notes as a whole: those that say nothing, and two that give different numbers for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.drafting.draft import Hint
from assistant.drafting.offline.notes import figures_of
from assistant.drafting.offline.voice import Voice
from assistant.drafting.register import is_foreign, says_nothing
from assistant.facts.model import Fact

_START = re.compile(r"[^，；。、：:,;（(]*$")
_TIME = re.compile(r"^(?:全年|\d{4}年|本年度?|今年)?[，]?(?:我[局委镇县市区们]|本机关|本单位)?(?:共|累计|总共|一共)*")
_ENOUGH = 4


def remarks_on_notes(voice: Voice) -> Iterator[Hint]:
    """Hints on notes that were not used at all, and on notes that contradict one another."""
    for note in voice.submission.notes:
        if says_nothing(note.text) and note.text.strip():
            why = "不是中文，请用中文重写" if is_foreign(note.text) else "没有说明做了什么，请补充具体内容"
            yield Hint(kind="unused", text=f"素材 {note.id}“{note.text.strip()[:30]}”没有写入正文：{why}", sources=(note.id,))
    yield from _contradictions(voice)


def _contradictions(voice: Voice) -> Iterator[Hint]:
    """Two notes with the same words before two different numbers of the same unit."""
    first: dict[tuple[str, str], tuple[str, Fact]] = {}
    for note in voice.submission.notes:
        for fact in figures_of(voice, f"note.{note.id}"):
            words = _words(note.text, fact)
            if len(words) < _ENOUGH or not fact.unit:
                continue
            other, seen = first.setdefault((words, fact.unit), (note.id, fact))
            if other != note.id and seen.value != fact.value:
                both = f"素材 {other} 说“{words}{seen.text}{seen.unit}”，素材 {note.id} 说“{words}{fact.text}{fact.unit}”"
                yield Hint(kind="vague", text=f"{both}，两处不一致，请核对", sources=(other, note.id))


def _words(text: str, fact: Fact) -> str:
    found = _START.search(text[: fact.start])
    return _TIME.sub("", found.group().strip()) if found else ""
