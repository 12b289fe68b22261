"""Writes a report as one self-contained, accessible web page: no script, nothing loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from assistant.report.chart import chart_html, result_chart
from assistant.report.document import Annotation, Document, Element, Heading, Run, TextParagraph
from assistant.report.html_table import table_html
from assistant.report.printing import markup
from assistant.report.title import title_lines

CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_NOTE_NAMES = {"source": "依据", "finding": "检查", "gap": "待补"}


def write_html(document: Document, *, working: bool = False) -> str:
    """The report as an HTML page.

    Args:
        document: what to print. Gaps are marked, in words and in colour.
        working: print the annotations as small notes behind the text they belong to.

    Raises:
        KeyError: an element names a table that the form does not have.
    """
    title = markup(document.title)
    heading = "".join(f"<span>{markup(line)}</span>" for line in title_lines(document, 0))
    chart = result_chart(document)
    aside = f'<aside aria-label="附图">\n{chart_html(chart)}</aside>\n' if chart else ""
    body = "".join(_element(element, document, working) for element in document.elements)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">\n'
        f'<meta name="identifier" content="{markup(document.identity)}">\n'
        f"<title>{title}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">跳到正文</a>\n'
        f'<main id="main" tabindex="-1">\n<h1>{heading}</h1>\n{body}</main>\n{aside}</body>\n</html>\n'
    )


@lru_cache(maxsize=1)
def _style() -> str:
    return (resources.files("assistant.report") / "report.css").read_text(encoding="utf-8")


def _element(element: Element, document: Document, working: bool) -> str:
    if isinstance(element, TextParagraph):
        return f"<p>{''.join(_run(run, working) for run in element.runs)}</p>\n"
    notes = _notes(element.annotations) if working else ""
    if isinstance(element, Heading):
        level = min(max(element.level, 1), 3) + 1
        return f"<h{level}>{markup(element.text)}</h{level}>\n" + (f"<p>{notes}</p>\n" if notes else "")
    table = table_html(document.form.table(element.table), document.cells)
    return table + (f"<p>{notes}</p>\n" if notes else "")


def _run(run: Run, working: bool) -> str:
    text = f'<mark class="gap">{markup(run.text)}</mark>' if run.gap else markup(run.text)
    return text + (_notes(run.annotations) if working else "")


def _notes(annotations: Iterable[Annotation]) -> str:
    return "".join(
        f'<small class="note {annotation.kind}">〔{_NOTE_NAMES[annotation.kind]}：{markup(annotation.text)}〕</small>'
        for annotation in annotations
    )
