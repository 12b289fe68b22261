"""The one door: what an input is goes by its content, and whatever cannot be read is refused in Chinese, with a remedy."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.drafting.printing import to_document
from assistant.errors import InputError
from assistant.form import FormRegistry, default_registry
from assistant.intake import Limits, Overrides, read_file, read_input
from assistant.intake.door import read_bytes
from assistant.report.docx_writer import write_docx
from assistant.report.html_writer import write_html
from tests.drafting.material import county_draft
from tests.submission.material import document, workbook

_WORKBOOK = workbook()
_JSON = json.dumps(document(), ensure_ascii=False).encode()


def repacked(change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    """The filled workbook with its members changed (None drops one) and others added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_WORKBOOK)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def same(_name: str, content: bytes) -> bytes:
    return content


def with_declaration(encoding: str = "utf-8", target: str = "file:///etc/passwd", text: str = "") -> bytes:
    """The workbook with a document type declared in the sheet of the first table."""

    def change(name: str, content: bytes) -> bytes:
        if name != "xl/worksheets/sheet2.xml":
            return content
        head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY x SYSTEM "{target}">]>'
        return (head + content.decode().replace("<t>", f"<t>{text}", 1)).encode(encoding)

    return repacked(change)


def bomb() -> bytes:
    return repacked(same, {"xl/worksheets/sheet99.xml": b"0" * (40 * 1024 * 1024)})


def lying_bomb() -> bytes:
    """A member whose header promises ten bytes and whose content is 30 MB."""
    data = bytearray(repacked(same, {"xl/theme/zz.xml": b"<a>" + b" " * 30_000_000 + b"</a>"}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = 0
        while (start := data.find(signature, start)) >= 0:
            if int.from_bytes(data[start + offset : start + offset + 4], "little") > 20_000_000:
                data[start + offset : start + offset + 4] = (10).to_bytes(4, "little")
            start += 4
    return bytes(data)


def crowded() -> bytes:
    rows = "".join(f'<row r="{row}">' + "<c><v>1</v></c>" * 200 + "</row>" for row in range(1, 1200))
    sheet = (
        f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    )
    return repacked(lambda name, content: sheet.encode() if name == "xl/worksheets/sheet2.xml" else content)


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + stream.encode("utf-16-le") + b"\x00" * 600


def package(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, "x")
    return stream.getvalue()


def encrypted_zip() -> bytes:
    data = bytearray(_WORKBOOK)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := data.find(signature, start)) >= 0:
            data[start + offset] |= 1
            start += 4
    return bytes(data)


_BAD: dict[str, tuple[bytes, str]] = {
    "truncated workbook": (_WORKBOOK[: len(_WORKBOOK) // 2], "损坏"),
    "damaged workbook": (_WORKBOOK[:3000] + bytes(500) + _WORKBOOK[3500:], "损坏"),
    "no content types or parts": (package("xl/nothing.xml"), "不是工作簿"),
    "workbook without its sheets": (repacked(lambda name, content: None if "worksheets/" in name else content), "不完整"),
    "encrypted workbook": (ole("EncryptedPackage"), "密码"),
    "encrypted zip": (encrypted_zip(), "密码"),
    "old workbook": (ole("Workbook"), ".xls"),
    "old document": (ole("WordDocument"), ".doc"),
    "macros": (repacked(same, {"xl/vbaProject.bin": b"x"}), "宏"),
    "old macros": (repacked(same, {"xl/macrosheets/sheet1.xml": b"<a/>"}), "宏"),
    "entity in a sheet": (with_declaration(), "外部实体"),
    "entity in a sheet, other encoding": (with_declaration("utf-16"), "外部实体"),
    "entity in a part nobody reads": (
        repacked(same, {"docProps/custom.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a/>'}),
        "外部实体",
    ),
    "broken XML": (repacked(lambda name, content: content[:-20] if name.endswith("sheet3.xml") else content), "损坏"),
    "bomb": (bomb(), "压缩炸弹"),
    "lying bomb": (lying_bomb(), "损坏"),
    "too many members": (repacked(same, {f"x/{n}": b"" for n in range(2100)}), "压缩炸弹"),
    "too many cells": (crowded(), "200000"),
    "broken Word document": (package("word/document.xml"), "Word 文档已损坏"),
    "presentation": (package("ppt/presentation.xml"), "演示文稿"),
    "archive": (package("a.txt"), "压缩包"),
    "broken PDF": (b"%PDF-1.7\n...", "PDF"),
    "image": (b"\x89PNG\r\n\x1a\n....", "图片"),
    "web page that is no report": (b"<!DOCTYPE html><html><body><p>x</p></body></html>", "不像政府信息公开"),
    "XML": (b"<?xml version='1.0'?><a/>", "XML"),
    "binary": (bytes(range(256)) * 4, "文本"),
    "broken JSON": (b'{"unit": ', "JSON"),
    "JSON list": (b"[]", "最外层"),
}


@pytest.mark.parametrize("name", _BAD)
def test_bad_content_is_refused_in_chinese_with_a_remedy(name: str, tmp_path: Path, registry: FormRegistry) -> None:
    data, words = _BAD[name]
    file = tmp_path / "填报.xlsx"
    file.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_input(file, registry)
    assert words in caught.value.message
    assert caught.value.remedy
    assert str(file) in caught.value.place


def test_entities_are_not_resolved_before_they_are_refused(tmp_path: Path, registry: FormRegistry) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_bytes(with_declaration("utf-16", target=secret.as_uri(), text="&x;"), "填报.xlsx", registry)
    assert "SECRET" not in caught.value.message


def test_content_decides_not_the_ending(tmp_path: Path, registry: FormRegistry) -> None:
    for name, data in (("a.txt", _WORKBOOK), ("b", _WORKBOOK), ("c.xlsx", _JSON), ("d.json", b"\xef\xbb\xbf\n " + _JSON)):
        file = tmp_path / name
        file.write_bytes(data)
        intake = read_input(file, registry)
        assert (intake.submission.unit.name, intake.report) == ("示例县教育局", None)


def test_a_submission_is_taken_from_a_report_of_any_kind(tmp_path: Path, registry: FormRegistry) -> None:
    drafted = county_draft("gonganju", 2025)
    document = to_document(drafted)
    printed = {key: cell.value for key, cell in document.cells.items() if cell.ok}
    for name, data in (("报告.docx", write_docx(document)), ("报告.html", write_html(document).encode("gb18030"))):
        file = tmp_path / name
        file.write_bytes(data)
        intake = read_input(file, registry)
        assert intake.report is not None
        assert (intake.submission.unit.name, intake.submission.year) == (drafted.submission.unit.name, 2025)
        assert {key: cell.value for key, cell in intake.submission.cells.items() if cell.ok} == printed
        assert not intake.submission.notes


def test_missing_file_folder_empty_file(tmp_path: Path, registry: FormRegistry) -> None:
    empty = tmp_path / "empty.json"
    empty.write_bytes(b" \n\t ")
    for path, words in (
        (tmp_path / "没有.xlsx", "没有这个文件"),
        (tmp_path, "文件夹"),
        (empty, "空的"),
        (empty / "x", "没有这个文件"),
        (tmp_path / ("长" * 300), "文件名过长"),
        (Path("a\x00b"), "无法读取"),
    ):
        with pytest.raises(InputError, match=words) as caught:
            read_input(path, registry)
        assert caught.value.remedy


def test_a_loop_of_links_and_a_pipe_end_at_once(tmp_path: Path, registry: FormRegistry) -> None:
    loop, pipe = tmp_path / "loop", tmp_path / "pipe"
    loop.symlink_to(loop)
    os.mkfifo(pipe)
    for path, words in ((loop, "绕成了圈"), (pipe, "不是普通文件"), (Path("/dev/zero"), "不是普通文件")):
        with pytest.raises(InputError, match=words):
            read_input(path, registry)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the superuser may read anything")
def test_no_permission(tmp_path: Path, registry: FormRegistry) -> None:
    file = tmp_path / "locked.json"
    file.write_bytes(_JSON)
    file.chmod(0)
    with pytest.raises(InputError, match="权限"):
        read_input(file, registry)


def test_no_permission_has_words_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("assistant.files.os.open", refuse)
    with pytest.raises(InputError, match="没有读取权限"):
        read_file(tmp_path / "x")


def test_a_200_megabyte_file_is_refused_unread(tmp_path: Path, registry: FormRegistry) -> None:
    file = tmp_path / "big.xlsx"
    with file.open("wb") as handle:
        handle.truncate(200 * 1024 * 1024)
    with pytest.raises(InputError, match="200 MB"):
        read_input(file, registry)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "grows.json"
    file.write_bytes(b"{" * 100)
    real = os.fstat

    def grow(descriptor: int) -> os.stat_result:
        state = real(descriptor)
        with file.open("ab") as handle:
            handle.write(b"{" * 5000)
        return state

    monkeypatch.setattr("assistant.files.os.fstat", grow)
    with pytest.raises(InputError, match="上限"):
        read_file(file, Limits(file_bytes=1000))


def test_what_is_given_beside_a_submission_must_agree(tmp_path: Path, registry: FormRegistry) -> None:
    read_bytes(_JSON, "a.json", registry, overrides=Overrides("dept", 2025, "示例县教育局"))
    for overrides in (Overrides(year=2024), Overrides(kind="zone"), Overrides(unit="示例县财政局")):
        with pytest.raises(InputError, match="命令中写的是"):
            read_bytes(_JSON, "a.json", registry, overrides=overrides)
    read_bytes(_JSON, "a.json", registry, overrides=Overrides("zone", 2030, "旧名").for_previous())


def test_external_links_are_not_followed(registry: FormRegistry) -> None:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="x/externalLinkPath" Target="http://127.0.0.1:9/x" TargetMode="External"/></Relationships>'
    )
    extra = {"xl/externalLinks/externalLink1.xml": b"<externalLink/>", "xl/externalLinks/_rels/externalLink1.xml.rels": relations}
    assert read_bytes(repacked(same, extra), "a.xlsx", registry).submission.unit.name == "示例县教育局"


@given(position=st.integers(0, len(_WORKBOOK) - 1), replaced=st.binary(min_size=1, max_size=40))
@settings(max_examples=150, deadline=None)
def test_a_damaged_workbook_never_ends_in_a_traceback(position: int, replaced: bytes) -> None:
    data = _WORKBOOK[:position] + replaced + _WORKBOOK[position + len(replaced) :]
    try:
        read_bytes(data, "a.xlsx", default_registry())
    except InputError as error:
        assert error.remedy


@given(data=st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_bytes_end_in_a_chinese_message(data: bytes) -> None:
    with pytest.raises(InputError):
        read_bytes(data, "a", default_registry())
