"""Files of the record: written once under a generated name for their owner's eyes only, on disk before anybody is told."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.review.faults import told


def keep_file(folder: Path, name: str, content: bytes) -> None:
    """Write a new file; nothing is left of it if that fails.

    Raises:
        RecordError: the disk is full, read-only or broken.
    """
    with told(str(folder)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            (folder / name).unlink(missing_ok=True)
            raise
