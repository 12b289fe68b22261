"""From a submission to a draft: facts, brief, writing, audit. Plain functions; the same inputs give the same draft."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, runtime_checkable

from assistant.checks.finding import Finding
from assistant.drafting.audit import audit_parts
from assistant.drafting.brief import Brief, PartBrief, check_brief
from assistant.drafting.draft import Draft, FactView, Gap, Hint, Part, Usage, WriterName
from assistant.drafting.material import Material, gather
from assistant.drafting.offline.remarks import remarks_on_notes
from assistant.drafting.offline.voice import Voice
from assistant.drafting.offline.writer import OfflineWriter
from assistant.errors import InputError
from assistant.facts.ledger import Ledger
from assistant.form import Form, FormRegistry
from assistant.report.model import Report
from assistant.submission.model import Submission

TITLE = "{unit.name}{year}年政府信息公开工作年度报告"


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
    """A draft with what it was made from; ``report`` and ``today`` as given to :func:`draft_report`."""

    draft: Draft
    material: Material
    report: Report | None = None
    today: date | None = None

    @property
    def submission(self) -> Submission:
        """What the unit handed in."""
        return self.material.submission

    @property
    def form(self) -> Form:
        """The form it is judged by."""
        return self.material.form

    @property
    def ledger(self) -> Ledger:
        """The facts."""
        return self.material.ledger

    @property
    def previous(self) -> Submission | None:
        """Last year's submission."""
        return self.material.previous

    @property
    def previous_form(self) -> Form | None:
        """The form of last year's submission."""
        return self.material.previous_form

    def voice(self) -> Voice:
        """The same material for another round of writing, its list of hints empty."""
        return self.material.voice()


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
    material = gather(submission, registry, previous=previous)
    chosen_brief = material.plan()
    if brief is not None:
        check_brief(brief, chosen_brief, submission, material.form, material.ledger)
        chosen_brief = brief
    voice = material.voice()
    chosen: Writer | ReportWriter = writer or OfflineWriter()
    whole = chosen if isinstance(chosen, ReportWriter) else None
    parts = _written(chosen, chosen_brief, voice)
    draft = _draft(material, chosen_brief, voice, whole, parts)
    draft = draft.model_copy(update={"usage": _usage(whole, time.perf_counter() - started)})
    return _audited(Drafted(draft, material, report, today))


def _draft(material: Material, brief: Brief, voice: Voice, whole: ReportWriter | None, parts: tuple[Part, ...]) -> Draft:
    """The draft without findings and cost."""
    made = (whole.model, whole.prompts) if whole else None
    return Draft(
        unit=material.submission.unit.name,
        year=material.submission.year,
        form=material.form.id,
        title=material.ledger.render(TITLE),
        writer="model" if whole else "offline",
        fingerprint=_fingerprint(material.submission, material.previous, brief, made),
        parts=parts,
        gaps=tuple(_gaps(parts)),
        hints=tuple(_hints(brief, voice)),
        facts=_facts(material.ledger, parts),
        brief=brief,
        model=whole.model if whole else "",
        prompts=whole.prompts if whole else {},
    )


def rewrite_part(drafted: Drafted, key: str, writer: Writer | None = None, *, brief: Brief | None = None) -> Drafted:
    """Write one part of a draft again; the other parts stay as they are, sentence by sentence, also those edited by a person.

    Args:
        drafted: the draft, its parts as they now stand.
        key: the part's key (``s1.request``).
        writer: who writes: a ``ModelWriter``, or the offline writer if None (``OfflineWriter(variant=1)`` for other wordings).
        brief: an edited brief; only its part ``key`` counts. The draft's own if None.

    Returns:
        The draft with the new part, its gaps, hints, facts, findings, cost and fingerprint brought up to date.

    Raises:
        InputError: there is no such part, or the edited brief asks for what the facts do not bear.
    """
    old, ledger = drafted.draft, drafted.ledger
    if key not in {part.key for part in old.parts}:
        raise InputError(f"报告里没有“{key[:40]}”这一部分", remedy=f"可用：{'、'.join(part.key for part in old.parts)}")
    started = time.perf_counter()
    brief = _with_part(drafted, brief, key) if brief else old.brief
    chosen = writer or OfflineWriter()
    whole = chosen if isinstance(chosen, ReportWriter) else None
    part = chosen.write(next(part for part in brief.parts if part.key == key), drafted.voice())
    parts = tuple(part if each.key == key else each for each in old.parts)
    hinted = drafted.voice()
    for each in brief.parts:
        OfflineWriter().write(each, hinted)
    model, prompts = (whole.model or old.model, old.prompts | whole.prompts) if whole else (old.model, old.prompts)
    writer_name: WriterName = "model" if whole else old.writer
    made = (model, prompts) if writer_name == "model" else None
    draft = old.model_copy(
        update={
            "parts": parts,
            "brief": brief,
            "writer": writer_name,
            "gaps": tuple(_gaps(parts)),
            "hints": tuple(_hints(brief, hinted)),
            "facts": _facts(ledger, parts),
            "fingerprint": _fingerprint(drafted.submission, drafted.previous, brief, made),
            "usage": _sum(old.usage, _usage(whole, time.perf_counter() - started)),
            "model": model,
            "prompts": prompts,
        }
    )
    return _audited(replace(drafted, draft=draft))


def _with_part(drafted: Drafted, edited: Brief, key: str) -> Brief:
    """The draft's brief with one part of an edited one, which is checked whole."""
    planned = drafted.material.plan()
    check_brief(edited, planned, drafted.submission, drafted.form, drafted.ledger)
    own = next(part for part in edited.parts if part.key == key)
    old = drafted.draft.brief
    return old.model_copy(update={"parts": tuple(own if part.key == key else part for part in old.parts)})


def _audited(drafted: Drafted) -> Drafted:
    """The draft with the findings on its text, and on the report its tables came from."""
    findings = audit_parts(drafted.material, drafted.draft.parts, report=drafted.report, today=drafted.today)
    return replace(drafted, draft=drafted.draft.model_copy(update={"findings": findings}))


def with_parts(drafted: Drafted, parts: tuple[Part, ...], findings: tuple[Finding, ...]) -> Drafted:
    """A draft with its parts as people left them: gaps and facts follow, the findings are given.

    Args:
        drafted: the draft.
        parts: its parts as they now stand.
        findings: those on these parts.
    """
    changed = {"parts": parts, "gaps": tuple(_gaps(parts)), "facts": _facts(drafted.ledger, parts), "findings": findings}
    return replace(drafted, draft=drafted.draft.model_copy(update=changed))


def _sum(one: Usage, two: Usage) -> Usage:
    totals = {name: getattr(one, name) + getattr(two, name) for name in Usage.model_fields}
    return Usage(**(totals | {"seconds": round(totals["seconds"], 3)}))


def _written(writer: Writer | ReportWriter, brief: Brief, voice: Voice) -> tuple[Part, ...]:
    if isinstance(writer, ReportWriter):
        return writer.write_all(brief, voice)
    return tuple(writer.write(part, voice) for part in brief.parts)


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
    yield from remarks_on_notes(voice)
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


def _fingerprint(
    submission: Submission, previous: Submission | None, brief: Brief, made: tuple[str, Mapping[str, str]] | None
) -> str:
    """16 hex digits over the inputs, the brief, model and prompts: equal drafts have equal fingerprints."""
    digest = hashlib.sha256()
    for item in (submission, previous, brief):
        digest.update(item.model_dump_json(exclude={"file"}).encode("utf-8") if item else b"-")
    if made is not None:
        digest.update(repr((made[0], sorted(made[1].items()))).encode("utf-8"))
    return digest.hexdigest()[:16]
