"""Writing leans on a filled library for style and provisions, and takes no figure, deed or name from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.drafting.assemble import draft_report
from assistant.drafting.model.chain import Chain, Task
from assistant.drafting.model.types import Answer, RenderedPrompt
from assistant.form import default_registry
from assistant.language.text import split_sentences
from assistant.library.library import Library
from assistant.library.settings import LibrarySettings
from tests.corpus.material import ROOT
from tests.library.conftest import PairsEmbedder
from tests.model.author import Author, items_of
from tests.model.drafts import Scripted, county, sentences

STYLE = "往年同类写法"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library(LibrarySettings(tmp_path_factory.mktemp("library")), embedder=PairsEmbedder()) as filled:
        filled.add([ROOT / "corpus" / "reports", ROOT / "corpus" / "regulation"])
        yield filled


def task(unit: str = "gonganju") -> Task:
    submission, previous = county(unit, 2025)
    return Task(submission, default_registry(), previous)


def test_last_year_precedents_and_provisions_are_found_and_left_to_read(library: Library, tmp_path: Path) -> None:
    author = Author()
    Chain(task(), author, folder=tmp_path, library=library).run()
    found = json.loads((tmp_path / "2-retrieve.json").read_text(encoding="utf-8"))["s1.request"]
    assert found["last_year"] and found["precedents"] and found["provisions"]
    own = task().submission.unit.name
    assert f"{own}2024" in found["sources"] and not any(f"{own}2025" in source for source in found["sources"])
    assert all(key.startswith("条例:") for key in found["provisions"])
    shown = [prompt.user.split(STYLE, 1)[1] for prompt in author.history if STYLE in prompt.user]
    assert shown
    names = {path.stem.split("-")[0] for path in (ROOT / "corpus" / "reports").glob("*.txt")}
    units = {county(name, 2025)[0].unit.name for name in names}
    for text in shown:
        assert not re.search(r"\d", text)
        assert not any(unit in text for unit in units)


class Copies(Scripted):
    """Answers every point with a sentence of another report or of last year's, word for word."""

    def __init__(self, passages: dict[str, list[str]]) -> None:
        super().__init__(lambda _s, _u: "")
        self.passages = passages
        self.told: list[str] = []

    def ask(self, prompt: RenderedPrompt, *, schema: Any, part: str, temperature: float = 0.0) -> Answer:
        lines = [line for text in self.passages.get(part, []) for line in split_sentences(text) if len(line) > 12]

        def reply(_system: str, user: str) -> str:
            made = []
            for place, item in enumerate(items_of(user)):
                text = lines[place % len(lines)] if lines else "没有。"
                self.told.append(text)
                sources = [item.anchor] if item.anchor else list(item.figures)[:3] or item.zeros[:3]
                made.append({"items": [item.number], "text": text, "sources": sources})
            return json.dumps({"sentences": made}, ensure_ascii=False)

        self.reply = reply
        return super().ask(prompt, schema=schema, part=part, temperature=temperature)


@pytest.mark.parametrize("unit", ["gonganju", "xianzhengfu", "liuxizhen"])
def test_a_copied_precedent_never_comes_into_the_draft(library: Library, tmp_path: Path, unit: str) -> None:
    given = task(unit)
    Chain(given, Author(), folder=tmp_path, library=library).run()
    found = json.loads((tmp_path / "2-retrieve.json").read_text(encoding="utf-8"))
    copier = Copies({part: [*each["precedents"], *each["last_year"]] for part, each in found.items()})
    drafted = Chain(given, copier, library=library).run()
    assert copier.told
    offline = draft_report(given.submission, given.registry, previous=given.previous)
    usual = {each.rendered for each in sentences(offline)}
    assert [each.rendered for each in sentences(drafted) if each.rendered not in usual] == []
    assert any(attempt.reasons for each in sentences(drafted) for attempt in each.attempts)
