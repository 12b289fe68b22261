"""What units hand in on the page: uploads, cells, texts; versions, last year, findings, the desk, checks of any report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.form import default_registry
from assistant.review import paragraphs, reading, signoff
from assistant.review.checkup import check_upload
from assistant.review.desk import desk as desk_of
from assistant.review.errors import Conflict, NotFound, Refused
from assistant.review.exports import export, open_export
from assistant.review.submissions import (
    add_by_upload,
    check_cells,
    import_last_year,
    import_upload,
    set_cells,
    set_texts,
    submission,
)
from assistant.review.uploads import FOLDER, keep_upload
from assistant.review.views.data import SubmissionView
from assistant.review.views.tables import CellView
from assistant.submission.workbook_writer import blank_workbook
from tests.corpus.material import COUNTY
from tests.review.desk_material import YEAR, Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "home") as found:
        yield found


def cell(view: SubmissionView, key: str) -> CellView:
    return next(each for table in view.tables for each in table.cells if each.key == key)


def upload(desk: Office, path: Path, unit: int | None = None) -> str:
    return keep_upload(desk.record, desk.drafter, desk.unit if unit is None else unit, path.name, path.read_bytes())


def test_cells_as_typed_are_read_and_never_repaired(desk: Office) -> None:
    typed = {"t3.new.natural": "１,２00", "t2.rules.issued": "约3", "t2.norm.issued": ""}
    view = set_cells(desk.record, desk.drafter, desk.unit, YEAR, typed, base=1)
    assert (view.number, view.origin, view.by) == (2, "grid", "甲")
    assert (cell(view, "t3.new.natural").text, cell(view, "t3.new.natural").status) == ("１,２00", "ok")
    assert (cell(view, "t2.rules.issued").text, cell(view, "t2.rules.issued").status) == ("约3", "unparsed")
    assert cell(view, "t2.norm.issued").status == "blank"
    broken = cell(view, "t3.new.natural")
    assert broken.worst == "error" and set(broken.findings) <= {each.fingerprint for each in view.findings}
    with pytest.raises(InputError, match="没有保存"):
        set_cells(desk.record, desk.drafter, desk.unit, YEAR, {"t9.x": "1"}, base=2)


def test_last_year_stands_beside_this_year_with_the_change(desk: Office) -> None:
    view = submission(desk.record, desk.drafter, desk.unit, YEAR)
    new = cell(view, "t3.new.total")
    assert (new.text, new.last, new.change) == ("60", "57", "+3") and "2024" in view.last_year


def test_findings_while_typing_save_nothing(desk: Office) -> None:
    found = check_cells(desk.record, desk.drafter, desk.unit, YEAR, {"t3.new.natural": "1"})
    assert any(each.severity == "error" and "t3.new.natural" in each.cells for each in found)
    assert submission(desk.record, desk.drafter, desk.unit, YEAR).number == 1


def test_of_two_who_save_cells_the_second_is_told_which_differ(desk: Office) -> None:
    set_cells(desk.record, desk.drafter, desk.unit, YEAR, {"t2.rules.issued": "3"}, base=1)
    with pytest.raises(Conflict, match=r"甲已先保存.*没有保存.*规章·本年制发件数|甲已先保存.*没有保存") as caught:
        set_cells(desk.record, desk.second, desk.unit, YEAR, {"t2.rules.issued": "4"}, base=1)
    assert caught.value.head == 2
    again = set_cells(desk.record, desk.drafter, desk.unit, YEAR, {"t2.rules.issued": "3"}, base=1)
    assert again.number == 2, "the same saved twice is one version"


def test_texts_are_read_as_a_submission_s_are_and_keep_where_they_came_from(desk: Office) -> None:
    before = submission(desk.record, desk.drafter, desk.unit, YEAR)
    assert before.content is not None
    notes = [{"id": each.id, "aspect": each.aspect, "text": each.text, "source": each.source} for each in before.content.notes]
    added = {"aspect": "s1.mgmt", "text": "清理文件12件，公开率达到百分之九十。"}
    view = set_texts(desk.record, desk.drafter, desk.unit, YEAR, {"notes": [*notes, added]}, base=1)
    assert view.content is not None and view.content.notes[:-1] == before.content.notes
    assert [figure.value for figure in view.notes[-1].figures] == ["12", "90"]
    assert view.content.problems == before.content.problems and view.content.unit == before.content.unit
    with pytest.raises(InputError, match="所属方面"):
        set_texts(desk.record, desk.drafter, desk.unit, YEAR, {"notes": [{"aspect": "s9", "text": "x"}]}, base=2)
    with pytest.raises(InputError, match="没有“cells”这一项"):
        set_texts(desk.record, desk.drafter, desk.unit, YEAR, {"cells": {}}, base=2)


def test_an_upload_becomes_a_version_and_another_unit_s_or_year_s_does_not(desk: Office) -> None:
    own = upload(desk, COUNTY / str(YEAR) / "gonganju.json")
    assert import_upload(desk.record, desk.drafter, desk.unit, YEAR, own, base=1).number == 1, "the same data are no new version"
    for path in (COUNTY / str(YEAR) / "weijianju.json", COUNTY / str(YEAR - 1) / "gonganju.json"):
        with pytest.raises(InputError, match="填报件中的"):
            import_upload(desk.record, desk.drafter, desk.unit, YEAR, upload(desk, path), base=1)
    report = COUNTY.parent / "reports" / "weijianju-2025.txt"
    with pytest.raises(InputError, match="示例县卫生健康局”的，不是"):
        import_upload(desk.record, desk.drafter, desk.unit, YEAR, upload(desk, report), base=1)
    with pytest.raises(NotFound):
        import_upload(desk.record, desk.second, desk.unit, YEAR, own, base=1)


def test_a_report_gives_its_tables_and_the_texts_stay(desk: Office) -> None:
    before = submission(desk.record, desk.drafter, desk.unit, YEAR).content
    report = upload(desk, COUNTY.parent / "reports" / "gonganju-2025.txt")
    view = import_upload(desk.record, desk.drafter, desk.unit, YEAR, report, base=1)
    assert view.number == 2 and view.content is not None and before is not None
    assert view.content.notes == before.notes and view.content.problems == before.problems


def test_last_year_s_file_must_be_last_year_s(desk: Office) -> None:
    right = upload(desk, COUNTY / str(YEAR - 1) / "gonganju.json")
    assert import_last_year(desk.record, desk.drafter, desk.unit, YEAR, right, base=1).number == 1
    with pytest.raises(InputError, match="年度的"):
        import_last_year(desk.record, desk.drafter, desk.unit, YEAR, upload(desk, COUNTY / str(YEAR - 2) / "gonganju.json"), base=1)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("图.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 50, "图片"),
        ("空.json", b"  \n", "空的"),
        ("程序.docx", b"MZ" + b"0" * 50, "程序"),
        ("大.txt", b"x" * (31 * 1024 * 1024), "上限"),
    ],
)
def test_what_is_no_report_is_refused_by_its_content(desk: Office, name: str, data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        keep_upload(desk.record, desk.drafter, desk.unit, name, data)
    assert not list((desk.record.home / FOLDER).glob("*")) if (desk.record.home / FOLDER).exists() else True


def test_uploads_lie_under_generated_names_for_the_owner_only(desk: Office) -> None:
    data = (COUNTY / str(YEAR) / "gonganju.json").read_bytes()
    upload_id = keep_upload(desk.record, desk.drafter, desk.unit, "../../etc/<b>passwd.json", data)
    files = list((desk.record.home / FOLDER).iterdir())
    assert [each.name for each in files] == [upload_id] and files[0].stat().st_mode & 0o077 == 0
    with pytest.raises(NotFound):
        keep_upload(desk.record, desk.stranger, desk.unit, "x.json", data)
    for person, wanted in ((desk.second, upload_id), (desk.drafter, "../record.sqlite3"), (desk.drafter, "")):
        with pytest.raises(NotFound):
            check_upload(desk.record, person, wanted)


def test_an_admin_adds_a_unit_by_its_file(desk: Office) -> None:
    path = COUNTY / str(YEAR) / "shuiwuju.json"
    upload_id = keep_upload(desk.record, desk.admin, None, path.name, path.read_bytes())
    view = add_by_upload(desk.record, desk.admin, upload_id)
    assert view.number == 1 and view.unit_id not in (desk.unit, desk.other)
    with pytest.raises(Refused):
        add_by_upload(desk.record, desk.drafter, upload_id)


def test_a_workbook_comes_in_and_goes_blank(desk: Office) -> None:
    blank = blank_workbook(YEAR, "dept", default_registry())
    upload_id = keep_upload(desk.record, desk.drafter, desk.unit, "空白.xlsx", blank)
    try:
        view = import_upload(desk.record, desk.drafter, desk.unit, YEAR, upload_id, base=1)
    except InputError as error:
        assert error.remedy
    else:
        assert {each.status for table in view.tables for each in table.cells if each.key} == {"blank"}


def test_the_desk_shows_own_units_with_state_and_deadline(desk: Office) -> None:
    today = date(YEAR + 1, 1, 20)
    rows = desk_of(desk.record, desk.drafter, today).rows
    assert [(row.unit_id, row.state, row.days_left, row.paragraphs) for row in rows] == [(desk.unit, "draft", 11, 14)]
    everything = desk_of(desk.record, desk.admin, today)
    assert {row.unit_id: row.state for row in everything.rows} == {desk.unit: "draft", desk.other: "ready"}
    seen = desk.paragraph("s1.request")
    paragraphs.edit(desk.record, desk.drafter, seen.id, 1, seen.text.replace("办结63件", "办结64件"))
    row = desk_of(desk.record, desk.drafter, today).rows[0]
    assert (row.state, row.errors, row.decided, row.updated_by) == ("review", desk.view().counts.errors, 1, "甲")
    set_cells(desk.record, desk.admin, desk.other, YEAR, {"t3.new.natural": "1"}, base=1)
    assert desk_of(desk.record, desk.stranger, today).rows[0].state == "has_errors"
    assert desk_of(desk.record, desk.stranger, date(YEAR + 2, 1, 2)).rows[0].state == "no_data"


def test_an_exported_report_is_checked_like_any_other(desk: Office) -> None:
    paragraphs.accept_all(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp)
    signoff.sign(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp)
    _view, data = open_export(desk.record, desk.drafter, export(desk.record, desk.drafter, desk.draft_id, "docx").id)
    upload_id = keep_upload(desk.record, desk.drafter, None, "报告.docx", data)
    found = check_upload(desk.record, desk.drafter, upload_id)
    assert (found.unit, found.year, found.error) == (desk.view().unit, YEAR, "") and found.sections and found.tables
    assert not [each for each in found.findings if each.severity == "error"]
    bad = keep_upload(desk.record, desk.drafter, None, "坏.json", b'{"unit": 3')
    assert "坏.json" in check_upload(desk.record, desk.drafter, bad).error


def test_evidence_names_cells_notes_and_articles(desk: Office) -> None:
    seen = desk.paragraph("s1.request")
    found = reading.evidence(desk.record, desk.reviewer, desk.draft_id, seen.sentences[0].id)
    growth = next(each for each in found.facts if each.kind == "growth")
    assert growth.cells == ("t3.new.total", "prev.t3.new.total") and "上年" in growth.formula and growth.table == "t3"
    assert {each.key for each in found.tables[0].cells if each.marked} >= {"t3.new.total", "t3.carry_in.total"}
    note = next(each for each in seen.sentences if "n3" in each.sources)
    found = reading.evidence(desk.record, desk.reviewer, desk.draft_id, note.id)
    figure = found.facts[0]
    text = next(each.text for each in found.notes if each.id == figure.note)
    assert text[figure.start : figure.end] and figure.value.startswith(text[figure.start : figure.end])
    preface = desk.paragraph("preface").sentences[0]
    keys = [each.key for each in reading.evidence(desk.record, desk.reviewer, desk.draft_id, preface.id).provisions]
    assert "条例:49" in keys


def test_last_year_s_text_and_likeness_come_from_the_record(desk: Office) -> None:
    from assistant.review.drafts import start_draft

    set_cells(desk.record, desk.drafter, desk.unit, YEAR - 1, {}, base=0)
    path = COUNTY / str(YEAR - 1) / "gonganju.json"
    import_upload(desk.record, desk.drafter, desk.unit, YEAR - 1, upload(desk, path), base=1)
    job = start_draft(desk.jobs, desk.drafter, desk.unit, YEAR - 1)
    desk.jobs.wait(job.id, 60)
    found = reading.last_year_text(desk.record, desk.reviewer, desk.draft_id)
    assert found.year == YEAR - 1 and "2024" in found.source
    request = next(each for each in found.parts if each.key == "s1.request")
    assert request.before and request.now and 0 < request.ratio < 1
    assert "".join(each.text for each in request.difference if each.kind != "removed") == request.now
    assert found.source in reading.similar(desk.record, desk.reviewer, desk.draft_id).compared
