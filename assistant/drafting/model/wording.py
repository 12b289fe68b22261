"""Whether a slot stands where its figure belongs: unit, direction of a change, the words around it; literal numerals."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources

from assistant.drafting.model.material import PartMaterial, evidence_text
from assistant.drafting.offline.voice import source_of
from assistant.facts.model import Fact
from assistant.language.quantities import FIGURES, find_quantities
from assistant.language.text import bigrams

SLOT = re.compile(r"\{([^{}]+)\}")
_MARK = re.compile(r"[，,；;：:。、（）()《》]|其中")
_UP = re.compile(r"增加|增长|上升|提高|提升|增至|增到|升至|升到|多了|增")
_DOWN = re.compile(r"减少|下降|降低|减至|减到|降至|降到|压减|少了|减|降")
_ABOUT = re.compile(r"超过|接近|约|近|逾|超|余|左右|以上|多(?=[件条个次])|将近|不足|不到|至少")
_LOOSE_AFTER = re.compile(r"^(?:余|多|左右|上下|(?:件|条|个|次|篇|份|项|人|场|期|家|处|人次)(?:左右|上下))")
_LOOSE_BEFORE = re.compile(r"(?:将近|接近|近|约|超过|逾)$")
_YEAR = re.compile(r"(?<![\d{.])(20\d\d)(?=年)")
_TITLE = re.compile(r"《[^《》]{1,80}》")
_AGAINST = re.compile(r"[较比由与]?上年度?的?|占办结总数的|合计")
_REACH = 24
_LEAD = re.compile(r"[\u4e00-\u9fff]{2}$")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a sentence does not hold: a code for counting, a Chinese sentence for the model and the record."""

    code: str
    reason: str


@dataclass(frozen=True)
class Wording:
    """The words each slot of a part is known to stand with: in the texts handed in, in the offline sentences, in its label."""

    material: PartMaterial

    @cached_property
    def contexts(self) -> Mapping[str, frozenset[str]]:
        """Pairs of characters beside each slot, by key."""
        found: dict[str, set[str]] = {}
        for text in self._texts:
            for key, _before, _after, words in slot_places(text):
                found.setdefault(key, set()).update(words)
        for key, fact in self.material.slots.items():
            if fact.kind in ("cell", "sum"):
                found.setdefault(key, set()).update(bigrams(fact.label.partition(" ")[2] or fact.label))
        return {key: frozenset(words) for key, words in found.items()}

    @cached_property
    def _strict(self) -> Mapping[str, frozenset[str]]:
        """As :attr:`contexts`, without what stands before an earlier mark: only words that are this slot's alone."""
        found: dict[str, set[str]] = {}
        for text in self._texts:
            for key, _before, _after, words in slot_places(text, far=False):
                found.setdefault(key, set()).update(words)
        for key, fact in self.material.slots.items():
            if fact.kind in ("cell", "sum"):
                found.setdefault(key, set()).update(bigrams(fact.label.partition(" ")[2] or fact.label))
        return {key: frozenset(words) for key, words in found.items()}

    def faults(self, text: str, own: Iterable[str] = ()) -> Iterator[Fault]:
        """What is wrong with the slots of a sentence; ``own`` are those of the items it states, all of the part's if empty."""
        known = self.material.slots | self.material.visiting(SLOT.findall(text))
        mine = frozenset(own) or frozenset(self.material.slots)
        places = list(slot_places(text))
        for key, before, after, words in places:
            fact = known.get(key)
            if fact is None:
                yield _unknown(self.material, key)
            elif fact.kind in ("text", "provision"):
                yield Fault("slot", f"{{{key}}}是整段材料，只能作依据，不能写在句子里")
            else:
                yield from _unit(key, fact, before, after)
                if not self._as_given(key, before, after):
                    yield from _about(key, fact, before, after)
                yield from _direction(key, fact, before)
                rivals = [other for other in self.material.slots if key not in mine or other in mine]
                yield from self._swapped(key, fact, words, rivals)
                yield from self._displaced(key, fact, before, rivals)
                if key not in self.material.slots and words.isdisjoint(_told_of(fact, self.material)):
                    yield Fault("slot_foreign", f"{{{key}}}不在所给的材料里")
        yield from _moves(text, known)
        yield from _whole(text, known)

    def _as_given(self, key: str, before: str, after: str) -> bool:
        """Whether the figure stands between the same words as in the material."""
        near = f"{before[-2:]}{{{key}}}{after[:2]}"
        loose = _LOOSE_BEFORE.search(before)
        return any(near in text or (loose and f"{loose.group()}{{{key}}}" in text) for text in self._texts)

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        offline = (sentence.text for item in self.material.items for sentence in item.offline)
        return (*self.material.texts.values(), *offline)

    def _swapped(self, key: str, fact: Fact, words: frozenset[str], rivals: Iterable[str]) -> Iterator[Fault]:
        """A slot whose surroundings are those of another figure of the same unit and another value."""
        if fact.kind in ("share", "growth", "diff"):
            return
        mine = len(words & self.contexts.get(key, frozenset()))
        for other in rivals:
            rival = self.material.slots[other]
            if other == key or rival.unit != fact.unit or rival.text == fact.text or rival.kind == "year":
                continue
            theirs = len(words & (self._strict.get(other, frozenset()) - self.contexts.get(key, frozenset())))
            if (mine == 0 and theirs >= 2) or theirs > mine + 2:
                yield Fault("slot_swapped", f"{{{key}}}是“{_about_what(fact)}”，写在这里像是{{{other}}}")
                return

    @cached_property
    def _leads(self) -> Mapping[str, frozenset[str]]:
        """The two characters before each slot in the material, by key."""
        found: dict[str, set[str]] = {}
        for text in self._texts:
            for key, before, _after, _words in slot_places(text):
                if _LEAD.search(before):
                    found.setdefault(key, set()).add(before[-2:])
        return {key: frozenset(leads) for key, leads in found.items()}

    def _displaced(self, key: str, fact: Fact, before: str, rivals: Iterable[str]) -> Iterator[Fault]:
        """A slot straight behind words that in the material lead to another figure of the same unit, or to its opposite."""
        lead = before[-2:]
        known = self._leads.get(key, frozenset())
        if _LEAD.search(before) and known and lead not in known:
            for other in rivals:
                rival = self.material.slots[other]
                same = other != key and rival.unit == fact.unit and rival.text != fact.text and rival.kind != "year"
                if same and lead in self._leads.get(other, ()):
                    yield Fault("slot_swapped", f"{{{key}}}是“{_about_what(fact)}”，写在这里像是{{{other}}}")
                    return
        near = _stretch(before)
        told = [_stretch(text[: match.start()]) for text in self._texts for match in re.finditer(re.escape(f"{{{key}}}"), text)]
        for one, other_side in opposites():
            for mine, theirs in ((one, other_side), (other_side, one)):
                if mine.search(near) and told and all(theirs.search(each) and not mine.search(each) for each in told):
                    yield Fault("negation", f"{{{key}}}是“{_about_what(fact)}”，与“{near[-16:]}”相反")
                    return

    def best_for(self, text: str, start: int, end: int, keys: Iterable[str]) -> list[str]:
        """Those of the keys whose known words agree best with the words beside a stretch of text."""
        marked = f"{text[:start]}{{?}}{text[end:]}"
        words = next((words for key, _b, _a, words in slot_places(marked) if key == "?"), frozenset())
        scored = [(len(words & self.contexts.get(key, frozenset())), key) for key in keys]
        best = max((score for score, _key in scored), default=0)
        return [key for score, key in scored if score == best and score > 0]


def _stretch(before: str) -> str:
    """The words before a slot up to the last mark or slot."""
    return re.split(r"[，；。：、{}]", before)[-1]


@lru_cache(maxsize=1)
def opposites() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """The pairs of opposite words of ``data/verify.toml``."""
    data = tomllib.loads((resources.files("assistant.drafting.model") / "data" / "verify.toml").read_text(encoding="utf-8"))
    return tuple((re.compile(one), re.compile(other)) for one, other in data["markers"]["opposites"])


def _about_what(fact: Fact) -> str:
    label = fact.label.rpartition("“")[2].rstrip("”") if "“" in fact.label else fact.label
    return label[:24]


def _unknown(material: PartMaterial, key: str) -> Fault:
    ledger = material.voice.ledger
    if key in ledger:
        return Fault("slot_foreign", f"{{{key}}}不在所给的材料里")
    return Fault("slot_unknown", f"没有{{{key}}}这个数字槽，请照抄材料里的键名")


def _told_of(fact: Fact, material: PartMaterial) -> frozenset[str]:
    """The pairs of characters that name a figure of another part: of its label, or of the text it stands in."""
    from assistant.drafting.model.support import pairs

    if fact.kind in ("cell", "sum"):
        return frozenset(pairs(fact.label.partition(" ")[2] or fact.label))
    text = evidence_text(material.voice, source_of(fact.key))
    return frozenset(pair for key, _b, _a, words in slot_places(text) if key == fact.key for pair in words)


def slot_places(text: str, *, far: bool = True) -> Iterator[tuple[str, str, str, frozenset[str]]]:
    """Each slot with the text before and after it and the pairs of characters of its own stretch between marks and slots.

    ``far``: where that stretch is next to nothing, the words before the mark count too.
    """
    matches = list(SLOT.finditer(text))
    for number, match in enumerate(matches):
        left = matches[number - 1].end() if number else 0
        right = matches[number + 1].start() if number + 1 < len(matches) else len(text)
        before, after = text[left : match.start()], text[match.end() : right]
        marks = list(_MARK.finditer(before))
        near = before[marks[-1].end() :] if marks else before
        mark = _MARK.search(after)
        tail = after[: mark.start()] if mark else after
        if number + 1 < len(matches) and not mark:
            tail = tail[:2]
        if far and len(near) < 2 and marks and len(tail) < 4:
            earlier = before[: marks[-1].start()]
            near = earlier[-8:] + near
        yield (
            match.group(1),
            text[: match.start()],
            text[match.end() :],
            frozenset(pair for pair in bigrams(_AGAINST.sub(" ", near)) | bigrams(tail) if len(pair) > 1),
        )


def _unit(key: str, fact: Fact, before: str, after: str) -> Iterator[Fault]:
    if fact.kind in ("name", "year"):
        return
    if fact.unit and not after.startswith((fact.unit, "％") if fact.unit == "%" else fact.unit):
        yield Fault("unit", f"{{{key}}}的量词是“{fact.unit}”，应写成{{{key}}}{fact.unit}")
    elif not fact.unit and after.startswith(("%", "％")):
        yield Fault("unit", f"{{{key}}}不是百分数")
    elif after.startswith(("万", "亿")) and not fact.unit.startswith(("万", "亿")):
        yield Fault("unit", f"{{{key}}}后面不能再写“{after[0]}”")
    if before.endswith(("第", "百分之")) or (before[-1:].isdigit()):
        yield Fault("unit", f"{{{key}}}前面不能写“{before[-1:]}”")


def _about(key: str, fact: Fact, before: str, after: str) -> Iterator[Fault]:
    if fact.kind in ("name", "year"):
        return
    if fact.approximate:
        if not (_ABOUT.search(before[-4:]) or _ABOUT.search(after[:6])):
            yield Fault("exact", f"{{{key}}}在材料里是约数，要写“超过”“接近”或“约”")
    elif _LOOSE_AFTER.search(after) or _LOOSE_BEFORE.search(before):
        yield Fault("exact", f"{{{key}}}是准数，不能加“余”“近”“约”“左右”")


def _direction(key: str, fact: Fact, before: str) -> Iterator[Fault]:
    if fact.kind not in ("diff", "growth"):
        return
    clause = re.split(r"[，；。：、]", before)[-1][-_REACH:]
    up, down = _UP.search(clause), _DOWN.search(clause)
    right, wrong = (up, down) if fact.sign > 0 else (down, up)
    if fact.sign == 0:
        yield Fault("direction", f"{{{key}}}没有变化，写“与上年持平”，不写数")
    elif wrong or not right:
        yield Fault("direction", f"{{{key}}}是{fact.direction}，方向词应为“{fact.direction}”")


_MOVE = re.compile(
    r"\{([^{}]+)\}[^，；。{}]{0,12}?((?:增加|增长|上升|提高|压减|减少|下降)[到至]|[增升降减][至到为])[^，；。{}]{0,4}\{([^{}]+)\}"
)


def _moves(text: str, known: Mapping[str, Fact]) -> Iterator[Fault]:
    """由…增至…: the direction must be that of the two figures."""
    for match in _MOVE.finditer(text):
        first, second = known.get(match.group(1)), known.get(match.group(3))
        if first is None or second is None or first.value is None or second.value is None:
            continue
        up = bool(_UP.search(match.group(2)))
        if (second.value > first.value) != up or first.value == second.value:
            yield Fault("direction", f"由{{{first.key}}}到{{{second.key}}}的增减方向写反了")


_WHOLE = re.compile(r"\{([^{}]+)\}([^，；。{}]{1,3})[，,]?(?:全部|全都|均|都)[是为系由](.*?)(?=[；。]|$)")


def _whole(text: str, known: Mapping[str, Fact]) -> Iterator[Fault]:
    """…件，全部是…: the figures that follow must make up the one before."""
    for match in _WHOLE.finditer(text):
        total = known.get(match.group(1))
        parts = [known[key] for key in SLOT.findall(match.group(3)) if key in known]
        counts = [
            fact.value for fact in parts if total and fact.unit == total.unit and fact.kind not in ("share", "growth", "diff")
        ]
        if total is None or total.value is None or not counts or None in counts:
            continue
        if sum(value for value in counts if value is not None) < total.value:
            yield Fault("scope", f"{{{total.key}}}多于后面所列各数之和，不能写“全部”")


def with_slots(text: str, wording: Wording) -> tuple[str, list[Fault]]:
    """Literal numerals replaced by their slots where exactly one fact of the part has value, unit and wording.

    Years become their slots outside titles. Returns the text and, for each numeral that could not be replaced, why.
    """
    for key, fact in wording.material.slots.items():
        if fact.approximate:
            text = re.sub(rf"(?<!超过)(\{{{re.escape(key)}\}})[余多](?={re.escape(fact.unit)})", r"超过\1", text)
    year = int(wording.material.voice.submission.year)
    names = {str(year): "{year}", str(year - 1): "{year.prev}", str(year + 1): "{year.next}"}
    titles = [match.span() for match in _TITLE.finditer(text)]

    def year_slot(match: re.Match[str]) -> str:
        inside = any(start < match.start() < end for start, end in titles)
        return match.group() if inside else names.get(match.group(), match.group())

    text = _YEAR.sub(year_slot, text)
    faults: list[Fault] = []
    hidden = SLOT.sub(lambda match: "\x00" * len(match.group()), text)
    for found in reversed([item for item in find_quantities(hidden) if item.kind in FIGURES]):
        if _quoted(hidden, found.start, wording.material):
            continue
        keys = [
            key
            for key, fact in wording.material.slots.items()
            if fact.value is not None and abs(fact.value) == abs(found.value) and fact.unit == found.unit and fact.kind != "year"
        ]
        best = wording.best_for(text, found.start, found.unit_end, keys)
        if len(best) == 1 and not found.approximate:
            percent = "%" if found.unit == "%" and found.raw[:1] in "百" else ""
            text = f"{text[: found.start]}{{{best[0]}}}{percent}{text[found.end :]}"
        else:
            told = "在材料里没有" if not keys else "没有写成数字槽，也不能确定是哪一个"
            faults.append(Fault("literal", f"数字“{found.raw}{found.unit}”{told}，请改用数字槽或删去"))
    return text, faults[::-1]


def _quoted(text: str, at: int, material: PartMaterial) -> bool:
    """Whether a numeral stands in a title or quotation that this year's material has word for word."""
    for match in re.finditer(r"《[^《》]*》|“[^“”]*”", text):
        if match.start() < at < match.end():
            return match.group()[1:-1] in material.own_words
    return False
