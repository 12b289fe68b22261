"""Files from and to the outside: read whatever happens to them meanwhile, written so that nothing half-written is left."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import InputError, OutputError


@dataclass(frozen=True)
class Limits:
    """Largest files that are read, in bytes; time and memory that reading one report may take in its own process."""

    file_bytes: int = 30 * 1024 * 1024
    seconds: float = 60
    memory_bytes: int = 1024 * 1024 * 1024


USUAL = Limits()


def read_file(path: Path, limits: Limits = USUAL) -> bytes:
    """The content of a file.

    Raises:
        InputError: missing, a folder or a device, unreadable, empty, or larger than the limit.
    """
    place = str(path)
    try:
        # Without O_NONBLOCK, opening a pipe nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise _cannot_open(error, place) from error
    try:
        _check_kind(os.fstat(descriptor), limits, place)
        with os.fdopen(descriptor, "rb", closefd=False) as handle:
            content = handle.read(limits.file_bytes + 1)
    except OSError as error:
        raise _cannot_open(error, place) from error
    finally:
        os.close(descriptor)
    if len(content) > limits.file_bytes:
        raise _too_large(len(content), limits, place)
    if not content.strip():
        raise InputError("文件是空的", place=place, remedy="请确认文件已保存、内容完整")
    return content


def _check_kind(state: os.stat_result, limits: Limits, place: str) -> None:
    if stat.S_ISDIR(state.st_mode):
        raise InputError("这是文件夹，不是文件", place=place, remedy="请指明其中的一个文件")
    if not stat.S_ISREG(state.st_mode):
        raise InputError("这不是普通文件，不能读取", place=place, remedy="请指明一个工作簿、JSON 文件或报告")
    if state.st_size > limits.file_bytes:
        raise _too_large(state.st_size, limits, place)


def _cannot_open(error: Exception, place: str) -> InputError:
    number = error.errno if isinstance(error, OSError) else None
    known = {
        errno.ENOENT: ("没有这个文件", "请检查路径和文件名"),
        errno.ENOTDIR: ("没有这个文件", "请检查路径和文件名"),
        errno.EISDIR: ("这是文件夹，不是文件", "请指明其中的一个文件"),
        errno.EACCES: ("没有读取权限", "请检查文件权限，或另存一份"),
        errno.EPERM: ("没有读取权限", "请检查文件权限，或另存一份"),
        errno.ELOOP: ("链接绕成了圈，找不到文件", "请直接指明文件所在的位置"),
        errno.ENAMETOOLONG: ("文件名过长", "请改短文件名"),
    }
    what, remedy = known.get(number or 0, ("文件无法读取", "请检查路径，或把文件复制到本机后再试"))
    return InputError(what, place=place[:200], remedy=remedy)


def _too_large(size: int, limits: Limits, place: str) -> InputError:
    what = f"文件有 {size / 1024 / 1024:.0f} MB，超过 {limits.file_bytes // 1024 // 1024} MB 上限"
    return InputError(what, place=place, remedy="填报件一般不到 1 MB，请确认交的文件，或删去其中的图片和无关内容")


def write_atomically(path: Path, content: bytes, *, inputs: Iterable[Path] = ()) -> None:
    """Write ``content`` to ``path``; arguments and errors as for :func:`write_all`."""
    write_all([(path, content)], inputs=inputs)


def write_all(contents: Sequence[tuple[Path, bytes]], *, inputs: Iterable[Path] = (), flushed: bool = True) -> None:
    """Write several files that belong together: all are written aside first, so a full disk leaves none of them changed.

    Args:
        contents: targets with their content.
        inputs: files that were read; none of them is ever written over.
        flushed: whether to wait until the disk has them, so that they outlive a power cut; results that are made again need not.

    Raises:
        OutputError: as for :func:`check_targets`, or the folder does not exist, is not writable, or the disk is full; existing
            files are left as they were.
    """
    check_targets([path for path, _content in contents], inputs=inputs)
    aside: dict[Path, Path] = {}
    try:
        for path, content in contents:
            aside[path] = _write_aside(path, content, flushed=flushed)
        for path, temporary in aside.items():
            try:
                temporary.replace(path)
            except OSError as error:
                raise _unwritable(path, error) from error
    finally:
        for temporary in aside.values():
            temporary.unlink(missing_ok=True)


def check_targets(targets: Sequence[Path], *, inputs: Iterable[Path] = ()) -> None:
    """Refuse targets that must not be written, before anything is.

    Raises:
        OutputError: two targets are one file, a target is an input, or is there and is no ordinary file (a folder, a link, a
            device, a pipe).
    """
    if len({os.path.realpath(path) for path in targets}) < len(targets):
        raise OutputError("几项结果写到了同一个文件", remedy="请给每项结果不同的文件名")
    read = tuple(inputs)
    for path in targets:
        try:
            mode = os.lstat(path).st_mode
        except FileNotFoundError:
            mode = stat.S_IFREG
        except (OSError, ValueError) as error:
            raise _unwritable(path, error) from error
        if any(same_file(path, other) for other in read):
            raise OutputError("这是输入文件，不能覆盖", place=str(path), remedy="请把结果写到另一个文件")
        if stat.S_ISDIR(mode):
            raise OutputError("这是文件夹，不是文件", place=str(path), remedy="请写明文件夹中的文件名")
        if stat.S_ISLNK(mode):
            raise OutputError("这是链接，不是普通文件", place=str(path), remedy="请直接写明文件所在的位置")
        if not stat.S_ISREG(mode):
            raise OutputError("这是设备或管道，不是普通文件", place=str(path), remedy="请写到一个普通文件")


def check_ending(path: Path, *endings: str) -> None:
    """Refuse a target whose name does not end as its content demands.

    Raises:
        OutputError: the name has another ending.
    """
    if path.suffix.lower() not in endings:
        wanted = "或".join(endings)
        raise OutputError(
            f"文件名应当以 {wanted} 结尾", place=str(path), remedy=f"请把文件名改为 {path.stem or '结果'}{endings[0]}"
        )


def same_file(one: Path, other: Path) -> bool:
    """Whether two names lead to one existing file, links included."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _write_aside(path: Path, content: bytes, *, flushed: bool) -> Path:
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            if flushed:
                os.fsync(handle.fileno())
        Path(temporary).chmod(0o644)
        return Path(temporary)
    except (OSError, ValueError) as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise _unwritable(path, error) from error


_UNWRITABLE = {
    errno.ENOENT: ("没有这个文件夹", "请先建好文件夹，或改写到已有的文件夹"),
    errno.ENOTDIR: ("路径中有一段不是文件夹", "请检查路径"),
    errno.EISDIR: ("这是文件夹，不是文件", "请写明文件夹中的文件名"),
    errno.EACCES: ("没有写入权限", "请改写到有权限的文件夹"),
    errno.EPERM: ("没有写入权限", "请改写到有权限的文件夹"),
    errno.EROFS: ("这里只能读，不能写", "请改写到可以写入的文件夹"),
    errno.ENOSPC: ("磁盘已满", "请清理磁盘，或改写到别处"),
    errno.EDQUOT: ("可用空间已满", "请清理文件，或改写到别处"),
    errno.ENAMETOOLONG: ("文件名过长", "请改短文件名"),
    errno.ELOOP: ("链接绕成了圈", "请直接写明文件所在的位置"),
    errno.EBUSY: ("文件正被别的程序使用", "请关闭打开它的程序后再试"),
    errno.ETXTBSY: ("文件正被别的程序使用", "请关闭打开它的程序后再试"),
    errno.EIO: ("磁盘读写出错", "请改写到别的磁盘，并检查这块磁盘"),
}


def _unwritable(path: Path, error: Exception) -> OutputError:
    number = error.errno if isinstance(error, OSError) else None
    remedy = "请检查文件夹是否存在、是否有写权限、磁盘是否已满，文件是否正被别的程序打开"
    why, remedy = _UNWRITABLE.get(number or 0, ("系统不允许写到这里", remedy))
    return OutputError(f"无法写入（{why}）", place=str(path)[:200], remedy=remedy)
