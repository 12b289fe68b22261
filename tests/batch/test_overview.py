"""The overview shows each unit as the records have it, names who is worth a call in words, and lets nothing hostile through."""

from __future__ import annotations

import html.parser
import io
import json
import re
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.batch.overview import build_overview, write_overview
from assistant.batch.overview_html import content_security_policy, overview_html
from assistant.batch.overview_model import Figure, Overview, UnitLine
from assistant.batch.overview_outliers import outliers, overview_data, robust_scores
from assistant.batch.overview_xlsx import overview_workbook
from assistant.batch.records import RUN_FILE, RunRecord, UnitRecord
from assistant.errors import InputError
from assistant.form import FormRegistry, default_registry
from assistant.form.loader import load_form
from tests.batch.overview_material import TODAY, county_units, write_run
from tests.corpus.material import ROOT
from tests.strategies import example_submission

GOVERNMENT = "示例县人民政府"
_HOSTILE = ("示例县<script>alert(1)</script>\"'局", '=HYPERLINK("http://x.example","点")局', "示例县‮局", "+1局")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    others = [
        UnitRecord(key=f"h{number}", unit=name, year=2025, kind="dept", state="failed", message=f"{name}打不开")
        for number, name in enumerate(_HOSTILE)
    ]
    absent = UnitRecord(key="m", unit="示例县档案局", year=2025, kind="dept", state="missing", message="没有交填报件")
    write_run(folder, county_units(), others=[*others, absent])
    return folder


@pytest.fixture(scope="module")
def county(out: Path) -> Overview:
    return build_overview(out)


class _Page(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Page()
    parser.feed(page)
    return parser.tags


def _line(overview: Overview, unit: str) -> UnitLine:
    return next(line for line in overview.units if line.unit == unit)


def test_every_unit_is_there_with_its_state_and_figures(county: Overview) -> None:
    assert county.counts() == {"done": 11, "failed": 4, "refused": 0, "waiting": 0, "missing": 1}
    line = _line(county, "示例县自然资源局")
    assert line.figures["t3.new.total"] == Figure(now=Decimal(95), before=Decimal(123))
    assert line.changed[0] == "t3.new.total"
    assert line.sentences.offline > 10


def test_deadlines_are_those_of_article_49(county: Overview) -> None:
    due = {line.unit: (line.due, line.days_left) for line in county.units}
    assert due["示例县公安局"] == (date(2026, 1, 31), 11)
    assert due["示例县人民政府"] == (date(2026, 3, 31), 70)
    assert due["示例县柳溪镇人民政府"] == (None, None)


def test_missing_parts_and_errors_are_told_with_what_is_asked(county: Overview) -> None:
    line = _line(county, "示例县柳溪镇人民政府")
    assert "监督保障" in {part.part for part in line.missing}
    assert line.errors == len(line.findings) > 0
    page = overview_html(county)
    assert all(finding.message in page for finding in line.findings if not set("<>&\"'") & set(finding.message))


def test_who_copies_last_year_is_found_in_the_sample_county(county: Overview) -> None:
    names = {line.key: line.unit for line in county.units}
    assert names[county.last_year[0].first] == "示例县人民政府东关街道办事处"
    assert [each.name for each in county.outliers if each.rule == "OUT-LASTYEAR"] == ["示例县人民政府东关街道办事处"]


def test_nothing_of_a_unit_becomes_markup_and_nothing_is_loaded(county: Overview) -> None:
    page = overview_html(county)
    tags = _tags(page)
    assert sum(tag == "script" for tag, _attributes in tags) == 1
    assert all("src" not in attributes and not any(name.startswith("on") for name in attributes) for _tag, attributes in tags)
    assert {tag for tag, _attributes in tags} & {"img", "iframe", "link", "object", "embed", "form", "base"} == set()
    links = [attributes["href"] or "" for tag, attributes in tags if tag == "a" and "href" in attributes]
    assert all(link.startswith(("#", "units/")) for link in links)
    assert content_security_policy() in page
    assert "‮" not in page


def test_every_link_leads_somewhere(county: Overview, out: Path) -> None:
    tags = _tags(overview_html(county))
    places = {attributes["id"] for _tag, attributes in tags if "id" in attributes}
    links = [attributes["href"] or "" for tag, attributes in tags if tag == "a"]
    assert all(link[1:] in places for link in links if link.startswith("#"))
    files = {link for link in links if not link.startswith("#")}
    assert len(files) == 22
    assert all((out / unquote(link)).is_file() for link in files)


def test_a_path_that_leads_out_of_the_folder_is_no_link(tmp_path: Path) -> None:
    write_run(tmp_path, county_units()[:1])
    run = json.loads((tmp_path / RUN_FILE).read_text(encoding="utf-8"))
    run["units"][0]["files"].update(html="../../etc/passwd", docx="/etc/passwd", draft="javascript:alert(1)")
    (tmp_path / RUN_FILE).write_text(json.dumps(run), encoding="utf-8")
    page = overview_html(build_overview(tmp_path, similarity=False))
    links = [attributes.get("href") or "" for tag, attributes in _tags(page) if tag == "a"]
    assert not any("passwd" in link or link.startswith("javascript:") for link in links)


def test_tables_and_charts_have_names_for_those_who_cannot_see_them(county: Overview) -> None:
    page = overview_html(county)
    charts = re.findall(r'<svg [^>]*role="img" aria-labelledby="(\S+) (\S+)"', page)
    assert len(charts) == 3
    assert all(f'<title id="{title}">' in page and f'<desc id="{text}">' in page for title, text in charts)
    assert all(attributes.get("scope") for tag, attributes in _tags(page) if tag == "th")


def test_the_workbook_holds_texts_and_figures_and_no_formula(county: Overview) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(overview_workbook(county)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    sheet = book["各单位"]
    heads = [cell.value for cell in sheet[1]]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    assert rows["示例县公安局"][heads.index("新收申请")].value == 60
    assert rows["示例县档案局"][heads.index("新收申请")].value is None
    assert _HOSTILE[1] in rows


def test_a_unit_whose_files_are_gone_is_shown_and_told_of(tmp_path: Path) -> None:
    run = write_run(tmp_path, county_units()[:3])
    for unit in run.units[:2]:
        (tmp_path / unit.files.input).write_text("{", encoding="utf-8")
        (tmp_path / unit.files.draft).unlink()
    overview = build_overview(tmp_path)
    assert len(overview.units) == 3
    assert [bool(line.figures) for line in overview.units] == [False, False, True]
    assert sum("没有列出" in note for note in overview.notes) == 2


def test_no_run_is_told_and_an_empty_one_shown(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有批量起草的结果"):
        build_overview(tmp_path)
    empty = RunRecord(id="run", folder="/none", year=2025, state="running")
    (tmp_path / RUN_FILE).write_text(empty.model_dump_json(), encoding="utf-8")
    paths = write_overview(tmp_path, build_overview(tmp_path))
    assert all(path.stat().st_size for path in paths)


def test_a_new_form_needs_no_new_code(tmp_path: Path) -> None:
    registry = FormRegistry((*default_registry().forms, load_form(ROOT / "tests" / "data" / "form2027.toml")))
    write_run(tmp_path, [(example_submission(registry.get("form2027")), None)], registry=registry)
    overview = build_overview(tmp_path, registry=registry)
    assert overview.units[0].figures["t3.new.total"].now is not None
    assert "t3.new.total" in {measure.key for measure in overview.measures}


def _unit(number: int, key: str = "t3.new.total", now: int | None = None, before: int | None = None, **fields: Any) -> UnitLine:
    values = {name: None if value is None else Decimal(value) for name, value in (("now", now), ("before", before))}
    given: dict[str, Any] = {"state": "done", "figures": {key: Figure(**values)}, **fields}
    return UnitLine(key=f"k{number}", unit=f"第{number}局", kind="dept", kind_label="部门", **given)


@pytest.mark.parametrize(
    ("rule", "unit"),
    [
        ("OUT-TIMES", _unit(1, now=90, before=30)),
        ("OUT-FELL", _unit(1, now=10, before=40)),
        ("OUT-VANISHED", _unit(1, now=0, before=25)),
        ("OUT-DISPUTES", _unit(1, "t4.rev.total", now=6, before=2)),
        ("OUT-ERRORS", _unit(1, errors=5)),
        ("OUT-ABSENT", _unit(1, state="refused", message="打不开")),
        ("OUT-LATE", _unit(1, state="waiting", due=date(2026, 1, 31), days_left=-3)),
    ],
)
def test_each_rule_names_its_reason_in_words(rule: str, unit: UnitLine) -> None:
    found = list(outliers([unit]))
    assert [each.rule for each in found] == [rule]
    assert "{" not in found[0].text


def test_shares_name_part_and_whole() -> None:
    figures = {
        key: Figure(now=Decimal(value)) for key, value in {"t3.r7_total.total": 25, "d.disclosed": 0, "d.corrected": 3}.items()
    }
    texts = {each.rule: each.text for each in outliers([_unit(1, figures=figures)])}
    assert texts == {
        "OUT-CORRECTED": "复议、诉讼中被纠正 3 件，占办结 25 件的 12.0%",
        "OUT-CLOSED": "办结 25 件，没有一件予以公开或部分公开",
    }


def test_one_far_above_its_kind_is_named_and_the_others_are_not() -> None:
    units = [_unit(number, now=value) for number, value in enumerate([3, 4, 5, 6, 5, 4, 400])]
    found = [each for each in outliers(units) if each.rule == "OUT-SPREAD"]
    assert [each.unit for each in found] == ["k6"]
    assert "中位数是 5 件" in found[0].text


def test_units_without_a_figure_do_not_pull_down_the_median_of_their_kind() -> None:
    units = [_unit(number, now=value) for number, value in enumerate([290, 300, 305, 310, 295, 300, 9000, *[None] * 9])]
    texts = [each.text for each in outliers(units) if each.rule == "OUT-SPREAD"]
    assert texts == ["新收申请 9000 件，远多于同类单位（7 个部门的中位数是 300 件）"]


@given(st.lists(st.tuples(st.none() | st.integers(0, 500), st.none() | st.integers(0, 500)), min_size=1, max_size=12))
def test_blank_is_not_zero_for_any_rule(values: list[tuple[int | None, int | None]]) -> None:
    units = [_unit(number, now=now, before=before) for number, (now, before) in enumerate(values)]
    named = {each.unit for each in outliers(units) if each.rule != "OUT-SPREAD"}
    blank = {unit.key for unit in units if None in (unit.figures["t3.new.total"].now, unit.figures["t3.new.total"].before)}
    assert not named & blank
    spread = {each.unit for each in outliers(units) if each.rule == "OUT-SPREAD"}
    assert not spread & {unit.key for unit in units if unit.figures["t3.new.total"].now is None}


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_robust_scores_are_numbers_and_zero_where_all_are_equal(values: list[float]) -> None:
    scores = robust_scores(values)
    assert all(score == score for score in scores)
    assert len(set(values)) > 1 or set(scores) == {0.0}


def test_the_measures_and_rules_are_of_the_form_in_force() -> None:
    form = default_registry().for_year(2025)
    known = {*form.cells, *(item.key for item in form.derived)}
    data = overview_data()
    measures = {row["key"] for row in data["measures"]}
    assert measures <= known
    assert {key for chart in data["charts"] for key in chart["keys"]} | set(data["changes"]["keys"]) <= measures
    assert {row[name] for row in data["rules"] for name in ("of", "whole") if name in row} <= measures


def test_the_days_left_are_counted_from_the_day_given(out: Path) -> None:
    later = build_overview(out, today=date(2026, 2, 3), similarity=False)
    assert _line(later, "示例县公安局").days_left == -3
    assert {each.name for each in later.outliers if each.rule == "OUT-LATE"} == {*_HOSTILE, "示例县档案局"}
    assert later.today != TODAY


def test_the_page_sorts_and_filters_in_a_browser_and_asks_for_nothing_else(county: Overview, tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium on this machine")
    path = tmp_path / "overview.html"
    path.write_text(overview_html(county), encoding="utf-8")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        page.on("request", lambda request: told.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        rows = page.locator("#units tbody tr:visible")
        page.get_by_role("button", name="新收申请").click()
        assert rows.first.get_by_role("rowheader").inner_text() == GOVERNMENT
        assert page.locator("th[aria-sort=descending]").inner_text().startswith("新收申请")
        page.get_by_label("状态").select_option("missing")
        assert rows.count() == 1
        page.get_by_label("状态").select_option("")
        page.get_by_label("查找").fill("公安")
        assert rows.count() == 1
        assert page.get_by_role("status").inner_text() == f"显示 1 个，共 {len(county.units)} 个"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        browser.close()
    assert told == []
