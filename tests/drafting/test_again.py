"""One part of a draft can be written again, and a sentence put otherwise, while everything else stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.drafting.assemble import Drafted, rewrite_part
from assistant.drafting.draft import Part, Sentence
from assistant.drafting.model.rewrite import offline_wordings, wordings
from assistant.drafting.model.writer import ModelWriter
from assistant.drafting.offline.writer import OfflineWriter
from assistant.errors import InputError
from tests.corpus.material import UNITS
from tests.drafting.material import county_draft, loose_figures, part_text
from tests.model.author import Author
from tests.model.drafts import Scripted


def edited(drafted: Drafted, key: str, text: str) -> Drafted:
    """The draft with the first sentence of a part in a person's words."""
    parts = []
    for part in drafted.draft.parts:
        if part.key == key:
            first = part.paragraphs[0]
            own = first.sentences[0].model_copy(update={"text": text, "rendered": text, "writer": "person"})
            part = part.model_copy(update={"paragraphs": (first.model_copy(update={"sentences": (own, *first.sentences[1:])}),)})
        parts.append(part)
    return replace(drafted, draft=drafted.draft.model_copy(update={"parts": tuple(parts)}))


def others(drafted: Drafted, key: str) -> list[Part]:
    return [part for part in drafted.draft.parts if part.key != key]


@pytest.mark.parametrize("unit", UNITS)
def test_a_part_written_again_by_the_same_writer_is_the_same_draft(unit: str) -> None:
    drafted = county_draft(unit, 2025)
    for part in drafted.draft.parts:
        again = rewrite_part(drafted, part.key)
        assert again.draft.model_dump(exclude={"usage"}) == drafted.draft.model_dump(exclude={"usage"})


def test_other_parts_keep_what_a_person_wrote() -> None:
    drafted = edited(county_draft("gonganju", 2025), "s1.mgmt", "人工改过的一句。")
    again = rewrite_part(drafted, "s1.request", ModelWriter(Author()))
    assert others(again, "s1.request") == others(drafted, "s1.request")
    assert "人工改过的一句" in part_text(again, "s1.mgmt")
    own = next(part for part in again.draft.parts if part.key == "s1.request")
    assert {each.writer for paragraph in own.paragraphs for each in paragraph.sentences} >= {"model"}
    assert again.draft.writer == "model" and again.draft.model and again.draft.fingerprint != drafted.draft.fingerprint


def test_a_variant_says_the_same_in_other_words() -> None:
    drafted = county_draft("gonganju", 2025)
    again = rewrite_part(drafted, "s1.request", OfflineWriter(variant=1))
    assert part_text(again, "s1.request") != part_text(drafted, "s1.request")
    assert set(again.draft.facts) == set(drafted.draft.facts)
    assert loose_figures(again) == []


def test_an_edited_brief_counts_for_its_part_only() -> None:
    drafted = county_draft("gonganju", 2025)
    brief = drafted.draft.brief
    fewer = tuple(
        part.model_copy(update={"points": part.points[:1]}) if part.key in ("s1.request", "s1.mgmt") else part
        for part in brief.parts
    )
    again = rewrite_part(drafted, "s1.request", brief=brief.model_copy(update={"parts": fewer}))
    assert len(part_text(again, "s1.request")) < len(part_text(drafted, "s1.request"))
    assert others(again, "s1.request") == others(drafted, "s1.request")
    with pytest.raises(InputError):
        rewrite_part(drafted, "s9")


def test_without_a_model_the_offline_wordings_are_offered_and_it_says_so() -> None:
    drafted = county_draft("gonganju", 2025)
    part = next(part for part in drafted.draft.parts if part.key == "s1.request")
    first = part.paragraphs[0].sentences[0]
    found = wordings(drafted, "s1.request", [first], "换个说法", None)
    assert "没有配置模型" in found.reason and found.alternatives
    for each in found.alternatives:
        assert each.holds and each.sentences != (first,)
        assert "".join(change.text for change in each.difference if change.kind != "added") == first.rendered
    mgmt = next(part for part in drafted.draft.parts if part.key == "s1.mgmt").paragraphs[0].sentences[0]
    none = wordings(drafted, "s1.mgmt", [mgmt], "更简洁", None)
    assert none.alternatives == () and "直接修改" in none.reason


def test_an_offline_wording_is_offered_only_if_it_does_what_is_wished() -> None:
    drafted = county_draft("gonganju", 2025)
    seen = set()
    for part in drafted.draft.parts:
        for whole in (paragraph.sentences for paragraph in part.paragraphs):
            if not whole or any(each.gap for each in whole):
                continue
            now = "".join(each.rendered for each in whole)
            for wish, longer in (("更简洁", False), ("写得详细些", True)):
                found = wordings(drafted, part.key, whole, wish, None)
                for each in found.alternatives:
                    then = "".join(one.rendered for one in each.sentences)
                    assert (len(then) > len(now)) == longer and then != now
                    seen.add(wish)
                assert found.alternatives or "直接修改" in found.reason
            for wish in ("更正式", "用条例用语", "把领导重视写进去", "更简洁但更详细"):
                assert wordings(drafted, part.key, whole, wish, None).alternatives == ()
    assert seen == {"更简洁", "写得详细些"}


def test_a_model_is_asked_where_there_is_one_and_never_about_the_preface() -> None:
    drafted = county_draft("gonganju", 2025)
    author = Author()
    first = next(part for part in drafted.draft.parts if part.key == "s1.request").paragraphs[0].sentences[0]
    assert wordings(drafted, "s1.request", [first], "更简洁", author).alternatives[0].holds
    asked = len(author.history)
    preface = drafted.draft.parts[0].paragraphs[0].sentences[0]
    assert "前言" in wordings(drafted, "preface", [preface], "更简洁", author).reason
    assert len(author.history) == asked
    silent = wordings(drafted, "s1.request", [first], "换个说法", Scripted(lambda _s, _u: "", "unavailable"))
    assert "测试用的原因" in silent.reason and silent.alternatives


@pytest.mark.parametrize("unit", UNITS)
def test_offline_wordings_rest_on_the_same_facts(unit: str) -> None:
    drafted = county_draft(unit, 2025)
    for part in drafted.draft.parts:
        for paragraph in part.paragraphs:
            whole: tuple[Sentence, ...] = paragraph.sentences
            if whole and not any(each.gap for each in whole):
                for found in offline_wordings(drafted, part.key, whole):
                    facts = {key for each in found.sentences for key in each.sources}
                    assert facts - {"year", "unit"} == {key for each in whole for key in each.sources} - {"year", "unit"}
