"""The work of drafting jobs: a whole report, or one part again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from assistant.drafting.assemble import Drafted, Writer, draft_report, rewrite_part
from assistant.drafting.brief import Brief, PartBrief
from assistant.drafting.draft import Part
from assistant.drafting.offline.voice import Voice
from assistant.drafting.offline.writer import OfflineWriter
from assistant.errors import InputError
from assistant.review import audit
from assistant.review.drafted import add_draft, merge_part
from assistant.review.errors import NotFound
from assistant.review.present import load
from assistant.review.run import Run
from assistant.review.schema import DraftRow, SubmissionRow
from assistant.review.stored import material_of, registry

if TYPE_CHECKING:
    from assistant.drafting.model.part_writer import Asker
    from assistant.drafting.model.progress import Cancel, Progress
    from assistant.library.library import Library
    from assistant.review.jobs import Work

PREFACE = "前言"
_KEPT_ANSWERS = "已取消；原有内容没有改动，模型已经给出的回答有记录，再次起草会接着用"
_STAGES = {"write": "正在写", "verify": "正在核对", "repair": "正在改写不合格的句子"}
Save = Callable[[Session], dict[str, Any]]


def works() -> dict[str, Work]:
    """The works by kind of job."""
    return {"draft": write_draft, "part": write_part}


def write_draft(run: Run) -> Save:
    """Draft a report from the submission that the request names."""
    with run.record.read() as session:
        material = material_of(session.get_one(SubmissionRow, run.request["submission_id"]))
    given = run.request.get("brief")
    brief = Brief.model_validate(given) if given else material.plan()
    run.plan({part.key: part.heading or PREFACE for part in brief.parts})
    if run.request["writer"] == "model":
        from assistant.drafting.model.chain import Task
        from assistant.drafting.model.commands import draft_by_model

        run.on_cancel = _KEPT_ANSWERS
        task = Task(material.submission, registry(), material.previous, None, brief)
        drafted, lines = draft_by_model(task, tell=lambda step: _tell(run, step), cancel=run.stopped)
        run.message = "\n".join(lines)
        run.tell_rest()
    else:
        drafted = draft_report(
            material.submission, registry(), previous=material.previous, brief=brief, writer=_Telling(OfflineWriter(), run)
        )
    run.check()
    return lambda session: _save_draft(session, run, drafted)


def _save_draft(session: Session, run: Run, drafted: Drafted) -> dict[str, Any]:
    assert run.unit_id is not None and run.year is not None
    row = add_draft(session, run.unit_id, run.year, run.request["submission_id"], drafted, run.by)
    audit.note(session, None, "draft", "draft", row.id, {"job": run.job_id, "by": run.by, "fingerprint": row.fingerprint})
    return {"draft_id": row.id, "gaps": len(drafted.draft.gaps), "findings": len(drafted.draft.findings)}


def write_part(run: Run) -> Save:
    """Write one part of a draft again."""
    key = run.request["part"]
    with run.record.read() as session:
        row = session.get(DraftRow, run.draft_id)
        if row is None:
            raise NotFound
        present = load(session, row)
    heading = next(part.heading for part in present.draft.parts if part.key == key)
    run.plan({key: heading or PREFACE})
    run.tell(key, "writing")
    drafted = Drafted(present.draft.model_copy(update={"parts": present.parts}), present.material)
    if run.request["writer"] == "model":
        run.on_cancel = _KEPT_ANSWERS
        with model_at_hand(present.draft.unit, run.stopped) as (client, library, why):
            made = rewrite_part(drafted, key, _model_writer(run, client, library) if client is not None else None)
            run.message = f"没有可用的模型写作，由离线写作完成。{why}" if client is None else _who_wrote(made, key)
    else:
        tries = sum(head.versions for head in present.heads if head.part == key)
        made = rewrite_part(drafted, key, OfflineWriter(tries))
    run.check()
    run.tell(key, "done")
    part = next(each for each in made.draft.parts if each.key == key)
    return lambda session: _save_part(session, run, part, made.draft.fingerprint)


def _who_wrote(made: Drafted, key: str) -> str:
    """How much of a part the model wrote, and why it did not write the rest."""
    from assistant.drafting.model.commands import share_lines

    part = next(each for each in made.draft.parts if each.key == key)
    return "\n".join(share_lines([sentence for paragraph in part.paragraphs for sentence in paragraph.sentences], "这一部分"))


def _save_part(session: Session, run: Run, part: Part, fingerprint: str) -> dict[str, Any]:
    row = session.get_one(DraftRow, run.draft_id)
    if row.state in ("final", "superseded"):
        raise InputError("这份稿已经定稿或被新稿代替", remedy="这一部分没有改动")
    done = merge_part(session, row, part, fingerprint)
    detail = {"job": run.job_id, "by": run.by, "part": part.key, **done}
    audit.note(session, None, "draft part", "draft", row.id, detail)
    return {"draft_id": row.id, "part": part.key, **done}


@contextmanager
def model_at_hand(unit: str, cancel: Cancel | None = None) -> Iterator[tuple[Asker | None, Library | None, str]]:
    """The configured model for a unit's report and the library, or None and why there is no model.

    Raises:
        AssistantError: the settings of the model cannot be used.
    """
    from assistant.drafting.model.settings import model_settings, why_not

    settings = model_settings()
    if reason := why_not(settings):
        yield None, None, reason
        return
    from assistant.drafting.model.client import Connection
    from assistant.drafting.model.retrieving import default_library

    connection = Connection(settings)
    try:
        library = default_library()
        try:
            yield connection.client(unit, cancel=cancel), library, ""
        finally:
            if library is not None:
                library.close()
    finally:
        connection.close()


def _model_writer(run: Run, client: Asker, library: Library | None) -> Writer:
    from assistant.drafting.model.writer import ModelWriter

    return ModelWriter(client, library=library, tell=lambda step: _tell(run, step), cancel=run.stopped)


def _tell(run: Run, step: Progress) -> None:
    """A step of writing with a model, for the job's progress."""
    if not step.part:
        run.tell("", "", f"已请求模型 {step.calls} 次")
    elif step.done:
        run.tell(step.part, "done", f"{step.settled}/{step.points} 处由模型写成" if step.points else "")
    else:
        run.tell(step.part, "writing", _STAGES.get(step.stage, ""))


class _Telling:
    """A writer that tells how it gets on and stops between two parts."""

    name = "offline"

    def __init__(self, writer: OfflineWriter, run: Run) -> None:
        self._writer, self._run = writer, run

    def write(self, brief: PartBrief, voice: Voice) -> Part:
        """Write one part.

        Raises:
            Stopped: somebody wishes to stop.
        """
        self._run.check()
        self._run.tell(brief.key, "writing")
        part = self._writer.write(brief, voice)
        self._run.tell(brief.key, "done")
        return part
