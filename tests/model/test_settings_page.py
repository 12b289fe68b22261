"""Every setting of the model has its line in the docs, and the docs name none that is not read."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from assistant.drafting.model import settings
from assistant.drafting.model.prompts import load_prompt
from tests.corpus.material import ROOT

_NAME = re.compile(r"(?:ASSISTANT|OPENAI)_[A-Z_]+[A-Z]")


def page() -> str:
    text = (ROOT / "docs" / "writing-with-a-model.md").read_text(encoding="utf-8")
    return text.partition("## Settings")[2].partition("\n## ")[0]


def test_every_field_and_every_name_that_is_read_has_its_line() -> None:
    named = {match for line in page().splitlines() if line.startswith("| `") for match in _NAME.findall(line.split("|")[1])}
    read = set(_NAME.findall(Path(settings.__file__).read_text(encoding="utf-8")))
    described = settings.ModelSettings.__doc__ or ""
    assert named == read | {"OPENAI_API_KEY", "ASSISTANT_PROMPTS"}
    for field in fields(settings.ModelSettings):
        line = next(line for line in described.splitlines() if line.strip().startswith(f"{field.name}:"))
        assert _NAME.findall(line)[0] in named
    assert load_prompt("write").version


def test_defaults_in_the_docs_are_those_of_the_program(tmp_path: Path) -> None:
    chosen = settings.model_settings({"ASSISTANT_HOME": str(tmp_path)}, tmp_path)
    told = page()
    for value in (chosen.request_seconds, chosen.answer_tokens, chosen.tries):
        assert f", {value:g} |" in told
    for limits in (chosen.part, chosen.report):
        assert f"`{limits.requests},{limits.tokens},{limits.seconds:g}`" in told
