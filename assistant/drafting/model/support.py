"""Whether the cited evidence supports a sentence: deeds, qualities; copied or foreign wording."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from assistant.drafting.model.material import SLOT, PartMaterial, evidence_text
from assistant.drafting.model.wording import Fault
from assistant.drafting.register import register_words
from assistant.language.text import bigrams, split_clauses

_BRACKETED = re.compile(r"（[^（）]*）")
_ORGAN = re.compile(
    r"[一-鿿]{2,12}?(?:管理局|分局|局|委员会|管委会|办公室|街道办事处|街道|法院|检察院|派出所|事务所|银行|公司|集团|大学|学院|医院|协会|中心|厅|镇|乡|村|社区)"
)
_JOINT = re.compile(r"转告|告知|组织|[达送我本该全各每行以件条个份名家次项因由就到于在由向按对为与和及从给经的了已至使把将]")
_PLACES = ("村", "社区", "镇", "乡")
_FRAME = re.compile(
    r"因政府信息公开(?:引起的?|被(?:申请|提起))?|政府信息公开申请|行政(?:复议|诉讼)|信息处理费|办结的?申请|新收申请|法定期限"
)
_PAST = "上年度报告所列问题的整改，已经解决，部分解决，仍在整改"
_POST = "(?:局长|县长|市长|镇长|乡长|主任|书记|科长|组长)"
_QUOTED = re.compile(r"《[^《》]+》|“[^“”]+”")
_LABEL = re.compile(r"^表\S+\s")


@dataclass(frozen=True)
class Lists:
    """The lists of ``data/verify.toml``, compiled."""

    deeds: tuple[tuple[str, ...], ...]
    qualities: tuple[tuple[str, ...], ...]
    never: re.Pattern[str]
    glue: re.Pattern[str]
    person: re.Pattern[str]
    style: tuple[str, ...]
    light: frozenset[str]
    bounds: dict[str, float]


@lru_cache(maxsize=1)
def lists() -> Lists:
    """The lists a model's sentence is held against."""
    data = tomllib.loads((resources.files("assistant.drafting.model") / "data" / "verify.toml").read_text(encoding="utf-8"))
    glue = "|".join(re.escape(word) for word in sorted(data["glue"], key=len, reverse=True))
    return Lists(
        tuple(tuple(line.split()) for line in data["deeds"]),
        tuple(tuple(line.split()) for line in data["qualities"]),
        re.compile("|".join(data["never"])),
        re.compile(glue),
        re.compile(
            rf"(?P<name>[{data['surnames']}][一-鿿]{{1,2}})(?:同志|先生|女士)|{_POST}(?P<after>[{data['surnames']}][一-鿿]{{1,2}})(?=[，。任等带主])"
        ),
        tuple(data["style"]),
        frozenset(data["light"].split()),
        {name: float(value) for name, value in data["bounds"].items()},
    )


def content(text: str) -> str:
    """A text's content words, apart: slots, set phrases and words without content become gaps."""
    return lists().glue.sub("\x01", _FRAME.sub("\x01", SLOT.sub("\x01", text)))


def pairs(text: str) -> set[str]:
    """The pairs of characters within content words."""
    return {pair for piece in re.split(r"[\x01\W]+", content(text)) if len(piece) > 1 for pair in bigrams(piece)}


@dataclass(frozen=True)
class Evidence:
    """The words a sentence's sources give: ``texts`` as handed in and as the offline writer puts them, ``labels`` of figures."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def words(self) -> str:
        """All of it in one string."""
        return "\n".join((*self.texts, *self.labels))


def evidence_of(material: PartMaterial, sources: Iterable[str]) -> Evidence:
    """What the given sources say."""
    cited = set(sources)
    ledger = material.voice.ledger
    given = material.texts | {
        key: text for key in sorted(cited - set(material.texts)) if (text := evidence_text(material.voice, key))
    }
    texts = [text for key, text in given.items() if key in cited]
    texts += [ledger[key].text for key in given if key in cited]
    follow_ups = [key for key in sorted(cited) if re.fullmatch(r"f\d+", key) and key in ledger]
    texts += [f"{ledger[key].label}，{_PAST}" for key in follow_ups]
    texts += [ledger[key].text for key in cited if key.startswith("prev.") and key in ledger and ledger[key].kind == "text"]
    texts += ["上年度报告列出的问题"] * any(key.startswith("prev.p") for key in cited)
    labels = [
        _LABEL.sub("", ledger[key].label)
        for key in sorted(cited)
        if key in ledger and ledger[key].kind not in ("text", "provision")
    ]
    for item in material.items:
        for sentence in item.offline:
            own = {key for key in sentence.sources if key not in ("year", "unit")}
            if (item.anchor and item.anchor in cited) or (not item.anchor and own & cited):
                texts.append(sentence.text)
    names = (material.voice.own, material.voice.scope, material.voice.submission.unit.name, *material.voice.submission.unit.aliases)
    return Evidence(tuple(dict.fromkeys(texts)), tuple(dict.fromkeys((*labels, *names))))


def support_faults(text: str, evidence: Evidence) -> Iterator[Fault]:
    """The deeds and qualities of a sentence of which its sources have no word."""
    yield from _added(text, evidence.words)


def _added(text: str, words: str) -> Iterator[Fault]:
    bare = SLOT.sub("□", text)
    for line, code in ((lists().deeds, "deed"), (lists().qualities, "quality")):
        known = {word for group in line if any(word in words for word in group) for word in group}
        for group in line:
            used = next((word for word in _claims(group) if len(word) > 1 and word in bare), None)
            if used and used not in known and not (_denied(used, bare) or (code == "deed" and _object_told(used, bare, words))):
                told = "做法" if code == "deed" else "说法"
                yield Fault(code, f"依据里没有“{used}”这样的{told}，不能写")


def _claims(group: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a line that claim what the line is about; those behind a stroke only bear it out."""
    return group[: group.index("|")] if "|" in group else group


def _denied(word: str, bare: str) -> bool:
    """Whether a text says of a deed only that it was not done; whether the sources say so too is for the polarity rules."""
    return all(re.search("[没未不无](?:有|再|曾|能|予)?$", bare[: match.start()]) for match in re.finditer(word, bare))


def _object_told(word: str, bare: str, words: str) -> bool:
    """Whether a light verb only stands for another one of the sources: they have what it is done to, and as good as all of it."""
    if word not in lists().light:
        return False
    characters = frozenset(words)
    for clause in split_clauses(bare):
        if word in clause:
            rest = [
                pair
                for piece in re.split(r"[\x01\W□]+", content(clause.replace(word, "□")))
                for pair in bigrams(piece)
                if len(pair) > 1
            ]
            if not rest and "□" not in clause:
                return False
            told = sum(characters.issuperset(pair) for pair in rest)
            if rest and told < lists().bounds["object"] * len(rest):
                return False
    return True


def manner_faults(text: str, own: str) -> Iterator[Fault]:
    """Verdicts, causes, slogans and a machine's voice, whatever the evidence says; names in quotation marks that ``own`` has go."""
    bare = _QUOTED.sub(lambda match: "x" if match.group()[1:-1] in own else match.group(), SLOT.sub("x", text))
    found = lists().never.search(bare)
    if found:
        yield Fault("manner", f"不要写“{found.group()}”")
    words = register_words()
    for pattern in (*words.drop, *words.delete):
        match = pattern.search(text)
        if match and SLOT.sub("", match.group()).strip("，。；"):
            yield Fault("manner", f"不要写“{SLOT.sub('…', match.group())}”，评价和程度词不写入报告")
            return


def foreign_faults(text: str, material: PartMaterial) -> Iterator[Fault]:
    """Other units, persons, titles and quotations that this year's material does not have."""
    known = material.own_words
    bare = SLOT.sub("x", text)
    for name in material.voice.submission.unit.neighbours:
        if len(name) > 2 and name in bare and name not in known:
            yield Fault("foreign", f"“{name}”是其他单位，不能写")
            return
    for match in _ORGAN.finditer(bare):
        name = _JOINT.split(match.group())[-1]
        if len(name) < 3 or name in known:
            continue
        if any(name.endswith(end) and name[: -len(end)] in known for end in _PLACES):
            continue
        if name[-4:] not in known and name[-3:] not in known and not re.match(r"[各本我全该]", name[-3:]):
            yield Fault("foreign", f"材料里没有“{match.group()[-8:]}”，不能写")
            return
    for match in lists().person.finditer(bare):
        name = match["name"] or match["after"]
        if name not in known:
            yield Fault("foreign", f"不能写人名“{name}”")
            return
    for match in re.finditer(r"《([^《》]+)》|“([^“”]+)”", text):
        inner = match.group(1) or match.group(2)
        if SLOT.sub("", inner) and inner not in known and inner != "条例":
            yield Fault("foreign", f"材料里没有“{inner[:24]}”这个名称或原话")
            return


def copied_faults(text: str, material: PartMaterial) -> Iterator[Fault]:
    """A run of characters shared with another report and not with this year's material."""
    bound = int(lists().bounds["copied_run"])
    run = longest_copied(text, material.precedents, material.own_words)
    if len(run) >= bound:
        yield Fault("copied", f"“{run[:30]}”照抄了其他报告，请用自己的话写本年的事")


def longest_copied(text: str, precedents: Iterable[str], own: str) -> str:
    """The longest run of characters common to a text and any precedent that ``own`` does not hold. Slots and marks end a run."""
    best = ""
    joined = "\n".join(re.sub(r"\d+(?:\.\d+)?", "\n", passage) for passage in precedents)
    if not joined:
        return ""
    for piece in re.split(r"\{[^{}]*\}|[，。；：、]", text):
        for start in range(len(piece)):
            end = start + len(best) + 1
            while end <= len(piece) and piece[start:end] in joined:
                if piece[start:end] not in own:
                    best = piece[start:end]
                end += 1
    return best
