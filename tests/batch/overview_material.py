"""Output folders of runs as a batch leaves them, made from drafts of the sample county."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from assistant.batch.records import RUN_FILE, Counts, Files, Missing, RunRecord, Shares, UnitRecord
from assistant.drafting.assemble import Drafted, draft_report
from assistant.drafting.draft import Draft
from assistant.drafting.printing import to_document
from assistant.form import FormRegistry, default_registry
from assistant.report.html_writer import write_html
from assistant.submission.model import Submission
from tests.corpus.material import COUNTY
from tests.drafting.material import submission_at

TODAY = date(2026, 1, 20)


def county_units(year: int = 2025) -> list[tuple[Submission, Submission | None]]:
    """Each unit of the sample county with its last year."""
    found = []
    for path in sorted((COUNTY / str(year)).glob("*.json")):
        last = COUNTY / str(year - 1) / path.name
        found.append((submission_at(path), submission_at(last) if last.exists() else None))
    return found


def write_run(
    out: Path,
    units: Iterable[tuple[Submission, Submission | None]],
    *,
    others: Sequence[UnitRecord] = (),
    registry: FormRegistry | None = None,
) -> RunRecord:
    """A finished run over these units, and units in other states."""
    forms = registry or default_registry()
    records = [_unit(out, number, now, last, forms) for number, (now, last) in enumerate(units)]
    run = RunRecord(
        id="run", folder="/none", year=records[0].year if records else 2025, state="finished", today=TODAY,
        units=(*records, *others),
    )  # fmt: skip
    (out / RUN_FILE).write_text(run.model_dump_json(), encoding="utf-8")
    return run


def _unit(out: Path, number: int, now: Submission, last: Submission | None, forms: FormRegistry) -> UnitRecord:
    drafted = draft_report(now, forms, previous=last, today=TODAY)
    folder = f"units/{now.unit.name}-{number}"
    (out / folder).mkdir(parents=True)
    inputs = {"submission": now.model_dump(mode="json"), "previous": last.model_dump(mode="json") if last else None}
    (out / folder / "input.json").write_text(json.dumps(inputs, ensure_ascii=False), encoding="utf-8")
    (out / folder / "draft.json").write_text(drafted.draft.model_dump_json(), encoding="utf-8")
    (out / folder / "report.html").write_text(write_html(to_document(drafted)), encoding="utf-8")
    return _record(folder, number, now, drafted)


def _record(folder: str, number: int, now: Submission, drafted: Drafted) -> UnitRecord:
    draft = drafted.draft
    failing = [finding.severity for finding in draft.findings if finding.status == "fail"]
    return UnitRecord(
        key=f"{number:016x}", unit=now.unit.name, year=now.year, kind=now.unit.kind, region=now.unit.region, state="done",
        folder=folder, today=TODAY, form=now.form,
        findings=Counts(error=failing.count("error"), warning=failing.count("warning"), info=failing.count("info")),
        missing=tuple(_missing(draft)), sentences=Shares(offline=sum(not s.gap for *_place, s in draft.sentences())),
        files=Files(html=f"{folder}/report.html", draft=f"{folder}/draft.json", input=f"{folder}/input.json"),
    )  # fmt: skip


def _missing(draft: Draft) -> Iterable[Missing]:
    asks = {gap.key: gap.ask for gap in draft.gaps}
    for part, _paragraph, _sentence, sentence in draft.sentences():
        if sentence.gap:
            yield Missing(part=part.key, key=sentence.gap, ask=asks[sentence.gap])
