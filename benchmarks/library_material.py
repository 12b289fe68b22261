"""Material for measuring the library: the sample county and generated neighbours over three years, as published texts.

Neighbours say nearly the same as the sample county with other names and other figures, and leave out some notes; what is left out is
drawn from a seed, so that the material is always the same. All places are invented.
"""

# ruff: noqa: E501  (lines of Chinese data, wide by their characters)
from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.drafting.assemble import draft_report
from assistant.form import default_registry
from assistant.submission.json_reader import read_json
from tests.corpus.material import COUNTY, UNITS, YEARS
from tests.library.render import report_of
from tests.strategies import complete, free_keys

HOME = "示例县"
NEIGHBOURS = {
    "样板县": ("清石镇", "城北街道"), "范本县": ("长岭镇", "西门街道"), "模拟县": ("古渡镇", "南湖街道"), "假定县": ("白沙镇", "新桥街道"),
    "设想县": ("竹溪镇", "中山街道"), "拟定县": ("双河镇", "河滨街道"),
}  # fmt: skip
_FIGURE = re.compile(r"(?<![\d〔.])(\d{1,3}(?:,\d{3})+|\d+)(?![\d.]|年|月|日|号|〕|季度|项目编号|%)")


@dataclass(frozen=True)
class Published:
    """A report as it would stand on a site."""

    name: str
    unit: str
    year: int
    text: str


def _changed(text: str, chance: random.Random) -> str:
    """Other figures of about the same size; years, dates and small counts stay."""

    def other(match: re.Match[str]) -> str:
        value = int(match.group().replace(",", ""))
        if value < 3 or 1990 <= value <= 2035:
            return match.group()
        return str(max(3, round(value * chance.uniform(0.75, 1.35)) + chance.randint(0, 2)))

    return _FIGURE.sub(other, text)


def _neighbour(data: dict[str, Any], county: str, names: tuple[str, str], chance: random.Random) -> dict[str, Any]:
    text = json.dumps(data, ensure_ascii=False)
    for old, new in ((HOME, county), ("柳溪镇", names[0]), ("柳溪", names[0][:2]), ("东关街道", names[1])):
        text = text.replace(old, new)
    found: dict[str, Any] = json.loads(text)
    notes = [note for note in found["notes"] if chance.random() > 0.15]
    for item in (*notes, *found.get("problems", []), *found.get("improvements", []), *found.get("follow_ups", [])):
        item["text"] = _changed(item["text"], chance)
    found["notes"] = notes
    form = default_registry().for_cells(found["cells"], found["year"])
    chosen = {
        key: round(int(value) * chance.uniform(0.75, 1.35))
        for key in free_keys(form)
        if isinstance(value := found["cells"].get(key), int) and value
    }
    cells = complete(form, chosen)
    found["cells"] = {
        key: str(cells[key]) if isinstance(found["cells"].get(key), int) else found["cells"].get(key) for key in form.cells
    }
    return found


def submissions() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """County, unit key and submission, home county first, years in order."""
    chance = random.Random(20261122)
    for county, names in {HOME: ("", ""), **NEIGHBOURS}.items():
        problems: dict[str, list[str]] = {}
        for year in YEARS:
            for unit in UNITS:
                data = json.loads((COUNTY / str(year) / f"{unit}.json").read_text(encoding="utf-8"))
                if county != HOME:
                    data = _neighbour(data, county, names, chance)
                    for follow, last in zip(data.get("follow_ups", []), problems.get(unit, []), strict=False):
                        follow["problem"] = last
                    problems[unit] = [problem["text"] for problem in data.get("problems", [])]
                yield county, unit, data


@cache
def published() -> tuple[Published, ...]:
    """All reports: seven counties, eleven units, three years."""
    registry = default_registry()
    last: dict[tuple[str, str], Any] = {}
    found = []
    for county, unit, data in submissions():
        content = json.dumps(data, ensure_ascii=False).encode()
        submission = read_json(content, f"{county}-{unit}.json", registry)
        drafted = draft_report(submission, registry, previous=last.get((county, unit)))
        last[(county, unit)] = submission
        name = f"{county}-{unit}-{submission.year}.txt"
        found.append(Published(name, submission.unit.name, submission.year, report_of(drafted)))
    return tuple(found)
