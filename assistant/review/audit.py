"""The audit trail: who did what, when; each entry sealed by the hash of the one before.

Changing, deleting or inserting an entry breaks the chain. Cutting off its end does not; so how long the chain was and how it
ended is also kept elsewhere: in ``audit-anchors.txt`` beside the database after each deed, in each backup, and wherever
:func:`anchor` is printed.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.review.rights import Actor, require
from assistant.review.schema import AuditRow, UserRow

if TYPE_CHECKING:
    from assistant.review.engine import Record

ANCHORS = "audit-anchors.txt"
FIRST = "0" * 64
_LONGEST = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Anchor:
    """How many entries the trail had, and the hash of the last; written ``count:hash``."""

    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """Read ``count:hash``.

        Raises:
            InputError: it is not written so.
        """
        count, colon, value = text.strip().partition(":")
        if not (colon and count.isascii() and count.isdigit() and len(value) == 64 and set(value) <= set("0123456789abcdef")):
            raise InputError(f"“{text[:80]}”不是操作记录的封印", remedy="应当是“条数:64 位十六进制数”，见备份或导出时的提示")
        return cls(int(count), value)


@dataclass(frozen=True)
class Entry:
    """One entry as listed; ``who`` is empty for the program and the command line."""

    number: int
    at: datetime
    who: str
    action: str
    kind: str
    object_id: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What :func:`verify` found: the trail's length and end, and the first broken place (0 and empty if none)."""

    anchor: Anchor
    broken: int = 0
    what: str = ""

    @property
    def whole(self) -> bool:
        """Whether nothing was changed or left out."""
        return not self.what


def note(
    session: Session, actor: Actor | None, action: str, kind: str, object_id: object, detail: dict[str, Any] | None = None,
    *, now: datetime | None = None,
) -> None:  # fmt: skip
    """Add an entry in the transaction of the deed.

    Args:
        session: of :meth:`Record.write`.
        actor: who did it; None for the program or the command line.
        action: what was done, one English word or two (``accept``, ``add user``).
        kind: what kind of object (``paragraph``).
        object_id: which one.
        detail: plain values that say more; never text of a draft, a note or a key. Strings are cut after 200 characters.
        now: when, in UTC; the present if None.
    """
    session.flush()
    last = _last(session)
    row = AuditRow(
        number=last.count + 1, at=(now or datetime.now(UTC)).astimezone(UTC), user_id=actor.user_id if actor else None,
        action=action, kind=kind, object_id=str(object_id), detail=_short(detail or {}), previous=last.hash,
    )  # fmt: skip
    row.hash = _seal(row)
    session.add(row)
    session.flush()
    session.info["anchor"] = Anchor(row.number, row.hash)


def anchor(session: Session) -> Anchor:
    """The trail's length and end now, to be printed where nobody can change it later."""
    return _last(session)


def entries(
    record: Record, actor: Actor, *, before: int | None = None, user_id: int | None = None, limit: int = 100
) -> list[Entry]:
    """The newest entries first.

    Args:
        record: whose trail.
        actor: an admin.
        before: only entries with smaller numbers, to page on.
        user_id: only what this person did.
        limit: at most so many.

    Raises:
        Refused: the actor may not see the trail.
    """
    require(actor, "see_audit")
    query = select(AuditRow, UserRow.name).outerjoin(UserRow, UserRow.id == AuditRow.user_id).order_by(AuditRow.number.desc())
    if before is not None:
        query = query.where(AuditRow.number < before)
    if user_id is not None:
        query = query.where(AuditRow.user_id == user_id)
    with record.read() as session:
        return [
            Entry(row.number, row.at, name or "", row.action, row.kind, row.object_id, row.detail)
            for row, name in session.execute(query.limit(limit))
        ]


def verify(record: Record, anchors: Iterable[Anchor] = ()) -> Verdict:
    """Walk the whole trail and compare it with every anchor kept.

    Args:
        record: whose trail.
        anchors: further ones, as printed by a backup or an export.

    Raises:
        RecordError: the database cannot be read.
    """
    kept = sorted([*kept_anchors(record.home), *anchors], key=lambda one: one.count)
    last, waiting = Anchor(0, FIRST), iter(kept)
    due = next(waiting, None)
    with record.read() as session:
        for row in session.execute(select(AuditRow).order_by(AuditRow.number)).yield_per(500).scalars():
            if row.number != last.count + 1:
                return Verdict(last, last.count + 1, f"第 {last.count + 1} 条到第 {row.number - 1} 条不见了")
            if row.previous != last.hash:
                return Verdict(last, row.number, f"第 {row.number} 条与前一条接不上，其中一条被改动或替换过")
            if _seal(row) != row.hash:
                return Verdict(last, row.number, f"第 {row.number} 条的内容被改动过")
            last = Anchor(row.number, row.hash)
            while due and due.count <= last.count:
                if due != last and due.count == last.count:
                    return Verdict(last, row.number, f"到第 {row.number} 条为止的记录整段被重写过，与当时留下的封印不符")
                due = next(waiting, None)
    if due:
        return Verdict(last, last.count + 1, f"末尾缺了：曾经有 {kept[-1].count} 条，现在只有 {last.count} 条")
    return Verdict(last)


def keep_anchor(home: Path, session: Session) -> None:
    """After a commit, keep the new end of the trail in the file of anchors. The deed is saved already: a failure is logged only."""
    ended = session.info.pop("anchor", None)
    if ended is None:
        return
    try:
        with (home / ANCHORS).open("a", encoding="ascii") as file:
            file.write(f"{ended}\n")
    except OSError as error:
        _log.warning("anchor of the audit trail not kept: %s", error.strerror)


def kept_anchors(home: Path) -> Iterator[Anchor]:
    """The anchors in the file beside the database, oldest first."""
    try:
        lines = (home / ANCHORS).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            yield Anchor.parse(line)
        except InputError:  # a line half written when the power went
            continue


def _last(session: Session) -> Anchor:
    row = session.execute(select(AuditRow.number, AuditRow.hash).order_by(AuditRow.number.desc()).limit(1)).first()
    return Anchor(row.number, row.hash) if row else Anchor(0, FIRST)


def _seal(row: AuditRow) -> str:
    at = row.at.isoformat(timespec="microseconds")
    content = [row.number, at, row.user_id, row.action, row.kind, row.object_id, row.detail, row.previous]
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _short(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_short(item) for item in value]
    return value[:_LONGEST] if isinstance(value, str) else value
