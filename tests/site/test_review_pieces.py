"""Pieces of the review page without a browser: nothing becomes markup, ids are unique, a closed draft offers no deeds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup

from assistant.review.engine import open_record
from assistant.review.reading import open_draft
from assistant.review.rights import Actor
from assistant.review.views.draft import DraftView, ParagraphView, PieceView, SentenceView
from assistant.review.views.findings import FindingView
from assistant.site.pages import review_editor, review_panel, review_text
from tests.site.review_material import with_draft

NOW = datetime(2026, 1, 5, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20).map(lambda text: f"<img src=x onerror=y>{text}</p>\"'")


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DraftView]:
    home = tmp_path_factory.mktemp("pieces") / "home"
    found, unit = with_draft(home, last_year=False)
    record = open_record(home)
    yield open_draft(record, Actor(1, "乙某", "reviewer", frozenset({unit})), found)
    record.close()


def parsed(piece: Markup) -> Any:
    return html.fromstring(str(piece))


def of(text: str) -> ParagraphView:
    sentence = SentenceView(1, 0, text, text, (PieceView(text[:4]), PieceView(text[4:], "slot")), (), "offline", None, 0, len(text))
    return ParagraphView(1, "s1", 0, text, 1, 1, "undecided", text, (sentence,), ("f",), 0, 0, (), "edited", text, NOW, unsaved="x")


@given(TEXTS, st.integers(0, 20), st.integers(0, 20))
def test_no_text_becomes_markup_and_the_text_stays_whole(text: str, one: int, two: int) -> None:
    view, start, end = of(text), min(one, two), max(one, two)
    finding = FindingView("f", "R", "error", "fail", text, text, text, start=start, end=end, paragraph_id=1)
    pieces = (
        review_text.paragraph(view, (finding,), changing=True),
        review_editor.merging(view, text, text + "另", text),
        review_panel.finding(finding, may_rule=True),
        review_panel.rejecting(view),
        review_panel.comments(view, may=True),
    )
    for piece in pieces:
        tree = parsed(piece)
        assert not list(tree.iter("img"))
        assert not [name for each in tree.iter() for name in each.attrib if name.startswith("on")]
    (body,) = parsed(pieces[0]).find_class("body")
    assert body.text_content() == text


def test_ids_are_unique_on_the_page(draft: DraftView) -> None:
    bar = review_text.bar(draft.id, draft.counts, draft.stamp, "all", changing=True)
    page = Markup("<div>{}{}{}</div>").format(bar, review_text.report(draft), review_panel.overview(draft))
    counted = Counter(each.attrib["id"] for each in parsed(page).iter() if "id" in each.attrib)
    assert not [name for name, count in counted.items() if count > 1]
    assert counted["bar"] == counted["panel"] == 1


def test_every_paragraph_reads_as_it_prints(draft: DraftView) -> None:
    tree = parsed(review_text.report(draft))
    shown = [each.text_content() for each in tree.find_class("body")]
    assert shown == [each.text for each in draft.paragraphs()]
    assert len(tree.find_class("statutory")) == len(draft.tables)


@pytest.mark.parametrize("state", ["final", "superseded"])
def test_a_closed_draft_offers_nothing_to_change(draft: DraftView, state: str) -> None:
    closed = replace(draft, state=state)  # type: ignore[arg-type]  # one of the states
    assert not review_text.may_change(closed)
    tree = parsed(review_text.report(closed))
    assert {each.attrib["data-do"] for each in tree.iter() if "data-do" in each.attrib} == {"panel"}
