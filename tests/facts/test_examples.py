"""The example targets rest on facts of the ledger and print from them, to the last character."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.facts.ledger import Ledger, build_ledger
from assistant.form import FormRegistry
from assistant.submission.json_reader import read_json
from assistant.submission.model import Submission

_SOURCES = re.compile(r"〔((?!\d{4}〕)[^〔〕]*)〕")
_DERIVED_ROW = re.compile(r"\| `(d\.[^`]+)` \| (.+) \| (\S+) \|")
_FIGURE_ROW = re.compile(r"\| `((?:note|problem|improve|follow|fee)[^`]+)` \| (\S+) \| (\S+) \|")


@dataclass(frozen=True)
class Example:
    target: str
    appendix: str
    rendered: str
    ledger: Ledger
    previous: Submission


@pytest.fixture(params=["county-education-bureau-2025", "county-government-2025", "township-2025"])
def example(request: pytest.FixtureRequest, shared: Path, registry: FormRegistry) -> Example:
    folder = shared / "examples" / request.param
    submission, previous = (
        read_json((folder / f"{name}.json").read_bytes(), f"{name}.json", registry) for name in ("submission", "previous")
    )
    ledger = build_ledger(submission, registry.get(submission.form), previous, registry.get(previous.form))
    target, _, appendix = (folder / "target.md").read_text(encoding="utf-8").partition("\n---\n")
    return Example(target, appendix, (folder / "target.rendered.md").read_text(encoding="utf-8"), ledger, previous)


def test_every_slot_and_source_of_a_target_is_a_fact(example: Example) -> None:
    slots = example.ledger.slots(example.target)
    sources = {key.strip() for group in _SOURCES.findall(example.target) for key in group.split(",")}
    assert len(slots) > 15
    assert [key for key in (*slots, *sources) if key not in example.ledger and not key.startswith("缺:")] == []


def test_a_target_prints_as_its_rendering(example: Example) -> None:
    assert example.ledger.render(_SOURCES.sub("", example.target)).strip() == example.rendered.strip()


def test_figures_of_the_appendix_print_as_listed(example: Example) -> None:
    rows = _FIGURE_ROW.findall(example.appendix)
    assert rows and [(key, printed) for key, _, printed in rows if example.ledger[key].text != printed] == []


def test_formulas_are_those_of_the_appendix(example: Example) -> None:
    for key, formula, printed in _DERIVED_ROW.findall(example.appendix):
        fact = example.ledger[key]
        assert fact.text == printed
        declared, _, numbers = formula.partition(" = ")
        assert fact.formula == declared
        if numbers:
            assert fact.source == re.sub(" ?([−÷]) ?", r"\1", numbers).replace("−", "－")


def test_nothing_of_last_years_notes_is_a_fact(example: Example) -> None:
    texts = [note.text for note in example.previous.notes]
    assert texts and not [fact.key for fact in example.ledger.values() if fact.text in texts]
    assert not [key for key in example.ledger if key.startswith("prev.n") or key.startswith("prev.note")]


def test_facts_read_as_one_line_for_a_clerk(shared: Path, registry: FormRegistry) -> None:
    folder = shared / "examples" / "county-education-bureau-2025"
    submission, previous = (
        read_json((folder / f"{name}.json").read_bytes(), name, registry) for name in ("submission", "previous")
    )
    form = registry.get(submission.form)
    ledger = build_ledger(submission, form, previous, form)
    assert ledger["t3.new.total"].line() == "表三 新收·总计：41件（/cells/t3.new.total）"
    assert ledger["d.diff.t3.new.total"].line() == "新收·总计比上年增减：增加8件（41－33）"
    assert ledger["prev.t3.new.total"].label == "上年表三 新收·总计"
    assert ledger["note.n1.3"].line() == "素材n1“学生资助83条”：83条（信息发布台账）"
    assert ledger.unavailable["t2.fee.amount_wan"] == "缺 t2.fee.amount_wan（空白）"
    assert ledger.unavailable["t2.coercion.decisions"] == "缺 t2.coercion.decisions（填的是“/”）"
