"""From a submission to a draft: facts, brief, writing, audit. Plain functions; the same inputs give the same draft."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, runtime_checkable

from assistant.checks.engine import run_checks, sort_findings
from assistant.checks.finding import Finding
from assistant.checks.report_subject import subject_of_report
from assistant.checks.subject import PlacedSentence, Subject, subject_of_submission
from assistant.drafting.brief import Brief, PartBrief, check_brief
from assistant.drafting.draft import Draft, FactView, Gap, Hint, Part, Usage
from assistant.drafting.offline.voice import Voice
from assistant.drafting.offline.writer import OfflineWriter
from assistant.drafting.planning import Planner
from assistant.drafting.previous import require_last_year, same_unit
from assistant.facts.ledger import Ledger, build_ledger
from assistant.form import Form, FormRegistry, scope_word, self_name, unit_kinds
from assistant.report.model import Report
from assistant.submission.model import Submission


class Writer(Protocol):
    """Turns the brief of a part into sentences. The model writer and the offline writer share this interface."""

    name: str

    def write(self, brief: PartBrief, voice: Voice) -> Part:
        """Write one part."""
        ...


@runtime_checkable
class ReportWriter(Protocol):
    """A writer that writes all parts of a report at once and says with which model and prompts, at what cost."""

    name: str

    @property
    def model(self) -> str:
        """The model's name, empty if none answered."""
        ...

    @property
    def prompts(self) -> dict[str, str]:
        """Versions of the prompts used, by name."""
        ...

    @property
    def usage(self) -> Usage:
        """What it cost."""
        ...

    def write_all(self, brief: Brief, voice: Voice) -> tuple[Part, ...]:
        """Write all parts."""
        ...


@dataclass(frozen=True)
class Drafted:
    """A draft with what it was made from."""

    draft: Draft
    submission: Submission
    form: Form
    ledger: Ledger
    previous: Submission | None
    previous_form: Form | None


def draft_report(
    submission: Submission,
    registry: FormRegistry,
    *,
    previous: Submission | None = None,
    report: Report | None = None,
    writer: Writer | ReportWriter | None = None,
    brief: Brief | None = None,
    today: date | None = None,
) -> Drafted:
    """Draft a report.

    Args:
        submission: what the unit handed in.
        registry: known forms.
        previous: last year's submission, if any.
        report: the report the submission's tables were read from, if it was one; its own text is checked too.
        writer: who writes; the offline writer if None.
        brief: an edited brief to write from; planned from the facts if None.
        today: the day of drafting, for deadlines; None leaves them unjudged.

    Raises:
        InputError: ``previous`` is of another year than the one before, or ``brief`` asks for what the facts do not bear.
    """
    started = time.perf_counter()
    form = registry.for_report(submission.form, submission.year)
    other_unit = ""
    if previous is not None:
        require_last_year(submission, previous)
        if not same_unit(submission.unit, previous.unit):
            other_unit, previous = previous.unit.name, None
    previous_form = registry.get(previous.form) if previous else None
    ledger = build_ledger(submission, form, previous, previous_form)
    kind = unit_kinds()[submission.unit.kind]
    planned = Planner(submission, form, ledger, kind, previous).brief()
    if brief is not None:
        check_brief(brief, planned, submission, form, ledger)
    brief = brief or planned
    unit = submission.unit
    voice = Voice(
        submission=submission,
        previous=previous,
        form=form,
        ledger=ledger,
        kind=kind,
        own=self_name(kind, unit.name, unit.region),
        scope=scope_word(kind, unit.name, unit.region),
    )
    chosen: Writer | ReportWriter = writer or OfflineWriter()
    whole = chosen if isinstance(chosen, ReportWriter) else None
    parts = _written(chosen, brief, voice)
    subject = subject_of_submission(submission, registry=registry, previous=previous, today=today)
    subject = replace(subject, published=report.published if report else None, other_unit=other_unit)
    findings = _audit(subject, parts, ledger)
    if report is not None:
        findings = sort_findings(subject, (*findings, *_of_source(report, registry, submission, findings)))
    title = ledger.render("{unit.name}{year}年政府信息公开工作年度报告")
    draft = Draft(
        unit=unit.name,
        year=submission.year,
        form=form.id,
        title=title,
        writer="model" if whole else "offline",
        fingerprint=_fingerprint(submission, previous, brief, whole),
        parts=parts,
        gaps=tuple(_gaps(parts)),
        hints=tuple(_hints(brief, voice)),
        facts=_facts(ledger, parts),
        brief=brief,
        findings=findings,
        usage=_usage(whole, time.perf_counter() - started),
        model=whole.model if whole else "",
        prompts=whole.prompts if whole else {},
    )
    return Drafted(draft, submission, form, ledger, previous, previous_form)


def _written(writer: Writer | ReportWriter, brief: Brief, voice: Voice) -> tuple[Part, ...]:
    if isinstance(writer, ReportWriter):
        return writer.write_all(brief, voice)
    return tuple(writer.write(part, voice) for part in brief.parts)


def _audit(subject: Subject, parts: tuple[Part, ...], ledger: Ledger) -> tuple[Finding, ...]:
    texts, sentences = place_sentences(parts)
    return run_checks(replace(subject, texts=texts, sentences=sentences, ledger=ledger)).findings


def _of_source(report: Report, registry: FormRegistry, submission: Submission, told: tuple[Finding, ...]) -> Iterator[Finding]:
    """What is odd about the report the tables came from and not told of the draft itself.

    Without a span, because the report's text is not the draft's.
    """
    subject = subject_of_report(report, registry=registry, unit=submission.unit)
    known = {finding.rule for finding in told}
    for finding in run_checks(subject, scopes={"report"}).findings:
        if finding.rule not in known:
            yield finding.model_copy(update={"section": "", "start": None, "end": None, "message": f"来件：{finding.message}"})


def place_sentences(parts: tuple[Part, ...]) -> tuple[dict[str, str], tuple[PlacedSentence, ...]]:
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


def _gaps(parts: tuple[Part, ...]) -> Iterator[Gap]:
    for part in parts:
        for paragraph in part.paragraphs:
            for sentence in paragraph.sentences:
                if sentence.gap:
                    yield Gap(key=sentence.gap, ask=sentence.rendered.partition("【待补：")[2].removesuffix("】"))


def _hints(brief: Brief, voice: Voice) -> Iterator[Hint]:
    for suggestion in brief.suggestions:
        yield Hint(kind="problem", text=voice.ledger.render(suggestion.text), sources=suggestion.keys)
    yield from voice.hints
    if not voice.has("unit.contact.phone"):
        yield Hint(kind="profile", text="单位档案没有联系电话，前言未写", sources=("unit",))


def _facts(ledger: Ledger, parts: tuple[Part, ...]) -> dict[str, FactView]:
    """The facts the draft rests on: every slot and every source that is a fact."""
    used: dict[str, None] = {}
    for part in parts:
        for paragraph in part.paragraphs:
            for sentence in paragraph.sentences:
                used |= dict.fromkeys((*ledger.slots(sentence.text), *sentence.sources))
    facts = ((key, ledger.get(key)) for key in used)
    return {key: FactView(label=fact.label, value=fact.text, unit=fact.unit, source=fact.source) for key, fact in facts if fact}


def _usage(writer: ReportWriter | None, seconds: float) -> Usage:
    return (writer.usage if writer else Usage()).model_copy(update={"seconds": round(seconds, 3)})


def _fingerprint(submission: Submission, previous: Submission | None, brief: Brief, writer: ReportWriter | None) -> str:
    """16 hex digits over the inputs, the brief, model and prompts: equal drafts have equal fingerprints."""
    digest = hashlib.sha256()
    for item in (submission, previous, brief):
        digest.update(item.model_dump_json(exclude={"file"}).encode("utf-8") if item else b"-")
    if writer is not None:
        digest.update(repr((writer.model, sorted(writer.prompts.items()))).encode("utf-8"))
    return digest.hexdigest()[:16]
