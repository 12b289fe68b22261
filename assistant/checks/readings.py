"""What a numeral in the narrative means: which cell or derived figure the words around it name (consistency-rules §7)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.checks.figures import Figures, compatible
from assistant.checks.wordings import Concept, Lexicon, Word
from assistant.language.quantities import Quantity

ReadingKind = Literal["figure", "change", "growth", "share", "previous", "unit"]

_SENTENCE_END = re.compile(r"[。！？\n]")
_BREAK = re.compile(r"[；;]")
_CLAUSE = re.compile(r"[，,；;：:]")
_HIDDEN = re.compile(r"《[^《》]*》|【[^】]*】")
_REQUEST = re.compile(r"(?<!依)申请(?!复议|行政复议|仲裁|专利|诉讼|强制)")
_OTHER_MATTER = re.compile(r"建议|提案|留言|信访件|来信|咨询|诉求|热线|工单|投诉|公文|举报件|议案")
_FILLER = re.compile(
    r"(?:的|了|共|共计|合计|总计|累计|有|为|达到?|到|数量?|件数|总数|总量|政府信息公开|政府信息|信息公开|公开申请|申请|案件|案|类|情形|结果|决定|金额|信息|收费"
    r"|[（(：:“”\s]|(?:，|,)(?:共计?|合计|总计))*"
)
_CHANGE = re.compile(r"(?<!新)(?:增加|增长|上升|提高|提升|上涨|增|多|减少|下降|降低|回落|减|少)了?约?\s?$")
_UP = re.compile(r"增|上升|提高|提升|上涨|多")
_COMPARED = re.compile(r"[比较与同]\s?(?:上年|去年|上一年|\d{4}年)|同比|(?:上年|去年)(?:同期)?相比")
_PREVIOUS = re.compile(r"(?:上年度?|去年|上一年度?)(?:同期)?(?:的|为|是|有)?\s?$")
_REACHED = re.compile(r"(?:增|减|升|降|压减|增加|减少|下降|上升|提高)(?:至|到|为)了?\s?$")
_SHARE = re.compile(r"占(?:比|到)?(?P<base>[^，；。、（）占]*?)(?:的|比重|比例|比|为|达到?|约)*\s?$")
_SHARE_BASE = re.compile(
    r"(?:全部|全年|总|申请|办结|办理|答复|处理|的|总数|总量|总计|件数|数量|数|量|全县|全市|全区|政府信息公开)*"
)
_TOGETHER = re.compile(r"合计|共计|两项|二者|两者|总共")
_CONJUNCTION = re.compile(r"(?:件|申请|案件)?(?:、|和|及|与|或|以及|，)?(?:提起)?")
_PARENT = re.compile(r"[，,。；;：:（(、]?\s?(?:其中|包括|主要包括|分别为|主要为)|[^，,。；;]{0,4}[：:]")
_RELATION = re.compile(r"\s?(?:政府信息公开|信息公开)?(?:公开)?申请")
_WEAK_LEAD = re.compile(
    r"(?:^|[，,；;：:]|共|全部|累计|全年|已|均|依法|规范|及时|按时|按期|申请|依规|予以|年)\s?(?:共|已|均|依法)?$"
)
_OFFICE = re.compile(
    r"[一-龥]+?(?:局(?![面部限势长])|委员会|委(?![托派任员])|厅|办公室|管委会|街道|镇|乡|大队|支队|中心|法院)(?!对|将|把|向|及各)"
)
_OWN_OFFICE = re.compile(r"[我本全各该]\w{0,2}$")
_SCOPE = re.compile(r"[市县区省州]本级|机关本级|本级机关|办本级")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s?年(?!度?(?:底|初|末)?前)")
_LOOSE_UNITS = frozenset({"条", "份", "次", "项", "个", "篇"})
_LIST_SEPARATOR = re.compile(r"[、，,]?(?:共计?|计|合计|金额|共收取)?")


@dataclass(frozen=True, slots=True)
class Reading:
    """A claim found in running text.

    Attributes:
        quantity: the numeral, with its span in the part's text.
        kind: a figure of this year, last year's, a change, a growth rate, a share, or a figure with a foreign count word.
        keys: the facts it names; several are summed. For changes and growth the fact that changed, for shares the part.
        base: for shares, the whole.
        rule: the rule of the catalogue that compares it.
        words: the wording that names it.
        received: the wording leaves open whether what was carried in is included.
        rising: for changes, what the words say.
        subject: the row or group it belongs to, carried to the numerals that follow.
        certain: False where another office or scope is spoken of: then only agreement says something.
    """

    quantity: Quantity
    kind: ReadingKind
    keys: tuple[str, ...]
    rule: str
    words: str = ""
    base: str = ""
    received: bool = False
    rising: bool = True
    subject: Concept | None = None
    detail: Concept | None = None
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the lexicon in the text."""

    start: int
    end: int
    text: str
    word: Word

    @property
    def concept(self) -> Concept:
        """What it names; only for words that are not noise."""
        assert self.word.concept is not None
        return self.word.concept


@dataclass
class _Sentence:
    """State while the numerals of one sentence are read, left to right."""

    start: int
    end: int
    tokens: Sequence[Token]
    topic: bool
    blocked: bool = False
    scoped: bool = False
    last: Reading | None = None
    base: Reading | None = None
    run: list[Reading] = field(default_factory=list)


def mask(text: str) -> str:
    """The text with titles and gap marks blanked out, of the same length."""
    return _HIDDEN.sub(lambda match: "□" * len(match.group()), text)


class Reader:
    """Reads the numerals of texts for one form, one year and one unit.

    Args:
        lexicon: the form's words.
        figures: values, for units and for telling which facts exist.
        year: the report year, None if unknown.
        names: the unit's name and aliases; figures of other offices are not the unit's.
    """

    def __init__(self, lexicon: Lexicon, figures: Figures, year: int | None, names: Iterable[str] = ()) -> None:
        self.lexicon, self.figures, self.year = lexicon, figures, year
        self._names = tuple(name for name in names if name)
        self._shares = {share.part: share.whole for share in lexicon.form.shares}
        self._sums = {frozenset(terms): key for key, terms in lexicon.terms.items()}
        self.request_tables = {
            table for table, known in lexicon.by_table.items() if table and any(concept.opens for concept in known)
        }

    def read(self, text: str, quantities: Sequence[Quantity], *, requests: bool = False) -> list[Reading]:
        """The claims of a text, in order.

        Args:
            text: a part of a report.
            quantities: its figures with their spans in ``text``.
            requests: whether the part is about applications as a whole.
        """
        masked = mask(text)
        tokens = [
            Token(m.start(), m.end(), m.group(), self.lexicon.words[m.group()]) for m in self.lexicon.pattern.finditer(masked)
        ]
        starts = [token.start for token in tokens]
        readings: list[Reading] = []
        position, subject, topic = 0, None, requests
        for start, end in _sentences(masked):
            if text[max(0, start - 1) : start] == "\n" or start == 0:
                subject, topic = None, requests
            inside = tokens[bisect_left(starts, start) : bisect_left(starts, end)]
            figures = []
            while position < len(quantities) and quantities[position].start < end:
                if quantities[position].start >= start:
                    figures.append(quantities[position])
                position += 1
            other = bool(_OTHER_MATTER.search(masked, start, end))
            asked = bool(_REQUEST.search(masked, start, end)) or self._speaks_of_requests(inside, other)
            state = _Sentence(start, end, inside, topic=asked or (topic and not other))
            topic = requests or ((topic or asked) and (asked or not other))
            if figures:
                found = self._sentence(masked, state, figures, subject)
                readings += found
            subject = self._carried(inside, readings[-1:] if figures else [], subject)
        return readings

    def _speaks_of_requests(self, tokens: Sequence[Token], other: bool) -> bool:
        """Whether the table's own words make the matter plain without the word 申请."""
        named = {
            token.concept.id: token.concept
            for token in tokens
            if token.word.concept and not token.word.weak and not token.word.received
        }
        if any(concept.opens for concept in named.values()):
            return True
        return not other and sum(1 for concept in named.values() if concept.table in self.request_tables) > 1

    def _carried(self, tokens: Sequence[Token], last: list[Reading], subject: Concept | None) -> Concept | None:
        named = [token.concept for token in tokens if token.word.concept and token.concept.subject and not token.word.weak]
        if last and last[0].subject:
            return last[0].subject
        return named[-1] if named else subject

    def _sentence(self, text: str, state: _Sentence, figures: list[Quantity], carried: Concept | None) -> list[Reading]:
        readings = []
        left = state.start
        for number, quantity in enumerate(figures):
            breaks = [match.end() for match in _BREAK.finditer(text, left, quantity.start)]
            if breaks:
                left, state.blocked, state.scoped, state.run = breaks[-1], False, False, []
            reading = self._numeral(text, state, left, quantity, carried)
            if reading is not None:
                readings.append(reading)
                state.base = reading if reading.kind == "figure" else state.base
            state.run = [*state.run, reading] if reading is not None and reading.kind == "figure" else []
            state.last = reading
            left = quantity.unit_end
            following = figures[number + 1].start if number + 1 < len(figures) else state.end
            if _PARENT.match(text, left, following):
                state.blocked = reading is None or state.blocked
        return readings

    def _numeral(self, text: str, state: _Sentence, left: int, quantity: Quantity, carried: Concept | None) -> Reading | None:
        before = text[left : quantity.start]
        tokens = [token for token in state.tokens if left <= token.start and token.end <= quantity.start]
        if _SCOPE.search(before):
            state.scoped = True
        if quantity.unit == "%":
            return self._percent(state, before, tokens, left, quantity)
        if state.blocked:
            return None
        if _CHANGE.search(before):
            return self._change(text, state, before, tokens, quantity)
        if _PREVIOUS.search(before):
            base = self._named(text, state, left, tokens, quantity, carried, loose=True) or state.base
            return (
                replace(base, quantity=quantity, kind="previous", rule="TX-GROWTH") if base and self._unit(base, quantity) else None
            )
        if _REACHED.search(before) and state.last is not None and not tokens:
            return (
                replace(state.last, quantity=quantity, kind="figure", rule=_rule_of(state.last))
                if self._unit(state.last, quantity)
                else None
            )
        found = self._after(text, quantity) or self._named(text, state, left, tokens, quantity, carried)
        return self._listed(state, before, quantity) if found is None else self._in_year(text, state, found)

    def _in_year(self, text: str, state: _Sentence, reading: Reading) -> Reading:
        """A figure dated to another year is last year's, or nobody's."""
        years = _YEAR.findall(text, state.start, reading.quantity.start)
        if self.year is None or not years or int(years[-1]) == self.year:
            return reading
        if int(years[-1]) != self.year - 1:
            return replace(reading, certain=False)
        return replace(reading, kind="previous", rule="TX-GROWTH")

    def _unit(self, reading: Reading, quantity: Quantity) -> bool:
        return compatible(quantity.unit, self.figures.unit(reading.keys[0]))

    # -- changes and shares

    def _change(self, text: str, state: _Sentence, before: str, tokens: list[Token], quantity: Quantity) -> Reading | None:
        base = state.base
        if base is None or not self._unit(base, quantity):
            return None
        compared = _COMPARED.search(text, base.quantity.unit_end, quantity.start)
        chained = state.last is not None and state.last.kind in ("change", "growth", "previous")
        if not (compared or chained) or any(token.word.concept for token in tokens):
            return None
        rising = bool(_UP.search(_last(_CHANGE, before)))
        return replace(base, quantity=quantity, kind="change", rule="TX-GROWTH", rising=rising)

    def _percent(self, state: _Sentence, before: str, tokens: list[Token], left: int, quantity: Quantity) -> Reading | None:
        if _CHANGE.search(before):
            base = state.base
            chained = state.last is not None and state.last.kind in ("figure", "change", "previous")
            if base is None or not (chained or _COMPARED.search(before)) or any(token.word.concept for token in tokens):
                return None
            return replace(
                base, quantity=quantity, kind="growth", rule="TX-GROWTH", rising=bool(_UP.search(_last(_CHANGE, before)))
            )
        share = _SHARE.search(before)
        if share is None or state.blocked:
            return None
        return self._share(state, before, tokens, left, share, quantity)

    def _share(
        self, state: _Sentence, before: str, tokens: list[Token], left: int, share: re.Match[str], quantity: Quantity
    ) -> Reading | None:
        inner = [token for token in tokens if token.start >= left + share.start()]
        outer = [token for token in tokens if token.end <= left + share.start() and token.word.concept]
        if outer or (state.last is None or state.last.kind != "figure"):
            return None
        parts = state.run if _TOGETHER.search(before) else state.run[-1:]
        keys = tuple(key for reading in parts for key in reading.keys)
        whole = self._whole(keys)
        named = inner[-1].word.concept if inner else None
        if named is not None:
            whole = self.lexicon.keys.get(frozenset({named.id}), "")
        elif not _SHARE_BASE.fullmatch(share["base"]):
            return None
        if not whole or not keys or any(reading.received for reading in parts):
            return None
        certain = all(reading.certain for reading in parts)
        return Reading(
            quantity, "share", keys, "TX-SHARE", before.strip("，,（( "), whole, subject=parts[-1].subject, certain=certain
        )

    def _whole(self, keys: tuple[str, ...]) -> str:
        found = {self._shares.get(key, "") for key in keys}
        if len(keys) > 1:
            found = {self._shares.get(self.joined(keys), "")} - {""} or found
        return found.pop() if len(found) == 1 else ""

    def joined(self, keys: tuple[str, ...]) -> str:
        """The declared sum of these keys, or the key itself when there is one, else empty."""
        return keys[0] if len(keys) == 1 else self._sums.get(frozenset(keys), "")

    # -- figures

    def _after(self, text: str, quantity: Quantity) -> Reading | None:
        """A count named by what follows it: 1件结转下年度."""
        at = quantity.unit_end
        if quantity.unit != "件":
            return None
        for word, concept in self.lexicon.after:
            if text.startswith(word, at):
                key = self.lexicon.keys.get(frozenset({concept.id}))
                return Reading(quantity, "figure", (key,), concept.rule, word, subject=concept) if key else None
        return None

    def _listed(self, state: _Sentence, before: str, quantity: Quantity) -> Reading | None:
        """The second figure of one fact pair: 信息处理费2件、1200元."""
        if state.last is None or not _LIST_SEPARATOR.fullmatch(before) or state.last.subject is None:
            return None
        for key in self.lexicon.facts.get(state.last.subject.id, ()):
            if self.figures.unit(key) == quantity.unit and key not in state.last.keys:
                return replace(state.last, quantity=quantity, keys=(key,))
        return None

    def _named(
        self,
        text: str,
        state: _Sentence,
        left: int,
        tokens: list[Token],
        quantity: Quantity,
        carried: Concept | None,
        *,
        loose: bool = False,
    ) -> Reading | None:
        foreign = self._foreign(text, left, quantity.start)
        state.scoped = state.scoped or foreign
        if not tokens or tokens[-1].word.concept is None:
            return None
        clause = max((match.end() for match in _CLAUSE.finditer(text, left, quantity.start)), default=left)
        last = tokens[-1]
        if not loose and not _FILLER.fullmatch(text, last.end, quantity.start):
            return None
        if loose and last.end < clause:
            return None
        near = [token for token in tokens if token.word.concept and (token.start >= clause or token is last)]
        if last.word.weak:
            strong = [
                token
                for token in near
                if not token.word.weak and token.concept.subject and token.concept.table == last.concept.table
            ]
            if not strong and not self._weakly_named(text, clause, last):
                return None
            last = strong[-1] if strong else last
        if last.word.received and not self._of_requests(text, clause, last, quantity):
            return None
        reading = self._claim(text, state, tokens, near, last, quantity, carried)
        if reading is None or not self._fits(state, reading):
            return None
        if not self._unit(reading, quantity):
            off = reading.subject is not None and reading.subject.opens and quantity.unit in _LOOSE_UNITS
            return replace(reading, kind="unit", certain=False) if off else None
        return replace(reading, certain=not state.scoped)

    def _fits(self, state: _Sentence, reading: Reading) -> bool:
        concept = reading.subject or reading.detail
        if concept is None:
            return False
        return state.topic or concept.opens or concept.table not in self.request_tables

    def _weakly_named(self, text: str, clause: int, token: Token) -> bool:
        return bool(_WEAK_LEAD.search(text[clause : token.start]))

    def _of_requests(self, text: str, clause: int, token: Token, quantity: Quantity) -> bool:
        return bool(_REQUEST.search(text, clause, quantity.start) or _RELATION.match(text, quantity.unit_end))

    def _foreign(self, text: str, left: int, right: int) -> bool:
        """Whether another office is the subject."""
        for match in _OFFICE.finditer(text, left, right):
            name = match.group()
            own = any(name.endswith(each[-3:]) or each.endswith(name) for each in self._names)
            if not own and not _OWN_OFFICE.search(name[:-1]):
                return True
        return False

    def _claim(
        self,
        text: str,
        state: _Sentence,
        tokens: list[Token],
        near: list[Token],
        last: Token,
        quantity: Quantity,
        carried: Concept | None,
    ) -> Reading | None:
        if last.concept.subject:
            return self._subject_claim(text, state, near, last, quantity)
        return self._detail_claim(text, state, tokens, last, quantity, carried)

    def _subject_claim(self, text: str, state: _Sentence, near: list[Token], last: Token, quantity: Quantity) -> Reading | None:
        concept = last.concept
        if concept.id in self.lexicon.facts:
            keys = [key for key in self.lexicon.facts[concept.id] if self.figures.unit(key) == quantity.unit]
            return Reading(quantity, "figure", (keys[0],), concept.rule, last.text, subject=concept) if keys else None
        for token in reversed(near):
            if not token.concept.subject:
                key = self.lexicon.keys.get(frozenset({concept.id, token.concept.id}))
                if key:
                    return self._make(quantity, key, last, concept, token.concept)
        joined = self._joined(text, near, last)
        if joined is not None:
            return replace(self._make(quantity, joined[0], last, concept, None), keys=joined) if joined else None
        key = self.lexicon.keys.get(frozenset({concept.id}))
        if key is None and state.last is not None and state.last.detail is not None and len(near) == 1:
            detail = state.last.detail
            key = self.lexicon.keys.get(frozenset({concept.id, detail.id}))
            return self._make(quantity, key, last, concept, detail) if key else None
        return self._make(quantity, key, last, concept, None) if key else None

    def _joined(self, text: str, near: list[Token], last: Token) -> tuple[str, ...] | None:
        """The facts of 行政复议和行政诉讼 before one number; empty when they cannot be summed, None when nothing is joined."""
        group = [last]
        for token in reversed(near[: near.index(last)] if last in near else []):
            if not token.concept.subject or token.concept.table != last.concept.table:
                break
            if not _CONJUNCTION.fullmatch(text, token.end, group[0].start):
                break
            group.insert(0, token)
        if len(group) == 1:
            return None
        keys = [self.lexicon.keys.get(frozenset({token.concept.id})) for token in group]
        if len({token.concept.id for token in group}) == 1:
            return None
        return tuple(key for key in keys if key) if all(keys) else ()

    def _detail_claim(
        self, text: str, state: _Sentence, tokens: list[Token], last: Token, quantity: Quantity, carried: Concept | None
    ) -> Reading | None:
        detail = last.concept
        before = [token for token in state.tokens if token.end <= last.start and token.word.concept and not token.word.weak]
        pairs = [
            token for token in before if token.concept.subject and frozenset({token.concept.id, detail.id}) in self.lexicon.keys
        ]
        if pairs and len(pairs) > 1 and pairs[-1].concept.id != pairs[-2].concept.id:
            between = text[pairs[-2].end : pairs[-1].start]
            if _CONJUNCTION.fullmatch(between):
                return self._alone(quantity, last)
        if pairs:
            token = pairs[-1]
            key = self.lexicon.keys[frozenset({token.concept.id, detail.id})]
            return replace(self._make(quantity, key, last, token.concept, detail), received=token.word.received)
        for concept in self._rows_for(text, state, detail, carried):
            named = self.lexicon.keys.get(frozenset({concept.id, detail.id}))
            if named:
                return self._make(quantity, named, last, concept, detail)
        return self._alone(quantity, last)

    def _rows_for(self, text: str, state: _Sentence, detail: Concept, carried: Concept | None) -> Iterable[Concept]:
        """Rows a column may belong to when its sentence names none: the one before 其中, the table's default, the last."""
        opening = text.startswith(("其中", "结果"), state.start)
        rowless = detail.table in self.lexicon.rowless
        if carried is not None and opening:
            yield carried
        if not rowless:
            yield from (concept for concept in self.lexicon.by_table[detail.table] if concept.default)
            if carried is not None:
                yield carried

    def _alone(self, quantity: Quantity, token: Token) -> Reading | None:
        key = self.lexicon.keys.get(frozenset({token.concept.id}))
        return self._make(quantity, key, token, None, token.concept) if key else None

    def _make(self, quantity: Quantity, key: str, token: Token, subject: Concept | None, detail: Concept | None) -> Reading:
        rule = self._rule(subject, detail)
        received = token.word.received
        if received and detail is None:
            rule = "TX-RECEIVED"
        return Reading(quantity, "figure", (key,), rule, token.text, received=received, subject=subject, detail=detail)

    def _rule(self, subject: Concept | None, detail: Concept | None) -> str:
        """The result columns of reviews and suits have their own rules; otherwise the column's rule goes before the row's."""
        if subject is not None and detail is not None and detail.table in self.lexicon.rowless:
            return f"{subject.rule}-RES"
        if detail is not None and detail.rule:
            return detail.rule
        return subject.rule if subject is not None and subject.rule else "TX-REV-RES"


def _rule_of(reading: Reading) -> str:
    owner = reading.detail if reading.detail is not None and reading.detail.rule else reading.subject
    return owner.rule if owner is not None and owner.rule else reading.rule


def _last(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group() if match else ""


def _sentences(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for match in _SENTENCE_END.finditer(text):
        spans.append((start, match.end()))
        start = match.end()
    return [*spans, (start, len(text))] if start < len(text) else spans
