"""Files that are not what they seem, handed in on every page: the words of the command line, and nothing left behind."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from assistant.checking.inputs import open_input
from assistant.errors import InputError
from assistant.form import FormRegistry
from assistant.intake import read_input
from assistant.review.engine import FILE
from tests.intake.test_door import bomb, lying_bomb, ole, repacked, same
from tests.site.conftest import EDUCATION, enter
from tests.site.serving import Site
from tests.site.test_files import kept, unit_id

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Page


pytestmark = pytest.mark.usefixtures("patient")


class File(NamedTuple):
    """A file under a name it should not have."""

    name: str
    content: bytes


def word_bomb() -> bytes:
    """A Word file of a few kilobytes that unpacks to 60 MB."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w>" + b" " * (60 * 1024 * 1024) + b"</w>")
    return stream.getvalue()


FILES = {
    "bomb": File("填报.xlsx", bomb()),
    "lying bomb": File("填报 (2).xlsx", lying_bomb()),
    "word bomb": File("报告.docx", word_bomb()),
    "macros": File("填报.xlsm", repacked(same, {"xl/vbaProject.bin": b"x"})),
    "under a password": File("加密.xlsx", ole("EncryptedPackage")),
    "PDF called a workbook": File("其实是.xlsx", b"%PDF-1.7\n..."),
    "nothing": File("空.xlsx", b""),
    "markup as a name": File("<img src=x onerror=document.title=1>${7*7}.json", b'{"unit": '),
    "a path as a name": File("../../../../etc/passwd", b"\x89PNG\r\n\x1a\n" + b"0" * 60),
    "letters turned round": File("年报\u202excod.exe", b"MZ" + b"0" * 60),
    "a long name": File("长" * 80 + ".json", b"[]"),
}


def payload(file: File) -> FilePayload:
    """As a person would choose it."""
    return {"name": file.name, "mimeType": "application/octet-stream", "buffer": file.content}


def words_of(file: File, folder: Path, reading: Callable[[Path], object]) -> str:
    """What the command line says is wrong with a file."""
    path = folder / "file"
    path.write_bytes(file.content)
    with pytest.raises(InputError) as caught:
        reading(path)
    return caught.value.what


@pytest.fixture
def quiet(site: Site) -> Iterator[Site]:
    """The site logs no fault of the program, and keeps no file but those the record lists, as they came."""
    before = len(site.log_text().splitlines())
    yield site
    lines = site.log_text().splitlines()[before:]
    assert not [line for line in lines if json.loads(line)["event"] == "fault"]
    with closing(sqlite3.connect(site.home / FILE)) as connection:
        listed = dict(connection.execute("SELECT stored_name, sha256 FROM uploads"))
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in kept(site)} == listed


def nothing_of_the_inside(page: Page) -> None:
    """No piece of the program's inside is on the page, and no markup of a name came alive."""
    text = page.locator("body").inner_text()
    assert "Traceback" not in text and ".py" not in text and "/tmp/" not in text
    assert page.locator("#notice img, .refused img, .drop img").count() == 0
    assert page.title() != "1"


def test_on_the_data_page(quiet: Site, open_browser: Callable[..., Page], registry: FormRegistry, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    page = open_browser("422")
    enter(page, quiet, "甲某")
    page.goto(f"{quiet.url}/data?unit={unit_id(quiet, EDUCATION)}&year=2025")
    box = page.locator("input[type=file][data-action=came]")
    box.wait_for(state="attached")
    for file in FILES.values():
        what = words_of(file, tmp_path, lambda path: read_input(path, registry))
        page.evaluate("document.querySelectorAll('#notice .notice').forEach((each) => each.remove())")
        box.set_input_files(payload(file))
        expect(page.locator("#notice")).to_contain_text(what)
        nothing_of_the_inside(page)
    expect(page.locator("#filling-saved")).to_contain_text("还没有保存过")


def test_on_the_page_of_checks(
    quiet: Site, open_browser: Callable[..., Page], registry: FormRegistry, tmp_path: Path, screenshots: Path
) -> None:
    from playwright.sync_api import expect

    page = open_browser("422")
    enter(page, quiet, "乙某", "/check")
    for name, file in FILES.items():
        what = words_of(file, tmp_path, lambda path: open_input(path, registry))
        page.locator("#check-file").set_input_files(payload(file))
        told = page.locator(".refused, #notice .notice.error").filter(has_text=what)
        expect(told.first).to_be_visible()
        nothing_of_the_inside(page)
        if name == "markup as a name":
            page.screenshot(path=screenshots / "fault-upload.png")
        page.goto(f"{quiet.url}/check")


def test_in_the_library(quiet: Site, open_browser: Callable[..., Page], screenshots: Path) -> None:
    from playwright.sync_api import expect

    page = open_browser("422")
    enter(page, quiet, "管理员", "/library?tab=change")
    for name in ("bomb", "word bomb", "macros", "under a password", "nothing", "markup as a name"):
        page.locator("#library-file").set_input_files(payload(FILES[name]))
        told = page.locator("#library-job .error, #notice .notice.error").filter(
            has_text=re.compile("没有加入资料库|没有收下|空的")
        )
        expect(told.first).to_be_visible(timeout=15_000)
        nothing_of_the_inside(page)
        page.screenshot(path=screenshots / "fault-library.png")
        page.goto(f"{quiet.url}/library?tab=change")
    page.goto(f"{quiet.url}/library?tab=sources")
    expect(page.locator("#library")).not_to_contain_text("填报.xlsx")


def test_for_a_batch_run(quiet: Site, open_browser: Callable[..., Page], screenshots: Path) -> None:
    from playwright.sync_api import expect

    page = open_browser("422")
    enter(page, quiet, "管理员", "/batch")
    page.locator("#run-name").fill("坏文件<b>")
    page.locator("#run-year").fill("2025")
    page.get_by_role("button", name="新建批量").click()
    box, told = page.locator("#more-in"), page.locator(".told").first
    box.set_input_files([payload(FILES[name]) for name in ("a path as a name", "letters turned round", "nothing")])
    for words in ("图片", "程序文件", "空的"):
        expect(told).to_contain_text(words)
    expect(page.get_by_role("button", name="开始起草")).to_be_disabled()
    before = {path for path in quiet.home.rglob("*") if path.is_file()}
    with zipfile.ZipFile(stream := io.BytesIO(), "w") as archive:
        archive.writestr("../../../outside.json", b"{}")
        archive.writestr("<img src=x onerror=document.title=1>.json", b"{}")
    box.set_input_files({"name": "各单位<b>.zip", "mimeType": "application/zip", "buffer": stream.getvalue()})
    expect(page.locator("#files-in")).to_contain_text("2 个文件")
    nothing_of_the_inside(page)
    assert page.locator("#batch-work img").count() == 0
    page.screenshot(path=screenshots / "fault-batch-files.png")
    new = {path for path in quiet.home.rglob("*") if path.is_file() and not path.name.startswith(FILE)} - before
    run = page.url.split("run=")[1]
    assert new and all(run in path.parts for path in new)
    assert not list(quiet.home.parent.glob("outside*"))
