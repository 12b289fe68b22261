"""A backup made while the record is in use brings everything back, and nothing is ever written over."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from assistant.errors import AssistantError, InputError, OutputError
from assistant.review import audit, people
from assistant.review import backup as room
from assistant.review.backup import LIBRARY, backup, restore
from assistant.review.engine import FILE, Record, open_record
from assistant.review.schema import ExportRow, Row, UnitRow, UploadRow
from tests.review.rows import AT, fill

FILES = {"uploads/u1": b"PK workbook", "exports/e1": b"PK report", "uploads/more/deep": b"\0" * 100_000}


@pytest.fixture
def full(record: Record) -> Record:
    """A record with one row a table, files of uploads and exports, a library."""
    with record.write() as session:
        fill(session)
        for name, content in (("u2", b"PK workbook"), ("e2", b"PK report")):
            digest = hashlib.sha256(content).hexdigest()
            if name == "u2":
                session.add(
                    UploadRow(id=name, by=1, original_name="a", stored_name=name, sha256=digest, size=9, type="xlsx", at=AT)
                )
            else:
                session.add(
                    ExportRow(id=name, draft_id=1, kind="docx", name="a", sha256=digest, size=9, fingerprint="f", by=1, at=AT)
                )
    for name, content in {**FILES, "uploads/u2": b"PK workbook", "exports/e2": b"PK report", "uploads/.part": b"half"}.items():
        (record.home / name).parent.mkdir(parents=True, exist_ok=True)
        (record.home / name).write_bytes(content)
    (record.home / LIBRARY).parent.mkdir()
    with closing(sqlite3.connect(record.home / LIBRARY)) as library:
        library.execute("CREATE TABLE sources (id TEXT)")
        library.execute("INSERT INTO sources VALUES ('条例')")
        library.commit()
    return record


def contents(record: Record) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the sessions."""
    with record.read() as session:
        return {
            name: sorted(map(tuple, session.execute(text(f"SELECT * FROM {name}")).all()), key=repr)
            for name in Row.metadata.tables if name != "sessions"
        }  # fmt: skip


def test_what_was_saved_comes_back(full: Record, tmp_path: Path) -> None:
    before = contents(full)
    made = backup(full, tmp_path / "b.zip")
    # The rows u1 and e1 of `fill` name sums that no file has.
    assert sorted(made.faults) == ["exports/e1 与登记时不同", "uploads/u1 与登记时不同"]
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    back = restore(tmp_path / "b.zip", tmp_path / "new" / "home")
    assert (back.users, back.verdict.whole, back.verdict.anchor) == (1, True, made.anchor)
    again = open_record(back.home)
    assert contents(again) == before
    with again.read() as session:
        assert session.execute(text("SELECT count(*) FROM sessions")).scalar() == 0
    again.close()
    assert {name: (back.home / name).read_bytes() for name in FILES} == FILES
    assert not (back.home / "uploads" / ".part").exists()
    with closing(sqlite3.connect(back.home / LIBRARY)) as library:
        assert library.execute("SELECT id FROM sources").fetchall() == [("条例",)]


def test_a_backup_made_while_others_write_is_one_state(full: Record, tmp_path: Path) -> None:
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with full.write() as session:
                session.add(UnitRow(name=f"单位{number}", created=AT))
                audit.note(session, None, "add", "unit", number)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        made = [backup(full, tmp_path / f"{number}.zip") for number in range(3)]
    finally:
        stop.set()
        thread.join()
    assert made[0].anchor.count < made[2].anchor.count
    for number, one in enumerate(made):
        back = restore(one.path, tmp_path / f"home{number}")
        assert back.verdict.whole, back.verdict.what
        again = open_record(back.home)
        with again.read() as session:
            # one entry of `fill`, then one for each further unit
            assert session.execute(select(func.count()).select_from(UnitRow)).scalar() == one.anchor.count
        again.close()


def test_nothing_is_written_over(full: Record, tmp_path: Path) -> None:
    target = tmp_path / "b.zip"
    target.write_bytes(b"precious")
    with pytest.raises(OutputError, match="不会覆盖"):
        backup(full, target)
    assert target.read_bytes() == b"precious"
    backup(full, tmp_path / "c.zip")
    before = contents(full)
    with pytest.raises(OutputError, match="不会覆盖"):
        restore(tmp_path / "c.zip", full.home)
    assert contents(full) == before
    (tmp_path / "other" / "uploads").mkdir(parents=True)
    with pytest.raises(OutputError, match="uploads"):
        restore(tmp_path / "c.zip", tmp_path / "other")


def test_a_folder_with_other_things_keeps_them(full: Record, tmp_path: Path) -> None:
    backup(full, tmp_path / "b.zip")
    (tmp_path / "new" / "logs").mkdir(parents=True)
    back = restore(tmp_path / "b.zip", tmp_path / "new")
    assert (tmp_path / "new" / "logs").is_dir()
    again = open_record(back.home)
    assert contents(again) == contents(full)
    again.close()


def rewritten(source: Path, target: Path, change: str, content: bytes) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == change else old.read(name))
    return target


@pytest.mark.parametrize("name", [FILE, "uploads/u2", "manifest.json"])
def test_a_changed_backup_is_refused(full: Record, tmp_path: Path, name: str) -> None:
    backup(full, tmp_path / "b.zip")
    changed = rewritten(tmp_path / "b.zip", tmp_path / "c.zip", name, b"PK WORKBOOK")
    with pytest.raises(InputError):
        restore(changed, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("part", [0, 10, 1000, -1])
def test_a_cut_or_foreign_file_is_refused(full: Record, tmp_path: Path, part: int) -> None:
    whole = backup(full, tmp_path / "b.zip").path.read_bytes()
    (tmp_path / "c.zip").write_bytes(whole[:part])
    with pytest.raises(AssistantError):
        restore(tmp_path / "c.zip", tmp_path / "new")
    with pytest.raises(InputError, match="没有这个文件"):
        restore(tmp_path / "none.zip", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "name", ["../outside", "/tmp/outside", "uploads/../../outside", "uploads/.hidden", "uploads\\..\\x", "app.py", "uploads/"]
)
def test_a_name_that_leads_outside_is_refused(full: Record, tmp_path: Path, name: str) -> None:
    made = backup(full, tmp_path / "b.zip")
    with zipfile.ZipFile(made.path) as archive:
        manifest = archive.read("manifest.json").replace(b"uploads/u2", name.replace("\\", "\\\\").encode())
    hostile = rewritten(made.path, tmp_path / "c.zip", "manifest.json", manifest)
    with pytest.raises(InputError, match="文件名"):
        restore(hostile, tmp_path / "new")
    assert not (tmp_path / "outside").exists()


def test_a_backup_of_a_cut_trail_says_so_when_it_comes_back(full: Record, tmp_path: Path) -> None:
    people.add_user(full, None, "新人", "drafter")
    with closing(sqlite3.connect(full.home / FILE, isolation_level=None)) as db:
        db.execute("DROP TRIGGER audit_no_delete")
        db.execute("DELETE FROM audit WHERE number = 1")
    backup(full, tmp_path / "b.zip")
    assert not restore(tmp_path / "b.zip", tmp_path / "new").verdict.whole


def test_a_failure_on_the_way_leaves_no_half_backup_and_no_half_record(
    full: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backup(full, tmp_path / "b.zip")
    folder = tmp_path / "aside"
    folder.mkdir()

    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room, "_pour", fail)
    with pytest.raises(OutputError, match="备份没有做成"):
        backup(full, folder / "c.zip")
    with pytest.raises(OutputError, match="没有恢复"):
        restore(made.path, folder / "home")
    assert list(folder.iterdir()) == []


def test_a_record_in_postgresql_is_told_its_own_tool(postgres_url: str, tmp_path: Path) -> None:
    record = open_record(tmp_path / "home", postgres_url)
    with pytest.raises(InputError, match="pg_dump"):
        backup(record, tmp_path / "b.zip")
    record.close()
