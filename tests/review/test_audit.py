"""Whatever is done to the audit trail behind the program's back is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.errors import InputError
from assistant.review import audit
from assistant.review.audit import ANCHORS, Anchor
from assistant.review.engine import FILE, Record, open_record
from assistant.review.errors import Refused
from assistant.review.rights import Actor
from assistant.review.schema import AuditRow
from tests.review.rows import AT, fill

DEEDS = 6
_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_PLAIN = st.none() | st.booleans() | st.integers() | _TEXT
_SAID = st.recursive(_PLAIN, lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner), max_leaves=8)
CHANGES = {
    "at": "'2020-01-01 00:00:00.000000'", "user_id": "NULL", "action": "'other'", "kind": "'other'", "object_id": "'99'",
    "detail": "'{\"n\": 99}'", "previous": f"'{'a' * 64}'", "hash": f"'{'b' * 64}'",
}  # fmt: skip


@pytest.fixture
def trail(record: Record) -> Record:
    """A record with :data:`DEEDS` entries, the first by :func:`fill`."""
    with record.write() as session:
        fill(session)
    who = Actor(1, "李四", "drafter", frozenset({1}))
    for number in range(2, DEEDS + 1):
        with record.write() as session:
            audit.note(session, who, "accept", "paragraph", number, {"n": number})
    return record


def tamper(record: Record, *statements: str) -> None:
    """As somebody with the database's file in hand: the triggers are dropped first."""
    with closing(sqlite3.connect(record.home / FILE, isolation_level=None)) as db:
        db.execute("DROP TRIGGER IF EXISTS audit_no_update")
        db.execute("DROP TRIGGER IF EXISTS audit_no_delete")
        for statement in statements:
            db.execute(statement)


def broken(record: Record, *anchors: Anchor) -> int:
    verdict = audit.verify(record, anchors)
    assert verdict.whole == (verdict.broken == 0)
    return verdict.broken


def test_an_untouched_trail_is_whole(each_record: Record) -> None:
    with each_record.write() as session:
        fill(session)
        audit.note(session, None, "second", "record", 2, {"长": "文" * 300})
        ended = audit.anchor(session)
    assert audit.verify(each_record, [ended]) == audit.Verdict(ended)
    with each_record.read() as session:
        assert session.get_one(AuditRow, 2).detail == {"长": "文" * 200}


@pytest.mark.parametrize("column", sorted(CHANGES))
@pytest.mark.parametrize("number", [2, 4, DEEDS])
def test_a_changed_entry_is_found(trail: Record, column: str, number: int) -> None:
    tamper(trail, f"UPDATE audit SET {column} = {CHANGES[column]} WHERE number = {number}")
    assert broken(trail) in (number, number + 1)


@pytest.mark.parametrize("number", range(1, DEEDS))
def test_an_entry_deleted_in_the_middle_is_found(trail: Record, number: int) -> None:
    tamper(trail, f"DELETE FROM audit WHERE number = {number}")
    assert broken(trail) == number


@pytest.mark.parametrize("number", range(1, DEEDS))
def test_an_entry_taken_out_and_the_rest_renumbered_is_found(trail: Record, number: int) -> None:
    later = [f"UPDATE audit SET number = {n - 1} WHERE number = {n}" for n in range(number + 1, DEEDS + 1)]
    tamper(trail, f"DELETE FROM audit WHERE number = {number}", *later)
    assert broken(trail) == number


def test_two_entries_changing_places_are_found(trail: Record) -> None:
    swap = ("SET number = 99 WHERE number = 3", "SET number = 3 WHERE number = 4", "SET number = 4 WHERE number = 99")
    tamper(trail, *(f"UPDATE audit {step}" for step in swap))
    assert broken(trail) == 3


def test_an_entry_put_in_is_found(trail: Record) -> None:
    columns = "at, user_id, action, kind, object_id, detail, previous"
    tamper(trail, f"INSERT INTO audit (number, {columns}, hash) SELECT 7, {columns}, '{'c' * 64}' FROM audit WHERE number = 6")
    assert broken(trail) == DEEDS + 1


@pytest.mark.parametrize("left", range(DEEDS))
def test_a_cut_end_is_found_by_the_anchors_beside_the_database(trail: Record, left: int) -> None:
    tamper(trail, f"DELETE FROM audit WHERE number > {left}")
    assert broken(trail) == left + 1


def test_a_cut_end_is_found_by_a_printed_anchor_when_the_file_of_anchors_was_cut_too(trail: Record) -> None:
    printed = Anchor.parse(str(audit.verify(trail).anchor))
    tamper(trail, "DELETE FROM audit WHERE number > 3")
    lines = (trail.home / ANCHORS).read_text(encoding="ascii").splitlines()
    (trail.home / ANCHORS).write_text("\n".join(lines[:3]) + "\n", encoding="ascii")
    assert broken(trail) == 0
    assert broken(trail, printed) == 4


def test_a_trail_written_anew_with_right_hashes_is_found(trail: Record, tmp_path: Path) -> None:
    forged = open_record(tmp_path / "forged")
    with forged.write() as session:
        fill(session)
    for number in range(2, DEEDS + 1):
        with forged.write() as session:
            audit.note(session, None, "reject", "paragraph", number)
    assert audit.verify(forged).whole
    (forged.home / ANCHORS).write_text((trail.home / ANCHORS).read_text(encoding="ascii"), encoding="ascii")
    # `fill` notes the same deed at the same moment, so that the first entry is the same in both.
    assert broken(forged) == 2
    forged.close()


def test_a_half_written_anchor_does_no_harm(trail: Record) -> None:
    with (trail.home / ANCHORS).open("a", encoding="ascii") as file:
        file.write("7:abc")
    assert broken(trail) == 0


def test_a_deed_counts_though_its_anchor_cannot_be_kept(trail: Record) -> None:
    (trail.home / ANCHORS).unlink()
    (trail.home / ANCHORS).mkdir()
    with trail.write() as session:
        audit.note(session, None, "last", "record", 1, now=AT)
    assert audit.verify(trail).anchor.count == DEEDS + 1


@given(_SAID)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_a_deed_says_of_itself_its_seal_holds(record: Record, detail: object) -> None:
    with record.write() as session:
        audit.note(session, None, "try", "record", 1, {"said": detail})
    with record.read() as session:
        row = session.execute(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).scalar_one()
        assert row.hash == audit._seal(row)


@pytest.mark.parametrize("text", ["", "5", "5:", "x:" + "0" * 64, "5:" + "g" * 64, "５:" + "0" * 64, "-1:" + "0" * 64])
def test_what_is_no_anchor_is_told(text: str) -> None:
    with pytest.raises(InputError, match="封印"):
        Anchor.parse(text)


def test_an_anchor_reads_back(trail: Record) -> None:
    read: Callable[[str], Anchor] = Anchor.parse
    ended = audit.verify(trail).anchor
    assert read(f" {ended}\n") == ended


def test_the_trail_is_read_page_by_page_by_an_admin_only(trail: Record) -> None:
    boss = Actor(9, "管理", "admin", frozenset())
    first = audit.entries(trail, boss, limit=4)
    assert [entry.number for entry in first] == [6, 5, 4, 3]
    assert (first[0].who, first[0].action, first[0].object_id, first[0].detail) == ("李四", "accept", "6", {"n": 6})
    assert [entry.number for entry in audit.entries(trail, boss, before=3)] == [2, 1]
    assert [entry.number for entry in audit.entries(trail, boss, user_id=1)] == [6, 5, 4, 3, 2]
    for role in ("drafter", "reviewer"):
        with pytest.raises(Refused):
            audit.entries(trail, Actor(1, "李四", role, frozenset({1})))
