"""Faults planted into a sound report are noticed by the rules that have to, and the sound reports raise no alarm."""

from __future__ import annotations

from assistant.checks.engine import run_checks
from benchmarks.faults import COUNTY, Score, check, count_untouched, judge, planted, sample_of
from benchmarks.rendering import FORMS, flattened


def test_every_planted_fault_is_caught_in_text() -> None:
    sample, score = sample_of(COUNTY / "2025" / "gonganju.json"), Score()
    _subject, before = check(flattened(sample.document), "sound.txt", sample)
    for fault, document in planted(sample):
        judge(score, "text", fault, sample, before, flattened(document), "faulty.txt")
    assert sum(score.planted.values()) > 150
    assert not score.misses


def test_every_family_of_faults_is_caught_in_every_form() -> None:
    sample, score = sample_of(COUNTY / "2025" / "shichangju.json"), Score()
    made = planted(sample)
    few = [each for number, each in enumerate(made) if number % 8 == 0 or each[0].family[:2] not in ("T3", "C ")]
    for form, (render, ending) in FORMS.items():
        _subject, before = check(render(sample.document), f"sound{ending}", sample)
        for fault, document in few:
            judge(score, form, fault, sample, before, render(document), f"faulty{ending}")
    assert not score.misses


def test_sound_reports_stay_under_one_alarm_per_hundred_numerals() -> None:
    score = Score()
    for path in sorted((COUNTY / "2024").glob("*.json")):
        sample = sample_of(path)
        subject, result = check(flattened(sample.document), "sound.txt", sample)
        count_untouched(score, "text", sample, subject, result)
        assert run_checks(subject).findings == result.findings
    assert score.numerals["text"] > 250
    assert len(score.alarms["text"]) * 100 <= score.numerals["text"]
