"""Holds a model's sentences against the material of their part. What fails is told why; nothing is mended but slots and marks."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.checks.engine import run_checks
from assistant.checks.subject import Subject, subject_of_submission
from assistant.drafting.draft import Sentence
from assistant.drafting.model.contract import WrittenSentence, tidy
from assistant.drafting.model.language import traditional_characters
from assistant.drafting.model.material import SLOT, Item, PartMaterial
from assistant.drafting.model.polarity import polarity_faults
from assistant.drafting.model.residue import residue_faults
from assistant.drafting.model.support import copied_faults, evidence_of, foreign_faults, manner_faults, support_faults
from assistant.drafting.model.wording import Fault, Wording, with_slots
from assistant.drafting.offline.voice import source_of
from assistant.drafting.privacy import MASKS, find_personal
from assistant.language.text import bigrams, split_clauses

_SHAPE = re.compile(r"[【】\n\r#*`<>|\\]|https?:|\{\{|^\s*[-•·]")
_LETTERS = re.compile(r"[A-Za-z]{3,}")
_MARK = re.compile(r"^(?:\d{1,2}[.、．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,2}(?:是|、))")
_STATUS = {
    "resolved": re.compile(r"已经?(?:得到)?(?:解决|整改到位|整改完成|完成整改)"),
    "partial": re.compile(r"部分解决|部分进展|部分整改|取得进展"),
    "ongoing": re.compile(r"(?:仍|还|正|继续|持续)(?:在)?(?:继续)?(?:整改|推进|编制|解决)|尚未解决|继续推进"),
}
_NONE = re.compile(r"没有|未|无|均")
_FEWEST, _MOST = 4, 300
_SHORT_CLAUSE = 6
_RULES = ("TX", "N", "Y", "R")
# The rules keep the text they read last; parts judged side by side would make them read it again and again.
_AUDIT = threading.Lock()


@dataclass(frozen=True)
class Judged:
    """A sentence with its outcome: what stands in the draft if there are no faults."""

    sentence: Sentence
    items: tuple[int, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it may stand."""
        return not self.faults


class Verifier:
    """Holds sentences against one part's material."""

    def __init__(self, material: PartMaterial) -> None:
        self.material = material
        self.wording = Wording(material)

    @cached_property
    def _subject(self) -> Subject:
        voice = self.material.voice
        return subject_of_submission(voice.submission, registry=voice.registry, previous=voice.previous)

    def judge(self, written: Sequence[WrittenSentence]) -> tuple[Judged, ...]:
        """Judge sentences one by one, then together: items of which a figure got lost, contradictions with the tables."""
        judged = [self.sentence(each) for each in written]
        judged = self._repeated(judged)
        judged = self._contradicting(judged)
        return tuple(judged)

    def sentence(self, written: WrittenSentence) -> Judged:
        """Judge one sentence on its own."""
        material = self.material
        numbers = tuple(dict.fromkeys(number for number in written.items if number in material.by_number))
        items = [material.by_number[number] for number in numbers]
        text = _without_prefix(tidy(written.text), items)
        faults = list(_shape(text))
        if odd := traditional_characters(text, material.own_words):
            faults.append(Fault("shape", f"要写简体字，不写“{'、'.join(dict.fromkeys(odd[:5]))}”"))
        if not items:
            return Judged(_made(text, written.sources), (), (*faults, Fault("items", "items里没有这个要点号")))
        faults += _together(items)
        text, loose = with_slots(text, self.wording)
        given = tuple(dict.fromkeys(key for key in written.sources if key))
        slots = SLOT.findall(text)
        faults += loose
        faults += self.wording.faults(text, {slot for item in items for slot in item.slots})
        faults += self._sources(given, slots, items)
        sources = dict.fromkeys((*(source_of(slot) for slot in slots), *given))
        if not faults:
            faults += self._meaning(text, tuple(sources), items)
        return Judged(_made(text, tuple(sources)), numbers, tuple(faults))

    def _sources(self, given: tuple[str, ...], slots: list[str], items: list[Item]) -> Iterator[Fault]:
        if not given and not slots:
            yield Fault("no_source", "没有写明依据（sources）")
        visiting = self.material.visiting(slots)
        guests = {*visiting, *(source_of(key) for key in visiting)}
        for key in given:
            if key not in self.material.sources and key not in guests:
                yield Fault("source", f"依据“{key}”不在所给的材料里")
        named = {*given, *(source_of(slot) for slot in slots)}
        for item in items:
            own = {key for key in item.sources if key not in ("year", "unit") and not key.startswith("条例:")}
            if not named & own and not set(slots) & own:
                yield Fault("source", f"写到要点{item.number}，依据里却没有{item.anchor or '它的表格键'}")

    def _meaning(self, text: str, sources: tuple[str, ...], items: list[Item]) -> Iterator[Fault]:
        evidence = evidence_of(self.material, sources)
        yield from manner_faults(text, self.material.own_words)
        yield from support_faults(text, evidence)
        yield from residue_faults(text, evidence.words)
        anchors = {item.anchor[:1] for item in items}
        yield from polarity_faults(
            text, evidence.texts, self.material.voice.submission.year, plan=anchors == {"i"}, figures=anchors <= {""}
        )
        yield from foreign_faults(text, self.material)
        yield from copied_faults(text, self.material)
        yield from self._zero(text, sources)
        for item in items:
            yield from self._status(text, item)

    def _zero(self, text: str, sources: tuple[str, ...]) -> Iterator[Fault]:
        """A sentence on figures that are all zero has to say so."""
        ledger, printed = self.material.voice.ledger, set(SLOT.findall(text))
        figures = [fact for key in sources if (fact := ledger.get(key)) and fact.kind in ("cell", "sum", "fee")]
        if figures and not printed - {"year"} and all(not fact.value for fact in figures) and not _NONE.search(text):
            yield Fault("negation", "所依据的数都是零，要写“没有”“未发生”一类的话")
        zeros = [fact for fact in figures if not fact.value]
        for clause in split_clauses(text):
            if SLOT.findall(clause) or _NONE.search(clause) or re.match("其中|上年为", clause):
                continue
            for fact in zeros:
                shared = len(bigrams(clause) & bigrams(fact.label.partition(" ")[2] or fact.label))
                if shared >= 2 or (shared and len(clause) <= _SHORT_CLAUSE):
                    yield Fault("negation", f"“{clause[:24]}”：{fact.label}是零，要写“没有”一类的话")
                    return

    def _status(self, text: str, item: Item) -> Iterator[Fault]:
        """What became of last year's problem, told as the unit told it."""
        if not re.fullmatch(r"f\d+", item.anchor):
            return
        status = self.material.voice.submission.follow_ups[int(item.anchor[1:]) - 1].status
        wrong = [name for name, pattern in _STATUS.items() if name != status and pattern.search(text)]
        right = _STATUS[status].search(text)
        if wrong and not right:
            words = {"resolved": "已经解决", "partial": "部分解决", "ongoing": "仍在整改"}
            yield Fault("status", f"填报的整改情况是“{words[status]}”，不能写成别的")

    def _repeated(self, judged: list[Judged]) -> list[Judged]:
        seen: dict[str, int] = {}
        result: list[Judged] = []
        for each in judged:
            first = seen.setdefault(each.sentence.text, len(seen))
            again = first != len(seen) - 1 or any(each.sentence.text == other.sentence.text for other in result)
            fault = Fault("repeated", "与前面一句完全相同")
            result.append(replace(each, faults=(*each.faults, fault)) if again else each)
        return result

    def lost(self, judged: Iterable[Judged]) -> dict[int, Fault]:
        """Items, by number, that no sentence that holds states in full, with the reason."""
        stated: dict[int, set[tuple[str, str]]] = defaultdict(set)
        seen: set[int] = set()
        facts, ledger = self.material.slots, self.material.voice.ledger
        for each in judged:
            if each.holds:
                for number in each.items:
                    seen.add(number)
                    stated[number] |= {(ledger[key].text, ledger[key].unit) for key in SLOT.findall(each.sentence.text)}
        found = {}
        for item in self.material.open:
            if item.number not in seen:
                found[item.number] = Fault("uncovered", f"要点{item.number}没有写")
                continue
            gone = [key for key in item.required if (facts[key].text, facts[key].unit) not in stated[item.number]]
            if gone:
                listed = "、".join(f"{{{key}}}" for key in gone)
                found[item.number] = Fault("lost", f"要点{item.number}的{listed}没有写到")
            elif item.anchor[:1] == "f" and (fault := self._untold(item, judged)):
                found[item.number] = fault
        return found

    def _untold(self, item: Item, judged: Iterable[Judged]) -> Fault | None:
        if not re.fullmatch(r"f\d+", item.anchor):
            return None
        status = self.material.voice.submission.follow_ups[int(item.anchor[1:]) - 1].status
        texts = [each.sentence.text for each in judged if each.holds and item.number in each.items]
        if any(_STATUS[status].search(text) for text in texts):
            return None
        words = {"resolved": "已经解决", "partial": "部分解决", "ongoing": "仍在整改"}
        return Fault("status", f"要点{item.number}没有写明整改情况是“{words[status]}”")

    def _contradicting(self, judged: list[Judged]) -> list[Judged]:
        """Run the rules of finished texts over the sentences that hold; an error in one of them sends it back."""
        sentences = [each.sentence.model_copy(update={"rendered": self._rendered(each)}) for each in judged if each.holds]
        if not sentences:
            return judged
        told = iter(self.audit(sentences))
        return [replace(each, faults=faults) if each.holds and (faults := next(told)) else each for each in judged]

    def hopeless(self) -> dict[int, tuple[Fault, ...]]:
        """Items, by number, of which neither the text handed in nor the offline sentence passes the rules of finished texts."""
        items = [item for item in self.material.open if item.anchor in self.material.texts]
        found = self._ruled([(item, sentence.text) for item in items for sentence in item.offline])
        given = self._ruled([(item, self.material.texts[item.anchor]) for item in items if item.number in found])
        both = (
            (number, tuple(each for each in faults if each.code in {f.code for f in given.get(number, ())}))
            for number, faults in found.items()
        )
        return {number: faults for number, faults in both if faults}

    def _ruled(self, told: Sequence[tuple[Item, str]]) -> dict[int, list[Fault]]:
        """The faults that the rules find in these texts, by item."""
        found: dict[int, list[Fault]] = defaultdict(list)
        sentences = [_made(text, item.sources) for item, text in told]
        sentences = [each.model_copy(update={"rendered": self.material.voice.ledger.render(each.text)}) for each in sentences]
        for (item, _text), faults in zip(told, self.audit(sentences) if sentences else (), strict=True):
            if faults:
                found[item.number] += faults
        return dict(found)

    def _rendered(self, each: Judged) -> str:
        return self.material.voice.ledger.render(each.sentence.text)

    def audit(self, sentences: Sequence[Sentence]) -> list[tuple[Fault, ...]]:
        """What the rules for finished texts say of each of these sentences, as they would stand in the part."""
        from assistant.checks.subject import PlacedSentence

        text, placed = "", []
        for sentence in sentences:
            placed.append(PlacedSentence(self.material.key, len(text), len(text) + len(sentence.rendered), sentence))
            text += sentence.rendered
        subject = replace(
            self._subject, texts={self.material.key: text}, sentences=tuple(placed), ledger=self.material.voice.ledger
        )
        found: list[list[Fault]] = [[] for _ in sentences]
        with _AUDIT:
            findings = run_checks(subject, families=_RULES, scopes={"draft"}).findings
        for finding in findings:
            if finding.status != "fail" or finding.start is None or finding.severity == "info":
                continue
            for number, place in enumerate(placed):
                if place.start <= finding.start < place.end:
                    found[number].append(Fault(finding.rule, finding.message))
        return [tuple(faults) for faults in found]


def _made(text: str, sources: Iterable[str]) -> Sentence:
    return Sentence(text=text, rendered="", sources=tuple(sources), writer="model")


def _together(items: list[Item]) -> Iterator[Fault]:
    """Items that the program introduces with a mark or label, or that stand under different headings, are told apart."""
    if len(items) > 1 and (any(item.prefix for item in items) or len({item.heading for item in items}) > 1):
        alone = next((item.number for item in items if item.prefix), items[-1].number)
        yield Fault("items", f"要点{alone}要单独成句，不与别的要点合写")


def _shape(text: str) -> Iterator[Fault]:
    bare = SLOT.sub("x", text)
    if _SHAPE.search(bare) or bare.count("{") or bare.count("}"):
        yield Fault("shape", "不能有换行、书写符号、网址、待补标记或不成对的花括号")
    if any(mask in text for mask in MASKS.values()) or find_personal(SLOT.sub("　", text)):
        yield Fault("personal", "不写个人信息和案号")
    if _LETTERS.search(SLOT.sub("", text)):
        yield Fault("shape", "不能写外文")
    if not _FEWEST <= len(SLOT.sub("00", text)) <= _MOST:
        yield Fault("shape", f"一句话应在{_FEWEST}至{_MOST}字之间")


def _without_prefix(text: str, items: list[Item]) -> str:
    """The sentence without the list mark or label that the program prints itself."""
    prefix = items[0].prefix if items else ""
    if prefix and text.startswith(prefix):
        return text[len(prefix) :]
    return _MARK.sub("", text)
