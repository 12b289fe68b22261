"""Word documents are taken apart as they print once all changes are accepted."""

from __future__ import annotations

import pytest

from assistant.errors import InputError
from assistant.grids.grid import Merge, Sheet
from assistant.report.blocks import Block, GridBlock, ImageBlock, TextBlock
from assistant.report.word_reader import word_blocks
from tests.report.word_maker import W, cell, para, row, run, table, word


def blocks(body: str, parts: dict[str, bytes] | None = None) -> list[Block]:
    return word_blocks(word(body, parts), "a.docx")


def texts(body: str, parts: dict[str, bytes] | None = None) -> list[str]:
    return [block.text for block in blocks(body, parts) if isinstance(block, TextBlock) and block.role == "body"]


def only_sheet(body: str) -> Sheet:
    (found,) = [block.sheet for block in blocks(body) if isinstance(block, GridBlock)]
    return found


def shown(sheet: Sheet) -> dict[tuple[int, int], str]:
    return {place: value.text for place, value in sheet.values.items()}


def test_changes_count_as_accepted() -> None:
    changed = (
        run("新收")
        + f"<w:del>{run('12').replace('w:t>', 'w:delText>')}</w:del>"
        + f"<w:ins>{run('13')}</w:ins>"
        + f"<w:moveFrom>{run('旧')}</w:moveFrom>"
        + f"<w:moveTo>{run('件')}</w:moveTo>"
        + run("看不见", "<w:vanish/>")
    )
    assert texts(para(changed)) == ["新收13件"]


def test_a_paragraph_whose_end_was_deleted_runs_on() -> None:
    assert texts(para(run("一、总体"), "<w:rPr><w:del/></w:rPr>") + para(run("情况"))) == ["一、总体情况"]


def test_deleted_rows_and_cells_are_gone() -> None:
    sheet = only_sheet(
        table(
            row(cell("甲"), cell("1")),
            row(cell("乙"), cell("2"), properties="<w:del/>"),
            row(cell("丙"), cell("9", "<w:cellDel/>"), cell("3")),
        )
    )
    assert shown(sheet) == {(1, 1): "甲", (1, 2): "1", (2, 1): "丙", (2, 2): "3"}


def test_merged_cells() -> None:
    sheet = only_sheet(
        table(
            row(cell("组", '<w:gridSpan w:val="2"/>'), cell("计", '<w:vMerge w:val="restart"/>')),
            row(cell("甲"), cell("乙"), cell("", "<w:vMerge/>")),
            row(cell("1"), cell(""), cell("3")),
        )
    )
    assert shown(sheet) == {(1, 1): "组", (1, 3): "计", (2, 1): "甲", (2, 2): "乙", (3, 1): "1", (3, 3): "3"}
    assert sorted(sheet.merges, key=lambda merge: merge.left) == [Merge(1, 1, 1, 2), Merge(1, 3, 2, 3)]
    assert sheet.ends == {1: 3, 2: 3, 3: 3}
    assert sheet.place(3, 1) == "第 1 个表格第 3 行第 1 列"


def test_rows_that_begin_later_or_end_earlier_are_seen() -> None:
    later = row(cell("1"), cell("2"), properties='<w:gridBefore w:val="1"/>')
    sheet = only_sheet(table(row(cell("甲"), cell("乙"), cell("丙")), later, row(cell("7"))))
    assert shown(sheet) == {(1, 1): "甲", (1, 2): "乙", (1, 3): "丙", (2, 2): "1", (2, 3): "2", (3, 1): "7"}
    assert sheet.ends == {1: 3, 2: 3, 3: 1}


def test_figures_in_one_cell_are_never_run_together() -> None:
    sheet = only_sheet(table(row(cell("甲"), cell("乙")), row(cell("", content=para(run("1")) + para(run("2"))), cell("3"))))
    assert shown(sheet)[2, 1] == "1；2"
    broken = only_sheet(table(row(cell("", content=para(run("商业")) + para(run("企业"))), cell("乙"))))
    assert shown(broken)[1, 1] == "商业企业"


def test_a_table_that_only_arranges_the_page_is_opened() -> None:
    inner = table(row(cell("甲"), cell("乙")), row(cell("1"), cell("2")))
    outer = table(row(cell("", content=para(run("一、总体情况")) + inner + para(run("后文。")))))
    found = blocks(outer)
    assert [block.text for block in found if isinstance(block, TextBlock)] == ["一、总体情况", "后文。"]
    assert shown(next(block.sheet for block in found if isinstance(block, GridBlock))) == {
        (1, 1): "甲", (1, 2): "乙", (2, 1): "1", (2, 2): "2",
    }  # fmt: skip


def test_text_boxes_are_left_aside_with_a_note_and_counted_once() -> None:
    box = f"<w:txbxContent>{para(run('图解文字'))}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><v:textbox>{box}</v:textbox></mc:Fallback></mc:AlternateContent>"
    )
    found = blocks(para(run("正文。") + f"<w:r>{both}</w:r>"))
    assert [(block.role, block.text) for block in found if isinstance(block, TextBlock)] == [
        ("body", "正文。"),
        ("note", "文本框中的文字没有作为正文读取：“图解文字”"),
    ]


def test_pictures_are_blocks() -> None:
    found = blocks(para(run("见图") + '<w:r><w:drawing><a:blip r:embed="rId1"/></w:drawing></w:r>'))
    assert isinstance(found[-1], ImageBlock)


def test_a_title_broken_over_lines_is_one_and_sentences_are_not_joined() -> None:
    assert texts(para(run("示例县教育局") + "<w:r><w:br/></w:r>" + run("2024年政府信息公开工作年度报告"))) == [
        "示例县教育局2024年政府信息公开工作年度报告"
    ]
    assert texts(para(run("第一句。") + "<w:r><w:br/></w:r>" + run("二、主动公开政府信息情况"))) == [
        "第一句。",
        "二、主动公开政府信息情况",
    ]


_NUMBERING = f"""<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>
<w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num></w:numbering>""".encode()


def listed(text: str, level: int) -> str:
    return para(run(text) if text else "", f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="5"/></w:numPr>')


def test_numbers_that_word_prints_by_itself_are_read() -> None:
    items = [("总体情况", 0), ("主动公开", 1), ("依申请公开", 1), ("点", 2), ("主动公开政府信息情况", 0), ("文字", 1)]
    body = "".join(listed(text, level) for text, level in items)
    assert texts(body, {"word/numbering.xml": _NUMBERING}) == [
        "一、总体情况",
        "（一）主动公开",
        "（二）依申请公开",
        "点",
        "二、主动公开政府信息情况",
        "（一）文字",
    ]


def test_headings_are_known_by_their_style() -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style><w:style w:styleId="c"><w:basedOn w:val="c"/></w:style></w:styles>'
    )
    body = para(run("一、总体情况"), '<w:pStyle w:val="b"/>') + para(run("文字。"), '<w:pStyle w:val="c"/>')
    found = blocks(body, {"word/styles.xml": styles.encode()})
    assert [block.heading for block in found if isinstance(block, TextBlock)] == [1, 0]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"word/vbaProject.bin": b"x"}, "宏"),
        ({"word/footnotes.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a/>'}, "外部实体"),
        ({"word/numbering.xml": b"<w:numbering"}, "损坏"),
    ],
)
def test_what_is_not_safe_is_refused(parts: dict[str, bytes], words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        blocks(para(run("正文。")), parts)
    assert "Word" in caught.value.message or "docx" in caught.value.message or words == "外部实体"
    assert "工作簿" not in caught.value.message


def test_links_to_the_outside_are_not_followed() -> None:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Type="x/attachedTemplate" Target="http://127.0.0.1:9/x" TargetMode="External"/></Relationships>'
    )
    assert texts(para(run("正文。")), {"word/_rels/settings.xml.rels": relations}) == ["正文。"]
