"""The server is killed in the middle of a reviewer's work, with the browser open."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.site.conftest import enter
from tests.site.review_material import office
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_what_was_shown_as_saved_is_there_after_a_kill_and_work_goes_on(own_site: Site, open_browser: Callable[..., Page]) -> None:
    from playwright.sync_api import expect

    draft, _unit = office(own_site)
    page = open_browser("Failed to load resource")
    enter(page, own_site, "乙某", f"/review?draft={draft}")
    first, second = (page.locator("#report .para").nth(number) for number in (0, 1))
    ids = [first.get_attribute("id"), second.get_attribute("id")]
    first.focus()
    first.press("a")
    expect(page.locator(f"#{ids[0]}")).to_have_attribute("data-state", "accepted")
    second.focus()
    second.press("e")
    typed = f"{second.locator('textarea').input_value()}断线前写的一句。"
    second.locator("textarea").fill(typed)
    own_site.stop(signal.SIGKILL)
    second.get_by_role("button", name="保存").first.click()
    expect(page.locator("#lost")).to_contain_text("连接断开")
    expect(second.locator("textarea")).to_have_value(typed)
    own_site.start()
    second.get_by_role("button", name="保存").first.click()
    expect(page.locator(f"#{ids[1]}")).to_have_attribute("data-state", "accepted")
    expect(page.locator("#lost")).to_be_hidden()
    own_site.stop(signal.SIGKILL)
    own_site.start()
    page.reload()
    for each in ids:
        expect(page.locator(f"#{each}")).to_have_attribute("data-state", "accepted")
    expect(page.locator(f"#{ids[1]}")).to_contain_text("断线前写的一句。")
