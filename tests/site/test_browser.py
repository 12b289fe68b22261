"""The shell in a real browser: login, first password, navigation, reload; nothing leaves the machine, the console is silent."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.site.conftest import EDUCATION, HOSTILE, enter
from tests.site.serving import PASSWORD, Site

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_from_the_first_password_to_the_admins_page(site: Site, page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    first = site.add_user("新管理", "admin")
    page.goto(f"{site.url}/manage?tab=units")
    page.screenshot(path=screenshots / "login.png")
    page.get_by_label("用户名").fill("新管理")
    page.get_by_label("密码").fill(first)
    page.get_by_role("button", name="登录").click()
    page.screenshot(path=screenshots / "first-password.png")
    page.get_by_label("初始密码").fill(first)
    page.get_by_label(re.compile("^新密码")).fill(PASSWORD)
    page.get_by_label("再输一遍新密码").fill(PASSWORD)
    page.get_by_role("button", name="保存新密码").click()
    expect(page.get_by_role("heading", name="工作台", level=1)).to_be_visible()
    page.screenshot(path=screenshots / "desk-admin.png")
    page.get_by_role("link", name="管理", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("^用户"))).to_be_visible()
    assert page.title().startswith("管理")
    page.reload()
    expect(page.get_by_role("heading", name=re.compile("^用户"))).to_be_visible()
    page.get_by_text("新管理").first.click()
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.goto(f"{site.url}/manage")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_an_admin_makes_changes_and_disables_a_user(site: Site, page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    enter(page, site, "管理员", "/manage?tab=users")
    page.get_by_label("用户名").fill("丁某")
    page.locator(".box", has_text="新增用户").get_by_label(EDUCATION).check()
    page.get_by_role("button", name="新增", exact=True).click()
    password = page.locator(".password").inner_text()
    assert re.fullmatch(r"\w{4}(-\w{4}){3}", password)
    expect(page.locator("#notice")).to_contain_text("已新增用户“丁某”")
    page.screenshot(path=screenshots / "manage-users.png", full_page=True)
    client = site.visitor()
    assert client.post("/login", data={"name": "丁某", "password": password}).headers["location"] == "/password"
    page.on("dialog", lambda dialog: dialog.accept())
    row = page.get_by_role("row", name=re.compile("丁某"))
    row.get_by_role("button", name="停用").click()
    expect(row).to_contain_text("已停用")
    assert client.get("/password").status_code == 303
    page.get_by_label("用户名").fill("丁某")
    page.get_by_role("button", name="新增", exact=True).click()
    expect(page.locator("#notice")).to_contain_text("已有用户")
    expect(page.get_by_label("用户名")).to_have_value("丁某")
    page.reload()
    expect(page.locator(".password")).to_have_count(0)


def test_every_tab_of_the_admins_page_opens(site: Site, page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    enter(page, site, "管理员", "/manage?tab=audit")
    expect(page.get_by_text("没有改动或缺失")).to_be_visible()
    page.screenshot(path=screenshots / "manage-audit.png", full_page=True)
    page.get_by_role("link", name="运行状况").click()
    expect(page.get_by_text("起草助手")).not_to_have_count(0)
    page.screenshot(path=screenshots / "manage-status.png", full_page=True)
    page.get_by_role("link", name="模型用量").click()
    expect(page.get_by_role("heading", name="还没有用过模型")).to_be_visible()
    page.goto(f"{site.url}/manage?tab=<b>x</b>")
    expect(page.locator("#notice")).to_contain_text("没有这项内容")


def test_hostile_text_shows_as_text(site: Site, page: Page) -> None:
    from playwright.sync_api import expect

    done = site.run("unit", "add", HOSTILE, "--kind", "dept")
    assert done.returncode == 0, done.stderr
    enter(page, site, "管理员", "/manage?tab=units")
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert page.title().startswith("管理")
    assert page.locator("#manage img").count() == 0


def test_a_session_that_ends_meanwhile_is_told_and_nothing_typed_is_lost(site: Site, open_browser: Callable[..., Page]) -> None:
    from playwright.sync_api import expect

    page = open_browser(expected="401")
    enter(page, site, "管理员", "/manage")
    page.get_by_label("用户名").fill("没有存的人")
    page.context.clear_cookies()
    page.get_by_role("button", name="新增", exact=True).click()
    expect(page.locator("#lost")).to_contain_text("登录已过期")
    expect(page.get_by_label("用户名")).to_have_value("没有存的人")


def test_the_browser_keeps_nothing_of_the_work(site: Site, page: Page) -> None:
    enter(page, site, "管理员", "/manage")
    page.locator("#manage h1").wait_for()
    assert page.evaluate("JSON.stringify([localStorage, sessionStorage])") == "[{},{}]"


def test_two_people_see_their_own_pages(site: Site, open_browser: Callable[..., Page]) -> None:
    from playwright.sync_api import expect

    one, other = open_browser(), open_browser()
    enter(one, site, "管理员", "/manage")
    enter(other, site, "甲某")
    expect(one.get_by_role("link", name="管理", exact=True)).to_be_visible()
    expect(other.get_by_role("heading", name="工作台", level=1)).to_be_visible()
    expect(other.get_by_role("link", name="管理", exact=True)).to_have_count(0)


def test_the_keyboard_reaches_everything_and_skips_the_navigation(site: Site, page: Page) -> None:
    from playwright.sync_api import expect

    enter(page, site, "管理员", "/manage")
    page.locator("#manage h1").wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="工作台")).to_be_focused()
