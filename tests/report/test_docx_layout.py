"""The page, the fonts and the footers of the Word file, rule by rule (docx-format §3: D1-D11, D13-D15)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree

from assistant.form import Form
from assistant.report.document import Heading
from assistant.report.docx_writer import write_docx
from tests.report.writer_samples import document, elements

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def content(form2021: Form) -> bytes:
    return write_docx(document(form2021), working=True)


@pytest.fixture(scope="module")
def parts(content: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: etree.fromstring(archive.read(name)) for name in archive.namelist()}


@pytest.fixture(scope="module")
def opened(content: bytes) -> Any:
    return open_docx(io.BytesIO(content))


def effective(opened: Any, paragraph: Any, group: str, element: str) -> Any:
    """A property of a paragraph as its style (and what that is based on) sets it."""
    style = paragraph.style
    while style is not None:
        properties = style.element.find(qn(f"w:{group}"))
        found = None if properties is None else properties.find(qn(f"w:{element}"))
        if found is not None:
            return found
        style = style.base_style
    return None


def paragraphs(opened: Any, style: str) -> list[Any]:
    found = [paragraph for paragraph in opened.paragraphs if paragraph.style.name == style]
    assert found
    return found


def assert_type(opened: Any, paragraph: Any, font: str, points: float) -> None:
    for run in paragraph.runs:
        if run.text.strip():
            assert font in run._element.rPr.rFonts.get(qn("w:eastAsia"))
    assert font in effective(opened, paragraph, "rPr", "rFonts").get(qn("w:eastAsia"))
    assert effective(opened, paragraph, "rPr", "sz").get(qn("w:val")) == f"{points * 2:g}"


def test_d1_d2_the_page_is_a4_with_the_margins_of_official_documents(opened: Any) -> None:
    section = opened.sections[0]
    assert (section.page_width.twips, section.page_height.twips) == (11906, 16838)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    for margin, expected in zip(margins, (2098, 1984, 1587, 1474), strict=True):
        assert abs(margin.twips - expected) <= 57


def test_d3_lines_and_characters_fill_the_type_area(opened: Any) -> None:
    section = opened.sections[0]
    body = paragraphs(opened, "Body Text")[0]
    spacing = effective(opened, body, "pPr", "spacing")
    assert spacing.get(qn("w:lineRule")) == "exact"
    line = int(spacing.get(qn("w:line")))
    height = section.page_height.twips - section.top_margin.twips - section.bottom_margin.twips
    assert height // line == 22
    character = 16 * 20 + int(effective(opened, body, "rPr", "spacing").get(qn("w:val")))
    width = section.page_width.twips - section.left_margin.twips - section.right_margin.twips
    assert width // character == 28


def test_d4_title(opened: Any) -> None:
    title = paragraphs(opened, "Title")[0]
    assert_type(opened, title, "小标宋", 22)
    assert effective(opened, title, "pPr", "jc").get(qn("w:val")) == "center"
    assert effective(opened, title, "pPr", "ind").get(qn("w:firstLine")) == "0"


def test_d5_body(opened: Any) -> None:
    for paragraph in paragraphs(opened, "Body Text"):
        assert_type(opened, paragraph, "仿宋", 16)
        assert effective(opened, paragraph, "pPr", "jc").get(qn("w:val")) == "both"
        indent = effective(opened, paragraph, "pPr", "ind")
        assert (indent.get(qn("w:firstLineChars")), indent.get(qn("w:firstLine"))) == ("200", "640")


@pytest.mark.parametrize(("level", "font"), [(1, "黑体"), (2, "楷体"), (3, "仿宋")])
def test_d6_d7_d8_headings_are_real_headings(opened: Any, level: int, font: str) -> None:
    for paragraph in paragraphs(opened, f"Heading {level}"):
        assert_type(opened, paragraph, font, 16)
        assert effective(opened, paragraph, "pPr", "outlineLvl").get(qn("w:val")) == str(level - 1)
        assert effective(opened, paragraph, "rPr", "b").get(qn("w:val")) == "0"


def test_d9_every_run_and_every_style_names_its_fonts_for_all_scripts(parts: dict[str, Any]) -> None:
    runs = [run for name, root in parts.items() if name.startswith("word/") for run in root.iter(f"{W}r")]
    styles = [style for style in parts["word/styles.xml"].iter(f"{W}style") if style.get(f"{W}type") == "paragraph"]
    text_runs = [run for run in runs if run.find(f"{W}br") is None]
    assert len(text_runs) > 200
    for owner in (*text_runs, *styles):
        fonts = owner.find(f"{W}rPr/{W}rFonts")
        assert fonts is not None
        assert all(fonts.get(f"{W}{script}") for script in ("ascii", "hAnsi", "eastAsia"))


def test_d10_d11_page_numbers_stand_between_dashes_on_the_outer_side(opened: Any, parts: dict[str, Any]) -> None:
    assert opened.settings.odd_and_even_pages_header_footer
    section = opened.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert paragraph.text == "— 1 —"
        assert paragraph._p.pPr.jc.get(qn("w:val")) == side
        indent = paragraph._p.pPr.ind
        assert (indent.get(qn(f"w:{side}Chars")), indent.get(qn(f"w:{side}"))) == ("100", "280")
        assert "".join(paragraph._p.itertext("{*}instrText")).strip() == "PAGE"
        for run in paragraph.runs:
            assert run.font.size == Pt(14)
            assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"


def test_d13_everything_is_black(parts: dict[str, Any]) -> None:
    colours = {element.get(f"{W}val") for root in parts.values() for element in root.iter(f"{W}color")}
    assert colours == {"000000"}
    assert not [element for root in parts.values() for element in root.iter() if element.get(f"{W}themeColor")]


def test_d14_the_language_is_chinese(parts: dict[str, Any]) -> None:
    languages = list(parts["word/styles.xml"].iter(f"{W}lang"))
    assert languages
    assert {language.get(f"{W}eastAsia") for language in languages} == {"zh-CN"}


def test_d15_sections_stand_in_order_and_nothing_is_added(form2021: Form, opened: Any) -> None:
    printed = [paragraph.text for paragraph in opened.paragraphs if paragraph.style.name == "Heading 1"]
    assert printed == [section.heading for section in form2021.sections]
    sample = document(form2021)
    expected = [sample.title]
    for element in elements(form2021):
        if isinstance(element, Heading):
            expected.append(element.text)
        elif hasattr(element, "runs"):
            expected.append("".join(run.text for run in element.runs))
    assert [paragraph.text.replace("\n", "") for paragraph in opened.paragraphs] == expected


def test_gaps_are_highlighted_in_both_copies(form2021: Form) -> None:
    for working in (False, True):
        opened: Any = open_docx(io.BytesIO(write_docx(document(form2021), working=working)))
        runs = [run for paragraph in opened.paragraphs for run in paragraph.runs if run.text.startswith("【待补")]
        others = [run for paragraph in opened.paragraphs for run in paragraph.runs if "全年发布" in run.text]
        assert runs
        assert all(run.font.highlight_color is not None for run in runs)
        assert all(run.font.highlight_color is None for run in others)


def test_a_heading_deeper_than_the_third_level_is_still_a_heading(form2021: Form) -> None:
    opened: Any = open_docx(io.BytesIO(write_docx(document(form2021, elements=(Heading(7, "（1）某事"), Heading(0, "一、某事"))))))
    assert [paragraph.style.name for paragraph in opened.paragraphs[1:]] == ["Heading 3", "Heading 1"]
