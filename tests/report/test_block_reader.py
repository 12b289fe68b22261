"""Reports out of blocks: own drafts in Word come back whole, the blank form is a form of blanks, mixed forms by their labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.checks.engine import run_checks
from assistant.checks.report_subject import subject_of_report
from assistant.drafting.printing import to_document
from assistant.errors import InputError
from assistant.form import Cell, Form, FormRegistry
from assistant.grids.grid import Value
from assistant.report.block_reader import read_blocks
from assistant.report.blocks import Block, GridBlock, ImageBlock, TextBlock
from assistant.report.document import Document, Heading, TextParagraph
from assistant.report.docx_writer import write_docx
from assistant.report.word_reader import word_blocks
from tests.corpus.material import COUNTY
from tests.drafting.material import county_draft
from tests.report.block_report import blocks, printed, sheet, sheets
from tests.report.flat_report import numbered_values

DRAFTS = sorted(COUNTY.glob("*/*.json"))


def printed_sections(document: Document) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    title = ""
    for element in document.elements:
        if isinstance(element, Heading) and element.level == 1:
            title = element.text
            sections[title] = []
        elif isinstance(element, Heading | TextParagraph):
            text = element.text if isinstance(element, Heading) else "".join(run.text for run in element.runs)
            sections.setdefault(title, []).append(text)
    return sections


def as_printed(cell: Cell) -> tuple[object, ...]:
    """What of a cell survives printing: a figure, a mark for none, or nothing."""
    return (cell.value, cell.unit) if cell.ok else ("placeholder",) if cell.status == "placeholder" else ()


@pytest.mark.parametrize("path", DRAFTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_draft_in_word_comes_back_whole(path: Path, registry: FormRegistry) -> None:
    drafted = county_draft(path.stem, int(path.parent.name))
    document = to_document(drafted)
    report = read_blocks(word_blocks(write_docx(document), "draft.docx"), "draft.docx", registry)
    assert (report.title, report.unit, report.year, report.form) == (
        document.title,
        drafted.submission.unit.name,
        drafted.submission.year,
        drafted.form.id,
    )
    assert {key: as_printed(cell) for key, cell in report.cells.items()} == {
        key: as_printed(cell) for key, cell in document.cells.items()
    }
    sections = {f"{section.number}{section.title}": section.text for section in report.sections}
    wanted = {title: "\n".join(lines) for title, lines in printed_sections(document).items() if title}
    assert sections == wanted
    assert report.preface == "\n".join(printed_sections(document).get("", []))
    assert [remark for remark in report.remarks if remark.rule.startswith("S-")] == []


def test_the_blank_form_is_a_form_with_all_cells_blank(shared: Path, registry: FormRegistry) -> None:
    data = (shared / "reports" / "blank-form2021.docx").read_bytes()
    report = read_blocks(word_blocks(data, "blank.docx"), "blank.docx", registry)
    assert report.form == "form2021"
    assert report.cells.keys() == registry.get("form2021").cells.keys()
    assert {cell.status for cell in report.cells.values()} == {"blank"}
    assert all(cell.source.place for cell in report.cells.values() if not cell.key.startswith("t4"))
    assert [section.key for section in report.sections] == [f"sec{number}" for number in range(1, 7)]
    assert {remark.rule for remark in report.remarks} == {"S-TABLE-MISSING"}


def test_a_blank_cell_stays_blank_and_keeps_its_place(form2021: Form, registry: FormRegistry) -> None:
    values = numbered_values(form2021) | {"t3.new.natural": "", "t3.carry_in.biz": "/", "t3.r1_open.ngo": "3O"}
    report = read_blocks(blocks(form2021, sheets(form2021, values)), "a.docx", registry)
    found = {key: cell for key, cell in report.cells.items() if not cell.ok}
    assert {key: cell.status for key, cell in found.items()} == {
        "t3.new.natural": "blank",
        "t3.carry_in.biz": "placeholder",
        "t3.r1_open.ngo": "unparsed",
    }
    assert str(found["t3.new.natural"].source) == "a.docx 工作表“t3”D4"


def test_tables_of_two_forms_are_read_by_their_own_labels(form2019: Form, form2021: Form, registry: FormRegistry) -> None:
    old, new = numbered_values(form2019), numbered_values(form2021)
    tables = {**sheets(form2021, new), "t3": sheet(printed(form2019.table("t3"), old), "t3")}
    report = read_blocks(blocks(form2021, tables), "mixed.docx", registry)
    assert report.form == "form2021"
    for key in old:
        if key.startswith("t3"):
            assert report.cells[key].raw == old[key]
            assert report.cells[key].ok
    assert all(report.cells[key].raw == new[key] for key in new if not key.startswith("t3"))
    assert [remark.rule for remark in report.remarks] == ["S-FORM-MIXED"]
    never_printed = [key for key in new if key.startswith("t3") and key not in old]
    assert never_printed
    assert not any(key in report.cells for key in never_printed)
    rules = {
        finding.rule for finding in run_checks(subject_of_report(report, registry=registry)).findings if finding.status == "fail"
    }
    assert "C-BLANK" not in rules


def test_a_header_without_its_group_name_is_read_by_order_and_told(form2021: Form, registry: FormRegistry) -> None:
    values = numbered_values(form2021)
    table = printed(form2021.table("t4"), values)
    place = next(place for place, text in table.texts.items() if text == "行政复议")
    texts = {key: text for key, text in table.texts.items() if key != place}
    spans = {key: span for key, span in table.spans.items() if key != place}
    tables = {**sheets(form2021, values), "t4": sheet(replace(table, texts=texts, spans=spans), "t4")}
    report = read_blocks(blocks(form2021, tables), "a.docx", registry)
    wrong = {key: cell.raw for key, cell in report.cells.items() if cell.ok and cell.raw != values[key]}
    assert wrong == {}
    assert any(remark.rule in ("S-HEADER-LOST", "S-COLUMN-HEADER") for remark in report.remarks)


def test_a_heading_inside_a_table_parts_it(form2021: Form, registry: FormRegistry) -> None:
    values = numbered_values(form2021)
    made = [block for block in blocks(form2021, sheets(form2021, values)) if not _is_heading(block, form2021, "sec3")]
    for number, block in enumerate(made):
        if isinstance(block, GridBlock) and block.place == "t3":
            moved = {(row + 1, col): value for (row, col), value in block.sheet.values.items()}
            merges = [replace(merge, top=merge.top + 1, bottom=merge.bottom + 1) for merge in block.sheet.merges]
            heading = {(1, 1): Value("text", form2021.section("sec3").heading)}
            made[number] = GridBlock(replace(block.sheet, values={**heading, **moved}, merges=merges, ends={}), "t3")
    report = read_blocks(made, "a.docx", registry)
    assert [section.key for section in report.sections] == [f"sec{number}" for number in range(1, 7)]
    assert all(cell.ok for cell in report.cells.values())
    assert report.remarks == ()


def _is_heading(block: Block, form: Form, key: str) -> bool:
    return isinstance(block, TextBlock) and block.text == form.section(key).heading


def test_a_picture_instead_of_a_table_is_told(form2021: Form, registry: FormRegistry) -> None:
    made = blocks(form2021, sheets(form2021, numbered_values(form2021)))
    made = [ImageBlock("第 2 页") if isinstance(block, GridBlock) and block.place == "t3" else block for block in made]
    report = read_blocks(made, "a.docx", registry)
    told = [remark for remark in report.remarks if remark.rule == "S-TABLE-IMAGE"]
    assert [(remark.section, remark.source.place) for remark in told] == [("sec3", "第 2 页")]
    assert not any(cell.ok for key, cell in report.cells.items() if key.startswith("t3"))


def test_page_furniture_and_notes_are_told_and_kept_out_of_the_text(form2021: Form, registry: FormRegistry) -> None:
    made = blocks(form2021, sheets(form2021, numbered_values(form2021)))
    made.insert(4, TextBlock("某某网站 版权所有", "第 1 页", role="chrome"))
    made.insert(5, TextBlock("文本框中的文字没有作为正文读取：“图解”", "第 1 页", role="note"))
    report = read_blocks(made, "a.docx", registry)
    assert [remark.rule for remark in report.remarks] == ["S-CHROME", "S-CHROME"]
    assert not any("版权" in section.text or "文本框" in section.text for section in report.sections)


def test_a_table_without_a_part_of_its_own_is_still_read(form2021: Form, registry: FormRegistry) -> None:
    values = numbered_values(form2021)
    made = [block for block in blocks(form2021, sheets(form2021, values)) if not _is_heading(block, form2021, "sec3")]
    report = read_blocks(made, "a.docx", registry)
    assert "sec3" not in {section.key for section in report.sections}
    assert {key: cell.raw for key, cell in report.cells.items() if cell.ok} == values


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["示例县2016年政府信息公开工作年度报告", "一、概述", "二、主动公开政府信息的情况", "全年公开 5 条。"], "2016 年度"),
        (["关于印发会议纪要的通知", "一、总体情况", "会议听取了汇报。"], "不像政府信息公开工作年度报告"),
        (["关于做好2024年政府信息公开工作年度报告编制发布的通知", "各科室：", "请于1月底前报送。"], "不像政府信息公开工作年度报告"),
    ],
)
def test_what_is_no_such_report_is_said(texts: list[str], words: str, registry: FormRegistry) -> None:
    made = [TextBlock(text, f"第 {number} 段") for number, text in enumerate(texts, start=1)]
    with pytest.raises(InputError, match=words) as caught:
        read_blocks(made, "folder/other.docx", registry)
    assert caught.value.place == "folder/other.docx"
    assert caught.value.remedy
