"""The sample reports of the corpus are what the program writes today."""

from __future__ import annotations

from tests.library.render import REPORTS, sample_reports


def test_sample_reports_are_those_the_writer_prints_now() -> None:
    stale = [name for name, text in sample_reports().items() if (REPORTS / name).read_text(encoding="utf-8") != text]
    assert not stale, f"{', '.join(stale)}: run python -m tests.library.render and commit corpus/reports"


def test_no_other_report_lies_among_them() -> None:
    assert {path.name for path in REPORTS.glob("*.txt")} == set(sample_reports())
