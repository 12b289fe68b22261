"""Numbered steps of the library's database. Append only: a step that was released is never changed."""

from __future__ import annotations

import sqlite3

from assistant.library.model import LibraryError

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE sources (
        id TEXT PRIMARY KEY, type TEXT NOT NULL, title TEXT NOT NULL, unit TEXT NOT NULL, kind TEXT NOT NULL, region TEXT NOT NULL,
        year INTEGER, form TEXT NOT NULL, published TEXT NOT NULL, origin TEXT NOT NULL, status TEXT NOT NULL,
        findings TEXT NOT NULL,
        superseded_by TEXT NOT NULL, added TEXT NOT NULL, count INTEGER NOT NULL, text BLOB NOT NULL, report BLOB NOT NULL
    );
    CREATE INDEX sources_type ON sources (type);
    CREATE INDEX sources_unit ON sources (unit, year);
    CREATE TABLE passages (
        id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL REFERENCES sources (id), number INTEGER NOT NULL,
        section TEXT NOT NULL, aspect TEXT NOT NULL, role TEXT NOT NULL, article INTEGER, heading TEXT NOT NULL, text TEXT NOT NULL,
        start INTEGER NOT NULL, end INTEGER NOT NULL, place TEXT NOT NULL, figures TEXT NOT NULL, hash TEXT NOT NULL
    );
    CREATE UNIQUE INDEX passages_source ON passages (source, number);
    CREATE INDEX passages_hash ON passages (hash);
    CREATE TABLE dropped (number INTEGER PRIMARY KEY AUTOINCREMENT, passage INTEGER NOT NULL);
    CREATE TABLE vectors (hash TEXT NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (hash, model));
    """,
)


def migrate(db: sqlite3.Connection, *, read_only: bool = False) -> None:
    """Bring the database to the newest step; each step is done whole or not at all.

    Raises:
        LibraryError: the database was made by a newer program, or is older and cannot be written.
    """
    done = int(db.execute("PRAGMA user_version").fetchone()[0])
    if done > len(STEPS):
        raise LibraryError("资料库由更新版本的程序建立，本程序不能打开", remedy="请改用新版本的程序")
    if done == len(STEPS):
        return
    if read_only:
        raise LibraryError("资料库由旧版本的程序建立，需要先升级", remedy="请在可写的环境中运行 assistant library status")
    db.execute("BEGIN IMMEDIATE")
    try:
        done = int(db.execute("PRAGMA user_version").fetchone()[0])
        for number, step in enumerate(STEPS[done:], start=done + 1):
            for statement in step.split(";"):
                if statement.strip():
                    db.execute(statement)
            db.execute(f"PRAGMA user_version={number}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise
