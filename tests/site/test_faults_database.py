"""The database fails while people work on the site: what they are told, what they keep, and that the server goes on."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest

from assistant.review.engine import FILE
from tests.review.desk_material import YEAR
from tests.site.filling_material import come
from tests.site.review_material import office
from tests.site.serving import Site, csrf_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONG = "长" * 9000 + "。"
WORDS = {
    "locked": "数据库正忙",
    "full": "磁盘已满",
    "read-only": "数据库只能读",
    "moved": "数据库文件不见了",
    "replaced": "被换成了别的文件",
    "garbage": "数据库文件已损坏",
    "empty": "数据库文件已损坏",
}


class Place(NamedTuple):
    """A running site with one draft to review."""

    site: Site
    draft: int
    unit: int


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    pytest.importorskip("gradio")
    site = Site(tmp_path_factory.mktemp("faulty") / "home")
    site.program = "tests.site.faulty"
    try:
        yield Place(site, *office(site))
    finally:
        site.let_go()
        site.stop()


@contextmanager
def broken(home: Path, kind: str) -> Iterator[None]:
    """The database of a running site broken in one way, and well again afterwards."""
    database, aside = home / FILE, home / "elsewhere"
    if kind == "locked":
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
    elif kind in ("full", "read-only"):
        (home / "fault").write_text(kind)
        yield
        (home / "fault").unlink()
    elif kind in ("moved", "replaced"):
        database.rename(aside)
        if kind == "replaced":
            database.write_bytes(b"not a database\n" * 1000)
        yield
        aside.rename(database)
    else:
        whole = database.read_bytes()
        database.write_bytes(b"not a database\n" * 100 if kind == "garbage" else b"")
        yield
        database.write_bytes(whole)


class Reviewer:
    """Somebody signed in who presses what the pages offer."""

    def __init__(self, place: Place, name: str) -> None:
        self._place, self._client = place, place.site.visitor(name)
        self._word = csrf_of(self._client)

    def act(self, name: str, page: str = "review", **payload: Any) -> httpx.Response:
        query = f"draft={self._place.draft}" if page == "review" else f"unit={self._place.unit}&year={YEAR}"
        return self._client.post(f"/act/{page}/{name}?{query}", json=payload, headers={"x-csrf": self._word})

    def type_cell(self, text: str) -> httpx.Response:
        where = {"unit": str(self._place.unit), "year": str(YEAR), "seen": "1"}
        return self.act("typed", "data", **where, texts={"t2.norm.issued": text})

    def opened(self) -> httpx.Response:
        return self._client.get(f"/review?draft={self._place.draft}", headers={"accept": "text/html"})


def told(answer: httpx.Response) -> str:
    """What an answer says."""
    if "json" not in answer.headers["content-type"]:
        return answer.text
    content = answer.json()
    return f"{content.get('notice', '')}{content.get('message', '')}"


def rows(site: Site, query: str, *values: Any) -> list[Any]:
    """What the record holds."""
    with closing(sqlite3.connect(site.home / FILE)) as connection:
        return connection.execute(query, values).fetchall()


def paragraphs(site: Site) -> list[int]:
    """The paragraphs of the newest draft, in order."""
    return [each for (each,) in rows(site, "SELECT id FROM paragraphs WHERE draft_id = (SELECT max(id) FROM drafts) ORDER BY id")]


def newest(site: Site, paragraph: int) -> int:
    """The number of a paragraph's newest version."""
    return int(rows(site, "SELECT max(number) FROM paragraph_versions WHERE paragraph_id = ?", paragraph)[0][0])


def is_whole(site: Site) -> None:
    """The trail and the database hang together."""
    verified = site.run("audit", "verify")
    assert verified.returncode == 0, verified.stderr
    assert rows(site, "PRAGMA integrity_check") == [("ok",)]
    assert not rows(site, "PRAGMA foreign_key_check")


@pytest.mark.parametrize("kind", WORDS)
def test_a_deed_is_refused_in_words_and_done_once_the_fault_is_gone(place: Place, kind: str) -> None:
    site, reviewer = place.site, Reviewer(place, "乙某")
    at = paragraphs(site)[list(WORDS).index(kind)]
    assert reviewer.act("accept", paragraph=at, number=1).status_code == 200
    decisions = rows(site, "SELECT count(*) FROM decisions")
    with broken(site.home, kind):
        refused = [reviewer.act("save", paragraph=at, number=1, text=LONG)]
        if kind != "full":  # small deeds find room in the pages there are
            refused += [
                reviewer.act("reopen", paragraph=at, number=1),
                reviewer.act("typing", paragraph=at, number=1, text="写到一半"),
                reviewer.type_cell("71"),
            ]
        for answer in refused:
            assert answer.status_code == 503, told(answer)
            assert WORDS[kind] in told(answer)
            assert "这次操作没有保存" in told(answer)
            assert str(site.home) not in told(answer), "where the server keeps its files is told to nobody"
        page = reviewer.opened()
        assert page.status_code == (200 if kind in ("locked", "full", "read-only") else 503)
        if page.status_code == 503:
            assert WORDS[kind] in page.text
            assert "Traceback" not in page.text
    assert newest(site, at) == 1
    assert rows(site, "SELECT count(*) FROM decisions") == decisions
    saved = reviewer.act("save", paragraph=at, number=1, text=LONG)
    assert saved.status_code == 200, told(saved)
    assert newest(site, at) == 2
    assert reviewer.type_cell("71").status_code == 200
    assert reviewer.opened().status_code == 200
    is_whole(site)
    assert not [line for line in site.log_text().splitlines() if json.loads(line)["event"] == "fault"]


def test_commands_beside_a_missing_database_throw_nothing_away(place: Place) -> None:
    site, reviewer = place.site, Reviewer(place, "乙某")
    at = paragraphs(site)[len(WORDS)]
    assert reviewer.act("accept", paragraph=at, number=1).status_code == 200
    log = site.home / f"{FILE}-wal"
    with broken(site.home, "moved"):
        before = log.read_bytes()
        assert before, "the deed is in the log only"
        for command in (("audit", "verify"), ("user", "list"), ("unit", "add", "示例县水利局", "--kind", "dept")):
            done = site.run(*command)
            assert done.returncode == 2
            assert "数据库文件不见了" in done.stderr
        assert log.read_bytes() == before
        assert not (site.home / FILE).exists()
    assert rows(site, "SELECT count(*) FROM decisions WHERE paragraph_id = ?", at) == [(1,)]
    is_whole(site)


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(("kind", "value"), [("locked", "73"), ("moved", "74")])
def test_what_is_typed_stays_in_the_page_and_is_saved_when_the_fault_is_gone(
    place: Place, kind: str, value: str, open_browser: Callable[..., Page], screenshots: Path
) -> None:
    from playwright.sync_api import expect

    site = place.site
    page, table = (open_browser("Failed to load resource") for _ in range(2))
    come(page, site, "甲某", f"/review?draft={place.draft}")
    come(table, site, "丙某", f"/data?unit={place.unit}&year={YEAR}")
    text = page.locator(f"#para-{paragraphs(site)[-1 if kind == 'locked' else -2]}")
    cell = table.locator("#cell-t2-norm-valid-in")
    cell.wait_for()
    text.focus()
    text.press("e")
    box = text.get_by_label("修改这一段")
    typed = f"{box.input_value()}数据库坏着的时候写的一句。"
    with broken(site.home, kind):
        box.fill(typed)
        cell.fill(value)
        cell.press("Tab")
        with page.expect_response("**/act/review/save?*"):
            text.get_by_role("button", name="保存并核对").click()
        for each in (page, table):
            expect(each.locator("#notice")).to_contain_text(WORDS[kind])
            expect(each.locator("#notice")).to_contain_text("这次操作没有保存")
        expect(box).to_have_value(typed)
        expect(cell).to_have_value(value)
        expect(cell).to_have_class(re.compile("unsaved"))
        page.screenshot(path=screenshots / f"fault-{kind}.png")
        table.screenshot(path=screenshots / f"fault-{kind}-table.png")
    text.get_by_role("button", name="保存并核对").click()
    expect(text).to_have_attribute("data-state", "accepted")
    expect(text).to_contain_text("数据库坏着的时候写的一句。")
    expect(cell).not_to_have_class(re.compile("unsaved|busy"))
    table.get_by_role("button", name="保存", exact=True).click()
    expect(table.locator("#filling-saved")).to_contain_text("丙某")
    is_whole(site)
