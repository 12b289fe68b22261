"""Writes a report as a Word file in the layout of official documents (GB/T 9704-2012, D1-D15)."""

from __future__ import annotations

from assistant.report.document import Document, Element, FormTable, Heading, Run, TextParagraph
from assistant.report.docx_comments import Comments
from assistant.report.docx_package import EVEN_FOOTER, ODD_FOOTER, package
from assistant.report.docx_styles import BODY, HEADINGS, RUN_FONTS, TABLE, TEXT_WIDTH, TITLE, XML, R, W, section
from assistant.report.docx_table import fills_page, table_xml
from assistant.report.printing import markup
from assistant.report.title import title_lines

_TITLE_LINE = TEXT_WIDTH / 20 / 22  # characters of 22 pt
_GAP = '<w:highlight w:val="yellow"/>'
_APART = f'<w:p><w:pPr><w:pStyle w:val="{TABLE}"/></w:pPr></w:p>'


def write_docx(document: Document, *, working: bool = False) -> bytes:
    """The report as ``.docx``; the same document always gives the same bytes.

    Args:
        document: what to print. Gaps are highlighted, so that nobody publishes them unseen.
        working: print the annotations as comments by 依据, 检查 and 待补 (the copy for work, not for publishing).

    Raises:
        KeyError: an element names a table that the form does not have.
    """
    comments = Comments(working)
    lines = title_lines(document, _TITLE_LINE)
    title = "".join(f"{'<w:r><w:br/></w:r>' if number else ''}{_run(line, TITLE)}" for number, line in enumerate(lines))
    pairs = zip(document.elements, (*document.elements[1:], None), strict=True)
    elements = "".join(
        _element(element, document, comments, new_page=number > 0 and _heads_long_table(element, following, document))
        + (_APART if _joins(element, following) else "")
        for number, (element, following) in enumerate(pairs)
    )
    body = (
        f'{XML}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{_paragraph(TITLE, title)}{elements}'
        f"{section(ODD_FOOTER, EVEN_FOOTER)}</w:body></w:document>"
    )
    return package(body, document.title, document.identity, comments.part() if comments else "")


def _joins(element: Element, following: Element | None) -> bool:
    """Whether a table would run into the next one, or end the file, which Word does not allow."""
    return isinstance(element, FormTable) and (following is None or isinstance(following, FormTable))


def _heads_long_table(element: Element, following: Element | None, document: Document) -> bool:
    """Whether a heading stands over a table that takes most of a page: both start a page, so that the table is not cut."""
    return isinstance(element, Heading) and isinstance(following, FormTable) and fills_page(document.form.table(following.table))


def _element(element: Element, document: Document, comments: Comments, *, new_page: bool = False) -> str:
    if isinstance(element, Heading):
        style = HEADINGS[min(max(element.level, 1), len(HEADINGS))]
        opening, closing = comments.anchors(element.annotations)
        return _paragraph(style, f"{opening}{_run(element.text, style)}{closing}", "<w:pageBreakBefore/>" if new_page else "")
    if isinstance(element, TextParagraph):
        return _paragraph(BODY, "".join(_annotated(run, comments) for run in element.runs))
    opening, closing = comments.anchors(element.annotations)
    return table_xml(document.form.table(element.table), document.cells, opening, closing)


def _annotated(run: Run, comments: Comments) -> str:
    opening, closing = comments.anchors(run.annotations)
    return f"{opening}{_run(run.text, BODY, _GAP if run.gap else '')}{closing}"


def _run(text: str, style: str, extra: str = "") -> str:
    return f'<w:r><w:rPr>{RUN_FONTS[style]}{extra}</w:rPr><w:t xml:space="preserve">{markup(text)}</w:t></w:r>'


def _paragraph(style: str, content: str, extra: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{content}</w:p>'
