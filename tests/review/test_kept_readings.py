"""What is kept in memory of a draft is never shown for another state of it, nor for another record."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.review import drafts, paragraphs, remarks
from assistant.review.engine import Record, open_record
from assistant.review.reading import open_draft
from tests.review.desk_material import Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "home") as opened:
        yield opened


def some_deed(desk: Office, record: Record, chance: random.Random) -> None:
    """Any deed on any paragraph as it stands."""
    seen = chance.choice(open_draft(record, desk.reviewer, desk.draft_id).paragraphs())
    kind = chance.choice(("accept", "reject", "reopen", "edit", "restore", "comment", "typing"))
    if kind == "edit":
        paragraphs.edit(record, desk.reviewer, seen.id, seen.number, f"{seen.text}另办结{chance.randint(10, 99)}件。")
    elif kind == "restore":
        if seen.number > 1:
            paragraphs.restore(record, desk.reviewer, seen.id, seen.number, chance.randint(1, seen.number - 1))
    elif kind == "comment":
        remarks.comment(record, desk.reviewer, desk.draft_id, seen.id, f"请核对{chance.random()}")
    elif kind == "typing":
        paragraphs.keep_typing(record, desk.reviewer, seen.id, seen.number, f"{seen.text}写到一半")
    else:
        {"accept": paragraphs.accept, "reject": paragraphs.reject, "reopen": paragraphs.reopen}[kind](
            record, desk.reviewer, seen.id, seen.number
        )


@pytest.mark.parametrize("seed", range(3))
def test_after_any_deeds_a_draft_reads_as_one_that_was_never_read_before(desk: Office, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(12):
        some_deed(desk, desk.record, chance)
        fresh = open_record(desk.record.home)
        try:
            for actor in (desk.reviewer, desk.drafter):
                assert open_draft(desk.record, actor, desk.draft_id) == open_draft(fresh, actor, desk.draft_id)
        finally:
            fresh.close()


def test_what_another_process_does_is_seen_at_once(desk: Office) -> None:
    other = open_record(desk.record.home)
    try:
        place = desk.view().paragraphs()[0]
        open_draft(other, desk.reviewer, desk.draft_id)
        paragraphs.edit(other, desk.drafter, place.id, place.number, f"{place.text}别处写的。")
        now = desk.view().paragraphs()[0]
        assert (now.text, now.number, now.state) == (f"{place.text}别处写的。", 2, "accepted")
        job = drafts.start_part(desk.jobs, desk.drafter, desk.draft_id, place.part)
        desk.jobs.wait(job.id, 60)
        assert open_draft(other, desk.reviewer, desk.draft_id) == desk.view()
    finally:
        other.close()


def test_a_copy_of_the_record_that_went_another_way_is_not_mistaken_for_it(desk: Office, tmp_path: Path) -> None:
    place = desk.view().paragraphs()[0]
    copied = tmp_path / "copy"
    desk.record.engine.dispose()  # nothing is left in the write-ahead log
    shutil.copytree(desk.record.home, copied)
    other = open_record(copied)
    try:
        mine = paragraphs.edit(desk.record, desk.drafter, place.id, 1, f"{place.text}这边写的。").paragraph
        theirs = paragraphs.edit(other, desk.drafter, place.id, 1, f"{place.text}那边写的。").paragraph
        assert {each.id for each in mine.sentences} == {each.id for each in theirs.sentences}
        assert desk.view().paragraphs()[0].text.endswith("这边写的。")
        assert open_draft(other, desk.reviewer, desk.draft_id).paragraphs()[0].text.endswith("那边写的。")
    finally:
        other.close()


def test_what_a_write_saw_and_did_not_save_is_not_kept(desk: Office) -> None:
    before = desk.view()
    place = before.paragraphs()[0]
    with pytest.raises(RuntimeError, match="halfway"), desk.record.write() as session:
        from assistant.review.access import draft_for
        from assistant.review.present import load
        from assistant.review.versions import add_decision

        head = load(session, draft_for(session, desk.reviewer, "view", desk.draft_id)).head(place.id)
        add_decision(session, place.id, head.version_id, "reject", desk.reviewer.user_id)
        session.flush()
        seen = load(session, draft_for(session, desk.reviewer, "view", desk.draft_id))
        assert seen.head(place.id).state == "rejected"
        raise RuntimeError("halfway")
    other = open_record(desk.record.home)
    paragraphs.accept(other, desk.reviewer, place.id, 1)  # takes the number that was given back
    other.close()
    after = desk.view().paragraphs()[0]
    assert after.state == "accepted"
    assert replace(after, state=place.state, decided_by="", decided_at=None) == place
