"""Files handed in for a run: archives within limits, names that are no paths, reasons for what is left out."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from assistant.batch.handed_in import ArchiveLimits, hand_in
from assistant.batch.names import file_name
from assistant.errors import InputError

REPORT = "示例县教育局2025年政府信息公开工作年度报告".encode()


def packed(members: dict[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def given(
    folder: Path, content: bytes, name: str = "各单位.zip", limits: dict[str, int] | None = None
) -> tuple[list[str], list[tuple[str, str]]]:
    part = folder.parent / "part"
    part.write_bytes(content)
    done = hand_in(part, name, folder, ArchiveLimits(**(limits or {})))
    assert sorted(path.name for path in folder.iterdir()) == sorted(done.kept)
    return done.kept, done.left


def test_members_keep_readable_names_and_none_leaves_the_folder(folder: Path) -> None:
    names = ("../../etc/passwd", "/abs.txt", "..\\..\\b.txt", "con.txt", "教育局/填报.txt", "卫健局/填报.txt", "a\u202etxt.exe")
    kept, _left = given(folder, packed(dict.fromkeys(names, REPORT)))
    assert len(kept) == len(names)
    assert "填报.txt" in kept and "卫健局-填报.txt" in kept
    assert all(file_name(name) == name for name in kept)
    assert not (folder.parent / "etc").exists()
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["in"]


def test_names_written_in_gb18030_without_saying_so_are_read(folder: Path) -> None:
    info = zipfile.ZipInfo("x" * len("示例县教育局.txt".encode("gb18030")))
    data = packed({info: REPORT}).replace(info.filename.encode(), "示例县教育局.txt".encode("gb18030"))
    assert given(folder, data)[0] == ["示例县教育局.txt"]


def test_links_empty_files_and_what_systems_leave_are_not_kept(folder: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members: dict[str | zipfile.ZipInfo, bytes] = {
        link: b"/etc/passwd",
        "空.txt": b"",
        "__MACOSX/a.txt": b"x",
        "~$b.xlsx": b"x",
        "好.txt": REPORT,
    }
    kept, left = given(folder, packed(members))
    assert kept == ["好.txt"]
    assert [name for name, _why in left] == ["link.txt", "空.txt"]


@pytest.mark.parametrize(
    ("content", "limits", "word"),
    [
        (packed({"a.txt": b"0" * 3_000_000}), {"member_bytes": 1_000_000, "total_bytes": 10_000_000}, "过大"),
        (packed({f"{number}.txt": b"0" * 1000 for number in range(20)}), {"total_bytes": 5_000}, "炸弹"),
        (packed({f"{number}.txt": b"0" for number in range(20)}), {"members": 10}, "20 个文件"),
        (packed({"a.txt": REPORT})[:60], {}, "损坏"),
        (packed({"__MACOSX/a.txt": REPORT}), {}, "没有可以读取的文件"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, {}, "图片"),
        (b"", {}, "空"),
    ],
)
def test_what_is_refused_leaves_nothing(folder: Path, content: bytes, limits: dict[str, int], word: str) -> None:
    with pytest.raises(InputError, match=word):
        given(folder, content, limits=limits)
    assert not list(folder.iterdir())
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == ["in"]


def test_an_archive_under_a_password_is_refused(folder: Path) -> None:
    data = bytearray(packed({"a.txt": REPORT}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    with pytest.raises(InputError, match="密码"):
        given(folder, bytes(data))


def test_an_archive_that_lies_about_sizes_is_stopped_while_it_unpacks(folder: Path) -> None:
    data = packed({"a.txt": b"0" * 5_000_000})
    lying = data.replace((5_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(InputError, match=r"损坏|过大"):
        given(folder, lying, limits={"member_bytes": 100_000})
    assert not list(folder.iterdir())
