"""The web page: self-contained, accessible, complete, and inert whatever the text says."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from assistant.form import Cell, Form, FormRegistry, table_grid
from assistant.form.loader import load_form
from assistant.report.document import Annotation, FormTable, Heading, Run, TextParagraph
from assistant.report.html_writer import write_html
from assistant.report.printing import TO_FILL
from tests.report.writer_samples import document, numbered_cells

RESULT = ["三、本年度办理结果", "（三）不予公开"]
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><b>",
    "]]>",
    "a\x00\x07\x1f",
    "\ud800\udfff",
    "字" * 10_000,
]


@pytest.fixture(params=["form2019", "form2021", "form2027"])
def any_form(request: pytest.FixtureRequest, registry: FormRegistry) -> Form:
    if request.param == "form2027":
        return load_form(Path(__file__).parents[1] / "data" / "form2027.toml")
    return registry.get(request.param)


def page(text: str) -> Any:
    return html.document_fromstring(text)


def statutory_tables(root: Any) -> list[Any]:
    return list(root.xpath("//main//table"))


def placed(table: Any) -> dict[tuple[int, int], Any]:
    """Each grid place with the cell that covers it, spans followed as a browser does; no place twice."""
    grid: dict[tuple[int, int], Any] = {}
    for row, line in enumerate(table.iter("tr")):
        column = 0
        for cell in line:
            while (row, column) in grid:
                column += 1
            for down in range(int(cell.get("rowspan", 1))):
                for right in range(int(cell.get("colspan", 1))):
                    assert (row + down, column + right) not in grid
                    grid[row + down, column + right] = cell
    return grid


def test_every_value_stands_in_its_place(any_form: Form) -> None:
    sample = document(any_form)
    for definition, table in zip(any_form.tables, statutory_tables(page(write_html(sample))), strict=True):
        layout = table_grid(definition)
        grid = placed(table)
        assert len(grid) == layout.rows * layout.cols
        for cell in layout.cells:
            expected = sample.cells[cell.key].raw if cell.kind == "data" else cell.text
            found = {
                grid[row, column]
                for row in range(cell.row, cell.row + cell.rowspan)
                for column in range(cell.col, cell.col + cell.colspan)
            }
            assert [item.text_content() for item in found] == [expected]


def test_each_value_names_its_row_and_column_headers(form2021: Form) -> None:
    root = page(write_html(document(form2021)))
    cells = {cell.text_content(): cell for cell in root.xpath("//main//td[@headers]")}
    assert len(cells) == len(form2021.cells)
    names = {header.get("id"): header.text_content() for header in root.xpath("//th[@id]")}
    assert len(names) == len(root.xpath("//main//th"))
    samples = numbered_cells(form2021)
    for key, expected in (
        (
            "t3.r3_4_third.legal",
            ["申请人情况", "法人或其他组织", "法律服务机构", *RESULT, "4.保护第三方合法权益"],
        ),
        ("t2.penalty.decisions", ["第二十条第（六）项", "本年处理决定数量", "行政处罚"]),
        ("t4.lit_after.total", ["行政诉讼", "复议后起诉", "总计"]),
    ):
        assert [names[name] for name in cells[samples[key].raw].get("headers").split()] == expected


def test_headers_have_scopes_that_fit_their_spans(any_form: Form) -> None:
    root = page(write_html(document(any_form)))
    for header in root.xpath("//main//th"):
        label = "label" in header.get("class")
        group = int(header.get("rowspan" if label else "colspan", 1)) > 1
        assert header.get("scope") == ("row" if label else "col") + ("group" if group else "")
    for table in root.xpath("//table"):
        assert table.xpath("caption")[0].text_content()
        assert table.xpath("tbody")


def test_the_page_has_one_title_and_headings_without_gaps(form2021: Form) -> None:
    sample = document(form2021)
    root = page(write_html(sample))
    assert root.get("lang") == "zh-CN"
    assert [heading.text_content() for heading in root.xpath("//h1")] == [sample.title] == [root.xpath("string(//title)")]
    levels = [int(heading.tag[1]) for heading in root.xpath("//h1|//h2|//h3|//h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [heading.text_content() for heading in root.xpath("//h2")] == [section.heading for section in form2021.sections]


def test_the_skip_link_leads_to_the_text(form2021: Form) -> None:
    root = page(write_html(document(form2021)))
    first = root.xpath("//body/*")[0]
    assert first.get("class") == "skip"
    assert root.xpath(f"//*[@id='{first.get('href').lstrip('#')}']")[0].tag == "main"


def test_identifiers_are_unique(form2021: Form) -> None:
    cells = numbered_cells(form2021)
    found = page(write_html(document(form2021, previous=cells, previous_year=2024))).xpath("//@id")
    assert len(found) == len(set(found))


def test_nothing_is_loaded_and_no_script_runs(form2021: Form) -> None:
    text = write_html(document(form2021, previous=numbered_cells(form2021), previous_year=2020), working=True)
    root = page(text)
    policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert not root.xpath("//script|//link|//img|//iframe|//object|//embed|//form|//base|//@src|//@*[starts-with(name(), 'on')]")
    assert not re.search(r"url\(|@import|javascript:", text)
    assert {link for link in root.xpath("//@href") if not link.startswith("#")} == set()


def test_there_is_a_print_style(form2021: Form) -> None:
    style = page(write_html(document(form2021))).xpath("string(//style)")
    assert "@media print" in style
    assert "@page { size: A4" in style


def test_gaps_and_blank_cells_are_marked_in_words(form2021: Form) -> None:
    root = page(write_html(document(form2021, {})))
    marks = [mark.text_content() for mark in root.xpath("//mark[@class='gap']")]
    assert marks.count(TO_FILL) == len(form2021.cells)
    assert "【待补：网站名称】" in marks
    assert not [cell for cell in root.xpath("//main//td") if not cell.text_content().strip()]


def test_sources_are_shown_in_the_working_copy_only(form2021: Form) -> None:
    sample = document(form2021)
    assert not page(write_html(sample)).xpath("//small")
    notes = {note.text_content() for note in page(write_html(sample, working=True)).xpath("//small")}
    assert notes == {"〔依据：新收41件（表三 D5）〕", "〔检查：表三自然人列不平衡〕", "〔待补：请提供网站名称〕"}


def hostile(form: Form, text: str) -> str:
    cells = numbered_cells(form)
    cells["t3.new.natural"] = Cell(key="t3.new.natural", raw=text, status="unparsed")
    cells["t3.new.biz"] = Cell(key="t3.new.biz", raw=text, value=Decimal(1), status="ok")
    found = (
        Heading(1, text, (Annotation("gap", text),)),
        TextParagraph((Run(text, (Annotation("source", text),), gap=True),)),
        FormTable("t3"),
    )
    return write_html(document(form, cells, title=text, unit=text, identity=text, elements=found), working=True)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(form2021: Form, text: str) -> None:
    written = hostile(form2021, text)
    written.encode("utf-8")
    root = page(written)
    assert not root.xpath("//script|//img|//b")
    assert len(root.xpath("//style")) == len(root.xpath("//main")) == len(root.xpath("//head/title")) == 1
    assert len(root.xpath("//main//td[@headers]")) == 175


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec=None), max_size=80))
def test_any_text_gives_a_page_with_its_table(form2021: Form, text: str) -> None:
    written = hostile(form2021, text)
    written.encode("utf-8")
    assert len(page(written).xpath("//main//td[@headers]")) == 175


def test_a_page_takes_at_most_10_ms(form2021: Form) -> None:
    sample = document(form2021)
    write_html(sample)
    times = []
    for _ in range(10):
        start = time.perf_counter()
        write_html(sample)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.010
