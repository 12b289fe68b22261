"""Provisions a sentence may rest on: the articles of the Regulation and the notice that issued the form."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from assistant.facts.model import Fact
from assistant.form import Form
from assistant.language.numerals import to_chinese

ARTICLE = "条例:"


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the Regulation: number, short title (our own words), chapter."""

    number: int
    title: str
    chapter: str

    @property
    def name(self) -> str:
        """As cited in text: 第三十三条."""
        return f"第{to_chinese(self.number)}条"


@lru_cache(maxsize=1)
def articles() -> dict[str, Article]:
    """The articles by fact key (``条例:33``), in order."""
    return {
        f"{ARTICLE}{number}": Article(number, title, f"{chapter['number']} {chapter['title']}")
        for chapter in _regulation()["chapters"]
        for number, title in chapter["articles"]
    }


def article_fact(key: str) -> Fact:
    """The fact for one article; KeyError for an article the Regulation does not have."""
    article = articles()[key]
    data = _regulation()
    source = f"《{data['name']}》（{data['order']}）{article.chapter}"
    return Fact(key, "provision", f"《条例》{article.name}（{article.title}）", None, article.name, "", source)


def notice_fact(form: Form) -> Fact:
    """The fact for the notice that issued a form (``文件:30号``)."""
    return Fact(form.reference, "provision", f"《{form.name}》", None, form.document_number, "", "报告格式的依据文件")


@lru_cache(maxsize=1)
def _regulation() -> dict[str, Any]:
    text = (resources.files("assistant.form") / "data" / "regulation.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
