"""Search finds by words and meaning, lets names and figures decide, and says why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.library.ask import last_report_of, most_similar, precedents, problems_and_promises, provisions_for
from assistant.library.embedding import NoEmbedder
from assistant.library.library import Library
from assistant.library.model import Filters
from assistant.library.query import bearing
from assistant.library.tokens import article_numbers, document_marks, figure_marks


def test_a_named_unit_and_year_let_nothing_else_through(sample: Library) -> None:
    for query in ("示例县公安局2024年存在什么问题", "公安局2024年度报告的主动公开", "县公安局 2024年 申请"):
        hits = sample.search(query, limit=20).hits
        assert hits and {(hit.passage.source.unit, hit.passage.source.year) for hit in hits} == {("示例县公安局", 2024)}


def test_a_unit_or_year_that_is_not_there_is_said(sample: Library) -> None:
    assert "没有“示例县教育局”" in sample.search("示例县教育局2024年的问题").notes[0]
    assert "没有“南京市公安局”" in sample.search("南京市公安局2024年的问题").notes[0]
    answer = sample.search("示例县公安局2019年的问题")
    assert not answer.hits and "2023、2024、2025" in answer.notes[0]


def test_a_figure_finds_its_passage_in_any_writing(sample: Library) -> None:
    for query in ("9204条", "9,204", "处罚信息９２０４条", "九千二百零四条处罚信息"):
        hits = sample.search(query).hits
        assert hits and all("9204" in hit.passage.text for hit in hits), query
    assert sample.search("写有9205条的报告").hits == ()


def test_document_numbers_decide(sample: Library) -> None:
    for query in ("国办函〔2020〕109号", "国办函[2020] 109 号怎么说", "109号文"):
        assert "109号" in sample.search(query).hits[0].passage.text
    assert "711号" in sample.search("国务院令第711号").hits[0].passage.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("不同意公开的第三方要在几天内回话", "rule"),
        ("网上传谣言要不要出来说明", "rule"),
        ("答复期限", "rule"),
        ("征求第三方意见的时限规定", "rule"),
        ("哪家的公告栏换了新的", "either"),
        ("公告栏", "either"),
        ("公告栏风吹日晒看不清楚", "deed"),
        ("过时的规定清出来停掉了", "either"),
    ],
)
def test_a_query_asks_for_a_rule_or_tells_of_a_deed(query: str, told: str) -> None:
    assert bearing(query) == told


def test_who_asks_for_a_rule_gets_the_provision_first_and_who_tells_of_a_deed_the_report(sample: Library) -> None:
    rule = sample.search("征求第三方意见，对方多少个工作日要答复").hits[0].passage
    deed = sample.search("征求第三方意见的函寄出以后打电话催过一次").hits[0].passage
    assert (rule.source.type, rule.piece.article) == ("regulation", 32)
    assert deed.source.type == "report" and "打电话催" in deed.text


def test_results_say_why(sample: Library) -> None:
    hit = sample.search("检索范围说不清").hits[0]
    assert "检索范围说不清" in hit.words and hit.word_rank == 1 and hit.meaning_rank
    assert "词语第1位" in hit.why and "检索范围说不清" in hit.why


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        (Filters(units=("示例县公安局",)), lambda p: p.source.unit == "示例县公安局"),
        (Filters(kind="gov_town"), lambda p: p.source.kind == "gov_town"),
        (Filters(region="示例县"), lambda p: p.source.region == "示例县"),
        (Filters(years=(2023, 2025)), lambda p: p.source.year in (2023, 2025)),
        (Filters(year_from=2024), lambda p: p.source.year >= 2024),
        (Filters(year_from=2023, year_to=2024), lambda p: p.source.year in (2023, 2024)),
        (Filters(section="s1.request"), lambda p: p.piece.aspect == "s1.request"),
        (Filters(section="sec5"), lambda p: p.piece.section == "sec5"),
        (Filters(role="improvement"), lambda p: p.piece.role == "improvement"),
        (Filters(status="digest"), lambda p: p.source.status == "digest"),
        (Filters(type="regulation", articles=(30, 33)), lambda p: p.piece.article in (30, 33)),
    ],
)
def test_filters_hold_in_each_way_of_searching(sample: Library, filters: Filters, holds: object) -> None:
    expected = {passage.id for passage in sample.store.matching(filters)}
    vector = sample.index.embedder.query("申请公开答复")
    assert vector is not None and expected
    few = {number for number, _ in sample.index.by_meaning(vector, filters, 1000)}
    sample.index._scanned()
    assert few == expected == {number for number, _ in sample.index.by_meaning(vector, filters, 1000)}
    words = sample.index.by_words(["公开", "申请", "的", "条", "件"], filters, 1000)
    slow = [number for number, _ in sample.store.containing(["公开", "申请"], filters, 1000)]
    assert words and set(words) <= expected and set(slow) <= expected
    hits = sample.search("公开申请答复", filters, 50).hits
    assert hits and all(holds(hit.passage) for hit in hits)  # type: ignore[operator]


def test_words_are_found_in_the_truth_while_there_is_no_index(sample: Library) -> None:
    sample.index._words.forget()
    sample.index.embedder = NoEmbedder()
    assert not sample.index.words_ready
    assert "打不通" in sample.search("咨询电话打不通").hits[0].passage.text
    assert "9204" in sample.search("9204条").hits[0].passage.text


def test_nothing_to_do_with_it_is_an_empty_answer(sample: Library) -> None:
    for query in ("怎么学游泳", "。。。", "", "   ", "\x00\ud800"):
        answer = sample.search(query)
        assert answer.hits == () and answer.notes


def test_queries_of_one_and_of_twenty_thousand_characters_are_answered(sample: Library) -> None:
    assert sample.search("题").hits
    assert sample.search("公开申请的答复期限" * 2500).hits
    assert sample.search("电话\x00打不通\ud83d").hits


@given(st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_no_query_breaks_the_search(sample: Library, query: str) -> None:
    answer = sample.search(query)
    assert answer.query == query and (answer.hits or answer.notes)


def test_last_years_report_problems_and_promises(sample: Library) -> None:
    past = last_report_of(sample, "示例县公安局", 2025)
    assert past is not None and past.report.year == 2024 and past.report.cells["t3.new.total"].value == 57
    found = problems_and_promises(sample, "示例县公安局", 2026)
    assert found is not None
    assert len(found.problems) == 2 and len(found.improvements) == 2 and found.follow_ups
    assert last_report_of(sample, "示例县公安局", 2020) is None


def test_precedents_are_of_the_kind_recent_first_and_not_twice_the_same(sample: Library) -> None:
    found = precedents(sample, "s1.request", "dept", 2025, exclude_unit="示例县公安局", limit=20)
    assert found
    years = [item.passage.source.year or 0 for item in found]
    assert years == sorted(years, reverse=True) and max(years) < 2025
    assert {item.passage.source.kind for item in found} == {"dept"}
    assert "示例县公安局" not in {item.passage.source.unit for item in found}
    texts = [item.passage.text for item in found]
    assert len(texts) == len(set(texts)) and any(item.alike for item in precedents(sample, "sec6", "dept", 2026, limit=9))


def test_provisions_are_those_the_form_names(sample: Library) -> None:
    form = sample.registry.get("form2021")
    for aspect in form.aspects:
        assert [passage.piece.article for passage in provisions_for(sample, aspect.key, form)] == sorted(aspect.articles)
    assert [passage.piece.article for passage in provisions_for(sample, "sec6", form)] == [42, 50]


def test_the_most_similar_passage_to_a_copied_text_is_its_source(sample: Library) -> None:
    for passage in sample.store.matching(Filters(type="report"))[::9]:
        copied = passage.text.replace("2", "7")
        hit, likeness = most_similar(sample, copied)[0]
        assert likeness > 0.95 and hit.passage.text[:1]


def test_the_retriever_gives_documents_with_their_source(sample: Library) -> None:
    pytest.importorskip("langchain_core")
    from assistant.library.retriever import LibraryRetriever

    documents = LibraryRetriever(library=sample, limit=3).invoke("示例县公安局2025年存在什么问题")
    assert len(documents) == 3 and all(d.metadata["year"] == 2025 and d.metadata["why"] for d in documents)


def test_a_moved_unit_name_is_not_mistaken(sample: Library) -> None:
    read = sample.reader.read
    assert read("柳溪镇2023年").units == ("示例县柳溪镇人民政府",)
    assert read("示例县政府2024年").units == ("示例县人民政府",)
    assert read("县政府什么时候公布年报").units == ()
    assert read("县公安局2023到2025年").years == (2023, 2024, 2025)
    assert read("公安局2024年列出的问题后来解决了没有").years == (2025,)
    assert replace(read("x"), text="y").plain


def test_marks() -> None:
    assert figure_marks("共9,204条") == figure_marks("９２０４条") == ["f:9204"]
    assert document_marks("国办函〔2020〕109号") == ["d:2020-109", "d:109"]
    assert article_numbers("第三十三条第二款和第5条，条例:26") == [33, 5, 26]
