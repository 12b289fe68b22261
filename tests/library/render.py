"""Prints a draft as a flattened text report, as it would stand on a site; writes the sample reports of the corpus.

``python -m tests.library.render`` writes ``corpus/reports`` anew from ``corpus/county``.
"""

from __future__ import annotations

import json
from pathlib import Path

from assistant.drafting.assemble import Drafted
from assistant.drafting.draft import Part
from assistant.form import Form
from assistant.library.passages import GAP
from tests.drafting.material import county_draft
from tests.report.flat_report import all_tables, block_lines

REPORTS = Path(__file__).parents[2] / "corpus" / "reports"
UNITS = ("xianzhengfu", "gonganju", "ziranziyuanju", "weijianju", "liuxizhen")
YEARS = (2023, 2024, 2025)


def report_of(drafted: Drafted) -> str:
    """The draft as a text report: no gap marks, tables one cell a line."""
    draft, form = drafted.draft, drafted.form
    parts = {part.key: part for part in draft.parts}
    lines = [draft.title, *_texts(parts, "preface")]
    tables = all_tables(form, _values(form, drafted))
    for section in form.sections:
        lines.append(section.heading)
        for block in tables.get(section.table, []):
            lines += block_lines(block)
        lines += _texts(parts, section.key)
        for aspect in form.aspects if section.key == form.sections[0].key else ():
            texts = list(_texts(parts, aspect.key))
            lines += [parts[aspect.key].heading, *texts] if texts else []
    return "\n\n".join(lines) + "\n"


def _values(form: Form, drafted: Drafted) -> dict[str, str]:
    return {key: drafted.submission.cells[key].raw or "" for key in form.cells}


def _texts(parts: dict[str, Part], key: str) -> list[str]:
    texts: list[str] = []
    for paragraph in parts[key].paragraphs if key in parts else ():
        kept = "".join(sentence.rendered for sentence in paragraph.sentences if GAP not in sentence.rendered)
        texts += [text for text in (paragraph.heading, kept) if text]
    return texts


def sample_reports() -> dict[str, str]:
    """File name → text of each sample report."""
    return {f"{unit}-{year}.txt": report_of(county_draft(unit, year)) for unit in UNITS for year in YEARS}


if __name__ == "__main__":
    REPORTS.mkdir(exist_ok=True)
    for name, text in sample_reports().items():
        (REPORTS / name).write_text(text, encoding="utf-8")
    (REPORTS / "library.json").write_text(json.dumps({"status": "sample"}) + "\n", encoding="utf-8")
