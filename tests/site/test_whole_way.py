"""From an empty folder to an exported Word report, in a browser, following what the pages say; with a model; two people at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.form import FormRegistry
from assistant.report.reading import read_report
from assistant.submission.workbook_writer import blank_workbook
from tests.model.author import Author
from tests.model.behaviours import PROBE
from tests.model.server import ScriptedServer
from tests.review.desk_material import YEAR, county
from tests.site.conftest import enter
from tests.site.serving import PASSWORD, Site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

UNIT, KEY = "示例县公安局", "gonganju"
PATIENCE = 20_000  # milliseconds; a machine with other work on it is slow
HOSTILE = "<img src=x onerror=document.title=1>[点我](javascript:alert(1))<script>document.title=1</script>${7*7}"
Opened = Callable[..., "Page"]


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    sync_api = pytest.importorskip("playwright.sync_api")
    sync_api.expect.set_options(timeout=PATIENCE)
    yield
    sync_api.expect.set_options(timeout=5000)


@pytest.fixture
def workbook(tmp_path: Path, registry: FormRegistry) -> Path:
    """What a unit hands in, as a filled workbook with last year beside it."""
    content, before = county(KEY, YEAR), county(KEY, YEAR - 1)
    path = tmp_path / "县公安局填报.xlsx"
    path.write_bytes(blank_workbook(YEAR, content.unit.kind, registry, previous=before, filled=content))
    return path


def opened(page: Page, title: str) -> None:
    """Wait until a page stands."""
    from playwright.sync_api import expect

    expect(page.locator("h1").first).to_contain_text(title)


def first_login(page: Page, site: Site, name: str, screenshots: Path | None = None) -> None:
    """Sign in with the first password and set one's own."""
    page.goto(site.url)
    if screenshots:
        page.screenshot(path=screenshots / "walk-login.png")
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(site.password(name))
    page.get_by_role("button", name="登录").click()
    page.get_by_label("初始密码").fill(site.password(name))
    page.get_by_label(re.compile("^新密码")).fill(PASSWORD)
    page.get_by_label("再输一遍新密码").fill(PASSWORD)
    if screenshots:
        page.screenshot(path=screenshots / "walk-password.png")
    page.get_by_role("button", name="保存新密码").click()
    opened(page, "工作台")
    site._passwords[name] = PASSWORD


def handed_in(page: Page, workbook: Path, screenshots: Path) -> None:
    """From the desk to data that are saved and checked, with a note of hostile text that shows as text."""
    from playwright.sync_api import expect

    page.screenshot(path=screenshots / "walk-desk.png")
    page.get_by_role("link", name=f"填报数据：{UNIT} {YEAR} 年度").click()
    page.locator("input[type=file][data-action=came]").wait_for(state="attached")
    page.screenshot(path=screenshots / "walk-data-empty.png")
    page.locator("input[type=file][data-action=came]").set_input_files(workbook)
    expect(page.locator("#notice")).to_contain_text("已读入")
    expect(page.locator("#filling-saved")).to_contain_text("已保存第 1 版")
    wrong = page.locator("#cell-t2-norm-valid-in")
    right = wrong.input_value()
    wrong.fill("很多")
    expect(page.locator("#filling-findings .badge.error").first).to_be_visible()
    page.screenshot(path=screenshots / "walk-data.png")
    page.reload()
    expect(wrong).to_have_value("很多")
    wrong.fill(right)
    expect(page.locator("#filling-findings .badge.error")).to_have_count(0)
    page.get_by_role("link", name="素材与问题").click()
    box = page.get_by_role("region", name=re.compile("监督保障"))
    box.get_by_text("添加一条").click()
    box.get_by_label("做了什么").fill("举办业务培训2次，参加12人。")
    expect(box.get_by_text("找到数字：2、12")).to_be_visible()
    page.screenshot(path=screenshots / "walk-notes.png")
    box.get_by_label("做了什么").fill(f"培训了12人{HOSTILE}")
    box.get_by_role("button", name="保存这一条").click()
    entry = page.locator(".entry", has_text=HOSTILE)
    expect(entry).to_be_visible()
    assert page.locator("#data img, #data .entry a, #data script").count() == 0
    page.once("dialog", lambda dialog: dialog.accept())
    entry.get_by_role("button", name=re.compile("^删去")).click()
    expect(entry).to_have_count(0)


def drafted(page: Page, screenshots: Path, writer: str = "offline") -> None:
    """From the data to a draft, by the brief and the progress of the work."""
    from playwright.sync_api import expect

    page.get_by_role("link", name="下一步：起草").click()
    opened(page, "起草")
    page.screenshot(path=screenshots / "walk-brief.png")
    page.locator(f"input[name=writer][value={writer}]").first.check()
    page.get_by_role("button", name="开始起草").click()
    job = page.locator("#job")
    expect(job).to_contain_text("写好")
    expect(job).to_have_attribute("data-state", "done")
    page.screenshot(path=screenshots / "walk-progress.png")
    page.get_by_role("link", name="下一步：去审阅").click()
    page.locator("#report").wait_for()


def paragraph(page: Page, words: str) -> Locator:
    """The paragraph that has these words now, whatever becomes of its text."""
    found = page.locator(".para", has_text=words).first
    return page.locator(f"#{found.get_attribute('id')}")


def looked_at(page: Page, screenshots: Path) -> None:
    """Evidence; a wrong figure, what is found, and back; another wording; a comment."""
    from playwright.sync_api import expect

    place, panel = paragraph(page, "新收政府信息公开申请60件"), page.locator("#panel")
    place.locator(".sentence").first.click()
    expect(panel.locator("td.marked").first).to_contain_text("60")
    page.screenshot(path=screenshots / "walk-evidence.png")
    place.get_by_role("button", name="修改").click()
    box = place.get_by_label("修改这一段")
    before = box.input_value()
    box.fill(before.replace("60件", "61件", 1))
    expect(place.get_by_text("已暂存")).to_be_visible()
    page.reload()
    place.get_by_role("button", name="接着写").click()
    expect(box).to_have_value(before.replace("60件", "61件", 1))
    place.get_by_role("button", name="保存并核对").click()
    expect(place.locator(".finding.error").first).to_contain_text("61")
    page.screenshot(path=screenshots / "walk-finding.png")
    place.get_by_role("button", name="历史").click()
    page.screenshot(path=screenshots / "walk-history.png")
    panel.get_by_role("button", name="恢复这一版").click()
    expect(place.locator(".finding")).to_have_count(0)
    place.get_by_role("button", name="换个写法").click()
    panel.get_by_role("button", name="更简洁").click()
    panel.get_by_role("button", name="给出别的写法").click()
    expect(panel.locator(".suggestion, .missing").first).to_be_visible()
    page.screenshot(path=screenshots / "walk-wordings.png")
    if panel.get_by_role("button", name="采用这个写法").count():
        panel.get_by_role("button", name="采用这个写法").first.click()
        expect(place).to_have_attribute("data-state", "accepted")
    place.get_by_role("button", name=re.compile("^批注")).click()
    panel.get_by_label("写批注").fill(HOSTILE)
    panel.get_by_role("button", name="存批注").click()
    expect(panel.locator(".talk")).to_contain_text(HOSTILE)
    panel.get_by_role("button", name="了结").click()
    expect(panel).to_contain_text("已了结")
    assert page.locator("#review img, #review script").count() == 0


def accepted(page: Page) -> list[str]:
    """Accept all that is left; the text of each paragraph as it is shown."""
    from playwright.sync_api import expect

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="全部采用").click()
    expect(page.locator("#bar")).to_contain_text("未决定 0")
    expect(page.locator('.para:not([data-state="accepted"])')).to_have_count(0)
    shown: list[str] = page.locator(".para .body").all_inner_texts()
    return shown


def signed(page: Page, screenshots: Path) -> None:
    """Sign the draft off, as the page says."""
    from playwright.sync_api import expect

    page.get_by_role("link", name="下一步：定稿").click()
    expect(page.get_by_role("heading", name="可以定稿")).to_be_visible()
    page.screenshot(path=screenshots / "walk-ready.png")
    page.locator("#sign-now").click()
    expect(page.get_by_role("heading", name="已定稿", level=2)).to_be_visible()


def exported(page: Page, folder: Path, kind: str) -> Path:
    """Export a file and fetch it."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"导出{kind}").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def looked_over(page: Page, site: Site, path: Path, screenshots: Path) -> None:
    """The exported report, checked as any report from elsewhere: no error."""
    from playwright.sync_api import expect

    page.goto(f"{site.url}/check")
    page.locator("#check-file").set_input_files(path)
    expect(page.locator(".checked")).to_be_visible()
    expect(page.locator(".filters")).to_contain_text("错误 0")
    page.screenshot(path=screenshots / "walk-check.png")


def cells_of(content: Any) -> dict[str, str]:
    return {key: f"{cell.value}" for key, cell in content.cells.items() if cell.value is not None}


def test_from_the_first_password_to_the_exported_word_report(
    own_site: Site, open_browser: Opened, workbook: Path, registry: FormRegistry, screenshots: Path, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    own_site.add_user("填报人", "drafter", UNIT)
    own_site.add_user("审核人", "reviewer", UNIT)
    own_site.start()
    page = open_browser()
    first_login(page, own_site, "填报人", screenshots)
    handed_in(page, workbook, screenshots)
    drafted(page, screenshots)
    page.screenshot(path=screenshots / "walk-review.png")
    looked_at(page, screenshots)
    text = accepted(page)
    page.get_by_role("link", name="下一步：定稿").click()
    expect(page.locator("#final")).to_contain_text("由审核人定稿")
    expect(page.get_by_role("button", name="导出正式稿（Word）")).to_be_disabled()

    reviewer = open_browser()
    first_login(reviewer, own_site, "审核人")
    reviewer.get_by_role("link", name=re.compile("审阅：")).click()
    reviewer.locator("#report").wait_for()
    signed(reviewer, screenshots)
    path = exported(reviewer, tmp_path, "正式稿（Word）")
    reviewer.screenshot(path=screenshots / "walk-final.png")
    report = read_report(path, registry)
    assert cells_of(report) == cells_of(county(KEY, YEAR))
    printed = "".join("".join((report.preface, *(section.text for section in report.sections))).split())
    for piece in text:
        assert "".join(piece.split()) in printed
    looked_over(page, own_site, path, screenshots)
    page.goto(own_site.url)
    expect(page.get_by_role("row", name=re.compile(f"{UNIT} {YEAR}"))).to_contain_text("已定稿")
    page.screenshot(path=screenshots / "walk-desk-done.png")


def answer(body: dict[str, Any]) -> str:
    """What the model says: a sound author that reads nothing but the prompt."""
    system, user = body["messages"][0]["content"], body["messages"][-1]["content"]
    return PROBE if user == "JSON" else Author().reply(system, user)


@pytest.fixture
def site_with_model(tmp_path: Path) -> Iterator[Site]:
    """A started site with a drafter and a reviewer, and a model on this machine."""
    pytest.importorskip("gradio")
    with ScriptedServer(author=answer) as server:
        site = Site(tmp_path / "home", OPENAI_BASE_URL=server.url, ASSISTANT_MODEL="m")
        site.home.mkdir()
        site.add_user("填报人", "drafter", UNIT)
        site.add_user("审核人", "reviewer", UNIT)
        site.start()
        yield site
        site.let_go()
        site.stop()


def both_write(pages: list[Page], screenshots: Path) -> None:
    """Two people change one paragraph: the second sees the first one's words and merges; nothing is lost."""
    from playwright.sync_api import expect

    words = ("填报人补充的话。", "审核人补充的话。")
    places = [page.locator(".para").nth(2) for page in pages]
    for place, own in zip(places, words, strict=True):
        place.locator(".sentence").first.click()
        place.get_by_role("button", name="修改").click()
        box = place.get_by_label("修改这一段")
        box.fill(box.input_value() + own)
    places[0].get_by_role("button", name="保存并核对").click()
    expect(places[0].locator(".body")).to_contain_text(words[0])
    places[1].get_by_role("button", name="保存并核对").click()
    expect(places[1].locator(".merge")).to_contain_text("填报人已先改了这一段")
    expect(places[1].locator(".merge ins").first).to_contain_text("填报")
    mine = places[1].get_by_label("您的文字")
    expect(mine).to_have_value(re.compile(f"{words[1]}$"))
    pages[1].screenshot(path=screenshots / "walk-conflict.png")
    mine.fill(mine.input_value().replace(words[1], "".join(words)))
    places[1].get_by_role("button", name="保存合并好的文字").click()
    expect(places[1].locator(".body")).to_contain_text("".join(words))
    expect(places[1]).to_have_attribute("data-state", "accepted")


def tab_to(page: Page, identifier: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(80):
        if page.evaluate("document.activeElement?.id") == identifier:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{identifier} is not reached")


def accepted_by_keys(page: Page) -> None:
    """Accept every paragraph without the mouse."""
    from playwright.sync_api import expect

    places = page.locator(".para").all()
    page.evaluate("document.activeElement.blur()")
    for _ in places:
        page.keyboard.press("k")
    for place in places:
        expect(place).to_be_focused()
        if place.get_attribute("data-state") == "undecided":
            page.keyboard.press("a")
            expect(place).to_have_attribute("data-state", "accepted")
        page.keyboard.press("j")


def test_with_a_model_two_people_and_the_keyboard(
    site_with_model: Site, open_browser: Opened, workbook: Path, registry: FormRegistry, screenshots: Path, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    site, page, reviewer = site_with_model, open_browser(), open_browser(expected="409")
    enter(page, site, "填报人")
    page.get_by_role("link", name=f"填报数据：{UNIT} {YEAR} 年度").click()
    page.locator("input[type=file][data-action=came]").set_input_files(workbook)
    expect(page.locator("#filling-saved")).to_contain_text("已保存第 1 版")
    drafted(page, screenshots, "model")
    page.locator(".para").nth(2).locator(".sentence").first.click()
    expect(page.locator("#panel")).to_contain_text("写作：模型写作")
    enter(reviewer, site, "审核人", "/review")
    reviewer.get_by_role("link", name="打开").click()
    reviewer.locator("#report").wait_for()
    place, panel = reviewer.locator(".para").nth(3), reviewer.locator("#panel")
    place.locator(".sentence").first.click()
    place.get_by_role("button", name="换个写法").click()
    panel.get_by_label("想怎么改").fill("更简洁")
    panel.get_by_role("button", name="给出别的写法").click()
    expect(panel.locator(".suggestion, .missing").first).to_be_visible()
    reviewer.screenshot(path=screenshots / "walk-model-wordings.png")
    both_write([page, reviewer], screenshots)
    accepted_by_keys(reviewer)
    reviewer.reload()
    expect(reviewer.locator("#bar")).to_contain_text("未决定 0")
    reviewer.get_by_role("link", name="下一步：定稿").press("Enter")
    reviewer.locator("#sign-now").wait_for()
    tab_to(reviewer, "sign-now")
    reviewer.keyboard.press("Enter")
    expect(reviewer.get_by_role("heading", name="已定稿", level=2)).to_be_visible()
    tab_to(reviewer, "export-docx")
    with reviewer.expect_download() as waiting:
        reviewer.keyboard.press("Enter")
    waiting.value.save_as(tmp_path / "report.docx")
    report = read_report(tmp_path / "report.docx", registry)
    assert cells_of(report) == cells_of(county(KEY, YEAR))
    assert "填报人补充的话。审核人补充的话。" in "".join(section.text for section in report.sections)


def test_every_page_opens_for_an_admin(site: Site, page: Page, screenshots: Path) -> None:
    from playwright.sync_api import expect

    from assistant.site.pages import all_pages

    enter(page, site, "管理员")
    for each in all_pages():
        if not each.shown:
            continue
        page.get_by_role("navigation").first.get_by_role("link", name=each.title, exact=True).click()
        expect(page.locator("h1").first).to_contain_text(each.title)
        expect(page).to_have_title(re.compile(f"^{each.title}"))
        page.screenshot(path=screenshots / f"walk-first-{each.path or 'desk'}.png")
