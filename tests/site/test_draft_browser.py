"""The page for drafting in a real browser: plan, order, start, progress, cancelled and lost work, one part again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.review.engine import open_record
from assistant.review.schema import JobRow
from tests.review.desk_material import YEAR
from tests.site.filling_material import come
from tests.site.review_material import office as reviewed
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOST = "11111111-2222-3333-4444-555555555555"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, int]]:
    pytest.importorskip("gradio")
    site = Site(tmp_path_factory.mktemp("drafting") / "home")
    try:
        _draft, unit = reviewed(site)
        yield site, unit
    finally:
        site.let_go()
        site.stop()


def test_a_plan_is_arranged_survives_a_reload_and_becomes_a_draft(place: tuple[Site, int], page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    site, _unit = place
    come(page, site, "甲某", "/draft")
    page.get_by_role("link", name=f"示例县公安局 {YEAR} 年度的提纲").click()
    part = page.locator("#part-s1-active")
    second = part.locator("li").nth(1).locator("b").inner_text()
    start = page.get_by_label("起草", exact=True)
    expect(start.get_by_label("模型写作")).to_be_disabled()
    expect(start.get_by_text("没有配置模型服务")).to_be_visible()
    page.screenshot(path=screenshots / "draft-plan.png")
    part.get_by_role("button", name="下移：第 1 点").click()
    expect(part.locator("li").first.locator("b")).to_have_text(second)
    part.get_by_role("button", name="不写：第 3 点").click()
    expect(part.locator(".left-out li")).to_have_count(1)
    page.reload()
    expect(part.locator("li").first.locator("b")).to_have_text(second)
    expect(part.locator(".left-out li")).to_have_count(1)
    page.screenshot(path=screenshots / "draft-arranged.png")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="开始起草").click()
    page.wait_for_url("**/draft?unit=*&year=*&job=*")
    expect(page.locator("#job")).to_have_attribute("data-state", "done", timeout=20_000)
    page.screenshot(path=screenshots / "draft-done.png")
    page.reload()
    expect(page.locator("#job .parts li")).not_to_have_count(0)
    page.get_by_role("link", name="下一步：去审阅").click()
    page.wait_for_url("**/review?draft=*")


def test_one_part_is_drafted_again_without_what_is_decided(place: tuple[Site, int], page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    site, unit = place
    come(page, site, "甲某", f"/draft?unit={unit}&year={YEAR}")
    page.get_by_text("只重写其中一部分").click()
    page.screenshot(path=screenshots / "draft-again.png")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="重写 （一）主动公开").click()
    expect(page.locator("#job")).to_contain_text("已决定的段落没有动", timeout=20_000)
    expect(page.get_by_role("link", name="下一步：去审阅")).to_be_visible()


def test_lost_work_says_what_happened_and_starts_again(place: tuple[Site, int], page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    site, unit = place
    record = open_record(site.home)
    with record.write() as session:
        submission = (
            session.connection()
            .exec_driver_sql(f"SELECT max(id) FROM submissions WHERE unit_id = {unit} AND year = {YEAR}")
            .scalar_one()
        )
        session.add(
            JobRow(
                id=LOST, kind="draft", unit_id=unit, year=YEAR, state="lost", owner="", by=1, at=datetime.now(UTC), progress={},
                message="", request={"submission_id": submission, "writer": "offline", "brief": None},
            )
        )  # fmt: skip
    record.close()
    come(page, site, "甲某", f"/draft?unit={unit}&year={YEAR}")
    page.get_by_role("link", name="看原因、重新开始").click()
    expect(page.locator("#job")).to_contain_text("服务中断，没有写完。已有的数据和稿都没有改动")
    page.screenshot(path=screenshots / "draft-lost.png")
    page.get_by_role("button", name="重新开始").click()
    expect(page.locator("#job")).to_have_attribute("data-state", "done", timeout=20_000)


def test_without_data_the_page_says_what_to_do_and_guessed_work_is_not_there(place: tuple[Site, int], page: Page) -> None:
    from playwright.sync_api import expect

    site, unit = place
    come(page, site, "甲某", f"/draft?unit={unit}&year={YEAR - 3}")
    expect(page.get_by_role("link", name="去填数据")).to_be_visible()
    page.goto(f"{site.url}/draft?job=00000000-0000-0000-0000-000000000000")
    expect(page.locator("#notice")).to_contain_text("没有找到")
