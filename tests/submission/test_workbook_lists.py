"""Notes, problems, measures and follow-ups typed into a workbook: read as meant, and told where that cannot be known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from assistant.submission.model import Submission
from tests.submission.material import edited, opened, workbook

_FILLED = workbook()


def after(change: Callable[[Workbook], object]) -> Submission:
    """The filled workbook as read after a change."""
    return opened(edited(_FILLED, change))


@pytest.mark.parametrize(("written", "words"), [("=1+2", "公式"), ("#REF!", "#REF!"), (date(2025, 3, 1), "日期"), (True, "是/否")])
def test_what_is_no_text_is_told_and_never_becomes_one(written: Any, words: str) -> None:
    def change(book: Workbook) -> None:
        book["工作素材"]["B4"], book["工作素材"]["C4"] = "主动公开", written
        book["工作素材"]["B5"], book["工作素材"]["C5"] = "主动公开", "公开信息5条"
        book["问题与改进"]["B4"], book["问题与改进"]["D4"] = written, "当天报送"
        book["上年问题整改"]["A4"], book["上年问题整改"]["B4"], book["上年问题整改"]["C4"] = "偏晚", "已解决", written

    back = after(change)
    assert [note.text for note in back.notes] == ["公开信息5条"]
    assert back.problems == ()
    assert [item.text for item in back.improvements] == ["当天报送"]
    assert [(item.problem, item.text) for item in back.follow_ups] == [("偏晚", "")]
    places = {"工作表“工作素材”C4", "工作表“问题与改进”B4", "工作表“上年问题整改”C4"}
    assert sorted(remark.source.place for remark in back.remarks) == sorted(places)
    assert all(remark.code == "text" and words in remark.message and remark.remedy for remark in back.remarks)


def test_a_cover_field_that_is_no_text_is_told_and_stays_empty() -> None:
    def change(book: Workbook) -> None:
        sheet = book["填报说明"]
        row = next(line[0].row for line in sheet.iter_rows() if line[0].value == "联系地址")
        sheet.cell(row, 2).value = "=A1"

    back = after(change)
    assert back.unit.contact.address == ""
    assert [remark.code for remark in back.remarks] == ["text"]


@pytest.mark.parametrize(("aspect", "words"), [(None, "没有填写“所属方面”"), ("好人好事", "好人好事")])
def test_a_note_without_a_usable_aspect_is_left_out_and_named(aspect: str | None, words: str) -> None:
    def change(book: Workbook) -> None:
        book["工作素材"]["B4"], book["工作素材"]["C4"] = aspect, "修剪花木三处"
        book["工作素材"]["B5"], book["工作素材"]["C5"] = "主动公开", "公开信息5条"

    back = after(change)
    assert [note.text for note in back.notes] == ["公开信息5条"]
    (remark,) = back.remarks
    assert words in remark.message
    assert "修剪花木三处" in remark.message
    assert remark.source.place == "工作表“工作素材”B4"
    assert "主动公开" in remark.remedy


def test_a_follow_up_without_a_status_is_left_out_and_named() -> None:
    def change(book: Workbook) -> None:
        book["上年问题整改"]["A4"], book["上年问题整改"]["C4"] = "报送偏晚", "已改为当天报送"

    back = after(change)
    assert back.follow_ups == ()
    (remark,) = back.remarks
    assert "报送偏晚" in remark.message
    assert remark.source.place == "工作表“上年问题整改”B4"


@pytest.mark.parametrize(
    ("written", "answers"),
    [
        ("2", ("p2",)),
        (2, ("p2",)),
        ("第二个", ("p2",)),
        ("二", ("p2",)),
        ("问题2", ("p2",)),
        ("第1、2个问题", ("p1", "p2")),
        ("1、2", ("p1", "p2")),
        ("１，２", ("p1", "p2")),
        ("一和二", ("p1", "p2")),
        ("p1", ("p1",)),
        ("2、2", ("p2",)),
        (None, ()),
    ],
)
def test_the_problems_a_measure_answers_may_be_given_as_people_write_them(written: Any, answers: tuple[str, ...]) -> None:
    back = after(lambda book: _answered(book, written))
    assert back.improvements[0].answers == answers
    assert back.remarks == ()


@pytest.mark.parametrize(("written", "answers"), [(1.5, ()), ("1.5", ()), ("全部", ()), ("1-2", ()), ("1、另一个", ("p1",))])
def test_an_unclear_answer_is_told_and_not_guessed(written: Any, answers: tuple[str, ...]) -> None:
    back = after(lambda book: _answered(book, written))
    assert back.improvements[0].answers == answers
    (remark,) = back.remarks
    assert "看不明白" in remark.message
    assert remark.source.place == "工作表“问题与改进”E4"


def _answered(book: Workbook, written: Any) -> None:
    sheet = book["问题与改进"]
    sheet["B4"], sheet["B5"], sheet["D4"], sheet["E4"] = "报送偏晚", "栏目少", "当天报送", written


def test_a_second_sheet_of_notes_is_told() -> None:
    def change(book: Workbook) -> None:
        book["工作素材"]["B4"], book["工作素材"]["C4"] = "主动公开", "公开信息5条"
        copy = book.copy_worksheet(book["工作素材"])
        copy["B5"], copy["C5"] = "主动公开", "公开信息9条"

    back = after(change)
    assert [note.text for note in back.notes] == ["公开信息5条"]
    assert [(remark.code, remark.source.place) for remark in back.remarks] == [("ignored", "工作表“工作素材 Copy”")]
