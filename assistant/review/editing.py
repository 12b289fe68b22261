"""From a paragraph as somebody typed it back to sentences with slots and sources.

What did not change keeps its sentences. In what changed, a figure that a slot printed and that still stands in its place becomes
that slot again; a new figure becomes a slot only if exactly one fact has its value, its count word and its wording. Every other
figure stays as typed, and the checks judge it. No sign of the typed text is ever altered: what is stored prints as typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.drafting.draft import Sentence
from assistant.drafting.material import Material
from assistant.drafting.offline.voice import source_of
from assistant.errors import InputError
from assistant.language.quantities import find_quantities
from assistant.language.text import sentence_spans, strip_control
from assistant.review.matching import Stretch, matched
from assistant.review.naming import Named, named_figures

LONGEST = 10_000
GAP = "【待补"
BY_PERSON = "person"
_SLOT = re.compile(r"\{([^{}]+)\}")
_STOP = re.compile(r"[。！？!?；】\n][”’）)]*$")
_TEXTS = frozenset({"text", "provision", "name", "year"})
_SHARE = 0.3  # of a sentence that has to stand for its sources to go on


def typed(text: str) -> str:
    """Typed text as it is kept: control signs and blank lines are left out, lines are trimmed.

    Raises:
        InputError: nothing is left, or it is too long.
    """
    lines = (line.replace("\t", " ").strip() for line in strip_control(text).split("\n"))
    clean = "\n".join(line for line in lines if line)
    if not clean:
        raise InputError("这一段没有文字", remedy="不要这一段的话，请用“退回”；原有内容都在")
    if len(clean) > LONGEST:
        raise InputError(f"这一段有 {len(clean)} 个字，超过 {LONGEST} 字上限", remedy="请分成几段；写的文字还在，没有丢")
    return clean


def edited(old: Sequence[Sentence], text: str, material: Material, part: str) -> tuple[Sentence, ...]:
    """The sentences of a paragraph after an edit; printed one after another they are ``text``.

    Args:
        old: its sentences before.
        text: the paragraph as typed, from :func:`typed`.
        material: what the report is written from.
        part: the part it stands in, for wordings that mean something only there.

    Raises:
        InputError: the text has braces, which mark slots.
    """
    if text == "".join(each.rendered for each in old):
        return tuple(old)
    return _Edit(old, text, material, part).sentences()


def pieces_of(text: str) -> list[str]:
    """A text cut into sentences without losing a sign: white space goes with the sentence before it."""
    starts = [start for start, _end in sentence_spans(text)]
    cuts = [0, *starts[1:], len(text)]
    return [text[start:end] for start, end in pairwise(cuts) if start < end]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A slot and where it prints."""

    key: str
    start: int
    end: int


class _Edit:
    """One edit of one paragraph."""

    def __init__(self, old: Sequence[Sentence], text: str, material: Material, part: str) -> None:
        self.old, self.text, self.material, self.part = tuple(old), text, material, part
        self.ledger = material.ledger
        self._named: Named | None = None

    def sentences(self) -> tuple[Sentence, ...]:
        first, start = self._head()
        last, end = self._tail(first, start)
        middle = self._middle(self.old[first:last], start, end)
        return (*self.old[:first], *middle, *self.old[last:])

    def _head(self) -> tuple[int, int]:
        """How many sentences at the front did not change, and where they end."""
        count = position = 0
        for each in self.old:
            if not (self.text.startswith(each.rendered, position) and _STOP.search(each.rendered)):
                break
            count, position = count + 1, position + len(each.rendered)
        return count, position

    def _tail(self, first: int, start: int) -> tuple[int, int]:
        """Where the sentences at the back begin that did not change, by number and by position."""
        count, position = len(self.old), len(self.text)
        while count > first:
            begin = position - len(self.old[count - 1].rendered)
            apart = begin == start or (begin > start and _STOP.search(self.text[max(start, begin - 3) : begin]))
            if not apart or not self.text.startswith(self.old[count - 1].rendered, begin):
                break
            count, position = count - 1, begin
        return count, position

    def _middle(self, old: Sequence[Sentence], start: int, end: int) -> list[Sentence]:
        """The sentences between: those moved or kept as a whole, and what was written anew."""
        pieces = pieces_of(self.text[start:end])
        kept = _kept(old, pieces)
        spare = [each for number, each in enumerate(old) if number not in {number for number, _size in kept.values()}]
        found: list[Sentence] = []
        position = start
        at = 0
        while at < len(pieces):
            if at in kept:
                number, size = kept[at]
                found.append(old[number])
                position += len(old[number].rendered)
                at += size
                continue
            stop = next((place for place in range(at + 1, len(pieces)) if place in kept), len(pieces))
            new = pieces[at:stop]
            found += self._anew(spare, new, position)
            position += sum(map(len, new))
            at = stop
        return found

    def _anew(self, old: Sequence[Sentence], pieces: Sequence[str], offset: int) -> list[Sentence]:
        """Sentences for pieces that are not as before. ``offset`` is where they begin in the whole text."""
        text = "".join(pieces)
        stretches = matched("".join(each.rendered for each in old), text)
        placed = self._renamed(self._slots(old, text, stretches), text, offset)
        whole = _joined(pieces, placed)
        return [self._sentence(start, end, text, placed, old, stretches) for start, end in whole]

    def _renamed(self, placed: list[_Placed], text: str, offset: int) -> list[_Placed]:
        """The slots, those left out whose new words name another fact, and those added that the words of a figure name."""
        names = self._names()
        own = [each for each in placed if offset + each.start not in names.others or self._noted(each)]
        for start, key in names.facts.items():
            new = _Placed(key, start - offset, start - offset + len(self.ledger[key].text))
            if new.start < 0 or not text.startswith(self.ledger[key].text, new.start):
                continue
            inside = [each for each in own if each.start < new.end and new.start < each.end]
            if all((each.start, each.end) == (new.start, new.end) and not self._noted(each) for each in inside):
                own = [each for each in own if each not in inside] + [new]
        return own

    def _noted(self, slot: _Placed) -> bool:
        """Whether it prints a figure of a note, which may say the same as a table in its own words."""
        return self.ledger[slot.key].kind == "quantity"

    def _names(self) -> Named:
        if self._named is None:
            self._named = named_figures(self.material, self.part, self.text)
        return self._named

    def _slots(self, old: Sequence[Sentence], text: str, stretches: Sequence[Stretch]) -> list[_Placed]:
        """The slots that still stand."""
        before = "".join(each.rendered for each in old)
        numerals_before = [(found.start, found.end) for found in find_quantities(before)]
        numerals = [(found.start, found.end) for found in find_quantities(text)]
        placed = []
        for slot in self._printed(old):
            stretch = next((each for each in stretches if each.old <= slot.start and slot.end <= each.old + each.size), None)
            if stretch is None or not _in_place(before, slot, stretch):
                continue
            shift = stretch.new - stretch.old
            there = _Placed(slot.key, slot.start + shift, slot.end + shift)
            was = _across(numerals_before, slot)
            now = _across(numerals, there)
            if was == now:
                placed.append(there)
        return placed

    def _printed(self, old: Sequence[Sentence]) -> list[_Placed]:
        """Where the slots of the old sentences printed; none for a sentence that does not print what its slots say."""
        placed: list[_Placed] = []
        offset = 0
        for each in old:
            position, left = offset, 0
            own: list[_Placed] = []
            for match in _SLOT.finditer(each.text):
                fact = self.ledger.get(match.group(1))
                position += match.start() - left
                left = match.end()
                if fact is None:
                    own = []
                    break
                own.append(_Placed(match.group(1), position, position + len(fact.text)))
                position += len(fact.text)
            if own and self._prints(each.text) == each.rendered:
                placed += [slot for slot in own if slot.start < slot.end]
            offset += len(each.rendered)
        return placed

    def _prints(self, text: str) -> str:
        return _SLOT.sub(lambda match: fact.text if (fact := self.ledger.get(match.group(1))) else match.group(), text)

    def _sentence(
        self, start: int, end: int, text: str, placed: Sequence[_Placed], old: Sequence[Sentence], stretches: Sequence[Stretch]
    ) -> Sentence:
        own = sorted((slot for slot in placed if start <= slot.start and slot.end <= end), key=lambda slot: slot.start)
        source, left = "", start
        for slot in own:
            source += f"{_plain(text[left : slot.start])}{{{slot.key}}}"
            left = slot.end
        source += _plain(text[left:end])
        rendered = text[start:end]
        close = _near(old, stretches, start, end)
        sources = dict.fromkeys(source_of(slot.key) for slot in own)
        sources |= dict.fromkeys(key for each in close for key in each.sources if self._goes_on(key))
        gap = next((each.gap for each in old if each.gap), BY_PERSON) if GAP in rendered else None
        return Sentence(text=source, rendered=rendered, sources=tuple(sources), writer="person", gap=gap)

    def _goes_on(self, key: str) -> bool:
        """Whether a source goes on without its slot: a note or a provision does, a figure does not."""
        fact = self.ledger.get(key)
        return fact is None or fact.kind in _TEXTS


def _plain(text: str) -> str:
    if "{" in text or "}" in text:
        raise InputError("正文里不能用花括号 { }", remedy="请改用（）或〔〕；写的文字还在，没有丢")
    return text


def _kept(old: Sequence[Sentence], pieces: Sequence[str]) -> dict[int, tuple[int, int]]:
    """Which pieces are whole old sentences, in their place or moved: first piece → number of the sentence, how many pieces."""
    waiting: dict[str, list[int]] = {}
    for number, each in enumerate(old):
        waiting.setdefault(each.rendered, []).append(number)
    found: dict[int, tuple[int, int]] = {}
    at = 0
    while at < len(pieces):
        for size in range(min(4, len(pieces) - at), 0, -1):
            numbers = waiting.get("".join(pieces[at : at + size]))
            if numbers:
                found[at] = (numbers.pop(0), size)
                at += size
                break
        else:
            at += 1
    return found


def _in_place(before: str, slot: _Placed, stretch: Stretch) -> bool:
    """Whether enough of the words around a slot stand with it to say that it is the same claim."""
    left = slot.start - stretch.old
    right = stretch.old + stretch.size - slot.end
    opens = slot.start == 0 or before[slot.start - 1] in "，。；：、（"
    return left >= 2 or (opens and left >= min(1, slot.start) and right >= 1) or right >= 3


def _across(numerals: Sequence[tuple[int, int]], slot: _Placed) -> list[tuple[int, int]]:
    """The numerals that reach into a slot, counted from its start: a slot must not become part of a longer numeral."""
    return [(start - slot.start, end - slot.start) for start, end in numerals if start < slot.end and slot.start < end]


def _joined(pieces: Sequence[str], placed: Sequence[_Placed]) -> list[tuple[int, int]]:
    """The spans of the pieces, those that one slot runs across joined."""
    spans: list[tuple[int, int]] = []
    position = 0
    for piece in pieces:
        start, position = position, position + len(piece)
        if spans and any(slot.start < start < slot.end for slot in placed):
            start = spans.pop()[0]
        spans.append((start, position))
    return spans


def _near(old: Sequence[Sentence], stretches: Sequence[Stretch], start: int, end: int) -> list[Sentence]:
    """The old sentences of which enough stands in a new one."""
    found = []
    offset = 0
    for each in old:
        stop = offset + len(each.rendered)
        common = sum(_common(stretch, offset, stop, start, end) for stretch in stretches)
        if common >= _SHARE * max(1, min(len(each.rendered), end - start)):
            found.append(each)
        offset = stop
    return found


def _common(stretch: Stretch, offset: int, stop: int, start: int, end: int) -> int:
    """Signs of a stretch that lie in an old sentence and in a new one."""
    shift = stretch.new - stretch.old
    low = max(stretch.old, offset, start - shift)
    high = min(stretch.old + stretch.size, stop, end - shift)
    return max(0, high - low)
