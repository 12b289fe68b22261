"""Whether a sentence says yes and no, all and some, done and planned where its sources do, clause by clause.

Each clause is laid beside the clauses of its sources that share most of its words and figures; of several equally near ones, one
that agrees is enough. The words are lists in ``data/verify.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

from assistant.drafting.model.material import SLOT
from assistant.drafting.model.support import lists, pairs
from assistant.drafting.model.wording import Fault, opposites
from assistant.language.text import bigrams, split_clauses

_REACH = 5
_NEAREST = 0.08
_YEARS = ("year.prev", "year.next")
_DATE = re.compile(r"\d{1,2}月(?:\d{1,2}日)?|\d{1,2}日")
_WORD = re.compile(r"[㐀-鿿]{2}")
_LIGHT = re.compile("[均都已仍也还将]")
_COVERS = 0.6
_LE = re.compile("(?<=[\u4e00-\u9fff])了(?![解然])")
_SAME = 3
_SPEAKS = 0.8
_NO = re.compile("[没未无]")
_EXCEPT = re.compile("除.{1,24}外(?!部|交|国)")


@dataclass(frozen=True)
class Markers:
    """The words that turn or widen a statement, compiled; ``alike`` is the least share of words that makes two clauses alike."""

    no: re.Pattern[str]
    not_no: re.Pattern[str]
    done: re.Pattern[str]
    planned: re.Pattern[str]
    all: re.Pattern[str]
    all_told: re.Pattern[str]
    some: re.Pattern[str]
    degree: re.Pattern[str]
    opposites: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    alike: float


@lru_cache(maxsize=1)
def markers() -> Markers:
    """The marker words of ``data/verify.toml``."""
    data = tomllib.loads((resources.files("assistant.drafting.model") / "data" / "verify.toml").read_text(encoding="utf-8"))
    words = data["markers"]
    names = sorted(data["not_negation"], key=len, reverse=True)
    deeds = "|".join(sorted({word for line in data["deeds"] for word in line.split() if len(word) > 1}, key=len, reverse=True))
    return Markers(
        re.compile(data["negation"]),
        re.compile("|".join(map(re.escape, names))),
        re.compile(words["done"]),
        re.compile(words["planned"].replace("<deed>", f"(?:{deeds}|{words['more_deeds']})")),
        re.compile(words["all"]),
        re.compile(words["all_told"]),
        re.compile(words["some"]),
        re.compile(words["degree"]),
        opposites(),
        lists().bounds["alike"],
    )


@dataclass(frozen=True)
class Clause:
    """A clause with what it is compared by: its words and slots without negations, and its negations' reach."""

    text: str
    words: frozenset[str]
    denied: tuple[frozenset[str], ...]
    affirmed: frozenset[str]
    hidden: int = 0


def clause_of(text: str) -> Clause:
    """A clause as it is compared."""
    bare = _without_names(SLOT.sub("　", text))
    denied, reached = [], [False] * len(bare)
    for match in markers().no.finditer(bare):
        end = min(len(bare), match.end() + _REACH)
        denied.append(frozenset(_pairs(bare[match.end() : end])))
        reached[match.start() : end] = [True] * (end - match.start())
    plain = "".join("　" if hit else char for char, hit in zip(bare, reached, strict=True))
    words = bigrams(_LIGHT.sub("", markers().no.sub("", bare))) | {f"{{{key}}}" for key in SLOT.findall(text)}
    return Clause(text, frozenset(words), tuple(denied), frozenset(_pairs(plain)))


def _without_names(text: str) -> str:
    """A text whose set phrases with a negative character in them are no negations."""
    return markers().not_no.sub(lambda match: match.group().translate(_PLAIN), text)


_PLAIN = str.maketrans(dict.fromkeys("没未无不零", "〇"))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1) if _WORD.fullmatch(text[at : at + 2])}


def polarity_faults(text: str, sources: Sequence[str], year: int, *, plan: bool, figures: bool) -> Iterator[Fault]:
    """What a sentence turns round, widens or adds against its sources.

    Args:
        text: the sentence, figures as slots.
        sources: the texts it rests on, in all their wordings.
        year: the report year.
        plan: whether it rests on measures to come: nothing in it may be told as done.
        figures: whether it rests on the tables alone: nothing in it may be told as planned.
    """
    sources = [_years_as_slots(source, year) for source in sources]
    given = [clause_of(each) for source in sources for each in split_clauses(source)]
    whole = "\n".join(sources)
    yield from _words(text, whole, plan=plan, figures=figures)
    denied = frozenset(pair for clause in given for reach in clause.denied for pair in reach) | _beside_no(whole)
    told = [clause_of(each) for each in split_clauses(text)]
    said = frozenset("".join(pair for clause in told for reach in clause.denied for pair in reach))
    for clause in told:
        each = clause.text
        near = [_less(other, said) for other in _nearest(clause, given)]
        closest = [] if near else [other for other in _closest(clause, whole) if len(clause.words & other.words) >= _SAME]
        if closest and not said and all(other.denied for other in closest) and not markers().not_no.search(each):
            yield _turned(clause, closest)
            return
        if not _NO.search(each) and "不" not in each and (other := _only_denied(each, given) or _word_denied(clause, given)):
            yield _turned(clause, [other])
            return
        checks = (_opposites, _widened, _unplanned, _years, _dates)
        for check in checks if closest and all(other.denied for other in closest) else (_negation, *checks):
            fault = next(check(clause, near, denied, text if check is _unplanned else whole), None)
            if fault:
                yield fault
                return


def _only_denied(text: str, given: Sequence[Clause]) -> Clause | None:
    """A source's clause that denies what this clause says, where every clause that speaks of it denies it."""
    mine = pairs(text)
    if len(mine) < _SAME:
        return None
    speaking = [other for other in given if len(mine & _bigrams(other.text)) >= _SPEAKS * len(mine)]
    return speaking[0] if speaking and all(_NO.search(_without_names(other.text)) for other in speaking) else None


def _word_denied(clause: Clause, given: Sequence[Clause]) -> Clause | None:
    """A source's clause that denies a word of this clause which no source affirms."""
    affirmed = frozenset(pair for other in given for pair in other.affirmed)
    mine = {pair for pair in clause.affirmed & pairs(clause.text) if pair not in affirmed}
    return next((other for other in given for reach in other.denied if mine & reach & pairs(other.text)), None)


@lru_cache(maxsize=4096)
def _bigrams(text: str) -> frozenset[str]:
    return frozenset(bigrams(text))


def _years_as_slots(text: str, year: int) -> str:
    """A text whose neighbouring years are named alike, however it names them."""
    names = {str(year): "{year}", str(year - 1): "{year.prev}", str(year + 1): "{year.next}"}
    text = re.sub(r"(?<![\d{.])20\d\d(?=年)", lambda match: names.get(match.group(), match.group()), text)
    text = re.sub("[上去]年(?!份|龄)", "{year.prev}年", text)
    return re.sub("明年", "{year.next}年", re.sub("今年", "{year}年", text))


def _beside_no(text: str) -> frozenset[str]:
    """The pairs of characters beside any negative character, set phrases too."""
    return frozenset(pair for match in re.finditer("[没未不无]", text) for pair in _pairs(text[match.end() : match.end() + _REACH]))


def _less(other: Clause, said: frozenset[str]) -> Clause:
    """A source's clause without the denials that the sentence makes too, in this clause or the next."""
    kept = tuple(reach for reach in other.denied if not reach or said.isdisjoint("".join(reach)))
    return other if len(kept) == len(other.denied) else replace(other, hidden=len(other.denied) - len(kept), denied=kept)


def _nearest(clause: Clause, given: Iterable[Clause]) -> list[Clause]:
    """The clauses of the sources most alike, none below the bound."""
    if not clause.words:
        return []
    shares = [(len(clause.words & other.words) / len(clause.words), other) for other in given]
    best = max((share for share, _other in shares), default=0.0)
    if best < markers().alike:
        return []
    return [other for share, other in shares if share >= max(markers().alike, best - _NEAREST)]


def _closest(clause: Clause, whole: str) -> list[Clause]:
    """The clauses that share most words with a clause which is like none of them; none where they share no word."""
    given = [clause_of(each) for line in whole.split("\n") for each in split_clauses(line)]
    most = max((len(clause.words & other.words) for other in given), default=0)
    return [other for other in given if most and len(clause.words & other.words) == most]


def _negation(clause: Clause, near: list[Clause], denied: frozenset[str], _whole: str) -> Iterator[Fault]:
    if clause.denied:
        most = max((len(other.denied) + other.hidden for other in near), default=0)
        characters = frozenset("".join(pair for pair in denied))
        unknown = [reach for reach in clause.denied if not reach & denied and not characters.intersection("".join(reach))]
        if (near and len(clause.denied) > most) or (unknown and not most):
            yield _turned(clause, near)
    if near and all(_denies(other, clause) for other in near):
        yield _turned(clause, near)


def _denies(other: Clause, clause: Clause) -> bool:
    """Whether a source's clause denies what this clause affirms."""
    if len(clause.denied) >= len(other.denied):
        return False
    return (not clause.denied and _covers(clause, other)) or any(reach & clause.affirmed for reach in other.denied)


def _covers(clause: Clause, other: Clause) -> bool:
    """Whether a clause tells most of a source's clause, so that what is missing was left out of it."""
    return len(clause.words & other.words) >= _COVERS * len(other.words)


def _turned(clause: Clause, near: list[Clause]) -> Fault:
    told = f"（依据是“{_short(near[0].text)}”）" if near else ""
    return Fault("negation", f"“{_short(clause.text)}”与依据的意思相反{told}")


def _opposites(clause: Clause, near: list[Clause], _denied: frozenset[str], _whole: str) -> Iterator[Fault]:
    for one, other in markers().opposites:
        for mine, theirs in ((one, other), (other, one)):
            if not mine.search(clause.text) or theirs.search(clause.text):
                continue
            if near and all(theirs.search(each.text) and not mine.search(each.text) for each in near):
                yield _turned(clause, near)


def _widened(clause: Clause, near: list[Clause], _denied: frozenset[str], whole: str) -> Iterator[Fault]:
    words = markers()
    added = words.all.findall(clause.text)
    if added and _EXCEPT.search(clause.text) and not _EXCEPT.search(whole):
        yield Fault("scope", f"依据里没有“除……外”的说法，“{_short(clause.text)}”与依据不同")
    if added and not near:
        near = _closest(clause, whole)
    most = max((len(words.all_told.findall(each.text)) for each in near), default=len(words.all_told.findall(whole)))
    if len(added) > most:
        yield Fault("scope", f"依据里没有“{added[-1]}”，“{_short(clause.text)}”说宽了")
    if not _nearest(clause, near):
        return
    kept = len(words.some.findall(clause.text))
    if all(kept < len(words.some.findall(each.text)) and _narrowed(clause, each) for each in near):
        yield Fault("scope", f"依据说的是“{words.some.findall(near[0].text)[0]}”，“{_short(clause.text)}”说宽了")


def _unplanned(clause: Clause, near: list[Clause], _denied: frozenset[str], text: str) -> Iterator[Fault]:
    """A clause told as done that its sources plan; the word for it may stand anywhere in the sentence ``text``."""
    words = markers()
    if near and not words.planned.search(text) and all(words.planned.search(each.text) and _covers(clause, each) for each in near):
        yield Fault("planned", f"依据里“{_short(near[0].text)}”是打算做的事，不能写成已经做的")


def _narrowed(clause: Clause, other: Clause) -> bool:
    """Whether a source's clause narrows what this clause tells."""
    after = (other.text[match.end() : match.end() + 2] for match in markers().some.finditer(other.text))
    return _covers(clause, other) or any(pair in clause.text for pair in after if len(pair) == 2)


def _years(clause: Clause, near: list[Clause], _denied: frozenset[str], whole: str) -> Iterator[Fault]:
    mine = {key for key in SLOT.findall(clause.text) if key.startswith("year")}
    for key in _YEARS:
        slot = f"{{{key}}}"
        bare = clause.text == f"{slot}年" and not any(each.text == clause.text for each in near)
        other = bool(mine and near) and key not in mine and all(slot in each.text for each in near)
        if (key in mine and slot not in whole) or bare or other:
            yield Fault("year", f"“{_short(clause.text)}”的年度与依据不同")


def _words(text: str, whole: str, *, plan: bool, figures: bool) -> Iterator[Fault]:
    words = markers()
    for match in words.degree.finditer(text):
        if match.group() not in whole and text[: match.start()][-1:] not in ("不", "未"):
            yield Fault("quality", f"依据里没有“{match.group()}”这样的说法，不能写")
            return
    planned = words.planned.search(text)
    if planned and not plan and (figures or not words.planned.search(whole)):
        yield Fault("planned", f"依据是已经做的事，不能写“{SLOT.sub('…', planned.group())}”")
    done = words.done.search(text) or (_LE.search(text) if plan else None)
    if done and plan and not (words.done.search(whole) or _LE.search(whole)):
        yield Fault("planned", f"依据是改进措施，还没有做，不能写“{done.group()}”")


def _dates(clause: Clause, near: list[Clause], _denied: frozenset[str], whole: str) -> Iterator[Fault]:
    told = _DATE.findall(SLOT.sub("　", clause.text))
    for date in dict.fromkeys(told):
        known = max((_DATE.findall(SLOT.sub("　", each.text)).count(date) for each in near), default=whole.count(date))
        if told.count(date) > known:
            yield Fault("date", f"“{date}”与依据里的时间不同")


def _short(text: str) -> str:
    return SLOT.sub("…", text)[:24]
