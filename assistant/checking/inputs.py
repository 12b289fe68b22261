"""What the command line names: files and folders, last year's inputs, unit profiles, peers. Decided by content, not by name."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError, InputError
from assistant.files import read_file
from assistant.form import FormRegistry
from assistant.intake.door import read_bytes
from assistant.report.model import Report
from assistant.submission.model import Submission, UnitProfile
from assistant.submission.wording import validated

_SUFFIXES = frozenset({".pdf", ".docx", ".html", ".htm", ".txt", ".md", ".markdown", ".xlsx", ".json"})
RULINGS_SUFFIX = ".rulings.json"
_SUBMISSIONS = ("workbook", "json")

Opened = Report | Submission


def expand(paths: Iterable[Path]) -> list[Path]:
    """The files meant: files as given, of folders all files inside that may be reports, in order of name, each once.

    Links to folders are not followed; hidden files, lock files and files of rulings are left out.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_inside(path) if path.is_dir() else [path]))
    return list(found)


def _inside(folder: Path) -> list[Path]:
    files = []
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files += [Path(place) / name for name in sorted(names) if _may_be_report(name)]
    return files


def _may_be_report(name: str) -> bool:
    return Path(name).suffix.lower() in _SUFFIXES and not name.startswith((".", "~$")) and not name.endswith(RULINGS_SUFFIX)


def open_input(path: Path, registry: FormRegistry) -> Opened:
    """A report in any of its forms, or what a unit handed in (workbook, JSON).

    Raises:
        InputError: the file cannot be read or is neither.
    """
    from assistant.report.file_kind import kind_of
    from assistant.report.reading import read_report_bytes

    data = read_file(path)
    if kind_of(data, str(path)) in _SUBMISSIONS:
        return read_bytes(data, str(path), registry).submission
    return read_report_bytes(data, str(path), registry)


@dataclass(frozen=True)
class Earlier:
    """An input of an earlier year, to compare with."""

    path: Path
    content: Opened

    @property
    def unit(self) -> str:
        """The unit's name."""
        return self.content.unit if isinstance(self.content, Report) else self.content.unit.name


def open_each(paths: Sequence[Path], registry: FormRegistry) -> tuple[list[Earlier], list[tuple[Path, str]]]:
    """Those of the inputs that can be read, and each other one with what is wrong."""
    opened: list[Earlier] = []
    faults: list[tuple[Path, str]] = []
    for path in expand(paths):
        try:
            opened.append(Earlier(path, open_input(path, registry)))
        except AssistantError as error:
            faults.append((path, error.message))
    return opened, faults


def earlier_of(content: Opened, profile: UnitProfile | None, candidates: Sequence[Earlier], *, only_one: bool) -> Earlier | None:
    """Last year's input of the same unit among the candidates; a single candidate for a single input is taken as it is."""
    if only_one and len(candidates) == 1:
        return candidates[0]
    names = names_of(content, profile)
    own = [each for each in candidates if each.unit in names]
    if content.year is None:
        return own[0] if len(own) == 1 else None
    return next((each for each in own if each.content.year == content.year - 1), None)


def names_of(content: Opened, profile: UnitProfile | None) -> set[str]:
    """All names by which a unit may be known."""
    read = {content.unit} if isinstance(content, Report) else {content.unit.name, *content.unit.aliases}
    return {name for name in read | ({profile.name, *profile.aliases} if profile else set()) if name}


def read_profiles(path: Path) -> tuple[UnitProfile, ...]:
    """Unit profiles: one object, a list of them, or a submission's own (its ``unit``).

    Raises:
        InputError: the file cannot be read or is no profile.
    """
    try:
        data = json.loads(read_file(path).decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise InputError(
            "单位档案不是有效的 JSON", place=str(path), remedy="请用 UTF-8 编码保存，写成一个对象或对象的列表"
        ) from error
    rows = data if isinstance(data, list) else [data]
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise InputError("单位档案应当是一个对象或对象的列表", place=str(path), remedy="请写明 name、kind、region 等项")
    return tuple(validated(UnitProfile, _profile(row), lambda at: f"{path} {at}") for row in rows)


def _profile(row: dict[str, Any]) -> dict[str, Any]:
    inner = row.get("unit")
    return inner if isinstance(inner, dict) else row


def profile_for(content: Opened, profiles: Sequence[UnitProfile], *, only_one: bool) -> UnitProfile | None:
    """The profile of the unit that reports; a single profile for a single input is taken as it is."""
    if only_one and len(profiles) == 1:
        return profiles[0]
    names = names_of(content, None)
    return next((profile for profile in profiles if names & {profile.name, *profile.aliases}), None)
