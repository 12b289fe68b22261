"""Units in the record: found by name, added by an admin or on the command line."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.form.kinds import unit_kinds
from assistant.review import audit
from assistant.review.rights import Actor, require
from assistant.review.schema import UnitRow

if TYPE_CHECKING:
    from assistant.review.engine import Record

_LONGEST = 120


@dataclass(frozen=True)
class Unit:
    """A unit as listed; ``kind`` is empty until it is known."""

    id: int
    name: str
    kind: str
    region: str


def list_units(record: Record, actor: Actor | None = None) -> list[Unit]:
    """The actor's own units by name; all for an admin and on the command line (None)."""
    with record.read() as session:
        rows = session.execute(select(UnitRow).order_by(UnitRow.name)).scalars()
        return [_view(row) for row in rows if actor is None or actor.of(row.id)]


def add_unit(record: Record, actor: Actor | None, name: str, *, kind: str = "", region: str = "") -> tuple[Unit, bool]:
    """Add a unit, or complete kind and region of one that has none; whether it is new.

    Args:
        record: where to.
        actor: an admin; None on the command line.
        name: the unit's full name.
        kind: a key of ``kinds.toml``, or empty if not known yet.
        region: full name of its region, or empty.

    Raises:
        Refused: the actor is no admin.
        InputError: no usable name, no such kind, or the unit already has another kind or region.
    """
    if actor is not None:
        require(actor, "add_unit")
    with record.write() as session:
        row, new = ensure_unit(session, actor, name, kind=kind, region=region)
        return _view(row), new


def ensure_unit(session: Session, actor: Actor | None, name: str, *, kind: str = "", region: str = "") -> tuple[UnitRow, bool]:
    """As :func:`add_unit`, inside a writing session; the caller has checked the right."""
    clean, known = _name(name), unit_kinds()
    if kind and kind not in known:
        raise InputError(f"没有“{kind[:40]}”这种单位类型", remedy=f"可选：{'、'.join(known)}")
    row = session.execute(select(UnitRow).where(UnitRow.name == clean)).scalar_one_or_none()
    if row is None:
        row = UnitRow(name=clean, kind=kind, region=region.strip()[:200], created=datetime.now(UTC))
        session.add(row)
        session.flush()
        audit.note(session, actor, "add", "unit", row.id, {"name": clean, "kind": kind})
        return row, True
    changes = {}
    for field, value in (("kind", kind), ("region", region.strip()[:200])):
        had = getattr(row, field)
        if value and had and had != value:
            raise InputError(f"“{clean}”已登记为“{had}”，不是“{value}”", remedy="没有改动；请核对，确要更改请管理员处理")
        if value and not had:
            changes[field] = value
            setattr(row, field, value)
    if changes:
        audit.note(session, actor, "complete", "unit", row.id, changes)
    return row, False


def _name(name: str) -> str:
    clean = " ".join(unicodedata.normalize("NFC", name).split())
    if not 1 <= len(clean) <= _LONGEST or any(unicodedata.category(letter).startswith("C") for letter in clean):
        raise InputError(f"单位名称应当有 1 至 {_LONGEST} 个字，不含控制字符", remedy="请写单位全称")
    return clean


def _view(row: UnitRow) -> Unit:
    return Unit(row.id, row.name, row.kind, row.region)
