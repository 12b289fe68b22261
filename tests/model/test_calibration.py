"""The verifier keeps what its calibration promises: nearly no sound sentence refused, nearly every spoilt one caught."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from assistant.drafting.assemble import draft_report
from assistant.drafting.model.verify import Verifier
from assistant.drafting.model.writer import ModelWriter
from assistant.form import default_registry
from benchmarks import calibrate_verifying as calibrate
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
    assert len(standing) >= 0.98 * len(sound)
    stated = {(id(each.material), each.written.text) for each in sound}
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for each in standing:
        for kind, text in calibrate.spoilt(each):
            if (id(each.material), text) not in stated:
                written = each.written.model_copy(update={"text": text})
                counts[kind][verifiers[id(each.material)].sentence(written).holds] += 1
    assert len(counts) >= 13
    slipped = {kind: f"{found[True]} of {found.total()}" for kind, found in counts.items() if found[True] > 0.1 * found.total() + 1}
    assert slipped == {}
