"""Whether a line or a sentence is about applications, and whether it is about another office."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.checks import reading_patterns as words
from assistant.checks.reading_model import Token
from assistant.checks.wordings import Lexicon

_HEAD = 24


class Topics:
    """What a form's aspects and tables say about the matter of a text.

    Args:
        lexicon: the form's words.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.request_tables = {
            table for table, known in lexicon.by_table.items() if table and any(concept.opens for concept in known)
        }
        self._aspects = [(aspect.heading, bool(self.request_tables & set(aspect.tables))) for aspect in lexicon.form.aspects]
        self._aspects.sort(key=lambda pair: -len(pair[0]))

    def under_heading(self, text: str, start: int, before: bool, default: bool) -> bool:
        """Whether a line stands under the heading of the aspect about applications.

        Args:
            text: the part's text.
            start: where the line begins.
            before: the same of the line before, which holds unless this line is a heading.
            default: what holds under headings of no known aspect.
        """
        mark = words.ABOUT.match(text, start)
        if mark is None:
            return before
        head = text[mark.end() : mark.end() + _HEAD].partition("\n")[0]
        return next((about for heading, about in self._aspects if heading in head), default)

    def named_by(self, tokens: Sequence[Token], other: bool) -> bool:
        """Whether the table's own words make the matter plain without the word 申请; ``other``: another matter is named."""
        named = {
            token.concept.id: token.concept
            for token in tokens
            if token.word.concept and not token.word.weak and not token.word.received
        }
        if any(concept.opens for concept in named.values()):
            return True
        return not other and sum(1 for concept in named.values() if concept.table in self.request_tables) > 1


def other_office(text: str, left: int, right: int, names: Iterable[str]) -> bool:
    """Whether an office other than the unit with these names is the subject of a stretch of text."""
    for match in words.OFFICE.finditer(text, left, right):
        name = match.group()
        own = any(name.endswith(each[-3:]) or each.endswith(name) for each in names)
        if not own and not words.OWN_OFFICE.search(name[:-1]):
            return True
    return False
