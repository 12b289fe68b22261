"""Renews the pictures of the staff guide from a run of the browser tests: ``python -m tests.site.guide``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
LARGEST = 150_000  # bytes of a picture
WALKS = ("test_whole_way.py", "test_desk_many.py", "test_library_page.py", "test_batch_page.py")
PICTURES = {
    "login": "walk-login",
    "desk": "desk-many",
    "data": "walk-data",
    "notes": "walk-notes",
    "draft": "walk-brief",
    "evidence": "walk-evidence",
    "finding": "walk-finding",
    "history": "walk-history",
    "merge": "walk-conflict",
    "final": "walk-final",
    "check": "walk-check",
    "library": "library-search",
    "batch": "batch-files",
    "batch-done": "batch-done",
    "manage": "walk-first-manage",
}


def shrink(source: Path, target: Path) -> int:
    """Write a screenshot with as many colours as the largest size allows; its size in bytes.

    Raises:
        ValueError: it does not fit with sixteen colours either.
    """
    from PIL import Image

    with Image.open(source) as opened:
        picture = opened.convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        picture.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size <= LARGEST:
            return target.stat().st_size
    raise ValueError(f"{source} does not fit into {LARGEST} bytes")


def main() -> None:
    """Walk through the site and put the pictures into the guide's folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", *(str(ROOT / "tests" / "site" / name) for name in WALKS)]
        subprocess.run(command, env={**os.environ, "ASSISTANT_SCREENSHOTS": folder}, cwd=ROOT, check=True)
        IMAGES.mkdir(exist_ok=True)
        for name, taken in PICTURES.items():
            size = shrink(Path(folder) / f"{taken}.png", IMAGES / f"{name}.png")
            print(f"{name}.png {size // 1024} kB")


if __name__ == "__main__":
    main()
