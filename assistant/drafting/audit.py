"""The checks on a report's text against what it was written from, as drafted or as edited by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.checks.engine import run_checks, sort_findings
from assistant.checks.finding import Finding
from assistant.checks.report_subject import subject_of_report
from assistant.checks.subject import Peer, PlacedSentence, subject_of_submission
from assistant.drafting.draft import Part
from assistant.drafting.material import Material
from assistant.report.model import Report


def audit_parts(
    material: Material,
    parts: Sequence[Part],
    *,
    report: Report | None = None,
    previous_texts: Mapping[str, str] | None = None,
    peers: Sequence[Peer] = (),
    today: date | None = None,
) -> tuple[Finding, ...]:
    """Check the text of a report.

    Args:
        material: what the report is written from.
        parts: all narrative parts in printed order; one without paragraphs counts as left out.
        report: the report the submission's tables were read from, if it was one; what is odd about it is told too.
        previous_texts: the text of last year's report by part, for likeness.
        peers: other units' reports, for likeness.
        today: the day of checking, for deadlines; None leaves them unjudged.

    Raises:
        AssistantError: a rule failed to run; nothing passes unchecked.
    """
    subject = subject_of_submission(material.submission, registry=material.registry, previous=material.previous, today=today)
    texts, sentences = place_sentences(parts)
    subject = replace(
        subject,
        published=report.published if report else None,
        other_unit=material.other_unit,
        texts=texts,
        previous_texts=previous_texts or {},
        peers=tuple(peers),
        sentences=sentences,
        ledger=material.ledger,
    )
    findings = run_checks(subject).findings
    if report is None:
        return findings
    return sort_findings(subject, (*findings, *_of_source(report, material, findings)))


def _of_source(report: Report, material: Material, told: Sequence[Finding]) -> Iterator[Finding]:
    """What is odd about the report the tables came from and not told of the draft itself.

    Without a span, because the report's text is not the draft's.
    """
    subject = subject_of_report(report, registry=material.registry, unit=material.submission.unit)
    known = {finding.rule for finding in told}
    for finding in run_checks(subject, scopes={"report"}).findings:
        if finding.rule not in known:
            yield finding.model_copy(update={"section": "", "start": None, "end": None, "message": f"来件：{finding.message}"})


def place_sentences(parts: Sequence[Part]) -> tuple[dict[str, str], tuple[PlacedSentence, ...]]:
    """The text of each part (paragraphs and their headings, one a line) and where each sentence stands in it."""
    texts: dict[str, str] = {}
    placed: list[PlacedSentence] = []
    for part in parts:
        text = ""
        for paragraph in part.paragraphs:
            text += f"{paragraph.heading}\n" if paragraph.heading else ""
            for sentence in paragraph.sentences:
                start = len(text)
                text += sentence.rendered
                placed.append(PlacedSentence(part.key, start, len(text), sentence))
            text += "\n"
        texts[part.key] = text.rstrip("\n")
    return texts, tuple(placed)
