"""The record of calls: every request is a row in SQLite, and a call made before is answered from it. The key is never in it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.drafting.model.types import Outcome, RenderedPrompt
from assistant.errors import AssistantError
from assistant.sqlite import write_ahead

FILE = "model.sqlite3"
_BUSY_SECONDS = 10.0
STEPS: tuple[str, ...] = (
    """
    CREATE TABLE calls (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, report TEXT NOT NULL, part TEXT NOT NULL, try INTEGER NOT NULL,
        key TEXT NOT NULL, endpoint TEXT NOT NULL, model TEXT NOT NULL, prompt TEXT NOT NULL, version TEXT NOT NULL,
        system TEXT NOT NULL, user TEXT NOT NULL, options TEXT NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
        answer TEXT NOT NULL, finish TEXT NOT NULL, served TEXT NOT NULL,
        input_tokens INTEGER, output_tokens INTEGER, seconds REAL NOT NULL
    );
    CREATE INDEX calls_key ON calls (key, outcome);
    CREATE INDEX calls_report ON calls (report, part);
    CREATE TABLE dialects (
        endpoint TEXT NOT NULL, model TEXT NOT NULL, at TEXT NOT NULL, dialect TEXT NOT NULL, PRIMARY KEY (endpoint, model)
    ) WITHOUT ROWID;
    """,
)


@dataclass(frozen=True, slots=True)
class Call:
    """What identifies a request: equal calls have equal keys, and only the first of them is ever sent.

    Attributes:
        endpoint: the service's address, without secrets.
        model: the model asked for.
        prompt: the prompt as rendered.
        schema: JSON Schema of the answer.
        options: what else shapes the answer (temperature, longest answer).
    """

    endpoint: str
    model: str
    prompt: RenderedPrompt
    schema: dict[str, Any]
    options: dict[str, Any]

    @property
    def key(self) -> str:
        """SHA-256 over all of it, the prompt's name aside."""
        parts = [self.endpoint, self.model, self.prompt.system, self.prompt.user, self.schema, self.options]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True, slots=True)
class Row:
    """How a request ended, as recorded."""

    outcome: Outcome
    reason: str
    answer: str
    finish: str
    served: str
    input_tokens: int | None
    output_tokens: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over recorded requests; tokens a service did not tell count as 0."""

    calls: int
    usable: int
    input_tokens: int
    output_tokens: int
    seconds: float


class Calls:
    """The record. Shared between threads; several processes may use one file.

    Args:
        folder: where the file lives (ASSISTANT_HOME); made if it does not exist, readable by its owner only.
        secret: the key; wherever a service echoes it, it is struck out before anything is written.

    Raises:
        AssistantError: the file cannot be opened, is damaged, or was made by a newer program.
    """

    def __init__(self, folder: Path, secret: str = "") -> None:
        self.path = folder / FILE
        self._secret = secret
        self._lock = threading.RLock()
        with self._said():
            folder.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
            self._db = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            write_ahead(self._db, _BUSY_SECONDS)
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._migrate()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def begin(self, call: Call, *, report: str, part: str, number: int) -> int:
        """Record that a request is about to be made (its ``number``-th try); the row's id.

        Raises:
            AssistantError: it could not be recorded; then it must not be made.
        """
        prompt = call.prompt
        values = (_now(), report, part, number, call.key, call.endpoint, call.model, prompt.name, prompt.version)
        texts = (prompt.system, prompt.user, json.dumps(call.options, ensure_ascii=False, sort_keys=True))
        marks = ",".join("?" * (len(values) + len(texts)))
        with self._said():
            done = self._db.execute(
                "INSERT INTO calls (at,report,part,try,key,endpoint,model,prompt,version,system,user,options,"
                f"outcome,reason,answer,finish,served,seconds) VALUES ({marks},'started','','','','',0)",
                (*values, *(self.clean(text) for text in texts)),
            )
            return int(done.lastrowid or 0)

    def end(self, number: int, row: Row) -> None:
        """Record how the request of row ``number`` ended.

        Raises:
            AssistantError: it could not be recorded.
        """
        with self._said():
            self._db.execute(
                "UPDATE calls SET outcome=?,reason=?,answer=?,finish=?,served=?,input_tokens=?,output_tokens=?,seconds=?"
                " WHERE id=?",
                (
                    row.outcome,
                    self.clean(row.reason),
                    self.clean(row.answer),
                    self.clean(row.finish),
                    self.clean(row.served),
                    row.input_tokens,
                    row.output_tokens,
                    round(row.seconds, 4),
                    number,
                ),
            )

    def answered(self, call: Call) -> Row | None:
        """The first usable answer to an identical call, None if there is none."""
        with self._said():
            found = self._db.execute(
                "SELECT outcome,reason,answer,finish,served,input_tokens,output_tokens,seconds FROM calls"
                " WHERE key=? AND outcome='ok' ORDER BY id LIMIT 1",
                (call.key,),
            ).fetchone()
        return Row(*found) if found else None

    def totals(self, report: str | None = None) -> Totals:
        """Sums over all requests, or over those of one report."""
        with self._said():
            found = self._db.execute(
                "SELECT count(*),sum(outcome='ok'),sum(input_tokens),sum(output_tokens),sum(seconds) FROM calls"
                " WHERE ?1 IS NULL OR report=?1",
                (report,),
            ).fetchone()
        calls, usable, given, taken, seconds = (value or 0 for value in found)
        return Totals(int(calls), int(usable), int(given), int(taken), round(float(seconds), 3))

    def dialect(self, endpoint: str, model: str) -> dict[str, Any] | None:
        """What was learned about a model at a service and when (``at``), None if nothing."""
        with self._said():
            found = self._db.execute("SELECT at,dialect FROM dialects WHERE endpoint=? AND model=?", (endpoint, model)).fetchone()
        try:
            learned = json.loads(found[1]) if found else None
        except ValueError:
            return None
        return {"at": found[0], **learned} if isinstance(learned, dict) else None

    def learn(self, endpoint: str, model: str, dialect: dict[str, Any] | None) -> None:
        """Keep what was learned about a model at a service; None forgets it."""
        with self._said():
            if dialect is None:
                self._db.execute("DELETE FROM dialects WHERE endpoint=? AND model=?", (endpoint, model))
            else:
                text = json.dumps(dialect, sort_keys=True)
                self._db.execute("INSERT OR REPLACE INTO dialects VALUES (?,?,?,?)", (endpoint, model, _now(), text))

    def clean(self, text: str) -> str:
        """The text as it may be stored and shown: without the key, and without what cannot be written as UTF-8."""
        safe = text.encode("utf-8", "replace").decode("utf-8")
        return safe.replace(self._secret, "（密钥）") if len(self._secret) >= 4 else safe

    def _migrate(self) -> None:
        done = int(self._db.execute("PRAGMA user_version").fetchone()[0])
        if done > len(STEPS):
            raise AssistantError("调用记录由更新版本的程序建立", place=str(self.path), remedy="请改用新版本的程序")
        if done == len(STEPS):
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            done = int(self._db.execute("PRAGMA user_version").fetchone()[0])
            for number, step in enumerate(STEPS[done:], start=done + 1):
                for statement in filter(str.strip, step.split(";")):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={number}")
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            with self._lock:
                yield
        except (sqlite3.Error, OSError) as error:
            remedy = "请检查文件夹权限和磁盘空间；文件损坏时可以移走，程序会另建"
            raise AssistantError(f"调用记录不能使用（{error}）", place=str(self.path), remedy=remedy) from error


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")
