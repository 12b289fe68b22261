"""Decides by content what an input is, has it read, and hands on one shape for all of them."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import InputError
from assistant.files import USUAL, Limits, read_file
from assistant.form import FormRegistry
from assistant.intake.from_report import submission_from_report
from assistant.intake.overrides import NONE_GIVEN, Overrides
from assistant.report.model import Report
from assistant.submission.model import Submission
from assistant.submission.wording import check_unit_name

_ACCEPTED = "请交填好的 .xlsx 工作簿、JSON 文件，或可以复制出文字的报告（.txt）"

# How files begin that people hand in by mistake, with what they are called.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "RTF 文件"),
    (b"MZ", "程序文件"),
    (b"\x7fELF", "程序文件"),
)
_PACKAGES = (("word/", "Word 文档（.docx）"), ("ppt/", "演示文稿（.pptx）"), ("content.xml", "OpenDocument 文件"))


@dataclass(frozen=True)
class Intake:
    """What was handed in: the submission, and the report it was taken from, if it was one."""

    submission: Submission
    report: Report | None = None


def read_input(path: Path, registry: FormRegistry, *, overrides: Overrides = NONE_GIVEN, limits: Limits = USUAL) -> Intake:
    """Read any input; its name's ending does not matter.

    Args:
        path: the file.
        registry: the forms known.
        overrides: unit, kind and year given beside the file. A workbook or JSON file that says otherwise is refused.
        limits: largest file.

    Raises:
        InputError: the file cannot be read, is of another kind, or lacks unit, kind or year.
    """
    return read_bytes(read_file(path, limits), str(path), registry, overrides=overrides)


def read_bytes(data: bytes, file: str, registry: FormRegistry, *, overrides: Overrides = NONE_GIVEN) -> Intake:
    """Read an input from its content; arguments and errors as for :func:`read_input`."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        _refuse_other_package(data, file)
        from assistant.submission.workbook_reader import read_workbook

        return Intake(_agreed(read_workbook(data, file, registry), overrides))
    _refuse_foreign(data, file)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) or data.startswith((b"\xff\xfe{", b"\xfe\xff\x00{")):
        from assistant.submission.json_reader import read_json

        return Intake(_agreed(read_json(data, file, registry), overrides))
    from assistant.report.text_reader import read_text_report

    report = read_text_report(_decode(data, file), file, registry)
    return Intake(submission_from_report(report, registry, overrides), report)


def _refuse_other_package(data: bytes, file: str) -> None:
    """Name the kind of a zip file that is no workbook. A damaged one is left to the workbook's reader to report."""
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError):
        return
    if any(name.lower().lstrip("/").startswith("xl/") for name in names):
        return
    kind = next((kind for start, kind in _PACKAGES if any(name.startswith(start) for name in names)), "压缩包")
    raise _foreign(kind, file)


def _refuse_foreign(data: bytes, file: str) -> None:
    for start, kind in _FOREIGN:
        if data.startswith(start):
            raise _foreign(kind, file)
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise _foreign("网页", file)
    if head.startswith(b"<?xml"):
        raise _foreign("XML 文件", file)


def _foreign(kind: str, file: str) -> InputError:
    return InputError(f"这是{kind}，还不能作为填报件读取", place=file, remedy=_ACCEPTED)


def _decode(data: bytes, file: str) -> str:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise InputError("不是能识别的文本", place=file, remedy=_ACCEPTED)


def _agreed(submission: Submission, overrides: Overrides) -> Submission:
    """The submission, if what was given beside it does not contradict it. A contradiction is never settled silently."""
    unit = submission.unit
    given = (
        ("单位", overrides.unit, unit.name),
        ("单位类型", overrides.kind, unit.kind),
        ("报告年度", overrides.year, submission.year),
    )
    for name, wanted, found in given:
        if wanted is not None and wanted != found and not overrides.fallback:
            raise InputError(
                f"填报件中的{name}是“{found}”，命令中写的是“{wanted}”", place=submission.file, remedy="请核对后改成一致"
            )
    check_unit_name(unit.name, submission.file)
    return submission
