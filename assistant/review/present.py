"""A draft as it stands: the newest version of each paragraph with its decision, and the text these make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.drafting.draft import Draft, Paragraph, Part, Sentence
from assistant.drafting.material import Material
from assistant.review.errors import NotFound
from assistant.review.schema import DecisionRow, DraftRow, ParagraphRow, ParagraphVersionRow, SentenceRow, SubmissionRow
from assistant.review.stored import digest, draft_of, material_of
from assistant.review.views import ParagraphState

_STATES: dict[str | None, ParagraphState] = {None: "undecided", "reopen": "undecided", "accept": "accepted", "reject": "rejected"}


@dataclass(frozen=True)
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
    sentences: tuple[Sentence, ...]
    sentence_ids: tuple[int, ...]
    decision: DecisionRow | None

    @property
    def state(self) -> ParagraphState:
        """Undecided, accepted or rejected."""
        return _STATES[self.decision.kind if self.decision else None]

    @cached_property
    def text(self) -> str:
        """As it prints."""
        return "".join(each.rendered for each in self.sentences)


@dataclass(frozen=True)
class Place:
    """Where a paragraph stands in the text of its part."""

    part: str
    start: int
    end: int


@dataclass(frozen=True)
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


def load(session: Session, row: DraftRow) -> Present:
    """Read a draft as it stands now."""
    draft = draft_of(row)
    submission = session.get_one(SubmissionRow, row.submission_id)
    wanted = select(ParagraphRow).where(ParagraphRow.draft_id == row.id, ParagraphRow.retired_at.is_(None))
    paragraphs = session.execute(wanted).scalars().all()
    order = {part.key: number for number, part in enumerate(draft.parts)}
    paragraphs = sorted(paragraphs, key=lambda each: (order.get(each.part, len(order)), each.position, each.id))
    return Present(row, draft, material_of(submission), tuple(heads_of(session, paragraphs)))


def heads_of(session: Session, paragraphs: Sequence[ParagraphRow]) -> list[Head]:
    """The newest versions of these paragraphs, in their order."""
    ids = [each.id for each in paragraphs]
    newest: dict[int, ParagraphVersionRow] = {}
    counts: dict[int, int] = defaultdict(int)
    wanted = select(ParagraphVersionRow).where(ParagraphVersionRow.paragraph_id.in_(ids)).order_by(ParagraphVersionRow.number)
    for version in session.execute(wanted).scalars():
        newest[version.paragraph_id] = version
        counts[version.paragraph_id] += 1
    versions = [each.id for each in newest.values()]
    rows: dict[int, list[SentenceRow]] = defaultdict(list)
    found = select(SentenceRow).where(SentenceRow.version_id.in_(versions)).order_by(SentenceRow.position)
    for sentence in session.execute(found).scalars():
        rows[sentence.version_id].append(sentence)
    decided = select(DecisionRow).where(DecisionRow.version_id.in_(versions)).order_by(DecisionRow.id)
    decisions = {decision.version_id: decision for decision in session.execute(decided).scalars()}
    return [
        _head(each, newest[each.id], counts[each.id], rows[newest[each.id].id], decisions.get(newest[each.id].id))
        for each in paragraphs
        if each.id in newest
    ]


def _head(
    row: ParagraphRow, version: ParagraphVersionRow, count: int, sentences: list[SentenceRow], decision: DecisionRow | None
) -> Head:
    return Head(
        id=row.id,
        part=row.part,
        position=row.position,
        heading=row.heading,
        version_id=version.id,
        number=version.number,
        versions=count,
        why=version.why,
        by=version.by,
        at=version.at,
        sentences=tuple(sentence_of(each) for each in sentences),
        sentence_ids=tuple(each.id for each in sentences),
        decision=decision,
    )


def sentence_of(row: SentenceRow) -> Sentence:
    """A stored sentence."""
    values = {"text": row.text, "rendered": row.rendered, "sources": row.sources, "writer": row.writer, "gap": row.gap}
    return Sentence.model_validate({**values, "attempts": row.attempts or ()})
