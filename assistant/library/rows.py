"""Rows of the library's database as objects, filters as conditions, and what the database refuses in Chinese."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.library.model import Figure, Filters, LibraryError, Passage, Piece, Source

SOURCE = (
    "s.id, s.type, s.title, s.unit, s.kind, s.region, s.year, s.form, s.published, s.origin, s.status, s.findings, s.superseded_by,"
    " s.added, s.count"
)
PASSAGE = "p.id, p.number, p.section, p.aspect, p.role, p.article, p.heading, p.text, p.start, p.end, p.place, p.figures, p.source"
_SOURCE_COLUMNS = 15


def embedded_text(piece: Piece) -> str:
    """What is embedded for a passage: its nearest heading and its wording; unit and year are left to words and filters."""
    lead = piece.heading[-1] if piece.heading else ""
    return f"{lead}：{piece.text}" if lead else piece.text


def content_hash(piece: Piece) -> str:
    """The hash under which a passage's vector is kept."""
    return hashlib.sha256(embedded_text(piece).encode("utf-8", "replace")).hexdigest()[:32]


def condition(filters: Filters) -> tuple[str, list[Any]]:
    """Filters as a condition over ``passages p`` and ``sources s``."""
    parts, values = ["s.superseded_by=''"], []
    for column, wanted in (("s.unit", filters.units), ("p.article", filters.articles)):
        if wanted:
            parts.append(f"{column} IN ({','.join('?' * len(wanted))})")
            values += list(wanted)
    singles = (("s.kind", filters.kind), ("s.region", filters.region), ("s.status", filters.status), ("s.type", filters.type),
               ("s.id", filters.source), ("p.role", filters.role))  # fmt: skip
    for column, single in singles:
        if single:
            parts.append(f"{column}=?")
            values.append(single)
    if filters.not_type:
        parts.append("s.type<>?")
        values.append(filters.not_type)
    if filters.section:
        parts.append("(p.section=? OR p.aspect=?)")
        values += [filters.section, filters.section]
    if filters.by_year:
        inside = f"s.year IN ({','.join('?' * len(filters.years))})" if filters.years else "1"
        parts.append(f"({inside} AND s.year BETWEEN ? AND ?{' OR s.year IS NULL' if filters.undated else ''})")
        values += [*filters.years, filters.year_from or 0, filters.year_to or 9999]
    return " AND ".join(parts), values


@lru_cache(maxsize=2048)
def to_source(row: tuple[Any, ...]) -> Source:
    """A source from its columns; many passages are of few sources."""
    findings = tuple(json.loads(row[11])) if row[11] != "[]" else ()
    return Source(
        id=row[0], type=row[1], title=row[2], unit=row[3], kind=row[4], region=row[5], year=row[6], form=row[7], published=row[8],
        origin=row[9], status=row[10], findings=findings, superseded_by=row[12], added=row[13], passages=row[14],
    )  # fmt: skip


def to_passage(row: Sequence[Any]) -> Passage:
    """A passage from the columns of its source and its own."""
    own = row[_SOURCE_COLUMNS:]
    piece = Piece(
        section=own[2], aspect=own[3], role=own[4], article=own[5], heading=_heading(own[6]), text=own[7], start=own[8],
        end=own[9], place=own[10], figures=_figures_in(own[11]),
    )  # fmt: skip
    return Passage(id=own[0], source=to_source(tuple(row[:_SOURCE_COLUMNS])), number=own[1], piece=piece)


@lru_cache(maxsize=2048)
def _heading(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def figures_out(figures: Sequence[Figure]) -> str:
    """Figures as kept."""
    return json.dumps([[f.start, f.end, str(f.value), f.unit, f.cells] for f in figures], ensure_ascii=False) if figures else ""


@lru_cache(maxsize=2048)
def _figures_in(text: str) -> tuple[Figure, ...]:
    return tuple(Figure(a, b, Decimal(v), u, tuple(c)) for a, b, v, u, c in json.loads(text)) if text else ()


def packed(text: str) -> bytes:
    """A text as kept."""
    return zlib.compress(text.encode("utf-8", "replace"), 6) if text else b""


def unpacked(data: bytes) -> str:
    """A text as it was."""
    return zlib.decompress(data).decode("utf-8") if data else ""


@contextmanager
def said(path: Path) -> Iterator[None]:
    """Says in Chinese what the database or the disk refuses."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        what, remedy = _refusal(error)
        raise LibraryError(what, place=str(path), remedy=remedy) from error
    except OSError as error:
        remedy = "请检查文件夹的权限和磁盘空间，或用 ASSISTANT_HOME 另指一个文件夹"
        raise LibraryError(f"资料库文件夹不能使用（{error.strerror or error}）", place=str(path), remedy=remedy) from error


_RESTORE = "请用备份恢复该文件，或把它移走后用 assistant library add 重新加入资料"
_REFUSALS = (
    ("full", "磁盘已满，没有写入任何内容", "请腾出磁盘空间后重试"),
    ("readonly", "资料库只能读、不能写", "请检查文件夹权限，或用 ASSISTANT_HOME 另指一个文件夹"),
    ("locked", "资料库正被另一个进程写入，等了20秒仍未空出", "请稍后重试"),
    ("malformed", "资料库文件已损坏", _RESTORE),
    ("not a database", "资料库文件已损坏，不是数据库", _RESTORE),
    ("unable to open", "资料库打不开", "请检查文件夹权限和磁盘空间，或用 ASSISTANT_HOME 另指一个文件夹"),
)


def _refusal(error: sqlite3.DatabaseError) -> tuple[str, str]:
    """What is wrong and what to do."""
    text = str(error)
    found = ((what, remedy) for word, what, remedy in _REFUSALS if word in text)
    return next(found, (f"资料库出错（{text}）", "请检查文件夹权限和磁盘空间"))
