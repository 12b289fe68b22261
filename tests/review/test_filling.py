"""What is being filled in is kept apart from what is saved, for each person, and never overwrites what others saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.review.entries import add_entry, change_entry, offers, remove_entry, restore_version, versions
from assistant.review.errors import Conflict, NotFound
from assistant.review.filling import filling, forget, keep, save_filled, settle
from assistant.review.handing_out import workbook_for
from tests.review.desk_material import YEAR, Office, office

CELL, OTHER = "t2.norm.issued", "t2.norm.valid"


@pytest.fixture(scope="module")
def _office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("filling")) as found:
        yield found


@pytest.fixture
def place(_office: Office) -> Iterator[Office]:
    yield _office
    for person in (_office.drafter, _office.second):
        forget(_office.record, person, _office.unit, YEAR)


def test_what_is_typed_is_kept_for_its_person_and_saves_nothing(place: Office) -> None:
    before = filling(place.record, place.drafter, place.unit, YEAR).view.number
    view = keep(place.record, place.drafter, place.unit, YEAR, {CELL: "7777"})
    assert view.cells[CELL].text == "7777" and view.view.number == before
    assert filling(place.record, place.drafter, place.unit, YEAR).cells.keys() == {CELL}
    assert not filling(place.record, place.second, place.unit, YEAR).cells


def test_typed_back_to_what_is_saved_is_no_change(place: Office) -> None:
    saved = keep(place.record, place.drafter, place.unit, YEAR, {CELL: "7777"}).cells[CELL].was
    assert not keep(place.record, place.drafter, place.unit, YEAR, {CELL: saved}).cells


def test_a_blank_cell_is_saved_as_blank(place: Office) -> None:
    keep(place.record, place.drafter, place.unit, YEAR, {CELL: ""})
    saved = save_filled(place.record, place.drafter, place.unit, YEAR)
    assert saved.view.content is not None and saved.view.content.cells[CELL].status == "blank"


def test_cells_of_two_people_come_together_and_only_the_same_one_must_be_chosen(place: Office) -> None:
    record, unit = place.record, place.unit
    keep(record, place.second, unit, YEAR, {CELL: "81", OTHER: "810"})
    keep(record, place.drafter, unit, YEAR, {CELL: "91"})
    save_filled(record, place.drafter, unit, YEAR)
    found = filling(record, place.second, unit, YEAR)
    assert found.theirs == {CELL: "91"} and found.cells.keys() == {CELL, OTHER}
    with pytest.raises(Conflict):
        save_filled(record, place.second, unit, YEAR)
    with pytest.raises(Conflict):
        settle(record, place.second, unit, YEAR, CELL, mine=True, seen="90")
    settle(record, place.second, unit, YEAR, CELL, mine=True, seen="91")
    saved = save_filled(record, place.second, unit, YEAR).view.content
    assert saved is not None and (saved.cells[CELL].raw, saved.cells[OTHER].raw) == ("81", "810")


def test_a_cell_the_form_does_not_have_is_refused_and_nothing_is_kept(place: Office) -> None:
    with pytest.raises(InputError, match="表式中没有"):
        keep(place.record, place.drafter, place.unit, YEAR, {CELL: "5", "t9.nothing": "1"})
    assert not filling(place.record, place.drafter, place.unit, YEAR).cells


@pytest.mark.parametrize("deed", [filling, save_filled, versions, offers, workbook_for])
def test_another_unit_is_not_there(place: Office, deed: object) -> None:
    with pytest.raises(NotFound):
        deed(place.record, place.stranger, place.unit, YEAR)  # type: ignore[operator]
    with pytest.raises(NotFound):
        keep(place.record, place.stranger, place.unit, YEAR, {CELL: "1"})


def test_entries_are_added_changed_and_removed_one_by_one(place: Office) -> None:
    record, unit, who = place.record, place.unit, place.drafter
    view = add_entry(record, who, unit, YEAR, "problems", {"text": "栏目更新慢"})
    key = view.problems[-1].id
    add_entry(record, who, unit, YEAR, "improvements", {"text": "每月核查", "answers": [key]})
    with pytest.raises(Conflict, match="刚被别人改过"):
        change_entry(record, who, unit, YEAR, "problems", key, {"text": "别的"}, seen="不是这样写的")
    view = change_entry(record, who, unit, YEAR, "problems", key, {"text": "三个栏目更新慢"}, seen="栏目更新慢")
    assert view.problems[-1].figures
    view = remove_entry(record, who, unit, YEAR, "problems", key, seen="三个栏目更新慢")
    assert view.content is not None and view.content.improvements[-1].answers == ()
    with pytest.raises(Conflict, match="删去"):
        remove_entry(record, who, unit, YEAR, "problems", key, seen="三个栏目更新慢")
    with pytest.raises(InputError, match="没有写内容"):
        add_entry(record, who, unit, YEAR, "notes", {"aspect": "s1.active", "text": " "})


def test_problems_of_last_year_are_offered_until_answered(place: Office) -> None:
    record, unit, who = place.record, place.unit, place.drafter
    assert not offers(record, who, unit, YEAR)
    first = filling(record, who, unit, YEAR).view.follow_ups[0]
    remove_entry(record, who, unit, YEAR, "follow_ups", "f1", seen=first.text)
    offered = offers(record, who, unit, YEAR)
    assert [each.text for each in offered] == [first.label]
    with pytest.raises(InputError, match="没有选进展"):
        add_entry(record, who, unit, YEAR, "follow_ups", {"problem": first.label, "status": "", "text": "在改"})
    add_entry(record, who, unit, YEAR, "follow_ups", {"problem": first.label, "status": "ongoing", "text": "在改"})
    assert not offers(record, who, unit, YEAR)


def test_every_version_is_listed_and_an_older_one_can_be_used_again(place: Office) -> None:
    record, unit, who = place.record, place.unit, place.drafter
    keep(record, who, unit, YEAR, {CELL: "4321"})
    number = save_filled(record, who, unit, YEAR).view.number
    listed = versions(record, who, unit, YEAR)
    assert (listed[0].number, listed[0].cells, listed[0].by, listed[0].origin) == (number, 1, "甲", "grid")
    restore_version(record, who, unit, YEAR, number - 1, base=number)
    now = filling(record, who, unit, YEAR).view
    assert now.number == number + 1 and now.content is not None and now.content.cells[CELL].raw != "4321"
    with pytest.raises(Conflict):
        restore_version(record, who, unit, YEAR, 1, base=number)


def test_the_workbook_comes_back_as_it_went(place: Office, tmp_path: Path) -> None:
    from assistant.form import default_registry
    from assistant.intake.door import read_bytes

    name, blank = workbook_for(place.record, place.drafter, place.unit, YEAR)
    read = read_bytes(blank, name, default_registry()).submission
    assert read.unit.name == "示例县公安局" and not any(cell.ok for cell in read.cells.values()) and read.previous_cells
    _name, filled = workbook_for(place.record, place.drafter, place.unit, YEAR, filled=True)
    saved = filling(place.record, place.drafter, place.unit, YEAR).view.content
    again = read_bytes(filled, name, default_registry()).submission
    assert saved is not None
    assert {key: cell.value for key, cell in again.cells.items()} == {key: cell.value for key, cell in saved.cells.items()}
