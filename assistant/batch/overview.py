"""Builds the overview of a run from its records: states, findings, deadlines, figures, outliers, copied text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.batch.overview_model import Chart, Figure, Measure, MissingPart, Overview, Remark, UnitLine
from assistant.batch.overview_outliers import outliers, overview_data
from assistant.batch.records import UnitRecord, inside, read_inputs, read_run
from assistant.batch.similarity import CopiedPair, Copying, SimilaritySettings, UnitText, copied_last_year, copied_pairs
from assistant.errors import AssistantError
from assistant.facts.tables import YearFigures
from assistant.form import Form, FormRegistry, default_registry, unit_kinds

if TYPE_CHECKING:
    from assistant.submission.model import Submission

OVERVIEW_HTML, OVERVIEW_XLSX = "overview.html", "overview.xlsx"
_FINDINGS = 8
_PAIRS_KEPT = 1000
_OTHER_PARTS = {"preface": "前言", "sec1": "总体情况"}


@dataclass(frozen=True)
class _Handed:
    """What a unit handed in, with its form and that of last year's."""

    key: str
    now: Submission
    form: Form
    before: Submission | None
    earlier: Form | None


def build_overview(
    out: Path,
    *,
    registry: FormRegistry | None = None,
    today: date | None = None,
    settings: SimilaritySettings | None = None,
    similarity: bool = True,
) -> Overview:
    """The overview of a run, finished or not.

    Args:
        out: the run's output folder.
        registry: the forms known; the default ones if None.
        today: the day deadlines are counted from; the run's if None.
        settings: what counts as copied.
        similarity: compare the texts of all units; left out it is faster.

    Raises:
        InputError: there is no run, or its record cannot be read.
    """
    run = read_run(out)
    forms = registry or default_registry()
    day = today or run.today
    handed: dict[str, _Handed] = {}
    notes: list[str] = []
    for unit in run.units:
        found = _handed(out, unit, forms, notes)
        if found is not None:
            handed[unit.key] = found
    form = _common_form(handed.values(), forms, run.year)
    measures = tuple(_measures(form))
    lines = tuple(_line(out, unit, handed.get(unit.key), measures, day, unit.year or run.year) for unit in run.units)
    copying, last_year = _copied(handed.values(), settings) if similarity else (Copying(), ())
    notes += _notes(lines, similarity)
    return Overview(
        year=run.year,
        today=day,
        state=run.state,
        message=run.message,
        units=lines,
        measures=measures,
        charts=tuple(_charts(measures)),
        outliers=tuple(outliers(lines, copying.pairs, last_year)),
        pairs=copying.pairs[:_PAIRS_KEPT],
        pairs_found=len(copying.pairs),
        last_year=last_year,
        crowds=copying.crowds,
        notes=tuple(notes),
    )


def write_overview(out: Path, overview: Overview) -> tuple[Path, Path]:
    """Write the page and the workbook into the output folder; gives their paths.

    Raises:
        OutputError: they cannot be written; older ones are left as they were.
    """
    from assistant.batch.overview_html import overview_html
    from assistant.batch.overview_xlsx import overview_workbook
    from assistant.files import write_all

    paths = out / OVERVIEW_HTML, out / OVERVIEW_XLSX
    contents = overview_html(overview).encode("utf-8"), overview_workbook(overview)
    write_all(list(zip(paths, contents, strict=True)))
    return paths


def _handed(out: Path, unit: UnitRecord, forms: FormRegistry, notes: list[str]) -> _Handed | None:
    if unit.state != "done":
        return None
    try:
        now, before = read_inputs(out, unit)
        earlier = forms.get(before.form) if before else None
        if before is None and now.previous_cells:
            earlier = forms.for_cells(now.previous_cells, now.year - 1)
        return _Handed(unit.key, now, forms.get(now.form), before, earlier)
    except AssistantError as error:
        notes.append(f"{unit.unit}的数没有列出：{error.message}")
        return None


def _common_form(handed: Iterable[_Handed], forms: FormRegistry, year: int | None) -> Form:
    """The form most units filled in; without any, the year's or the latest."""
    used = [each.form for each in handed]
    if used:
        return max(used, key=lambda form: sum(other.id == form.id for other in used))
    return forms.for_year(year) if year else forms.forms[-1]


def _measures(form: Form) -> Iterator[Measure]:
    figures = YearFigures(form, {})
    for row in overview_data()["measures"]:
        key = row["key"]
        if key in form.cells or key in figures.sums:
            yield Measure(
                key=key, short=row["short"], label=figures.name(key), unit=figures.unit(key), column=row.get("column", True)
            )


def _charts(measures: Sequence[Measure]) -> Iterator[Chart]:
    known = {measure.key for measure in measures}
    for row in overview_data()["charts"]:
        keys = tuple(key for key in row["keys"] if key in known)
        if keys:
            yield Chart(id=row["id"], title=row["title"], style=row["style"], keys=keys)


def _line(
    out: Path, unit: UnitRecord, handed: _Handed | None, measures: Sequence[Measure], today: date | None, year: int | None
) -> UnitLine:
    kind = unit_kinds().get(unit.kind)
    due = kind.deadline_for(year) if kind and year else None
    figures = _figures(handed, measures) if handed else {}
    return UnitLine(
        key=unit.key,
        unit=unit.unit,
        kind=unit.kind,
        kind_label=kind.label if kind else "",
        region=unit.region,
        state=unit.state,
        message=unit.message,
        notes=unit.notes,
        errors=unit.findings.error,
        warnings=unit.findings.warning,
        unknown=unit.findings.unknown,
        findings=tuple(_findings(out, unit)),
        missing=tuple(MissingPart(part=_part_name(handed, each.part), ask=each.ask) for each in unit.missing),
        due=due,
        days_left=(due - today).days if due and today else None,
        figures=figures,
        changed=_changed(handed, figures),
        sentences=unit.sentences,
        fallback=unit.fallback,
        from_report=handed is not None and not _own_words(handed.now),
        docx=unit.files.docx if inside(unit.files.docx) else "",
        html=unit.files.html if inside(unit.files.html) else "",
        draft=unit.files.draft if inside(unit.files.draft) else "",
    )


def _part_name(handed: _Handed | None, part: str) -> str:
    names = dict(_OTHER_PARTS)
    if handed:
        names |= {section.key: section.title for section in handed.form.sections}
        names |= {aspect.key: aspect.heading for aspect in handed.form.aspects}
    return names.get(part, part)


def _figures(handed: _Handed, measures: Sequence[Measure]) -> dict[str, Figure]:
    """This year's measures and last year's; none for last year where the forms cannot be compared."""
    now = YearFigures(handed.form, handed.now.cells).values
    cells = handed.before.cells if handed.before else handed.now.previous_cells
    before = YearFigures(handed.earlier, cells, "prev.").values if handed.earlier and cells else {}
    comparable = {m.key for m in measures if handed.earlier and handed.form.comparable(handed.earlier, m.key)}
    return {m.key: Figure(now=now.get(m.key), before=before.get(m.key) if m.key in comparable else None) for m in measures}


def _changed(handed: _Handed | None, figures: dict[str, Figure]) -> tuple[str, ...]:
    keys: list[str] = [key for key in overview_data()["changes"]["keys"] if handed and key in figures and figures[key].change]
    return tuple(sorted(keys, key=lambda key: -abs(figures[key].change or Decimal(0))))


def _findings(out: Path, unit: UnitRecord) -> Iterator[Remark]:
    """The error findings of a unit's draft; none where the file is gone (the record still has their number)."""
    if not unit.findings.error or not inside(unit.files.draft):
        return
    try:
        found = json.loads((out / unit.files.draft).read_text(encoding="utf-8"))["findings"]
        failing = [each for each in found if each["severity"] == "error" and each["status"] == "fail"]
        for each in failing[:_FINDINGS]:
            yield Remark(rule=str(each["rule"]), message=str(each["message"]), remedy=str(each.get("remedy", "")))
    except (OSError, ValueError, KeyError, TypeError):
        return


def text_of(key: str, submission: Submission, form: Form) -> UnitText:
    """What a unit wrote of its own: notes, problems, measures, follow-ups, by part. Not what any writer made of the figures."""
    texts: dict[str, list[str]] = {}
    for note in submission.notes:
        texts.setdefault(note.aspect, []).append(note.text)
    last = [section.key for section in form.sections if section.kind == "narrative"]
    answers = last[1] if len(last) > 1 else last[0]
    items = (submission.problems, submission.improvements, submission.follow_ups)
    texts.setdefault(answers, []).extend(item.text for group in items for item in group if item.text)
    unit = submission.unit
    names = tuple(dict.fromkeys(filter(None, (unit.name, unit.region, *unit.aliases))))
    return UnitText(key, {part: "\n".join(lines) for part, lines in texts.items()}, form, names)


def _own_words(submission: Submission) -> bool:
    return bool(submission.notes or submission.problems or submission.improvements or submission.follow_ups)


def _copied(handed: Iterable[_Handed], settings: SimilaritySettings | None) -> tuple[Copying, tuple[CopiedPair, ...]]:
    written = [each for each in handed if _own_words(each.now)]
    copying = copied_pairs((text_of(each.key, each.now, each.form) for each in written), settings)
    years = (
        (text_of(each.key, each.now, each.form), text_of(each.key, each.before, each.earlier or each.form))
        for each in written
        if each.before is not None and _own_words(each.before)
    )
    return copying, copied_last_year(years, settings)


def _notes(lines: Sequence[UnitLine], similarity: bool) -> Iterator[str]:
    reports = sum(line.from_report for line in lines)
    if not similarity:
        yield "这一次没有比较各单位的文字"
    elif reports:
        yield f"{reports} 个单位交来的没有工作素材，文字没有参加比较；成稿之间的雷同可用 assistant check 检查"
