"""Whether the number of parts a preface claims agrees with the names it lists (rule S-PREFACE-COUNT)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.form import Section
from assistant.report.labels import normalise_label
from assistant.report.sections import canonical_title

_CLAIM = re.compile(r"(等)?\s*(?:共|共计)?\s*([一二两三四五六七八九十]|\d{1,2})\s*个?\s*(?:大)?(?:部分|方面|章节)")
_LIST_START = re.compile(r"由|包括|包含|分为|含")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_FILLING = re.compile(r"[和与及等共计主要内容本报告为以下的部分个六五七]")
_NUMERALS = {name: number for number, name in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}


@dataclass(frozen=True)
class PrefaceCount:
    """What a preface claims: the number of parts, how many names it lists, the words, whether a 等 leaves the list open."""

    claimed: int
    listed: int
    quote: str
    open_list: bool


def preface_count(preface: str, sections: Sequence[Section]) -> PrefaceCount | None:
    """The claim of a preface and the number of parts it names; None if it claims or lists nothing, or names are unknown.

    Args:
        preface: the text before 一、总体情况.
        sections: the parts of all known forms, whose titles and aliases count as names.
    """
    for sentence in re.split(r"[。\n；]", preface):
        claim = _CLAIM.search(sentence)
        if claim is None:
            continue
        starts = [match.end() for match in _LIST_START.finditer(sentence, 0, claim.start())]
        before = _BRACKETS.sub("", sentence[starts[0] if starts else 0 : claim.start()])
        after = _BRACKETS.sub("", sentence[claim.end() :])
        listing = before if len(before) >= len(after) else after
        listed, rest = _named(listing, sections)
        if listed and len(rest) < 3:
            number = claim.group(2)
            claimed = int(number) if number.isdigit() else _NUMERALS[number]
            return PrefaceCount(claimed, listed, claim.group().strip(), bool(claim.group(1)))
    return None


def _named(listing: str, sections: Sequence[Section]) -> tuple[int, str]:
    """How many different parts the listing names, and what is left of it."""
    rest = canonical_title(listing)
    wordings = {canonical_title(title): section.key for section in sections for title in (section.title, *section.aliases)}
    named = set()
    for wording in sorted(wordings, key=len, reverse=True):
        if wording in rest:
            named.add(wordings[wording])
            rest = rest.replace(wording, "")
    return len(named), _FILLING.sub("", normalise_label(rest))
