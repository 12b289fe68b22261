"""Passages follow the report's own structure and never cut a sentence."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from assistant.form import FormRegistry, default_registry
from assistant.language.text import sentence_spans
from assistant.library.model import Piece
from assistant.library.passages import report_pieces
from assistant.report.model import ReadSection, Report
from assistant.report.text_reader import read_text_report
from tests.drafting.material import county_draft
from tests.library.render import report_of


def pieces_of(text: str, registry: FormRegistry) -> tuple[str, tuple[Piece, ...]]:
    return report_pieces(read_text_report(text, "报告.txt", registry), registry)


def sample_pieces(unit: str, year: int, registry: FormRegistry) -> tuple[str, tuple[Piece, ...]]:
    return pieces_of(report_of(county_draft(unit, year)), registry)


def test_offsets_point_at_the_very_text(registry: FormRegistry) -> None:
    for unit in ("gonganju", "xianzhengfu", "liuxizhen"):
        text, pieces = sample_pieces(unit, 2025, registry)
        assert pieces
        assert all(text[piece.start : piece.end] == piece.text for piece in pieces)
        for piece in pieces:
            assert all(piece.text[figure.start : figure.end].strip() for figure in piece.figures)


def test_every_aspect_of_the_draft_is_told_apart(registry: FormRegistry) -> None:
    _text, pieces = sample_pieces("gonganju", 2025, registry)
    found = {piece.aspect for piece in pieces if piece.section == "sec1"}
    assert found == {"s1.active", "s1.request", "s1.mgmt", "s1.platform", "s1.supervise"}


def test_problem_remedy_and_answer_to_last_year_are_told_apart(registry: FormRegistry) -> None:
    _text, pieces = sample_pieces("gonganju", 2025, registry)
    roles = {
        role: "".join(piece.text for piece in pieces if piece.role == role) for role in ("problem", "improvement", "follow_up")
    }
    assert "检索范围说不清" in roles["problem"] and "打不通" in roles["problem"]
    assert "附检索清单" in roles["improvement"] and "每季度拨测" in roles["improvement"]
    assert "区分处理用得少" in roles["follow_up"] and "旧指南收回" in roles["follow_up"]
    assert "检索清单" not in roles["problem"] and "检索范围" not in roles["improvement"]


def test_a_figure_knows_the_cells_it_equals(registry: FormRegistry) -> None:
    _text, pieces = sample_pieces("gonganju", 2025, registry)
    figures = [figure for piece in pieces for figure in piece.figures if figure.value == Decimal(60) and figure.unit == "件"]
    assert figures and all("t3.new.total" in figure.cells for figure in figures)


def test_fixed_phrases_and_gap_marks_are_no_passages(registry: FormRegistry) -> None:
    text, pieces = sample_pieces("dongguanjiedao", 2025, registry)
    joined = "".join(piece.text for piece in pieces)
    assert "统计期限" in text and "统计期限" not in joined
    assert "编制" not in joined and "【待补" not in joined and "电子版" not in joined


def test_published_reports_lose_no_narrative_sentence_but_fixed_ones(shared: Path, registry: FormRegistry) -> None:
    report = read_text_report((shared / "reports" / "fengxiang-2020.txt").read_text(encoding="utf-8"), "f.txt", registry)
    _text, pieces = report_pieces(report, registry)
    joined = "".join(piece.text for piece in pieces)
    assert all(
        section.text[a:b] in joined for section in report.sections if section.key == "sec1" for a, b in sentence_spans(section.text)
    )


_WORDS = st.text(alphabet="公开信息申请答复网站问题改进工作，、“”（）一二三12。；！\n", min_size=1, max_size=400)


@given(_WORDS)
def test_no_sentence_is_ever_cut(words: str) -> None:
    registry = default_registry()
    first = ReadSection(key="sec1", number="一", title="总体情况", text=words)
    sections = (first, ReadSection(key="sec5", number="五", title="存在的主要问题及改进情况", text=words))
    text, pieces = report_pieces(Report(path="x", title="题", unit="甲局", year=2024, sections=sections), registry)
    starts = {(a, b) for a, b in sentence_spans(text)}
    for piece in pieces:
        inside = [(a, b) for a, b in starts if a < piece.end and b > piece.start]
        assert min(a for a, _ in inside) == piece.start and max(b for _, b in inside) == piece.end


def test_control_characters_do_not_shift_offsets(registry: FormRegistry) -> None:
    sections = (ReadSection(key="sec1", number="一", title="总体情况", text="第一句\x00话。\ud800第二句话。"),)
    text, pieces = report_pieces(Report(path="x", title="题", unit="甲局", year=2024, sections=sections), registry)
    assert [text[piece.start : piece.end] for piece in pieces] == [piece.text for piece in pieces] == ["第一句话。第二句话。"]
