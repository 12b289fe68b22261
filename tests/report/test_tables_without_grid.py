"""Tables printed as mere lines in web pages, Word files and text: read where labels vouch for each value, refused elsewhere."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.form import Form, FormRegistry
from assistant.form.loader import load_form
from assistant.report.file_kind import kind_of
from assistant.report.model import Report
from assistant.report.reading import parse
from tests.report.flat_report import PrintedBlock, all_tables, change_rows, numbered_values, report_text
from tests.report.glued_report import glued_report
from tests.report.word_maker import para, run, word

FORMS = ("form2019", "form2021", "form2027")


@pytest.fixture(scope="module")
def known(registry: FormRegistry) -> FormRegistry:
    return FormRegistry([*registry.forms, load_form(Path(__file__).parents[1] / "data" / "form2027.toml")])


def read(data: bytes, name: str, known: FormRegistry) -> Report:
    return parse(kind_of(data, name), data, name, known)


def accepted(report: Report) -> dict[str, str]:
    return {key: cell.raw for key, cell in report.cells.items() if cell.ok}


def page(inner: str) -> bytes:
    return f'<html><head><meta charset="utf-8"></head><body><div class="nav">首页</div>{inner}</body></html>'.encode()


def paragraphs(text: str) -> bytes:
    return page("".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line))


def broken_lines(text: str) -> bytes:
    return page(f"<div>{'<br>'.join(html.escape(line) for line in text.splitlines() if line)}</div>")


def as_typed(text: str) -> bytes:
    return page(f"<pre>{html.escape(text)}</pre>")


def torn_spans(text: str) -> bytes:
    halves = [(line[: len(line) // 2], line[len(line) // 2 :]) for line in text.splitlines() if line]
    return page("".join(f"<div><span>{html.escape(a)}</span><span>{html.escape(b)}</span></div>" for a, b in halves))


def word_lines(text: str) -> bytes:
    return word("".join(para(run(html.escape(line))) for line in text.splitlines() if line))


FILES: dict[str, tuple[Callable[[str], bytes], str]] = {
    "paragraphs": (paragraphs, "报告.html"),
    "line breaks": (broken_lines, "报告.html"),
    "preformatted": (as_typed, "报告.html"),
    "torn spans": (torn_spans, "报告.html"),
    "word paragraphs": (word_lines, "报告.docx"),
}


@pytest.mark.parametrize("form_id", FORMS)
@pytest.mark.parametrize("kind", FILES)
def test_one_cell_a_line_reads_as_it_does_from_text(kind: str, form_id: str, known: FormRegistry) -> None:
    form = known.get(form_id)
    values = numbered_values(form)
    make, name = FILES[kind]
    report = read(make(report_text(form, all_tables(form, values))), name, known)
    assert accepted(report) == values
    assert report.unit == "示例县人民政府"
    assert report.year == form.first_year


@pytest.mark.parametrize("kind", FILES)
def test_glued_tables_in_files_yield_what_they_yield_from_text(kind: str, known: FormRegistry) -> None:
    form = known.get("form2021")
    values = dict.fromkeys(form.cells, 0) | {key: 1 for key in form.cells if key.endswith(("new.natural", "new.total"))}
    text = glued_report(form, values)
    plain = read(text.encode(), "报告.txt", known)
    make, name = FILES[kind]
    report = read(make(text), name, known)
    assert accepted(report) == accepted(plain)
    assert len(accepted(report)) > 100
    assert [section.key for section in report.sections] == [section.key for section in plain.sections]


def spaced(blocks: list[PrintedBlock]) -> list[str]:
    """A table as copied from a page or out of a PDF: a row a line, its cells parted by blanks, the header on one line."""
    lines = []
    for block in blocks:
        lines += [block.title, block.corner, " ".join(block.header)]
        lines += [" ".join((*row.labels, *row.values)) for row in block.rows]
    return [line for line in lines if line]


def spaced_text(form: Form, tables: dict[str, list[PrintedBlock]]) -> str:
    lines = [f"示例县人民政府{form.first_year}年政府信息公开工作年度报告"]
    for section in form.sections:
        lines += [section.heading, *(spaced(tables[section.table]) if section.table else ["这里是文字。"])]
    return "\n".join(lines)


@pytest.mark.parametrize("form_id", FORMS)
def test_rows_and_headers_on_one_line_each_are_read(form_id: str, known: FormRegistry) -> None:
    form = known.get(form_id)
    values = numbered_values(form)
    text = spaced_text(form, all_tables(form, values))
    assert accepted(read(text.encode(), "报告.txt", known)) == values
    assert accepted(read(paragraphs(text), "报告.html", known)) == values


@pytest.mark.parametrize("damage", ["gone", "doubled", "turned", "short"])
def test_damaged_rows_on_one_line_yield_no_wrong_value(damage: str, known: FormRegistry) -> None:
    form = known.get("form2021")
    values = numbered_values(form)
    tables = all_tables(form, values)
    count = sum(len(block.rows) for block in tables["t3"])
    for place in range(count - 1):

        def change(rows: list, place: int = place) -> list:  # type: ignore[type-arg]
            row, after = rows[place], rows[place + 1]
            short = type(row)(row.labels, row.values[1:], row.leaf)
            put = {"gone": [after], "doubled": [row, row, after], "turned": [after, row], "short": [short, after]}[damage]
            return [*rows[:place], *put, *rows[place + 2 :]]

        report = read(spaced_text(form, change_rows(tables, "t3", change)).encode(), "报告.txt", known)
        assert {key: raw for key, raw in accepted(report).items() if raw != values[key]} == {}
        assert report.remarks


def test_a_header_on_one_line_that_lacks_a_column_vouches_for_nothing(known: FormRegistry) -> None:
    form = known.get("form2021")
    text = spaced_text(form, all_tables(form, numbered_values(form))).replace(" 科研机构", "")
    report = read(text.encode(), "报告.txt", known)
    assert not any(key.startswith("t3.") for key in accepted(report))
    assert any(remark.rule == "S-COLUMN-HEADER" for remark in report.remarks)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
        ("5.要求行政机关确认或重新出具已获取信息", "要求行政机关确认或重新出具已获取信息"),
        ("8.属于行政查询事项", "8、属于行政 查询事项"),
    ],
)
def test_labels_clipped_or_without_their_number_are_still_that_row(printed: str, shown: str, known: FormRegistry) -> None:
    form = known.get("form2021")
    values = numbered_values(form)
    lines = report_text(form, all_tables(form, values))
    assert printed in lines
    assert accepted(read(lines.replace(printed, shown).encode(), "报告.txt", known)) == values


def test_a_table_of_the_earlier_form_among_lines_is_told_and_leaves_no_blanks(known: FormRegistry) -> None:
    old, new = known.get("form2019"), known.get("form2021")
    earlier, values = numbered_values(old), numbered_values(new)
    tables = all_tables(new, values) | {"t3": all_tables(old, earlier)["t3"]}
    report = read(report_text(new, tables).encode(), "报告.txt", known)
    assert [remark.rule for remark in report.remarks] == ["S-FORM-MIXED"]
    assert {key for key in report.cells if key.startswith("t3.")} == {key for key in earlier if key.startswith("t3.")}


def test_a_label_that_may_be_two_rows_is_none(known: FormRegistry) -> None:
    form = known.get("form2021")
    values = numbered_values(form)
    lines = report_text(form, all_tables(form, values)).replace("2.重复申请", "2.申请")
    report = read(lines.encode(), "报告.txt", known)
    assert not any(key.startswith("t3.r5_2_repeat") for key in accepted(report))


def test_a_page_without_any_table_still_says_so(known: FormRegistry) -> None:
    text = report_text(known.get("form2021"), {})
    report = read(paragraphs(text), "报告.html", known)
    assert [remark.rule for remark in report.remarks].count("S-TABLE-MISSING") == 3
