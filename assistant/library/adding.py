"""What goes in: reports in every form the readers know, the Regulation, the digests of the corpus; all else is refused."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.form import FormRegistry
from assistant.library.extract import LARGEST, text_of
from assistant.library.model import NotAccepted, PassedOver, Piece, Source, Status
from assistant.library.passages import GAP, report_pieces
from assistant.library.regulation import NAME, digest_pieces, document_pieces, looks_like_regulation, read_regulation
from assistant.report.model import Report

MANIFEST = "library.json"
ENDINGS = (".txt", ".md", ".docx", ".html", ".htm", ".pdf", ".json")
_PASSED_OVER = frozenset({"README.md", "README.txt", MANIFEST})
Judge = Callable[[Report], list[dict[str, Any]]]
Reader = Callable[[Path, FormRegistry], Report]


@dataclass(frozen=True)
class Entry:
    """A file read and ready to be stored."""

    source: Source
    text: str
    pieces: tuple[Piece, ...]
    report: str = ""


def files_below(path: Path) -> Iterator[Path]:
    """The file itself, or all files below a folder that could be meant, in order of name; links to folders are not followed."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            if not name.startswith((".", "~$")) and name not in _PASSED_OVER and Path(name).suffix.lower() in ENDINGS:
                yield Path(folder) / name


def read_entry(path: Path, registry: FormRegistry, judge: Judge, status: Status | None = None) -> Entry:
    """Read one file.

    Args:
        path: the file.
        registry: the known forms.
        judge: the findings to attach to a report.
        status: official or sample; by the folder's ``library.json`` if None, else official.

    Raises:
        NotAccepted: it is no such report, no current Regulation, an unfinished draft, or unreadable; the reason is said.
    """
    data = _content(path)
    identity = hashlib.sha256(data).hexdigest()[:24]
    try:
        entry = _entry(data, path, registry, judge, status or _declared(path))
    except NotAccepted:
        raise
    except AssistantError as error:
        raise NotAccepted(error.what, place=str(path), remedy=error.remedy) from error
    return replace(entry, source=replace(entry.source, id=identity, origin=str(path), passages=len(entry.pieces)))


def entry_of_report(report: Report, registry: FormRegistry, judge: Judge, status: Status, origin: str = "") -> Entry:
    """A report that was already read; its id is the hash of its content.

    Raises:
        NotAccepted: as for a file.
    """
    entry = _report(report, registry, judge, status)
    identity = hashlib.sha256(report.model_dump_json(exclude={"path"}).encode("utf-8", "replace")).hexdigest()[:24]
    return replace(entry, source=replace(entry.source, id=identity, origin=origin or report.path))


def _content(path: Path) -> bytes:
    place = str(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        raise NotAccepted("没有这个文件" if missing else "文件打不开", place=place, remedy="请检查路径和读取权限") from error
    with os.fdopen(descriptor, "rb") as handle:
        state = os.fstat(handle.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise NotAccepted("这不是普通文件", place=place)
        if state.st_size > LARGEST:
            raise NotAccepted(f"文件有 {state.st_size // 1024 // 1024} MB，超过 {LARGEST // 1024 // 1024} MB 上限", place=place)
        data = handle.read(LARGEST + 1)
    if not data.strip():
        raise NotAccepted("文件是空的", place=place, remedy="请确认文件已保存、内容完整")
    return data


def _declared(path: Path) -> Status:
    """What the folder says of its files in ``library.json``: ``{"status": "sample"}``."""
    try:
        found = json.loads((path.parent / MANIFEST).read_text(encoding="utf-8")).get("status")
    except (OSError, ValueError, AttributeError):
        return "official"
    return "sample" if found == "sample" else "official"


def _entry(data: bytes, path: Path, registry: FormRegistry, judge: Judge, status: Status) -> Entry:
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        return _json(data, path)
    read = _reader()
    if read is not None and data.startswith(b"%PDF"):
        return _pdf(data, path, registry, judge, status, read)
    text = text_of(data, str(path))
    if looks_like_regulation(text):
        return _regulation(text, path)
    if read is not None:
        return _report(read(path, registry), registry, judge, status)
    from assistant.report.text_reader import read_text_report

    return _report(read_text_report(text, str(path), registry), registry, judge, status)


def _pdf(data: bytes, path: Path, registry: FormRegistry, judge: Judge, status: Status, read: Reader) -> Entry:
    """A PDF goes to the report reader first, which reads it apart and within limits; what it refuses may be the Regulation."""
    try:
        return _report(read(path, registry), registry, judge, status)
    except AssistantError:
        text = text_of(data, str(path))
        if not looks_like_regulation(text):
            raise
        return _regulation(text, path)


def _reader() -> Reader | None:
    """The reader of reports in any form, where the program has it."""
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec("assistant.report.reading") is None:
        return None
    read: Reader = import_module("assistant.report.reading").read_report
    return read


def _json(data: bytes, path: Path) -> Entry:
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotAccepted("JSON 文件有语法错误", place=str(path)) from error
    try:
        if isinstance(content, dict) and content.get("status") == "digest" and "articles" in content:
            text, pieces = digest_pieces(content)
            source = Source("", "regulation", f"{content['name']}（摘要）", status="digest")
            return Entry(source, text, pieces)
        if isinstance(content, dict) and content.get("status") == "digest" and "documents" in content:
            text, pieces = document_pieces(content)
            return Entry(Source("", "document", "年度报告有关文件", status="digest"), text, pieces)
    except (KeyError, TypeError, ValueError) as error:
        raise NotAccepted("摘要文件的内容不完整", place=str(path)) from error
    if isinstance(content, dict) and {"unit", "cells"} <= content.keys():
        raise PassedOver("这是填报件，不是公布过的报告，不进资料库", place=str(path), remedy="资料库只收已经公布的报告和条例")
    raise PassedOver("这个 JSON 文件不是报告，也不是条例摘要", place=str(path))


def _regulation(text: str, path: Path) -> Entry:
    found = read_regulation(text, str(path))
    return Entry(Source("", "regulation", NAME, status="official"), found.text, found.pieces)


def _report(report: Report, registry: FormRegistry, judge: Judge, status: Status) -> Entry:
    if not report.unit or report.year is None:
        lacking = "单位名称" if not report.unit else "报告年度"
        raise NotAccepted(
            f"标题里读不出{lacking}，不能归入某个单位的某一年", place=report.path, remedy="请在标题中写明单位全称和年度"
        )
    texts = [report.preface, *(section.text for section in report.sections)]
    if status == "official" and any(GAP in text for text in texts):
        raise NotAccepted("文中还有【待补】标记，是没有定稿的草稿，不进资料库", place=report.path, remedy="请在定稿公布后再加入")
    text, pieces = report_pieces(report, registry)
    if not pieces and not any(cell.ok for cell in report.cells.values()):
        raise NotAccepted("没有读出任何表格数字和文字内容", place=report.path, remedy="扫描件请先识别成文字")
    findings = (*(remark.model_dump(mode="json") for remark in report.remarks), *judge(report))
    source = Source(
        id="", type="report", title=report.title or f"{report.unit}{report.year}年政府信息公开工作年度报告", unit=report.unit,
        kind=report.kind, region=report.region, year=report.year, form=report.form, status=status, findings=findings,
        published=report.published.isoformat() if report.published else "", passages=len(pieces), origin=report.path,
    )  # fmt: skip
    return Entry(source, text, pieces, report.model_dump_json(exclude_defaults=True))


def unbalanced(registry: FormRegistry) -> Judge:
    """A judge that holds a report's cells against the equations of its form: both sides where an equation does not hold."""

    def judge(report: Report) -> list[dict[str, Any]]:
        if not report.form:
            return []
        values = {key: cell.value for key, cell in report.cells.items() if cell.ok and cell.value is not None}

        def side(terms: tuple[str, ...]) -> Any:
            return sum(-values[term[1:]] if term.startswith("-") else values[term] for term in terms)

        found = []
        for equation in registry.get(report.form).equations:
            if all(term in values for term in equation.terms) and (left := side(equation.left)) != (right := side(equation.right)):
                line = f"{equation.line}：" if equation.line else ""
                what = f"{line}{equation.left_text}为 {left}，{equation.right_text}为 {right}，不相等"
                found.append(
                    {"rule": equation.rule, "message": what, "cells": list(equation.terms), "left": str(left), "right": str(right)}
                )
        return found

    return judge
