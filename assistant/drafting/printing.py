"""A draft as a document to print: headings, paragraphs, the three tables, and what rests on what as annotations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from assistant.checks.finding import Finding
from assistant.drafting.assemble import Drafted
from assistant.drafting.audit import place_sentences
from assistant.drafting.draft import Draft, Paragraph, Part, Sentence
from assistant.drafting.privacy import mask_personal
from assistant.form import Section
from assistant.report.document import Annotation, Document, Element, FormTable, Heading, Run, TextParagraph

_SEVERITY = {"error": "错误", "warning": "警告", "info": "提示"}


def to_document(
    drafted: Drafted, *, identity: str = "", remarks: Mapping[tuple[str, int], Sequence[str]] | None = None, last_line: str = ""
) -> Document:
    """The document of a draft: the six parts in statutory order, tables printed from the submission's cells.

    Args:
        drafted: the draft.
        identity: what the file is marked with; the draft's fingerprint if empty.
        remarks: what people say on a paragraph, by part and paragraph number (from 0); printed in working copies only.
        last_line: a line after the text, for working copies.
    """
    draft, form = drafted.draft, drafted.form
    parts = {part.key: part for part in draft.parts}
    notes = _Annotations(drafted, remarks or {})
    elements: list[Element] = []
    if "preface" in parts:
        elements += _paragraphs(parts["preface"], notes)
    for section in form.sections:
        elements.append(Heading(1, section.heading, notes.heading(section.key)))
        elements += _section(section, drafted, parts, notes)
    if last_line:
        elements.append(TextParagraph((Run(last_line),)))
    previous = drafted.previous
    return Document(
        title=draft.title,
        unit=draft.unit,
        year=draft.year,
        form=form,
        cells=drafted.submission.cells,
        elements=tuple(elements),
        previous=previous.cells if previous else drafted.submission.previous_cells,
        previous_year=previous.year if previous else (draft.year - 1 if drafted.submission.previous_cells else None),
        previous_form=drafted.previous_form,
        identity=identity or draft.fingerprint,
    )


def _section(section: Section, drafted: Drafted, parts: dict[str, Part], notes: _Annotations) -> list[Element]:
    if section.kind == "table":
        return [FormTable(section.table, notes.table(section.table))]
    if section.key in parts:
        return _paragraphs(parts[section.key], notes)
    elements: list[Element] = []
    for aspect in drafted.form.aspects:
        part = parts.get(aspect.key)
        if part is not None:
            elements.append(Heading(2, part.heading, notes.heading(part.key)))
            elements += _paragraphs(part, notes)
    return elements


def _paragraphs(part: Part, notes: _Annotations) -> list[Element]:
    elements: list[Element] = []
    for number, paragraph in enumerate(part.paragraphs):
        if paragraph.heading:
            elements.append(Heading(2, paragraph.heading))
        elements.append(TextParagraph(tuple(_runs(part, number, paragraph, notes))))
    return elements


def _runs(part: Part, number: int, paragraph: Paragraph, notes: _Annotations) -> Iterable[Run]:
    said = notes.remarks(part.key, number)
    for sentence in paragraph.sentences:
        yield Run(sentence.rendered, (*notes.sentence(part.key, sentence), *said), gap=sentence.gap is not None)
        said = ()


class _Annotations:
    """What stands in the margin: the evidence of each sentence, the findings at their place."""

    def __init__(self, drafted: Drafted, remarks: Mapping[tuple[str, int], Sequence[str]]) -> None:
        self._remarks = remarks
        self._draft: Draft = drafted.draft
        self._ledger = drafted.ledger
        self._form = drafted.form
        self._at_sentence: dict[int, list[Finding]] = defaultdict(list)
        self._at_heading: dict[str, list[Finding]] = defaultdict(list)
        self._at_table: dict[str, list[Finding]] = defaultdict(list)
        self._place(self._draft.findings)

    def _place(self, findings: Iterable[Finding]) -> None:
        _texts, placed = place_sentences(self._draft.parts)
        keys = {part.key for part in self._draft.parts} | {section.key for section in self._form.sections}
        for finding in findings:
            inside = [
                item
                for item in placed
                if finding.start is not None and item.part == finding.section and item.start <= finding.start < item.end
            ]
            if inside:
                self._at_sentence[id(inside[0].sentence)].append(finding)
            elif finding.section in keys:
                self._at_heading[finding.section].append(finding)
            else:
                self._at_table[self._table_of(finding)].append(finding)

    def _table_of(self, finding: Finding) -> str:
        definition = next((self._form.cells[key] for key in finding.cells if key in self._form.cells), None)
        return definition.table if definition else self._form.tables[0].key

    def sentence(self, _part: str, sentence: Sentence) -> tuple[Annotation, ...]:
        found = [_finding(item) for item in self._at_sentence[id(sentence)]]
        if sentence.gap:
            return (Annotation("gap", sentence.rendered.strip("【】")), *found)
        return (Annotation("source", self._evidence(sentence)), *found)

    def remarks(self, part: str, number: int) -> tuple[Annotation, ...]:
        return tuple(Annotation("finding", text) for text in self._remarks.get((part, number), ()))

    def _evidence(self, sentence: Sentence) -> str:
        keys = dict.fromkeys((*self._ledger.slots(sentence.text), *sentence.sources))
        facts = [self._ledger.get(key) for key in keys]
        return mask_personal("\n".join(fact.line() for fact in facts if fact is not None))[0] or "单位档案"

    def heading(self, key: str) -> tuple[Annotation, ...]:
        return tuple(_finding(item) for item in self._at_heading[key])

    def table(self, key: str) -> tuple[Annotation, ...]:
        return tuple(_finding(item) for item in self._at_table[key])


def _finding(finding: Finding) -> Annotation:
    remedy = f"。{finding.remedy}" if finding.remedy else ""
    return Annotation("finding", f"{_SEVERITY[finding.severity]}（{finding.rule}）{finding.message}{remedy}")
