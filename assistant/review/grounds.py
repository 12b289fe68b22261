"""What a sentence rests on, gathered for a page: facts with their cells and formulas, notes, provisions, examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.checks.subject import PREVIOUS
from assistant.drafting.draft import Sentence
from assistant.drafting.material import Material
from assistant.drafting.offline.voice import source_of
from assistant.errors import AssistantError
from assistant.facts.model import Fact
from assistant.facts.texts import SourceText, quantity_facts, source_texts
from assistant.form import Form
from assistant.review.present import Head, Present
from assistant.review.remembered import Remembered
from assistant.review.schema import ParagraphRow
from assistant.review.showing import pieces_of
from assistant.review.tables import tables_of
from assistant.review.views.data import FigureView, NoteView
from assistant.review.views.draft import SentenceView
from assistant.review.views.evidence import EvidenceView, FactView, PrecedentView, ProvisionView

_TEXTS = ("text", "provision")
_MOST = 3
_examples: Remembered[tuple[PrecedentView, ...]] = Remembered(64)


def evidence_of(present: Present, row: ParagraphRow, head: Head, sentence_id: int, sentence: Sentence) -> EvidenceView:
    """The evidence of a sentence, of the newest version or an earlier one.

    Args:
        present: the draft.
        row, head: the paragraph.
        sentence_id, sentence: the sentence.
    """
    material = present.material
    keys = list(dict.fromkeys((*material.ledger.slots(sentence.text), *sentence.sources)))
    facts = [fact for key in keys if (fact := material.ledger.get(key)) is not None]
    views = tuple(_fact(fact, material.form) for fact in facts if fact.kind not in _TEXTS)
    cells = {cell for view in views for cell in view.cells}
    previous = material.previous.cells if material.previous else material.submission.previous_cells
    tables = {view.table for view in views if view.table}
    number = head.sentence_ids.index(sentence_id) if sentence_id in head.sentence_ids else 0
    start = sum(len(each.rendered) for each in head.sentences[:number])
    return EvidenceView(
        sentence=SentenceView(
            id=sentence_id,
            position=number,
            text=sentence.text,
            rendered=sentence.rendered,
            pieces=pieces_of(sentence, material.ledger),
            sources=sentence.sources,
            writer=sentence.writer,
            gap=sentence.gap,
            start=start,
            end=start + len(sentence.rendered),
        ),
        paragraph_id=row.id,
        facts=views,
        notes=tuple(_notes(material, keys)),
        provisions=tuple(_provisions(fact for fact in facts if fact.kind == "provision")),
        precedents=() if sentence.gap else examples(material, row.part),
        tables=tables_of(
            material.form,
            material.submission.cells,
            previous=previous,
            previous_form=material.previous_form,
            marked=cells,
            only=tables,
        ),
        attempts=tuple((each.text, each.reasons) for each in sentence.attempts),
        gap=sentence.rendered.strip("【】") if sentence.gap else "",
        missing=tuple(_missing(material, keys)),
    )


def _fact(fact: Fact, form: Form) -> FactView:
    cells = tuple(cells_of(fact.key, form))
    table = next((form.cells[key.removeprefix(PREVIOUS)].table for key in cells if key.removeprefix(PREVIOUS) in form.cells), "")
    return FactView(
        key=fact.key,
        kind=fact.kind,
        label=fact.label,
        value=f"{fact.direction}{fact.text}{fact.unit}",
        source=fact.source,
        formula=in_words(fact.formula, form),
        cells=cells,
        table=table,
        note=source_of(fact.key) if fact.kind == "quantity" else "",
        start=fact.start,
        end=fact.end,
    )


def cells_of(key: str, form: Form) -> Iterator[str]:
    """The cells a fact is computed from, of this year and (``prev.``) of last year, each once."""
    yield from dict.fromkeys(_cells(key, form))


def _cells(key: str, form: Form) -> Iterator[str]:
    prefix = PREVIOUS if key.startswith(PREVIOUS) else ""
    bare = key.removeprefix(PREVIOUS)
    if bare in form.cells:
        yield key
        return
    for item in form.derived:
        if item.key == bare:
            for term in item.terms:
                yield from _cells(prefix + term.lstrip("-"), form)
    for share in form.shares:
        if share.key == bare:
            yield from _cells(share.part, form)
            yield from _cells(share.whole, form)
    for change in ("d.diff.", "d.growth."):
        if bare.startswith(change):
            name = bare.removeprefix(change)
            own = name if name in form.cells else f"d.{name}"
            yield from _cells(own, form)
            yield from _cells(PREVIOUS + own, form)


def in_words(formula: str, form: Form) -> str:
    """A formula with the Chinese names of its cells in the place of their keys."""
    names = {item.key: item.label for item in form.derived}
    words = []
    for word in formula.replace("（", "（ ").replace("）", " ）").split(" "):
        bare = word.removeprefix(PREVIOUS)
        known = form.cells[bare].label if bare in form.cells else names.get(bare, "")
        words.append(("上年" if word.startswith(PREVIOUS) else "") + known if known else word)
    return " ".join(words).replace("（ ", "（").replace(" ）", "）")


def _notes(material: Material, keys: Iterable[str]) -> Iterator[NoteView]:
    """The texts of the submission that a sentence rests on, last year's too."""
    wanted = set(keys) | {source_of(key) for key in keys}
    aspects = {note.id: (note.aspect, note.source) for note in material.submission.notes}
    for item in source_texts(material.submission, material.form):
        if item.key in wanted:
            aspect, source = aspects.get(item.key, ("", item.source))
            yield NoteView(item.key, item.label, item.text, tuple(_figures(item)), aspect, source)
    for key in wanted:
        fact = material.ledger.get(key) if key.startswith(PREVIOUS) else None
        if fact is not None and fact.kind == "text":
            yield NoteView(key, fact.label, fact.text, (), "", fact.source)


def _figures(item: SourceText) -> Iterator[FigureView]:
    for fact in quantity_facts(item):
        yield FigureView(fact.start, fact.end, fact.key, fact.text, fact.unit)


def _provisions(facts: Iterable[Fact]) -> Iterator[ProvisionView]:
    """Articles with the text that the library holds: the official one, else the digest, which must not be quoted."""
    for fact in facts:
        number = fact.key.partition(":")[2]
        official, digest = _article(int(number)) if fact.key.startswith("条例:") and number.isdigit() else ("", "")
        yield ProvisionView(fact.key, fact.label, official or digest, fact.source, quotable=bool(official))


def _article(number: int) -> tuple[str, str]:
    """The official wording of an article and that of the digest, each empty where the library does not have it."""
    from assistant.drafting.model.retrieving import default_library

    library = default_library()
    if library is None:
        return "", ""
    try:
        from assistant.library.ask import quotation_of
        from assistant.library.model import Filters

        with library:
            found = library.store.matching(Filters(type="regulation", articles=(number,)))
            return quotation_of(library, number), "\n".join(each.text for each in found if not each.quotable)
    except AssistantError:
        return "", ""


def examples(material: Material, part: str) -> tuple[PrecedentView, ...]:
    """Passages of other units' reports on the same part, as examples of style; none without a library."""
    unit, year = material.submission.unit, material.submission.year
    return _examples.get((unit.name, unit.kind, year, part), lambda: tuple(_precedents(material, part)))


def _precedents(material: Material, part: str) -> Iterator[PrecedentView]:
    from assistant.drafting.model.retrieving import default_library

    library = default_library()
    if library is None:
        return
    unit, year = material.submission.unit, material.submission.year
    try:
        from assistant.library.ask import precedents

        with library:
            for each in precedents(library, part, unit.kind, year, exclude_unit=unit.name, limit=_MOST):
                source = each.passage.source
                yield PrecedentView(each.passage.text, f"{source.unit}{source.year or ''}年报告")
    except AssistantError:
        return


def _missing(material: Material, keys: Iterable[str]) -> Iterator[str]:
    """Why a key that the sentence names has no fact."""
    for key in keys:
        if key not in material.ledger and key in material.ledger.unavailable:
            yield material.ledger.unavailable[key]
