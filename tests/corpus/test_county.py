"""The fictitious county is complete, adds up, rolls over, is nobody's real data, and no two of its units tell the same story."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz.fuzz import ratio

from assistant.form import Form, FormRegistry, unit_kinds
from assistant.submission.model import Fee, FollowUp, Improvement, Note, Problem, UnitProfile
from tests.corpus.material import (
    COUNTY,
    FAULTS,
    ROOT,
    SAMPLES,
    SUBMISSIONS,
    UNITS,
    YEARS,
    county,
    failing,
    form_of,
    load,
    numbers,
    with_previous,
    words,
)

LAZY = ("dongguanjiedao", 2025)
NOT_OF_THE_COUNTY = "shuiwuju"
FIELDS = {"unit", "year", "cells", "notes", "problems", "improvements", "follow_ups", "fee"}

every_submission = pytest.mark.parametrize("path", [*SUBMISSIONS, *SAMPLES], ids=lambda path: f"{path.parent.name}-{path.stem}")
two_years = pytest.mark.parametrize(("unit", "year"), list(itertools.product(UNITS, YEARS[1:])))


def test_each_unit_hands_in_every_year() -> None:
    assert len(UNITS) >= 9
    assert {(path.stem, int(path.parent.name)) for path in SUBMISSIONS} == set(itertools.product(UNITS, YEARS))
    assert all(county(unit, year)["year"] == year for unit, year in itertools.product(UNITS, YEARS))


def test_eight_kinds_of_units_are_there() -> None:
    kinds = Counter(county(unit, YEARS[0])["unit"]["kind"] for unit in UNITS)
    assert kinds.keys() <= unit_kinds().keys()
    assert len(kinds) >= 8
    assert kinds["dept"] >= 4


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_stays_who_it_is(unit: str) -> None:
    profiles = [county(unit, year)["unit"] for year in YEARS]
    assert profiles[0] == profiles[1] == profiles[2]


@every_submission
def test_cells_are_exactly_those_of_the_years_form(path: Path, registry: FormRegistry) -> None:
    submission = load(path)
    assert list(submission["cells"]) == list(registry.for_year(submission["year"]).cells)
    assert submission.keys() <= FIELDS


@every_submission
def test_texts_are_of_the_shape_a_submission_has(path: Path) -> None:
    submission = load(path)
    UnitProfile.model_validate(submission["unit"])
    for model, name in ((Note, "notes"), (Problem, "problems"), (Improvement, "improvements"), (FollowUp, "follow_ups")):
        for item in submission.get(name, []):
            model.model_validate(item)
    if "fee" in submission:
        Fee.model_validate(submission["fee"])


@every_submission
def test_equations_of_the_form_hold(path: Path, registry: FormRegistry) -> None:
    submission = load(path)
    form = form_of(submission, registry)
    assert not failing(form.equations, numbers(submission, form))


@pytest.mark.parametrize("path", SUBMISSIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_count_of_the_county_is_a_whole_number_or_a_stroke(path: Path, form2021: Form) -> None:
    for key, raw in load(path)["cells"].items():
        if key.startswith("t2."):
            assert raw in ("/", None) or not isinstance(raw, float)
        else:
            assert isinstance(raw, int), key
            assert raw >= 0, key
    rules = {load(path)["cells"][key] for key in form2021.cells if key.startswith("t2.rules.")}
    assert rules <= {0, "/"}


@two_years
def test_what_one_year_leaves_the_next_takes_up(unit: str, year: int, form2021: Form) -> None:
    this, last = (numbers(county(unit, number), form2021) for number in (year, year - 1))
    values = with_previous(this, last)
    assert not failing(form2021.rollovers, values)
    known = {e.rule for e in form2021.rollovers if all(term in values for term in e.terms)}
    assert {"X-CARRY", "X-CARRY-COL"} <= known


@two_years
def test_follow_ups_name_last_years_problems(unit: str, year: int) -> None:
    asked = [item["problem"] for item in county(unit, year)["follow_ups"]]
    assert asked == [problem["text"] for problem in county(unit, year - 1)["problems"]]


@every_submission
def test_ids_are_unique_and_improvements_answer_problems(path: Path) -> None:
    submission = load(path)
    ids = [item["id"] for name in ("notes", "problems", "improvements") for item in submission[name]]
    assert len(ids) == len(set(ids))
    problems = {problem["id"] for problem in submission["problems"]}
    answered = {key for improvement in submission["improvements"] for key in improvement["answers"]}
    assert answered <= problems
    assert all(improvement["answers"] for improvement in submission["improvements"])
    if path in SUBMISSIONS:
        assert answered == problems


@pytest.mark.parametrize("year", YEARS)
def test_the_county_is_at_least_the_sum_of_its_units(year: int, form2021: Form) -> None:
    whole = numbers(county("xianzhengfu", year), form2021)
    parts = [numbers(county(unit, year), form2021) for unit in UNITS if unit not in ("xianzhengfu", NOT_OF_THE_COUNTY)]
    for key in form2021.cells:
        assert whole[key] >= sum((part.get(key, Decimal()) for part in parts), Decimal()), key


def test_small_and_large_units_and_units_without_requests() -> None:
    new = {(unit, year): county(unit, year)["cells"]["t3.new.total"] for unit in UNITS for year in YEARS}
    assert min(new.values()) == 0
    assert max(new.values()) > 300
    assert all(new["dongguanjiedao", year] == 0 for year in YEARS)


def test_the_fee_is_stated_collected_and_left_out() -> None:
    fees = [load(path).get("fee", {}).get("count") for path in SUBMISSIONS]
    assert None in fees
    assert 0 in fees
    assert any(fee for fee in fees)


def test_notes_leave_some_aspects_without_a_word(form2021: Form) -> None:
    covered = [{note["aspect"] for note in load(path)["notes"]} for path in SUBMISSIONS]
    for aspect in form2021.aspects:
        assert any(aspect.key in aspects for aspects in covered)
        assert aspect.key == "s1.active" or any(aspect.key not in aspects for aspects in covered)


def test_governments_report_the_three_results_in_some_years_only(form2021: Form) -> None:
    told = {
        (unit, year): {result.key for result in form2021.results if any(word in words(county(unit, year)) for word in result.words)}
        for unit in ("xianzhengfu", "liuxizhen")
        for year in YEARS
    }
    everything = {result.key for result in form2021.results}
    assert told["xianzhengfu", 2023] == told["xianzhengfu", 2025] == told["liuxizhen", 2024] == everything
    assert told["xianzhengfu", 2024] == told["liuxizhen", 2025] == {"assess"}
    assert told["liuxizhen", 2023] == set()


def test_figures_are_written_in_many_ways() -> None:
    text = "\n".join(words(load(path)) for path in SUBMISSIONS)
    for pattern in (
        r"[０-９]",
        r"\d,\d{3}",
        r"[一二三四五六七八九]十[一二三四五六七八九]",
        r"\d万",
        r"亿",
        r"百分之",
        r"\d余",
        r"成以上",
    ):
        assert re.search(pattern, text), pattern


def test_no_two_units_or_years_read_alike() -> None:
    texts = {(path.stem, int(path.parent.name)): words(load(path)) for path in SUBMISSIONS}
    lazy = (LAZY, (LAZY[0], LAZY[1] - 1))
    for one, other in itertools.combinations(sorted(texts), 2):
        if {one, other} != set(lazy):
            assert ratio(texts[one], texts[other]) < 80, (one, other)
    assert texts[lazy[0]] == texts[lazy[1]]


def test_no_note_is_handed_in_twice() -> None:
    notes = Counter(
        note["text"] for path in SUBMISSIONS if (path.stem, int(path.parent.name)) != LAZY for note in load(path)["notes"]
    )
    assert [text for text, count in notes.items() if count > 1] == []


@pytest.mark.parametrize("path", [*SUBMISSIONS, *SAMPLES, *FAULTS], ids=lambda path: path.stem)
def test_nothing_looks_like_a_real_address_or_telephone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for site in re.findall(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.sub(r'"t\d\.[^"]*"|"s1\.\w+"', "", text)):
        assert site.endswith(".example"), site
    for phone in re.findall(r"\d{3,4}[-—]\d{7,8}|(?<!\d)1[3-9]\d{9}(?!\d)|[48]00-?\d{3}-?\d{4}", text):
        assert re.fullmatch(r"0000-88\d{5}", phone), phone
    assert set(re.findall(r'"zip": "(\d*)"', text)) <= {"000000"}
    assert "@" not in text


def test_the_readme_counts_what_is_there() -> None:
    text = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
    for unit in UNITS:
        received = ", ".join(str(county(unit, year)["cells"]["t3.new.total"]) for year in YEARS)
        profile: Any = county(unit, YEARS[0])["unit"]
        assert f"| `{unit}` | {profile['name']} | {profile['kind']} | {received} |" in text


def test_one_table_row_a_line() -> None:
    for path in (COUNTY / "2024").glob("*.json"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if '"t3.' in line]
        assert all(len({key.rsplit(".", 1)[0] for key in re.findall(r'"(t3\.[\w.]+)"', line)}) == 1 for line in lines)
        assert len(lines) == 25
