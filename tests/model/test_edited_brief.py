"""A fact that a person adds to a point of the brief may be stated by a model there, with its figure and its source."""

from __future__ import annotations

from assistant.drafting.draft import Part
from assistant.drafting.model.material import PartMaterial, part_material
from assistant.drafting.offline.writer import OfflineWriter
from tests.model.drafts import codes, county, judged, materials

_KEY = "t3.r4_1_nothold.total"
_TEXT = (
    "复议纠正{problem.p2.1}件、诉讼纠正{problem.p2.2}件，多是答复没有写清法律依据；"
    "本机关不掌握相关政府信息的有{t3.r4_1_nothold.total}件。"
)


def _with(key: str) -> tuple[PartMaterial, PartMaterial]:
    """The material of part five as planned, and with a key added to its problems."""
    planned = materials(*county("xianzhengfu", 2025))["sec5"]
    points = tuple(
        point.model_copy(update={"keys": (*point.keys, key)}) if point.topic == "problems" else point
        for point in planned.brief.points
    )
    brief = planned.brief.model_copy(update={"points": points})
    part: Part = OfflineWriter().write(brief, planned.voice)
    return planned, part_material(brief, part, planned.voice)


def test_an_added_fact_is_at_hand_where_it_was_added() -> None:
    planned, edited = _with(_KEY)
    assert not any(_KEY in item.slots for item in planned.open if item.anchor == "p1")
    assert all(_KEY in item.slots and _KEY in item.sources for item in edited.open if item.anchor.startswith("p"))
    assert not any(_KEY in item.slots for item in edited.open if item.anchor.startswith("i"))


def test_a_sentence_may_state_it_with_its_source() -> None:
    _planned, edited = _with(_KEY)
    assert codes(judged(edited, "p2", _TEXT, ["p2", _KEY])) == set()


def test_an_added_note_may_be_leant_on() -> None:
    _planned, edited = _with("n7")
    item = next(item for item in edited.open if item.anchor == "p2")
    assert "n7" in item.sources
    assert "note.n7.1" in item.slots


def test_the_planned_brief_adds_nothing() -> None:
    planned = materials(*county("xianzhengfu", 2025))["sec5"]
    again = part_material(planned.brief, OfflineWriter().write(planned.brief, planned.voice), planned.voice)
    assert [item.sources for item in again.open] == [item.sources for item in planned.open]
