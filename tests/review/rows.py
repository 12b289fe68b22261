"""One row in every table of the record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from assistant.review import audit
from assistant.review import schema as table

AT = datetime(2026, 1, 20, 8, 30, 0, 123456, tzinfo=UTC)
HASH = "0" * 64


LATER = {"0002": ("unsaved_entries",)}


def fill(session: Session, *, only_first: bool = False) -> None:
    """Add one row to each table, by ids of 1; ``only_first`` to those of the first version of the record."""
    for row in (*_people(), *_written(), *_judged(), *(() if only_first else _later())):
        session.add(row)
        session.flush()
    audit.note(session, None, "fill", "record", 1, {"名": "值", "n": [1, None, True]}, now=AT)


def _people() -> list[Any]:
    return [
        table.UnitRow(name="示例县教育局", kind="dept", region="示例县", created=AT),
        table.UserRow(name="李四", key="李四", role="drafter", password_hash="x", created=AT),
        table.MembershipRow(user_id=1, unit_id=1),
        table.SessionRow(token_hash=HASH, user_id=1, created=AT, seen=AT, expires=AT),
        table.UploadRow(
            id="u1", unit_id=1, by=1, original_name="填报.xlsx", stored_name="u1", sha256=HASH, size=3, type="xlsx", at=AT
        ),
    ]


def _written() -> list[Any]:
    return [
        table.SubmissionRow(unit_id=1, year=2025, number=1, content={"注": "新收 41 件"}, origin="grid", sha256=HASH, by=1, at=AT),
        table.DraftRow(
            unit_id=1, year=2025, number=1, submission_id=1, writer="offline", prompts={}, fingerprint="f", brief={}, content={},
            state="draft", at=AT,
        ),
        table.ParagraphRow(draft_id=1, part="s1.active", position=0),
        table.ParagraphVersionRow(paragraph_id=1, number=1, why="drafted", fingerprint="f", at=AT),
        table.SentenceRow(
            version_id=1, position=0, text="新收{t3.new.total}件。", rendered="新收41件。", sources=["t3.new.total"],
            writer="offline", attempts=[],
        ),
        table.DecisionRow(paragraph_id=1, version_id=1, kind="accept", by=1, at=AT),
        table.UnsavedRow(user_id=1, paragraph_id=1, base_number=1, text="正在写", at=AT),
        table.SuggestionRow(paragraph_id=1, base_version_id=1, group_key="g", sentences=[], writer="offline", by=1, at=AT),
    ]  # fmt: skip


def _judged() -> list[Any]:
    return [
        table.FindingRow(draft_id=1, fingerprint="f", content={}, first_seen=AT, last_seen=AT),
        table.RulingRow(draft_id=1, fingerprint="f", verdict="accept", why="已核对", by=1, at=AT),
        table.CommentRow(draft_id=1, paragraph_id=1, text="请核对", by=1, at=AT),
        table.CommentResolutionRow(comment_id=1, by=1, at=AT),
        table.SignoffRow(draft_id=1, kind="sign", fingerprint="f", findings=[], by=1, at=AT),
        table.ExportRow(id="e1", draft_id=1, kind="docx", name="报告.docx", sha256=HASH, size=3, fingerprint="f", by=1, at=AT),
        table.JobRow(id="j1", kind="draft", unit_id=1, year=2025, state="done", by=1, at=AT),
    ]


def _later() -> list[Any]:
    return [table.UnsavedEntryRow(user_id=1, unit_id=1, year=2025, entry="t3.new.natural", text="42", was="41", at=AT)]
