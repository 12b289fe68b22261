"""Rulings: accepted findings in a small JSON file, beside the report or where it is named.

A ruling is found by the finding's fingerprint, which holds rule, cells and values: once a value changes it no longer applies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from assistant.checking.inputs import RULINGS_SUFFIX
from assistant.checking.result import Ruling
from assistant.checks.finding import Finding
from assistant.errors import InputError
from assistant.files import read_file, write_atomically

_FIELDS = ("fingerprint", "why", "rule", "message", "accepted")
_LONGEST = 2000


def rulings_path(report: Path, named: Path | None = None) -> Path:
    """Where the rulings of a report are kept: the file named, else one beside it."""
    return named or report.with_name(report.name + RULINGS_SUFFIX)


def read_rulings(path: Path) -> dict[str, Ruling]:
    """Rulings by fingerprint; none when there is no such file.

    Raises:
        InputError: the file cannot be read or is not one of rulings. It is never overwritten then.
    """
    if not path.exists() and not path.is_symlink():
        return {}
    remedy = "请改正或移走这个文件；其中的裁定没有采用"
    try:
        data = json.loads(read_file(path).decode("utf-8-sig"))
        rows = data["rulings"]
        found = [Ruling(**{name: str(row.get(name, "")) for name in _FIELDS}) for row in rows]
    except (UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("裁定文件的内容不合规定", place=str(path), remedy=remedy) from error
    return {ruling.fingerprint: ruling for ruling in found if ruling.fingerprint}


def write_rulings(path: Path, rulings: Mapping[str, Ruling]) -> None:
    """Write all rulings, in one step: a kill leaves the old file or the new one."""
    rows = [{name: getattr(ruling, name) for name in _FIELDS} for ruling in rulings.values()]
    write_atomically(path, (json.dumps({"rulings": rows}, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))


def accept(path: Path, findings: Iterable[Finding], fingerprints: Iterable[str], why: str, today: date) -> tuple[Ruling, ...]:
    """Accept findings: add a ruling for each to the file at ``path``, which is made when there is none.

    Args:
        path: the file of rulings.
        findings: those the report has now.
        fingerprints: which of them; others are left to the caller.
        why: the person's reason.
        today: the day of the ruling.

    Raises:
        InputError: no reason is given, or the file is not one of rulings.
        OutputError: it cannot be written.
    """
    if not why.strip():
        raise InputError("没有写明理由", remedy="请用 --why 写明为什么接受这条意见")
    wanted = set(fingerprints)
    new = {
        finding.fingerprint: Ruling(finding.fingerprint, why.strip()[:_LONGEST], finding.rule, finding.message, today.isoformat())
        for finding in findings
        if finding.fingerprint in wanted
    }
    if new:
        write_rulings(path, {**read_rulings(path), **new})
    return tuple(new.values())


def silence(findings: Iterable[Finding], rulings: Mapping[str, Ruling]) -> tuple[list[Finding], list[tuple[Finding, Ruling]]]:
    """The findings still to be shown, and the silenced ones with their rulings."""
    shown: list[Finding] = []
    ruled: list[tuple[Finding, Ruling]] = []
    for finding in findings:
        ruling = rulings.get(finding.fingerprint) if finding.fingerprint else None
        if ruling is None:
            shown.append(finding)
        else:
            ruled.append((finding, ruling))
    return shown, ruled
