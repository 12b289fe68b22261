"""Files made from a draft: clean Word, working Word, web page, JSON, findings in Excel."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.checks.finding import Finding
from assistant.drafting.assemble import Drafted, with_parts
from assistant.drafting.audit import place_sentences
from assistant.drafting.printing import to_document
from assistant.errors import InputError
from assistant.review import audit
from assistant.review.access import draft_for, names_of
from assistant.review.engine import Record
from assistant.review.errors import NotFound
from assistant.review.faultpoints import reached
from assistant.review.judging import findings_of, rulings_of
from assistant.review.keeping import keep_file
from assistant.review.present import Present, load, split_lines
from assistant.review.rights import Actor
from assistant.review.schema import ExportRow
from assistant.review.showing import comment_views
from assistant.review.views.draft import CommentView
from assistant.review.views.final import EXPORTS, ExportKind, ExportView
from assistant.review.views.findings import RulingView

if TYPE_CHECKING:
    from assistant.checks.subject import Subject

FOLDER = "exports"
FOR_PUBLISHING = ("docx", "html")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NAMES: dict[ExportKind, str] = {
    "docx": "{title}.docx",
    "working": "{title}（工作稿）.docx",
    "html": "{title}.html",
    "json": "{title}.json",
    "findings": "{title}（检查意见）.xlsx",
}


class _Source:
    """What a file is made from: the draft as it stands, with what people say on it."""

    def __init__(self, session: Session, present: Present) -> None:
        self.present = present
        self.findings: tuple[Finding, ...] = findings_of(present)
        self.rulings: dict[str, RulingView] = rulings_of(session, present.row)
        self.comments: tuple[CommentView, ...] = comment_views(session, present.row.id)

    @property
    def identity(self) -> str:
        """Draft id and fingerprint, as each file carries them."""
        return f"draft-{self.present.row.id}-{self.present.content}"

    @property
    def drafted(self) -> Drafted:
        """The draft as people left it."""
        return with_parts(Drafted(self.present.draft, self.present.material), self.present.parts, self.findings)

    def remarks(self) -> dict[tuple[str, int], list[str]]:
        """What the margin of the working copy says on each paragraph, by part and number."""
        found: dict[tuple[str, int], list[str]] = defaultdict(list)
        numbers: dict[str, int] = defaultdict(int)
        for head in self.present.heads:
            if head.state == "rejected":
                continue
            place = (head.part, numbers[head.part])
            numbers[head.part] += len(split_lines(head.sentences))
            if head.state == "undecided":
                found[place].append("这一段还没有决定是否采用")
            found[place] += [
                f"批注（{each.by}）：{each.text}" for each in self.comments if each.paragraph_id == head.id and not each.resolved_by
            ]
        return found


def export(record: Record, actor: Actor, draft_id: int, kind: ExportKind) -> ExportView:
    """Make a file of the draft's text and keep it; made again from the same it is the file there is.

    The clean Word file and the web page are for final drafts only; the working copy, JSON and findings for any. Rejected
    paragraphs are left out, undecided ones say so in the working copy.

    Raises:
        InputError: the draft is not final and ``kind`` is for publishing.
        RecordError: the file cannot be stored.
        NotFound, Refused: not there or not one's own, or no right.
    """
    if kind not in EXPORTS:
        raise InputError("没有这种文件", remedy="请刷新页面后再导出")
    with record.read() as session:
        draft = draft_for(session, actor, "export", draft_id)
        if kind in FOR_PUBLISHING and draft.state != "final":
            raise InputError("这份稿还没有定稿，不能导出公布用的文件", remedy="请先定稿；要看样子，可以导出工作稿")
        source = _Source(session, load(session, draft))
    content = _MAKERS[kind](source)
    mark = hashlib.sha256(content).hexdigest()
    known = _same_file(record, draft_id, kind, mark)
    if known is not None:
        return known
    export_id = str(uuid.uuid4())
    keep_file(record.home / FOLDER, export_id, content)
    reached("export.stored")
    name = _NAMES[kind].format(title=source.present.draft.title)
    with record.write() as session:
        draft_for(session, actor, "export", draft_id)
        row = ExportRow(
            id=export_id, draft_id=draft_id, kind=kind, name=name, sha256=mark, size=len(content),
            fingerprint=source.present.content, by=actor.user_id, at=datetime.now(UTC),
        )  # fmt: skip
        session.add(row)
        audit.note(session, actor, "export", "export", export_id, {"draft": draft_id, "kind": kind, "sha256": mark})
        reached("export.written")
        return _view(session, row, source.present.content)


def exports(record: Record, actor: Actor, draft_id: int) -> tuple[ExportView, ...]:
    """The files made from a draft, newest first.

    Raises:
        NotFound: not there, or of another unit.
    """
    with record.read() as session:
        content = load(session, draft_for(session, actor, "view", draft_id)).content
        rows = session.execute(select(ExportRow).where(ExportRow.draft_id == draft_id).order_by(ExportRow.at.desc())).scalars()
        return tuple(_view(session, row, content) for row in rows.all())


def open_export(record: Record, actor: Actor, export_id: str) -> tuple[ExportView, bytes]:
    """A file with its content, checked against its sum.

    Raises:
        NotFound, Refused: not there or not one's own, or no right.
        InputError: the file is gone or was changed on disk.
    """
    with record.read() as session:
        row = session.get(ExportRow, export_id) if _UUID.fullmatch(export_id) else None
        if row is None:
            raise NotFound
        present = load(session, draft_for(session, actor, "export", row.draft_id))
        view = _view(session, row, present.content)
    try:
        data = (record.home / FOLDER / view.id).read_bytes()
    except OSError as error:
        raise InputError("导出的文件已经不在了", place=view.name, remedy="请重新导出") from error
    if hashlib.sha256(data).hexdigest() != view.sha256:
        raise InputError("导出的文件在服务器上被改动过", place=view.name, remedy="请重新导出并告诉管理员")
    return view, data


def _docx(source: _Source) -> bytes:
    from assistant.report.docx_writer import write_docx

    return write_docx(to_document(source.drafted, identity=source.identity))


def _working(source: _Source) -> bytes:
    from assistant.report.docx_writer import write_docx

    row = source.present.row
    last = f"工作稿，不得公布。稿号 {row.id}，指纹 {source.present.content}。"
    return write_docx(to_document(source.drafted, identity=source.identity, remarks=source.remarks(), last_line=last), working=True)


def _html(source: _Source) -> bytes:
    from assistant.report.html_writer import write_html

    return write_html(to_document(source.drafted, identity=source.identity)).encode("utf-8")


def _json(source: _Source) -> bytes:
    row = source.present.row
    head = {"draft_id": row.id, "state": row.state, "content_fingerprint": source.present.content}
    return json.dumps({**head, **source.drafted.draft.model_dump(mode="json")}, ensure_ascii=False, indent=1).encode("utf-8")


def _findings(source: _Source) -> bytes:
    from assistant.checking.output_xlsx import write_xlsx
    from assistant.checking.result import Checked, Ruling
    from assistant.checking.rulings import silence

    rulings = {
        mark: Ruling(mark, f"{each.why}（{each.by}，{each.at:%Y-%m-%d}）", accepted=f"{each.at:%Y-%m-%d}")
        for mark, each in source.rulings.items()
    }
    shown, ruled = silence(source.findings, rulings)
    note = f"稿号 {source.present.row.id}，指纹 {source.present.content}"
    result = Checked(Path(source.present.draft.title), _subject(source), findings=tuple(shown), ruled=tuple(ruled), notes=(note,))
    return write_xlsx([result])


def _subject(source: _Source) -> Subject:
    from dataclasses import replace

    from assistant.checks.subject import subject_of_submission

    material = source.present.material
    texts, _placed = place_sentences(source.present.parts)
    base = subject_of_submission(material.submission, registry=material.registry, previous=material.previous)
    return replace(base, texts=texts)


_MAKERS: dict[ExportKind, Callable[[_Source], bytes]] = {
    "docx": _docx,
    "working": _working,
    "html": _html,
    "json": _json,
    "findings": _findings,
}


def _same_file(record: Record, draft_id: int, kind: str, mark: str) -> ExportView | None:
    """The file there is with this content, if it is still on disk."""
    with record.read() as session:
        wanted = select(ExportRow).where(ExportRow.draft_id == draft_id, ExportRow.kind == kind, ExportRow.sha256 == mark)
        rows: Sequence[ExportRow] = session.execute(wanted.order_by(ExportRow.at.desc())).scalars().all()
        for row in rows:
            if (record.home / FOLDER / row.id).is_file():
                return _view(session, row, row.fingerprint)
    return None


def _view(session: Session, row: ExportRow, content: str) -> ExportView:
    return ExportView(
        id=row.id,
        draft_id=row.draft_id,
        kind=row.kind,  # type: ignore[arg-type]  # only kinds of EXPORTS are stored
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        fingerprint=row.fingerprint,
        by=names_of(session, [row.by])[row.by],
        at=row.at,
        outdated=row.fingerprint != content,
    )
