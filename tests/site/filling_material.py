"""A site with empty units for filling in, and files to hand in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.form import default_registry
from assistant.submission.workbook_writer import blank_workbook
from tests.review.desk_material import YEAR, county
from tests.site.conftest import enter
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

POLICE, TAX, WATCH, TOWN = "示例县公安局", "示例县税务局", "示例县市场监督管理局", "示例县教育局"
UNIT = {POLICE: 1, TAX: 2, WATCH: 3, TOWN: 4}
FIRST, SECOND = "甲某", "乙某"


@contextmanager
def filling_site(home: Path) -> Iterator[Site]:
    """A site with four units of kind dept and two drafters of all of them."""
    site = Site(home)
    home.mkdir(parents=True)
    for name in UNIT:
        assert site.run("unit", "add", name, "--kind", "dept").returncode == 0
    for user in (FIRST, SECOND):
        site.add_user(user, "drafter", *UNIT)
    site.start()
    try:
        yield site
    finally:
        site.let_go()
        site.stop()


def workbook(path: Path, *, year: int = YEAR, unit: str = "gonganju") -> Path:
    """A filled-in workbook of a unit of the sample county."""
    path.write_bytes(blank_workbook(year, "dept", default_registry(), filled=county(unit, year)))
    return path


def address(unit: str, more: str = "", page: str = "data") -> str:
    """The page of a unit."""
    return f"/{page}?unit={UNIT[unit]}&year={YEAR}{more}"


def come(page: Page, site: Site, name: str, path: str) -> None:
    """Sign in and open a page with all of its address."""
    enter(page, site, name)
    page.goto(site.url + path)
