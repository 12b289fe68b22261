"""批量 in a real browser: hand in, start, watch, the overview, take results in; nobody but an admin gets near."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.site.run_files import scoped
from tests.batch.material import workbooks
from tests.site.conftest import enter
from tests.site.serving import Site, csrf_of

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page


def test_from_an_archive_to_a_draft_in_review(
    site: Site, open_browser: Callable[..., Page], tmp_path: Path, screenshots: Path
) -> None:
    from playwright.sync_api import expect

    books = workbooks(tmp_path / "books", units=("liuxizhen", "weijianju"))
    archive = tmp_path / "各单位.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in books.glob("*-2025.xlsx"):
            packed.write(path, f"../{path.name}")
    (tmp_path / "图片.xlsx").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 60)
    page = open_browser(expected="422")  # the picture
    enter(page, site, "管理员", "/batch")
    page.locator("#run-name").fill("两个单位")
    page.locator("#run-year").fill("2025")
    page.get_by_role("button", name="新建批量").click()
    expect(page.get_by_role("button", name="开始起草")).to_be_disabled()
    page.locator("#more-in").set_input_files([archive, tmp_path / "图片.xlsx"])
    expect(page.locator("#files-in")).to_contain_text("2 个文件")
    expect(page.locator(".told").first).to_contain_text("这是图片，不能读取")
    page.locator("#more-units").set_input_files(tmp_path / "图片.xlsx")
    expect(page.locator("#files-units")).to_contain_text("0 个文件")
    (tmp_path / "名单.csv").write_text("单位\n示例县水务局\n示例县卫生健康局\n示例县柳溪镇人民政府\n", encoding="gb18030")
    page.locator("#more-units").set_input_files(tmp_path / "名单.csv")
    expect(page.locator("#files-units")).to_contain_text("名单.csv")
    page.locator("#more-previous").set_input_files(sorted(books.glob("*-2024.xlsx")))
    expect(page.locator("#files-previous")).to_contain_text("2 个文件")
    page.screenshot(path=screenshots / "batch-files.png")
    page.get_by_role("button", name="开始起草").click()
    expect(page.locator("#units")).to_be_visible(timeout=90_000)
    expect(page.locator("#units-status")).to_contain_text("共 3 个")
    page.screenshot(path=screenshots / "batch-done.png")
    page.screenshot(path=screenshots / "batch-overview.png", full_page=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="示例县卫生健康局：Word").first.click()
    assert download.value.path().read_bytes().startswith(b"PK")
    word = download.value.url
    with page.expect_download() as everything:
        page.get_by_role("link", name="下载全部结果").click()
    with zipfile.ZipFile(everything.value.path()) as packed:
        assert sum(name.endswith(".docx") for name in packed.namelist()) == 2 and "总览.xlsx" in packed.namelist()
    row = page.locator("#batch-take tr", has_text="示例县柳溪镇人民政府")
    row.get_by_role("button").click()
    row.get_by_role("link", name=re.compile("^审阅")).click()
    page.wait_for_url("**/review?draft=*")
    results = re.sub(r"/run/([^/]+)/.*", r"/run/\1/results.zip", word)
    for address in (results, word, word.replace("docx", "findings"), re.sub(r"/run/([^/]+)/.*", r"/run/\1/overview.xlsx", word)):
        wanted = address.removeprefix(site.url)
        assert site.visitor("管理员").get(wanted).status_code == 200
        assert site.visitor("甲某").get(wanted).status_code == 403
        assert site.visitor().get(wanted).status_code == 401
    removed(page, site, results)


def removed(page: Page, site: Site, results: str) -> None:
    """Remove the run that these results are of, as its page asks."""
    from playwright.sync_api import expect

    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.goto(f"{site.url}/batch?run={results.split('/')[-2]}")
    page.once("dialog", agree)
    page.get_by_role("button", name="删去这次批量").click()
    expect(page.get_by_role("heading", name="新建批量")).to_be_visible()
    assert "2 个单位的报告" in asked[0] and "不受影响" in asked[0]
    expect(page.get_by_role("link", name="打开 两个单位")).to_have_count(0)
    assert site.visitor("管理员").get(results.removeprefix(site.url)).status_code == 404


def test_a_run_stopped_by_the_page_goes_on_where_it_was(site: Site, page: Page, tmp_path: Path, screenshots: Path) -> None:
    from playwright.sync_api import expect

    units = ("gonganju", "weijianju", "liuxizhen", "shuiwuju", "shichangju", "kaifaqu")
    books = workbooks(tmp_path / "books", units=units, years=(2025,))
    enter(page, site, "管理员", "/batch")
    page.locator("#run-name").fill("停下再做")
    page.locator("#run-year").fill("2025")
    page.get_by_role("button", name="新建批量").click()
    page.locator("#more-in").set_input_files(sorted(books.glob("*.xlsx")))
    expect(page.locator("#files-in")).to_contain_text("6 个文件")
    page.get_by_role("button", name="开始起草").click()
    page.get_by_role("button", name="停下").click(timeout=30_000)
    expect(page.locator("#notice")).to_contain_text("已写好的都在")
    again = page.get_by_role("button", name="接着做")
    expect(again).to_be_visible(timeout=60_000)
    expect(page.locator("#batch-progress")).not_to_contain_text("完成 6")
    page.screenshot(path=screenshots / "batch-stopped.png")
    page.reload()
    again.click()
    expect(page.locator("#units-status")).to_contain_text("共 6 个", timeout=90_000)
    expect(page.locator("#batch-progress")).to_contain_text("完成 6")
    with page.expect_download() as download:
        page.get_by_role("link", name="示例县卫生健康局：Word").first.click()
    assert download.value.path().read_bytes().startswith(b"PK")


def test_only_an_admin_hands_in_files(site: Site) -> None:
    client = site.visitor("乙某")
    assert client.get("/batch").status_code == 404
    headers = {"x-csrf": csrf_of(client), "x-file-name": "a.xlsx"}
    run = "00000000-0000-4000-8000-000000000000"
    assert client.post(f"/run/{run}/files/in", content=b"x", headers=headers).status_code == 403
    admin = site.visitor("管理员")
    headers = {"x-csrf": csrf_of(admin), "x-file-name": "a.xlsx"}
    for place in ("in", "previous", "out"):
        assert admin.post(f"/run/{run}/files/{place}", content=b"x", headers=headers).status_code == 404
    assert admin.post(f"/run/{run}/files/in", content=b"x", headers={"x-csrf": "0"}).status_code == 403


def test_the_overviews_style_holds_in_its_own_part_of_the_page_only() -> None:
    style = scoped("body { margin: 0 }\nh1, .a b { x: 1 }\n@media print { .c { y: 2 } }", ".o")
    plain = " ".join(style.split())
    assert plain == ".o { margin: 0 } .o h1, .o .a b { x: 1 } @media print {.o .c { y: 2 } }"
