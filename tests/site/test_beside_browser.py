"""A draft beside last year's report and beside another unit's, with text that is copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.review.drafted import add_draft
from assistant.review.engine import open_record
from assistant.review.saving import save
from tests.drafting.material import county_draft
from tests.review.desk_material import YEAR, county
from tests.site.conftest import enter
from tests.site.review_material import NAME, UNIT, _unit, with_draft
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

COPIER = "示例县税务局"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, int]]:
    """A site with a draft and a tax office whose draft has the same text; the tax office's draft."""
    pytest.importorskip("gradio")
    site = Site(tmp_path_factory.mktemp("copied") / "home")
    site.home.mkdir()
    with_draft(site.home)
    record = open_record(site.home)
    with record.write() as session:
        content = county("shuiwuju")
        row = _unit(session, content)
        submission = save(session, None, row, content, None, base=0, origin="upload")
        draft = add_draft(session, row.id, YEAR, submission.id, county_draft(UNIT, YEAR), None).id
    record.close()
    site.add_user("乙某", "reviewer", NAME, COPIER)
    site.add_user("丁某", "reviewer", COPIER)
    site.start()
    yield site, draft
    site.let_go()
    site.stop()


def opened(page: Page, copied: tuple[Site, int], name: str, view: str) -> None:
    site, draft = copied
    enter(page, site, name)
    page.goto(f"{site.url}/review?draft={draft}&view={view}")


def test_text_copied_from_another_unit_stands_beside_it(copied: tuple[Site, int], page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    opened(page, copied, "乙某", "similar")
    expect(page.get_by_text("比较了：")).to_contain_text(NAME)
    rows = page.get_by_role("table", name="相近的文字").locator("tbody tr")
    expect(rows.first).to_contain_text("100%")
    own, other, _ratio = rows.first.locator("td").all_inner_texts()
    assert own == other
    page.screenshot(path=screenshots / "review-similar.png", full_page=True)
    page.get_by_role("link", name="看这一段").first.click()
    expect(page.locator(".para.current")).to_be_visible()


def test_nobody_is_shown_text_of_a_unit_that_is_not_theirs(copied: tuple[Site, int], page: Page) -> None:
    from playwright.sync_api import expect

    opened(page, copied, "丁某", "similar")
    expect(page.get_by_text("没有可以比较的报告")).to_be_visible()
    expect(page.get_by_role("table", name="相近的文字")).to_have_count(0)
