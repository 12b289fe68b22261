"""A word nobody handed in is found; another word for the same is not."""

from __future__ import annotations

import pytest

from assistant.drafting.model.residue import residue, residue_faults

NOTE = "{note.n1.1}个派出所各指定一名信息员，集中训了{note.n1.2}天"


def faults(text: str, told: str = NOTE) -> set[str]:
    return {fault.code for fault in residue_faults(text, told)}


@pytest.mark.parametrize(
    "text",
    [
        "{note.n1.1}个派出所均指定信息员，集中培训{note.n1.2}天。",
        "各派出所确定信息员，共{note.n1.1}个所，培训{note.n1.2}天。",
    ],
)
def test_another_word_for_the_same_stands(text: str) -> None:
    assert not faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "{note.n1.1}个派出所各指定信息员，集中训了{note.n1.2}天，并召开听证会。",
        "{note.n1.1}个派出所各指定信息员和新闻发言人，集中训了{note.n1.2}天。",
        "因编制紧张，{note.n1.1}个派出所各指定信息员，集中训了{note.n1.2}天。",
    ],
)
def test_a_word_nobody_handed_in_is_found(text: str) -> None:
    assert "support" in faults(text)


@pytest.mark.parametrize(
    "added", ["，受到居民好评", "，较上年增多", "，位居全市前列", "，每月一轮", "，由律师授课", "，业务水平提升"]
)
def test_praise_comparison_time_and_persons_need_a_word_of_their_own(added: str) -> None:
    assert faults(f"{{note.n1.1}}个派出所各指定信息员，集中训了{{note.n1.2}}天{added}。") & {"closed", "support"}


def test_a_class_of_words_is_borne_out_by_its_own_words_only() -> None:
    assert "closed" in faults("每月公布一次。", "每季度公布一次")
    assert not faults("按月公布。", "每月公布一次")


def test_figures_and_article_numbers_are_not_words() -> None:
    assert residue("{note.n1.1}个派出所", NOTE) == []
    assert residue("第二十六条", NOTE) == []


def test_all_needs_parts_that_make_up_the_whole() -> None:
    from tests.model.drafts import codes, county, judged, materials

    material = materials(*county("xianzhengfu", 2025))["s1.request"]
    text = "法人或其他组织{d.org_sum.new}件，全部是商业企业{t3.new.biz}件。"
    assert "scope" in codes(judged(material, "t3.new.natural", text, ["t3.new.natural", "d.org_sum.new", "t3.new.biz"]))
