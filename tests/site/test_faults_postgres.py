"""PostgreSQL is stopped and started again while somebody works: words, the server goes on, nothing that was saved is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.review.engine import open_record
from assistant.review.units import list_units
from tests.postgres import started
from tests.review.desk_material import YEAR
from tests.site.conftest import EDUCATION
from tests.site.filling_material import come
from tests.site.serving import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.usefixtures("patient")
def test_a_database_server_that_is_restarted_costs_nothing_typed(
    tmp_path: Path, open_browser: Callable[..., Page], screenshots: Path
) -> None:
    pytest.importorskip("gradio")
    from playwright.sync_api import expect

    with started() as server:
        address = f"postgresql://postgres@/postgres?host={server.folder}"
        site = Site(tmp_path / "home", ASSISTANT_DATABASE=address)
        site.home.mkdir()
        try:
            site.add_user("甲某", "drafter", EDUCATION)
            assert site.run("unit", "add", EDUCATION, "--kind", "dept").returncode == 0
            site.start()
            record = open_record(site.home, address)
            unit = next(each.id for each in list_units(record))
            record.close()
            page = open_browser("Failed to load resource")
            come(page, site, "甲某", f"/data?unit={unit}&year={YEAR}")
            first, second = (page.locator(f"#cell-t2-norm-{name}-in") for name in ("issued", "valid"))
            first.fill("3")
            page.get_by_role("button", name="保存", exact=True).click()
            expect(page.locator("#filling-saved")).to_contain_text("已保存第 1 版")
            server.stop()
            try:
                second.fill("4")
                expect(page.locator("#notice")).to_contain_text("连接不上数据库")
                expect(page.locator("#notice")).to_contain_text("没有保存")
                expect(second).to_have_class(re.compile("unsaved"))
                page.screenshot(path=screenshots / "fault-postgres.png")
                client = site.visitor()
                assert client.get("/healthz").status_code == 503
                shown = client.get("/login", headers={"accept": "text/html"})
                assert shown.status_code == 503 and "连接不上数据库" in shown.text and "postgresql://" not in shown.text
            finally:
                server.start()
            expect(second).not_to_have_class(re.compile("unsaved|busy"), timeout=10_000)
            page.get_by_role("button", name="保存", exact=True).click()
            expect(page.locator("#filling-saved")).to_contain_text("已保存第 2 版")
            page.reload()
            expect(first).to_have_value("3")
            expect(second).to_have_value("4")
            verified = site.run("audit", "verify")
            assert verified.returncode == 0, verified.stderr
        finally:
            site.let_go()
            site.stop()
