"""Prompt files: variables are declared, versions follow content, mistakes are named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.drafting.model.prompts import NEEDED, PromptError, check_prompts, load_prompt
from tests.model.author import Author
from tests.model.drafts import by_model, prompt_file

GOOD = "名称：试\n变量：unit, items\n====\n写{{unit}}。\n====\n{{items}}"


def test_the_programs_own_prompts_declare_what_the_program_gives() -> None:
    assert [told for good, told in check_prompts() if not good] == []
    assert {load_prompt(name).variables for name in NEEDED} == set(NEEDED.values())


def test_a_value_is_never_filled_in_again(tmp_path: Path) -> None:
    prompt = load_prompt("t", prompt_file(tmp_path, "t", GOOD))
    assert prompt.render(unit="{{items}}{key}", items="x").system == "写{{items}}{key}。"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (GOOD.replace("{{items}}", "{{itmes}}"), "itmes"),
        (GOOD.replace("unit, items", "unit, items, spare"), "spare"),
        (GOOD.replace("变量：", "变量"), "变量"),
        ("没有分段", "三段"),
    ],
)
def test_a_faulty_file_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(PromptError, match=named):
        load_prompt("t", prompt_file(tmp_path, "t", text))


def test_missing_and_unknown_values_are_named(tmp_path: Path) -> None:
    prompt = load_prompt("t", prompt_file(tmp_path, "t", GOOD))
    with pytest.raises(PromptError, match="items"):
        prompt.render(unit="x")
    with pytest.raises(PromptError, match="other"):
        prompt.render(unit="x", items="y", other="z")


def test_the_version_is_that_of_the_content(tmp_path: Path) -> None:
    first = load_prompt("t", prompt_file(tmp_path, "t", GOOD)).version
    assert load_prompt("t", prompt_file(tmp_path, "t", GOOD)).version == first
    assert load_prompt("t", prompt_file(tmp_path, "t", GOOD + "。")).version != first


def test_an_office_can_use_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prompt_file(tmp_path, "write", GOOD)
    monkeypatch.setenv("ASSISTANT_PROMPTS", str(tmp_path))
    assert load_prompt("write").variables == {"unit", "items"}
    assert not all(good for good, _told in check_prompts())


def test_the_example_of_an_answer_is_one_of_this_very_prompt() -> None:
    author = Author()
    by_model("gonganju", 2025, author)
    assert author.history
    for prompt in author.history:
        example = re.search(r'\{"items":\[(\d+)\],"text":"……\{([^{}]+)\}', prompt.system)
        assert example is not None
        assert f"要点{example[1]}〔" in prompt.user
        assert example[2] == "year" or f"{{{example[2]}}}" in prompt.user
        assert "{键}" not in prompt.system
