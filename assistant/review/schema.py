"""The record's tables. Rows of this module are mapped onto the tables that the numbered migrations make.

Versions, decisions, rulings, sign-offs, comments and the audit trail are only ever added to: triggers refuse a change or a
deletion (:data:`APPEND_ONLY`). Rows of :data:`KEPT` may change state and are never deleted. Times are UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, MetaData, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

APPEND_ONLY = (
    "submissions", "paragraph_versions", "sentences", "decisions", "rulings", "comments", "comment_resolutions", "signoffs",
    "audit",
)  # fmt: skip
KEPT = ("units", "users", "uploads", "drafts", "paragraphs", "suggestions", "exports")
ROLES = ("drafter", "reviewer", "admin")
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time: aware and in UTC in the program, without a zone in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return value.replace(tzinfo=UTC) if value else None


Id = Annotated[int, mapped_column(primary_key=True, autoincrement=True)]
Uuid = Annotated[str, mapped_column(String(36), primary_key=True)]
Key = Annotated[str, mapped_column(String(200))]
Word = Annotated[str, mapped_column(String(40))]
Hash = Annotated[str, mapped_column(String(64))]
Long = Annotated[str, mapped_column(Text)]
At = Annotated[datetime, mapped_column(Moment)]
Json = Annotated[Any, mapped_column(JSON(none_as_null=True))]
OfUnit = Annotated[int, mapped_column(ForeignKey("units.id"), index=True)]
By = Annotated[int, mapped_column(ForeignKey("users.id"))]
OfDraft = Annotated[int, mapped_column(ForeignKey("drafts.id"), index=True)]
OfParagraph = Annotated[int, mapped_column(ForeignKey("paragraphs.id"), index=True)]


class Row(DeclarativeBase):
    """A row of the record."""

    metadata = MetaData(naming_convention=NAMING)


class UnitRow(Row):
    """A reporting unit; ``kind`` is empty until a submission or a person says it."""

    __tablename__ = "units"
    id: Mapped[Id]
    name: Mapped[Key] = mapped_column(unique=True)
    kind: Mapped[Word] = mapped_column(default="")
    region: Mapped[Key] = mapped_column(default="")
    profile: Mapped[Json | None]
    created: Mapped[At]


class UserRow(Row):
    """A person; ``key`` is the name as it is looked up (one case, one width)."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('drafter', 'reviewer', 'admin')", name="role"),)
    id: Mapped[Id]
    name: Mapped[Key]
    key: Mapped[Key] = mapped_column(unique=True)
    role: Mapped[Word]
    password_hash: Mapped[Long]
    must_change: Mapped[bool] = mapped_column(default=True)
    failed: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[At | None]
    disabled_at: Mapped[At | None]
    created: Mapped[At]


class MembershipRow(Row):
    """A unit that a user works for."""

    __tablename__ = "memberships"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)


class SessionRow(Row):
    """A login; only the SHA-256 of its token is kept."""

    __tablename__ = "sessions"
    token_hash: Mapped[Hash] = mapped_column(primary_key=True)
    user_id: Mapped[By] = mapped_column(index=True)
    created: Mapped[At]
    seen: Mapped[At]
    expires: Mapped[At]


class UploadRow(Row):
    """A file as it was handed in, stored under a generated name."""

    __tablename__ = "uploads"
    id: Mapped[Uuid]
    unit_id: Mapped[OfUnit | None]
    by: Mapped[By]
    original_name: Mapped[Key]
    stored_name: Mapped[Key]
    sha256: Mapped[Hash]
    size: Mapped[int]
    type: Mapped[Word]
    at: Mapped[At]


class SubmissionRow(Row):
    """One saved version of a unit's submission for a year."""

    __tablename__ = "submissions"
    __table_args__ = (UniqueConstraint("unit_id", "year", "number"),)
    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    number: Mapped[int]
    content: Mapped[Json]
    previous: Mapped[Json | None]
    origin: Mapped[Word]
    upload_id: Mapped[str | None] = mapped_column(ForeignKey("uploads.id"))
    sha256: Mapped[Hash]
    by: Mapped[By | None]
    at: Mapped[At]


class DraftRow(Row):
    """A draft as first written; its paragraphs' versions hold what became of it."""

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "number"),
        CheckConstraint("state IN ('draft', 'review', 'final', 'superseded')", name="state"),
    )
    id: Mapped[Id]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    number: Mapped[int]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"))
    writer: Mapped[Word]
    model: Mapped[Key] = mapped_column(default="")
    prompts: Mapped[Json]
    fingerprint: Mapped[Key]
    brief: Mapped[Json] = mapped_column(deferred=True)
    content: Mapped[Json] = mapped_column(deferred=True)
    state: Mapped[Word]
    by: Mapped[By | None]
    at: Mapped[At]


class ParagraphRow(Row):
    """A place in a draft; ``retired_at`` when its part was drafted again without it."""

    __tablename__ = "paragraphs"
    id: Mapped[Id]
    draft_id: Mapped[OfDraft]
    part: Mapped[Word]
    position: Mapped[int]
    heading: Mapped[Long] = mapped_column(default="")
    retired_at: Mapped[At | None]


class ParagraphVersionRow(Row):
    """One version of a paragraph; ``by`` is empty for the program; ``why``: drafted, edited, suggestion, restored, redrafted."""

    __tablename__ = "paragraph_versions"
    __table_args__ = (UniqueConstraint("paragraph_id", "number"),)
    id: Mapped[Id]
    paragraph_id: Mapped[int] = mapped_column(ForeignKey("paragraphs.id"))
    number: Mapped[int]
    why: Mapped[Word]
    from_version_id: Mapped[int | None] = mapped_column(ForeignKey("paragraph_versions.id"))
    fingerprint: Mapped[Key]
    by: Mapped[By | None]
    at: Mapped[At]


class SentenceRow(Row):
    """A sentence of one version: its text with slots, as printed, and what it rests on."""

    __tablename__ = "sentences"
    __table_args__ = (UniqueConstraint("version_id", "position"),)
    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("paragraph_versions.id"))
    position: Mapped[int]
    text: Mapped[Long]
    rendered: Mapped[Long]
    sources: Mapped[Json]
    writer: Mapped[Word]
    gap: Mapped[Key | None]
    attempts: Mapped[Json]


class DecisionRow(Row):
    """A person's decision on a version of a paragraph."""

    __tablename__ = "decisions"
    __table_args__ = (CheckConstraint("kind IN ('accept', 'reject', 'reopen')", name="kind"),)
    id: Mapped[Id]
    paragraph_id: Mapped[OfParagraph]
    version_id: Mapped[int] = mapped_column(ForeignKey("paragraph_versions.id"), index=True)
    kind: Mapped[Word]
    reason: Mapped[Long] = mapped_column(default="")
    by: Mapped[By]
    at: Mapped[At]


class UnsavedRow(Row):
    """What somebody is typing, so that a reload loses nothing."""

    __tablename__ = "unsaved"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    paragraph_id: Mapped[int] = mapped_column(ForeignKey("paragraphs.id"), primary_key=True)
    base_number: Mapped[int]
    text: Mapped[Long]
    at: Mapped[At]


class UnsavedEntryRow(Row):
    """What somebody is filling in for a unit and year: ``entry`` is a cell key or names a text, ``was`` is what stood there."""

    __tablename__ = "unsaved_entries"
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[str] = mapped_column(String(200), primary_key=True)
    text: Mapped[Long]
    was: Mapped[Long]
    at: Mapped[At]


class SuggestionRow(Row):
    """Another wording for a paragraph; those asked for together share ``group_key``."""

    __tablename__ = "suggestions"
    __table_args__ = (CheckConstraint("state IN ('open', 'accepted', 'rejected')", name="state"),)
    id: Mapped[Id]
    paragraph_id: Mapped[OfParagraph]
    base_version_id: Mapped[int] = mapped_column(ForeignKey("paragraph_versions.id"))
    group_key: Mapped[Word]
    instruction: Mapped[Long] = mapped_column(default="")
    sentences: Mapped[Json]
    writer: Mapped[Word]
    model: Mapped[Key] = mapped_column(default="")
    usage: Mapped[Json | None]
    state: Mapped[Word] = mapped_column(default="open")
    by: Mapped[By]
    at: Mapped[At]
    decided_by: Mapped[By | None]
    decided_at: Mapped[At | None]


class FindingRow(Row):
    """A finding on a draft as last checked."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("draft_id", "fingerprint"),)
    id: Mapped[Id]
    draft_id: Mapped[int] = mapped_column(ForeignKey("drafts.id"))
    fingerprint: Mapped[Key]
    content: Mapped[Json]
    first_seen: Mapped[At]
    last_seen: Mapped[At]
    open: Mapped[bool] = mapped_column(default=True)


class RulingRow(Row):
    """A person's ruling on a finding: accept (it may stand) or withdraw."""

    __tablename__ = "rulings"
    __table_args__ = (CheckConstraint("verdict IN ('accept', 'withdraw')", name="verdict"),)
    id: Mapped[Id]
    draft_id: Mapped[OfDraft]
    fingerprint: Mapped[Key]
    verdict: Mapped[Word]
    why: Mapped[Long]
    by: Mapped[By]
    at: Mapped[At]


class CommentRow(Row):
    """A remark on a draft or one of its paragraphs."""

    __tablename__ = "comments"
    id: Mapped[Id]
    draft_id: Mapped[OfDraft]
    paragraph_id: Mapped[int | None] = mapped_column(ForeignKey("paragraphs.id"))
    text: Mapped[Long]
    by: Mapped[By]
    at: Mapped[At]


class CommentResolutionRow(Row):
    """That a comment was dealt with."""

    __tablename__ = "comment_resolutions"
    comment_id: Mapped[int] = mapped_column(ForeignKey("comments.id"), primary_key=True, autoincrement=False)
    by: Mapped[By]
    at: Mapped[At]


class SignoffRow(Row):
    """A sign-off of a draft's content, or its withdrawal."""

    __tablename__ = "signoffs"
    __table_args__ = (CheckConstraint("kind IN ('sign', 'withdraw')", name="kind"),)
    id: Mapped[Id]
    draft_id: Mapped[OfDraft]
    kind: Mapped[Word]
    reason: Mapped[Long | None]
    fingerprint: Mapped[Key]
    findings: Mapped[Json]
    by: Mapped[By]
    at: Mapped[At]


class ExportRow(Row):
    """A file made from a draft, kept as ``exports/<id>`` in the program's folder."""

    __tablename__ = "exports"
    id: Mapped[Uuid]
    draft_id: Mapped[OfDraft]
    kind: Mapped[Word]
    name: Mapped[Key]
    sha256: Mapped[Hash]
    size: Mapped[int]
    fingerprint: Mapped[Key]
    by: Mapped[By]
    at: Mapped[At]


class JobRow(Row):
    """Long work one can leave and come back to; ``owner`` names the process that runs it."""

    __tablename__ = "jobs"
    id: Mapped[Uuid]
    kind: Mapped[Word]
    unit_id: Mapped[OfUnit | None]
    year: Mapped[int | None]
    draft_id: Mapped[OfDraft | None]
    state: Mapped[Word] = mapped_column(index=True)
    owner: Mapped[Key] = mapped_column(default="")
    request: Mapped[Json | None]
    progress: Mapped[Json | None]
    message: Mapped[Long] = mapped_column(default="")
    result: Mapped[Json | None]
    by: Mapped[By | None]
    at: Mapped[At]
    started: Mapped[At | None]
    ended: Mapped[At | None]


class AuditRow(Row):
    """One deed; ``hash`` covers the row and the hash before it, so that nothing can be changed or left out unseen."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[At]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[Word]
    kind: Mapped[Word]
    object_id: Mapped[Key]
    detail: Mapped[Json]
    previous: Mapped[Hash]
    hash: Mapped[Hash] = mapped_column(unique=True)
