"""Drafting as a job: progress, cancelling, a killed process, a part drafted again around decided paragraphs."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError
from assistant.review import audit, drafts, paragraphs, reading, signoff
from assistant.review.errors import Conflict, NotFound, Refused
from assistant.review.faultpoints import armed
from assistant.review.jobs import Jobs
from assistant.review.run import Run
from assistant.review.submissions import set_texts
from tests.review.desk_material import YEAR, Office, office

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "home") as found:
        yield found


def _wait(gate: threading.Event) -> None:
    gate.wait(30)


def test_a_draft_tells_its_parts_and_replaces_the_one_before(desk: Office) -> None:
    job = drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR)
    desk.jobs.wait(job.id, 60)
    done = desk.jobs.job(desk.drafter, job.id)
    assert (done.state, done.done, done.total) == ("done", len(done.parts), len(done.parts)) and done.total == 8
    assert {part.state for part in done.parts} == {"done"} and done.parts[1].heading == "（一）主动公开"
    assert done.draft_id != desk.draft_id and reading.current_draft(desk.record, desk.drafter, desk.unit, YEAR) == done.draft_id
    assert desk.view().state == "superseded"
    with pytest.raises(Refused, match="新稿"):
        paragraphs.accept(desk.record, desk.drafter, desk.paragraph("s1.mgmt").id, 1)


def test_the_same_asked_for_twice_is_one_job_and_others_do_not_see_it(desk: Office) -> None:
    gate = threading.Event()
    with armed("job.part.writing", lambda: _wait(gate)):
        one = drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR)
        two = drafts.start_draft(desk.jobs, desk.second, desk.unit, YEAR)
        gate.set()
        desk.jobs.wait(one.id, 60)
    assert one.id == two.id
    for call in (desk.jobs.job, desk.jobs.cancel, desk.jobs.retry):
        with pytest.raises(NotFound):
            call(desk.stranger, one.id)
    assert [each.id for each in desk.jobs.recent(desk.stranger)] == []
    assert one.id in [each.id for each in desk.jobs.recent(desk.reviewer, desk.unit, YEAR)]


def test_a_cancelled_draft_changes_nothing_and_can_be_started_again(desk: Office) -> None:
    reached, gate = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        gate.wait(30)

    before = desk.view()
    with armed("job.part.writing", hold):
        job = drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR)
        assert reached.wait(30)
        running = desk.jobs.job(desk.drafter, job.id)
        assert running.state == "running" and running.parts[0].state == "writing" and running.may_cancel
        desk.jobs.cancel(desk.second, job.id)
        gate.set()
        desk.jobs.wait(job.id, 60)
    over = desk.jobs.job(desk.drafter, job.id)
    assert over.state == "cancelled" and "没有改动" in over.message and desk.view() == before
    again = desk.jobs.retry(desk.drafter, job.id)
    desk.jobs.wait(again.id, 60)
    assert desk.jobs.job(desk.drafter, again.id).state == "done"
    with pytest.raises(InputError, match="已经完成"):
        desk.jobs.retry(desk.drafter, again.id)


def test_a_job_that_fails_says_so_and_what_became_of_the_work(desk: Office) -> None:
    def broken(_run: Run) -> Any:
        raise InputError("模型服务没有回答", remedy="请稍后再试")

    def defective(_run: Run) -> Any:
        raise ValueError("text of a draft")

    jobs = Jobs(desk.record, works={"broken": broken, "defective": defective})
    messages = []
    for kind in ("broken", "defective"):
        job = jobs.submit(desk.drafter, kind, unit_id=desk.unit)
        jobs.wait(job.id, 30)
        over = jobs.job(desk.drafter, job.id)
        assert over.state == "failed" and over.may_retry
        messages.append(over.message)
    jobs.close()
    assert messages[0] == "模型服务没有回答。请稍后再试。原有内容没有改动。"
    assert "text of a draft" not in messages[1] and "告诉管理员" in messages[1]


def test_a_waiting_job_is_cancelled_before_it_begins(desk: Office) -> None:
    gate = threading.Event()

    def slow(_run: Run) -> Any:
        gate.wait(30)
        return lambda _session: {}

    jobs = Jobs(desk.record, workers=1, works={"slow": slow})
    first = jobs.submit(desk.drafter, "slow", unit_id=desk.unit, request={"n": 1})
    second = jobs.submit(desk.drafter, "slow", unit_id=desk.unit, request={"n": 2})
    assert jobs.cancel(desk.drafter, second.id).state == "cancelled"
    gate.set()
    jobs.wait(first.id, 30)
    jobs.wait(second.id, 30)
    assert [jobs.job(desk.drafter, each.id).state for each in (first, second)] == ["done", "cancelled"]
    jobs.close()


def test_the_end_of_the_server_loses_no_work_silently(desk: Office) -> None:
    started = threading.Event()

    def slow(run: Run) -> Any:
        started.set()
        run.stopped.wait(30)
        run.check()
        return lambda _session: {}

    jobs = Jobs(desk.record, works={"slow": slow})
    job = jobs.submit(desk.drafter, "slow", unit_id=desk.unit)
    assert started.wait(30)
    jobs.close()
    over = desk.jobs.job(desk.drafter, job.id)
    assert over.state == "lost" and "可以重新开始" in over.message


KILLED = """
import os, signal, sys
from pathlib import Path
from assistant.review.engine import open_record
from assistant.review.faultpoints import armed
from assistant.review.jobs import Jobs
from assistant.review.drafts import start_draft
from assistant.review.rights import Actor
record = open_record(Path(sys.argv[1]))
jobs = Jobs(record)
jobs.start()
with armed(sys.argv[2], lambda: os.kill(os.getpid(), signal.SIGKILL)):
    job = start_draft(jobs, Actor(int(sys.argv[3]), "甲", "drafter", frozenset({int(sys.argv[4])})), int(sys.argv[4]), 2025)
    print(job.id, flush=True)
    jobs.wait(job.id, 60)
"""


@pytest.mark.parametrize(("point", "kept"), [("job.part.done", False), ("job.written", False), ("job.saved", True)])
def test_a_process_killed_in_a_job_leaves_a_whole_record(desk: Office, point: str, kept: bool) -> None:
    before = desk.view()
    arguments = [str(desk.record.home), point, str(desk.drafter.user_id), str(desk.unit)]
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr
    job_id = done.stdout.split()[0]
    server = Jobs(desk.record)
    server.start()
    found = server.job(desk.drafter, job_id)
    assert found.state == ("done" if kept else "lost")
    assert (desk.view() == before) != kept and audit.verify(desk.record).whole
    if not kept:
        again = server.retry(desk.drafter, job_id)
        server.wait(again.id, 60)
        assert server.job(desk.drafter, again.id).state == "done"
    server.close()
    assert len([each for each in server.recent(desk.drafter) if each.state == "done"]) == 2


def test_two_processes_write_one_paragraph_and_nothing_is_lost(desk: Office) -> None:
    code = """
import sys
from pathlib import Path
from assistant.review import paragraphs
from assistant.review.engine import open_record
from assistant.review.errors import Conflict
from assistant.review.rights import Actor
record = open_record(Path(sys.argv[1]))
actor = Actor(int(sys.argv[2]), sys.argv[3], "drafter", frozenset({int(sys.argv[4])}))
saved = refused = 0
base = 1
for number in range(8):
    try:
        text = f"{sys.argv[3]}写的第{'一二三四五六七八'[number]}句。"
        base = paragraphs.edit(record, actor, int(sys.argv[5]), base, text).paragraph.number
        saved += 1
    except Conflict as conflict:
        base = conflict.head
        refused += 1
print(saved, refused)
"""
    seen = desk.paragraph("s1.mgmt")
    people = (desk.drafter, desk.second)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(desk.record.home), str(actor.user_id), actor.name, str(desk.unit), str(seen.id)],
            stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )
        for actor in people
    ]  # fmt: skip
    results = [tuple(map(int, process.communicate(timeout=120)[0].split())) for process in running]
    history = reading.history(desk.record, desk.reviewer, seen.id)
    assert [sum(result) for result in results] == [8, 8]
    assert len(history) == 1 + sum(saved for saved, _refused in results)
    assert [version.number for version in history] == list(range(len(history), 0, -1))
    assert audit.verify(desk.record).whole


def test_a_part_drafted_again_leaves_decided_paragraphs_word_by_word(desk: Office) -> None:
    parts = [each for each in desk.view().paragraphs() if each.part == "s1.request"]
    edited = paragraphs.edit(desk.record, desk.drafter, parts[0].id, 1, f"{parts[0].text}另有说明。").paragraph
    paragraphs.reject(desk.record, desk.drafter, parts[2].id, 1)
    others = [each for each in desk.view().paragraphs() if each.part != "s1.request"]
    job = drafts.start_part(desk.jobs, desk.drafter, desk.draft_id, "s1.request")
    desk.jobs.wait(job.id, 60)
    done = desk.jobs.job(desk.drafter, job.id)
    assert done.state == "done" and done.result["kept"] == 2, done.message
    after = [each for each in desk.view().paragraphs() if each.part == "s1.request"]
    assert [each.id for each in after][:3] == [each.id for each in parts][:3]
    assert (after[0].text, after[0].number, after[0].state) == (edited.text, 2, "accepted")
    assert (after[2].text, after[2].state) == (parts[2].text, "rejected")
    assert [each for each in desk.view().paragraphs() if each.part != "s1.request"] == others
    renewed = [each for each in after if each.why == "redrafted"]
    assert len(renewed) == sum(int(str(done.result[name])) for name in ("renewed", "added"))
    assert all(each.state == "undecided" for each in renewed)


def test_a_final_draft_is_not_drafted_over(desk: Office) -> None:
    paragraphs.accept_all(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp)
    signoff.sign(desk.record, desk.reviewer, desk.draft_id, desk.view().stamp)
    with pytest.raises(Refused, match="定稿"):
        drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR)
    with pytest.raises(Refused, match="定稿"):
        drafts.start_part(desk.jobs, desk.drafter, desk.draft_id, "s1.mgmt")


def test_the_plan_says_what_is_missing_and_an_edited_brief_is_followed(desk: Office) -> None:
    plan = drafts.plan(desk.record, desk.drafter, desk.unit, YEAR)
    assert plan.facts["t3.new.total"].startswith("表三 新收·总计：60件") and not plan.model_available and plan.model_reason
    parts = tuple(
        part.model_copy(update={"points": part.points[:1]}) if part.key == "s1.request" else part for part in plan.brief.parts
    )
    shorter = plan.brief.model_copy(update={"parts": parts})
    job = drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR, brief=shorter, submission_id=plan.submission_id)
    desk.jobs.wait(job.id, 60)
    draft_id = desk.jobs.job(desk.drafter, job.id).draft_id
    assert draft_id is not None
    view = reading.open_draft(desk.record, desk.drafter, draft_id)
    assert len([each for each in view.paragraphs() if each.part == "s1.request"]) == 1
    set_texts(desk.record, desk.drafter, desk.unit, YEAR, {"notes": []}, base=1)
    with pytest.raises(Conflict, match="数据刚被改过"):
        drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR, submission_id=plan.submission_id)
    with pytest.raises(InputError, match="还没有数据"):
        drafts.plan(desk.record, desk.drafter, desk.unit, YEAR + 1)


def test_without_a_model_the_offline_writer_does_it_and_says_so(desk: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "ASSISTANT_MODEL"):
        monkeypatch.delenv(name, raising=False)
    job = drafts.start_draft(desk.jobs, desk.drafter, desk.unit, YEAR, writer="model")
    desk.jobs.wait(job.id, 60)
    done = desk.jobs.job(desk.drafter, job.id)
    assert done.state == "done" and "离线写作" in done.message
    part = drafts.start_part(desk.jobs, desk.drafter, done.draft_id or 0, "s1.mgmt", writer="model")
    desk.jobs.wait(part.id, 60)
    assert "离线写作" in desk.jobs.job(desk.drafter, part.id).message


def test_work_on_several_runs_is_found_by_its_run(desk: Office) -> None:
    jobs = Jobs(desk.record, works={"overview": lambda _run: lambda _session: {}})
    jobs.start()
    made = {run: jobs.submit(desk.admin, "overview", request={"run": run, "mark": "m"}) for run in ("one", "two")}
    for job in made.values():
        jobs.wait(job.id, 60)
    for run, job in made.items():
        (found,) = jobs.recent(desk.admin, kind="overview", about=run)
        assert (found.id, found.about, found.state) == (job.id, run, "done")
    assert jobs.recent(desk.admin, kind="overview", about="three") == ()
    jobs.close()
