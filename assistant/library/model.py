"""What the library holds and hands out: sources, passages, filters, answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from assistant.errors import AssistantError

Status = Literal["official", "sample", "digest"]
SourceType = Literal["report", "regulation", "document"]
Role = Literal["text", "problem", "improvement", "follow_up", "article", "document"]

STATUS_NAMES: dict[str, str] = {"official": "正式文本", "sample": "样例", "digest": "摘要"}
ROLE_NAMES: dict[str, str] = {"problem": "存在的问题", "improvement": "改进措施", "follow_up": "上年问题整改"}


class LibraryError(AssistantError):
    """The library cannot do what was asked."""


class NotAccepted(LibraryError):
    """A file does not belong into the library; the message says why."""


class PassedOver(NotAccepted):
    """A file is plainly something else (a submission, other data): met in a folder, it is passed over."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in a passage. ``start`` and ``end`` count characters of the passage; ``cells`` are the cells of equal value."""

    start: int
    end: int
    value: Decimal
    unit: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage before it is stored.

    Attributes:
        section, aspect: key of the part and, within the first part, of the aspect; empty for the Regulation.
        role: what the passage does.
        article: number of the article, for the Regulation.
        heading: headings above it, outermost first.
        start, end: place in the source's text; ``source.text[start:end] == text``.
        place: where a person finds it (第 12—19 行).
    """

    section: str
    role: Role
    text: str
    start: int
    end: int
    aspect: str = ""
    article: int | None = None
    heading: tuple[str, ...] = ()
    place: str = ""
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A report, the Regulation or the list of notices as held. ``id`` is the hash of its content."""

    id: str
    type: SourceType
    title: str
    unit: str = ""
    kind: str = ""
    region: str = ""
    year: int | None = None
    form: str = ""
    published: str = ""
    origin: str = ""
    status: Status = "official"
    findings: tuple[dict[str, Any], ...] = ()
    superseded_by: str = ""
    added: str = ""
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A stored passage with its source. ``quotable`` is false where the text is a digest: cite it, do not quote it."""

    id: int
    source: Source
    number: int
    piece: Piece

    @property
    def text(self) -> str:
        """The wording."""
        return self.piece.text

    @property
    def part(self) -> str:
        """The narrowest key of the part: the aspect, else the section."""
        return self.piece.aspect or self.piece.section

    @property
    def quotable(self) -> bool:
        """Whether the wording may be quoted."""
        return self.source.status != "digest"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; empty means no limit.

    ``section`` takes the key of a part or of an aspect. With ``undated``, limits of year let sources without a year pass (the
    Regulation, the notices).
    """

    units: tuple[str, ...] = ()
    kind: str = ""
    region: str = ""
    years: tuple[int, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    section: str = ""
    role: str = ""
    status: str = ""
    type: str = ""
    not_type: str = ""
    source: str = ""
    articles: tuple[int, ...] = ()
    undated: bool = False

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def by_year(self) -> bool:
        """Whether the year matters."""
        return bool(self.years) or self.year_from is not None or self.year_to is not None

    def admits_year(self, year: int | None) -> bool:
        """Whether a source of this year passes."""
        if year is None:
            return self.undated or not self.by_year
        inside = (self.year_from or 0) <= year <= (self.year_to or 9999)
        return inside and (not self.years or year in self.years)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, and why: words it shares with the query and its rank in each list (from 1, None if absent).

    ``alike`` counts other passages found that say nearly the same and are left out.
    """

    passage: Passage
    score: float
    words: tuple[str, ...] = ()
    word_rank: int | None = None
    meaning_rank: int | None = None
    reason: str = ""
    alike: int = 0

    @property
    def why(self) -> str:
        """One Chinese line."""
        parts = [self.reason] if self.reason else []
        if self.words:
            parts.append("命中词语：" + "、".join(self.words[:6]))
        if self.word_rank:
            parts.append(f"词语第{self.word_rank}位")
        if self.meaning_rank:
            parts.append(f"语义第{self.meaning_rank}位")
        if self.alike:
            parts.append(f"另有{self.alike}段写法相近")
        return "；".join(parts)


@dataclass(frozen=True)
class Answer:
    """The answer to one query. No hits is a normal answer; ``notes`` say in Chinese why, or what was left out."""

    query: str
    hits: tuple[Hit, ...] = ()
    notes: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
