"""Log lines as JSON objects: what was asked, how it ended, how long it took. Never a text, a file's name or a key."""

from __future__ import annotations

import json
import logging
import secrets
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOGGER = logging.getLogger("assistant.site")
_KEPT_BYTES, _KEPT_FILES = 5 * 1024 * 1024, 5


class _Lines(logging.Formatter):
    """One JSON object a line, made of what was logged by name; the message is a fixed word."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, "fields", {})
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps({"at": at, "level": record.levelname.lower(), "event": record.getMessage(), **fields}, ensure_ascii=False)


def log_to(home: Path) -> None:
    """Write the log to ``logs/site.log`` in ``home`` (kept small), warnings to standard error as well."""
    for handler in tuple(LOGGER.handlers):
        LOGGER.removeHandler(handler)
        handler.close()
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    try:
        folder = home / "logs"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handlers: list[logging.Handler] = [
            RotatingFileHandler(folder / "site.log", maxBytes=_KEPT_BYTES, backupCount=_KEPT_FILES, encoding="utf-8", delay=True)
        ]
    except OSError:
        handlers = []
    errors = logging.StreamHandler(sys.stderr)
    errors.setLevel(logging.WARNING)
    for handler in (*handlers, errors):
        handler.setFormatter(_Lines())
        LOGGER.addHandler(handler)


def event(name: str, **fields: object) -> None:
    """Log one event; fields are numbers, identifiers and fixed words only."""
    LOGGER.info(name, extra={"fields": fields})


def fault(error: BaseException, **fields: object) -> str:
    """Log a fault of the program by its kind and the places it passed, without its message; returns a number to tell people."""
    number = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames][-12:]
    LOGGER.error("fault", extra={"fields": {"number": number, "kind": type(error).__name__, "where": where, **fields}})
    return number
