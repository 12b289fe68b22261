"""A draft as it stands: the newest version of each paragraph with its decision, and the text these make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import Session, defer

from assistant.drafting.draft import Draft, Paragraph, Part, Sentence
from assistant.drafting.material import Material
from assistant.review.errors import NotFound
from assistant.review.remembered import Remembered
from assistant.review.schema import DecisionRow, DraftRow, ParagraphRow, ParagraphVersionRow, SentenceRow, SubmissionRow
from assistant.review.stored import digest, draft_of, material_of
from assistant.review.views.draft import ParagraphState

_STATES: dict[str | None, ParagraphState] = {None: "undecided", "reopen": "undecided", "accept": "accepted", "reject": "rejected"}


class Decision(NamedTuple):
    """A decision on a version."""

    id: int
    kind: str
    by: int
    at: datetime
    reason: str


@dataclass(frozen=True, eq=False)
class Body:
    """What one version of a paragraph says; a version never changes, so that its body is read once."""

    sentences: tuple[Sentence, ...]
    ids: tuple[int, ...]

    @cached_property
    def text(self) -> str:
        """As it prints."""
        return "".join(each.rendered for each in self.sentences)


@dataclass(frozen=True, eq=False)
class Head:
    """A paragraph in its newest version, with the last decision on that version (None if there is none)."""

    id: int
    part: str
    position: int
    heading: str
    version_id: int
    number: int
    versions: int
    why: str
    by: int | None
    at: datetime
    body: Body
    decision: Decision | None

    @property
    def state(self) -> ParagraphState:
        """Undecided, accepted or rejected."""
        return _STATES[self.decision.kind if self.decision else None]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """What it says."""
        return self.body.sentences

    @property
    def sentence_ids(self) -> tuple[int, ...]:
        """The numbers of its sentences in the record."""
        return self.body.ids

    @property
    def text(self) -> str:
        """As it prints."""
        return self.body.text


@dataclass(frozen=True)
class Place:
    """Where a paragraph stands in the text of its part."""

    part: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Present:
    """A draft as it stands, with what it was written from. ``heads`` are in printed order."""

    row: DraftRow
    draft: Draft
    material: Material
    heads: tuple[Head, ...]

    @cached_property
    def stamp(self) -> str:
        """Changes with every version, decision and state."""
        return digest(self.row.state, [(each.id, each.version_id, each.decision.id if each.decision else 0) for each in self.heads])

    @cached_property
    def content(self) -> str:
        """Fingerprint of the text that would be exported and of what it rests on."""
        kept = [(each.part, each.heading, each.text) for each in self.heads if each.state != "rejected"]
        return digest(self.row.fingerprint, self.row.submission_id, self.draft.title, kept)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts as they would be exported: rejected paragraphs are left out, line breaks part paragraphs."""
        found: dict[str, list[Paragraph]] = defaultdict(list)
        for each in self.heads:
            if each.state != "rejected":
                found[each.part] += split_lines(each.sentences, each.heading)
        return tuple(each.model_copy(update={"paragraphs": tuple(found[each.key])}) for each in self.draft.parts)

    @cached_property
    def places(self) -> dict[int, Place]:
        """Where each paragraph stands in the text of its part (as :func:`place_sentences` counts), by id."""
        offsets: dict[str, int] = defaultdict(int)
        places = {}
        for each in self.heads:
            if each.state == "rejected":
                continue
            start = offsets[each.part] + (len(each.heading) + 1 if each.heading else 0)
            places[each.id] = Place(each.part, start, start + len(each.text))
            offsets[each.part] = start + len(each.text) + 1
        return places

    def head(self, paragraph_id: int) -> Head:
        """One paragraph.

        Raises:
            NotFound: it is not there any more.
        """
        found = next((each for each in self.heads if each.id == paragraph_id), None)
        if found is None:
            raise NotFound("这一段已经不在稿中", remedy="它所在的部分已重新起草，请刷新页面")
        return found


def split_lines(sentences: Sequence[Sentence], heading: str = "") -> list[Paragraph]:
    """Sentences as paragraphs to print: one that ends in a line break ends its paragraph."""
    found: list[Paragraph] = []
    current: list[Sentence] = []
    for each in sentences:
        ends = each.rendered.endswith("\n")
        if ends:
            each = each.model_copy(update={"text": each.text.rstrip("\n"), "rendered": each.rendered.rstrip("\n")})
        current.append(each)
        if ends:
            found.append(Paragraph(sentences=tuple(current), heading="" if found else heading))
            current = []
    if current or not found:
        found.append(Paragraph(sentences=tuple(current), heading="" if found else heading))
    return found


class _Mark(NamedTuple):
    """How a paragraph stands: where it is, and the numbers of what was last added to it."""

    id: int
    part: str
    position: int
    heading: str
    version: int
    versions: int
    decision: int | None


class _Latest(NamedTuple):
    """A draft as it was last read."""

    state: str
    heads: dict[_Mark, Head]
    present: Present


_latest: Remembered[_Latest] = Remembered(32)


def load(session: Session, row: DraftRow) -> Present:
    """Read a draft as it stands now: of what was read before only the paragraphs that something was added to since."""
    marks = _marks(session, row.id)
    key = (session.info["record"], row.id)
    last = _latest.known(key)
    known = last.heads if last else {}
    if last and last.state == row.state and known.keys() == marks:
        return last.present
    new = {head.id: head for head in heads_of(session, [mark for mark in marks if mark not in known])}
    heads = {mark: known.get(mark) or new[mark.id] for mark in marks}
    draft = draft_of(row)
    order = {part.key: number for number, part in enumerate(draft.parts)}
    printed = sorted(heads.values(), key=lambda each: (order.get(each.part, len(order)), each.position, each.id))
    present = Present(row, draft, _material(session, row), tuple(printed))
    if session.info["reading"]:  # what a write saw may never be saved
        _latest.keep(key, _Latest(row.state, heads, present))
    return present


def _marks(session: Session, draft_id: int) -> set[_Mark]:
    return {_Mark._make(found) for found in session.execute(_marking(), {"draft": draft_id})}


@cache
def _marking() -> Select[tuple[int, str, int, str, int, int, int | None]]:
    """The question for all marks of a ``draft``, put together once."""
    version = ParagraphVersionRow
    newest, count = func.max(version.id).label("newest"), func.count().label("count")
    versions = (
        select(version.paragraph_id.label("paragraph"), newest, count)
        .join(ParagraphRow, ParagraphRow.id == version.paragraph_id)
        .where(ParagraphRow.draft_id == bindparam("draft"))
        .group_by(version.paragraph_id)
        .subquery()
    )
    decided = select(func.max(DecisionRow.id)).where(DecisionRow.version_id == versions.c.newest)
    place = (ParagraphRow.id, ParagraphRow.part, ParagraphRow.position, ParagraphRow.heading)
    return (
        select(*place, versions.c.newest, versions.c.count, decided.correlate(versions).scalar_subquery())
        .join(versions, versions.c.paragraph == ParagraphRow.id)
        .where(ParagraphRow.draft_id == bindparam("draft"), ParagraphRow.retired_at.is_(None))
    )


def _material(session: Session, row: DraftRow) -> Material:
    unread = (defer(SubmissionRow.content), defer(SubmissionRow.previous))
    return material_of(session.get_one(SubmissionRow, row.submission_id, options=unread))


def heads_of(session: Session, paragraphs: Sequence[ParagraphRow] | Sequence[_Mark]) -> list[Head]:
    """The newest versions of these paragraphs, in their order."""
    ids = [each.id for each in paragraphs]
    if not ids:
        return []
    version = ParagraphVersionRow
    wanted = select(version.id, version.paragraph_id, version.number, version.why, version.by, version.at)
    newest, counts = {}, dict.fromkeys(ids, 0)
    for found in session.execute(wanted.where(version.paragraph_id.in_(ids)).order_by(version.number)):
        newest[found.paragraph_id] = found
        counts[found.paragraph_id] += 1
    versions = [each.id for each in newest.values()]
    bodies, decisions = _bodies(session, versions), _decisions(session, versions)
    return [
        Head(
            id=each.id,
            part=each.part,
            position=each.position,
            heading=each.heading,
            version_id=(found := newest[each.id]).id,
            number=found.number,
            versions=counts[each.id],
            why=found.why,
            by=found.by,
            at=found.at,
            body=bodies[found.id],
            decision=decisions.get(found.id),
        )
        for each in paragraphs
        if each.id in newest
    ]


def _bodies(session: Session, versions: Sequence[int]) -> dict[int, Body]:
    sentence = SentenceRow
    wanted = select(
        sentence.id, sentence.version_id, sentence.text, sentence.rendered, sentence.sources, sentence.writer, sentence.gap,
        sentence.attempts,
    )  # fmt: skip
    rows: dict[int, list[Row[Any]]] = {version: [] for version in versions}
    for found in session.execute(wanted.where(sentence.version_id.in_(versions)).order_by(sentence.position)):
        rows[found.version_id].append(found)
    return {
        version: Body(tuple(sentence_of(each) for each in own), tuple(each.id for each in own)) for version, own in rows.items()
    }


def _decisions(session: Session, versions: Sequence[int]) -> dict[int, Decision]:
    """The last decision on each of these versions that has one."""
    row = DecisionRow
    wanted = select(row.version_id, row.id, row.kind, row.by, row.at, row.reason)
    decided = session.execute(wanted.where(row.version_id.in_(versions)).order_by(row.id))
    return {each.version_id: Decision(each.id, each.kind, each.by, each.at, each.reason) for each in decided}


def sentence_of(row: SentenceRow | Row[Any]) -> Sentence:
    """A stored sentence."""
    values = {"text": row.text, "rendered": row.rendered, "sources": row.sources, "writer": row.writer, "gap": row.gap}
    return Sentence.model_validate({**values, "attempts": row.attempts or ()})
