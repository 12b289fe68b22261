"""A model service that dies, comes back and writes badly, and a database that fails meanwhile, as people see it on the pages."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from assistant.drafting.model.calls import FILE as CALLS
from assistant.review.engine import FILE
from tests.model.author import Author
from tests.model.behaviours import answer, cut, reset
from tests.model.exchange import Behaviour, Seen
from tests.model.server import ScriptedServer
from tests.review.desk_material import YEAR
from tests.site.conftest import enter
from tests.site.filling_material import come
from tests.site.review_material import office
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.usefixtures("patient")
_SLOT = re.compile(r"\{[^{}]+\}")


class Service:
    """A model service that can be held up, killed and brought back while it is asked."""

    def __init__(self) -> None:
        self.dead, self.asked, self.go, self.came = False, 0, threading.Event(), threading.Event()
        self.reply: Callable[[str, str], str] = Author().reply
        self.go.set()

    def choose(self, seen: Seen) -> Behaviour:
        """Say how the next request fares; while it is held up nothing comes."""
        self.asked += 1
        self.came.set()
        count = self.asked

        def behave(exchange: Any) -> None:
            self.go.wait(30)
            if self.dead:
                (cut() if count % 2 else reset())(exchange)
            else:
                answer(self.reply(seen.system, seen.user))(exchange)

        return behave


class Place(NamedTuple):
    """A running site with one draft to review and a model service."""

    site: Site
    draft: int
    unit: int
    service: Service


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    pytest.importorskip("gradio")
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    service = Service()
    with ScriptedServer(choose=service.choose) as server:
        home = tmp_path_factory.mktemp("dying") / "home"
        site = Site(home, OPENAI_BASE_URL=server.url, ASSISTANT_MODEL="m", ASSISTANT_MODEL_TRIES="1", ASSISTANT_MODEL_SECONDS="6")
        site.program = "tests.site.faulty"
        try:
            yield Place(site, *office(site), service)
        finally:
            service.go.set()
            site.let_go()
            site.stop()


@pytest.fixture
def place(running: Place) -> Iterator[Place]:
    """The service as it should be, before and after."""
    yield running
    running.service.dead, running.service.reply = False, Author().reply
    running.service.go.set()
    running.service.came.clear()
    for path in running.site.home.glob(f"**/{CALLS}*"):
        path.unlink()  # what was answered is not asked for again


def started(page: Page, place: Place, writer: str = "model") -> None:
    """Begin to draft and come to the progress."""
    from playwright.sync_api import expect

    come(page, place.site, "甲某", f"/draft?unit={place.unit}&year={YEAR}")
    page.locator(f"input[name=writer][value={writer}]").first.check()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="开始起草").click()
    expect(page.locator("#job")).to_have_attribute("data-state", "running", timeout=15_000)


def rows(site: Site, query: str) -> list[Any]:
    """What the record holds."""
    with closing(sqlite3.connect(site.home / FILE)) as connection:
        return connection.execute(query).fetchall()


def test_a_service_that_dies_in_the_middle_leaves_a_complete_draft_that_says_so(
    place: Place, page: Page, screenshots: Path
) -> None:
    from playwright.sync_api import expect

    service = place.service
    service.go.clear()
    started(page, place)
    expect(page.locator("#job .badge.running").nth(1)).to_have_text("正在写")
    assert service.came.wait(10)
    page.screenshot(path=screenshots / "fault-model-writing.png")
    service.dead = True
    service.go.set()
    job = page.locator("#job")
    expect(job).to_have_attribute("data-state", "done", timeout=20_000)
    expect(job).to_contain_text("离线写作")
    page.screenshot(path=screenshots / "fault-model-died.png")
    page.get_by_role("link", name="下一步：去审阅").click()
    page.locator("#report .para").nth(2).locator(".sentence").first.click()
    expect(page.locator("#panel")).to_contain_text("写作：离线写作")
    newest = "SELECT count(*), sum(writer = 'offline') FROM sentences WHERE version_id IN (SELECT id FROM paragraph_versions WHERE"
    total, offline = rows(
        place.site, f"{newest} paragraph_id IN (SELECT id FROM paragraphs WHERE draft_id = (SELECT max(id) FROM drafts)))"
    )[0]
    assert total == offline > 5
    text = page.locator("#report").inner_text()
    assert "写到一半" not in text
    for dead, writer in ((True, "离线写作"), (False, "模型")):
        service.dead = dead
        page.goto(f"{place.site.url}/draft?unit={place.unit}&year={YEAR}")
        page.get_by_text("只重写其中一部分").click()
        page.locator("input[name=again][value=model]").check()
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="重写 （二）依申请公开").click()
        expect(job).to_have_attribute("data-state", "done", timeout=20_000)
        expect(job).to_contain_text(re.compile(rf"这一部分 \d+ 句：{writer} "))
    page.get_by_role("link", name="下一步：去审阅").click()
    expect(page.locator("#report")).to_be_visible()
    assert rows(place.site, "SELECT count(*) FROM sentences WHERE writer = 'model'")[0][0] > 0


def test_work_held_up_by_the_service_is_cancelled_and_changes_nothing(place: Place, page: Page) -> None:
    from playwright.sync_api import expect

    before = rows(place.site, "SELECT count(*) FROM drafts")
    place.service.go.clear()
    started(page, place)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="取消").click()
    job = page.locator("#job")
    expect(job).to_contain_text(re.compile("正在停止|已取消"))
    expect(job).to_have_attribute("data-state", "cancelled", timeout=10_000)
    expect(job).to_contain_text("已有的数据和稿都没有改动")
    assert rows(place.site, "SELECT count(*) FROM drafts") == before
    place.service.go.set()
    page.get_by_role("button", name="重新开始").click()
    expect(job).to_have_attribute("data-state", "done", timeout=20_000)


def test_a_database_that_fails_when_the_work_ends_is_told_and_the_work_starts_again(
    place: Place, page: Page, screenshots: Path
) -> None:
    from playwright.sync_api import expect

    place.service.go.clear()
    started(page, place)
    job = page.locator("#job")
    with closing(sqlite3.connect(place.site.home / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        place.service.dead = True
        place.service.go.set()
        expect(job).to_have_attribute("data-state", "failed", timeout=20_000)
        other.execute("ROLLBACK")
    expect(job).to_contain_text("数据库正忙")
    expect(job).to_contain_text("已有的数据和稿都没有改动")
    assert str(place.site.home) not in job.inner_text()
    page.screenshot(path=screenshots / "fault-job-database.png")
    page.get_by_role("button", name="重新开始").click()
    expect(job).to_have_attribute("data-state", "done", timeout=20_000)
    assert rows(place.site, "SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running')") == [(0,)]


def reworded(system: str, user: str) -> str:
    """Two sound wordings and one with a figure of its own."""
    first = json.loads(Author().reply(system, user))["alternatives"][0]
    second = [{**each, "text": _led(each["text"])} for each in first]
    wrong = [{**each, "text": _SLOT.sub("999", each["text"], count=1)} for each in first]
    return json.dumps({"alternatives": [first, second, wrong]}, ensure_ascii=False)


def _led(text: str) -> str:
    return text if text.startswith("全年，") else f"全年，{text}"


def test_one_of_several_wordings_is_taken_one_turned_down_and_the_wrong_one_cannot_be(
    place: Place, page: Page, screenshots: Path
) -> None:
    from playwright.sync_api import expect

    place.service.reply = reworded
    enter(page, place.site, "乙某", "/review")
    page.get_by_role("link", name="打开").first.click()
    found, panel = page.locator(".para", has_text="新收政府信息公开申请").first, page.locator("#panel")
    at = page.locator(f"#{found.get_attribute('id')}")
    number = int((at.get_attribute("id") or "").removeprefix("para-"))
    at.locator(".sentence").first.click()
    at.get_by_role("button", name="换个写法").click()
    panel.get_by_label("想怎么改").fill("更简洁")
    panel.get_by_role("button", name="给出别的写法").click()
    offered = panel.locator(".suggestion")
    expect(offered).to_have_count(3)
    expect(offered.locator("ins").first).to_be_visible()
    bad = offered.filter(has_text="999")
    expect(bad).to_contain_text("不能采用")
    expect(bad.get_by_role("button", name="采用这个写法")).to_have_count(0)
    page.screenshot(path=screenshots / "fault-wordings.png")
    good = offered.filter(has=page.get_by_role("button", name="采用这个写法"))
    expect(good).to_have_count(2)
    name = good.nth(1).get_attribute("id")
    good.nth(1).get_by_role("button", name="不用").click()
    expect(panel.locator(f"#{name}")).to_have_count(0)
    expect(offered).to_have_count(2)
    good.first.get_by_role("button", name="采用这个写法").click()
    expect(at).to_have_attribute("data-state", "accepted")
    expect(at.locator(".finding.error")).to_have_count(0)
    expect(at).not_to_contain_text("999")
    at.locator(".sentence").first.click()
    expect(panel).to_contain_text("写作：模型写作")
    expect(panel.locator("td.marked").first).to_be_visible()
    states = f"SELECT state, count(*) FROM suggestions WHERE paragraph_id = {number} GROUP BY state ORDER BY state"
    assert rows(place.site, states) == [("accepted", 1), ("open", 1), ("rejected", 1)]
    assert place.site.run("audit", "verify").returncode == 0
