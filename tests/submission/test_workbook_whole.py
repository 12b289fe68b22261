"""Workbooks as a whole: missing, doubled and foreign tables, other years and forms, covers that cannot be used."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook

from assistant.errors import InputError
from assistant.submission.workbook_writer import blank_workbook
from tests.submission.edits import NUMBERS, REGISTRY, after, assert_no_wrong_cell, assert_whole
from tests.submission.material import edited, numbered, opened, place_of, submission, workbook


def test_a_missing_table_is_told_and_blank() -> None:
    back = after(lambda book: book.remove(book["表四"]))
    assert_no_wrong_cell(back)
    assert {cell.status for key, cell in back.cells.items() if key.startswith("t4")} == {"blank"}
    assert any("表四" in remark.message for remark in back.remarks)


def test_last_years_sheets_never_fill_this_year() -> None:
    last = submission(2024)
    data = blank_workbook(2025, "dept", REGISTRY, previous=last)

    def change(book: Workbook) -> None:
        book["填报说明"]["B9"] = "示例县教育局"
        for sheet in list(book.worksheets):
            sheet.title = sheet.title.replace("上年表", "旧")

    back = opened(edited(data, change))
    assert {cell.status for cell in back.cells.values()} == {"blank"}
    assert back.previous_cells["t3.new.total"].value == last.cells["t3.new.total"].value


def test_a_table_headed_with_another_year_is_told() -> None:
    def change(book: Workbook) -> None:
        book["表三"]["A1"].value = "表三（2023年度）"

    back = after(change)
    assert_whole(back, remarks=1)
    assert "2023" in back.remarks[0].message


def test_an_outdated_form_is_read_as_it_is() -> None:
    data = workbook(2020)

    def change(book: Workbook) -> None:
        book["填报说明"]["B13"].value = 2025
        assert book["填报说明"]["A13"].value == "报告年度"
        for name in ("表二", "表三", "表四"):
            book[name]["A1"].value = name

    back = opened(edited(data, change))
    assert (back.year, back.form) == (2025, "form2019")
    assert {key: cell.value for key, cell in back.cells.items()} == numbered(REGISTRY.get("form2019"))


def test_a_wrong_form_id_on_the_cover_does_not_mislead() -> None:
    def change(book: Workbook) -> None:
        assert book["填报说明"]["A14"].value == "表式"
        book["填报说明"]["B14"].value = "form2019"

    assert_whole(after(change))


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("B9", None, "单位全称"),
        ("B9", "../局", "路径"),
        ("B10", "随便", "单位类型"),
        ("B10", None, "单位类型"),
        ("B13", None, "报告年度"),
        ("B13", "去年", "报告年度"),
        ("B13", 1998, "报告年度"),
    ],
)
def test_a_cover_that_cannot_be_used_is_refused_with_its_place(place: str, value: Any, words: str) -> None:
    def change(book: Workbook) -> None:
        book["填报说明"][place].value = value

    with pytest.raises(InputError, match=words) as caught:
        after(change)
    assert place in caught.value.place
    assert caught.value.remedy


def test_two_values_in_one_cell_are_said_to_be_two() -> None:
    def change(book: Workbook) -> None:
        row, col = place_of(book["表三"], NUMBERS["t3.new.total"])
        book["表三"].cell(row, col).value = "356\n12"

    assert after(change).cells["t3.new.total"].remark == "格内像是有两个数"


@pytest.mark.parametrize("written", ["若干", "3 80", "3\n80", "①"])
def test_a_fee_that_is_no_number_is_told_and_stays_not_stated(written: str) -> None:
    def change(book: Workbook) -> None:
        sheet = book["填报说明"]
        row = next(line[0].row for line in sheet.iter_rows() if line[0].value == "信息处理费收取件数")
        sheet.cell(row, 2).value = written

    back = after(change)
    assert back.fee is None
    assert written[0] in back.remarks[0].message


def test_an_answer_to_no_problem_is_told() -> None:
    def change(book: Workbook) -> None:
        sheet = book["问题与改进"]
        sheet["B4"], sheet["D4"], sheet["E4"] = "偏晚", "当天报送", "1、7"

    back = after(change)
    assert back.improvements[0].answers == ("p1",)
    assert "p7" in back.remarks[0].message


def test_a_workbook_without_tables_is_refused() -> None:
    def change(book: Workbook) -> None:
        for name in ("表二", "表三", "表四"):
            book.remove(book[name])

    with pytest.raises(InputError, match="没有找到任何一张统计表"):
        after(change)


def test_a_workbook_of_something_else_is_refused() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["姓名", "工资"])
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(InputError, match="封面"):
        opened(stream.getvalue())
