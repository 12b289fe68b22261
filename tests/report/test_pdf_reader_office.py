"""PDFs that LibreOffice makes of our own reports: every cell comes back, tables over pages and cut rows included."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.drafting.assemble import draft_report
from assistant.drafting.printing import to_document
from assistant.form import Form
from assistant.intake import read_input
from assistant.report.block_reader import read_blocks
from assistant.report.blocks import Block, TextBlock
from assistant.report.document import Document, Run, TextParagraph
from assistant.report.docx_writer import write_docx
from assistant.report.pdf_reader import pdf_blocks
from tests.report.test_pdf_reader_tables import REGISTRY, placed, tables_of
from tests.report.writer_samples import document, elements

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")

COUNTY = Path(__file__).resolve().parents[2] / "corpus" / "county"
UNITS = ("xianzhengfu", "gonganju", "liuxizhen")
FILLER = "为使后面的表格从页面的不同高度开始，这里写几行没有内容的文字。"


def filled(form: Form, paragraphs: int) -> Document:
    """A report whose tables begin further down the page the more paragraphs stand before each."""
    filler = [TextParagraph((Run(FILLER),))] * paragraphs
    return document(form, elements=(*filler, *elements(form)))


def loose(content: bytes) -> bytes:
    """The Word file with rows that may break over pages, without repeated headers and without anything kept together."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                data = re.sub(rb"<w:(?:cantSplit|tblHeader|keepNext|pageBreakBefore)/>", b"", data)
            target.writestr(name, data)
    return out.getvalue()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Document, list[Block]]]:
    """Blocks of each report by name; all are turned into PDFs by one run of LibreOffice."""
    folder = tmp_path_factory.mktemp("office")
    documents: dict[str, Document] = {}
    for year in ("2023", "2025"):
        for unit in UNITS:
            read = read_input(COUNTY / year / f"{unit}.json", REGISTRY)
            documents[f"{unit}-{year}"] = to_document(draft_report(read.submission, REGISTRY))
    for form in REGISTRY.forms:
        for paragraphs in range(0, 16, 5):
            documents[f"{form.id}-{paragraphs}"] = filled(form, paragraphs)
        for paragraphs in range(2, 19, 4):
            documents[f"{form.id}-{paragraphs}-loose"] = filled(form, paragraphs)
    for name, sample in documents.items():
        content = write_docx(sample)
        (folder / f"{name}.docx").write_bytes(loose(content) if name.endswith("loose") else content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, sorted(folder.glob("*.docx")))], check=True, capture_output=True, timeout=280)
    return {name: (sample, pdf_blocks((folder / f"{name}.pdf").read_bytes(), name)) for name, sample in documents.items()}


def printed(sample: Document, table: str) -> Mapping[str, str]:
    cells = {key: cell for key, cell in sample.cells.items() if key.startswith(f"{table}.")}
    return {key: cell.raw for key, cell in cells.items() if cell.raw}


def test_every_cell_of_every_table_comes_back(reports: dict[str, tuple[Document, list[Block]]]) -> None:
    over_pages = 0
    for name, (sample, blocks) in reports.items():
        found = tables_of(blocks)
        assert len(found) == len(sample.form.tables), name
        over_pages += sum("—" in block.place for block in found)
        for block, table in zip(found, sample.form.tables, strict=True):
            assert placed(block, sample.form, table) == printed(sample, table.key), (name, table.key)
    assert over_pages > len(reports)


def test_paragraphs_come_back_whole_and_page_numbers_apart(reports: dict[str, tuple[Document, list[Block]]]) -> None:
    for name, (sample, blocks) in reports.items():
        texts = [block for block in blocks if isinstance(block, TextBlock)]
        body = [re.sub(r"\s", "", block.text) for block in texts if block.role == "body"]
        written = [item for item in sample.elements if isinstance(item, TextParagraph)]
        wanted = [re.sub(r"\s", "", "".join(run.text for run in item.runs)) for item in written]
        assert [text for text in wanted if text not in body] == [], name
        chrome = [block.text for block in texts if block.role == "chrome"]
        assert chrome and all(re.fullmatch(r"—\s*\d+\s*—", text) for text in chrome), name


def test_reports_read_from_the_pdf_hold_the_same_figures(reports: dict[str, tuple[Document, list[Block]]]) -> None:
    for name, (sample, blocks) in reports.items():
        report = read_blocks(blocks, name, REGISTRY)
        assert report.form == sample.form.id, name
        read = {key: cell.value for key, cell in report.cells.items() if cell.status == "ok"}
        assert read == {key: cell.value for key, cell in sample.cells.items() if cell.status == "ok"}, name
        assert [section.key for section in report.sections] == [section.key for section in sample.form.sections], name
