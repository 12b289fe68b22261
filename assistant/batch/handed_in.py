"""Files handed in for a run: single files, and archives that are unpacked within limits under names that are no paths."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.batch.names import file_name
from assistant.batch.units_list import read_units
from assistant.errors import InputError, OutputError
from assistant.files import USUAL, read_file

_SAVE_AGAIN = "请重新打包成 .zip 再上传；也可以直接选多个文件上传"
_SMALLER = "请分几次上传"
_OFFICE = ("[Content_Types].xml", "content.xml", "mimetype")
_PASSED = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class ArchiveLimits:
    """Largest archive that is unpacked: members, bytes of one member and of all when inflated."""

    members: int = 6_000
    member_bytes: int = USUAL.file_bytes
    total_bytes: int = 1024 * 1024 * 1024


@dataclass
class HandedIn:
    """What became of a file: names under which it was kept, and what was left out with the reason."""

    kept: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def hand_in(part: Path, name: str, folder: Path, limits: ArchiveLimits = ArchiveLimits()) -> HandedIn:
    """Put a file, or what is in an archive, into a folder. A file of the same name that is there already is replaced.

    Args:
        part: the file as received.
        name: as it is called on the person's computer.
        folder: where to; exists.
        limits: of archives.

    Raises:
        InputError: it is no file a run can read, a damaged or encrypted archive, or one too large; nothing was kept of it.
        OutputError: it cannot be stored.
    """
    try:
        if _is_archive(part):
            return _unpacked(part, name, folder, limits)
        from assistant.report.file_kind import kind_of

        content = read_file(part)
        kind_of(content, name)
        kept = file_name(name)
        _write(folder / kept, content)
    except OSError as error:
        raise OutputError("文件没有存下（磁盘已满或没有写权限）", place=name, remedy="请管理员清理磁盘后再上传") from error
    except InputError as error:
        raise InputError(error.what, place=name, remedy=error.remedy) from error
    return HandedIn([kept])


def hand_in_list(part: Path, name: str, folder: Path) -> HandedIn:
    """Put a list of units (:func:`assistant.batch.units_list.read_units`) into a folder of its own, in the place of any other.

    Args:
        part, name: as for :func:`hand_in`.
        folder: where to; made if it is not there.

    Raises:
        InputError: it is no such list; the one before stays. OutputError: it cannot be stored.
    """
    try:
        read_units(part)
        content = read_file(part)
    except InputError as error:
        raise InputError(error.what, place=name, remedy=error.remedy) from error
    kept = file_name(name)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _write(folder / kept, content)
        for other in folder.iterdir():
            if other.name != kept:
                other.unlink()
    except OSError as error:
        raise OutputError("单位名单没有存下（磁盘已满或没有写权限）", place=name, remedy="请管理员清理磁盘后再上传") from error
    return HandedIn([kept])


def _is_archive(part: Path) -> bool:
    """A zip file that is no office document. A damaged one is taken for an archive if its name does not say otherwise."""
    with part.open("rb") as handle:
        if not handle.read(4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return False
    try:
        with zipfile.ZipFile(part) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OverflowError):
        data = part.read_bytes()
        return b"xl/" not in data and b"word/" not in data
    return not any(mark in names for mark in _OFFICE) and not any(each.startswith(("xl/", "word/")) for each in names)


def _unpacked(part: Path, name: str, folder: Path, limits: ArchiveLimits) -> HandedIn:
    """All members aside first, so that an archive that turns out bad leaves nothing behind."""
    aside = folder.parent / f"{part.name}.unpacked"
    aside.mkdir(mode=0o700)
    done = HandedIn()
    try:
        with zipfile.ZipFile(part) as archive:
            members = archive.infolist()
            _check(members, name, limits)
            left = limits.total_bytes
            for member, shown in _wanted(members, done):
                kept = _free(file_name(shown), shown, done.kept)
                left -= _inflate(archive, member, aside / kept, min(limits.member_bytes, left), name)
                done.kept.append(kept)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError) as error:
        _sweep(aside)
        raise InputError("压缩包已损坏或不完整，打不开", place=name, remedy=_SAVE_AGAIN) from error
    except BaseException:
        _sweep(aside)
        raise
    for kept in done.kept:
        (aside / kept).replace(folder / kept)
    _sweep(aside)
    if not done.kept:
        raise InputError("压缩包里没有可以读取的文件", place=name, remedy="请把各单位的填报件打包成 .zip 再上传")
    return done


def _check(members: list[zipfile.ZipInfo], name: str, limits: ArchiveLimits) -> None:
    if any(member.flag_bits & 0x1 for member in members):
        raise InputError("压缩包设了密码，打不开", place=name, remedy="请去掉密码重新打包")
    if len(members) > limits.members:
        raise InputError(f"压缩包里有 {len(members)} 个文件，超过 {limits.members} 个", place=name, remedy=_SMALLER)
    if sum(member.file_size for member in members) > limits.total_bytes:
        raise InputError("压缩包展开后过大，疑似压缩炸弹，未读取", place=name, remedy=_SMALLER)


def _wanted(members: list[zipfile.ZipInfo], done: HandedIn) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    for member in members:
        shown = _shown(member)
        low = shown.lower().replace("\\", "/")
        last = low.rsplit("/", 1)[-1]
        if member.is_dir() or low.startswith(_PASSED) or last.startswith((".", "~$")) or last in _PASSED:
            continue
        if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
            done.left.append((shown[:120], "这是链接或特殊文件，没有收下"))
        elif not member.file_size:
            done.left.append((shown[:120], "文件是空的"))
        else:
            yield member, shown


def _shown(member: zipfile.ZipInfo) -> str:
    """The member's name; Windows in Chinese writes names in GB18030 without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename


def _free(kept: str, shown: str, taken: list[str]) -> str:
    """A name that is not taken: with the folder it lay in before it, else with a number."""
    known = {each.casefold() for each in taken}
    if kept.casefold() not in known:
        return kept
    above = shown.replace("\\", "/").split("/")[:-1]
    if above and (longer := file_name(f"{above[-1]}-{kept}")).casefold() not in known:
        return longer
    stem, dot, ending = kept.rpartition(".")
    return next(
        each for number in range(2, 10_000) if (each := f"{stem or ending}（{number}）{dot}{ending}").casefold() not in known
    )


def _inflate(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, limit: int, name: str) -> int:
    """Write one member; what it says of its size is not believed."""
    size = 0
    with archive.open(member) as source, path.open("xb") as target:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                what = f"其中有文件超过 {USUAL.file_bytes // 1024 // 1024} MB，或展开后过大，没有收下"
                raise InputError(what, place=name, remedy=_SMALLER)
            target.write(chunk)
    return size


def _write(path: Path, content: bytes) -> None:
    from assistant.files import write_atomically

    write_atomically(path, content)


def _sweep(folder: Path) -> None:
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)
