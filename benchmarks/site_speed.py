"""What a person waits for on the real server in a real browser: the start, a page of 120 paragraphs, an accept, an edit.

Run: ``python -m benchmarks.site_speed [--write]``; ``--write`` puts the tables into ``docs/benchmarks-site.md``. Needs Chromium and
Playwright. Times in the browser go from the key pressed to the new piece shown. The server's own time of each kind of act is taken
from its log, its CPU from the system, over acts sent one after another; a draft of 15 paragraphs stands beside in the same run.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright

from benchmarks.page import load, put, table
from benchmarks.site_process import cpu, memory, met
from tests.site.conftest import CHROMIUM, enter
from tests.site.review_material import office
from tests.site.serving import Site, csrf_of

SIZES = (15, 120)
ROUNDS = 12
START, PAGE, ACT, MEMORY = 6.0, 2.0, 0.5, 400.0
REPORT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks-site.md"
WHO = "乙某"


@dataclass(frozen=True)
class Waits:
    """Seconds of each round in the browser, and the server's CPU seconds over all of them."""

    walls: list[float]
    cpu: float

    @property
    def median(self) -> float:
        return statistics.median(self.walls)

    @property
    def each(self) -> float:
        """CPU milliseconds a round."""
        return self.cpu / len(self.walls) * 1000


@dataclass(frozen=True)
class Act:
    """One kind of act sent ``ROUNDS`` times: the server's median and longest milliseconds, CPU milliseconds an act."""

    median: float
    longest: float
    cpu: float


def timed(site: Site, rounds: int, deed: Callable[[int], object]) -> Waits:
    """Do something so many times."""
    before, walls = cpu(site), []
    for number in range(rounds):
        started = time.perf_counter()
        deed(number)
        walls.append(time.perf_counter() - started)
    return Waits(walls, cpu(site) - before)


def started(site: Site, page: Page) -> dict[str, tuple[float, float]]:
    """Stop the server and start it again: seconds, and CPU seconds of the server, until each page is shown."""
    site.stop()
    begun = time.perf_counter()
    site.start()
    page.goto(f"{site.url}/login")
    page.get_by_label("用户名").wait_for()
    found = {"login page": (time.perf_counter() - begun, cpu(site))}
    page.get_by_label("用户名").fill(WHO)
    page.get_by_label("密码").fill(site.password(WHO))
    page.get_by_role("button", name="登录").click()
    page.locator("#desk h1").wait_for()
    found["first page"] = (time.perf_counter() - begun, cpu(site))
    return found


def in_the_page(site: Site, page: Page, draft: int) -> dict[str, Waits]:
    """Opening the page, and acts by keyboard until what they change is shown."""

    def opened(_number: int) -> None:
        page.goto(f"{site.url}/review?draft={draft}")
        page.locator(".para .foot").last.wait_for()

    ready = timed(site, 5, opened)
    ids = page.locator(".para").evaluate_all("all => all.filter(each => each.dataset.gaps === '0').map(each => each.id)")

    def pressed(key: str, number: int, shows: str) -> None:
        page.locator(f"#{ids[number]}").focus()
        page.keyboard.press(key)
        page.locator(f"#{ids[number]}{shows}").first.wait_for()

    def saved(number: int) -> None:
        page.keyboard.press("Control+Enter")
        page.locator(f"#{ids[number]}[data-state='accepted'] .finding.error").first.wait_for()

    accept = timed(site, ROUNDS, lambda number: pressed("a", number, "[data-state='accepted']"))
    reopen = timed(site, ROUNDS, lambda number: pressed("u", number, "[data-state='undecided']"))
    edits: list[Waits] = []
    for number in range(ROUNDS):
        pressed("e", number, " textarea")
        box = page.locator(f"#{ids[number]} textarea")
        box.fill(f"{box.input_value()}另有99{number}件。")
        edits.append(timed(site, 1, lambda _round, number=number: saved(number)))  # type: ignore[misc]
    edit = Waits([wait for each in edits for wait in each.walls], sum(each.cpu for each in edits))
    return {"ready": ready, "accept": accept, "reopen": reopen, "edit": edit}


class Sender:
    """Sends acts as the page's script does, one after another."""

    def __init__(self, site: Site, draft: int) -> None:
        self.site, self.draft = site, draft
        self.client = site.visitor(WHO)
        self.word = csrf_of(self.client)
        self.numbers: dict[str, int] = {}
        self.texts: dict[str, str] = {}

    def act(self, name: str, **data: Any) -> dict[str, Any]:
        headers = {"x-csrf": self.word, "accept": "application/json"}
        given = {"open_panel": "overview", **data}
        answer: httpx.Response = self.client.post(f"/act/review/{name}?draft={self.draft}", json=given, headers=headers)
        assert answer.status_code == 200, (name, answer.text)
        found: dict[str, Any] = answer.json()
        for place, shown in found["patches"].items():
            if number := re.search(r'data-number="(\d+)"', shown):
                self.numbers[place.removeprefix("para-")] = int(number.group(1))
        return found

    def kinds(self, places: list[str]) -> Iterator[tuple[str, Callable[[str], object]]]:
        """Each kind of act, in an order that leaves every paragraph open to the next."""
        yield "evidence", lambda at: self.act("panel", panel="evidence", at=at, position=0)
        yield "accept", lambda at: self.act("accept", paragraph=at, number=self.numbers[at])
        yield "reopen", lambda at: self.act("reopen", paragraph=at, number=self.numbers[at])
        yield "reject", lambda at: self.act("reject", paragraph=at, number=self.numbers[at])
        yield "begin an edit", lambda at: self.opened(at)
        yield "typing", lambda at: self.act("typing", paragraph=at, number=self.numbers[at], text=f"{self.texts[at]}核")
        yield (
            "save an edit",
            lambda at: self.act("save", paragraph=at, number=self.numbers[at], text=f"{self.texts[at]}另有98{at}件。"),
        )
        yield "comment", lambda at: self.act("comment", paragraph=at, text=f"请核对第{at}段")
        known = ",".join(f"{at}.1.undecided" for at in places)
        yield "look for changes", lambda _at: self.act("fresh", known=known)

    def opened(self, at: str) -> None:
        shown = self.act("edit", paragraph=at)["patches"][f"para-{at}"]
        found = re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.S)
        assert found, shown
        self.texts[at] = found.group(1).strip()


def on_the_server(site: Site, draft: int, places: list[str]) -> dict[str, Act]:
    """The server's own time of each kind of act, from its log, and its CPU."""
    sender = Sender(site, draft)
    for at in places:
        sender.numbers[at] = 0
        sender.act("edit", paragraph=at)
    found = {}
    for name, deed in sender.kinds(places):
        before, logged = cpu(site), len(site.log_text().splitlines())
        for at in places:
            deed(at)
        used = (cpu(site) - before) / len(places) * 1000
        lines = [json.loads(line) for line in site.log_text().splitlines()[logged:]]
        own = [line["ms"] for line in lines if line.get("route") == "/act/"]
        found[name] = Act(statistics.median(own), max(own), used)
    return found


def measured(size: int) -> dict[str, Any]:
    """Everything for a draft of one size on a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder) / "home")
        try:
            draft, _unit = office(site, paragraphs=size)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
                enter(page, site, WHO)
                page.context.clear_cookies()
                start = started(site, page)
                shown = in_the_page(site, page, draft)
                ids = page.locator(".para[data-gaps='0']").evaluate_all("all => all.map(each => each.dataset.paragraph)")
                browser.close()
            return {"start": start, "page": shown, "acts": on_the_server(site, draft, ids[-ROUNDS:]), "memory": memory(site)}
        finally:
            site.let_go()
            site.stop()


def told(found: dict[int, dict[str, Any]]) -> list[str]:
    """The tables."""
    large, small = found[SIZES[1]], found[SIZES[0]]
    rows = [
        (f"start to {name}", f"{wall:.1f} s", "", f"{used:.1f} s", met(wall, START, "s"))
        for name, (wall, used) in large["start"].items()
    ]
    bars = {"ready": ("page of 120 paragraphs ready", PAGE), "accept": ("accept", ACT), "reopen": ("reopen", ACT)}
    for key, (name, bar) in {**bars, "edit": ("edit with its checks", ACT)}.items():
        waits: Waits = large["page"][key]
        other: Waits = small["page"][key]
        middle = f"{waits.median * 1000:.0f} ms (small draft: {other.median * 1000:.0f})"
        rows.append((name, middle, f"{max(waits.walls) * 1000:.0f} ms", f"{waits.each:.0f} ms", met(waits.median, bar, "s")))
    rows.append(("memory of the server", f"{large['memory']:.0f} MB", "", "", met(large["memory"], MEMORY, "MB")))
    acts = [
        (name, f"{act.median:.0f}", f"{act.longest:.0f}", f"{act.cpu:.0f}", f"{small['acts'][name].median:.0f}")
        for name, act in large["acts"].items()
    ]
    return [
        f"One person in Chromium, {ROUNDS} rounds of each act (5 of opening the page); {load()}. From the key pressed to the new "
        "piece shown.",
        "",
        *table(("what", "median", "longest", "CPU of the server", "bar"), rows),
        "",
        f"The server alone, {ROUNDS} acts of each kind, milliseconds:",
        "",
        *table(("act, 120 paragraphs", "median", "longest", "CPU an act", f"median with {SIZES[0]} paragraphs"), acts),
    ]


def main() -> None:
    lines = told({size: measured(size) for size in SIZES})
    print("\n".join(lines))
    if "--write" in sys.argv[1:]:
        put(REPORT, "One person in the browser", lines)


if __name__ == "__main__":
    main()
