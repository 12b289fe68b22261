"""Caught and planted faults by family and form, and false alarms: ``python -m benchmarks.faults [--units N] [--pdf N] [--misses]
[--write]``.

Sound reports of the sample county are printed as text, Markdown, HTML, Word and (some) PDF, read back and checked as any
foreign report; then one fault at a time is planted, and what is found besides is compared with the rules that have to notice it.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.checks.engine import CheckResult, run_checks
from assistant.checks.finding import Finding
from assistant.checks.report_subject import peer_of_report, subject_of_report
from assistant.checks.subject import Subject
from assistant.drafting.assemble import draft_report
from assistant.drafting.printing import to_document
from assistant.errors import AssistantError
from assistant.form import default_registry
from assistant.intake import read_input
from assistant.language.quantities import FIGURES, find_quantities
from assistant.report.document import Document
from assistant.report.file_kind import kind_of
from assistant.report.model import Report
from assistant.report.reading import parse
from assistant.submission.model import UnitProfile
from benchmarks.planting import Case, Fault, all_faults
from benchmarks.rendering import CONVERTER, FORMS, flattened, portable

ROOT = Path(__file__).resolve().parents[1]
COUNTY = ROOT / "corpus" / "county"
REGISTRY = default_registry()
ALARMS = ("T2", "T3", "T4", "TX", "X", "Y", "N", "R", "SIM", "C")
TRUE_REMARKS = frozenset({"C-BLANK", "C-PLACEHOLDER", "C-ZERO-INFER", "C-POSITION"})
"""What is so in the sample itself: cells left blank or marked as not applicable on purpose, lost in flattened text."""
PAGE = ROOT / "docs" / "benchmarks-checking.md"
HEAD = """# Checking: planted faults and false alarms

`python -m benchmarks.faults --units 5 --pdf 12`. Sound reports of the sample county are printed in each form, read back and checked
as any foreign report. One fault at a time is planted; it is caught when a rule that has to notice it says something new.
Untouched are all 33 reports of the county, each checked against the year before and its neighbours; remarks for information and
what is so in the sample itself (blank cells, one unit that copies last year's problems) are no alarms.
"""
COPIED = frozenset({("dongguanjiedao-2025", "SIM-PREV-S5"), ("dongguanjiedao-2025", "COV-FOLLOWUP-SAME")})
"""The one unit that hands in last year's problems unchanged (corpus/README.md)."""


@dataclass
class Score:
    """Counts by family and form, misses and alarms by name."""

    planted: Counter[tuple[str, str]] = field(default_factory=Counter)
    caught: Counter[tuple[str, str]] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)
    alarms: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    numerals: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Sample:
    """A unit's report with last year's."""

    name: str
    document: Document
    previous: Document | None
    earlier: Report | None
    profile: UnitProfile


def document_of(path: Path, previous: Path | None) -> tuple[Document, UnitProfile]:
    submission = read_input(path, REGISTRY).submission
    last = read_input(previous, REGISTRY).submission if previous and previous.exists() else None
    return to_document(draft_report(submission, REGISTRY, previous=last)), submission.unit


def sample_of(path: Path) -> Sample:
    """A unit's report of one year with the two before it, as far as there are any."""
    year = int(path.parent.name)
    before, first = (COUNTY / str(each) / path.name for each in (year - 1, year - 2))
    document, unit = document_of(path, before)
    previous = document_of(before, first)[0] if before.exists() else None
    earlier = read(flattened(previous), "before.txt") if previous else None
    return Sample(f"{path.stem}-{year}", document, previous, earlier, unit.model_copy(update={"neighbours": ("乙县水利局",)}))


def samples(units: int) -> list[Sample]:
    return [sample_of(path) for path in sorted((COUNTY / "2025").glob("*.json"))[:units]]


def read(data: bytes, name: str) -> Report:
    return parse(kind_of(data, name), data, name, REGISTRY)


def subject_of(report: Report, sample: Sample) -> Subject:
    return subject_of_report(report, registry=REGISTRY, unit=sample.profile, previous=sample.earlier)


def check(data: bytes, name: str, sample: Sample) -> tuple[Subject, CheckResult]:
    subject = subject_of(read(data, name), sample)
    return subject, run_checks(subject)


def failing(result: CheckResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.status == "fail"]


def count_untouched(score: Score, form: str, sample: Sample, subject: Subject, result: CheckResult) -> None:
    text = "\n".join(subject.texts.values())
    score.numerals[form] += sum(1 for found in find_quantities(text) if found.kind in FIGURES)
    score.cells[form] += sum(1 for cell in subject.cells.values() if cell.ok)
    for finding in failing(result):
        family = finding.rule.split("-")[0].rstrip("AB")
        true = finding.rule in TRUE_REMARKS or (sample.name, finding.rule) in COPIED
        if family in ALARMS and not true and finding.severity != "info":
            score.alarms[form].append(f"{sample.name} {finding.rule} {finding.message[:60]}")


def notices(fault: Fault, before: CheckResult, after: CheckResult) -> bool:
    """Whether one of the rules that have to notice the fault says something it did not say before."""
    known = {(rule, finding.fingerprint) for finding in failing(before) for rule in (finding.rule, *finding.also)}
    new = ((rule, finding.fingerprint) for finding in failing(after) for rule in (finding.rule, *finding.also))
    return any(each not in known and each[0] in fault.rules for each in new)


def already(fault: Fault, before: CheckResult, after: CheckResult) -> bool:
    """Whether the sound report has this very fault of its own, so that nothing was planted."""
    marks = [{finding.fingerprint for finding in failing(each) if finding.rule in fault.rules} for each in (before, after)]
    return bool(marks[0]) and marks[0] == marks[1]


def judge(score: Score, form: str, fault: Fault, sample: Sample, before: CheckResult, data: bytes, name: str) -> None:
    try:
        _subject, after = check(data, name, sample)
    except AssistantError as error:
        score.planted[fault.family, form] += 1
        score.misses.append(f"{form} {sample.name} {fault.rules[0]} {fault.name}: {error.message[:80]}")
        return
    if already(fault, before, after):
        return
    score.planted[fault.family, form] += 1
    if notices(fault, before, after):
        score.caught[fault.family, form] += 1
    else:
        score.misses.append(f"{form} {sample.name} {fault.rules[0]} {fault.name}")


def planted(sample: Sample) -> list[tuple[Fault, Document]]:
    case = Case(sample.document, subject_of(read(flattened(sample.document), "plain.txt"), sample), sample.previous)
    made = [(fault, fault.plant(case)) for fault in all_faults(case)]
    return [(fault, document) for fault, document in made if document is not None and document != sample.document]


def run_form(score: Score, form: str, sample: Sample, made: Iterable[tuple[Fault, Document]]) -> None:
    render, ending = FORMS[form]
    _subject, before = check(render(sample.document), f"{sample.name}{ending}", sample)
    for fault, document in made:
        judge(score, form, fault, sample, before, render(document), f"{sample.name}{ending}")


def run_pdf(score: Score, sample: Sample, made: list[tuple[Fault, Document]], most: int) -> None:
    chosen = made[:: max(1, len(made) // most)][:most]
    files = portable([sample.document, *(document for _fault, document in chosen)])
    subject, before = check(files[0], f"{sample.name}.pdf", sample)
    count_untouched(score, "PDF", sample, subject, before)
    for (fault, _document), data in zip(chosen, files[1:], strict=True):
        judge(score, "PDF", fault, sample, before, data, f"{sample.name}.pdf")


def table(score: Score, forms: list[str]) -> list[str]:
    families = list(dict.fromkeys(family for family, _form in score.planted))
    lines = [f"| family | {' | '.join(forms)} |", "| --- |" + " --- |" * len(forms)]
    for family in families:
        cells = [f"{score.caught[family, form]} / {score.planted[family, form]}" for form in forms]
        lines.append(f"| {family} | {' | '.join(cells)} |")
    rates = [f"{len(score.alarms[form]) * 100 / max(1, score.numerals[form]):.2f}" for form in forms]
    lines.append(f"| false alarms per 100 numerals of untouched text | {' | '.join(rates)} |")
    sizes = [f"{score.numerals[form]} / {score.cells[form]}" for form in forms]
    lines.append(f"| numerals / cells looked at | {' | '.join(sizes)} |")
    return lines


def untouched(score: Score) -> None:
    """False alarms on every report of the sample county, all years, in each form but PDF; each year's reports are peers."""
    for year in sorted(COUNTY.iterdir()):
        every = [sample_of(path) for path in sorted(year.glob("*.json"))]
        peers = {sample.name: peer_of_report(read(flattened(sample.document), sample.name)) for sample in every}
        for sample in every:
            others = tuple(peer for name, peer in peers.items() if name != sample.name)
            for form, (render, ending) in FORMS.items():
                subject = replace(subject_of(read(render(sample.document), f"{sample.name}{ending}"), sample), peers=others)
                count_untouched(score, form, sample, subject, run_checks(subject))


def measure(units: int, pdf: int) -> tuple[Score, list[str]]:
    score, forms = Score(), list(FORMS)
    untouched(score)
    for sample in samples(units):
        made = planted(sample)
        for form in forms:
            run_form(score, form, sample, made)
        if pdf and shutil.which(CONVERTER):
            run_pdf(score, sample, made, pdf)
    return score, [*forms, "PDF"] if score.numerals["PDF"] else forms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=6, help="how many units of the sample county")
    parser.add_argument("--pdf", type=int, default=8, help="how many faults a unit are also printed as PDF")
    parser.add_argument("--misses", action="store_true", help="list what was not caught and each false alarm")
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks-checking.md")
    options = parser.parse_args()
    started = time.perf_counter()
    score, forms = measure(options.units, options.pdf)
    lines = table(score, forms)
    print("\n".join(lines))
    print(f"\n{sum(score.planted.values())} faults in {time.perf_counter() - started:.0f} s")
    if options.write:
        PAGE.write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")
    if options.misses:
        print("\n".join([*score.misses, *(f"alarm {form}: {each}" for form, found in score.alarms.items() for each in found)]))


if __name__ == "__main__":
    main()
