"""Promise: the example targets read as they were written: no false alarm, the right cell, and a changed figure is caught."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.checks import all_rules
from assistant.checks.engine import Rule, run_rule
from assistant.checks.prose import prose
from assistant.checks.reading_model import Reading
from assistant.checks.subject import Subject
from assistant.form import default_registry
from assistant.intake.door import read_input
from tests.checks.targets import EXAMPLES, Target, Written, load_target
from tests.checks.texts import text_findings

CELL_LIKE = ("t2", "t3", "t4", "d", "prev", "fee")
DELIBERATE_GAPS = re.compile("待补")


def cell_slots(target: Target) -> list[tuple[str, int, int, str]]:
    return [slot for slot in target.slots if slot[3].split(".")[0] in CELL_LIKE]


def named(subject: Subject, reading: Reading | None) -> set[str]:
    """The slot keys a reading stands for."""
    if reading is None:
        return set()
    key = prose(subject).reader.joined(reading.keys)
    bare = key.removeprefix("d.")
    if reading.kind == "share":
        return {share.key for share in subject.form.shares if share.part == key and share.whole == reading.base}
    prefix = {"figure": "", "previous": "prev.", "change": "d.diff.", "growth": "d.growth."}.get(reading.kind, "?")
    return {prefix + (bare if reading.kind in ("change", "growth") else key)}


def text_rules() -> list[Rule]:
    return [rule for rule in all_rules() if "draft" in rule.scope and ".text_" in rule.judge.__module__]


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_alarm_on_a_sound_draft_but_its_marked_gaps(shared: Path, name: str) -> None:
    subject = load_target(shared, name).subject
    loud = [each for each in text_findings(subject, scope="draft") if each.severity != "info"]
    assert [each.message for each in loud if not DELIBERATE_GAPS.search(each.message)] == []
    assert len(loud) == sum(1 for placed in subject.sentences if placed.sentence.gap)


def test_each_figure_is_read_as_the_cell_it_was_printed_from(shared: Path) -> None:
    right = total = 0
    for name in EXAMPLES:
        target = load_target(shared, name)
        readings = {(part, each.quantity.start): each for part, each in prose(target.subject).all_readings()}
        for part, start, _, key in cell_slots(target):
            total += 1
            right += key in named(target.subject, readings.get((part, start)))
    assert total > 70
    assert right / total >= 0.95, f"{right} of {total}"


def test_figures_of_notes_are_not_taken_for_cells_of_another_value(shared: Path) -> None:
    for name in EXAMPLES:
        target = load_target(shared, name)
        cells = {(part, start) for part, start, _, _ in cell_slots(target)}
        figures = prose(target.subject).figures
        for part, each in prose(target.subject).all_readings():
            if (part, each.quantity.start) not in cells and each.kind == "figure" and each.certain:
                assert figures.total(each.keys) == each.quantity.value


def changed(subject: Subject, part: str, start: int, end: int, new: str) -> Subject:
    """The subject as edited text: one stretch replaced, no slots left in the sentence it stands in."""
    texts = dict(subject.texts)
    texts[part] = texts[part][:start] + new + texts[part][end:]
    shift, placed = len(new) - (end - start), []
    for each in subject.sentences:
        if each.part != part or each.end <= start:
            placed.append(each)
        elif each.start >= end:
            placed.append(replace(each, start=each.start + shift, end=each.end + shift))
        else:
            text = texts[part][each.start : each.end + shift]
            placed.append(replace(each, end=each.end + shift, sentence=Written(text, text, each.sentence.sources)))
    return replace(subject, texts=texts, sentences=tuple(placed))


def alarms(subject: Subject, rules: list[Rule]) -> set[tuple[str, str, str]]:
    outcomes = [outcome for rule in rules for outcome in run_rule(rule, subject)]
    return {(each.rule, each.section, each.message) for each in outcomes if each.status == "fail" and each.severity != "info"}


def test_a_figure_changed_by_one_or_by_a_digit_is_caught(shared: Path) -> None:
    caught = total = 0
    rules = [rule for rule in text_rules() if rule.id.startswith("TX-")]
    for name in EXAMPLES:
        target = load_target(shared, name)
        before = alarms(target.subject, rules)
        for part, start, end, _ in cell_slots(target):
            printed = target.subject.texts[part][start:end]
            for new in (str(int(printed) + 1) if printed.isdigit() else f"{float(printed) + 0.1:.1f}", f"1{printed}"):
                total += 1
                caught += bool(alarms(changed(target.subject, part, start, end, new), rules) - before)
    assert caught / total >= 0.95, f"{caught} of {total}"


def test_two_figures_exchanged_are_caught(shared: Path) -> None:
    caught = total = 0
    rules = [rule for rule in text_rules() if rule.id.startswith("TX-") and rule.id != "TX-NOSRC"]
    for name in EXAMPLES:
        target = load_target(shared, name)
        before, slots = alarms(target.subject, rules), cell_slots(target)
        for one, other in itertools.pairwise(slots):
            texts = target.subject.texts
            first, second = texts[one[0]][one[1] : one[2]], texts[other[0]][other[1] : other[2]]
            if one[0] != other[0] or first == second:
                continue
            mixed = changed(changed(target.subject, other[0], other[1], other[2], first), one[0], one[1], one[2], second)
            total += 1
            caught += bool(alarms(mixed, rules) - before)
    assert caught / total >= 0.95, f"{caught} of {total}"


@pytest.mark.parametrize("name", ["fengxiang-2020.txt", "pingtan-2021.txt", "pingtan-2022.txt"])
def test_no_figure_of_a_published_report_is_wrongly_called_wrong(shared: Path, name: str) -> None:
    registry = default_registry()
    report = read_input(shared / "reports" / name, registry).report
    assert report is not None
    texts = {"preface": report.preface, **{section.key: section.text for section in report.sections}}
    subject = Subject(form=registry.get(report.form), year=report.year, cells=report.cells, report=report, texts=texts)
    told = [each for each in text_findings(subject) if each.rule.startswith(("TX-", "Y-", "N-", "R-")) and each.severity != "info"]
    assert told == []
