"""资料库 in a real browser: adding, searching with several queries and filters, removing; only an admin changes it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.corpus.material import ROOT
from tests.site.conftest import enter
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

REPORTS = ROOT / "corpus" / "reports"


def test_a_report_is_added_found_and_removed(site: Site, page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    enter(page, site, "管理员", "/library?tab=change")
    page.get_by_label("资料的性质").select_option("sample")
    for year in (2024, 2025):
        page.locator("#library-file").set_input_files(REPORTS / f"gonganju-{year}.txt")
        expect(page.locator("#library-job")).to_contain_text(f"已加入《示例县公安局{year}年", timeout=30_000)
    page.screenshot(path=screenshots / "library-add.png")
    page.locator("#library-file").set_input_files(REPORTS / "library.json")
    expect(page.locator("#library-job .error")).to_contain_text("没有加入资料库", timeout=30_000)
    page.goto(f"{site.url}/library")
    page.get_by_label(re.compile("^查什么")).fill("依申请公开\n存在的问题")
    page.get_by_label("年度").fill("2025")
    page.get_by_role("button", name="检索").click()
    expect(page.locator(".hits")).to_have_count(2)
    expect(page.locator(".hits .from").first).to_contain_text("示例县公安局2025年")
    expect(page.locator(".hits").get_by_text("2024年政府信息公开工作年度报告")).to_have_count(0)
    expect(page.locator(".hits").first).to_contain_text("为什么：")
    page.screenshot(path=screenshots / "library-search.png")
    page.reload()
    expect(page.get_by_label(re.compile("^查什么"))).to_have_value("依申请公开\n存在的问题")
    page.goto(f"{site.url}/library?tab=sources")
    page.get_by_role("link", name=re.compile("示例县公安局2024年")).click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="移除").click()
    expect(page.locator("#library-job")).to_contain_text("已移除", timeout=30_000)
    expect(page.locator("#library")).to_contain_text("没有这份资料")


def test_who_may_not_change_the_library_sees_no_way_to(site: Site, page: Page) -> None:
    from playwright.sync_api import expect

    enter(page, site, "甲某", "/library")
    expect(page.get_by_role("heading", name="资料库", level=1)).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^加入资料"))).to_have_count(0)
