"""Findings (检查意见): what a rule says about a submission, a draft or a report."""

from __future__ import annotations

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["pass", "fail", "unknown", "na"]
SeverityName = Literal["error", "warning", "info"]


class Alike(BaseModel):
    """Two passages that are alike, to be shown side by side. ``ratio`` is 0 to 1; ``start``/``end`` as in :class:`Finding`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str
    start: int
    end: int
    quote: str
    other: str
    ratio: float


class Finding(BaseModel):
    """One outcome of one rule.

    ``left``/``right``/``difference`` are printed values. ``start``/``end`` count characters in the text of ``section``.
    ``also`` lists rule ids that fail from the same root cause and are not shown on their own; ``suspects`` are the cells to
    look at first, never a verdict on them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    severity: SeverityName
    status: Status
    message: str
    remedy: str = ""
    cells: tuple[str, ...] = ()
    missing: tuple[str, ...] = Field(default=(), description="判断所缺的格（status 为 unknown 时）")
    left: int | str | None = None
    right: int | str | None = None
    difference: int | str | None = None
    section: str = ""
    quote: str = ""
    start: int | None = None
    end: int | None = None
    place: str = ""
    also: tuple[str, ...] = ()
    suspects: tuple[str, ...] = Field(default=(), description="建议先核对的格（不等于认定有错）")
    other: str = Field(default="", description="与之相似的另一篇（年度、单位或段落）")
    alike: tuple[Alike, ...] = Field(default=(), description="相似的段落，两两对照")
    fingerprint: str = ""

    @property
    def blocking(self) -> bool:
        """Whether this keeps a draft from being final."""
        return self.status == "fail" and self.severity == "error"


def fingerprint(rule: str, cells: tuple[str, ...], values: tuple[str, ...]) -> str:
    """Stable id of a finding: rule, cells and values. 16 hex digits."""
    text = "\x1f".join((rule, *cells, "\x1e", *values))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
