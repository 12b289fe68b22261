"""A session ends while somebody writes: signing in again in another tab is enough, and nobody acts under another's name."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from assistant.form import FormRegistry
from assistant.review.engine import FILE
from assistant.submission.workbook_writer import blank_workbook
from tests.review.desk_material import YEAR, county
from tests.site.conftest import enter
from tests.site.review_material import UNIT, office
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page


pytestmark = pytest.mark.usefixtures("patient")
EVENT = """async () => { const options = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
 const answer = await window.fetch('/gradio_api/run/predict', options); return [answer.status, await answer.text()]; }"""


class Place(NamedTuple):
    """A running site with one draft to review."""

    site: Site
    draft: int
    unit: int


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    pytest.importorskip("gradio")
    site = Site(tmp_path_factory.mktemp("sessions") / "home")
    try:
        yield Place(site, *office(site))
    finally:
        site.let_go()
        site.stop()


def expire_all(site: Site) -> None:
    """Every session has not been used for a day."""
    with closing(sqlite3.connect(site.home / FILE, timeout=10)) as connection:
        connection.execute("UPDATE sessions SET seen = '2025-01-01 00:00:00.000000'")
        connection.commit()
    site._tokens.clear()


def sign_in_elsewhere(page: Page, site: Site, name: str) -> None:
    """In another tab of the same browser; whoever was signed in is not any more."""
    site.visitor(name).close()  # the first password is changed by then
    tab = page.context.new_page()
    tab.goto(f"{site.url}/")
    if "/login" not in tab.url:
        tab.locator("details.user summary").click()
        tab.get_by_role("button", name="退出登录").click()
    tab.get_by_label("用户名").fill(name)
    tab.get_by_label("密码").fill(site.password(name))
    tab.get_by_role("button", name="登录").click()
    tab.get_by_role("heading", name="工作台", level=1).wait_for()
    tab.close()


def versions(site: Site, paragraph: int) -> list[tuple[int, int | None]]:
    """The versions of a paragraph with who wrote them."""
    with closing(sqlite3.connect(site.home / FILE)) as connection:
        query = "SELECT number, by FROM paragraph_versions WHERE paragraph_id = ? ORDER BY number"
        return connection.execute(query, (paragraph,)).fetchall()


def test_after_signing_in_in_another_tab_the_page_saves_what_was_typed(
    place: Place, open_browser: Callable[..., Page], tmp_path: Path, registry: FormRegistry, screenshots: Path
) -> None:
    from playwright.sync_api import expect

    site, page = place.site, open_browser("Failed to load resource")
    enter(page, site, "甲某", f"/review?draft={place.draft}")
    text = page.locator(f"#{page.locator('#report .para').nth(2).get_attribute('id')}")
    table = page.context.new_page()
    table.goto(f"{site.url}/data?unit={place.unit}&year={YEAR}")
    cell = table.locator("#cell-t2-norm-valid-in")
    cell.wait_for()
    text.focus()
    text.press("e")
    box = text.get_by_label("修改这一段")
    typed = f"{box.input_value()}登录过期时写的一句。"
    expire_all(site)
    box.fill(typed)
    text.get_by_role("button", name="保存并核对").click()
    expect(page.locator("#lost")).to_contain_text("登录已过期")
    expect(box).to_have_value(typed)
    page.screenshot(path=screenshots / "fault-session.png")
    cell.fill("74")
    expect(table.locator("#lost")).to_contain_text("登录已过期")
    expect(cell).to_have_class(re.compile("unsaved"))
    sign_in_elsewhere(page, site, "甲某")
    text.get_by_role("button", name="保存并核对").click()
    expect(text).to_have_attribute("data-state", "accepted")
    expect(text).to_contain_text("登录过期时写的一句。")
    expect(page.locator("#lost")).to_be_hidden()
    expect(cell).not_to_have_class(re.compile("unsaved|busy"))
    expect(table.locator("#filling-bar")).to_contain_text("有 1 格还没有保存")
    expire_all(site)
    sign_in_elsewhere(page, site, "甲某")
    path = tmp_path / "填报.xlsx"
    path.write_bytes(blank_workbook(YEAR, "dept", registry, filled=county(UNIT, YEAR)))
    table.locator("input[type=file][data-action=came]").set_input_files(path)
    expect(table.locator("#notice")).to_contain_text("已读入")
    table.locator("details.user summary").click()
    table.get_by_role("button", name="退出登录").click()
    expect(table.get_by_role("heading", name="登录")).to_be_visible()


def test_a_page_of_one_person_does_nothing_as_another(place: Place, open_browser: Callable[..., Page], screenshots: Path) -> None:
    from playwright.sync_api import expect

    site, page = place.site, open_browser("Failed to load resource")
    enter(page, site, "甲某", f"/review?draft={place.draft}")
    text = page.locator(f"#{page.locator('#report .para').nth(3).get_attribute('id')}")
    number = int((text.get_attribute("id") or "").removeprefix("para-"))
    table = page.context.new_page()
    table.goto(f"{site.url}/data?unit={place.unit}&year={YEAR}")
    chosen = table.locator("input[type=file][data-action=came]")
    chosen.wait_for(state="attached")
    text.focus()
    text.press("e")
    box = text.get_by_label("修改这一段")
    typed = f"{box.input_value()}甲某写的一句。"
    sign_in_elsewhere(page, site, "乙某")
    before = versions(site, number)
    box.fill(typed)
    text.get_by_role("button", name="保存并核对").click()
    expect(page.locator("#notice")).to_contain_text("现在登录的是乙某")
    expect(box).to_have_value(typed)
    page.screenshot(path=screenshots / "fault-other-person.png")
    chosen.set_input_files({"name": "a.json", "mimeType": "application/json", "buffer": b"{}"})
    expect(table.locator("#notice")).to_contain_text("现在登录的是乙某")
    event = table.evaluate(EVENT)
    assert event[0] == 403
    assert "现在登录的是乙某" in event[1]
    expect(table.locator("#lost")).to_contain_text("现在登录的是乙某")
    assert versions(site, number) == before
    sign_in_elsewhere(page, site, "甲某")
    text.get_by_role("button", name="保存并核对").click()
    expect(text).to_have_attribute("data-state", "accepted")
    assert len(versions(site, number)) == 2
