"""Web pages: every value in its cell whatever the site prints around the report and however it writes its tables."""

from __future__ import annotations

import html
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import InputError
from assistant.form import Form, FormRegistry
from assistant.form.loader import load_form
from assistant.report.block_reader import read_blocks
from assistant.report.blocks import GridBlock, ImageBlock, TextBlock
from assistant.report.html_reader import html_blocks
from assistant.report.html_writer import write_html
from assistant.report.model import Report
from tests.report.block_report import UNIT, printed
from tests.report.flat_report import numbered_values
from tests.report.page_maker import html_report, html_table, html_tables
from tests.report.test_block_reader_damage import damages
from tests.report.writer_samples import document, numbered_cells

FORMS = ("form2019", "form2021", "form2027")


@pytest.fixture(scope="module")
def known(registry: FormRegistry) -> FormRegistry:
    return FormRegistry([*registry.forms, load_form(Path(__file__).parents[1] / "data" / "form2027.toml")])


def read(page: str | bytes, known: FormRegistry) -> Report:
    data = page.encode() if isinstance(page, str) else page
    return read_blocks(html_blocks(data, "报告.html"), "报告.html", known)


def accepted(report: Report) -> dict[str, str]:
    return {key: cell.raw for key, cell in report.cells.items() if cell.ok}


def body(page: str) -> list[str]:
    return [block.text for block in html_blocks(page.encode(), "x.html") if isinstance(block, TextBlock) and block.role == "body"]


@pytest.mark.parametrize("shell", [True, False])
@pytest.mark.parametrize("form_id", FORMS)
def test_every_value_is_placed_and_the_site_left_out(form_id: str, shell: bool, known: FormRegistry) -> None:
    form = known.get(form_id)
    report = read(html_report(form, html_tables(form, numbered_values(form)), shell=shell), known)
    assert accepted(report) == numbered_values(form)
    assert (report.title, report.year) == (f"{UNIT}{form.first_year}年政府信息公开工作年度报告", form.first_year)
    assert report.published == (date(2024, 1, 20) if shell else None)
    assert report.preface.startswith("本报告所列") and "\n" not in report.preface
    assert [report.text(section.key) for section in form.sections] == [
        f"这里是{section.title}的文字。" for section in form.sections
    ]
    assert [remark.rule for remark in report.remarks] == (["S-CHROME"] if shell else [])


@pytest.mark.parametrize("form_id", FORMS)
def test_our_own_working_copy_is_read_without_its_notes(form_id: str, known: FormRegistry) -> None:
    form = known.get(form_id)
    report = read(write_html(document(form), working=True), known)
    assert accepted(report) == {key: cell.raw for key, cell in numbered_cells(form).items()}
    assert not report.remarks
    assert not re.search("〔|跳到正文|附图|表[二三四]", report.preface + "".join(section.text for section in report.sections))


@pytest.mark.parametrize(
    ("encoding", "declared", "mark"),
    [
        ("utf-8", "utf-8", b""),
        ("utf-8", "gb2312", b""),
        ("utf-8", "", b"\xef\xbb\xbf"),
        ("gb18030", "gb2312", b""),
        ("gb18030", "utf-8", b""),
        ("gb18030", "", b""),
        ("gbk", "iso-8859-1", b""),
        ("utf-16-le", "", b"\xff\xfe"),
        ("utf-16-be", "", b"\xfe\xff"),
        ("big5", "big5", b""),
    ],
)
def test_encodings_right_wrong_or_unsaid(encoding: str, declared: str, mark: bytes) -> None:
    text = "示例政府機關主要事項報告" if encoding == "big5" else "示例县人民政府2023年政府信息公开工作年度报告，〇一二"
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    page = mark + f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(encoding)
    assert [block.text for block in html_blocks(page, "x.html") if isinstance(block, TextBlock)] == [text]


def test_a_few_damaged_letters_are_told_and_mixed_encodings_refused(known: FormRegistry) -> None:
    form = known.get("form2021")
    page = html_report(form, html_tables(form, numbered_values(form))).encode()
    blocks = html_blocks(page.replace("这里是总体".encode(), b"\xe8\xbf" + "这里是总体".encode()), "x.html")
    assert [block.text for block in blocks if isinstance(block, TextBlock) and block.role == "note"] == [
        "网页有 1 处文字的编码有误，读不出来"
    ]
    half = len(page) // 2
    with pytest.raises(InputError, match="编码混乱"):
        html_blocks(page[:half].decode(errors="ignore").encode("gb18030") + b"\xff\xfe\x80" + page[half:], "x.html")


@pytest.mark.parametrize("page", ["", "  \n ", "<!-- nothing -->"])
def test_a_page_without_content_is_refused_or_empty(page: str, known: FormRegistry) -> None:
    with pytest.raises(InputError):
        read(page, known)


def test_numbers_split_over_spans_and_broken_labels_are_whole(known: FormRegistry) -> None:
    form = known.get("form2021")

    def show(text: str) -> str:
        if text.isdigit():
            return f"\n <p><span>{text[:2]}</span><font>{text[2:]}</font>\u200b</p>\n"
        return f"<p>{text[:2]}<br/>{text[2:4]}</p><p>&nbsp;{html.escape(text[4:])}</p>"

    report = read(html_report(form, html_tables(form, numbered_values(form), show)), known)
    assert accepted(report) == numbered_values(form)


@pytest.mark.parametrize(
    "cell",
    [
        "12<br>34",
        "<p>12</p><p>34</p>",
        "12<sup>3</sup>",
        "12<sup>①</sup>",
        '<img src="a.png" alt="12">',
        "<table><tr><td>1<td>2</table>",
    ],
)
def test_two_numbers_marks_and_pictures_in_a_cell_are_no_number(cell: str, known: FormRegistry) -> None:
    form = known.get("form2021")
    key = form.table("t3").blocks[0].key_of(form.table("t3").leaf_rows()[0], form.table("t3").leaf_columns()[0])
    values = dict.fromkeys(form.cells, "5") | {key: "@"}
    page = html_report(form, html_tables(form, values)).replace("<td>@</td>", f"<td>{cell}</td>")
    report = read(page, known)
    assert not report.cells[key].ok
    assert sum(other.ok for other in report.cells.values()) == len(form.cells) - 1


@pytest.mark.parametrize(
    "hidden",
    [
        '<td style="display: none">99</td>',
        "<td hidden>99</td>",
        '<td style="VISIBILITY:hidden">99</td>',
        '<td aria-hidden="true">99</td>',
    ],
)
def test_hidden_cells_and_deleted_figures_are_not_there(hidden: str, known: FormRegistry) -> None:
    form = known.get("form2021")
    tables = html_tables(form, numbered_values(form), lambda text: f"<del>7</del><s>8</s>{text}" if text.isdigit() else text)
    page = html_report(form, tables).replace("<tr><td", f"<tr>{hidden}<td")
    assert accepted(read(page, known)) == numbered_values(form)


def test_tables_that_arrange_the_page_are_no_statutory_tables(known: FormRegistry) -> None:
    form = known.get("form2019")
    page = html_report(form, html_tables(form, numbered_values(form)), shell=False)
    inner = page.partition("<body>")[2].partition("</body>")[0]
    rows = f"<tr><td>网站首页</td><td>政务公开</td></tr><tr><td colspan=2><table><tr><td>{inner}</td></tr></table></td></tr>"
    report = read(f"<html><body><table>{rows}</table></body></html>", known)
    assert accepted(report) == numbered_values(form)
    assert report.text("sec6") == "这里是其他需要报告的事项的文字。"


def test_a_picture_in_place_of_a_table_is_said_so(known: FormRegistry) -> None:
    form = known.get("form2021")
    tables = {**html_tables(form, numbered_values(form)), "t3": '<p><img src="/upload/捕获2.PNG?v=1" width="600"></p>'}
    report = read(html_report(form, tables), known)
    assert [(remark.rule, remark.section) for remark in report.remarks if remark.rule != "S-CHROME"] == [("S-TABLE-IMAGE", "sec3")]


def test_pictures_of_the_site_are_left_out() -> None:
    page = "<body><h1>标题</h1><p>正文一。</p><img src='logo.png'><img src='a.gif' width='16'><p><img src='/f/t3.jpg'></p></body>"
    pictures = [block for block in html_blocks(page.encode(), "x") if isinstance(block, ImageBlock)]
    assert [picture.name for picture in pictures] == ["t3.jpg"]


def test_a_title_only_in_the_head_of_the_page_is_used(known: FormRegistry) -> None:
    form = known.get("form2021")
    title = f"{UNIT}2021年政府信息公开工作年度报告"
    page = html_report(form, html_tables(form, numbered_values(form)), shell=False).replace(f"<h1>{title}</h1>", "")
    head = f'<head><title>{title}_示例县人民政府</title><meta name="PubDate" content="2022-01-30 10:00"></head>'
    report = read(page.replace("<html>", f"<html>{head}"), known)
    assert (report.title, report.published) == (title, date(2022, 1, 30))


def test_lines_parted_by_breaks_are_lines_and_wrapped_sentences_are_not() -> None:
    long = "全年通过门户网站主动公开政府信息一千二百条，其中规范性"
    page = f"<body><div>一、总体情况<br>　　{long}<br>文件八件。<br>　　（一）主动公开<br/><br/>二是加强解读。</div></body>"
    assert body(page) == ["一、总体情况", f"{long}文件八件。", "（一）主动公开", "二是加强解读。"]


def test_nothing_is_run_and_frames_are_told() -> None:
    page = (
        "<body><p>正文。</p><script>document.write('12')</script><noscript>34</noscript><iframe src='http://x/'>56</iframe></body>"
    )
    blocks = [block for block in html_blocks(page.encode(), "x") if isinstance(block, TextBlock)]
    assert [(block.text, block.role) for block in blocks] == [
        ("正文。", "body"),
        ("网页中嵌有其他文件或页面，没有读取其中的内容", "note"),
    ]


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td colspan=999999999 rowspan=99999999>1</td></tr>" + "<tr><td rowspan=0>1<td>2" * 3000,
        "<div>" * 100_000 + "深",
        "<table><tr><td>" * 3_000 + "深",
        '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><body>&z;&z;</body>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><body><p>甲&x;</p></body>',
        "\x00\x01<p>\ud800</p>",
    ],
)
def test_hostile_pages_are_bounded_and_load_nothing(page: str) -> None:
    blocks = html_blocks(page.encode("utf-8", errors="surrogatepass"), "x.html") if "深" in page or "1" in page else []
    for block in blocks or html_blocks(page.encode("utf-8", errors="replace"), "x.html"):
        assert not isinstance(block, TextBlock) or "root:" not in block.text
        assert not isinstance(block, GridBlock) or len(block.sheet.ends) <= 3_001


@given(st.text(alphabet="<>/=\"' tdrpabl&;#0123456789表一、\n-", max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_soup_of_tags_comes_out_as_blocks_or_as_a_refusal(soup: str) -> None:
    try:
        html_blocks(f"<body>{soup}".encode(), "x.html")
    except InputError as error:
        assert error.message


@pytest.mark.parametrize("form_id", FORMS)
def test_no_damaged_table_yields_a_wrong_value(form_id: str, known: FormRegistry) -> None:
    form = known.get(form_id)
    values = numbered_values(form)
    for table in form.tables:
        for what, damaged in damages(printed(table, values)):
            report = read(html_report(form, {table.key: html_table(damaged)}, shell=False), known)
            assert [key for key, raw in accepted(report).items() if raw != values.get(key)] == [], what


def test_speed(known: FormRegistry, form2021: Form) -> None:
    import time

    page = html_report(form2021, html_tables(form2021, numbered_values(form2021))).encode()
    html_blocks(page, "x.html")
    start = time.perf_counter()
    for _ in range(10):
        html_blocks(page, "x.html")
    assert time.perf_counter() - start < 2.0
