"""The Word file as LibreOffice lays it out: 22 lines of 28 characters, page numbers, readable tables."""

from __future__ import annotations

import shutil
import subprocess
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from assistant.form import Form, FormRegistry, read_value, table_grid
from assistant.report.document import FormTable, Heading, Run, TextParagraph
from assistant.report.docx_writer import write_docx
from tests.report.writer_samples import document

pdfplumber = pytest.importorskip("pdfplumber")
MILLIMETRE = 72 / 25.4
TYPE_AREA_BOTTOM = (297 - 35) * MILLIMETRE

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")

PUNCTUATED = "".join(f"第{'甲' * (number % 29)}项，共{number}件；“已办”、《目录》（试行）。" for number in range(120))


def render(content: bytes, folder: Path) -> Any:
    (folder / "report.docx").write_bytes(content)
    command = ["soffice", "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), str(folder / "report.docx")], check=True, capture_output=True, timeout=240)
    return pdfplumber.open(folder / "report.pdf")


@pytest.fixture(scope="module")
def rendered(form2021: Form, tmp_path_factory: pytest.TempPathFactory) -> Any:
    full = TextParagraph((Run("国" * 28 * 22 * 3),))
    sample = document(form2021)
    sample = document(form2021, elements=(full, TextParagraph((Run(PUNCTUATED),)), *sample.elements))
    with render(write_docx(sample), tmp_path_factory.mktemp("render")) as pdf:
        yield pdf


def body_lines(page: Any) -> list[int]:
    characters = sorted((round(char["top"]), char["x0"]) for char in page.chars if char["text"] == "国")
    return [len(list(group)) for _, group in groupby(characters, key=lambda char: char[0])]


def test_d3_a_page_holds_22_lines_of_28_characters(rendered: Any) -> None:
    assert body_lines(rendered.pages[1]) == [28] * 22
    assert body_lines(rendered.pages[2]) == [28] * 22


def test_page_numbers_stand_below_the_type_area_right_and_left_in_turn(rendered: Any) -> None:
    for number, page in enumerate(rendered.pages, 1):
        below = [char for char in page.chars if char["top"] > TYPE_AREA_BOTTOM]
        text = "".join(char["text"] for char in sorted(below, key=lambda char: char["x0"])).replace(" ", "")
        assert text == f"—{number}—"
        middle = sum(char["x0"] for char in below) / len(below)
        assert (middle > page.width / 2) == (number % 2 == 1)


def test_nothing_stands_outside_the_type_area(rendered: Any) -> None:
    for page in rendered.pages:
        for char in page.chars:
            assert 28 * MILLIMETRE - 1 < char["x0"] < char["x1"] < (210 - 26) * MILLIMETRE + 1


def test_no_character_is_lost_at_the_end_of_a_line(rendered: Any) -> None:
    pages = [page.filter(lambda item: item["object_type"] != "char" or item["top"] < TYPE_AREA_BOTTOM) for page in rendered.pages]
    text = "".join(char["text"] for page in pages for char in page.chars).replace(" ", "")
    assert PUNCTUATED in text


@pytest.mark.parametrize("first", [100, 10_000, 100_000])
def test_values_are_not_broken_over_lines(form2021: Form, tmp_path: Path, first: int) -> None:
    cells = {key: read_value(definition, str(first + number)) for number, (key, definition) in enumerate(form2021.cells.items())}
    with render(write_docx(document(form2021, cells)), tmp_path) as pdf:
        words = {word["text"] for page in pdf.pages for word in page.extract_words()}
    assert {cell.raw for cell in cells.values()} <= words


@pytest.mark.parametrize(("form_id", "lines"), [("form2021", 0), ("form2021", 14), ("form2019", 7)])
def test_the_long_table_starts_a_page_with_its_heading_and_is_not_cut(
    registry: FormRegistry, tmp_path: Path, form_id: str, lines: int
) -> None:
    form = registry.get(form_id)
    long = max(form.tables, key=lambda table: table_grid(table).rows)
    heading = next(section.heading for section in form.sections if section.table == long.key)
    before = TextParagraph((Run("国" * (28 * lines + 1)),))
    sample = document(form, elements=(before, Heading(1, heading), FormTable(long.key), TextParagraph((Run("完毕。"),))))
    with render(write_docx(sample), tmp_path) as pdf:
        texts = [(page.extract_text() or "").replace("\n", "") for page in pdf.pages]
    first, last = (label.replace("\n", "")[:6] for label in (long.blocks[0].rows[0].label, long.blocks[0].rows[-1].label))
    (page,) = (number for number, text in enumerate(texts) if heading[:6] in text)
    assert page > 0
    assert texts[page].startswith(heading[:6])
    assert first in texts[page]
    assert last in texts[page]
