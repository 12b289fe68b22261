"""Glued tables: what labels and sums leave one way to read is read, and no value is ever taken for another."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.form import Form, FormRegistry, default_registry
from assistant.form.loader import load_form
from assistant.report.glued_search import agreed_texts
from assistant.report.glued_splits import Budget, GluedRow, plain_values, row_splits, sure_texts
from assistant.report.model import Report
from assistant.report.text_reader import read_text_report
from tests.report.flat_report import PrintedRow, all_tables, change_rows, drop_column
from tests.report.glued_report import glued_report, glued_text
from tests.strategies import complete, consistent_values, free_keys

FORMS = FormRegistry([*default_registry().forms, load_form(Path(__file__).parents[1] / "data" / "form2027.toml")])
COLUMNS = FORMS.get("form2021").table("t3").leaf_columns()
SLOW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> Report:
    return read_text_report(text, "网页.txt", FORMS)


def wrong(report: Report, printed: dict[str, str]) -> dict[str, tuple[str, str | None]]:
    return {key: (cell.raw, printed.get(key)) for key, cell in report.cells.items() if cell.ok and cell.raw != printed.get(key)}


def as_printed(values: dict[str, Decimal]) -> dict[str, str]:
    return {key: format(value.normalize(), "f") for key, value in values.items()}


@st.composite
def printed_tables(draw: st.DrawFn, largest: int = 400) -> tuple[Form, dict[str, str]]:
    form = draw(st.sampled_from(FORMS.forms))
    return form, as_printed(draw(consistent_values(form, largest)))


@given(printed_tables())
@SLOW
def test_tables_that_add_up_yield_no_wrong_value(table: tuple[Form, dict[str, str]]) -> None:
    form, printed = table
    assert wrong(read(glued_report(form, printed)), printed) == {}


@given(printed_tables(), st.data())
@SLOW
def test_one_wrong_figure_yields_no_wrong_value(table: tuple[Form, dict[str, str]], data: st.DataObject) -> None:
    form, printed = table
    summed = sorted({key for equation in form.equations for key in equation.terms})
    key = data.draw(st.sampled_from([key for key in summed if key.endswith("total")] or summed) | st.sampled_from(summed))
    digits = printed[key]
    others = st.sampled_from(["".join(reversed(digits)), digits[1:], digits[:-1], digits + "0", digits * 2])
    printed[key] = str(int(data.draw(others | st.integers(0, 999).map(str)) or "0"))
    assert wrong(read(glued_report(form, printed)), printed) == {}


@given(printed_tables(), st.data())
@SLOW
def test_lost_blanks_yield_no_wrong_value(table: tuple[Form, dict[str, str]], data: st.DataObject) -> None:
    form, printed = table
    zeros = [key for key, text in printed.items() if text == "0"]
    for key in data.draw(st.lists(st.sampled_from(zeros), max_size=40)) if zeros else []:
        printed[key] = ""
    assert wrong(read(glued_report(form, printed)), printed) == {}


def usual_values(form: Form) -> dict[str, str]:
    """Some two dozen cases, as in a county's table: most cells are 0."""
    chosen = {key: Decimal((n * 37) % 41) for n, key in enumerate(free_keys(form)) if n % 13 == 4 and not form.cells[key].signed}
    return as_printed(complete(form, chosen))


@pytest.mark.parametrize("form_id", [form.id for form in FORMS.forms])
def test_a_usual_table_of_applications_is_read_whole(form_id: str) -> None:
    form = FORMS.get(form_id)
    printed = usual_values(form)
    report = read(glued_report(form, printed))
    across = {key for equation in form.equations if equation.rule.startswith("T3") for key in equation.terms}
    assert sum(len(printed[key]) > 1 for key in across) > 8
    assert {key for key in across if report.cells[key].ok} == across
    assert wrong(report, printed) == {}


def damaged(form: Form, key: str, printed: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every row gone, doubled or moved to the end; every column gone, or its name, or its values."""
    tables = all_tables(form, printed)
    count = sum(len(block.rows) for block in tables[key])
    for n in range(count):
        every = list(range(count))
        orders = {
            "gone": [*every[:n], *every[n + 1 :]],
            "doubled": [*every[: n + 1], *every[n:]],
            "last": [*every[:n], *every[n + 1 :], n],
        }
        for what, order in orders.items():
            yield f"row {n} {what}", glued_text(form, change_rows(tables, key, partial(in_order, order=order)))
    for number, block in enumerate(tables[key]):
        for column in range(len(block.leaf_places)):
            for header, values in ((True, True), (True, False), (False, True)):
                cut = [*tables[key][:number], drop_column(block, column, header=header, values=values), *tables[key][number + 1 :]]
                yield f"column {column} of block {number} gone {header} {values}", glued_text(form, {**tables, key: cut})


def in_order(rows: list[PrintedRow], order: list[int]) -> list[PrintedRow]:
    return [rows[n] for n in order]


@pytest.mark.parametrize("form_id", [form.id for form in FORMS.forms])
def test_damaged_tables_yield_no_wrong_value(form_id: str) -> None:
    form = FORMS.get(form_id)
    values = usual_values(form)
    for table in form.tables:
        for what, text in damaged(form, table.key, values):
            assert wrong(read(text), values) == {}, what


def test_something_between_the_labels_refuses_the_block() -> None:
    form = FORMS.get("form2021")
    printed = usual_values(form)
    text = glued_report(form, printed)
    assert read(text).cells["t2.license.decisions"].ok
    assert not read(text.replace("本年处理决定数量行政许可", "序号本年处理决定数量行政许可1")).cells["t2.license.decisions"].ok
    assert not read(text.replace("（二）部分公开", "（甲）暂缓公开000（二）部分公开")).cells["t3.new.total"].ok


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("0000000", ["0"] * 7),
        ("200 000121", ["20", "0", "0", "0", "0", "1", "21"]),
        ("５８０００００５８", ["58", "0", "0", "0", "0", "0", "58"]),
        ("1,200000001,200", ["1,200", "0", "0", "0", "0", "0", "1,200"]),
        ("//////0", ["/", "/", "/", "/", "/", "/", "0"]),
    ],
)
def test_a_row_is_parted_by_its_own_sum_where_nothing_else_is_known(text: str, texts: list[str]) -> None:
    equation = next(equation for equation in FORMS.get("form2021").equations if equation.right == ("t3.new.total",))
    row = GluedRow((*equation.left, *equation.right), COLUMNS, plain_values(text))
    assert [list(split.texts) for split in row_splits(row, [equation], Budget()) if not split.broken] == [texts]


@pytest.mark.parametrize("text", ["12①0000012", "000", "0000000000", "12000x0012", "007000007", "一二三四五六七"])
def test_what_is_no_row_of_values_is_not_parted(text: str) -> None:
    equation = next(equation for equation in FORMS.get("form2021").equations if equation.right == ("t3.new.total",))
    row = GluedRow((*equation.left, *equation.right), COLUMNS, plain_values(text))
    assert [split for split in row_splits(row, [equation], Budget()) if not split.broken] == []


def test_a_row_with_two_readings_stays_open_until_the_columns_decide() -> None:
    form = FORMS.get("form2021")
    sums = [equation for equation in form.equations if equation.right[0].endswith("total") and "new" in equation.right[0]]
    keys = (*sums[0].left, *sums[0].right)
    row = GluedRow(keys, COLUMNS, "220000325")
    assert [split.texts[:2] for split in row_splits(row, sums, Budget()) if not split.broken] == [("2", "20"), ("22", "0")]
    assert sure_texts(row, sums)[:2] == [None, None]
    assert agreed_texts([row], [row_splits(row, sums, Budget())], [])[0][:2] == [None, None]


def test_work_is_bounded_for_tables_of_a_province() -> None:
    form = FORMS.get("form2021")
    printed = {key: str(1_000 + 7 * number) for number, key in enumerate(form.cells)}
    start = time.perf_counter()
    report = read(glued_report(form, printed))
    assert time.perf_counter() - start < 6
    assert wrong(report, printed) == {}


PLACED = {2019: (3, 161, 15), 2020: (6, 161, 15), 2021: (7, 175, 5), 2022: (7, 175, 15)}
SEEN = {
    2019: {"t3.new.natural": "23", "t3.new.total": "23", "t3.r7_total.total": "23", "t3.carry_out.total": "0"},
    2020: {
        "t2.penalty.prev_items": "2648",
        "t2.fee.prev_items": "35",
        "t2.fee.delta_items": "-15",
        "t3.new.natural": "20",
        "t3.new.org_other": "1",
        "t3.new.total": "21",
        "t3.r5_2_repeat.total": "3",
        "t3.r6_other_single.natural": "4",
        "t3.r7_total.natural": "20",
        "t3.r7_total.total": "21",
    },
    2021: {
        "t2.license.decisions": "2293",
        "t2.fee.amount_wan": "24252.311082",
        "t3.new.natural": "64",
        "t3.new.ngo": "2",
        "t3.new.total": "70",
        "t3.r1_open.natural": "27",
        "t3.r4_1_nothold.natural": "22",
        "t3.r4_1_nothold.org_other": "3",
        "t3.carry_out.total": "1",
        "t4.rev.total": "3",
    },
    2022: {
        "t2.fee.amount_wan": "9116.36",
        "t3.new.natural": "71",
        "t3.new.biz": "3",
        "t3.carry_in.total": "1",
        "t3.r7_total.total": "75",
        "t4.rev.corrected": "1",
        "t4.rev.total": "2",
        "t4.lit_direct.total": "1",
    },
}


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022])
def test_the_published_glued_reports(year: int, shared: Path) -> None:
    report = read((shared / "reports" / f"pingtan-{year}.txt").read_text(encoding="utf-8"))
    counts = Counter(key[:2] for key, cell in report.cells.items() if cell.ok)
    assert (counts["t2"], counts["t3"], counts["t4"]) == PLACED[year]
    assert {key: report.cells[key].raw for key in SEEN[year]} == SEEN[year]
    assert len(report.sections) == 6
    assert all(cell.status in ("ok", "position_uncertain") for cell in report.cells.values())


def test_a_misspelt_heading_inside_a_long_line_is_found(shared: Path) -> None:
    report = read((shared / "reports" / "pingtan-2022.txt").read_text(encoding="utf-8"))
    assert [remark.section for remark in report.remarks if remark.rule == "S-SECTION-TITLE"] == ["sec4"]
