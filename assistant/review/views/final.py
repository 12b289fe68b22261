"""Sign-off and the files made from a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from assistant.review.views.draft import DraftState


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing that keeps a draft from being final, with its place."""

    kind: Literal["error", "gap", "undecided", "data", "state"]
    text: str
    paragraph_id: int | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class SignoffView:
    """A sign-off in force, or its withdrawal."""

    kind: Literal["sign", "withdraw"]
    by: str
    at: datetime
    reason: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ReadinessView:
    """Whether a draft may be final: ``hindrances`` are overruled only with a reason; ``history`` is oldest first."""

    draft_id: int
    state: DraftState
    stamp: str
    content: str
    hindrances: tuple[Hindrance, ...]
    signed: SignoffView | None
    history: tuple[SignoffView, ...]
    may_sign: bool

    @property
    def ready(self) -> bool:
        """Whether it may be signed off without a reason."""
        return not self.hindrances


ExportKind = Literal["docx", "working", "html", "json", "findings"]

EXPORTS: dict[ExportKind, str] = {
    "docx": "正式稿（Word）",
    "working": "工作稿（Word，带批注）",
    "html": "网页",
    "json": "数据（JSON）",
    "findings": "检查意见（Excel）",
}


@dataclass(frozen=True, slots=True)
class ExportView:
    """A file made from a draft; ``outdated`` once the accepted text is another one."""

    id: str
    draft_id: int
    kind: ExportKind
    name: str
    sha256: str
    size: int
    fingerprint: str
    by: str
    at: datetime
    outdated: bool = False

    @property
    def kind_label(self) -> str:
        """The kind in Chinese."""
        return EXPORTS[self.kind]
