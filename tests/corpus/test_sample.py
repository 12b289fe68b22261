"""The sample states the published figures, and leaves blank what the published page does not settle."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz.fuzz import partial_ratio

from assistant.form import Form
from tests.corpus.material import ROOT, load, words


@pytest.fixture
def sample() -> Any:
    return load(ROOT / "corpus" / "samples" / "fengxiang-2020.json")


def test_only_certain_cells_are_filled(sample: Any, form2019: Form) -> None:
    filled = {key for key, value in sample["cells"].items() if value is not None}
    certain = {key for key in form2019.cells if not key.startswith("t3.") or key.startswith("t3.r7_total.")}
    assert filled == certain
    assert all(value in (0, None) for key, value in sample["cells"].items() if not key.startswith("t2."))


def test_nothing_is_said_of_what_the_report_does_not_tell(sample: Any, form2019: Form) -> None:
    assert "fee" not in sample
    assert not [note for note in sample["notes"] if note["aspect"] == "s1.request"]
    assert not [result.key for result in form2019.results if any(word in words(sample) for word in result.words)]


def test_every_figure_is_the_reports_and_no_sentence_is(sample: Any, shared: Path) -> None:
    report = (shared / "reports" / "fengxiang-2020.txt").read_text(encoding="utf-8")
    lines = report.split()
    published = set(re.findall(r"[\d.]+", report))
    for key, value in sample["cells"].items():
        if value is not None:
            assert str(value) in lines, key
    for item in (*sample["notes"], *sample["problems"], *sample["improvements"]):
        assert set(re.findall(r"[\d.]+", item["text"])) <= published
        for clause in re.split(r"[，；。]", item["text"]):
            assert len(clause) < 16 or partial_ratio(clause, report) < 90, clause
