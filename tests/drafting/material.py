"""Reads and drafts submissions for the tests of this room."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from assistant.drafting.assemble import Drafted, draft_report
from assistant.form import default_registry
from assistant.language.quantities import find_quantities
from assistant.submission.json_reader import read_json
from assistant.submission.model import Submission
from tests.corpus.material import COUNTY

SLOT = re.compile(r"\{([^{}]+)\}")
# Numerals that state nothing: promise 1 exempts them.
EXEMPT = {"date", "year", "month", "period", "document", "article", "order", "ordinal", "list_mark", "phone", "code", "title"}


def submission_at(path: Path) -> Submission:
    return read_json(path.read_bytes(), path.name, default_registry())


@cache
def drafted(path: Path, previous: Path | None = None) -> Drafted:
    last = submission_at(previous) if previous else None
    return draft_report(submission_at(path), default_registry(), previous=last)


def county_draft(unit: str, year: int) -> Drafted:
    """A unit of the sample county with its last year, where there is one."""
    previous = COUNTY / str(year - 1) / f"{unit}.json"
    return drafted(COUNTY / str(year) / f"{unit}.json", previous if previous.exists() else None)


def narrative(result: Drafted) -> str:
    return "\n".join(sentence.rendered for _part, _p, _s, sentence in result.draft.sentences())


def slots(result: Drafted) -> set[str]:
    return {key for _part, _p, _s, sentence in result.draft.sentences() for key in SLOT.findall(sentence.text)}


def loose_figures(result: Drafted) -> list[str]:
    """Figures that stand in the text outside a slot, gap marks included."""
    texts = (SLOT.sub("　", sentence.text) for _part, _p, _s, sentence in result.draft.sentences())
    return [item.raw for text in texts for item in find_quantities(text) if item.kind not in EXEMPT]


def part_text(result: Drafted, key: str) -> str:
    """The text of one part as printed."""
    part = next(part for part in result.draft.parts if part.key == key)
    return "".join(paragraph.text for paragraph in part.paragraphs)
