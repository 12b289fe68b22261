"""Cleaning and cutting of Chinese text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.language.text import (
    bigrams,
    clause_spans,
    normalise,
    sentence_spans,
    similarity,
    split_clauses,
    split_sentences,
    strip_control,
)

_TEXT = st.text(alphabet="公开信息。！？；，：“”（）《》\n 1,2a", max_size=60)


def test_sentences_keep_their_stop_and_closing_quotation_mark() -> None:
    assert split_sentences("发布386条。“不掌握”占多数！附记录。”\n  下一段") == [
        "发布386条。",
        "“不掌握”占多数！",
        "附记录。”",
        "下一段",
    ]


def test_a_stop_inside_brackets_does_not_end_the_sentence() -> None:
    assert split_sentences("问题（更新慢。检查少。）已经解决。") == ["问题（更新慢。检查少。）已经解决。"]


def test_an_unclosed_bracket_does_not_swallow_the_rest() -> None:
    assert split_sentences("问题（更新慢。已经解决。") == ["问题（更新慢。", "已经解决。"]


def test_clauses_are_cut_at_commas_but_not_at_thousands_separators() -> None:
    assert split_clauses("发布9,812条，解读52件；其中：图解28件。") == ["发布9,812条", "解读52件", "其中", "图解28件"]


@given(_TEXT)
def test_spans_are_in_order_and_lose_only_white_space(text: str) -> None:
    for spans in (sentence_spans(text), clause_spans(text)):
        ends = [0, *(end for _, end in spans)]
        assert all(before <= start < end for before, (start, end) in zip(ends, spans, strict=False))
    kept = "".join(text[start:end] for start, end in sentence_spans(text))
    assert "".join(kept.split()) == "".join(text.split())


def test_normalising_keeps_chinese_punctuation() -> None:
    assert (
        normalise("收到　３６件，（其中 网上２９件）：占８０．６％；\u200b\x07国办〔２０２１〕３０号")
        == "收到36件，（其中网上29件）：占80.6%；国办〔2021〕30号"
    )


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_control_characters_go_and_line_breaks_stay() -> None:
    assert strip_control("甲\x00\u202e乙\r\n丙\t丁\ufeff") == "甲乙\n丙\t丁"


@given(_TEXT, _TEXT)
def test_similarity_is_symmetric_and_between_zero_and_one(first: str, second: str) -> None:
    assert 0.0 <= similarity(first, second) <= 1.0
    assert abs(similarity(first, second) - similarity(second, first)) < 1e-9
    assert similarity(first, first) == 1.0


def test_changing_only_figures_leaves_texts_alike() -> None:
    assert similarity("2023年，发布信息386条。", "2024年，发布信息512条。") == 1.0
    assert similarity("发布信息386条", "举办培训2次") < 0.5


def test_bigrams_leave_out_figures_and_marks() -> None:
    assert bigrams("公开12条，信息") == {"公开", "开条", "条信", "信息"}
    assert bigrams("。") == set()
