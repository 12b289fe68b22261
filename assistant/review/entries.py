"""Notes, problems, measures and follow-ups one by one; offers from last year's report; the saved versions of a submission."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.errors import InputError
from assistant.review.access import names_of, unit_for
from assistant.review.engine import Record
from assistant.review.errors import Conflict, NotFound
from assistant.review.rights import Actor
from assistant.review.saving import save
from assistant.review.schema import SubmissionRow, UnitRow, UploadRow
from assistant.review.stored import current_draft_row
from assistant.review.submissions import set_texts, state_of
from assistant.review.views.data import SubmissionView
from assistant.submission.build import STATUS_LABELS
from assistant.submission.model import Submission

ListName = Literal["notes", "problems", "improvements", "follow_ups"]
LISTS: dict[ListName, str] = {"notes": "素材", "problems": "问题", "improvements": "改进措施", "follow_ups": "整改情况"}
ORIGINS = {"upload": "上传", "grid": "网页填报", "batch": "批量起草"}
_PREFIX: dict[ListName, str] = {"notes": "n", "problems": "p", "improvements": "i"}
_MINE = "您写的文字还在本页"
_REPORT_KEY = "sec5"


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """One saved version: who, when, how; ``cells`` and ``texts`` count what differs from the version before."""

    number: int
    origin: str
    file: str
    by: str
    at: datetime
    cells: int
    texts: int
    last_year: bool

    @property
    def origin_label(self) -> str:
        """How it came, in Chinese."""
        return ORIGINS.get(self.origin, self.origin)


@dataclass(frozen=True, slots=True)
class Offer:
    """A problem named last year that nobody has said yet what became of; ``source`` says where it is from."""

    text: str
    source: str


def add_entry(record: Record, actor: Actor, unit_id: int, year: int, name: str, values: Mapping[str, Any]) -> SubmissionView:
    """Add an entry at the end of a list, as a new version.

    Args:
        record, actor, unit_id, year: whose and which.
        name: ``notes``, ``problems``, ``improvements`` or ``follow_ups``.
        values: the entry as in a submission's JSON, without an id.

    Raises:
        InputError: the entry is not what it should be.
        Conflict: somebody saved at the same moment.
        NotFound, Refused: not one's own unit, or no right.
    """
    which = _list(name)
    number, items = _items(record, actor, unit_id, year, which)
    entry = _clean(which, values)
    if which in _PREFIX:
        entry = {"id": _free(_PREFIX[which], items), **entry}
    return set_texts(record, actor, unit_id, year, {which: [*items, entry]}, base=number)


def change_entry(
    record: Record, actor: Actor, unit_id: int, year: int, name: str, key: str, values: Mapping[str, Any], *, seen: str
) -> SubmissionView:
    """Change an entry, as a new version.

    Args:
        record, actor, unit_id, year, name: as for :func:`add_entry`.
        key: the entry's id, or the place of a follow-up from 1 (``f1``).
        values: the entry's fields anew.
        seen: its text as the person saw it before.

    Raises:
        InputError, NotFound, Refused: as for :func:`add_entry`.
        Conflict: somebody changed or removed the entry meanwhile.
    """
    which = _list(name)
    number, items = _items(record, actor, unit_id, year, which)
    place = _place(which, items, key)
    if place is None or items[place]["text"] != seen:
        raise _changed(number, items[place]["text"] if place is not None else "", str(values.get("text", "")))
    items[place] = {**items[place], **_clean(which, values)}
    return set_texts(record, actor, unit_id, year, {which: items}, base=number)


def remove_entry(record: Record, actor: Actor, unit_id: int, year: int, name: str, key: str, *, seen: str) -> SubmissionView:
    """Remove an entry, as a new version; measures no longer answer a removed problem. Arguments and errors as above."""
    which = _list(name)
    number, items = _items(record, actor, unit_id, year, which)
    place = _place(which, items, key)
    if place is None or items[place]["text"] != seen:
        raise _changed(number, items[place]["text"] if place is not None else "", "")
    gone = items.pop(place)
    lists: dict[str, Any] = {which: items}
    if which == "problems":
        _number, measures = _items(record, actor, unit_id, year, "improvements")
        lists["improvements"] = [{**each, "answers": [a for a in each["answers"] if a != gone["id"]]} for each in measures]
    return set_texts(record, actor, unit_id, year, lists, base=number)


def offers(record: Record, actor: Actor, unit_id: int, year: int) -> tuple[Offer, ...]:
    """Last year's problems that no follow-up speaks of yet.

    From last year's submission; else the sentences of last year's report on problems, for a person to choose from.

    Raises:
        NotFound: not one's own unit.
    """
    with record.read() as session:
        unit = unit_for(session, actor, "view", unit_id)
        state = state_of(session, unit, year)
        found = _named_last_year(record, session, unit, year, state.previous)
    answered = {each.problem for each in state.content.follow_ups} if state.content else set()
    return tuple(each for each in found if each.text not in answered)


def versions(record: Record, actor: Actor, unit_id: int, year: int) -> tuple[SavedVersion, ...]:
    """The saved versions of a submission, newest first.

    Raises:
        NotFound: not one's own unit.
    """
    with record.read() as session:
        unit_for(session, actor, "view", unit_id)
        wanted = select(SubmissionRow).where(SubmissionRow.unit_id == unit_id, SubmissionRow.year == year)
        rows = session.execute(wanted.order_by(SubmissionRow.number)).scalars().all()
        names = names_of(session, [row.by for row in rows])
        ids = {row.upload_id for row in rows if row.upload_id}
        named = session.execute(select(UploadRow.id, UploadRow.original_name).where(UploadRow.id.in_(ids)))
        uploads = {row.id: row.original_name for row in named}
    found, before = [], dict[str, Any]()
    for row in rows:
        file = uploads.get(row.upload_id or "", "") if row.origin == "upload" else ""
        cells, texts = _differing(before, row.content)
        found.append(SavedVersion(row.number, row.origin, file, names[row.by], row.at, cells, texts, bool(row.previous)))
        before = row.content
    return tuple(reversed(found))


def restore_version(record: Record, actor: Actor, unit_id: int, year: int, number: int, *, base: int) -> None:
    """Save an older version's content again as the newest version; all versions stay.

    Raises:
        NotFound, Refused: no such version, not one's own unit, or no right.
        Conflict: somebody saved a newer version than ``base`` meanwhile.
    """
    with record.write() as session:
        unit = unit_for(session, actor, "submit", unit_id)
        wanted = select(SubmissionRow).where(
            SubmissionRow.unit_id == unit_id, SubmissionRow.year == year, SubmissionRow.number == number
        )
        row = session.execute(wanted).scalar_one_or_none()
        if row is None:
            raise NotFound
        previous = Submission.model_validate(row.previous) if row.previous else None
        content = Submission.model_validate(row.content)
        save(session, actor, unit, content, previous, base=base, origin=row.origin, upload_id=row.upload_id)


def _list(name: str) -> ListName:
    found = next((each for each in get_args(ListName) if each == name), None)
    if found is None:
        raise InputError(f"没有“{name[:40]}”这一项", remedy="请刷新页面后再填；没有保存")
    result: ListName = found
    return result


def _items(record: Record, actor: Actor, unit_id: int, year: int, name: ListName) -> tuple[int, list[dict[str, Any]]]:
    """The newest version's number and a list of it as in a submission's JSON."""
    with record.read() as session:
        state = state_of(session, unit_for(session, actor, "submit", unit_id), year)
    content = getattr(state.content, name) if state.content else ()
    return state.number, [each.model_dump(mode="json", exclude={"origin"}) for each in content]


def _clean(name: ListName, values: Mapping[str, Any]) -> dict[str, Any]:
    entry = {key: value for key, value in values.items() if value is not None}
    if not str(entry.get("text", "")).strip() and name != "follow_ups":
        raise InputError(f"{LISTS[name]}没有写内容", remedy="请写好再保存；不需要的可以删除。没有改动")
    if name == "follow_ups" and entry.get("status") == "":
        raise InputError("没有选进展", remedy=f"请选{'、'.join(STATUS_LABELS.values())}中的一个；没有改动，{_MINE}")
    return entry


def _free(prefix: str, items: list[dict[str, Any]]) -> str:
    numbers = [int(found.group(1)) for each in items if (found := re.fullmatch(rf"{prefix}([0-9]{{1,9}})", each["id"]))]
    return f"{prefix}{max(numbers, default=0) + 1}"


def _place(name: ListName, items: list[dict[str, Any]], key: str) -> int | None:
    if name == "follow_ups":
        number = int(key[1:]) if re.fullmatch(r"f[0-9]{1,4}", key) else 0
        return number - 1 if 0 < number <= len(items) else None
    return next((place for place, each in enumerate(items) if each["id"] == key), None)


def _changed(head: int, head_text: str, own: str) -> Conflict:
    what = "这一条刚被别人改过" if head_text else "这一条刚被别人删去"
    now = f"现在是：{head_text[:200]}" if head_text else "可以作为新的一条添加"
    return Conflict(head, head_text, own, what=what, remedy=f"没有改动；{_MINE}。{now}" if own else f"没有改动。{now}")


def _named_last_year(record: Record, session: Session, unit: UnitRow, year: int, previous: Submission | None) -> list[Offer]:
    if previous is not None and previous.problems:
        return [Offer(each.text, f"{previous.year} 年度填报的问题") for each in previous.problems]
    row = current_draft_row(session, unit.id, year - 1)
    if row is None:
        return []
    from assistant.drafting.audit import place_sentences
    from assistant.language.text import split_sentences
    from assistant.review.present import load

    texts, _placed = place_sentences(load(session, row).parts)
    return [Offer(text, f"{year - 1} 年度报告") for text in split_sentences(texts.get(_REPORT_KEY, "")) if len(text) > 8]


def _differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[int, int]:
    """How many cells and how many texts differ between two saved contents."""
    old, new = before.get("cells", {}), now.get("cells", {})
    cells = sum((old.get(key) or {}).get("raw", "") != (cell.get("raw") or "") for key, cell in new.items())
    texts = 0
    for name in (*LISTS, "fee", "unit"):
        one, two = before.get(name) or [], now.get(name) or []
        one, two = (each if isinstance(each, list) else [each] for each in (one, two))
        texts += sum(each not in one for each in two) + max(0, len(one) - len(two))
    return cells, texts
