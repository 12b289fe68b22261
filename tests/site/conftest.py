"""A running site with users, and a browser that minds what leaves the machine and what the console says."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

EDUCATION, HEALTH = "示例县教育局", "示例县卫生健康局"
HOSTILE = "示例县<img/src=x/onerror=document.title=1>${7*7}{{7*7}}办公室"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@pytest.fixture(scope="session")
def _shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    pytest.importorskip("gradio")
    found = Site(tmp_path_factory.mktemp("site") / "home")
    found.home.mkdir()
    with_users(found)
    found.start()
    yield found
    found.let_go()
    found.stop()


@pytest.fixture
def site(_shared_site: Site) -> Iterator[Site]:
    """A site for tests that leave it as it was: 甲某 (drafter) and 乙某 (reviewer) of two units, 管理员 (admin)."""
    yield _shared_site
    _shared_site.let_go()


def with_users(site: Site) -> None:
    """The users that tests know."""
    site.add_user("甲某", "drafter", EDUCATION)
    site.add_user("乙某", "reviewer", HEALTH)
    site.add_user("管理员", "admin")


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[Site]:
    """A site of a test's own, not started."""
    pytest.importorskip("gradio")
    found = Site(tmp_path / "home")
    found.home.mkdir()
    yield found
    found.let_go()
    found.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api")
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the pages go: ASSISTANT_SCREENSHOTS, or a folder that is thrown away."""
    folder = Path(os.environ.get("ASSISTANT_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def open_browser(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens browser windows of different people; whatever they asked for outside or wrote to the console fails the test.

    ``expected`` is what the console may say, for tests that break something on purpose.
    """
    contexts, wrong = [], list[str]()

    def opened(expected: str = "") -> Page:
        context = browser.new_context(locale="zh-CN", viewport={"width": 1366, "height": 768})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if _worrying(message, expected) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)) if not expected or expected not in str(error) else None)
        page.on("request", lambda request: wrong.append(request.url) if not _inside(request.url) else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not wrong, wrong


@pytest.fixture
def patient() -> Iterator[None]:
    """Waits longer for what a page shall show: a machine with other work on it is slow."""
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=20_000)
    yield
    sync_api.expect.set_options(timeout=5000)


@pytest.fixture
def page(open_browser: Callable[..., Page]) -> Page:
    return open_browser()


def _worrying(message: ConsoleMessage, expected: str) -> bool:
    return message.type in ("error", "warning") and not (expected and expected in message.text)


def _inside(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "data:", "blob:", "about:"))


def enter(page: Page, site: Site, name: str, path: str = "/") -> None:
    """Sign in and open a page."""
    site.visitor(name).close()  # the first password is changed by then
    page.goto(f"{site.url}/login?next={path}")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(site.password(name))
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{site.url}{path}")
