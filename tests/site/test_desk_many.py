"""工作台 of an office with many units: all of them at once, by state, nothing cut off."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.review.engine import open_record
from assistant.review.saving import save
from assistant.review.schema import UnitRow
from tests.review.desk_material import YEAR, county
from tests.site.conftest import enter
from tests.site.review_material import with_draft
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

UNITS, DRAFTED, FILLED = 40, ("gonganju", "weijianju"), ("shichangju", "shuiwuju", "liuxizhen")


def many_units(home: Path) -> None:
    """Units as they are in November: some drafted, some with data, most without anything."""
    for key in DRAFTED:
        with_draft(home, unit=key, last_year=False)
    record = open_record(home)
    try:
        with record.write() as session:
            for number in range(UNITS - len(DRAFTED)):
                content = county(FILLED[number], YEAR) if number < len(FILLED) else None
                name = content.unit.name if content else f"示例县第{number}中心（机关事务和公共资源管理服务）"
                kind = content.unit.kind if content else "dept"
                row = UnitRow(name=name, kind=kind, region="示例县", created=datetime.now(UTC))
                session.add(row)
                session.flush()
                if content:
                    save(session, None, row, content, None, base=0, origin="upload")
    finally:
        record.close()


def test_forty_units_stand_on_the_desk_and_are_filtered_by_state(own_site: Site, page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    own_site.home.mkdir(exist_ok=True)
    many_units(own_site.home)
    own_site.add_user("管理员", "admin")
    own_site.start()
    enter(page, own_site, "管理员")
    expect(page.locator("#desk tbody tr")).to_have_count(UNITS)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("[...document.querySelectorAll('#desk .scroll')].every((each) => each.scrollWidth <= each.clientWidth)")
    page.screenshot(path=screenshots / "desk-many.png")
    page.get_by_role("link", name=re.compile("^草稿")).click()
    expect(page.locator("#desk tbody tr")).to_have_count(len(DRAFTED))
    page.get_by_role("link", name=re.compile("^审阅：")).first.click()
    page.wait_for_url("**/review?draft=*")
