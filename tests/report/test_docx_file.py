"""The Word file as a file: comments of the working copy, properties, same bytes, hostile text, speed."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import pytest
from docx import Document as open_docx
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from assistant.form import Cell, Form
from assistant.report.document import Annotation, Heading, Run, TextParagraph
from assistant.report.docx_writer import write_docx
from tests.report.writer_samples import document, numbered_cells

HOSTILE = [
    "<script>alert(1)</script>",
    "]]>&amp;&#x0;<w:p/>",
    '"><w:fldSimple w:instr="INCLUDETEXT c:\\secret"/>',
    '{ INCLUDETEXT "c:\\\\secret" }',
    "a\x00b\x07c\x1fd\x7fe\x85f",
    "\ud800x\udfff",
    "\ufffe\uffff\U0001f600",
    "\u202e倒过来\u2066",
    "第一行\n第二行\r\n\t第三行",
    "字" * 10_000,
    "9" * 10_000,
    "",
]


def opened(content: bytes) -> Any:
    return open_docx(io.BytesIO(content))


def xml_parts(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}


def with_text(form: Form, text: str) -> bytes:
    cells = numbered_cells(form)
    cells["t3.new.natural"] = Cell(key="t3.new.natural", raw=text, status="unparsed")
    cells["t3.new.biz"] = Cell(key="t3.new.biz", raw=text, status="placeholder")
    found = (Heading(1, text, (Annotation("gap", text),)), TextParagraph((Run(text, (Annotation("source", text),), gap=True),)))
    sample = document(form, cells, title=text, unit=text, identity=text)
    sample = document(form, cells, title=text, unit=text, identity=text, elements=(*found, *sample.elements))
    return write_docx(sample, working=True)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_text(form2021: Form, text: str) -> None:
    content = with_text(form2021, text)
    parts = xml_parts(content)
    instructions = {(part, found.text) for part, root in parts.items() for found in root.iter("{*}instrText")}
    assert instructions == {("word/footer1.xml", " PAGE "), ("word/footer2.xml", " PAGE ")}
    assert not [found for root in parts.values() for found in root.iter("{*}fldSimple", "{*}script")]
    again = opened(content)
    assert len(again.tables) == 3
    assert again.tables[1].rows[3].cells[5].text == numbered_cells(form2021)["t3.new.research"].raw


def test_ordinary_text_is_printed_letter_for_letter(form2021: Form) -> None:
    text = "“甲”&乙<丙>　丁 Ｅ𠮷①—…"
    paragraph = opened(with_text(form2021, text)).paragraphs[2]
    assert paragraph.text == text


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec=None), max_size=80))
def test_any_text_gives_a_valid_file(form2021: Form, text: str) -> None:
    assert len(opened(with_text(form2021, text)).tables) == 3


def test_the_working_copy_says_what_each_sentence_rests_on(form2021: Form) -> None:
    comments = [(comment.author, comment.text) for comment in opened(write_docx(document(form2021), working=True)).comments]
    assert ("依据", "新收41件（表三 D5）") in comments
    assert ("检查", "表三自然人列不平衡") in comments
    assert ("待补", "请提供网站名称") in comments
    assert {author for author, _ in comments} == {"依据", "检查", "待补"}


def test_each_line_of_evidence_is_a_paragraph_of_its_comment(form2021: Form) -> None:
    evidence = Annotation("source", "新收41件（表三 D5）\n办结40件（表三 D6）")
    sample = document(form2021, elements=(TextParagraph((Run("新收41件，办结40件。", (evidence,)),)),))
    (comment,) = opened(write_docx(sample, working=True)).comments
    assert [paragraph.text for paragraph in comment.paragraphs] == ["新收41件（表三 D5）", "办结40件（表三 D6）"]


def test_each_comment_is_anchored_once(form2021: Form) -> None:
    parts = xml_parts(write_docx(document(form2021), working=True))
    numbers = [comment.get(comment.nsmap["w"].join("{}") + "id") for comment in parts["word/comments.xml"]]
    for tag in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        anchors = [dict(found.attrib).popitem()[1] for found in parts["word/document.xml"].iter(f"{{*}}{tag}")]
        assert anchors == numbers
    assert len(numbers) > 6


def test_the_clean_copy_has_no_comments(form2021: Form) -> None:
    parts = xml_parts(write_docx(document(form2021)))
    assert "word/comments.xml" not in parts
    assert not list(parts["word/document.xml"].iter("{*}commentReference"))


def test_properties_name_the_report_and_no_author(form2021: Form) -> None:
    sample = document(form2021)
    content = write_docx(sample)
    properties = opened(content).core_properties
    assert properties.title == sample.title
    assert properties.keywords == sample.identity
    assert properties.author == properties.last_modified_by == ""
    assert sample.identity not in "".join(xml_parts(content)["word/document.xml"].itertext())


@pytest.mark.parametrize("working", [False, True])
def test_the_same_document_gives_the_same_bytes(form2021: Form, working: bool) -> None:
    first = write_docx(document(form2021), working=working)
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert write_docx(document(form2021), working=working) == first


def test_an_unknown_table_is_an_error_not_a_gap_in_the_file(form2021: Form) -> None:
    from assistant.report.document import FormTable

    with pytest.raises(KeyError, match="t9"):
        write_docx(document(form2021, elements=(FormTable("t9"),)))


def test_a_clean_document_takes_at_most_20_ms(form2021: Form) -> None:
    sample = document(form2021)
    write_docx(sample)
    times = []
    for _ in range(10):
        start = time.perf_counter()
        write_docx(sample)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.020
