"""The digest has all articles once, says that it is a digest, and agrees with the forms."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.form import FormRegistry
from tests.corpus.material import ROOT, load


@pytest.fixture
def digest() -> Any:
    return load(ROOT / "corpus" / "regulation" / "digest.json")


@pytest.fixture
def documents() -> dict[str, Any]:
    return {entry["id"]: entry for entry in load(ROOT / "corpus" / "regulation" / "documents.json")["documents"]}


def test_fifty_six_articles_none_missing_or_doubled(digest: Any) -> None:
    assert [article["number"] for article in digest["articles"]] == list(range(1, 57))
    assert all(article["title"] and article["summary"] and article["keywords"] for article in digest["articles"])
    assert len({article["summary"] for article in digest["articles"]}) == 56


def test_six_chapters_cover_the_articles(digest: Any) -> None:
    chapters = digest["chapters"]
    assert [chapter["number"] for chapter in chapters] == [1, 2, 3, 4, 5, 6]
    covered = [
        (number, chapter["number"]) for chapter in chapters for number in range(chapter["articles"][0], chapter["articles"][1] + 1)
    ]
    assert covered == [(article["number"], article["chapter"]) for article in digest["articles"]]


def test_it_says_that_it_is_no_official_text(digest: Any) -> None:
    assert digest["status"] == "digest"
    assert "不是官方文本" in digest["warning"]
    assert "不能当作引文" in digest["warning"]
    assert "711" in digest["order"]


def test_articles_that_the_forms_lean_on_are_there(digest: Any, registry: FormRegistry) -> None:
    numbers = {article["number"] for article in digest["articles"]}
    for form in registry.forms:
        assert {*form.preface_articles, *(number for aspect in form.aspects for number in aspect.articles)} <= numbers


def test_notices_agree_with_the_forms(documents: dict[str, Any], registry: FormRegistry) -> None:
    assert set(documents) == {"60号", "30号", "109号"}
    for form in registry.forms:
        entry = documents[form.reference.partition(":")[2]]
        assert (entry["form"], entry["number"], entry["name"]) == (form.id, form.document_number, form.name)
        assert entry["report_years"] == [form.first_year, form.last_year]
    assert documents["109号"]["number"] == "国办函〔2020〕109号"
