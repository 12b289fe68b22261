"""PDFs as they come: text over lines and pages, furniture, pictures, and files that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.grids.grid import Sheet
from assistant.report.blocks import Block, GridBlock, ImageBlock, TextBlock
from assistant.report.pdf_glyphs import UNREADABLE
from assistant.report.pdf_reader import MAX_PAGES, pdf_blocks
from tests.report.pdf_maker import PdfMaker, wrapped

LEFT, SIZE, WIDTH = 80.0, 12.0, 36 * 12.0
SENTENCE = "全年通过政府网站公开信息1136条，其中政策解读21篇，均在规定时限内发布，"


def lines_from(maker: PdfMaker, text: str, top: float, indent: float = 2 * SIZE) -> float:
    """A paragraph with its first line indented; goes on over pages 700 points long."""
    first = wrapped(text, WIDTH - indent, SIZE)[0]
    for number, line in enumerate([first, *wrapped(text[len(first) :], WIDTH, SIZE)]):
        if top > 700:
            maker.page()
            top = 80
        maker.text(LEFT + (0 if number else indent), top, line, SIZE)
        top += 20
    return top


def bodies(blocks: list[Block], role: str = "body") -> list[str]:
    return [block.text for block in blocks if isinstance(block, TextBlock) and block.role == role]


def one_page(draw: Callable[[PdfMaker], object]) -> list[Block]:
    maker = PdfMaker()
    maker.page()
    draw(maker)
    return pdf_blocks(maker.save(), "报告.pdf")


def cell_by_cell(maker: PdfMaker, rows: list[list[str]], width: float = 60.0) -> None:
    for row, texts in enumerate(rows):
        for col, text in enumerate(texts):
            x, y = 100 + col * width, 100 + row * 30
            maker.box(x, y, x + width, y + 30)
            for number, line in enumerate(text.split("\n")):
                maker.text(x + 3, y + 3 + number * 11, line, 9)


def table_texts(blocks: list[Block]) -> dict[tuple[int, int], str]:
    (table,) = [block for block in blocks if isinstance(block, GridBlock)]
    return {place: value.text for place, value in table.sheet.values.items()}


def test_lines_make_paragraphs_over_pages_and_furniture_stands_apart() -> None:
    maker = PdfMaker()
    maker.page()
    maker.text(180, 60, "示例县水利局2024年政府信息公开工作年度报告", 12)
    maker.text(LEFT + 24, 100, "一、总体情况", SIZE)
    long = SENTENCE * 40 + "没有更正。"
    top = lines_from(maker, long, 120)
    lines_from(maker, "（二）依申请公开。全年没有收到申请。", top)
    for number in range(len(maker.pages)):
        page, maker.pages[number:] = maker.pages[number:], maker.pages[number : number + 1]
        maker.text(240, 30, "示例县水利局年度报告", 9)
        maker.text(290, 800, f"— {number + 1} —", 9)
        maker.pages += page[1:]
    blocks = pdf_blocks(maker.save(), "报告.pdf")
    assert len(maker.pages) > 1
    title, last = "示例县水利局2024年政府信息公开工作年度报告", "（二）依申请公开。全年没有收到申请。"
    assert bodies(blocks) == [title, "一、总体情况", long, last]
    furniture = sorted(re.sub(r"[\d ]", "", text) for text in bodies(blocks, "chrome"))
    assert furniture == sorted(["示例县水利局年度报告", "——"] * len(maker.pages))
    (place,) = [block.place for block in blocks if isinstance(block, TextBlock) and block.text == long]
    assert re.fullmatch(r"第 1—\d 页（80,120,\d+,\d+）", place)


def test_spread_letters_false_bold_and_radicals_read_as_words() -> None:
    def draw(maker: PdfMaker) -> None:
        for number, char in enumerate("总体情况"):
            maker.text(100 + number * 15, 100, char, 12)
            maker.text(100.4 + number * 15, 100, char, 12)
        maker.text(100, 140, "⺠政⻚⼀章 2024 年 11 件", 12)

    assert bodies(one_page(draw)) == ["总体情况", "民政页一章2024年11件"]


def test_a_page_number_inside_a_cell_is_left_out_and_figures_are_never_run_together() -> None:
    rows = [["事项", "件数", "备注"], ["许可\n- 1 -", "0\n4", "12"], ["处罚", "-1", "/"]]
    texts = table_texts(one_page(lambda maker: cell_by_cell(maker, rows)))
    assert texts[2, 1] == "许可"
    assert texts[2, 2] == "0 4"
    assert texts[3, 2] == "-1" and texts[3, 3] == "/"


def test_figures_that_touch_a_line_never_become_another_figure() -> None:
    def draw(maker: PdfMaker) -> None:
        cell_by_cell(maker, [["甲", "乙", "丙"], ["", "", ""], ["", "", ""]], 40)
        maker.text(133, 140, "961716", 9)  # the line at 140 runs through a digit
        maker.text(171, 170, "123", 9)  # the line at 180 runs between two digits

    texts = table_texts(one_page(draw))
    assert texts == {(1, 1): "甲", (1, 2): "乙", (1, 3): "丙", (2, 2): "961716", (3, 2): "12 3"}


def test_vertical_labels_are_read_in_order() -> None:
    def draw(maker: PdfMaker) -> None:
        maker.box(100, 100, 140, 300)
        maker.box(140, 100, 240, 300)
        maker.box(240, 100, 300, 300)
        for number, char in enumerate("三、本年度"):
            maker.text(122, 110 + number * 14, char, 12)
        for number, char in enumerate("办理结果"):
            maker.text(104, 110 + number * 14, char, 12)
        maker.text(0, 0, "（七）总计", 12, matrix="0 -1 1 0 180 700")
        maker.text(245, 200, "21", 12)

    assert table_texts(one_page(draw)) == {(1, 1): "三、本年度办理结果", (1, 2): "（七）总计", (1, 3): "21"}


@pytest.mark.parametrize("matrix", ["0 1 -1 0 {y} {x}", "0 -1 1 0 {down} {far}"])
def test_a_page_bound_in_sideways_is_turned(matrix: str) -> None:
    def draw(maker: PdfMaker) -> None:
        rows = [["四、复议情况"], ["甲乙", "丙"], ["1", "23"]]
        for row, texts in enumerate(rows):
            for col, text in enumerate(texts):
                x, y = 100 + col * 90, 100 + row * 30
                place = {"x": x + 3, "y": y + 13, "down": maker.width - y - 13, "far": maker.height - x - 3}
                maker.text(0, 0, text, 12, matrix=matrix.format(**place))
                if row and matrix.startswith("0 1"):
                    maker.box(y, maker.height - x - 90, y + 30, maker.height - x)
                elif row:
                    maker.box(maker.width - y - 30, x, maker.width - y, x + 90)

    blocks = one_page(draw)
    assert bodies(blocks) == ["四、复议情况"]
    assert table_texts(blocks) == {(1, 1): "甲乙", (1, 2): "丙", (2, 1): "1", (2, 2): "23"}


def test_a_box_around_text_is_text_and_uneven_lines_are_one() -> None:
    def draw(maker: PdfMaker) -> None:
        maker.box(80, 60, 500, 90)
        maker.text(90, 66, "注：本表由程序生成。", 12)
        for row in range(3):
            shift = 4 * (row % 2)
            for col in range(3):
                maker.box(100 + col * 60 + shift, 120 + row * 30, 160 + col * 60 + shift, 150 + row * 30)
                maker.text(110 + col * 60, 125 + row * 30, f"{row}{col}", 12)

    blocks = one_page(draw)
    assert bodies(blocks) == ["注：本表由程序生成。"]
    assert table_texts(blocks) == {(row + 1, col + 1): f"{row}{col}" for row in range(3) for col in range(3)}


def test_tables_under_a_new_heading_or_of_other_columns_stay_apart() -> None:
    for heading, width in (("四、行政复议情况", 60.0), ("", 50.0)):
        maker = PdfMaker()
        for number in range(2):
            maker.page()
            if number and heading:
                maker.text(100, 60, heading, 12)
            cell_by_cell(maker, [["甲", "乙"], ["1", "2"]], width if number else 60.0)
        assert len([block for block in pdf_blocks(maker.save(), "a.pdf") if isinstance(block, GridBlock)]) == 2


def test_a_doubled_row_after_the_break_is_not_taken_for_a_repeated_header() -> None:
    maker = PdfMaker()
    for _ in range(2):
        maker.page()
        cell_by_cell(maker, [["许可", "5"], ["处罚", "6"]])
    assert list(table_texts(pdf_blocks(maker.save(), "a.pdf")).values()) == ["许可", "5", "处罚", "6"] * 2


def test_pictures_and_scanned_pages_are_told() -> None:
    maker = PdfMaker()
    maker.page()
    maker.text(100, 100, "四、政府信息公开行政复议、行政诉讼情况", 12)
    maker.image(100, 130, 500, 330)
    maker.image(20, 20, 60, 60)
    maker.page()
    maker.image(0, 0, 595, 842)
    blocks = pdf_blocks(maker.save(), "a.pdf")
    places = [block.place for block in blocks if isinstance(block, ImageBlock)]
    assert places == ["第 1 页（100,130,500,330）", "第 2 页（0,0,595,842）"]
    assert isinstance(blocks[1], TextBlock) and isinstance(blocks[2], ImageBlock)
    assert bodies(blocks, "note") == ["本页是扫描图片，没有可读取的文字"]


def test_a_watermark_is_not_mixed_into_the_text() -> None:
    def draw(maker: PdfMaker) -> None:
        maker.text(100, 100, "一、总体情况", 12)
        maker.text(0, 0, "内部资料", 40, matrix="0.7 0.7 -0.7 0.7 60 700")

    blocks = one_page(draw)
    assert bodies(blocks) == ["一、总体情况"] and bodies(blocks, "note") == ["本页有斜排的文字（水印），未读取"]


def some_pages(count: int) -> bytes:
    maker = PdfMaker()
    for _ in range(count):
        maker.page()
        maker.text(100, 100, "一、总体情况", 12)
    return maker.save()


def locked() -> bytes:
    maker = PdfMaker()
    maker.page()
    return maker.save(locked=True)


def scanned() -> bytes:
    maker = PdfMaker()
    maker.page()
    maker.image(0, 0, 595, 842)
    return maker.save()


def without_unicode() -> bytes:
    maker = PdfMaker()
    maker.page()
    maker.text(100, 100, "一、总体情况", 12)
    return maker.save(unicode=False)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空"),
        ("一、总体情况".encode(), "不是 PDF"),
        (some_pages(3)[:-200], "不完整"),
        (b"%PDF-1.7\n/Linearized 1 /L 999999\n" + some_pages(1)[9:], "不完整"),
        (b"%PDF-1.7\nabc\n%%EOF", "损坏"),
        (some_pages(0), "没有页面"),
        (locked(), "密码"),
        (some_pages(500), "500 页"),
        (some_pages(MAX_PAGES + 1), "上限"),
        (scanned(), "扫描件"),
        (without_unicode(), "没有文字编码"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(data: bytes, said: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError) as caught:
        pdf_blocks(data, "报告.pdf")
    assert said in caught.value.what and caught.value.place == "报告.pdf" and caught.value.remedy
    assert capfd.readouterr() == ("", "")


def test_a_few_characters_without_meaning_are_marked_not_guessed() -> None:
    blocks = one_page(lambda maker: maker.text(100, 100, "一、总体情况，公开信息\ue00a条，没有更正。", 12))
    assert bodies(blocks) == [f"一、总体情况，公开信息{UNREADABLE}条，没有更正。"]
    assert "1 个字" in bodies(blocks, "note")[0]


def test_any_damage_gives_an_input_error_or_blocks() -> None:
    data = some_pages(2)
    for place in range(0, len(data), 23):
        try:
            pdf_blocks(data[:place] + b"\xff<<" + data[place + 9 :], "a.pdf")
        except InputError as error:
            assert error.remedy


def printed_rows(sheet: Sheet) -> list[list[str]]:
    last = max(row for row, _ in sheet.values), max(col for _, col in sheet.values)
    return [[sheet.text(row, col) for col in range(1, last[1] + 1)] for row in range(1, last[0] + 1)]


def test_the_published_pdf_gives_three_tables_and_whole_paragraphs(shared: Path) -> None:
    blocks = pdf_blocks((shared / "reports" / "hongze-2023.pdf").read_bytes(), "hongze-2023.pdf")
    tables = [block for block in blocks if isinstance(block, GridBlock)]
    assert [block.place for block in tables] == ["第 2—3 页", "第 3—4 页", "第 4 页"]
    rows = [printed_rows(block.sheet) for block in tables]
    counts = {row[0]: row[1:] for row in rows[0]}
    assert counts["规章"] == ["0", "0", "0"] and counts["行政规范性文件"] == ["0", "5", "5"]
    assert {row[0]: row[1] for row in rows[0] if row[0].startswith("行政") and row[0] != "行政规范性文件"} == {
        "行政许可": "550", "行政处罚": "4119", "行政强制": "195", "行政事业性收费": "7730.28"
    }  # fmt: skip
    first = [21, 0, 0, 4, 1, 0, 0, 0, 0, 1, 1, 0, 10, 3, 0, 1, 0, 0, 0, 0, 0, 21, 0]
    assert [row[3:] for row in rows[1][3:]] == [[str(count), *["0"] * 5, str(count)] for count in first]
    assert rows[2][-1] == ["10", "1", *["0"] * 8, "5", *["0"] * 4]
    assert bodies(blocks, "chrome") == [f"- {number} -" for number in range(1, 6)]
    assert all(text.endswith(("。", "情况", "事项", "报告")) for text in bodies(blocks))
