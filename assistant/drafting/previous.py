"""Whether what was handed in as last year's is last year's, and the same unit's."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from assistant.errors import InputError
from assistant.files import same_file
from assistant.submission.model import Submission, UnitProfile

_OFFICE = "人民政府"
_MARKS = re.compile(r"[\W_]+")
_SHORTEST = 3  # characters of a short name that may be the end of a full one (教育局, 县教育局)


def require_other_file(path: Path, previous: Path) -> None:
    """Refuse one file as this year's and last year's submission.

    Raises:
        InputError: naming the file.
    """
    if same_file(path, previous):
        raise InputError("上年填报件和本年填报件是同一个文件", place=str(previous), remedy="请用 --previous 指明上年的填报件")


def require_last_year(submission: Submission, previous: Submission) -> None:
    """Refuse a submission of another year in the place of last year's.

    Raises:
        InputError: naming both years.
    """
    if previous.year != submission.year - 1:
        what = f"作为上年填报件的是 {previous.year} 年度的，本年填报件是 {submission.year} 年度的"
        raise InputError(what, place=previous.file, remedy=f"请改交 {submission.year - 1} 年度的填报件，或不给上年填报件")


def same_unit(one: UnitProfile, other: UnitProfile) -> bool:
    """Whether two profiles have a name or alias in common; a short name is the end of the full one."""
    first, second = _names(one), _names(other)
    return any(_alike(name, known) for name in first for known in second)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _SHORTEST and long.endswith(short))


def _names(unit: UnitProfile) -> set[str]:
    plain = (_MARKS.sub("", unicodedata.normalize("NFKC", name)) for name in (unit.name, *unit.aliases))
    return {name.removesuffix(_OFFICE) or name for name in plain if name}
