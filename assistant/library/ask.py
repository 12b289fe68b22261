"""What drafting asks of the library, by name.

Precedents serve style and structure: no figure or deed of theirs enters this year's text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.form import Form
from assistant.language.text import similarity
from assistant.library.library import Library
from assistant.library.model import Filters, Hit, Passage, Source
from assistant.report.model import Report

ALIKE = 0.8
# Articles for what is no aspect (regulation digest, index of articles by part).
_PROVISIONS: dict[str, tuple[int, ...]] = {
    "preface": (49, 50), "sec2": (20,), "sec3": (30, 35, 36, 37, 38, 39, 42), "sec4": (50, 51), "sec5": (50,), "sec6": (42, 50),
}  # fmt: skip


@dataclass(frozen=True)
class PastReport:
    """A past report as held: where it is from, as it was read, and its passages."""

    source: Source
    report: Report
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class ProblemsAndPromises:
    """What a report said of its problems, promised about them, and answered to those of the year before."""

    source: Source
    problems: tuple[Passage, ...]
    improvements: tuple[Passage, ...]
    follow_ups: tuple[Passage, ...]


@dataclass(frozen=True)
class Precedent:
    """A passage of another report, and others that say nearly the same."""

    passage: Passage
    alike: tuple[Passage, ...] = ()


def last_report_of(library: Library, unit: str, year: int) -> PastReport | None:
    """The unit's report of the year before ``year``; None if the library does not hold it."""
    source = next(
        (s for s in library.store.sources(superseded=False) if s.type == "report" and s.unit == unit and s.year == year - 1), None
    )
    if source is None:
        return None
    report = Report.model_validate_json(library.store.report_of(source.id))
    return PastReport(source, report, tuple(library.store.of_source(source.id)))


def problems_and_promises(library: Library, unit: str, year: int) -> ProblemsAndPromises | None:
    """Problems, promised improvements and follow-ups of the unit's report of the year before ``year``."""
    past = last_report_of(library, unit, year)
    if past is None:
        return None
    by_role = {role: tuple(p for p in past.passages if p.piece.role == role) for role in ("problem", "improvement", "follow_up")}
    return ProblemsAndPromises(past.source, by_role["problem"], by_role["improvement"], by_role["follow_up"])


def precedents(
    library: Library, part: str, kind: str, before_year: int, *, exclude_unit: str = "", region: str = "", limit: int = 5
) -> list[Precedent]:
    """Passages of a part or aspect from units of the same kind, most recent first, nearly equal ones folded into one.

    Args:
        part: key of an aspect or part (``s1.active``, ``sec5``).
        kind: kind of the units.
        before_year: report year being drafted; only earlier ones are given.
        exclude_unit: the unit that is drafting, whose own text is no precedent.
        region: only units of this region, if given.
        limit: how many.
    """
    found = library.store.matching(Filters(section=part, kind=kind, region=region, year_to=before_year - 1, type="report"), 400)
    return folded((passage for passage in found if passage.source.unit != exclude_unit), limit)


def folded(passages: Iterable[Passage], limit: int) -> list[Precedent]:
    """Passages in their order, each that is nearly equal to an earlier one under that one (digits do not count)."""
    kept: list[Precedent] = []
    for passage in passages:
        place = next((n for n, held in enumerate(kept) if similarity(held.passage.text, passage.text) >= ALIKE), None)
        if place is not None:
            kept[place] = replace(kept[place], alike=(*kept[place].alike, passage))
        elif len(kept) < limit:
            kept.append(Precedent(passage))
    return kept


def provisions_for(library: Library, part: str, form: Form) -> list[Passage]:
    """The provisions that bear on a part or aspect, in order; the official text where the library has it, else the digest."""
    aspect = next((item for item in form.aspects if item.key == part), None)
    numbers = aspect.articles if aspect else _PROVISIONS.get(part, ())
    if not numbers:
        return []
    found = library.store.matching(Filters(type="regulation", articles=tuple(numbers)))
    official = {passage.piece.article for passage in found if passage.quotable}
    chosen = [passage for passage in found if passage.quotable or passage.piece.article not in official]
    return sorted(chosen, key=lambda passage: (passage.piece.article or 0, passage.number))


def quotation_of(library: Library, article: int) -> str:
    """The official wording of an article, exactly; empty where the library has only the digest, which must not be quoted."""
    found = library.store.matching(Filters(type="regulation", status="official", articles=(article,)))
    return "\n".join(passage.text for passage in sorted(found, key=lambda passage: passage.number))


def most_similar(library: Library, text: str, filters: Filters | None = None, limit: int = 5) -> list[tuple[Hit, float]]:
    """Passages most like a text in wording, with the likeness (0 to 1, digits do not count); for the similarity checks."""
    hits = library.searcher.like(text, filters or Filters(type="report"), max(limit * 4, 20))
    scored = [(hit, similarity(text, hit.passage.text)) for hit in hits]
    return sorted(scored, key=lambda item: -item[1])[:limit]
