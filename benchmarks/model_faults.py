"""Drafting with a service that fails: ``python -m benchmarks.model_faults [--reports N] [--fail SHARE] [--seed N] [--write]``.

At least 200 reports, the cases of ``corpus/eval`` and generated units, each written by the competent author of the tests behind
real HTTP; a share of the answers is spoilt in ways drawn from a seed: whatever a service can do to its callers
(tests/model/faulty.py). Waits are real. Several reports are written at once, each with a connection of its own, as in a batch.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.drafting.assemble import Drafted, draft_report
from assistant.drafting.evaluate import Case, read_cases, score
from assistant.drafting.model.budget import Limits
from assistant.drafting.model.client import Connection
from assistant.drafting.model.settings import ModelSettings
from assistant.drafting.model.writer import ModelWriter
from assistant.form import default_registry
from assistant.submission.json_reader import read_json
from assistant.submission.model import Submission
from benchmarks.library_material import HOME, submissions
from benchmarks.page import MODEL, load, put, table
from benchmarks.plain_recipe import by_audit, by_lookup, numerals
from tests.corpus.material import ROOT
from tests.drafting.material import submission_at
from tests.model.faulty import BAD, CLOSED, UNREADABLE, UNWIRED, WRONG
from tests.model.service import running
from tests.model.soundness import share, unsound

CASES = ROOT / "corpus" / "eval" / "cases.json"
REQUEST, PART, REPORT = 2.0, Limits(12, 120_000, 40.0), Limits(120, 1_000_000, 60.0)
GRACE = 2.0
_FAMILIES = {"wire": UNWIRED, "refused by the service": CLOSED, "unreadable": UNREADABLE, "wrong": WRONG}

Given = tuple[str, Submission, Submission | None]


@dataclass(frozen=True)
class Told:
    """One report: what is wrong with it, what it cost, who wrote it, how its calls ended."""

    name: str
    wrong: tuple[str, ...]
    unsupported: tuple[int, int, int]
    numerals: int
    seconds: float
    model: int
    sentences: int
    outcomes: Counter[str]


def given() -> Iterator[Given]:
    """Cases first, then generated units of other counties, each with its year before where there is one."""
    for case in read_cases(CASES):
        path = CASES.parent / case.submission
        if path.exists():
            yield case.id, submission_at(path), submission_at(CASES.parent / case.previous) if case.previous else None
    last: dict[tuple[str, str], Submission] = {}
    for county, unit, data in submissions():
        if county == HOME:
            continue
        submission = read_json(json.dumps(data, ensure_ascii=False).encode(), f"{unit}.json", default_registry())
        yield f"{county}-{unit}-{submission.year}", submission, last.get((county, unit))
        last[(county, unit)] = submission


def one(url: str, home: Path, each: Given) -> Told:
    name, submission, previous = each
    offline = draft_report(submission, default_registry(), previous=previous)
    connection = Connection(
        ModelSettings(home=home, base_url=url, model="m", request_seconds=REQUEST, tries=3, part=PART, report=REPORT)
    )
    try:
        started = time.perf_counter()
        writer = ModelWriter(connection.client(name, cache=False))
        drafted = draft_report(submission, default_registry(), previous=previous, writer=writer)
        seconds = time.perf_counter() - started
    finally:
        connection.close()
    text = "".join(sentence.rendered for *_place, sentence in drafted.draft.sentences())
    outcomes = Counter(each.outcome for result in writer.results.values() for each in result.rounds)
    counts = (score(Case(id=name, submission=""), drafted).unsupported, by_audit(text, drafted), looked_up(text, drafted, offline))
    return Told(name, tuple(unsound(drafted, offline)), counts, len(numerals(text)), seconds, *share(drafted), outcomes)


def looked_up(text: str, drafted: Drafted, offline: Drafted) -> int:
    """Numerals not among the allowed values, but for those the offline draft of the same unit has too."""
    plain = "".join(sentence.rendered for *_place, sentence in offline.draft.sentences())
    return max(0, by_lookup(text, drafted) - by_lookup(plain, offline))


def run(reports: int, fail: float, seed: int, workers: int = 6) -> tuple[list[Told], list[dict[str, Any]]]:
    """Draft the reports; also the service's history."""
    chosen = list(given())[:reports]
    service = running(latency=0.2, fail=fail, seed=seed, seconds=REQUEST + 1)
    with tempfile.TemporaryDirectory() as folder, service as there, ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(lambda each: one(there.url, Path(folder), each), chosen))
    return found, [seen for seen in there.history if not seen["probe"]]


def lines(found: list[Told], history: list[dict[str, Any]]) -> list[str]:
    drawn = Counter(seen["fault"] for seen in history if seen["fault"])
    seconds = [told.seconds for told in found]
    by_model, sentences = sum(told.model for told in found), sum(told.sentences for told in found)
    ours, audit, lookup = (sum(column) for column in zip(*(told.unsupported for told in found), strict=True))
    rows = [
        ("reports", len(found), "≥ 200"),
        ("requests that reached the service", len(history), ""),
        (
            "of them spoilt",
            f"{sum(drawn.values())} ({sum(drawn.values()) / len(history):.1%}), {len(drawn)} of {len(BAD)} ways",
            "20 %",
        ),
        ("reports incomplete or unsound", sum(bool(told.wrong) for told in found), "0"),
        ("unsupported numerals: score, TX-NOSRC on the bare text, look-up", f"{ours}, {audit}, {lookup}", "0"),
        ("numerals looked at", sum(told.numerals for told in found), ""),
        ("seconds a report: median, longest", f"{statistics.median(seconds):.1f}, {max(seconds):.1f}", f"≤ {REPORT.seconds:g}"),
        ("reports beyond the time limit", sum(told.seconds > (REPORT.seconds or 0) + GRACE for told in found), "0"),
        ("sentences by the model", f"{by_model} of {sentences} ({by_model / sentences:.1%})", ""),
        ("reports wholly by the offline writer", sum(not told.model for told in found), ""),
    ]
    outcomes = sum((told.outcomes for told in found), Counter[str]())
    families = [(name, sum(drawn[fault] for fault in faults), ", ".join(faults)) for name, faults in _FAMILIES.items()]
    return [
        *table(("measure", "measured", "bar"), rows),
        "",
        *table(("outcome of a question", "times"), outcomes.most_common()),
        "",
        *table(("spoilt answers", "times", "ways"), families),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=240)
    parser.add_argument("--fail", type=float, default=0.2)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    busy, started = load(), time.perf_counter()
    found, history = run(chosen.reports, chosen.fail, chosen.seed)
    told = [f"Seed {chosen.seed}, {busy}, {time.perf_counter() - started:.0f} s in all.", "", *lines(found, history)]
    print("\n".join(told))
    for each in found:
        for wrong in each.wrong:
            print(f"{each.name}: {wrong}")
    if chosen.write:
        put(MODEL, "A fifth of the calls failing", ["`python -m benchmarks.model_faults`", "", *told])


if __name__ == "__main__":
    main()
