"""What is found of wrong figures in sentences as people write them: ``python -m benchmarks.wordings [--units N] [--misses]``.

The paragraph on applications (or on active disclosure) of each report of the sample county is replaced by one sentence about its
tables. True ones must stay without a remark; of the wrong ones it is counted by kind how many are noticed by a rule on text and
tables.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace

from assistant.checks.engine import run_checks
from assistant.checks.figures import Figures
from assistant.checks.finding import Finding
from assistant.checks.subject import Subject
from benchmarks.faults import COUNTY, failing, read, sample_of, subject_of
from benchmarks.rendering import flattened
from benchmarks.wordings_material import HEADINGS, Teller, Told


def subjects(units: int) -> Iterator[tuple[str, Subject]]:
    for path in sorted(COUNTY.glob("*/*.json"), reverse=True)[:units]:
        sample = sample_of(path)
        yield sample.name, subject_of(read(flattened(sample.document), "plain.txt"), sample)


def told_alone(subject: Subject, told: Told) -> Subject:
    """The subject with nothing but this sentence in its first part."""
    return replace(subject, texts={**subject.texts, "sec1": f"{HEADINGS[told.heading]}\n{told.text}"})


def remarks(subject: Subject, told: Told) -> list[Finding]:
    found = failing(run_checks(told_alone(subject, told)))
    return [each for each in found if each.rule.startswith(told.wanted) and each.severity != "info"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=22, help="how many reports of the sample county, the latest first")
    parser.add_argument("--misses", action="store_true", help="list what was not noticed and each false alarm, by wording")
    options = parser.parse_args()
    started = time.process_time()
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    misses: dict[str, list[str]] = defaultdict(list)
    alarms: list[str] = []
    true = reports = 0
    for name, subject in subjects(options.units):
        reports += 1
        figures = Figures(subject)
        teller = Teller(subject.year or 0, figures.total)
        for told in teller.true():
            true += 1
            alarms += [f"{name}: {told.text} -> {each.rule} {each.message}" for each in remarks(subject, told)]
        for told in teller.false():
            planted[told.kind] += 1
            hit = bool(remarks(subject, told))
            found[told.kind] += hit
            if not hit:
                misses[told.kind].append(f"{name} [{told.slot}] {told.text}")
    print(f"| kind of fault | noticed / planted in {reports} reports |\n| --- | --- |")
    for kind, count in planted.items():
        print(f"| {kind} | {found[kind]} / {count} |")
    print(f"| false alarms on true sentences | {len(alarms)} / {true} |")
    print(f"\n{sum(planted.values())} faults, {time.process_time() - started:.0f} s of CPU time")
    if options.misses:
        print("\n".join(f"miss {kind}: {each}" for kind, every in misses.items() for each in every))
        print("\n".join(f"alarm {each}" for each in alarms))


if __name__ == "__main__":
    main()
