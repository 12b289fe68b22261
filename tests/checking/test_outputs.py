"""The page is one file without script or address, marks findings at their places, and no report's markup becomes the page's."""

from __future__ import annotations

import io
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from assistant.checking.output_html import write_html
from assistant.checking.output_json import write_json
from assistant.checking.output_text import write_text
from assistant.checking.output_xlsx import write_xlsx
from assistant.checking.result import Checked
from assistant.checking.run import Checking, Options
from assistant.checks.report_subject import subject_of_report
from assistant.form import FormRegistry
from tests.checking.material import CLEAN, FAULTY, REPORTS, broken_report

EVIL = '<script>alert(1)</script><img src=x onerror=alert(2)>&amp;"\'</p>=HYPERLINK("http://x")\x1b[31m'


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.links += [value or "" for name, value in attrs if name == "href"]


def checked(*paths: Path, registry: FormRegistry, previous: tuple[Path, ...] = ()) -> list[Checked]:
    return list(Checking(paths, registry, Options(previous=previous)).results())


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, registry: FormRegistry) -> list[Checked]:
    folder = tmp_path_factory.mktemp("in")
    (folder / "broken.txt").write_text(broken_report(registry.get("form2021")), encoding="utf-8")
    (folder / "copy.txt").write_text(FAULTY.read_text(encoding="utf-8").replace("2024年", "2025年"), encoding="utf-8")
    evil = CLEAN.read_text(encoding="utf-8").replace("（一）主动公开\n", f"（一）主动公开\n2023年，我局{EVIL}公开信息3条。\n", 1)
    (folder / "evil.txt").write_text(evil, encoding="utf-8")
    paths = (folder / "broken.txt", folder / "copy.txt", folder / "evil.txt", folder / "none.txt")
    return checked(*paths, registry=registry, previous=(REPORTS,))


def page_of(text: str) -> Page:
    page = Page()
    page.feed(text)
    return page


def test_the_page_needs_nothing_from_outside_and_runs_nothing(several: list[Checked]) -> None:
    text = write_html(several)
    page = page_of(text)
    assert not page.tags["script"] and not page.tags["img"] and not page.tags["link"] and not page.tags["iframe"]
    assert all(link.startswith("#") for link in page.links)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in ("src", "srcset", "action")]
    assert "default-src 'none'" in text and "url(" not in text and "@import" not in text


def test_every_id_is_there_once_and_every_link_leads_somewhere(several: list[Checked]) -> None:
    page = page_of(write_html(several))
    assert not [name for name, count in Counter(page.ids).items() if count > 1]
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_every_finding_is_listed_with_reason_and_remedy_worst_first(several: list[Checked]) -> None:
    text = write_html(several)
    for number, result in enumerate(several):
        for place in range(len(result.findings)):
            assert f'id="r{number}-f{place}"' in text
        levels = re.findall(rf'id="r{number}-f\d+" class="(\w+)"', text)
        assert levels == sorted(levels, key=["error", "warning", "info", "unknown"].index)
    assert "<dt>依据</dt>" in text and "<dt>处理</dt>" in text


def test_words_and_cells_are_marked_where_findings_speak_of_them(several: list[Checked]) -> None:
    text = write_html(several)
    broken = next(finding for finding in several[0].findings if finding.rule.startswith("T4-SUM"))
    assert re.search(rf'<mark id="r0-c-{re.escape(broken.cells[0])}" class="error">', text)
    evil = several[2]
    place, finding = next((n, each) for n, each in enumerate(evil.findings) if each.rule == "Y-LEFTOVER")
    assert f'<span id="r2-p{place}"></span><mark class="{finding.severity}">2023' in text


def test_copied_passages_stand_side_by_side(several: list[Checked]) -> None:
    copied = [finding for finding in several[1].findings if finding.rule.startswith("SIM-")]
    assert copied and copied[0].alike
    assert "<caption>两处文字对照</caption>" in write_html(several)
    assert "本篇：" in write_text(several)


def test_a_reports_markup_is_text_everywhere(several: list[Checked]) -> None:
    assert "<script>alert" not in write_html(several) and "&lt;script&gt;" in write_html(several)
    assert "\x1b" not in write_text(several)
    assert len(write_json(several).splitlines()) == len(several)


def test_the_page_can_be_used_by_keyboard(several: list[Checked]) -> None:
    text = write_html(several)
    assert 'class="skip" href="#main"' in text and '<html lang="zh-CN">' in text
    assert ":focus-visible" in text and 'tabindex="0"' in text
    assert text.count("<h1") == 1


def test_the_workbook_has_all_findings_of_all_inputs_as_text(several: list[Checked]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(several)))
    sheet = book["检查意见"]
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == sum(len(result.findings) for result in several) + sum(bool(result.error) for result in several)
    assert all(cell.data_type in ("s", "n", "inlineStr") for row in rows for cell in row)
    assert [row[0].value for row in book["汇总"].iter_rows(min_row=2)] == [str(result.path) for result in several]


def test_colours_only_when_asked_for(several: list[Checked]) -> None:
    assert "\x1b[" in write_text(several, colour=True)
    assert "\x1b[" not in write_text(several, colour=False)


def test_results_come_in_the_order_given_and_none_is_lost(registry: FormRegistry) -> None:
    paths = sorted(REPORTS.glob("*.txt"), reverse=True)
    assert [result.path for result in checked(*paths, registry=registry)] == paths


def test_a_defect_in_one_input_is_told_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch, registry: FormRegistry) -> None:
    whole = subject_of_report

    def failing(report, **rest):  # type: ignore[no-untyped-def]
        if report.path == str(FAULTY):
            raise RuntimeError("planted")
        return whole(report, **rest)

    monkeypatch.setattr("assistant.checking.run.subject_of_report", failing)
    first, second = checked(FAULTY, CLEAN, registry=registry)
    assert "planted" in first.error and str(FAULTY) in first.error
    assert not second.error and second.subject is not None
