"""The review page with 120 paragraphs: time until it is ready and time of single actions, beside a small draft in the same run.

Run from the checkout: ``python -m benchmarks.site_review``. Needs Chromium and Playwright. Times are wall times in the browser; the
server's own time of each act is printed beside them, from its log. Other work on the machine shows in both.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.site.conftest import CHROMIUM, enter
from tests.site.review_material import office
from tests.site.serving import Site

SIZES = (15, 120)
ROUNDS = 12


def main() -> None:
    """Print a line for each size of draft."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            site = Site(Path(folder) / "home")
            try:
                draft, _unit = office(site, paragraphs=size)
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
                    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
                    print(json.dumps({"paragraphs": size, **measured(page, site, draft), "server_ms": server_times(site)}))
                    browser.close()
            finally:
                site.let_go()
                site.stop()


def measured(page: Page, site: Site, draft: int) -> dict[str, float]:
    """Seconds, medians of several."""
    enter(page, site, "乙某")
    ready = [timed(lambda: opened(page, site, draft)) for _ in range(4)]
    found: dict[str, list[float]] = {"accept": [], "evidence": [], "edit": []}
    ids = page.locator(".para").evaluate_all("all => all.map(each => each.id)")
    for number in range(ROUNDS):
        place = page.locator(f"#{ids[number % len(ids)]}")
        place.focus()
        found["evidence"].append(
            timed(lambda place=place: act(page, "Enter", f"#panel[data-at='{place.get_attribute('data-paragraph')}']"))
        )
        state = place.get_attribute("data-state")
        key, wanted = ("a", "accepted") if state == "undecided" else ("u", "undecided")
        found["accept"].append(timed(lambda: act(page, key, f"#{ids[number % len(ids)]}[data-state='{wanted}']")))  # noqa: B023
    for number in range(min(ROUNDS, 6)):
        place = page.locator(f"#{ids[number + 4]}")
        place.focus()
        page.keyboard.press("e")
        box = place.locator("textarea")
        box.fill(f"{box.input_value()}另有99{number}件。")
        found["edit"].append(timed(lambda: act(page, "Control+Enter", f"#{ids[number + 4]} .finding.error")))  # noqa: B023
    medians = {name: round(statistics.median(times), 3) for name, times in found.items()}
    return {"ready": round(statistics.median(ready), 3), **medians, "slowest_action": round(max(map(max, found.values())), 3)}


def opened(page: Page, site: Site, draft: int) -> None:
    page.goto(f"{site.url}/review?draft={draft}")
    page.locator(".para.undecided .foot").last.wait_for()


def act(page: Page, key: str, shows: str) -> None:
    page.keyboard.press(key)
    page.locator(shows).first.wait_for()


def timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


def server_times(site: Site) -> dict[str, float]:
    """What the server took for acts and for building the page, medians in milliseconds."""
    lines = [json.loads(line) for line in site.log_text().splitlines()]
    acts = [line["ms"] for line in lines if line.get("route") == "/act/" and line["status"] == 200]
    pages = [line["ms"] for line in lines if line.get("event") == "event" and line.get("page") == "review"]
    return {"act": statistics.median(acts), "page": statistics.median(pages)}


if __name__ == "__main__":
    main()
