"""体检 in a real browser: findings at their places, refusals in the words of the command line, files for their owner only."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.form import default_registry
from tests.site.conftest import enter
from tests.site.serving import Site
from tests.site.test_files import upload

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of a sample unit as a Word file, with one figure of its text wrong and markup behind it."""
    from assistant.drafting.assemble import draft_report
    from assistant.drafting.printing import to_document
    from assistant.report.docx_writer import write_docx
    from tests.review.desk_material import county

    made = draft_report(county("gonganju"), default_registry(), previous=county("gonganju", 2024))
    path = tmp_path_factory.mktemp("check") / "公安局.docx"
    path.write_bytes(_with_a_wrong_figure(write_docx(to_document(made))))
    return path


def _with_a_wrong_figure(docx: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                text = content.decode()
                text = re.sub(r"(新收[^<]{0,40}?)60件", r"\g<1>9060件&lt;img src=x onerror=document.title=1&gt;", text, count=1)
                content = text.encode()
            new.writestr(name, content)
    return stream.getvalue()


def test_findings_stand_at_their_places_and_can_be_filtered(site: Site, page: Page, report: Path, screenshots: Path) -> None:
    from playwright.sync_api import expect

    enter(page, site, "甲某", "/check")
    expect(page.get_by_role("heading", name="选一份要查的报告")).to_be_visible()
    page.screenshot(path=screenshots / "check-empty.png")
    page.locator("#check-file").set_input_files(report)
    expect(page.locator(".checked")).to_be_visible()
    mark = page.locator(".report mark.error").first
    expect(mark).to_contain_text("9060")
    assert page.title().startswith("体检")
    assert page.locator(".report img").count() == 0
    page.screenshot(path=screenshots / "check-findings.png")
    everything = page.locator(".finding:visible").count()
    page.locator(".filters").get_by_role("link", name=re.compile("^错误")).click()
    assert "show=error" in page.url
    errors = page.locator(".finding:visible").count()
    assert 0 < errors < everything
    page.reload()
    expect(page.locator(".finding:visible")).to_have_count(errors)
    link = page.locator(".finding:visible a", has_text="看位置").first
    link.click()
    assert "#" in page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="下载检查意见（Excel）").click()
    assert download.value.suggested_filename == "公安局（检查意见）.xlsx"


def test_last_years_report_is_compared(site: Site, page: Page, report: Path) -> None:
    from playwright.sync_api import expect

    enter(page, site, "甲某", "/check")
    page.locator("#check-file").set_input_files(report)
    page.locator("#previous-file").set_input_files(report)
    expect(page.get_by_text("已和上年的材料比对过")).to_be_visible()
    assert "previous=" in page.url


def test_what_cannot_be_read_is_told_in_the_words_of_the_command_line(site: Site, page: Page, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    path = tmp_path / "旧.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + b"0" * 600)
    said = site.run("check", str(path)).stdout + site.run("check", str(path)).stderr
    enter(page, site, "甲某", "/check")
    page.locator("#check-file").set_input_files(path)
    refused = page.locator(".refused")
    expect(refused).to_contain_text("这是旧版 Word 文档（.doc），不能读取")
    assert "这是旧版 Word 文档（.doc），不能读取" in said
    expect(page.locator("#check-file")).to_be_visible()


def test_a_check_belongs_to_who_uploaded_the_report(site: Site, report: Path) -> None:
    mine = upload(site.visitor("甲某"), report.read_bytes(), name="a.docx").json()["id"]
    for kind in ("xlsx", "html"):
        answer = site.visitor("甲某").get(f"/findings/{mine}/{kind}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        for other in ("乙某", "管理员"):
            assert site.visitor(other).get(f"/findings/{mine}/{kind}").status_code == 404
    assert site.visitor("甲某").get(f"/findings/{mine}/docx").status_code == 404
    assert site.visitor().get(f"/findings/{mine}/xlsx").status_code == 401
