"""Rulings, sign-off and what is exported: exactly the accepted text, marked with draft and fingerprint, read back right."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.form import default_registry
from assistant.report.reading import read_report_bytes
from assistant.review import paragraphs, remarks, signoff
from assistant.review.errors import Conflict, NotFound, Refused
from assistant.review.exports import FOLDER, export, exports, open_export
from assistant.review.submissions import set_cells
from tests.review.desk_material import YEAR, Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "home") as found:
        yield found


def accept_all(desk: Office) -> None:
    paragraphs.accept_all(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp)


def sign(desk: Office, reason: str = "") -> None:
    signoff.sign(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp, reason)


def content(desk: Office, kind: str) -> bytes:
    made = export(desk.record, desk.drafter, desk.draft_id, kind)  # type: ignore[arg-type]
    return open_export(desk.record, desk.drafter, made.id)[1]


def body(data: bytes, name: str = "word/document.xml") -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def wrong(desk: Office) -> str:
    """Make an error finding; its fingerprint."""
    seen = desk.paragraph("s1.request")
    result = paragraphs.edit(desk.record, desk.drafter, seen.id, seen.number, seen.text.replace("办结63件", "办结64件"))
    return next(each.fingerprint for each in result.findings if each.rule == "TX-HANDLED")


def test_what_hinders_is_told_and_only_a_reason_overrules_it(desk: Office) -> None:
    wrong(desk)
    seen = desk.paragraph("s1.mgmt")
    paragraphs.edit(desk.record, desk.drafter, seen.id, 1, "【待补：管理了什么】")
    kinds = {each.kind for each in signoff.readiness(desk.record, desk.reviewer, desk.draft_id).hindrances}
    assert kinds == {"error", "gap", "undecided"}
    with pytest.raises(InputError, match="没有处理完"):
        sign(desk)
    sign(desk, "上级要求今天公布")
    state = signoff.readiness(desk.record, desk.reviewer, desk.draft_id)
    assert state.signed is not None and state.signed.reason == "上级要求今天公布" and state.state == "final"


def test_only_a_reviewer_signs_what_was_seen(desk: Office) -> None:
    accept_all(desk)
    stamp = desk.view().stamp
    with pytest.raises(Refused, match="不能定稿"):
        signoff.sign(desk.record, desk.drafter, desk.draft_id, stamp)
    seen = desk.paragraph("s1.mgmt")
    paragraphs.edit(desk.record, desk.drafter, seen.id, 1, seen.text[:-1] + "，便于查阅。")
    with pytest.raises(Conflict, match="没有定稿"):
        signoff.sign(desk.record, desk.reviewer, desk.draft_id, stamp)
    stamp = desk.view().stamp
    for _again in range(2):
        state = signoff.sign(desk.record, desk.reviewer, desk.draft_id, stamp)
    assert state.state == "final" and len(state.history) == 1
    for _again in range(2):
        state = signoff.withdraw(desk.record, desk.reviewer, desk.draft_id, "还要改一处")
    assert state.state == "review" and [each.kind for each in state.history] == ["sign", "withdraw"]


def test_a_ruling_holds_while_the_values_are_the_same(desk: Office) -> None:
    mark = wrong(desk)
    with pytest.raises(InputError, match="理由"):
        remarks.rule_on_finding(desk.record, desk.reviewer, desk.draft_id, mark, " ")
    with pytest.raises(Refused):
        remarks.rule_on_finding(desk.record, desk.drafter, desk.draft_id, mark, "因为")
    before = desk.view().counts
    remarks.rule_on_finding(desk.record, desk.reviewer, desk.draft_id, mark, "按月报口径")
    assert desk.view().counts.errors == before.errors - 1 and desk.view().counts.ruled == 1
    other = desk.paragraph("s1.mgmt")
    paragraphs.edit(desk.record, desk.drafter, other.id, 1, "换一个说法。")
    assert next(each for each in desk.view().findings if each.fingerprint == mark).ruling is not None
    seen = desk.paragraph("s1.request")
    result = paragraphs.edit(desk.record, desk.drafter, seen.id, seen.number, seen.text.replace("办结64件", "办结65件"))
    assert all(each.ruling is None for each in result.findings)
    seen = desk.paragraph("s1.request")
    paragraphs.edit(desk.record, desk.drafter, seen.id, seen.number, seen.text.replace("办结65件", "办结64件"))
    assert next(each for each in desk.view().findings if each.fingerprint == mark).ruling is not None
    remarks.withdraw_ruling(desk.record, desk.reviewer, desk.draft_id, mark)
    assert desk.view().counts.ruled == 0


def test_data_changed_since_drafting_hinder(desk: Office) -> None:
    accept_all(desk)
    set_cells(desk.record, desk.drafter, desk.unit, YEAR, {"t2.rules.issued": "3"}, base=1)
    assert [each.kind for each in signoff.readiness(desk.record, desk.reviewer, desk.draft_id).hindrances] == ["data"]


def test_files_for_publishing_are_made_of_final_drafts_only(desk: Office) -> None:
    for kind in ("docx", "html"):
        with pytest.raises(InputError, match="还没有定稿"):
            export(desk.record, desk.drafter, desk.draft_id, kind)
    assert content(desk, "working") and content(desk, "json") and content(desk, "findings")


def test_the_word_file_has_exactly_the_accepted_text_and_all_cells(desk: Office) -> None:
    rejected = desk.paragraph("s1.supervise")
    paragraphs.reject(desk.record, desk.reviewer, rejected.id, 1)
    seen = desk.paragraph("s1.mgmt")
    paragraphs.edit(desk.record, desk.drafter, seen.id, 1, "第一段话。\n第二段 <b>话</b> & 其他。")
    accept_all(desk)
    sign(desk, "示例")
    view = desk.view()
    data = content(desk, "docx")
    report = read_report_bytes(data, "导出.docx", default_registry())
    text = "".join((report.preface, *(section.text for section in report.sections))).replace("\n", "").replace(" ", "")
    kept = [each for each in view.paragraphs() if each.state == "accepted"]
    place = -1
    for each in kept:
        found = text.find(each.text.replace("\n", "").replace(" ", ""), place + 1)
        assert found > place, each.text
        place = found
    headings = {each.heading for each in kept} | {part.heading for section in view.sections for part in section.parts}
    left = text
    for words in sorted([each.text for each in kept] + [each for each in headings if each], key=len, reverse=True):
        left = left.replace(words.replace("\n", "").replace(" ", ""), "", 1)
    assert left == "", "nothing but the accepted text is printed"
    assert rejected.text not in body(data)
    cells = {cell.key: cell.text for table in view.tables for cell in table.cells if cell.key}
    assert {key: cell.raw for key, cell in report.cells.items()} == cells


def test_each_file_carries_draft_and_fingerprint_and_the_clean_one_stays_clean(desk: Office) -> None:
    remarks.comment(desk.record, desk.reviewer, desk.draft_id, desk.paragraph("s1.mgmt").id, "请再核对一次")
    working = content(desk, "working")
    assert "这一段还没有决定是否采用" in body(working, "word/comments.xml") and "请再核对一次" in body(working, "word/comments.xml")
    accept_all(desk)
    sign(desk)
    mark = desk.view().content
    clean = content(desk, "docx")
    assert f"draft-{desk.draft_id}-{mark}" in body(clean, "docProps/core.xml") and mark not in body(clean)
    assert mark in body(content(desk, "working"))
    assert f"draft-{desk.draft_id}-{mark}" in content(desk, "html").decode()
    exported = json.loads(content(desk, "json"))
    assert (exported["draft_id"], exported["content_fingerprint"]) == (desk.draft_id, mark)
    book = zipfile.ZipFile(io.BytesIO(content(desk, "findings")))
    assert any(mark in book.read(name).decode("utf-8", "replace") for name in book.namelist())


def test_the_same_file_is_made_once_and_an_old_one_says_so(desk: Office) -> None:
    one = export(desk.record, desk.drafter, desk.draft_id, "json")
    assert export(desk.record, desk.drafter, desk.draft_id, "json").id == one.id
    seen = desk.paragraph("s1.mgmt")
    paragraphs.edit(desk.record, desk.drafter, seen.id, 1, "换一个说法。")
    assert [each.outdated for each in exports(desk.record, desk.drafter, desk.draft_id)] == [True]
    two = export(desk.record, desk.drafter, desk.draft_id, "json")
    assert two.id != one.id and not two.outdated


def test_files_are_kept_from_others_and_from_damage(desk: Office) -> None:
    made = export(desk.record, desk.drafter, desk.draft_id, "json")
    for export_id in (made.id, "../../etc/passwd", "0" * 36, ""):
        with pytest.raises(NotFound):
            open_export(desk.record, desk.stranger, export_id)
    path = desk.record.home / FOLDER / made.id
    assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"{}")
    with pytest.raises(InputError, match="被改动过"):
        open_export(desk.record, desk.drafter, made.id)
    path.unlink()
    with pytest.raises(InputError, match="不在了"):
        open_export(desk.record, desk.drafter, made.id)
