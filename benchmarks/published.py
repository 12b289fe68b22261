"""Faults as they are met in published reports: ``python -m benchmarks.published [--units N] [--misses]``.

Each is planted into every report of the sample county in three forms and read back as a foreign report, without any profile of
the unit and with last year's report beside it. Noticed is a new finding that is no mere information, or a value no longer accepted
where the fault is in a table.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from assistant.checks.engine import CheckResult, run_checks
from assistant.checks.report_subject import subject_of_report
from assistant.errors import AssistantError
from assistant.report.document import Document, Heading, Run, TextParagraph
from benchmarks.faults import COUNTY, REGISTRY, Sample, failing, read, sample_of
from benchmarks.planting import body_of, replaced, with_cells, with_elements
from benchmarks.rendering import FORMS, paragraph_text

Plant = Callable[[Sample], Document | None]
CHECKED = ("text", "HTML", "Word")
OTHERS = ("县卫生健康局", "县交通运输局", "县农业农村局", "县民政局")


@dataclass(frozen=True)
class Kind:
    """A kind of fault with the rules any of which has to notice it."""

    name: str
    rules: tuple[str, ...]
    plant: Plant


def body_years(sample: Sample) -> Document | None:
    """The report year in the middle of a sentence of part one left at last year's."""
    year = sample.document.year
    for element in body_of(sample.document, "一、"):
        text = paragraph_text(element)
        found = re.search(rf"(?<=[一-龥，]){year}年(?!度)", text)
        if found:
            wrong = text[: found.start()] + f"{year - 1}年" + text[found.end() :]
            return replaced(sample.document, text, wrong)
    return None


def sentence_of_last_year(sample: Sample) -> Document | None:
    year = sample.document.year
    return added(sample.document, "（一）", f"通过门户网站更新目录，{year - 1}年共更新信息公开目录37条。")


def added(document: Document, heading: str, text: str) -> Document | None:
    """A paragraph put at the end of the first text below a heading."""
    elements = list(document.elements)
    at = next((n for n, each in enumerate(elements) if isinstance(each, Heading) and heading in each.text), None)
    return (
        with_elements(document, [*elements[: at + 2], TextParagraph((Run(text),)), *elements[at + 2 :]]) if at is not None else None
    )


def other_unit(sample: Sample) -> Document | None:
    """Another office as the subject, once in the middle of part one."""
    name = next(other for other in OTHERS if other[1:] not in sample.document.title)
    return added(sample.document, "（三）", f"信息发布前逐条审查，{name}全年审查信息412条，未发现泄密。")


def other_county(sample: Sample) -> Document | None:
    return added(sample.document, "（三）", "信息公布前由临江县保密委员会审查。")


def renamed(number: str, title: str) -> Plant:
    def plant(sample: Sample) -> Document | None:
        elements = [
            replace(each, text=f"{number}{title}") if isinstance(each, Heading) and each.text.startswith(number) else each
            for each in sample.document.elements
        ]
        return with_elements(sample.document, elements)

    return plant


def swapped(first: str, second: str) -> Plant:
    def plant(sample: Sample) -> Document | None:
        cut: dict[str, list[object]] = {"": []}
        name = ""
        for each in sample.document.elements:
            if isinstance(each, Heading) and re.match("[一二三四五六]、", each.text):
                name = each.text[:2]
            cut.setdefault(name, []).append(each)
        order = {first: second, second: first}
        return with_elements(sample.document, [each for key in cut for each in cut[order.get(key, key)]])  # type: ignore[misc]

    return plant


def last_years_paragraph(sample: Sample) -> Document | None:
    texts = [paragraph_text(each) for each in body_of(sample.previous, "一、")] if sample.previous else []
    now = "".join(paragraph_text(each) for each in sample.document.elements)
    old = [text for text in texts if len(text) > 80 and text not in now]
    return added(sample.document, "（三）", old[0]) if old else None


def blank_told_as_nought(sample: Sample) -> Document | None:
    row = [key for key in sample.document.form.cells if key.startswith("t4.rev.")]
    blanked = with_cells(sample.document, dict.fromkeys(row, None))
    return added(blanked, "（二）", "全年行政复议0件。")


def total_by_one(sample: Sample) -> Document | None:
    key = "t3.r7_total.total"
    cell = sample.document.cells.get(key)
    return with_cells(sample.document, {key: cell.value + 1}) if cell and cell.value is not None else None


def shifted(sample: Sample) -> Document | None:
    """A row's figures one column to the right, its last one gone."""
    row = [key for key in sample.document.form.cells if key.startswith("t3.r1_open.")]
    cells = [sample.document.cells.get(key) for key in row]
    if any(cell is None or cell.value is None for cell in cells) or not any(cell and cell.value for cell in cells[:-1]):
        return None
    values = [0, *(cell.value for cell in cells[:-1] if cell)]
    return with_cells(sample.document, dict(zip(row, values, strict=True)))


def wrong_cell(key: str, raw: str) -> Plant:
    return lambda sample: with_cells(sample.document, {key: raw})


def across_tables(sample: Sample) -> Document | None:
    text = "全年新收政府信息公开申请61件，上年结转5件，共计办结70件，结转下年度4件。"
    return added(sample.document, "（二）", text)


KINDS = (
    Kind("last year's year in mid-sentence", ("Y-LEFTOVER",), body_years),
    Kind("a sentence of last year", ("Y-LEFTOVER",), sentence_of_last_year),
    Kind("another office once", ("N-LEFTOVER", "N-REGION"), other_unit),
    Kind("another county once", ("N-LEFTOVER", "N-REGION"), other_county),
    Kind("part five renamed", ("S-SECTION-MISSING", "S-SECTION-ORDER", "S-SECTION-TITLE"), renamed("五、", "下一步工作打算")),
    Kind("part six renamed", ("S-SECTION-MISSING", "S-SECTION-ORDER", "S-SECTION-TITLE"), renamed("六、", "其它需要说明的情况")),
    Kind("parts two and three swapped", ("S-SECTION-ORDER",), swapped("二、", "三、")),
    Kind("parts five and six swapped", ("S-SECTION-ORDER",), swapped("五、", "六、")),
    Kind("a paragraph of last year", ("SIM-PREV", "SIM-NUMONLY", "SIM-PREV-PASSAGE"), last_years_paragraph),
    Kind("blank row told as nought", ("C-BLANK", "C-POSITION", "TX-REV", "TX-NONE"), blank_told_as_nought),
    Kind("total wrong by one", ("T3-RESULTSUM", "T3-BALANCE", "T3-ROWSUM"), total_by_one),
    Kind("row shifted by a column", ("T3-ROWSUM", "T3-RESULTSUM"), shifted),
    Kind("negative figure", ("C-NEGATIVE",), wrong_cell("t3.r2_partial.natural", "-2")),
    Kind("decimal figure", ("C-NONINT",), wrong_cell("t2.license.decisions", "12.5")),
    Kind("sums across tables in text", ("TX-BALANCE-TEXT", "TX-NEW", "TX-HANDLED"), across_tables),
)


def checked(data: bytes, name: str, sample: Sample) -> CheckResult:
    return run_checks(subject_of_report(read(data, name), registry=REGISTRY, previous=sample.earlier))


def new_rules(before: CheckResult, after: CheckResult) -> set[str]:
    known = {finding.fingerprint for finding in failing(before)}
    return {rule for each in failing(after) if each.fingerprint not in known for rule in (each.rule, *each.also)}


def plants(sample: Sample) -> Iterator[tuple[Kind, Document]]:
    for kind in KINDS:
        document = kind.plant(sample)
        if document is not None and document != sample.document:
            yield kind, document


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=22, help="how many reports of the sample county, the latest first")
    parser.add_argument("--misses", action="store_true", help="list what was not noticed")
    options = parser.parse_args()
    started = time.process_time()
    planted: Counter[tuple[str, str]] = Counter()
    found: Counter[tuple[str, str]] = Counter()
    misses: list[str] = []
    for path in sorted(COUNTY.glob("*/*.json"), reverse=True)[: options.units]:
        sample = sample_of(path)
        for form in CHECKED:
            render, ending = FORMS[form]
            before = checked(render(sample.document), f"{sample.name}{ending}", sample)
            for kind, document in plants(sample):
                planted[kind.name, form] += 1
                try:
                    rules = new_rules(before, checked(render(document), f"{sample.name}{ending}", sample))
                except AssistantError as error:
                    rules = {error.message}
                hit = not rules.isdisjoint(kind.rules)
                found[kind.name, form] += hit
                misses += [] if hit else [f"{form} {sample.name} {kind.name}: {sorted(rules)}"]
    print(f"| kind of fault | {' | '.join(CHECKED)} |\n| --- |{' --- |' * len(CHECKED)}")
    for kind in KINDS:
        cells = [f"{found[kind.name, form]} / {planted[kind.name, form]}" for form in CHECKED]
        print(f"| {kind.name} | {' | '.join(cells)} |")
    print(f"\n{sum(planted.values())} faults, {time.process_time() - started:.0f} s of CPU time")
    if options.misses:
        print("\n".join(misses))


if __name__ == "__main__":
    main()
