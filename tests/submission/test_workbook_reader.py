"""What people do to workbooks: tolerated where labels still tell the place, reported where they do not, never guessed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from assistant.errors import InputError
from assistant.form import Form
from tests.submission.edits import FILLED, NUMBERS, after, assert_no_wrong_cell, assert_whole
from tests.submission.material import edited, numbered, opened, place_of, three_forms, unmerge, workbook

_PLACE = re.compile(r"工作表“[^”]+”([A-Z]+\d+|第 \d+ 行)?")


@pytest.mark.parametrize(
    ("written", "status", "value"),
    [
        ("３００１", "ok", 3001),
        ("1,200", "ok", 1200),
        ("１，２００", "ok", 1200),
        (" 6 ", "ok", 6),
        ("12", "ok", 12),
        (12.0, "ok", 12),
        ("/", "placeholder", None),
        ("—", "placeholder", None),
        ("无", "placeholder", None),
        ("　", "blank", None),
        (None, "blank", None),
        ("3O", "unparsed", None),
        ("=1+2", "unparsed", None),
        (True, "unparsed", None),
        (date(2025, 3, 1), "unparsed", None),
        ("#REF!", "unparsed", None),
        ("356 12", "unparsed", None),
        ("356\n12", "unparsed", None),
        ("1\u2009200", "unparsed", None),
        ("1\u00a0200", "unparsed", None),
        ("1, 200", "unparsed", None),
        ("12.\n5", "unparsed", None),
        ("①", "unparsed", None),
        ("5²", "unparsed", None),
        ("٣", "unparsed", None),
        ("6\n", "ok", 6),
        ("\u3000\u00a06\u2009", "ok", 6),
        ("6 件", "ok", 6),
    ],
)
def test_what_people_write_into_a_number_cell(written: Any, status: str, value: int | None) -> None:
    def change(book: Workbook) -> None:
        row, col = place_of(book["表三"], NUMBERS["t3.new.total"])
        book["表三"].cell(row, col).value = written

    cell = after(change).cells["t3.new.total"]
    assert (cell.status, cell.value) == (status, value)
    assert status != "unparsed" or cell.remark
    assert status == "blank" or cell.source.place == "工作表“表三”J7"


def rewritten(change: Callable[[str], str], extra: dict[str, str] | None = None) -> bytes:
    """The filled workbook with the text of its XML parts changed and others added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(FILLED)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name).decode()))
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return stream.getvalue()


def test_a_formula_with_its_result_is_read() -> None:
    wanted = f"<v>{NUMBERS['t3.new.total']}</v>"
    assert_whole(opened(rewritten(lambda text: text.replace(wanted, f"<f>SUM(D7:I7)</f>{wanted}", 1))))


def test_shared_texts_are_read_without_their_readings() -> None:
    texts: list[str] = []

    def share(match: re.Match[str]) -> str:
        texts.append(f"<si><r>{match.group(2)}</r><rPh><t>ㄅ</t></rPh></si>")
        return f'{match.group(1)} t="s"><v>{len(texts) - 1}</v></c>'

    def change(text: str) -> str:
        text = re.sub(r'(<c [^>]*?) t="inlineStr"><is>(.*?)</is></c>', share, text)
        link = '<Relationship Id="rT" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        return text.replace("</Relationships>", link) if "worksheets/sheet1.xml" in text and "Relationship " in text else text

    data = rewritten(change)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    texts, listed = [], texts
    assert_whole(opened(rewritten(change, {"xl/sharedStrings.xml": f'<sst xmlns="{main}">{"".join(listed)}</sst>'})))
    assert len(listed) > 200
    with pytest.raises(InputError):
        opened(data)


def test_renamed_and_reordered_sheets() -> None:
    def change(book: Workbook) -> None:
        for number, sheet in enumerate(book.worksheets):
            if not sheet.title.startswith("上年"):
                sheet.title = f"Sheet{number}"
        book.move_sheet(book.worksheets[0], 5)
        book.move_sheet(book.worksheets[1], -1)

    assert_whole(after(change))


@pytest.mark.parametrize("name", ["表二", "表三", "表四"])
@pytest.mark.parametrize("first", [1, 2, 3, 4])
def test_rows_and_columns_inserted_before_the_table(name: str, first: int) -> None:
    def change(book: Workbook) -> None:
        sheet = book[name]
        unmerge(sheet)
        sheet.insert_rows(min(first, 3), 2)
        sheet.insert_cols(1, first)

    assert_whole(after(change))


@pytest.mark.parametrize("name", ["表二", "表三", "表四"])
def test_unmerged_headers_and_labels(name: str) -> None:
    assert_whole(after(lambda book: unmerge(book[name])))


def test_empty_rows_and_columns_inside_the_tables() -> None:
    def change(book: Workbook) -> None:
        for name in ("表二", "表三", "表四"):
            unmerge(book[name])
        book["表三"].insert_rows(12, 3)
        book["表三"].insert_cols(6)
        book["表二"].insert_rows(9)
        book["表四"].insert_cols(8, 2)

    assert_whole(after(change))


def test_rows_moved_to_another_place() -> None:
    def change(book: Workbook) -> None:
        sheet = book["表三"]
        unmerge(sheet)
        row, _ = place_of(sheet, NUMBERS["t3.carry_in.total"])
        sheet.move_range(f"A{row}:J{row}", rows=40)

    assert_whole(after(change))


def test_columns_moved_to_another_place() -> None:
    def change(book: Workbook) -> None:
        sheet = book["表三"]
        unmerge(sheet)
        _, col = place_of(sheet, NUMBERS["t3.new.total"])
        letter = get_column_letter(col)
        sheet.move_range(f"{letter}4:{letter}40", cols=3)

    assert_whole(after(change))


def test_hidden_rows_and_sheets_are_read() -> None:
    def change(book: Workbook) -> None:
        book["表三"].row_dimensions[9].hidden = True
        book["表四"].sheet_state = "hidden"

    assert_whole(after(change))


@pytest.mark.parametrize(
    ("table", "printed", "found"),
    [
        ("表二", "行政规范性文件", "规范性文件"),
        ("表二", "本年制发件数", "本年度制发数"),
        ("表二", "现行有效件数", "现行有效件数（历史累计）"),
        ("表二", "现行有效件数", "现行有效"),
        ("表二", "本年收费金额（单位：万元）", "本年收费金额(单位:万元)"),
        ("表三", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "（二）部分公开"),
        ("表三", "1.属于国家秘密", "１、属于国家秘密"),
        ("表三", "1.属于国家秘密", "属于国家秘密"),
        ("表三", "3.危及“三安全一稳定”", '3.危及"三安全一稳定"'),
        ("表三", "（三）不予公开", "(三)不予公开/"),
        ("表三", "（七）总计", "(七) 总 计"),
        ("表三", "（七）总计", "总计"),
        ("表三", "3.其他", "其他"),
        ("表三", "商业企业", "商业\n企业"),
        ("表三", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "1.申请人无正当理由逾期不补正"),
        ("表三", "一、本年新收政府信息公开申请数量", "　一、本年新收政府信息公开申请数量"),
    ],
)
def test_label_variants_seen_in_real_reports(table: str, printed: str, found: str) -> None:
    def change(book: Workbook) -> None:
        cells = [cell for line in book[table].iter_rows() for cell in line if cell.value == printed]
        assert cells
        for cell in cells:
            cell.value = found

    assert_whole(after(change))


def test_a_missing_row_is_named_and_its_cells_are_blank() -> None:
    def change(book: Workbook) -> None:
        sheet = book["表三"]
        unmerge(sheet)
        sheet.delete_rows(place_of(sheet, NUMBERS["t3.r3_2_law.natural"])[0])

    back = after(change)
    assert_no_wrong_cell(back)
    assert [key for key, cell in back.cells.items() if cell.status == "blank"] == [k for k in NUMBERS if ".r3_2_law." in k]
    assert [remark.code for remark in back.remarks] == ["layout"]
    assert "2.其他法律行政法规禁止公开" in back.remarks[0].message


@pytest.mark.parametrize("key", ["t3.new.natural", "t3.new.org_other", "t3.new.total", "t4.rev.corrected", "t4.lit_after.total"])
def test_a_missing_column_is_named_and_no_other_takes_its_place(key: str) -> None:
    name = "表三" if key.startswith("t3") else "表四"

    def change(book: Workbook) -> None:
        sheet = book[name]
        unmerge(sheet)
        sheet.delete_cols(place_of(sheet, NUMBERS[key])[1])

    back = after(change)
    assert_no_wrong_cell(back)
    assert not back.cells[key].ok
    assert any(remark.code == "layout" and name in remark.message for remark in back.remarks)


def test_a_group_name_deleted_with_its_column_gives_its_columns_to_no_other_group() -> None:
    def change(book: Workbook) -> None:
        unmerge(book["表四"])
        book["表四"].delete_cols(5, 2)

    back = after(change)
    assert_no_wrong_cell(back)
    assert not back.cells["t4.rev.total"].ok


def test_a_lost_group_name_is_told() -> None:
    def change(book: Workbook) -> None:
        book["表四"]["A4"].value = None

    back = after(change)
    assert_whole(back, remarks=1)
    assert back.remarks[0].code == "layout"


def test_lost_group_names_and_a_missing_column_accept_nothing() -> None:
    def change(book: Workbook) -> None:
        sheet = book["表四"]
        unmerge(sheet)
        for cell in (*sheet[4], *sheet[5]):
            if cell.value in ("行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉"):
                cell.value = None
        sheet.delete_cols(3)

    back = after(change)
    assert_no_wrong_cell(back)
    assert not any(cell.ok for key, cell in back.cells.items() if key.startswith("t4"))
    assert back.remarks


def test_a_doubled_row_with_other_values_accepts_neither() -> None:
    def change(book: Workbook) -> None:
        sheet = book["表三"]
        row, _ = place_of(sheet, NUMBERS["t3.carry_in.total"])
        for col in range(1, 11):
            sheet.cell(60, col).value = sheet.cell(row, col).value
        sheet.cell(60, 10).value = 99999

    back = after(change)
    cell = back.cells["t3.carry_in.total"]
    assert (cell.status, cell.value, cell.remark) == ("unparsed", None, "有两个不同的值")
    assert "99999" in cell.raw
    assert "J60" in cell.source.place
    assert back.cells["t3.carry_in.natural"].value == NUMBERS["t3.carry_in.natural"]
    assert {remark.code for remark in back.remarks} == {"duplicate"}


def test_a_doubled_column_with_other_values_accepts_neither() -> None:
    def change(book: Workbook) -> None:
        sheet = book["表三"]
        sheet.insert_cols(11)
        sheet["K5"] = "自然人"
        sheet["K7"] = 99999

    back = after(change)
    assert back.cells["t3.new.natural"].status == "unparsed"
    assert_no_wrong_cell(back)


def test_a_copied_sheet_with_other_values_accepts_neither() -> None:
    def change(book: Workbook) -> None:
        copy = book.copy_worksheet(book["表四"])
        row, col = place_of(copy, NUMBERS["t4.rev.total"])
        copy.cell(row, col).value = 5

    back = after(change)
    assert back.cells["t4.rev.total"].status == "unparsed"
    assert back.cells["t4.rev.upheld"].value == NUMBERS["t4.rev.upheld"]


def test_a_copied_sheet_is_told_once_with_the_cells_that_differ() -> None:
    def change(book: Workbook) -> None:
        copy = book.copy_worksheet(book["表三"])
        for key in ("t3.new.total", "t3.new.natural"):
            row, col = place_of(copy, NUMBERS[key])
            copy.cell(row, col).value = 5

    back = after(change)
    assert [key for key, cell in back.cells.items() if not cell.ok] == ["t3.new.natural", "t3.new.total"]
    (remark,) = back.remarks
    assert remark.code == "duplicate"
    assert all(words in remark.message for words in ("2 格", "“5”", "工作表“表三”J7", "工作表“表三 Copy”J7"))
    assert remark.source.place == "工作表“表三”、工作表“表三 Copy”"


def test_an_equal_copy_of_a_sheet_is_told_once_and_read() -> None:
    back = after(lambda book: book.copy_worksheet(book["表三"]))
    assert_whole(back, remarks=1)
    assert back.remarks[0].code == "layout"
    assert "“表三”、“表三 Copy”" in back.remarks[0].message


def test_many_foreign_rows_are_told_once_a_table() -> None:
    def change(book: Workbook) -> None:
        sheet = book["表三"]
        unmerge(sheet)
        for number in range(30):
            sheet.cell(50 + number, 2).value = f"旧表第{number}种情形"
            sheet.cell(50 + number, 4).value = 99999

    back = after(change)
    assert_whole(back, remarks=1)
    assert back.remarks[0].code == "unplaced"
    assert "旧表第0种情形" in back.remarks[0].message
    assert "等 30 处" in back.remarks[0].message


@pytest.mark.parametrize(("place", "name"), [("H6", "表二"), ("A40", "表三"), ("Q7", "表四")])
def test_text_beside_a_table_is_told_and_not_passed_over(place: str, name: str) -> None:
    def change(book: Workbook) -> None:
        book[name][place] = "备注：其中两件系上级转来"

    back = after(change)
    assert_whole(back, remarks=1)
    assert back.remarks[0].code == "ignored"
    assert "备注：其中两件" in back.remarks[0].message
    assert back.remarks[0].source.place == f"工作表“{name}”{place}"


@pytest.mark.parametrize("label", ["9.其他理由", "9.其他", "（三）不予公开"])
def test_a_foreign_row_is_reported_with_its_place_and_taken_for_no_other(label: str) -> None:
    def change(book: Workbook) -> None:
        sheet = book["表三"]
        unmerge(sheet)
        row, col = place_of(sheet, NUMBERS["t3.r4_1_nothold.natural"])
        sheet.insert_rows(row)
        sheet.cell(row + 1, 2).value = "（四）无法提供"
        sheet.cell(row, 3).value = label
        sheet.cell(row, col).value = 99999

    back = after(change)
    assert_whole(back, remarks=1)
    assert back.remarks[0].code == "unplaced"
    assert label in back.remarks[0].message
    assert _PLACE.fullmatch(back.remarks[0].source.place)


def test_a_foreign_column_is_reported_once_with_its_place() -> None:
    def change(book: Workbook) -> None:
        sheet = book["表三"]
        sheet["K5"] = "外国人"
        for row in range(7, 20):
            sheet.cell(row, 11).value = 99999

    back = after(change)
    assert_whole(back, remarks=1)
    assert "外国人" in back.remarks[0].message
    assert back.remarks[0].source.place == "工作表“表三”K7"


def test_merged_data_cells_are_nobodys_value() -> None:
    back = after(lambda book: book["表三"].merge_cells("D7:E7"))
    assert [back.cells[key].status for key in ("t3.new.natural", "t3.new.biz")] == ["unparsed", "unparsed"]
    assert back.cells["t3.new.research"].value == NUMBERS["t3.new.research"]
    assert back.remarks[0].source.place == "工作表“表三”D7"


def test_a_second_row_of_figures_in_an_unlabelled_table_accepts_neither() -> None:
    def change(book: Workbook) -> None:
        for col in range(1, 16):
            book["表四"].cell(9, col).value = col

    back = after(change)
    assert not any(cell.ok for key, cell in back.cells.items() if key.startswith("t4"))


_EDITS = st.lists(
    st.tuples(
        st.sampled_from(["表二", "表三", "表四"]),
        st.sampled_from(["insert_rows", "insert_cols", "delete_rows", "delete_cols", "clear", "copy_row", "move_row"]),
        st.integers(1, 32),
        st.integers(1, 16),
    ),
    min_size=1,
    max_size=3,
)


@given(edits=_EDITS)
@settings(max_examples=60, deadline=None)
def test_whatever_is_done_to_rows_and_columns_no_value_lands_in_a_wrong_cell(edits: list[tuple[str, str, int, int]]) -> None:
    def change(book: Workbook) -> None:
        for name, what, row, col in edits:
            sheet = book[name]
            unmerge(sheet)
            if what in ("insert_rows", "delete_rows"):
                getattr(sheet, what)(row)
            elif what in ("insert_cols", "delete_cols"):
                getattr(sheet, what)(col)
            elif what == "clear":
                sheet.cell(row, col).value = None
            elif what == "move_row":
                sheet.move_range(f"A{row}:P{row}", rows=50 - row)
            else:
                for number in range(1, 17):
                    sheet.cell(45, number).value = sheet.cell(row, number).value

    assert_no_wrong_cell(after(change))


def test_a_third_form_with_inserted_rows(form2021: Form) -> None:
    registry = three_forms()

    def change(book: Workbook) -> None:
        sheet = book["表三"]
        unmerge(sheet)
        sheet.insert_rows(9, 2)
        sheet.insert_cols(2)
        sheet["A1"].alignment = Alignment()

    back = opened(edited(workbook(2028, registry), change), registry)
    assert {key: cell.value for key, cell in back.cells.items()} == numbered(registry.get("form2027"))
    assert back.form != form2021.id
