"""Turns a work note into written sentences with slots, adding nothing.

Figures of the note become slots first, so no rule can change one; clauses that state an attitude and no fact are left
out and reported; the rest is moved from the spoken to the written register by the rules of ``data/register.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from assistant.drafting.privacy import Personal, find_personal
from assistant.facts.model import Fact
from assistant.language.quantities import find_quantities

_Q = r"\{[^{}]+\}(?:万|亿)?"
_C = r"[一-鿿]"
_E = r"[，；。、：）]|$"
_S = r"(?:^|(?<=[，；。：]))"
_YEAR = re.compile(r"(?<![\d{.])(20\d\d)(?=年)")
_PROTECTED = re.compile(r"《[^《》]{1,80}》|“[^“”]{1,80}”")
_MARK = re.compile("[\ue000-\uf8ff]")
_FIRST_MARK = 0xE000
_SLOT = re.compile(r"\{[^{}]+\}")
_CLAUSE = re.compile(r"[^，；。]+[，；。]?")
_HALF = str.maketrans(
    {",": "，", ";": "；", "!": "。", "?": "？", "(": "（", ")": "）", "！": "。", "\n": "。", "\r": "", "\t": ""}
)
_SPACE_IN_CHINESE = re.compile(
    r"(?<=[一-鿿，；。、：（）《》“”])[ 　]+|[ 　]+(?=[一-鿿，；。、：（）《》“”])"
    r"|(?<=\})[ 　]+(?![A-Za-z])|(?<![A-Za-z])[ 　]+(?=\{)"
)
_TIME = "年|个月|月|天|日|周|个工作日"
_APPROXIMATE = (
    (re.compile(r"(?<!超过)(" + _Q + r")(?:余|多)(?=[件条个次篇份项人场期家处])"), r"超过\1"),
    (re.compile(r"(?<![附最远邻靠亲临逼接相将])(?:将近|近|接近)(?=" + _Q + f"(?!{_TIME}))"), "接近"),
    (re.compile(r"(?<!约)(" + _Q + r")([件条个次篇份项人场期家处]次?)左右"), r"约\1\2"),
)
_OWN_NAMES = re.compile(rf"我单位|{_S}(?:本单位|我们单位|我办|本办|我们)(?![公法理事们的])")
_VACUOUS = re.compile(
    r"[\W_]*(?:无|没有|暂无|同上|同前|同去年|同上年|照旧|照常|略|待补|没有问题|无问题|不涉及|正常|一般|(?:很|较|比较)?好|良好|是|有|可以|不错"
    r"|(?:已|都|均)?(?:开展|完成|落实|做了|做到|到位)|按要求(?:开展|落实|完成)?|按规定(?:开展|落实|完成)?"
    r"|(?:培训|检查|考核|宣传|监督|审查|保密|网站|公众号|平台|公开|管理|清理|目录|指南|归档)(?:工作|情况)?)?[\W_]*"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_ROLES = re.compile(r"(?:[\W_]|申请人|当事人|原告|第三人|举报人|投诉人|信访人|村民|居民|公民|家长|业主|职工|姓名|电话|手机)*")
_THIS_YEAR = re.compile(r"今年|本年度(?!报告)|(?:^|(?<=[，；。在从至于到]))本年(?![度均金龄限])")
_LAST_YEAR = re.compile(r"(?<!过)去年(?!份)")
_NEXT_YEAR = re.compile(r"(?<![证说声表清发])明年(?![限份龄])")
_TIME_OF_DAY = re.compile(r"(?<=\d):(?=\d\d)")


@dataclass(frozen=True)
class Words:
    """The register rules, compiled."""

    drop: tuple[re.Pattern[str], ...]
    rates: tuple[re.Pattern[str], ...]
    orders: re.Pattern[str]
    delete: tuple[re.Pattern[str], ...]
    vague: tuple[str, ...]
    rules: tuple[tuple[re.Pattern[str], str], ...]


@dataclass
class Written:
    """A note in the written register: sentences with slots, and what was left out or is too vague, in Chinese.

    ``orders`` are stretches that speak to the writer, ``personal`` places with personal data; neither is ever printed.
    """

    sentences: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    vague: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    personal: tuple[Personal, ...] = ()


@lru_cache(maxsize=1)
def register_words() -> Words:
    """The rules of ``data/register.toml``."""
    data = tomllib.loads((resources.files("assistant.drafting") / "data" / "register.toml").read_text(encoding="utf-8"))
    return Words(
        tuple(_compiled(pattern) for pattern in data["drop_clause"]),
        tuple(_compiled(pattern) for pattern in data["drop_rate"]),
        re.compile("|".join(data["orders"])),
        tuple(_compiled(pattern) for pattern in data["delete"]),
        tuple(data["vague"]),
        tuple((_compiled(rule["pattern"]), rule["replace"]) for rule in data["rules"]),
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("<Q>", _Q).replace("<C>", _C).replace("<E>", f"(?:{_E})").replace("<S>", _S))


def slotted(text: str, figures: Iterable[Fact], year: int) -> str:
    """The note with each figure replaced by its slot and this, last and next year by theirs.

    Braces of the note itself become full-width ones: a note cannot bring a slot of its own.
    """
    text = text.replace("{", "｛").replace("}", "｝")
    for fact in sorted(figures, key=lambda fact: fact.start, reverse=True):
        text = f"{text[: fact.start]}{{{fact.key}}}{_sign(fact, text[fact.end :])}{text[fact.end :]}"
    return _years_outside_titles(text, year)


def _sign(fact: Fact, after: str) -> str:
    """The per cent or per mille sign of a figure whose sign stood before it in words (百分之, 千分之)."""
    sign = fact.unit if fact.unit in ("%", "‰") else ""
    return "" if after.lstrip().startswith(("%", "％", "‰")) else sign


@dataclass(frozen=True)
class Printable:
    """A text handed in as far as it may be printed or shown to a model: figures as slots, personal data and orders gone."""

    text: str
    orders: tuple[str, ...] = ()
    personal: tuple[Personal, ...] = ()


_HIDDEN = "█"
_HIDDEN_PLACES = (
    (re.compile("由█+(?=负责|兼任|兼管|专职|具体|担任|分管|经办)"), "由工作人员"),
    (re.compile("[（(【][^（）()【】]*█+[^（）()【】]*[）)】]"), ""),
    (re.compile("█+(?:先生|女士|小姐|同志)"), "当事人"),
    (
        re.compile(
            "[，、]?(?:其|本人|联系)?(?:公民)?(?:居民)?(?:身份证(?:件)?|手机|电话|联系方式|案|编|文)?(?:号码?)?(?:为|是|系|[：:])?\\s*█+号?"
        ),
        "",
    ),
)


def printable(text: str, figures: Iterable[Fact], year: int) -> Printable:
    """What of a text handed in may be printed.

    Personal data of private persons is taken out with the words that lead to it; from the first clause that speaks to the writer
    to the end of its sentence nothing is kept (lists ``orders`` of ``data/register.toml``).
    """
    personal = find_personal(text)
    hidden = text
    for place in personal:
        hidden = hidden[: place.start] + _HIDDEN * (place.end - place.start) + hidden[place.end :]
    clear = [fact for fact in figures if all(fact.end <= place.start or place.end <= fact.start for place in personal)]
    body = slotted(hidden, clear, year)
    for pattern, instead in _HIDDEN_PLACES if personal else ():
        body = pattern.sub(instead, body)
    kept, orders = [], []
    for sentence in _SENTENCE.findall(body):
        at = _order_at(sentence)
        if at is None:
            kept.append(sentence)
            continue
        orders.append(sentence[at:].strip("，；。\n "))
        if before := sentence[:at].rstrip("，,、 "):
            kept.append(f"{before}。")
    return Printable("".join(kept).strip() if orders else "".join(kept), tuple(orders), personal)


_SENTENCE = re.compile(r"[^。；;！!？?\n]*[。；;！!？?\n]|[^。；;！!？?\n]+")


def _order_at(sentence: str) -> int | None:
    """Where the clause begins that speaks to the writer; None if none does."""
    found = register_words().orders.search(_PROTECTED.sub(lambda match: "　" * len(match.group()), sentence))
    if found is None:
        return None
    return max(sentence.rfind(mark, 0, found.start()) for mark in "，,：:、") + 1


def _years_outside_titles(text: str, year: int) -> str:
    slots = {str(year): "{year}", str(year - 1): "{year.prev}", str(year + 1): "{year.next}"}
    titles = [match.span() for match in _PROTECTED.finditer(text)]

    def replace(match: re.Match[str]) -> str:
        inside = any(start < match.start() < end for start, end in titles)
        return match.group() if inside else slots.get(match.group(), match.group())

    return _YEAR.sub(replace, text)


def written(text: str, figures: Iterable[Fact], year: int, own_name: str) -> Written:
    """Write a note as sentences.

    Args:
        text: the note as handed in.
        figures: the facts of its figures, with spans in ``text``.
        year: the report year.
        own_name: how the unit calls itself (我局).
    """
    words = register_words()
    figures = tuple(figures)
    printed = {fact.key: fact.text for fact in figures} | {
        "year": str(year),
        "year.prev": str(year - 1),
        "year.next": str(year + 1),
    }
    fit = printable(text, figures, year)
    body, kept = _protected(_plain_marks(fit.text))
    told = [_readable(order, printed) for order in fit.orders]
    result = Written(vague=[word for word in words.vague if word in body], orders=told, personal=fit.personal)
    body = _without_attitudes(body, words, result, lambda clause: _readable(_restored(clause, kept), printed))
    body = _NEXT_YEAR.sub("{year.next}年", _LAST_YEAR.sub("上年", _OWN_NAMES.sub(own_name, _THIS_YEAR.sub("{year}年", body))))
    for pattern in words.delete:
        body = pattern.sub("", body)
    for pattern, replacement in (*_APPROXIMATE, *words.rules):
        body = pattern.sub(replacement, body)
    body = _restored(body, kept)
    if fit.personal and _ROLES.fullmatch(body):
        return result
    result.sentences = [sentence for part in re.split(r"(?<=。)(?![”’）】])", body) if (sentence := _closed(part))]
    return result


def _protected(text: str) -> tuple[str, list[str]]:
    """Titles and quoted words taken out, one mark for each, so that no rule reaches into them."""
    kept: list[str] = []

    def take(match: re.Match[str]) -> str:
        kept.append(match.group())
        return chr(_FIRST_MARK + len(kept) - 1)

    return _PROTECTED.sub(take, _MARK.sub("", text)), kept


def _restored(text: str, kept: list[str]) -> str:
    return _MARK.sub(lambda match: kept[ord(match.group()) - _FIRST_MARK], text)


def _plain_marks(text: str) -> str:
    text = _SPACE_IN_CHINESE.sub("", text.strip())
    parts = _SLOT.split(text)
    slots = _SLOT.findall(text)
    parts = [_paired_quotes(part.translate(_HALF)) for part in parts]
    joined = parts[0] + "".join(slot + part for slot, part in zip(slots, parts[1:], strict=True))
    joined = _TIME_OF_DAY.sub("\x00", joined).replace(":", "：").replace("\x00", ":")
    joined = joined.replace("％", "%").replace("【", "（").replace("】", "）")
    return re.sub(r"。{2,}", "。", re.sub(r"[，；]+(?=[。；])", "", joined))


def _paired_quotes(text: str) -> str:
    halves = text.split('"')
    if len(halves) % 2 == 0:
        return text
    return "".join(half if number % 2 == 0 else f"“{half}”" for number, half in enumerate(halves))


def _without_attitudes(text: str, words: Words, result: Written, readable: Callable[[str], str]) -> str:
    kept = []
    for clause in _CLAUSE.findall(text):
        attitude = not _SLOT.search(clause) and any(pattern.search(clause) for pattern in words.drop)
        if attitude or any(pattern.search(clause) for pattern in words.rates):
            result.dropped.append(readable(clause))
        else:
            kept.append(clause)
    return "".join(kept)


def _readable(clause: str, printed: dict[str, str]) -> str:
    return _SLOT.sub(lambda match: printed.get(match.group()[1:-1], "…"), clause).strip("，；。")


def _closed(sentence: str) -> str:
    """A sentence with its stop; empty when nothing but marks is left."""
    body = sentence.strip("，；。：、 　.")
    return body + "。" if _SLOT.sub("x", body).strip("”“’‘（）") else ""


def within_quotes(text: str) -> str:
    """A text as it stands inside double quotes: its own quotes become single ones."""
    return text.replace("“", "‘").replace("”", "’")


def is_foreign(text: str) -> bool:
    """Whether a text handed in has letters and no Chinese character: nothing that could stand in the report."""
    return not _HAN.search(text) and any(char.isalpha() for char in text)


def says_nothing(text: str) -> bool:
    """Whether a text handed in tells nothing a report could print.

    无, 同上, 正常, a bare subject such as 培训, only punctuation, a gap mark, no Chinese at all.
    """
    return is_foreign(text) or bool(_VACUOUS.fullmatch(text)) or text.strip().startswith("【待补")


def literal_numerals(sentence: str) -> list[str]:
    """Numerals left outside slots, for tests and audits."""
    return [quantity.raw for quantity in find_quantities(_SLOT.sub("　", sentence))]
