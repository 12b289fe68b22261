"""Reviewing a draft in a real browser: evidence, a wrong figure and its finding, undo, keyboard, two people, what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.site.conftest import enter
from tests.site.review_material import office
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, int]]:
    """A site with one draft, of which each test uses paragraphs of its own."""
    pytest.importorskip("gradio")
    site = Site(tmp_path_factory.mktemp("reviewed") / "home")
    draft, _unit = office(site)
    yield site, draft
    site.let_go()
    site.stop()


def opened(page: Page, reviewed: tuple[Site, int], name: str = "乙某", more: str = "") -> None:
    site, draft = reviewed
    enter(page, site, name)
    page.goto(f"{site.url}/review?draft={draft}{more}")
    page.locator("#report").wait_for()


def holding(page: Page, words: str) -> Locator:
    """The paragraph with these words, by its id, so that it is the same one after its text has changed."""
    found = page.locator(".para", has_text=words)
    return page.locator(f"#{found.first.get_attribute('id')}")


def test_a_wrong_figure_is_found_at_its_place_and_restoring_clears_it(
    reviewed: tuple[Site, int], page: Page, screenshots: Path
) -> None:
    from playwright.sync_api import expect

    opened(page, reviewed)
    page.screenshot(path=screenshots / "review.png")
    place, panel = holding(page, "新收政府信息公开申请60件"), page.locator("#panel")
    place.locator(".sentence").first.click()
    expect(panel).to_contain_text("这一句的依据")
    expect(panel.locator("td.marked").first).to_be_visible()
    expect(panel).to_contain_text("（60－57）÷57")
    page.screenshot(path=screenshots / "review-evidence.png")
    place.get_by_role("button", name="修改").click()
    box = place.get_by_label("修改这一段")
    expect(box).to_be_focused()
    box.fill(box.input_value().replace("60件，比上年", "61件，比上年"))
    place.get_by_role("button", name="保存并核对").click()
    expect(place.locator(".finding.error").first).to_contain_text("61")
    expect(place.locator("mark.error").first).to_contain_text("61")
    expect(page.locator("#notice")).to_contain_text("新意见")
    expect(place).to_have_attribute("data-state", "accepted")
    page.screenshot(path=screenshots / "review-finding.png")
    place.get_by_role("button", name="历史").click()
    expect(panel.locator("ins").first).to_contain_text("61")
    expect(panel).to_contain_text("乙某")
    page.screenshot(path=screenshots / "review-history.png")
    panel.get_by_role("button", name="恢复这一版").click()
    expect(place.locator(".finding")).to_have_count(0)
    expect(place).to_have_attribute("data-state", "undecided")
    expect(panel).to_contain_text("取自第 1 版")
    page.reload()
    expect(panel).to_contain_text("取自第 1 版")


def test_the_keyboard_alone_is_enough(reviewed: tuple[Site, int], page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    opened(page, reviewed)
    keys = page.keyboard
    keys.press("/")
    expect(page.get_by_role("heading", name="快捷键")).to_be_visible()
    page.screenshot(path=screenshots / "review-keys.png")
    keys.press("Escape")
    keys.press("j")
    first = page.locator(".para").first
    expect(first).to_be_focused()
    keys.press("a")
    expect(first).to_have_attribute("data-state", "accepted")
    expect(first).to_be_focused()
    keys.press("u")
    expect(first).to_have_attribute("data-state", "undecided")
    keys.press("r")
    expect(page.get_by_label(re.compile("退回的理由"))).to_be_focused()
    keys.type("不需要这一段")
    keys.press("Control+Enter")
    expect(first).to_have_attribute("data-state", "rejected")
    expect(first).to_contain_text("不需要这一段")
    keys.press("u")
    expect(first).to_have_attribute("data-state", "undecided")
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    expect(first.locator(".sentence").nth(1)).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#panel .quoted")).to_contain_text("统计期限")
    keys.press("Escape")
    keys.press("e")
    expect(first.get_by_label("修改这一段")).to_be_focused()
    keys.press("End")
    keys.press("Escape")
    expect(first).to_be_focused()


def test_filters_show_what_is_left(reviewed: tuple[Site, int], page: Page) -> None:
    from playwright.sync_api import expect

    opened(page, reviewed)
    page.get_by_role("link", name=re.compile("^待补")).click()
    shown = page.locator(".para:visible")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("待补")
    assert "show=gaps" in page.url
    page.reload()
    expect(shown).to_have_count(1)
    shown.locator(".sentence").click()
    expect(page.locator("#panel")).to_contain_text("这里还缺")
    page.get_by_role("link", name=re.compile("^全部")).click()
    expect(page.locator("table.statutory:visible")).to_have_count(3)


def test_two_people_on_one_paragraph_both_keep_their_words(
    reviewed: tuple[Site, int], open_browser: Callable[..., Page], screenshots: Path
) -> None:
    from playwright.sync_api import expect

    one, other = open_browser(), open_browser()
    opened(one, reviewed, "甲某")
    opened(other, reviewed, "丙某")
    places = [holding(each, "能遮挡后提供的材料") for each in (one, other)]
    for place, words in zip(places, ("甲某补充的话。", "丙某写的另一句。"), strict=True):
        place.locator(".sentence").first.click()
        place.get_by_role("button", name="修改").click()
        box = place.get_by_label("修改这一段")
        box.fill(box.input_value() + words)
    places[0].get_by_role("button", name="保存并核对").click()
    expect(places[0]).to_contain_text("甲某补充的话。")
    places[1].get_by_role("button", name="保存并核对").click()
    expect(places[1].locator(".merge")).to_contain_text("甲某已先改了这一段")
    expect(places[1].locator(".merge ins").first).to_contain_text("甲")
    mine = places[1].get_by_label("您的文字")
    expect(mine).to_have_value(re.compile("丙某写的另一句。$"))
    other.screenshot(path=screenshots / "review-merge.png")
    mine.fill(mine.input_value().replace("丙某写的", "甲某补充的话。丙某写的"))
    places[1].get_by_role("button", name="保存合并好的文字").click()
    expect(places[1]).to_contain_text("甲某补充的话。丙某写的另一句。")
    places[1].get_by_role("button", name="历史").click()
    expect(other.locator("#panel .version")).to_have_count(3)


def test_what_was_being_typed_is_offered_after_a_reload(reviewed: tuple[Site, int], page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    opened(page, reviewed, "甲某")
    place = holding(page, "公众号和网站办事指南")
    place.locator(".sentence").first.click()
    place.get_by_role("button", name="修改").click()
    box = place.get_by_label("修改这一段")
    box.fill(box.input_value() + "还没有写完的话")
    expect(place.get_by_text("已暂存")).to_be_visible()
    page.reload()
    expect(place).to_contain_text("还没有保存的文字")
    page.screenshot(path=screenshots / "review-left-over.png")
    place.get_by_role("button", name="接着写").click()
    expect(box).to_have_value(re.compile("还没有写完的话$"))
    page.on("dialog", lambda dialog: dialog.accept())
    place.get_by_role("button", name="不改了").click()
    expect(place).not_to_contain_text("还没有写完的话")
    page.reload()
    expect(place).not_to_contain_text("还没有保存的文字")


def test_hostile_text_and_remarks_show_as_text(reviewed: tuple[Site, int], page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    opened(page, reviewed)
    hostile = "<img src=x onerror=document.title=1>[链接](javascript:1)</textarea><script>1</script>"
    place, panel = holding(page, "打了一遍电话"), page.locator("#panel")
    place.locator(".sentence").first.click()
    place.get_by_role("button", name="批注").click()
    panel.get_by_label("写批注").fill(hostile + "${7*7}{{7*7}}")
    panel.get_by_role("button", name="存批注").click()
    expect(panel.locator(".talk")).to_contain_text(hostile + "${7*7}{{7*7}}")
    place.get_by_role("button", name="修改").click()
    box = place.get_by_label("修改这一段")
    box.fill(box.input_value() + "另有99件。" + hostile)
    place.get_by_role("button", name="保存并核对").click()
    expect(place.locator(".body")).to_contain_text(hostile)
    assert page.locator("#review img, #review script").count() == 0
    assert page.title().startswith("审阅")
    panel.get_by_role("button", name="了结").click()
    expect(panel).to_contain_text("乙某 已了结")
    place.get_by_role("button", name=re.compile("理由与处理")).first.click()
    panel.get_by_label(re.compile("确实应当保留")).fill("试验用的文字")
    page.screenshot(path=screenshots / "review-ruling.png")
    panel.get_by_role("button", name="保留这条意见").click()
    expect(place.locator(".finding.ruled")).to_contain_text("试验用的文字")
    panel.get_by_role("button", name="撤回说明").click()
    expect(place.locator(".finding.ruled")).to_have_count(0)


def test_other_wordings_are_asked_for_and_answered(reviewed: tuple[Site, int], page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    opened(page, reviewed)
    place, panel = holding(page, "新收政府信息公开申请"), page.locator("#panel")
    place.locator(".sentence").first.click()
    place.get_by_role("button", name="换个写法").click()
    panel.get_by_role("button", name="更简洁").click()
    panel.get_by_role("button", name="给出别的写法").click()
    expect(panel.locator(".suggestion, .missing").first).to_be_visible()
    page.screenshot(path=screenshots / "review-wordings.png")


def test_last_year_and_likeness_are_shown(reviewed: tuple[Site, int], page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    opened(page, reviewed)
    page.get_by_role("link", name="与上年对照").click()
    expect(page.locator(".beside").first).to_contain_text("2024 年（上年）")
    page.screenshot(path=screenshots / "review-last-year.png")
    page.get_by_role("link", name="雷同检查").click()
    expect(page.locator("#review")).to_contain_text("比较了")


def test_a_draft_of_another_unit_is_not_there(reviewed: tuple[Site, int], page: Page) -> None:
    from playwright.sync_api import expect

    site, draft = reviewed
    if "外人" not in site._passwords:
        site.add_user("外人", "reviewer", "示例县水利局")
    enter(page, site, "外人")
    page.goto(f"{site.url}/review?draft={draft}")
    expect(page.locator("#notice")).to_contain_text("没有找到")
    expect(page.locator("#report")).to_have_count(0)
    page.goto(f"{site.url}/review?draft=999999")
    expect(page.locator("#notice")).to_contain_text("没有找到")
