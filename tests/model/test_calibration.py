"""The verifier keeps what its calibration promises: nearly no sound sentence refused, nearly every spoilt one caught."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import pytest

from assistant.drafting.assemble import draft_report
from assistant.drafting.model.verify import Verifier
from assistant.drafting.model.writer import ModelWriter
from assistant.form import default_registry
from benchmarks import calibrate_verifying as calibrate
from benchmarks import model_heldout as heldout
from tests.model.author import Author
from tests.model.drafts import county

UNITS = ("gonganju", "xianzhengfu", "weijianju", "dongguanjiedao")


@pytest.fixture(scope="module")
def sound() -> list[calibrate.Sound]:
    found = []
    for unit in UNITS:
        submission, previous = county(unit, 2025)
        writer = ModelWriter(Author())
        draft_report(submission, default_registry(), previous=previous, writer=writer)
        found += list(calibrate.sound_of(writer))
    return found


def test_sound_sentences_stand_and_spoilt_ones_do_not(sound: list[calibrate.Sound]) -> None:
    verifiers = {id(each.material): Verifier(each.material) for each in sound}
    standing = [each for each in sound if calibrate.holds(verifiers[id(each.material)], each.written)[0]]
    assert len(standing) >= 0.995 * len(sound)
    stated = {(id(each.material), each.written.text) for each in sound}
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for each in standing:
        for kind, text in calibrate.spoilt(each):
            if (id(each.material), text) not in stated:
                written = each.written.model_copy(update={"text": text})
                counts[kind][verifiers[id(each.material)].sentence(written).holds] += 1
    assert len(counts) >= 13
    slipped = {
        kind: f"{found[True]} of {found.total()}" for kind, found in counts.items() if found[True] > 0.08 * found.total() + 1
    }
    assert slipped == {}


def test_wordings_by_hand_are_told_apart_as_well_as_the_page_says() -> None:
    counts = heldout.rates(heldout.outcomes(heldout.wordings()))
    assert counts["tuning"]["sound"] + counts["report"]["sound"] >= 150
    told = {"tuning": (0.03, 0.03), "fresh tuning": (0.10, 0.03), "report": (0.23, 0.06), "fresh report": (0.29, 0.11)}
    for part, (refused, missed) in told.items():
        assert counts[part]["refused"] <= refused * counts[part]["sound"]
        assert counts[part]["missed"] <= missed * counts[part]["unsound"]


def test_target_sentences_of_good_drafts_stand(shared: Path) -> None:
    counts = heldout.rates(heldout.outcomes(heldout.targets(shared / "examples")))["targets"]
    assert counts["sound"] >= 70
    assert counts["refused"] <= 0.05 * counts["sound"]
