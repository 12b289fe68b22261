"""Deeds on paragraphs: nothing is lost or overwritten, replays are one deed, what is not one's own is not there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from assistant.errors import AssistantError, InputError
from assistant.review import audit, paragraphs, reading, remarks, signoff, suggestions
from assistant.review.editing import BY_PERSON
from assistant.review.errors import Conflict, NotFound, RecordError, Refused
from assistant.review.exports import export
from assistant.review.faultpoints import armed
from assistant.review.rights import Actor
from assistant.review.schema import AuditRow, DecisionRow, ParagraphVersionRow
from tests.review.desk_material import Office, office


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "home") as found:
        yield found


def count(desk: Office, table: type) -> int:
    with desk.record.read() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_the_second_of_two_writers_sees_the_first_one_s_text_and_keeps_own(desk: Office) -> None:
    seen = desk.paragraph("s1.mgmt")
    paragraphs.edit(desk.record, desk.drafter, seen.id, seen.number, "先写的一句。")
    with pytest.raises(Conflict, match="甲已先改了这一段") as caught:
        paragraphs.edit(desk.record, desk.second, seen.id, seen.number, "后写的一句。")
    assert (caught.value.head, caught.value.head_text, caught.value.own_text) == (2, "先写的一句。", "后写的一句。")
    mine = reading.paragraph(desk.record, desk.second, seen.id)
    assert (mine.text, mine.unsaved, mine.unsaved_base) == ("先写的一句。", "后写的一句。", 1)
    merged = paragraphs.edit(desk.record, desk.second, seen.id, 2, "先写的一句。后写的一句。")
    assert merged.paragraph.unsaved is None
    texts = [version.text for version in reading.history(desk.record, desk.reviewer, seen.id)]
    assert texts == ["先写的一句。后写的一句。", "先写的一句。", seen.text]


def test_of_many_writers_at_once_one_is_first_and_none_is_lost(desk: Office) -> None:
    seen = desk.paragraph("s1.mgmt")
    people = [desk.drafter, desk.second, desk.reviewer, desk.admin]
    outcomes: dict[str, str] = {}
    start = threading.Barrier(len(people))

    def write(actor: Actor) -> None:
        start.wait()
        try:
            paragraphs.edit(desk.record, actor, seen.id, seen.number, f"{actor.name}写的一句。")
            outcomes[actor.name] = "saved"
        except Conflict as conflict:
            outcomes[actor.name] = conflict.own_text

    threads = [threading.Thread(target=write, args=[actor]) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    first = [name for name, outcome in outcomes.items() if outcome == "saved"]
    assert len(first) == 1
    assert desk.paragraph("s1.mgmt").text == f"{first[0]}写的一句。"
    kept = {actor.name: reading.paragraph(desk.record, actor, seen.id).unsaved for actor in people}
    assert kept == {name: None if name == first[0] else f"{name}写的一句。" for name in outcomes}
    assert audit.verify(desk.record).whole


def test_a_wrong_figure_is_found_at_once_and_gone_once_it_is_taken_back(desk: Office) -> None:
    seen = desk.paragraph("s1.request")
    wrong = paragraphs.edit(desk.record, desk.drafter, seen.id, 1, seen.text.replace("办结63件", "办结64件"))
    (found,) = [each for each in wrong.findings if each.paragraph_id == seen.id]
    assert (found.rule, found.also) == ("TX-HANDLED", ("TX-NOSRC",)) and wrong.counts.errors == 1
    assert wrong.paragraph.text[found.start : found.end] == "64件"
    assert set(wrong.paragraph.findings) == set(wrong.appeared)
    back = paragraphs.restore(desk.record, desk.drafter, seen.id, 2, 1)
    assert set(back.gone) == set(wrong.appeared) and back.counts.errors == 0
    assert [each.text for each in back.paragraph.sentences] == [each.text for each in seen.sentences]
    assert (back.paragraph.state, back.paragraph.why) == ("undecided", "restored")


def test_an_edit_counts_as_accepted_by_the_person(desk: Office) -> None:
    seen = desk.paragraph("s1.mgmt")
    result = paragraphs.edit(desk.record, desk.drafter, seen.id, 1, "换一个说法。")
    assert (result.paragraph.state, result.paragraph.decided_by, result.paragraph.why) == ("accepted", "甲", "edited")
    assert desk.view().state == "review"


REPLAYED: dict[str, Callable[[Office, int], object]] = {
    "edit": lambda desk, pid: paragraphs.edit(desk.record, desk.drafter, pid, 1, "换一个说法。"),
    "accept": lambda desk, pid: paragraphs.accept(desk.record, desk.drafter, pid, 1),
    "reject": lambda desk, pid: paragraphs.reject(desk.record, desk.drafter, pid, 1, "不用"),
    "reopen": lambda desk, pid: paragraphs.reopen(desk.record, desk.drafter, pid, 1),
    "comment": lambda desk, pid: remarks.comment(desk.record, desk.drafter, desk.draft_id, pid, "请核对"),
}


@pytest.mark.parametrize("name", REPLAYED)
def test_a_click_replayed_is_one_deed(desk: Office, name: str) -> None:
    seen = desk.paragraph("s1.mgmt")
    REPLAYED[name](desk, seen.id)
    before = (count(desk, ParagraphVersionRow), count(desk, DecisionRow), count(desk, AuditRow))
    REPLAYED[name](desk, seen.id)
    assert (count(desk, ParagraphVersionRow), count(desk, DecisionRow), count(desk, AuditRow)) == before


def test_restoring_twice_is_one_restoring(desk: Office) -> None:
    seen = desk.paragraph("s1.mgmt")
    paragraphs.edit(desk.record, desk.drafter, seen.id, 1, "换一个说法。")
    for _again in range(2):
        paragraphs.restore(desk.record, desk.drafter, seen.id, 2, 1)
    assert desk.paragraph("s1.mgmt").versions == 3


def test_a_late_click_does_not_decide_on_text_nobody_saw(desk: Office) -> None:
    seen = desk.paragraph("s1.mgmt")
    paragraphs.edit(desk.record, desk.drafter, seen.id, 1, "换一个说法。")
    paragraphs.reopen(desk.record, desk.drafter, seen.id, 2)
    for late in (paragraphs.accept, paragraphs.reject):
        with pytest.raises(Conflict, match="看过新的内容再决定"):
            late(desk.record, desk.reviewer, seen.id, 1)
    assert desk.paragraph("s1.mgmt").state == "undecided"


def test_accept_all_leaves_gaps_and_errors_and_refuses_a_page_out_of_date(desk: Office) -> None:
    old = desk.view()
    request, management = desk.paragraph("s1.request"), desk.paragraph("s1.mgmt")
    paragraphs.edit(desk.record, desk.drafter, request.id, 1, request.text.replace("办结63件", "办结64件"))
    paragraphs.reopen(desk.record, desk.drafter, request.id, 2)
    paragraphs.edit(desk.record, desk.drafter, management.id, 1, "【待补：管理了什么】")
    paragraphs.reopen(desk.record, desk.drafter, management.id, 2)
    with pytest.raises(Conflict, match="刚被改过"):
        paragraphs.accept_all(desk.record, desk.reviewer, desk.draft_id, old.stamp)
    result = paragraphs.accept_all(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp)
    assert dict(result.left) == {request.id: "有错误意见", management.id: "有待补内容"}
    assert result.counts.undecided == 2 and result.accepted == result.counts.paragraphs - 2
    assert desk.paragraph("s1.mgmt").sentences[0].gap == BY_PERSON


def test_a_rejected_paragraph_leaves_the_text_and_the_part_is_missed(desk: Office) -> None:
    seen = desk.paragraph("s1.mgmt")
    result = paragraphs.reject(desk.record, desk.reviewer, seen.id, 1)
    assert result.appeared, "a required part without text has its finding"
    assert any(each.section == "s1.mgmt" or "管理" in each.message for each in result.findings)
    back = paragraphs.reopen(desk.record, desk.reviewer, seen.id, 1)
    assert set(back.gone) == set(result.appeared)


def test_typing_is_kept_for_its_writer_only(desk: Office) -> None:
    seen = desk.paragraph("s1.mgmt")
    paragraphs.keep_typing(desk.record, desk.drafter, seen.id, 1, "写到一半")
    assert reading.paragraph(desk.record, desk.drafter, seen.id).unsaved == "写到一半"
    assert reading.paragraph(desk.record, desk.second, seen.id).unsaved is None
    paragraphs.drop_typing(desk.record, desk.drafter, seen.id)
    assert reading.paragraph(desk.record, desk.drafter, seen.id).unsaved is None


def deeds(desk: Office, actor: Actor, draft: int, paragraph: int, sentence: int) -> dict[str, Callable[[], object]]:
    record = desk.record
    return {
        "open": lambda: reading.open_draft(record, actor, draft),
        "paragraph": lambda: reading.paragraph(record, actor, paragraph),
        "evidence": lambda: reading.evidence(record, actor, draft, sentence),
        "history": lambda: reading.history(record, actor, paragraph),
        "last year": lambda: reading.last_year_text(record, actor, draft),
        "similar": lambda: reading.similar(record, actor, draft),
        "edit": lambda: paragraphs.edit(record, actor, paragraph, 1, "改。"),
        "typing": lambda: paragraphs.keep_typing(record, actor, paragraph, 1, "改。"),
        "accept": lambda: paragraphs.accept(record, actor, paragraph, 1),
        "reject": lambda: paragraphs.reject(record, actor, paragraph, 1),
        "reopen": lambda: paragraphs.reopen(record, actor, paragraph, 1),
        "accept all": lambda: paragraphs.accept_all(record, actor, draft, ""),
        "restore": lambda: paragraphs.restore(record, actor, paragraph, 1, 1),
        "ask": lambda: suggestions.ask_suggestions(record, actor, paragraph, "更简洁"),
        "rule": lambda: remarks.rule_on_finding(record, actor, draft, "x", "因为"),
        "comment": lambda: remarks.comment(record, actor, draft, paragraph, "看"),
        "readiness": lambda: signoff.readiness(record, actor, draft),
        "sign": lambda: signoff.sign(record, actor, draft, ""),
        "withdraw": lambda: signoff.withdraw(record, actor, draft, "因为"),
        "export": lambda: export(record, actor, draft, "working"),
    }


def test_another_unit_s_draft_and_one_that_is_not_there_are_refused_alike(desk: Office) -> None:
    seen = desk.paragraph("s1.mgmt")
    before = count(desk, AuditRow)
    theirs = deeds(desk, desk.stranger, desk.draft_id, seen.id, seen.sentences[0].id)
    nowhere = deeds(desk, desk.stranger, 987_654, 987_654, 987_654)
    impossible = deeds(desk, desk.stranger, -1, 2**70, 0)
    for name, deed in theirs.items():
        messages = set()
        for each in (deed, nowhere[name], impossible[name]):
            with pytest.raises(NotFound) as caught:
                each()
            messages.add(caught.value.message)
        assert len(messages) == 1, name
    assert count(desk, AuditRow) == before


def test_a_sentence_of_another_draft_is_not_shown_under_an_own_one(desk: Office) -> None:
    with pytest.raises(NotFound):
        reading.evidence(desk.record, desk.drafter, desk.draft_id, 10**9)


@pytest.mark.parametrize(
    ("point", "deed"),
    [
        ("edit.written", lambda desk, pid: paragraphs.edit(desk.record, desk.drafter, pid, 1, "换一个说法。")),
        ("decide.written", lambda desk, pid: paragraphs.reject(desk.record, desk.drafter, pid, 1)),
        ("accept_all.written", lambda desk, _pid: paragraphs.accept_all(desk.record, desk.drafter, 1, desk.view().stamp)),
    ],
)
def test_a_fault_before_the_commit_leaves_nothing_half_done(
    desk: Office, point: str, deed: Callable[[Office, int], object]
) -> None:
    def full() -> None:
        raise RecordError("full")

    seen = desk.paragraph("s1.mgmt")
    before = desk.view()
    with armed(point, full), pytest.raises(RecordError, match="没有保存"):
        deed(desk, seen.id)
    assert desk.view() == before
    deed(desk, seen.id)
    assert desk.view() != before and audit.verify(desk.record).whole


def test_what_a_person_writes_may_hold_anything_but_braces(desk: Office) -> None:
    seen = desk.paragraph("s1.mgmt")
    hostile = "<script>alert(1)</script><img src=x onerror=y>[点我](javascript:1)\"'&。"
    result = paragraphs.edit(desk.record, desk.drafter, seen.id, 1, hostile)
    assert result.paragraph.text == hostile
    with pytest.raises(InputError, match="没有丢"):
        paragraphs.edit(desk.record, desk.drafter, seen.id, 2, "{t3.new.total}")


def test_a_final_draft_is_closed_to_every_deed(desk: Office) -> None:
    paragraphs.accept_all(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp)
    signoff.sign(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp)
    seen = desk.paragraph("s1.mgmt")
    closed = deeds(desk, desk.reviewer, desk.draft_id, seen.id, seen.sentences[0].id)
    for name in ("edit", "accept", "reject", "reopen", "accept all", "restore", "ask", "rule"):
        with pytest.raises(Refused, match="已经定稿"):
            closed[name]()


def test_suggestions_are_taken_once_and_not_over_a_newer_text(desk: Office) -> None:
    seen = desk.paragraph("s1.request", 1)
    found = suggestions.ask_suggestions(desk.record, desk.drafter, seen.id, "换个说法")
    assert found.suggestions and desk.paragraph("s1.request", 1).suggestions == len(found.suggestions)
    first, second = found.suggestions[:2]
    assert "".join(each.text for each in first.difference if each.kind != "removed") == first.text
    suggestions.reject_suggestion(desk.record, desk.drafter, second.id)
    for _again in range(2):
        taken = suggestions.accept_suggestion(desk.record, desk.drafter, first.id)
        assert (taken.paragraph.text, taken.paragraph.number, taken.paragraph.state) == (first.text, 2, "accepted")
    with pytest.raises(InputError):
        suggestions.accept_suggestion(desk.record, desk.drafter, second.id)
    again = suggestions.ask_suggestions(desk.record, desk.drafter, seen.id, "换个说法").suggestions[0]
    paragraphs.edit(desk.record, desk.second, seen.id, 2, seen.text)
    with pytest.raises(Conflict):
        suggestions.accept_suggestion(desk.record, desk.drafter, again.id)
    with pytest.raises(NotFound):
        suggestions.accept_suggestion(desk.record, desk.stranger, again.id)


def test_no_message_of_the_room_is_empty_or_english(desk: Office) -> None:
    seen = desk.paragraph("s1.mgmt")
    for text in ("", "字" * 20_000):
        with pytest.raises(AssistantError) as caught:
            paragraphs.edit(desk.record, desk.drafter, seen.id, 1, text)
        assert caught.value.remedy
