"""A unit's result of a run goes into the record once, and never over somebody's work without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.drafting.assemble import draft_report
from assistant.drafting.draft import Draft
from assistant.errors import InputError
from assistant.form import default_registry
from assistant.review.audit import verify
from assistant.review.desk import desk
from assistant.review.errors import Refused
from assistant.review.from_batch import standing, take
from assistant.review.paragraphs import accept
from assistant.review.reading import open_draft
from assistant.review.schema import DraftRow
from assistant.review.views.desk import DeskRow
from tests.review.desk_material import YEAR, Office, county, office


def drafted(unit: str) -> Draft:
    return draft_report(county(unit), default_registry(), previous=county(unit, YEAR - 1)).draft


def test_a_result_becomes_a_submission_and_a_draft_once(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        submission, previous, draft = county("shuiwuju"), county("shuiwuju", YEAR - 1), drafted("shuiwuju")
        key = {"k": (submission.unit.name, YEAR, draft.fingerprint)}
        assert standing(here.record, here.admin, key)["k"].state == "free"
        taken = take(here.record, here.admin, submission, previous, draft)
        again = take(here.record, here.admin, submission, previous, draft)
        assert taken.new and not again.new and again.draft_id == taken.draft_id
        assert standing(here.record, here.admin, key)["k"].draft_id == taken.draft_id
        view = open_draft(here.record, here.admin, taken.draft_id)
        texts = [each.text for each in view.paragraphs()]
        assert any(paragraph.text in texts for part in draft.parts for paragraph in part.paragraphs)
        assert any(row.unit == submission.unit.name and row.state in ("draft", "has_errors") for row in _rows(here))
        assert not verify(here.record).broken


def _rows(here: Office) -> list[DeskRow]:
    from datetime import date

    return list(desk(here.record, here.admin, date(2026, 1, 10)).rows)


def test_a_draft_people_work_on_is_not_replaced_without_their_word(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        paragraph = here.paragraph("s1.active")
        accept(here.record, here.reviewer, paragraph.id, paragraph.number)
        submission, draft = county("gonganju"), drafted("gonganju").model_copy(update={"fingerprint": "another"})
        with pytest.raises(InputError, match="1 段已审"):
            take(here.record, here.admin, submission, None, draft)
        with here.record.read() as session:
            assert (
                session.get_one(DraftRow, here.draft_id).state == "draft"
                or session.get_one(DraftRow, here.draft_id).state == "review"
            )
        taken = take(here.record, here.admin, submission, None, draft, replace=True)
        assert taken.draft_id != here.draft_id
        with here.record.read() as session:
            assert session.get_one(DraftRow, here.draft_id).state == "superseded"


def test_only_who_may_run_batches_takes_results_in(tmp_path: Path) -> None:
    with office(tmp_path) as here:
        for who in (here.drafter, here.reviewer, here.stranger):
            with pytest.raises(Refused):
                take(here.record, who, county("gonganju"), None, drafted("gonganju"))
            with pytest.raises(Refused):
                standing(here.record, who, {})
