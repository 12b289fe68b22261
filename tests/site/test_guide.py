"""The staff guide names every page of the site, and its pictures are there."""

from __future__ import annotations

import re

import pytest

from tests.site.guide import IMAGES, LARGEST, PICTURES, ROOT

GUIDE = ROOT / "docs" / "guide.zh-CN.md"


def test_every_picture_of_the_guide_is_there_and_small_and_used() -> None:
    named = re.findall(r"!\[[^\]]+\]\(images/([\w-]+)\.png\)", GUIDE.read_text(encoding="utf-8"))
    assert sorted(named) == sorted(PICTURES)
    assert sorted(each.stem for each in IMAGES.glob("*.png")) == sorted(PICTURES)
    for name in named:
        data = (IMAGES / f"{name}.png").read_bytes()
        assert data.startswith(b"\x89PNG") and len(data) <= LARGEST


def test_every_page_of_the_site_has_its_section() -> None:
    pytest.importorskip("gradio")
    from assistant.site.pages import all_pages

    headings = "\n".join(re.findall(r"^## .+$", GUIDE.read_text(encoding="utf-8"), re.M))
    for page in all_pages():
        assert page.title in headings
