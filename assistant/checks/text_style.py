"""Family ST: phrases that say nothing (advice only). The list is ``data/phrases.toml``; writers use it too."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import fail_at, prose
from assistant.checks.subject import Subject

_QUOTED = re.compile(r"“[^“”]*”")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to avoid: why, and what to write instead (both Chinese). ``unless`` are longer words in which it is all right."""

    text: str
    why: str
    instead: str
    unless: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def phrases() -> dict[str, Phrase]:
    """All phrases to avoid, by their text."""
    data = tomllib.loads((resources.files("assistant.checks") / "data" / "phrases.toml").read_text(encoding="utf-8"))
    return {
        text: Phrase(text, group["why"], group["instead"], tuple(group.get("unless", ())))
        for group in data["groups"]
        for text in group["phrases"]
    }


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    known = phrases()
    allowed = {word for phrase in known.values() for word in phrase.unless}
    ordered = sorted({*known, *allowed}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)))


def forbidden(text: str) -> Iterator[tuple[Phrase, int, int]]:
    """Phrases to avoid in a text, with their spans. What stands in quotation marks or titles is quoted and not counted."""
    hidden = [match.span() for match in _QUOTED.finditer(text)]
    for match in _pattern().finditer(text):
        phrase = phrases().get(match.group())
        if phrase is not None and not any(start <= match.start() < end for start, end in hidden):
            yield phrase, match.start(), match.end()


@rule(
    "ST-PHRASE",
    severity="info",
    scope="draft",
    formula="不用空话、套话和约数",
    message="“{quote}”{why}，{instead}",
    reason="有事写事，有数写数",
)
def phrase(subject: Subject, check: Check) -> Iterator[Finding]:
    """Each phrase once, where it first stands."""
    found = prose(subject)
    seen: set[str] = set()
    for part, text in found.masked.items():
        for each, start, end in forbidden(text):
            if each.text not in seen:
                seen.add(each.text)
                yield fail_at(check, part, (start, end), each.text, why=each.why, instead=each.instead)
    if not seen:
        yield check.passed()
