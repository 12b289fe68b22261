"""What somebody is filling in and has not saved yet: kept entry by entry, so that a reload or a lost connection loses nothing.

An entry is a cell, by its key, or a text of a name that the page gives it. Beside each stands what was there when the person
began. When somebody else saved another value meanwhile, both are shown and the person chooses; nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.review.access import unit_for
from assistant.review.engine import Record
from assistant.review.errors import Conflict
from assistant.review.handed_in import SubmissionState, submission_view
from assistant.review.rights import Actor
from assistant.review.saving import empty
from assistant.review.schema import UnitRow, UnsavedEntryRow
from assistant.review.stored import registry
from assistant.review.submissions import set_cells, state_of, with_cells
from assistant.review.views.data import SubmissionView
from assistant.submission.model import Submission, UnitProfile

_LONGEST = 5000
_MOST = 1000
_LISTS = ("notes", "problems", "improvements", "follow_ups")


@dataclass(frozen=True, slots=True)
class Typed:
    """An entry that is not saved: what was typed, and what stood there when that began."""

    text: str
    was: str


@dataclass(frozen=True, slots=True)
class FillingView:
    """Tables and texts as somebody is filling them in.

    ``view`` shows cells as typed, with the findings they would give; its ``number`` is the version last saved. ``cells`` are
    those not saved yet, ``texts`` the texts. ``theirs`` holds what others saved in cells that are being filled in here.
    """

    view: SubmissionView
    cells: Mapping[str, Typed] = field(default_factory=dict)
    texts: Mapping[str, Typed] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)


def filling(record: Record, actor: Actor, unit_id: int, year: int, *, today: date | None = None) -> FillingView:
    """The unit's submission as this person is filling it in.

    Raises:
        NotFound: no such unit, or not one's own.
        FormError: no form covers the year.
    """
    with record.read() as session:
        unit = unit_for(session, actor, "view", unit_id)
        return _view(session, actor, unit, year, today)


def keep(
    record: Record, actor: Actor, unit_id: int, year: int, texts: Mapping[str, str], *, today: date | None = None
) -> FillingView:
    """Keep what is being typed, not as a version; an entry typed back to what is saved is forgotten.

    Args:
        record, actor, unit_id, year: whose and which.
        texts: by entry: raw text of a cell, or of a text by a name with a colon in it.
        today: the day by which findings judge.

    Raises:
        InputError: a key the form does not have, or a text too long.
        NotFound, Refused: not one's own unit, or no right.
    """
    with record.write() as session:
        unit = unit_for(session, actor, "submit", unit_id)
        state = state_of(session, unit, year)
        content = _content(state, unit, year)
        with_cells(content, registry().get(content.form), _cells(texts))
        kept = {row.entry: row for row in _rows(session, actor, unit_id, year)}
        if len(kept.keys() | texts.keys()) > _MOST:
            raise InputError("没有保存的内容太多", remedy="请先保存已填的，再接着填；刚填的没有记下")
        for entry, text in texts.items():
            _keep_one(session, actor, (unit_id, year), entry, text, kept.get(entry), _saved(content, entry, text))
        session.flush()
        return _view(session, actor, unit, year, today)


def forget(record: Record, actor: Actor, unit_id: int, year: int, entries: Collection[str] | None = None) -> None:
    """Forget what was typed and not saved: these entries, or all cells if None.

    Raises:
        NotFound, Refused: not one's own unit, or no right.
    """
    with record.write() as session:
        unit_for(session, actor, "submit", unit_id)
        for row in _rows(session, actor, unit_id, year):
            if (row.entry in entries) if entries is not None else _is_cell(row.entry):
                session.delete(row)


def settle(record: Record, actor: Actor, unit_id: int, year: int, entry: str, *, mine: bool, seen: str) -> None:
    """Choose between one's own value of a cell and the one that somebody else saved meanwhile.

    Args:
        record, actor, unit_id, year, entry: which cell of whose.
        mine: whether one's own stands.
        seen: the other's value as the person saw it.

    Raises:
        Conflict: the saved value is another one by now.
        NotFound, Refused: not one's own unit, or no right.
    """
    with record.write() as session:
        unit = unit_for(session, actor, "submit", unit_id)
        saved = _saved(_content(state_of(session, unit, year), unit, year), entry)
        if saved != seen:
            raise Conflict(0, saved, "", what="这一格刚又被改过", remedy="没有改动；请看过新的数再选")
        for row in _rows(session, actor, unit_id, year):
            if row.entry == entry and mine:
                row.was = saved
            elif row.entry == entry:
                session.delete(row)


def save_filled(record: Record, actor: Actor, unit_id: int, year: int, *, today: date | None = None) -> FillingView:
    """Save the cells that this person has filled in as one version. Cells that others saved meanwhile stay as they are.

    Raises:
        Conflict: somebody else saved another value of a cell that is being filled in here: choose first (:func:`settle`).
        InputError: nothing is known of the unit's kind.
        NotFound, Refused: not one's own unit, or no right.
    """
    before = filling(record, actor, unit_id, year, today=today)
    if before.theirs:
        count = len(before.theirs)
        raise Conflict(before.view.number, "", "", what=f"有 {count} 格别人也改了", remedy="请在表上方逐格选择用哪个数，再保存")
    if before.cells:
        set_cells(record, actor, unit_id, year, {key: typed.text for key, typed in before.cells.items()}, base=before.view.number)
    with record.write() as session:
        unit = unit_for(session, actor, "submit", unit_id)
        for row in _rows(session, actor, unit_id, year):
            if row.entry in before.cells and row.text == before.cells[row.entry].text:
                session.delete(row)
        session.flush()
        return _view(session, actor, unit, year, today)


def _keep_one(
    session: Session, actor: Actor, place: tuple[int, int], entry: str, text: str, row: UnsavedEntryRow | None, saved: str
) -> None:
    if len(text) > _LONGEST or len(entry) > 200:
        raise InputError(f"这段文字有 {len(text)} 个字，最多 {_LONGEST} 个", remedy="请分成几条填写；超出的没有记下")
    if text in (saved, saved.strip()) or (not _is_cell(entry) and text.strip() == saved):
        if row is not None:
            session.delete(row)
        return
    if row is None:
        row = UnsavedEntryRow(user_id=actor.user_id, unit_id=place[0], year=place[1], entry=entry, was=saved)
        session.add(row)
    row.text, row.at = text, datetime.now(UTC)


def _view(session: Session, actor: Actor, unit: UnitRow, year: int, today: date | None) -> FillingView:
    state = state_of(session, unit, year)
    kept = {row.entry: Typed(row.text, row.was) for row in _rows(session, actor, unit.id, year)}
    content = _content(state, unit, year)
    cells = {entry: typed for entry, typed in kept.items() if entry in content.cells and typed.text != content.cells[entry].raw}
    if cells:
        changed = with_cells(content, registry().get(content.form), {entry: typed.text for entry, typed in cells.items()})
        view = submission_view(session, state.changed(changed), today=today)
    else:
        view = submission_view(session, state, today=today)
    theirs = {entry: content.cells[entry].raw for entry, typed in cells.items() if content.cells[entry].raw != typed.was}
    return FillingView(view, cells, {entry: typed for entry, typed in kept.items() if not _is_cell(entry)}, theirs)


def _content(state: SubmissionState, unit: UnitRow, year: int) -> Submission:
    if state.content is not None:
        return state.content
    return empty(unit, year, None if unit.kind or unit.profile else UnitProfile(name=unit.name, kind="dept"))


def _rows(session: Session, actor: Actor, unit_id: int, year: int) -> list[UnsavedEntryRow]:
    wanted = select(UnsavedEntryRow).where(
        UnsavedEntryRow.user_id == actor.user_id, UnsavedEntryRow.unit_id == unit_id, UnsavedEntryRow.year == year
    )
    return list(session.execute(wanted.order_by(UnsavedEntryRow.entry)).scalars())


def _is_cell(entry: str) -> bool:
    return ":" not in entry


def _cells(texts: Mapping[str, str]) -> dict[str, str]:
    return {entry: text for entry, text in texts.items() if _is_cell(entry)}


def _saved(content: Submission, entry: str, text: str = "") -> str:
    """What is saved for an entry. A text for a new entry that has just been added counts as saved."""
    if _is_cell(entry):
        return content.cells[entry].raw if entry in content.cells else ""
    name, key = entry.split(":", 1)
    if name not in _LISTS:
        return ""
    saved = [(getattr(each, "id", f"f{place}"), each.text) for place, each in enumerate(getattr(content, name), 1)]
    return next((said for own, said in saved if own == key or (key.startswith("+") and said == text.strip())), "")
