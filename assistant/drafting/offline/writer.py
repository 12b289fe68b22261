"""Writes a brief as paragraphs, point by point, without a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.drafting.brief import PartBrief, Point
from assistant.drafting.draft import Paragraph, Part, Sentence
from assistant.drafting.offline import figures, frame, notes, problems, requests
from assistant.drafting.offline.voice import Voice

_LONG = 160


class OfflineWriter:
    """The writer that needs no model. Sentences carry slots for every figure of the facts.

    Args:
        variant: 0 for the unit's usual wording; 1 to 5 turn to other wordings of what can be put in several ways.
    """

    name = "offline"

    def __init__(self, variant: int = 0) -> None:
        self.variant = variant

    def write(self, brief: PartBrief, voice: Voice) -> Part:
        """Write one part from its brief."""
        voice = replace(voice, variant=self.variant) if self.variant != voice.variant else voice
        paragraphs: list[Paragraph] = []
        current: list[Sentence] = []

        def close() -> None:
            if current:
                paragraphs.append(Paragraph(sentences=tuple(current)))
                current.clear()

        for number, point in enumerate(brief.points):
            if point.new_paragraph or (point.topic == "note" and sum(len(item.rendered) for item in current) > _LONG):
                close()
            if point.topic == "problems":
                close()
                paragraphs += problems.problem_paragraphs(voice)
            elif point.topic == "follow_up":
                current += problems.follow_up(voice, int(point.keys[0][1:]), first=number == 0)
            else:
                current += self._sentences(brief, point, voice, opening=number == 0)
            if point.topic == "gap":
                close()
        close()
        return Part(key=brief.key, heading=brief.heading, paragraphs=tuple(_headed(paragraphs, voice)))

    def _sentences(self, brief: PartBrief, point: Point, voice: Voice, *, opening: bool) -> list[Sentence]:
        given = {note.id for note in voice.submission.notes}
        noted = tuple(key for key in point.keys if key in given)
        if point.topic == "note":
            opens = opening and brief.key == voice.form.aspects[0].key
            return [sentence for key in noted for sentence in notes.note(voice, key, opening=opens)]
        if point.topic == "gap":
            return [voice.gap(point.gap, point.ask, *point.provisions)]
        if point.topic == "basis":
            return frame.basis(voice, point.provisions)
        if point.topic == "result":
            result = next(item for item in voice.form.results if item.key == point.gap)
            return notes.statutory_result(voice, result, noted)
        if point.topic == "fee":
            return frame.fee(voice, noted)
        return _PLAIN[point.topic](voice)


_PLAIN: dict[str, Callable[[Voice], list[Sentence]]] = {
    "scope": frame.scope,
    "period": frame.period,
    "contact": frame.contact,
    "documents": figures.documents,
    "decisions": figures.decisions,
    "received": requests.received,
    "applicants": requests.applicants,
    "results": requests.results,
    "disputes": requests.disputes,
    "unpaid": frame.unpaid,
}


def _headed(paragraphs: list[Paragraph], voice: Voice) -> list[Paragraph]:
    """Sub-headings of 五 as printed; the paragraphs before the first one get the heading on last year's problems."""
    if not any(paragraph.heading for paragraph in paragraphs):
        return paragraphs
    if paragraphs[0].heading == "":
        paragraphs[0] = paragraphs[0].model_copy(update={"heading": "（一）{year.prev}年度所列问题的整改"})
    return [paragraph.model_copy(update={"heading": voice.ledger.render(paragraph.heading)}) for paragraph in paragraphs]
