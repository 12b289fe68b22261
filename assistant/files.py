"""Writing results: to a temporary file beside the target, then renamed, so that nothing half-written is left behind."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from assistant.errors import OutputError


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``.

    Raises:
        OutputError: the folder does not exist, is not writable, or the disk is full; an existing file is left as it was.
    """
    temporary: str | None = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise OutputError(
            f"无法写入（{error.strerror or error}）", place=str(path), remedy="请检查文件夹是否存在、是否有写权限、磁盘是否已满"
        ) from error
