"""Adding a version of a unit's submission, and what it is compared with."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.review import audit
from assistant.review.access import names_of
from assistant.review.errors import Conflict
from assistant.review.faultpoints import reached
from assistant.review.rights import Actor
from assistant.review.schema import SubmissionRow, UnitRow
from assistant.review.stored import newest_submission, registry
from assistant.submission.model import Submission, UnitProfile

PAGE = "网页填报"


def save(
    session: Session,
    actor: Actor | None,
    unit: UnitRow,
    content: Submission,
    previous: Submission | None,
    *,
    base: int,
    origin: str,
    upload_id: str | None = None,
) -> SubmissionRow:
    """Add a version; the same content again adds none.

    Args:
        session: of a write.
        actor: who saves; None for the program.
        unit: whose.
        content, previous: what is handed in, and last year's.
        base: the version it was made from; 0 for none.
        origin: ``upload``, ``grid`` or ``batch``.
        upload_id: the upload it came from.

    Raises:
        Conflict: there is a newer version than ``base`` with other content.
    """
    plain = content.model_dump(mode="json")
    before = previous.model_dump(mode="json") if previous else None
    mark = hashlib.sha256(json.dumps([plain, before], ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")).hexdigest()
    newest = newest_submission(session, unit.id, content.year)
    number = newest.number if newest else 0
    if newest is not None and newest.sha256 == mark:
        return newest
    if number != base:
        raise _conflict(session, newest, content)
    row = SubmissionRow(
        unit_id=unit.id,
        year=content.year,
        number=number + 1,
        content=plain,
        previous=before,
        origin=origin,
        upload_id=upload_id,
        sha256=mark,
        by=actor.user_id if actor else None,
        at=datetime.now(UTC),
    )
    session.add(row)
    session.flush()
    _complete(unit, content.unit)
    audit.note(session, actor, "save", "submission", row.id, {"unit": unit.id, "year": content.year, "number": row.number})
    reached("submission.written")
    return row


def _conflict(session: Session, newest: SubmissionRow | None, content: Submission) -> Conflict:
    head = Submission.model_validate(newest.content) if newest else None
    form = registry().get(content.form)
    cells = head.cells if head else {}
    differ = [key for key, cell in content.cells.items() if key not in cells or cells[key].raw != cell.raw]
    named = "、".join(form.cells[key].label for key in differ[:8]) + ("等" if len(differ) > 8 else "")
    by = names_of(session, [newest.by])[newest.by] if newest else ""
    lost = "您的改动没有保存；请刷新后核对再填"
    return Conflict(
        newest.number if newest else 0,
        named or "其他内容",
        "",
        head_by=by,
        what=f"{by or '别人'}已先保存了这份数据的新版本",
        remedy=f"{lost}。不同的格：{named}" if named else lost,
    )


def _complete(unit: UnitRow, profile: UnitProfile) -> None:
    """What the submission says of the unit is remembered for the next year."""
    unit.kind = unit.kind or profile.kind
    unit.region = unit.region or profile.region
    unit.profile = profile.model_dump(mode="json")


def profile_of(unit: UnitRow) -> UnitProfile:
    """The unit's profile as last known.

    Raises:
        InputError: its kind is not known yet.
    """
    if unit.profile:
        return UnitProfile.model_validate({**unit.profile, "name": unit.name})
    if not unit.kind:
        raise InputError(f"还没有登记“{unit.name}”的单位类型", remedy="请先在单位信息里选择单位类型")
    return UnitProfile.model_validate({"name": unit.name, "kind": unit.kind, "region": unit.region})


def empty(unit: UnitRow, year: int, profile: UnitProfile | None = None) -> Submission:
    """A submission with every cell blank.

    Raises:
        InputError: the unit's kind is not known yet.
        FormError: no form covers the year.
    """
    from assistant.form import Cell, Source

    form = registry().for_year(year)
    cells = {key: Cell(key=key, source=Source(file=PAGE)) for key in form.cells}
    return Submission(unit=profile or profile_of(unit), year=year, form=form.id, cells=cells, file=PAGE)


def last_year_of(session: Session, row: SubmissionRow | None, unit_id: int, year: int) -> tuple[Submission | None, str]:
    """Last year's submission to compare with, and where it is from: handed in beside this year's, or saved for last year."""
    if row is not None and row.previous:
        found = Submission.model_validate(row.previous)
        return found, f"随本年数据交来的 {found.year} 年度填报件"
    before = newest_submission(session, unit_id, year - 1)
    if before is not None:
        return Submission.model_validate(before.content), f"本单位保存的 {year - 1} 年度数据（第 {before.number} 版）"
    return None, ""
