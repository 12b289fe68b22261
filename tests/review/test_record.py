"""The record keeps what it showed as saved, never changes what is only added to, and says calmly what it cannot do."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from assistant.errors import AssistantError
from assistant.review import audit, engine
from assistant.review import schema as table
from assistant.review.engine import FILE, Record, open_record
from assistant.review.errors import RecordError
from tests.review.rows import AT, fill


def units(record: Record) -> int:
    with record.read() as session:
        return session.execute(select(func.count()).select_from(table.UnitRow)).scalar() or 0


def add_unit(record: Record, name: str) -> None:
    with record.write() as session:
        session.add(table.UnitRow(name=name, created=AT))


def refused(record: Record, statement: str) -> str:
    with pytest.raises(RecordError) as caught, record.write() as session:
        session.execute(text(statement))
    return caught.value.kind


def test_what_was_saved_reads_back_the_same(each_record: Record) -> None:
    with each_record.write() as session:
        fill(session)
    with each_record.read() as session:
        submission = session.execute(select(table.SubmissionRow)).scalar_one()
        assert submission.content == {"注": "新收 41 件"}
        assert submission.at == AT
        assert submission.previous is None


def test_a_deed_is_saved_whole_or_not_at_all(each_record: Record) -> None:
    with pytest.raises(ZeroDivisionError), each_record.write() as session:
        session.add(table.UnitRow(name="甲", created=AT))
        audit.note(session, None, "add", "unit", 1)
        raise ZeroDivisionError
    assert units(each_record) == 0
    assert audit.verify(each_record) == audit.Verdict(audit.Anchor(0, audit.FIRST))


@pytest.mark.parametrize("name", table.APPEND_ONLY)
def test_what_is_only_added_to_cannot_be_changed_or_deleted(record: Record, name: str) -> None:
    with record.write() as session:
        fill(session)
        columns = [column.name for column in table.Row.metadata.tables[name].columns]
    for column in columns:
        assert refused(record, f'UPDATE {name} SET "{column}" = "{column}"') == "kept", column
    assert refused(record, f"DELETE FROM {name}") == "kept"
    assert refused(record, f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}") == "kept"


def test_postgresql_keeps_its_rows_as_well(postgres_url: str, tmp_path: Path) -> None:
    record = open_record(tmp_path, postgres_url)
    with record.write() as session:
        fill(session)
    for name in table.APPEND_ONLY:
        column = next(iter(table.Row.metadata.tables[name].columns)).name
        assert refused(record, f'UPDATE {name} SET "{column}" = "{column}"') == "kept"
    for name in (*table.APPEND_ONLY, *table.KEPT):
        assert refused(record, f"DELETE FROM {name}") == "kept"
        assert refused(record, f"TRUNCATE {name} CASCADE") == "kept"
    record.close()


def test_rows_with_a_state_change_it_and_stay(record: Record) -> None:
    with record.write() as session:
        fill(session)
        session.execute(text("UPDATE drafts SET state = 'review'"))
    for name in table.KEPT:
        assert refused(record, f"DELETE FROM {name}") == "kept"
    assert refused(record, "UPDATE drafts SET content = '{}'") == "kept"


def test_writers_take_turns_so_that_none_counts_on_old_numbers(each_record: Record) -> None:
    def work() -> None:
        for _ in range(10):
            with each_record.write() as session:
                number = session.execute(select(func.count()).select_from(table.UnitRow)).scalar()
                session.add(table.UnitRow(name=f"单位{number}", created=AT))
                audit.note(session, None, "add", "unit", number)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert units(each_record) == 80
    verdict = audit.verify(each_record)
    assert verdict.whole
    assert verdict.anchor.count == 80


def test_a_reading_session_cannot_write(each_record: Record) -> None:
    with pytest.raises(RuntimeError), each_record.read() as session:
        session.add(table.UnitRow(name="甲", created=AT))
        session.flush()
    assert units(each_record) == 0


def test_writing_inside_writing_is_told_at_once(record: Record) -> None:
    with pytest.raises(RuntimeError, match="inside"), record.write(), record.write():
        pass
    add_unit(record, "甲")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Record]:
    """A record that waits for a moment only."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.2)
    opened = open_record(tmp_path / "home")
    yield opened
    opened.close()


def test_a_locked_database_is_busy_and_can_still_be_read(hurried: Record) -> None:
    add_unit(hurried, "甲")
    other = sqlite3.connect(hurried.home / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RecordError) as caught:
        add_unit(hurried, "乙")
    assert caught.value.kind == "busy"
    assert caught.value.again
    assert "没有保存" in caught.value.message
    assert units(hurried) == 1
    other.execute("ROLLBACK")
    other.close()
    add_unit(hurried, "乙")
    assert units(hurried) == 2


def test_a_writer_that_does_not_end_does_not_hold_others_for_ever(hurried: Record) -> None:
    kinds = []

    def work() -> None:
        try:
            add_unit(hurried, "乙")
        except RecordError as error:
            kinds.append(error.kind)

    with hurried.write():
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert kinds == ["busy"]


def test_a_full_disk_leaves_everything_as_it_was(record: Record) -> None:
    add_unit(record, "甲")
    with pytest.raises(RecordError) as caught, record.write() as session:
        session.execute(text("PRAGMA max_page_count=1"))  # SQLite takes the present size as the limit then
        session.add(table.UnitRow(name="乙", profile={"text": "长" * 500_000}, created=AT))
    assert caught.value.kind == "full"
    assert "磁盘已满" in caught.value.message
    assert units(record) == 1
    with record.write() as session:
        session.execute(text("PRAGMA max_page_count=1000000"))
    add_unit(record, "乙")
    assert units(record) == 2


@contextmanager
def without_rights(home: Path) -> Iterator[None]:
    """As somebody who may read the folder and not write it."""
    home.chmod(0o555)
    for path in home.iterdir():
        path.chmod(0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        home.chmod(0o755)


def test_a_read_only_database_says_so() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        opened = open_record(home)
        add_unit(opened, "甲")
        with without_rights(home):
            other = None
            with pytest.raises(RecordError) as caught:
                other = open_record(home)
                add_unit(other, "乙")
            if other:
                assert units(other) == 1
                other.close()
        assert caught.value.kind == "read_only"
        assert "只能读" in caught.value.message
        opened.close()


def test_a_folder_without_rights_says_so() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, without_rights(Path(folder)):
        with pytest.raises(RecordError) as caught:
            open_record(Path(folder) / "home")
        assert caught.value.kind == "read_only"


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to be looked at" * 20, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_damaged_database_is_never_written_over(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(RecordError) as caught:
        open_record(tmp_path)
    assert caught.value.kind == "damaged"
    assert (tmp_path / FILE).read_bytes() == content


def test_a_newer_record_is_left_alone(each_record: Record, database: str) -> None:
    with each_record.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordError) as caught:
        open_record(each_record.home, database)
    assert caught.value.kind == "newer"


def test_a_server_out_of_reach_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(AssistantError) as caught:
        open_record(tmp_path, f"postgresql://someone:geheim@/x?host={tmp_path}")
    assert "连接不上数据库" in caught.value.message
    assert "geheim" not in caught.value.message


@pytest.mark.parametrize("address", ["mysql://a:geheim@b/c", "not an address", "postgresql://a:geheim@b:port/c"])
def test_an_address_that_is_none_is_told_without_its_password(tmp_path: Path, address: str) -> None:
    with pytest.raises(RecordError) as caught:
        open_record(tmp_path, address)
    assert caught.value.kind == "unreachable"
    assert "geheim" not in caught.value.message


def terminate(record: Record, session: Any) -> None:
    """The server ends the session's connection."""
    own = session.execute(text("SELECT pg_backend_pid()")).scalar()
    with record.engine.connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})


def test_a_connection_that_breaks_saves_nothing_and_the_next_one_works(postgres_url: str, tmp_path: Path) -> None:
    record = open_record(tmp_path, postgres_url)
    with pytest.raises(RecordError) as caught, record.write() as session:
        session.add(table.UnitRow(name="甲", created=AT))
        session.flush()
        terminate(record, session)
        session.execute(select(table.UnitRow)).all()
    assert caught.value.kind == "unreachable"
    with pytest.raises(RecordError) as caught, record.write() as session:
        session.add(table.UnitRow(name="乙", created=AT))
        session.flush()
        terminate(record, session)
    assert caught.value.kind == "lost"
    assert "不能确定" in caught.value.message
    add_unit(record, "丙")
    assert units(record) == 1
    record.close()


def test_text_that_no_database_takes_is_refused(each_record: Record) -> None:
    with pytest.raises(RecordError) as caught:
        add_unit(each_record, "孤\ud800字")
    assert caught.value.kind == "refused"
    assert units(each_record) == 0
