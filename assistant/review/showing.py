"""Paragraphs and whole drafts as views."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from weakref import WeakKeyDictionary

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from assistant.drafting.draft import Sentence
from assistant.facts.ledger import Ledger
from assistant.form import Section
from assistant.review.access import names_of
from assistant.review.judging import Judged
from assistant.review.present import Body, Head, Present
from assistant.review.rights import Actor, may
from assistant.review.schema import CommentResolutionRow, CommentRow, UnsavedRow, UserRow
from assistant.review.stored import newest_submission_id
from assistant.review.tables import tables_of
from assistant.review.views.draft import CommentView, DraftView, ParagraphView, PartView, PieceView, SectionView, SentenceView

_SLOT = re.compile(r"\{([^{}]+)\}")
_ACTIONS = ("view", "submit", "draft", "edit", "decide", "comment", "rule", "sign", "export")
_plain: WeakKeyDictionary[Body, tuple[SentenceView, ...]] = WeakKeyDictionary()


def draft_view(session: Session, actor: Actor, judged: Judged) -> DraftView:
    """A draft for a page."""
    present = judged.present
    row, material = present.row, present.material
    said = comment_views(session, row.id)
    paragraphs = _paragraph_views(session, actor, judged, said)
    by_part: dict[str, list[ParagraphView]] = defaultdict(list)
    for each in paragraphs:
        by_part[each.part].append(each)
    newest = newest_submission_id(session, row.unit_id, row.year)
    return DraftView(
        id=row.id,
        unit_id=row.unit_id,
        unit=present.draft.unit,
        year=row.year,
        number=row.number,
        title=present.draft.title,
        form=material.form.id,
        state=row.state,  # type: ignore[arg-type]  # the database allows no other word
        writer=row.writer,
        model=row.model,
        fingerprint=row.fingerprint,
        stamp=present.stamp,
        content=present.content,
        at=row.at,
        by=names_of(session, [row.by])[row.by],
        sections=sections_of(judged, by_part),
        tables=tables_of(
            material.form,
            material.submission.cells,
            previous=material.previous.cells if material.previous else material.submission.previous_cells,
            previous_form=material.previous_form,
            findings=judged.findings,
        ),
        findings=judged.findings,
        comments=tuple(each for each in said if each.paragraph_id is None),
        hints=present.draft.hints,
        counts=judged.counts,
        submission_id=row.submission_id,
        newer_data=newest is not None and newest != row.submission_id,
        may=frozenset(action for action in _ACTIONS if may(actor, action, row.unit_id)),
    )


def sections_of(judged: Judged, by_part: Mapping[str, list[ParagraphView]]) -> tuple[SectionView, ...]:
    """The sections in printed order with their parts or tables."""
    present = judged.present
    whole: dict[str, list[str]] = defaultdict(list)
    for finding in judged.findings:
        if finding.paragraph_id is None and finding.section:
            whole[finding.section].append(finding.fingerprint)
    parts = {
        part.key: PartView(part.key, part.heading, tuple(by_part.get(part.key, ())), tuple(whole[part.key]))
        for part in present.draft.parts
    }
    found = [SectionView("preface", "", (parts["preface"],))] if "preface" in parts else []
    return (*found, *(_section(section, present, parts) for section in present.material.form.sections))


def _section(section: Section, present: Present, parts: Mapping[str, PartView]) -> SectionView:
    if section.kind == "table":
        return SectionView(section.key, section.heading, (), section.table)
    if section.key in parts:
        return SectionView(section.key, section.heading, (parts[section.key],))
    own = tuple(parts[aspect.key] for aspect in present.material.form.aspects if aspect.key in parts)
    return SectionView(section.key, section.heading, own)


def paragraph_views(session: Session, actor: Actor, judged: Judged, only: Iterable[int] | None = None) -> tuple[ParagraphView, ...]:
    """The paragraphs of a draft for a page, or some of them."""
    said = comment_views(session, judged.present.row.id, None if only is None else set(only))
    return _paragraph_views(session, actor, judged, said, only)


def _paragraph_views(
    session: Session, actor: Actor, judged: Judged, said: Iterable[CommentView], only: Iterable[int] | None = None
) -> tuple[ParagraphView, ...]:
    wanted = None if only is None else set(only)
    heads = [head for head in judged.present.heads if wanted is None or head.id in wanted]
    names = names_of(session, [who for head in heads for who in (head.by, head.decision.by if head.decision else None)])
    unsaved = _unsaved(session, actor, [head.id for head in heads])
    comments: dict[int, list[CommentView]] = defaultdict(list)
    for each in said:
        if each.paragraph_id is not None:
            comments[each.paragraph_id].append(each)
    marks: dict[int, list[str]] = defaultdict(list)
    at_sentence: dict[int, list[str]] = defaultdict(list)
    for finding in judged.findings:
        if finding.paragraph_id is not None:
            marks[finding.paragraph_id].append(finding.fingerprint)
        if finding.sentence_id is not None:
            at_sentence[finding.sentence_id].append(finding.fingerprint)
    ledger = judged.present.material.ledger
    return tuple(
        _paragraph(head, names, unsaved.get(head.id), tuple(comments[head.id]), tuple(marks[head.id]), at_sentence, judged, ledger)
        for head in heads
    )


def _unsaved(session: Session, actor: Actor, paragraphs: Iterable[int]) -> dict[int, tuple[str, int]]:
    """What the reader was typing, with the version it was typed on, by paragraph."""
    row = UnsavedRow
    wanted = select(row.paragraph_id, row.text, row.base_number).where(row.user_id == actor.user_id)
    return {place: (text, base) for place, text, base in session.execute(wanted.where(row.paragraph_id.in_(list(paragraphs))))}


def _paragraph(
    head: Head,
    names: Mapping[int | None, str],
    unsaved: tuple[str, int] | None,
    comments: tuple[CommentView, ...],
    findings: tuple[str, ...],
    at_sentence: Mapping[int, list[str]],
    judged: Judged,
    ledger: Ledger,
) -> ParagraphView:
    decision = head.decision if head.state != "undecided" else None
    return ParagraphView(
        id=head.id,
        part=head.part,
        position=head.position,
        heading=head.heading,
        number=head.number,
        versions=head.versions,
        state=head.state,
        text=head.text,
        sentences=sentence_views(head, ledger, at_sentence),
        findings=findings,
        gaps=sum(each.gap is not None for each in head.sentences),
        suggestions=judged.open_suggestions.get(head.id, 0),
        comments=comments,
        why=head.why,
        by=names.get(head.by, ""),
        at=head.at,
        decided_by=names.get(decision.by, "") if decision else "",
        decided_at=decision.at if decision else None,
        decided_why=decision.reason if decision else "",
        unsaved=unsaved[0] if unsaved else None,
        unsaved_base=unsaved[1] if unsaved else None,
    )


def sentence_views(head: Head, ledger: Ledger, at_sentence: Mapping[int, list[str]]) -> tuple[SentenceView, ...]:
    """The sentences of a paragraph with where they stand in it."""
    plain = _plain.get(head.body)
    if plain is None:
        plain = _plain[head.body] = _sentences(head, ledger)
    if not any(each.id in at_sentence for each in plain):
        return plain
    return tuple(replace(each, findings=tuple(at_sentence.get(each.id, ()))) for each in plain)


def _sentences(head: Head, ledger: Ledger) -> tuple[SentenceView, ...]:
    """The sentences without findings; the ledger is always that of the draft's submission."""
    found = []
    position = 0
    for number, (sentence_id, each) in enumerate(zip(head.sentence_ids, head.sentences, strict=True)):
        end = position + len(each.rendered)
        found.append(
            SentenceView(
                id=sentence_id,
                position=number,
                text=each.text,
                rendered=each.rendered,
                pieces=pieces_of(each, ledger),
                sources=each.sources,
                writer=each.writer,
                gap=each.gap,
                start=position,
                end=end,
            )
        )
        position = end
    return tuple(found)


def pieces_of(sentence: Sentence, ledger: Ledger) -> tuple[PieceView, ...]:
    """What a sentence prints, the prints of its slots apart; one piece if it does not print what its slots say."""
    pieces: list[PieceView] = []
    left = 0
    for match in _SLOT.finditer(sentence.text):
        fact = ledger.get(match.group(1))
        if fact is None:
            return (PieceView(sentence.rendered),)
        pieces += [PieceView(sentence.text[left : match.start()]), PieceView(fact.text, match.group(1))]
        left = match.end()
    pieces.append(PieceView(sentence.text[left:]))
    if "".join(piece.text for piece in pieces) != sentence.rendered:
        return (PieceView(sentence.rendered),)
    return tuple(piece for piece in pieces if piece.text)


def comment_views(session: Session, draft_id: int, only: Collection[int] | None = None) -> tuple[CommentView, ...]:
    """All comments on a draft, or those on some of its paragraphs, oldest first."""
    row, done, who, doer = CommentRow, CommentResolutionRow, aliased(UserRow), aliased(UserRow)
    wanted = (
        select(row.id, row.paragraph_id, row.text, who.name, row.at, doer.name, done.at)
        .outerjoin(done, done.comment_id == row.id)
        .join(who, who.id == row.by)
        .outerjoin(doer, doer.id == done.by)
        .where(row.draft_id == draft_id)
        .order_by(row.id)
    )
    if only is not None:
        wanted = wanted.where(row.paragraph_id.in_(only))
    return tuple(
        CommentView(id=number, paragraph_id=place, text=text, by=by, at=at, resolved_by=resolved or "", resolved_at=when)
        for number, place, text, by, at, resolved, when in session.execute(wanted)
    )
