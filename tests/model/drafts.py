"""Material and stand-ins for the tests of writing: the sample county, the answers of scripted clients."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from assistant.drafting.assemble import Drafted, draft_report
from assistant.drafting.draft import Sentence
from assistant.drafting.model.contract import WrittenSentence
from assistant.drafting.model.material import PartMaterial
from assistant.drafting.model.types import Answer, Outcome, RenderedPrompt
from assistant.drafting.model.verify import Judged, Verifier
from assistant.drafting.model.writer import ModelWriter
from assistant.drafting.offline.voice import Voice
from assistant.form import default_registry, scope_word, self_name, unit_kinds
from assistant.submission.json_reader import read_json
from assistant.submission.model import Submission
from tests.corpus.material import COUNTY
from tests.drafting.material import submission_at

Reply = Callable[[str, str], str]


class Scripted:
    """A client that answers with what a function makes of system and user message; a second value may be the outcome."""

    def __init__(self, reply: Reply, outcome: Outcome = "ok") -> None:
        self.reply, self.outcome = reply, outcome
        self.history: list[tuple[str, RenderedPrompt]] = []

    def ask(
        self, prompt: RenderedPrompt, *, schema: type[BaseModel] | dict[str, Any], part: str, temperature: float = 0.0
    ) -> Answer:
        self.history.append((part, prompt))
        assert isinstance(schema, type)
        if self.outcome != "ok":
            return Answer("", None, self.outcome, "测试用的原因", "m", 0, 0, 0.0, 1)
        text = self.reply(prompt.system, prompt.user)
        return Answer(text, schema.model_validate_json(text), "ok", "", "m", 1, 1, 0.0, 1)


def county(unit: str, year: int) -> tuple[Submission, Submission | None]:
    before = COUNTY / str(year - 1) / f"{unit}.json"
    return submission_at(COUNTY / str(year) / f"{unit}.json"), submission_at(before) if before.exists() else None


def by_model(unit: str, year: int, client: Any, **options: Any) -> Drafted:
    submission, previous = county(unit, year)
    return draft_report(submission, default_registry(), previous=previous, writer=ModelWriter(client, **options))


def changed(unit: str, year: int, **changes: Any) -> Submission:
    """A county submission with parts of its JSON replaced."""
    data = json.loads((COUNTY / str(year) / f"{unit}.json").read_text(encoding="utf-8")) | changes
    return read_json(json.dumps(data, ensure_ascii=False).encode(), "x.json", default_registry())


def materials(submission: Submission, previous: Submission | None = None) -> dict[str, PartMaterial]:
    """The material of every part, as the model writer makes it."""
    drafted = draft_report(submission, default_registry(), previous=previous)
    unit, kind = submission.unit, unit_kinds()[submission.unit.kind]
    voice = Voice(
        submission=submission,
        previous=previous,
        form=drafted.form,
        ledger=drafted.ledger,
        kind=kind,
        own=self_name(kind, unit.name, unit.region or unit.name),
        scope=scope_word(kind, unit.name, unit.region),
    )
    writer = ModelWriter(Scripted(lambda _s, _u: ""))
    writer.prepare(drafted.draft.brief.parts, voice)
    return writer.materials


def judged(material: PartMaterial, anchor: str, text: str, sources: list[str]) -> Judged:
    """One sentence on the item that rests on ``anchor`` (a text, or the first figure of an item of figures)."""
    item = next(item for item in material.open if anchor == item.anchor or (not item.anchor and anchor in item.sources))
    return Verifier(material).judge([WrittenSentence(items=[item.number], text=text, sources=sources)])[0]


def codes(verdict: Judged) -> set[str]:
    return {fault.code for fault in verdict.faults}


def sentences(drafted: Drafted) -> list[Sentence]:
    return [sentence for *_place, sentence in drafted.draft.sentences()]


def prompt_file(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.txt"
    path.write_text(text, encoding="utf-8")
    return folder
