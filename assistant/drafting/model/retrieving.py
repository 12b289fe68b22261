"""What the library has for each part: passages of other reports and of last year's, and provisions. Nothing without a library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from assistant.drafting.offline.voice import Voice

if TYPE_CHECKING:
    from assistant.library.library import Library

_MOST = 3


class Retrieved(BaseModel):
    """What was found for one part. The texts serve as style, and to tell what was copied; no fact is taken from them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    precedents: tuple[str, ...] = ()
    last_year: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def retrieve(voice: Voice, parts: Iterable[str], library: Library | None) -> dict[str, Retrieved]:
    """Look up every part, in order.

    Args:
        voice: the report's material.
        parts: keys of the parts.
        library: the library; None if there is none.
    """
    return {part: _of_part(voice, part, library) if library is not None else Retrieved() for part in parts}


def _of_part(voice: Voice, part: str, library: Library) -> Retrieved:
    from assistant.library.ask import last_report_of, precedents, provisions_for

    given = voice.submission
    found = precedents(library, part, given.unit.kind, given.year, exclude_unit=given.unit.name, limit=_MOST)
    last = last_report_of(library, given.unit.name, given.year)
    own = tuple(passage for passage in last.passages if passage.part == part) if last else ()
    articles = provisions_for(library, part, voice.form)
    sources = dict.fromkeys(f"{item.source.unit}{item.source.year or ''}" for item in (*(p.passage for p in found), *own))
    return Retrieved(
        precedents=tuple(item.passage.text for item in found),
        last_year=tuple(passage.text for passage in own),
        provisions=tuple(dict.fromkeys(f"条例:{p.piece.article}" for p in articles if p.piece.article)),
        sources=tuple(sources),
    )


def default_library() -> Library | None:
    """The office's library, read only; None if there is none or it cannot be read now."""
    from assistant.errors import AssistantError

    try:
        from assistant.library.library import Library
        from assistant.library.settings import library_settings

        if not library_settings().folder.exists():
            return None
        return Library(read_only=True)
    except (AssistantError, ImportError):
        return None
