"""Finished reports of the sample county in every form a report is published in."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from assistant.form import table_grid
from assistant.report.document import Document, FormTable, Heading
from assistant.report.docx_writer import write_docx
from assistant.report.html_writer import write_html
from assistant.report.printing import printed_cell

CONVERTER = "soffice"


def paragraph_text(element: object) -> str:
    return "".join(run.text for run in getattr(element, "runs", ()))


def _cell_text(document: Document, key: str, text: str) -> str:
    return printed_cell(document.cells.get(key)).text if key else text


def flattened(document: Document) -> bytes:
    """Text as copied from a page: one cell a line, blank cells lost."""
    lines = [document.title]
    for element in document.elements:
        if isinstance(element, FormTable):
            cells = sorted(table_grid(document.form.table(element.table)).cells, key=lambda cell: (cell.row, cell.col))
            lines += [_cell_text(document, cell.key, cell.text) for cell in cells]
        else:
            lines.append(element.text if isinstance(element, Heading) else paragraph_text(element))
    return ("\n\n".join(line for line in lines if line) + "\n").encode("utf-8")


def markdown(document: Document) -> bytes:
    """Markdown with tables between bars; merged cells are followed by empty ones."""
    lines = [f"# {document.title}", ""]
    for element in document.elements:
        if isinstance(element, FormTable):
            lines += [*_bars(document, element.table), ""]
        elif isinstance(element, Heading):
            lines += [f"{'#' * (element.level + 1)} {element.text}", ""]
        else:
            lines += [paragraph_text(element), ""]
    return "\n".join(lines).encode("utf-8")


def _bars(document: Document, table: str) -> Iterator[str]:
    grid = table_grid(document.form.table(table))
    rows = [[""] * grid.cols for _ in range(grid.rows)]
    for cell in grid.cells:
        rows[cell.row][cell.col] = _cell_text(document, cell.key, cell.text).replace("\n", "")
    for number, row in enumerate(rows):
        yield f"| {' | '.join(row)} |"
        if number == 0:
            yield "|" + " --- |" * grid.cols


def web(document: Document) -> bytes:
    return write_html(document).encode("utf-8")


FORMS: dict[str, tuple[Callable[[Document], bytes], str]] = {
    "text": (flattened, ".txt"),
    "Markdown": (markdown, ".md"),
    "HTML": (web, ".html"),
    "Word": (write_docx, ".docx"),
}
"""How a document is printed in each form, and the ending of its name."""


def portable(documents: Iterable[Document]) -> list[bytes]:
    """The documents as PDF, through Word files and LibreOffice in one go."""
    every = list(documents)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = [folder / f"{number:04}.docx" for number in range(len(every))]
        for path, document in zip(paths, every, strict=True):
            path.write_bytes(write_docx(document))
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [CONVERTER, profile, "--headless", "--convert-to", "pdf", "--outdir", name, *map(str, paths)]
        subprocess.run(command, check=True, capture_output=True, timeout=60 + 15 * len(paths))
        return [path.with_suffix(".pdf").read_bytes() for path in paths]
