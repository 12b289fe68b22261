"""Earlier and other wordings of a text, with the differences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.review.views.findings import FindingView

ChangeKind = Literal["same", "removed", "added"]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A stretch of the difference between two texts."""

    kind: ChangeKind
    text: str


WHY: dict[str, str] = {
    "drafted": "起草",
    "edited": "修改",
    "suggestion": "采用建议",
    "restored": "恢复旧版",
    "redrafted": "重新起草",
}


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision on a version."""

    kind: Literal["accept", "reject", "reopen"]
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a paragraph with what was decided on it and how it differs from the one before."""

    number: int
    why: str
    by: str
    at: datetime
    text: str
    difference: tuple[ChangeView, ...]
    decisions: tuple[DecisionView, ...]
    from_number: int | None = None
    fingerprint: str = ""
    writer: str = ""

    @property
    def why_label(self) -> str:
        """The kind of change in Chinese."""
        return WHY.get(self.why, self.why)


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """Another wording for a paragraph. It may be taken only while ``may_accept``; ``reasons`` say why it does not hold."""

    id: int
    paragraph_id: int
    group: str
    instruction: str
    text: str
    difference: tuple[ChangeView, ...]
    state: Literal["open", "accepted", "rejected"]
    writer: str
    model: str
    by: str
    at: datetime
    reasons: tuple[str, ...] = ()
    may_accept: bool = True
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionsView:
    """What came of asking for other wordings; ``message`` says why there are none when there are none."""

    paragraph_id: int
    suggestions: tuple[SuggestionView, ...]
    message: str = ""


@dataclass(frozen=True, slots=True)
class BesideView:
    """A part this year and last year side by side."""

    key: str
    heading: str
    now: str
    before: str
    difference: tuple[ChangeView, ...]
    ratio: float


@dataclass(frozen=True, slots=True)
class LastYearView:
    """The draft beside last year's report; ``source`` says where that is from, empty when there is none (``message`` why)."""

    year: int
    source: str
    parts: tuple[BesideView, ...]
    message: str = ""


@dataclass(frozen=True, slots=True)
class SimilarView:
    """Likeness with last year's report and with other units one may see, as findings with their passages side by side."""

    findings: tuple[FindingView, ...]
    compared: tuple[str, ...]
