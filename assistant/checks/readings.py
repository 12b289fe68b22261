"""What a numeral in the narrative means: which cell or derived figure the words around it name."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from assistant.checks import reading_patterns as words
from assistant.checks.figures import Figures, compatible
from assistant.checks.reading_model import Reading, Sentence, Token, mask, sentences, without_applicants
from assistant.checks.reading_topics import Topics, other_office
from assistant.checks.wordings import Concept, Lexicon
from assistant.language.quantities import Quantity


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
        self._wholes, self._topics = _wholes(lexicon), Topics(lexicon)
        self.request_tables = self._topics.request_tables

    def read(self, text: str, quantities: Sequence[Quantity], *, requests: bool = False) -> list[Reading]:
        """The claims of a text, in order.

        Args:
            text: a part of a report.
            quantities: its figures with their spans in ``text``.
            requests: whether the part is about applications as a whole.
        """
        masked = without_applicants(mask(text))
        tokens = [
            Token(m.start(), m.end(), m.group(), self.lexicon.words[m.group()]) for m in self.lexicon.pattern.finditer(masked)
        ]
        starts = [token.start for token in tokens]
        readings: list[Reading] = []
        position, subject, topic, about = 0, None, requests, requests
        for start, end in sentences(masked):
            if text[max(0, start - 1) : start] == "\n" or start == 0:
                about = self._topics.under_heading(masked, start, about, requests)
                subject, topic = None, about
            inside = tokens[bisect_left(starts, start) : bisect_left(starts, end)]
            figures = []
            while position < len(quantities) and quantities[position].start < end:
                if quantities[position].start >= start:
                    figures.append(quantities[position])
                position += 1
            other = bool(words.OTHER_MATTER.search(masked, start, end))
            asked = bool(words.REQUEST.search(masked, start, end)) or self._topics.named_by(inside, other)
            state = Sentence(start, end, inside, topic=asked or (topic and not other))
            topic = about or ((topic or asked) and (asked or not other))
            if figures:
                found = self._sentence(masked, state, figures, subject)
                readings += found
            subject = self._carried(inside, readings[-1:] if figures else [], subject)
        return readings

    def _carried(self, tokens: Sequence[Token], last: list[Reading], subject: Concept | None) -> Concept | None:
        named = [token.concept for token in tokens if token.word.concept and token.concept.subject and not token.word.weak]
        if last and last[0].subject:
            return last[0].subject
        return named[-1] if named else subject

    def _sentence(self, text: str, state: Sentence, figures: list[Quantity], carried: Concept | None) -> list[Reading]:
        readings = []
        left = state.start
        for number, quantity in enumerate(figures):
            breaks = [match.end() for match in words.BREAK.finditer(text, left, quantity.start)]
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
            if words.PARENT.match(text, left, following):
                state.blocked = reading is None or state.blocked
        return readings

    def _numeral(self, text: str, state: Sentence, left: int, quantity: Quantity, carried: Concept | None) -> Reading | None:
        before = text[left : quantity.start]
        tokens = [token for token in state.tokens if left <= token.start and token.end <= quantity.start]
        if words.SCOPE.search(before):
            state.scoped = True
        if quantity.unit == "%":
            return self._percent(state, before, tokens, left, quantity)
        if state.blocked:
            return None
        if words.CHANGE.search(before):
            return self._change(text, state, before, tokens, quantity)
        if words.PREVIOUS.search(before):
            base = self._named(text, state, left, tokens, quantity, carried, loose=True) or state.base
            return (
                replace(base, quantity=quantity, kind="previous", rule="TX-GROWTH") if base and self._unit(base, quantity) else None
            )
        if words.REACHED.search(before) and state.last is not None and not tokens:
            return (
                replace(state.last, quantity=quantity, kind="figure", rule=state.last.cell_rule)
                if self._unit(state.last, quantity)
                else None
            )
        found = self._after(text, state, quantity) or self._named(text, state, left, tokens, quantity, carried)
        return self._listed(state, before, quantity) if found is None else self._in_year(text, state, found)

    def _in_year(self, text: str, state: Sentence, reading: Reading) -> Reading:
        """A figure dated to another year is last year's, or nobody's."""
        years = words.YEAR.findall(text, state.start, reading.quantity.start)
        if self.year is None or not years or int(years[-1]) == self.year:
            return reading
        if int(years[-1]) != self.year - 1:
            return replace(reading, certain=False)
        return replace(reading, kind="previous", rule="TX-GROWTH")

    def _unit(self, reading: Reading, quantity: Quantity) -> bool:
        return compatible(quantity.unit, self.figures.unit(reading.keys[0]))

    # -- changes and shares

    def _change(self, text: str, state: Sentence, before: str, tokens: list[Token], quantity: Quantity) -> Reading | None:
        base = state.base
        if base is None or not self._unit(base, quantity):
            return None
        compared = words.COMPARED.search(text, base.quantity.unit_end, quantity.start)
        chained = state.last is not None and state.last.kind in ("change", "growth", "previous")
        if not (compared or chained) or any(token.word.concept for token in tokens):
            return None
        rising = bool(words.UP.search(_last(words.CHANGE, before)))
        return replace(base, quantity=quantity, kind="change", rule="TX-GROWTH", rising=rising)

    def _percent(self, state: Sentence, before: str, tokens: list[Token], left: int, quantity: Quantity) -> Reading | None:
        if words.CHANGE.search(before):
            base = state.base
            chained = state.last is not None and state.last.kind in ("figure", "change", "previous")
            if base is None or not (chained or words.COMPARED.search(before)) or any(token.word.concept for token in tokens):
                return None
            return replace(
                base, quantity=quantity, kind="growth", rule="TX-GROWTH", rising=bool(words.UP.search(_last(words.CHANGE, before)))
            )
        share = words.SHARE.search(before)
        if share is None or state.blocked:
            return None
        return self._share(state, before, tokens, left, share, quantity)

    def _share(
        self, state: Sentence, before: str, tokens: list[Token], left: int, share: re.Match[str], quantity: Quantity
    ) -> Reading | None:
        inner = [token for token in tokens if token.start >= left + share.start()]
        outer = [token for token in tokens if token.end <= left + share.start() and token.word.concept]
        if outer or (state.last is None or state.last.kind != "figure"):
            return None
        parts = state.run if words.TOGETHER.search(before) else state.run[-1:]
        keys = tuple(key for reading in parts for key in reading.keys)
        whole = self._whole(keys)
        named = inner[-1].word.concept if inner else None
        if named is not None:
            whole = self.lexicon.keys.get(frozenset({named.id}), "")
        elif not words.SHARE_BASE.fullmatch(share["base"]):
            return None
        open_base = any(each.received and self.figures.total(each.keys) != each.quantity.value for each in parts)
        if not whole or not keys or open_base:
            return None
        certain = all(reading.certain for reading in parts)
        return Reading(
            quantity, "share", keys, "TX-SHARE", before.strip("，,（( "), whole, subject=parts[-1].subject, certain=certain
        )

    def _whole(self, keys: tuple[str, ...]) -> str:
        found = {self._shares.get(key) or self._wholes.get(key, "") for key in keys}
        if len(keys) > 1:
            found = {self._shares.get(self.joined(keys), "")} - {""} or found
        return found.pop() if len(found) == 1 else ""

    def joined(self, keys: tuple[str, ...]) -> str:
        """The declared sum of these keys, or the key itself when there is one, else empty."""
        return keys[0] if len(keys) == 1 else self._sums.get(frozenset(keys), "")

    # -- figures

    def _after(self, text: str, state: Sentence, quantity: Quantity) -> Reading | None:
        """A count named by what follows it: 1件结转下年度, 95件申请中，…."""
        at = quantity.unit_end
        if quantity.unit != "件" or not state.topic:
            return None
        if words.OPENING.match(text, at) and words.BARE_LEAD.fullmatch(text, state.start, quantity.start):
            return self._all_of_them(quantity)
        word, concept = next((pair for pair in self.lexicon.after if text.startswith(pair[0], at)), ("", None))
        key = self.lexicon.keys.get(frozenset({concept.id})) if concept else None
        return Reading(quantity, "figure", (key,), concept.rule, word, subject=concept) if concept and key else None

    def _all_of_them(self, quantity: Quantity) -> Reading | None:
        """The applications as a whole, whether counted as they came in or as they were dealt with."""
        known = [concept for concept in self.lexicon.concepts if concept.default and concept.subject]
        key = next((key for concept in known if (key := self.lexicon.keys.get(frozenset({concept.id})))), None)
        done = self.lexicon.words.get("办结")
        other = self.lexicon.keys.get(frozenset({done.concept.id})) if done and done.concept else None
        others = (other,) if other else ()
        return Reading(quantity, "figure", (key,), "TX-RECEIVED", received=True, subject=known[0], others=others) if key else None

    def _listed(self, state: Sentence, before: str, quantity: Quantity) -> Reading | None:
        """The second figure of one fact pair: 信息处理费2件、1200元."""
        if state.last is None or not words.LIST_SEPARATOR.fullmatch(before) or state.last.subject is None:
            return None
        for key in self.lexicon.facts.get(state.last.subject.id, ()):
            if self.figures.unit(key) == quantity.unit and key not in state.last.keys:
                return replace(state.last, quantity=quantity, keys=(key,))
        return None

    def _named(
        self,
        text: str,
        state: Sentence,
        left: int,
        tokens: list[Token],
        quantity: Quantity,
        carried: Concept | None,
        *,
        loose: bool = False,
    ) -> Reading | None:
        foreign = other_office(text, left, quantity.start, self._names)
        state.scoped = state.scoped or foreign
        if not tokens or tokens[-1].word.concept is None:
            return None
        clause = max((match.end() for match in words.CLAUSE.finditer(text, left, quantity.start)), default=left)
        last, also = tokens[-1], list[str]()
        if not loose and not words.FILLER.fullmatch(text, last.end, quantity.start):
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
            also = [concept.id for concept in last.word.others] + ([last.concept.id] if strong else [])
            last = strong[-1] if strong else last
        if last.word.received and not self._of_requests(text, state, clause, last, quantity):
            return None
        reading = self._claim(text, state, tokens, near, last, quantity, carried)
        if reading is None or not self._fits(state, reading, last):
            return None
        if not self._unit(reading, quantity):
            off = reading.subject is not None and reading.subject.opens and quantity.unit in words.LOOSE_UNITS
            copies = quantity.unit in words.COPIES and not state.scoped
            return replace(reading, kind="unit", certain=copies) if off else None
        others = (self.lexicon.keys.get(frozenset({name})) for name in also)
        return replace(reading, certain=not state.scoped, others=tuple(key for key in others if key))

    def _fits(self, state: Sentence, reading: Reading, named: Token) -> bool:
        concept = reading.subject or reading.detail
        if concept is None:
            return False
        return state.topic or (concept.opens and not named.word.weak) or concept.table not in self.request_tables

    def _weakly_named(self, text: str, clause: int, token: Token) -> bool:
        return bool(words.WEAK_LEAD.search(text[clause : token.start]))

    def _of_requests(self, text: str, state: Sentence, clause: int, token: Token, quantity: Quantity) -> bool:
        """Whether what was received are applications: the clause says so, or nothing else stands in it where they are the topic."""
        asked = words.REQUEST.search(text, clause, quantity.start) or words.ON_REQUEST.match(text, token.end)
        if asked or words.RELATION.match(text, quantity.unit_end):
            return True
        return state.topic and clause > state.start and bool(words.BARE_LEAD.fullmatch(text, clause, token.start))

    def _claim(
        self,
        text: str,
        state: Sentence,
        tokens: list[Token],
        near: list[Token],
        last: Token,
        quantity: Quantity,
        carried: Concept | None,
    ) -> Reading | None:
        if last.concept.subject:
            return self._subject_claim(text, state, near, last, quantity)
        return self._detail_claim(text, state, tokens, last, quantity, carried)

    def _subject_claim(self, text: str, state: Sentence, near: list[Token], last: Token, quantity: Quantity) -> Reading | None:
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
            if not words.CONJUNCTION.fullmatch(text, token.end, group[0].start):
                break
            group.insert(0, token)
        if len(group) == 1:
            return None
        keys = [self.lexicon.keys.get(frozenset({token.concept.id})) for token in group]
        if len({token.concept.id for token in group}) == 1:
            return None
        inner = [key for key in keys if key and any(key in self.lexicon.terms.get(outer or "", ()) for outer in keys)]
        if inner:
            return tuple(inner)
        return tuple(key for key in keys if key) if all(keys) else ()

    def _detail_claim(
        self, text: str, state: Sentence, tokens: list[Token], last: Token, quantity: Quantity, carried: Concept | None
    ) -> Reading | None:
        detail = last.concept
        before = [token for token in state.tokens if token.end <= last.start and token.word.concept and not token.word.weak]
        pairs = [
            token for token in before if token.concept.subject and frozenset({token.concept.id, detail.id}) in self.lexicon.keys
        ]
        if pairs and len(pairs) > 1 and pairs[-1].concept.id != pairs[-2].concept.id:
            between = text[pairs[-2].end : pairs[-1].start]
            if words.CONJUNCTION.fullmatch(between):
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

    def _rows_for(self, text: str, state: Sentence, detail: Concept, carried: Concept | None) -> Iterable[Concept]:
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


def _wholes(lexicon: Lexicon) -> dict[str, str]:
    """For cells that are part of one sum only, that sum's cell: what a share of them is a share of."""
    sums = [equation for equation in lexicon.form.equations if len(equation.right) == 1]
    met = Counter(key for equation in sums for key in equation.left)
    return {key: equation.right[0] for equation in sums for key in equation.left if met[key] == 1}


def _last(pattern: re.Pattern[str], text: str) -> str:
    return match.group() if (match := pattern.search(text)) else ""
