"""Writing results: to a temporary file beside the target, then renamed, so that nothing half-written is left behind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import OutputError


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``.

    Raises:
        OutputError: the folder does not exist, is not writable, or the disk is full; an existing file is left as it was.
    """
    write_all([(path, content)])


def write_all(contents: Sequence[tuple[Path, bytes]]) -> None:
    """Write several files that belong together: all are written aside first, so a full disk leaves none of them changed.

    Raises:
        OutputError: as for one file, or two results have the same path.
    """
    if len({path.absolute() for path, _content in contents}) < len(contents):
        raise OutputError("几项结果写到了同一个文件", remedy="请给每项结果不同的文件名")
    aside: dict[Path, Path] = {}
    try:
        for path, content in contents:
            aside[path] = _write_aside(path, content)
        for path, temporary in aside.items():
            try:
                temporary.replace(path)
            except OSError as error:
                raise _unwritable(path, error) from error
    finally:
        for temporary in aside.values():
            temporary.unlink(missing_ok=True)


def _write_aside(path: Path, content: bytes) -> Path:
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        Path(temporary).chmod(0o644)
        return Path(temporary)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> OutputError:
    remedy = "请检查文件夹是否存在、是否有写权限、磁盘是否已满，文件是否正被别的程序打开"
    return OutputError(f"无法写入（{error.strerror or error}）", place=str(path), remedy=remedy)
