"""The data page in a real browser: files, tables, texts, two people at once, reloads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.review.desk_material import YEAR
from tests.site.filling_material import FIRST, POLICE, SECOND, TAX, TOWN, UNIT, WATCH, address, come, filling_site, workbook
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PASTE = """(text) => { const data = new DataTransfer(); data.setData('text/plain', text);
 document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })); }"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    pytest.importorskip("gradio")
    with filling_site(tmp_path_factory.mktemp("filling") / "home") as site:
        yield site


def cell(page: Page, key: str) -> Locator:
    return page.locator(f"#cell-{key.replace('.', '-')}-in")


def test_what_is_typed_is_checked_kept_over_a_reload_and_saved(office: Site, page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    come(page, office, FIRST, "/data")
    expect(page.get_by_role("link", name=f"{TOWN} {YEAR} 年度")).to_have_text("缺数据")
    page.screenshot(path=screenshots / "data-choose.png")
    page.get_by_role("link", name=f"{TOWN} {YEAR} 年度").click()
    expect(page.locator("#filling-bar")).to_contain_text("没有未保存的改动")
    page.screenshot(path=screenshots / "data-blank.png")
    cell(page, "t2.rules.issued").fill("5")
    cell(page, "t2.norm.issued").fill("很多")
    expect(page.locator("#filling-bar")).to_contain_text("有 2 格还没有保存")
    expect(page.locator("#cell-t2-norm-issued")).to_have_class(re.compile("unparsed"))
    expect(page.locator("#cell-t2-rules-issued .why")).to_contain_text("没有规章制定权")
    page.screenshot(path=screenshots / "data-typed.png")
    finding = page.locator("#filling-findings li", has_text="没有规章制定权")
    finding.get_by_role("link").first.click()
    expect(cell(page, "t2.rules.issued")).to_be_focused()
    page.reload()
    expect(cell(page, "t2.rules.issued")).to_have_value("5")
    expect(page.locator("#filling-saved")).to_contain_text("还没有保存过")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#filling-saved")).to_contain_text("已保存第 1 版 · 甲某")
    expect(cell(page, "t2.rules.valid")).to_have_value("")
    cell(page, "t2.rules.issued").fill("6")
    expect(page.locator("#filling-bar")).to_contain_text("有 1 格")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="回到已保存的").click()
    expect(cell(page, "t2.rules.issued")).to_have_value("5")
    expect(page.locator("#filling-bar")).to_contain_text("没有未保存的改动")


def test_a_pasted_block_fills_the_cells_it_covers_and_is_taken_back_in_one_step(office: Site, page: Page) -> None:
    from playwright.sync_api import expect

    come(page, office, FIRST, address(WATCH))
    cell(page, "t2.rules.issued").click()
    page.evaluate(PASTE, "1\t2\t3\n4\t\t6\n")
    expect(page.locator("#filling-bar")).to_contain_text("有 5 格还没有保存")
    expect(cell(page, "t2.norm.valid")).to_have_value("6")
    expect(cell(page, "t2.norm.repealed")).to_have_value("")
    page.get_by_role("button", name="撤销一步").click()
    expect(page.locator("#filling-bar")).to_contain_text("没有未保存的改动")
    expect(cell(page, "t2.norm.valid")).to_have_value("")


def test_two_people_on_one_table_lose_nothing(office: Site, open_browser: Callable[..., Page], screenshots: Path) -> None:
    from playwright.sync_api import expect

    one, other = open_browser(expected="409"), open_browser(expected="409")
    come(one, office, FIRST, address(TAX))
    come(other, office, SECOND, address(TAX))
    for page in (one, other):
        expect(cell(page, "t2.norm.issued")).to_be_visible()
    cell(one, "t2.norm.issued").fill("7")
    cell(one, "t2.norm.valid").fill("70")
    cell(other, "t2.norm.issued").fill("8")
    cell(other, "t2.norm.repealed").fill("1")
    expect(other.locator("#filling-bar")).to_contain_text("有 2 格")
    one.get_by_role("button", name="保存", exact=True).click()
    expect(one.locator("#filling-saved")).to_contain_text("第 1 版 · 甲某")
    other.get_by_role("button", name="保存", exact=True).click()
    expect(other.locator("#notice")).to_contain_text("有 1 格别人也改了")
    cell(other, "t2.norm.repealed").fill("2")
    expect(other.locator("#filling-theirs")).to_contain_text("您填的是 8，甲某 后来保存的是 7")
    expect(cell(other, "t2.norm.valid")).to_have_value("70")
    other.screenshot(path=screenshots / "data-conflict.png")
    other.get_by_role("button", name="用已保存的").click()
    expect(cell(other, "t2.norm.issued")).to_have_value("7")
    other.get_by_role("button", name="保存", exact=True).click()
    expect(other.locator("#filling-saved")).to_contain_text("第 2 版 · 乙某")
    one.reload()
    expect(cell(one, "t2.norm.repealed")).to_have_value("2")
    expect(cell(one, "t2.norm.issued")).to_have_value("7")


def test_a_server_that_is_gone_for_a_while_costs_nothing_typed(office: Site, open_browser: Callable[..., Page]) -> None:
    from playwright.sync_api import expect

    page = open_browser(expected="Failed to")
    come(page, office, SECOND, address(WATCH))
    expect(cell(page, "t2.norm.issued")).to_be_visible()
    page.context.set_offline(True)
    cell(page, "t2.norm.issued").fill("12")
    expect(page.locator("#lost")).to_contain_text("连接断开")
    page.context.set_offline(False)
    expect(page.locator("#filling-bar")).to_contain_text("有 1 格还没有保存", timeout=10_000)
    page.reload()
    expect(cell(page, "t2.norm.issued")).to_have_value("12")


def test_workbooks_there_and_back_with_last_year_beside(office: Site, page: Page, tmp_path: Path, screenshots: Path) -> None:
    from playwright.sync_api import expect

    come(page, office, FIRST, address(POLICE))
    with page.expect_download() as download:
        page.get_by_role("link", name="下载空白工作簿").click()
    assert download.value.suggested_filename == f"{POLICE}{YEAR}年度填报工作簿.xlsx"
    this = page.get_by_label("上传本年填报工作簿")
    wrong = workbook(tmp_path / "税务.xlsx", unit="shuiwuju")
    this.set_input_files(wrong)
    told = page.locator("#notice")
    expect(told).not_to_be_empty()
    expect(page.locator("#filling-saved")).not_to_contain_text("第 1 版")
    page.get_by_label(f"上传 {YEAR - 1} 年").set_input_files(workbook(tmp_path / "上年.xlsx", year=YEAR - 1))
    expect(told).to_contain_text("已读入上年数据")
    page.get_by_text("下载、上传文件").click()
    this.set_input_files(workbook(tmp_path / "本年.xlsx"))
    expect(told).to_contain_text("已读入“本年.xlsx”，保存为第 2 版")
    expect(page.locator("#cell-t3-new-total .last")).to_be_visible()
    page.screenshot(path=screenshots / "data-filled.png")
    page.screenshot(path=screenshots / "data-filled-whole.png", full_page=True)
    page.get_by_role("link", name="版本", exact=True).click()
    row = page.get_by_role("row", name="本年.xlsx")
    expect(row).to_contain_text("甲某")
    page.screenshot(path=screenshots / "data-versions.png")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("row", name="第 1 版").get_by_role("button", name="用这一版").click()
    expect(page.locator("#versions-box")).to_contain_text("第 3 版")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("row", name="第 2 版").get_by_role("button", name="用这一版").click()
    expect(page.locator("#versions-box")).to_contain_text("第 4 版")


def test_texts_are_added_changed_and_removed_with_their_figures(office: Site, page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    come(page, office, FIRST, address(TOWN, "&tab=texts"))
    section = page.get_by_label("素材：主动公开")
    section.get_by_text("添加一条").click()
    text = section.get_by_label("做了什么")
    text.fill("全年发布信息1250条，制作解读二十一篇")
    expect(section.locator(".figures")).to_contain_text("1250、二十一")
    page.reload()
    expect(text).to_have_value("全年发布信息1250条，制作解读二十一篇")
    section.get_by_label("出处").fill("办公室台账")
    section.get_by_role("button", name="保存这一条").click()
    expect(section.locator(".entry mark")).to_have_count(2)
    expect(section.locator("textarea")).to_have_value("")
    page.screenshot(path=screenshots / "data-texts.png", full_page=True)
    section.get_by_role("button", name="修改").click()
    text = section.locator(".entry textarea")
    text.fill("全年发布信息1300条")
    section.get_by_role("button", name="保存", exact=True).click()
    expect(section.locator(".entry mark")).to_have_text("1300")
    page.once("dialog", lambda dialog: dialog.accept())
    section.get_by_role("button", name="删去").click()
    expect(section.locator(".entry")).to_have_count(0)
    problems = page.get_by_label("存在的主要问题", exact=True)
    problems.get_by_text("添加一条").click()
    problems.get_by_label("问题", exact=True).fill("<b>栏目</b>更新慢")
    problems.get_by_role("button", name="保存这一条").click()
    measures = page.get_by_label("改进措施", exact=True)
    measures.get_by_text("添加一条").click()
    measures.get_by_label("措施", exact=True).fill("每月核查栏目")
    measures.get_by_label("p1 <b>栏目</b>更新慢").check()
    measures.get_by_role("button", name="保存这一条").click()
    expect(measures.locator(".entry")).to_contain_text("回应：<b>栏目</b>更新慢")


def test_a_late_answer_wipes_nothing_that_was_begun_meanwhile(office: Site, page: Page) -> None:
    from playwright.sync_api import Route, expect

    waiting: list[Route] = []
    come(page, office, FIRST, address(TAX, "&tab=texts"))
    page.route("**/act/data/add-entry*", lambda route: waiting.append(route))
    problems, measures = (page.get_by_label(name, exact=True) for name in ("存在的主要问题", "改进措施"))
    problems.get_by_text("添加一条").click()
    problems.get_by_label("问题", exact=True).fill("解读形式单一")
    with page.expect_request("**/act/data/add-entry*"):
        problems.get_by_role("button", name="保存这一条").click()
    problems.get_by_label("问题", exact=True).fill("栏目更新慢")
    measures.get_by_text("添加一条").click()
    measures.get_by_label("措施", exact=True).press_sequentially("制作图")
    while not waiting:
        page.wait_for_timeout(20)
    waiting.pop().continue_()
    expect(problems.locator(".entry")).to_contain_text("解读形式单一")
    expect(problems.get_by_label("问题", exact=True)).to_have_value("栏目更新慢")
    measures.get_by_label("p1 解读形式单一").check()
    measures.get_by_label("措施", exact=True).press_sequentially("解")
    expect(measures.get_by_label("措施", exact=True)).to_have_value("制作图解")
    expect(measures.get_by_label("p1 解读形式单一")).to_be_checked()
    page.unroute("**/act/data/add-entry*")
    measures.get_by_role("button", name="保存这一条").click()
    expect(measures.locator(".entry")).to_contain_text("回应：解读形式单一")
    expect(measures.get_by_label("措施", exact=True)).to_have_value("")
    expect(measures.locator("details")).not_to_have_attribute("open", "")


def test_problems_of_last_year_are_offered_until_they_are_answered(office: Site, page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    come(page, office, FIRST, address(POLICE, "&tab=texts"))
    box = page.locator("#follow-box")
    expect(box).to_be_visible()
    offered = box.locator(".offers li")
    expect(offered).to_have_count(0)
    page.once("dialog", lambda dialog: dialog.accept())
    box.get_by_role("button", name="删去").first.click()
    expect(offered).to_have_count(1)
    page.screenshot(path=screenshots / "data-follow.png")
    offered.get_by_label("进展").select_option("partial")
    offered.get_by_label("怎么改的").fill("已改了一半")
    offered.get_by_role("button", name="记下").click()
    expect(offered).to_have_count(0)
    expect(box.locator(".entry", has_text="已改了一半")).to_contain_text("部分解决")


def test_the_fee_and_the_unit_are_said_or_left_open(office: Site, page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    come(page, office, FIRST, address(TOWN, "&tab=unit"))
    expect(page.get_by_label("还没有说明")).to_be_checked()
    page.get_by_label("本年没有收取信息处理费").check()
    page.get_by_label("信息处理费", exact=True).get_by_role("button", name="保存").click()
    expect(page.locator("#notice")).to_contain_text("已保存信息处理费")
    page.get_by_label("电话").fill("0000-1234567")
    page.get_by_role("button", name="保存单位信息").click()
    expect(page.locator("#notice")).to_contain_text("已保存单位信息")
    page.reload()
    expect(page.get_by_label("本年没有收取信息处理费")).to_be_checked()
    expect(page.get_by_label("电话")).to_have_value("0000-1234567")
    page.screenshot(path=screenshots / "data-unit.png")


def test_another_units_data_and_workbook_are_not_there(office: Site) -> None:
    client = office.visitor(FIRST)
    assert client.get(f"/template/{UNIT[POLICE]}-{YEAR}.xlsx").status_code == 200
    assert client.get(f"/template/99-{YEAR}.xlsx").status_code == 404
    assert client.get(f"/template/{UNIT[POLICE]}-{YEAR}.xlsm").status_code == 404
    assert office.visitor().get(f"/template/{UNIT[POLICE]}-{YEAR}.xlsx").status_code == 401
