"""Decides by content what an input is, has it read, and hands on one shape for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import InputError
from assistant.files import USUAL, Limits, read_file
from assistant.form import FormRegistry
from assistant.intake.from_report import submission_from_report
from assistant.intake.overrides import NONE_GIVEN, Overrides
from assistant.report.file_kind import kind_of, refuse_old
from assistant.report.model import Report
from assistant.report.reading import read_report_bytes
from assistant.submission.model import Submission
from assistant.submission.wording import check_unit_name


@dataclass(frozen=True)
class Intake:
    """What was handed in: the submission, and the report it was taken from, if it was one."""

    submission: Submission
    report: Report | None = None


def read_input(path: Path, registry: FormRegistry, *, overrides: Overrides = NONE_GIVEN, limits: Limits = USUAL) -> Intake:
    """Read any input; its name's ending does not matter.

    Args:
        path: the file.
        registry: the forms known.
        overrides: unit, kind and year given beside the file, for where it says nothing. A workbook or JSON file that says
            otherwise is refused.
        limits: largest file; longest time and most memory for a report.

    Raises:
        InputError: the file cannot be read, is of another kind, or lacks unit, kind or year.
    """
    return read_bytes(read_file(path, limits), str(path), registry, overrides=overrides, limits=limits)


def read_bytes(
    data: bytes, file: str, registry: FormRegistry, *, overrides: Overrides = NONE_GIVEN, limits: Limits = USUAL
) -> Intake:
    """Read an input from its content; arguments and errors as for :func:`read_input`."""
    kind = kind_of(data, file)
    if kind == "old":
        refuse_old(data, file)
    if kind == "workbook":
        from assistant.submission.workbook_reader import read_workbook

        return Intake(_agreed(read_workbook(data, file, registry, overrides.given()), overrides))
    if kind == "json":
        from assistant.submission.json_reader import read_json

        return Intake(_agreed(read_json(data, file, registry, overrides.given()), overrides))
    report = read_report_bytes(data, file, registry, limits=limits)
    return Intake(submission_from_report(report, registry, overrides), report)


def _agreed(submission: Submission, overrides: Overrides) -> Submission:
    """The submission, if what was given beside it does not contradict it. A contradiction is never settled silently."""
    unit = submission.unit
    given = (
        ("单位", overrides.unit, unit.name),
        ("单位类型", overrides.kind, unit.kind),
        ("报告年度", overrides.year, submission.year),
    )
    for name, wanted, found in given:
        if wanted is not None and wanted != found and not overrides.fallback:
            raise InputError(
                f"填报件中的{name}是“{found}”，命令中写的是“{wanted}”", place=submission.file, remedy="请核对后改成一致"
            )
    check_unit_name(unit.name, submission.file)
    return submission
