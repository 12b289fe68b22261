"""Pieces of pages: everything escaped, tables as printed, labels for screen readers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup

from assistant.form import FormRegistry, table_grid
from assistant.review.views.changes import ChangeView
from assistant.review.views.data import SubmissionView
from assistant.review.views.findings import FindingView
from assistant.review.views.tables import CellView, TableView
from assistant.site.components import badge, difference, empty, field, notices, stacked_bars, statutory_table, table
from assistant.site.components.chart import Share
from assistant.site.limits import Limiter, Rate, TooOften
from assistant.site.page import whole


def parsed(piece: str) -> Any:
    return html.fromstring(piece)


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30).map(
    lambda text: f"<img src=x onerror=y>{text}</div>&quot;\"'"
)


@given(TEXTS)
def test_no_text_becomes_markup(text: str) -> None:
    cell = CellView(0, 0, 1, 1, "data", text, key="t2.a", label=text, last=text, change=text, findings=("f",), worst="error")
    finding = FindingView("f", "R", "error", "fail", text)
    view = TableView("t2", text, 1, 1, 0, 0, (cell,))
    pieces = (
        empty(text, text, link="/", action=text), notices([("error", text)]), badge(text), table(text, [text], [[text]]),
        field(text, Markup("<input>"), text), difference([ChangeView("added", text), ChangeView("same", text)]),
        stacked_bars(text, [(text, [Share(text, 1, "final")])]), statutory_table(view, {"f": finding}, act="cell"),
        statutory_table(view, {"f": finding}),
    )  # fmt: skip
    for piece in pieces:
        tree = parsed(str(piece))
        assert not list(tree.iter("img"))
        assert not [name for each in tree.iter() for name in each.attrib if name.startswith("on")]
        assert "<img src=x onerror=y>" in tree.text_content() or any(
            "<img" in value for each in tree.iter() for value in each.attrib.values()
        )


def view_of(registry: FormRegistry, form: str, table_key: str) -> TableView:
    found = registry.get(form)
    chosen = next(each for each in found.tables if each.key == table_key)
    grid = table_grid(chosen)
    cells = tuple(
        CellView(cell.row, cell.col, cell.rowspan, cell.colspan, cell.kind, cell.text, key=cell.key, label=f"标签{cell.key}")
        for cell in grid.cells
    )
    return TableView(chosen.key, "表", grid.rows, grid.cols, grid.header_rows, grid.label_cols, cells)


@pytest.mark.parametrize("form", ["form2019", "form2021"])
def test_a_table_is_laid_out_as_printed_with_an_input_for_each_cell(registry: FormRegistry, form: str) -> None:
    for chosen in registry.get(form).tables:
        view = view_of(registry, form, chosen.key)
        tree = parsed(str(statutory_table(view, {}, act="cell")))
        keys = [each.get("data-key") for each in tree.iter("input")]
        assert keys == [cell.key for cell in view.cells if cell.kind == "data"]
        assert all(each.get("aria-label") for each in tree.iter("input"))
        area = sum(int(each.get("rowspan", 1)) * int(each.get("colspan", 1)) for each in tree.iter("td", "th"))
        assert area == view.rows * view.cols
        assert len(list(tree.iter("tr"))) == view.rows


def test_a_finding_is_read_with_its_cell() -> None:
    cell = CellView(
        0, 0, 1, 1, "data", "5", key="t3.new.total", label="本年新收 总计", findings=("f",), worst="error", last="4", unit="件"
    )
    view = TableView("t3", "表", 1, 1, 0, 0, (cell,))
    tree = parsed(str(statutory_table(view, {"f": FindingView("f", "T3-BALANCE", "error", "fail", "两边不等")}, act="cell")))
    control = next(iter(tree.iter("input")))
    assert control.get("aria-invalid") == "true"
    assert control.get("aria-label") == "本年新收 总计（件），上年 4"
    assert tree.get_element_by_id(control.get("aria-describedby")).text_content() == "两边不等"


def test_removed_and_added_words_are_named_not_only_coloured() -> None:
    tree = parsed(str(difference([ChangeView("same", "新收"), ChangeView("removed", "4件"), ChangeView("added", "5件")])))
    assert tree.text_content() == "新收删去：4件增加：5件"


def test_bars_start_at_zero_and_keep_their_proportions() -> None:
    tree = parsed(str(stacked_bars("进度", [("甲", [Share("一", 1, "a"), Share("二", 3, "b")]), ("乙", [Share("一", 2, "a")])])))
    assert [float(each.get("width")) for each in tree.iter("rect")] == [25.0, 75.0, 50.0]
    assert [float(each.get("x")) for each in tree.iter("rect")] == [0.0, 25.0, 0.0]


def test_nothing_to_count_draws_nothing() -> None:
    assert "<rect" not in stacked_bars("进度", [("甲", [Share("一", 0, "a")])])


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_never_more_deeds_than_the_rate_allows(waits: list[float]) -> None:
    now, done = 0.0, list[float]()
    limiter = Limiter({"x": Rate("操作", 3, 60)}, clock=lambda: now)
    for wait in waits:
        now += wait
        try:
            limiter.spend("x", "user:1")
        except TooOften as error:
            assert error.wait >= 1
            continue
        done.append(now)
        assert sum(at > now - 60 for at in done) <= 3


def test_one_persons_limit_is_not_anothers() -> None:
    limiter = Limiter({"x": Rate("操作", 1, 60)}, clock=lambda: 0.0)
    limiter.spend("x", "user:1")
    limiter.spend("x", "user:2")
    with pytest.raises(TooOften, match="操作过于频繁"):
        limiter.spend("x", "user:1")


@given(st.one_of(st.text(), st.integers(), st.none(), st.booleans(), st.floats()))
def test_numbers_from_outside_are_whole_or_nothing(value: object) -> None:
    found = whole(value)
    assert found is None or (int(str(value)) == found and 0 <= found < 10**9)


def test_gradio_page_of_another_release_is_not_half_framed() -> None:
    from assistant.review.rights import Actor
    from assistant.site.frame import Entry, framed
    from assistant.site.sessions import Visitor

    who = Visitor(Actor(1, "甲", "drafter", frozenset()), "0" * 64)
    with pytest.raises(RuntimeError):
        framed("<html><body></body></html>", who, Entry("/", "工作台"), [])


def test_findings_of_the_other_tab_and_what_blanks_keep_from_being_judged_are_folded_up() -> None:
    from assistant.site.pages.data_parts import findings_box

    found = (
        FindingView("a", "C-BLANK", "warning", "fail", "三格空白", cells=("t2.a",)),
        FindingView("b", "COV", "error", "fail", "没有素材", section="s1.active"),
        FindingView("c", "T2", "info", "unknown", "无法核对", cells=("t2.a",)),
    )
    view = cast(SubmissionView, SimpleNamespace(findings=found, tables=(), content=object(), unit_id=1, year=2025))
    for about, shown, folded in (("tables", "三格空白", "没有素材"), ("texts", "没有素材", "三格空白")):
        tree = parsed(str(findings_box(view, about)))  # type: ignore[arg-type]  # a literal out of a tuple
        assert [each.text_content() for each in tree.xpath("./ul/li")] and shown in tree.xpath("string(./ul)")
        assert folded in tree.xpath("string(.//details[@id='findings-other'])")
        assert "无法核对" in tree.xpath("string(.//details[@id='findings-unknown'])")
        assert not tree.xpath(".//details[@open]")
