"""From the last paragraph to the exported Word file: what hinders, signing with a reason, files, withdrawal, outdated marks."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.site.conftest import enter
from tests.site.review_material import office
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_from_accepting_to_the_word_file_and_back(own_site: Site, open_browser: Callable[..., Page], screenshots: Path) -> None:
    import docx
    from playwright.sync_api import expect

    draft, _unit = office(own_site, last_year=False)
    page, drafter = open_browser(), open_browser()
    for each, name in ((page, "乙某"), (drafter, "甲某")):
        enter(each, own_site, name)
        each.on("dialog", lambda dialog: dialog.accept())
        each.goto(f"{own_site.url}/final?draft={draft}")
        expect(each.locator("#final")).to_contain_text("定稿前还要处理")
    expect(drafter.locator("#final")).to_contain_text("由审核人定稿")
    expect(drafter.get_by_role("button", name="定稿", exact=True)).to_have_count(0)
    page.screenshot(path=screenshots / "final-hindered.png")
    expect(page.get_by_role("button", name="导出正式稿（Word）")).to_be_disabled()

    page.locator("li", has_text="待补").get_by_role("link", name="去处理").first.click()
    expect(page.locator(".para.current")).to_contain_text("待补")
    page.get_by_role("button", name="全部采用").click()
    expect(page.locator("#notice")).to_contain_text("留下 1 段")
    page.locator(".para.current").get_by_role("button", name="采用", exact=True).click()
    page.get_by_role("link", name="下一步：定稿").click()
    expect(page.locator("#final")).to_contain_text("定稿前还要处理 1 处")

    page.get_by_label(re.compile("写明理由")).fill("解读材料由宣传科另行公布")
    page.get_by_role("button", name="定稿", exact=True).click()
    expect(page.locator("#final")).to_contain_text("乙某 于")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出正式稿（Word）").click()
    document = docx.Document(io.BytesIO(download.value.path().read_bytes()))
    assert any("新收政府信息公开申请60件" in each.text for each in document.paragraphs)
    assert f"draft-{draft}-" in (document.core_properties.keywords)
    expect(page.locator("#final")).to_contain_text("与现在的正文一致")
    page.screenshot(path=screenshots / "final-signed.png")

    drafter.goto(f"{own_site.url}/review?draft={draft}")
    expect(drafter.locator("#review")).to_contain_text("已经定稿，只能查看")
    expect(drafter.get_by_role("button", name="修改")).to_have_count(0)
    drafter.locator(".sentence").first.click()
    expect(drafter.locator("#panel")).to_contain_text("这一句的依据")
    drafter.screenshot(path=screenshots / "review-closed.png")

    page.get_by_text("撤回定稿", exact=True).first.click()
    page.get_by_label(re.compile("撤回的理由")).fill("还要改一处")
    page.locator("#withdraw-now").click()
    expect(page.locator("#notice")).to_contain_text("已撤回定稿")
    page.goto(f"{own_site.url}/review?draft={draft}")
    page.locator(".sentence.gap").click()
    page.locator(".para.current").get_by_role("button", name="修改").click()
    page.get_by_label("修改这一段").fill("解读材料由宣传科另行公布。")
    page.get_by_role("button", name="保存并核对").click()
    expect(page.locator(".sentence.gap")).to_have_count(0)
    page.get_by_role("link", name="下一步：定稿").click()
    expect(page.locator("#final")).to_contain_text("已过时")
    expect(page.locator("#final")).to_contain_text("还要改一处")
    page.screenshot(path=screenshots / "final-outdated.png")
