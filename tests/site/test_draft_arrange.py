"""An arrangement in the address is the brief in another order, and nothing else can be put into it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.brief import Brief, PartBrief, Point
from assistant.site.pages.draft_arrange import arranged, moved, order_of, read, write

BRIEF = Brief(
    unit="示例县教育局",
    year=2025,
    form="form2021",
    parts=tuple(
        PartBrief(key=key, heading=key, points=tuple(Point(topic="note", keys=(f"n{place}",)) for place in range(size)))
        for key, size in (("s1.active", 4), ("sec5", 1), ("sec6", 2))
    ),
)
deeds = st.lists(
    st.tuples(st.sampled_from(BRIEF.parts), st.integers(-1, 5), st.sampled_from(("up", "down", "out", "in", "else"))), max_size=30
)


@given(deeds)
def test_any_moves_leave_each_part_some_of_its_own_points_once(steps: list[tuple[PartBrief, int, str]]) -> None:
    arrangement: dict[str, tuple[int, ...]] = {}
    for part, place, how in steps:
        arrangement = moved(part, arrangement, place, how)
    assert read(write(arrangement), BRIEF) == arrangement
    for part, own in zip(arranged(BRIEF, arrangement).parts, BRIEF.parts, strict=True):
        assert part.points and len(set(part.points)) == len(part.points) and set(part.points) <= set(own.points)


@given(st.text(max_size=60) | st.from_regex(r"s1\.active:[0-9-]{0,8}(;sec5:[0-9]{1,3})?", fullmatch=True))
def test_whatever_the_address_says_is_an_order_of_planned_points(text: str) -> None:
    for part in BRIEF.parts:
        order = order_of(part, read(text, BRIEF))
        assert order and len(set(order)) == len(order) and all(0 <= place < len(part.points) for place in order)
