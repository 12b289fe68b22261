"""A submission made of a report's tables. Its text is kept aside and never becomes a work note."""

from __future__ import annotations

from assistant.errors import FormError, InputError
from assistant.form import Cell, Form, FormRegistry, Source, unit_kinds
from assistant.intake.overrides import NONE_GIVEN, Overrides
from assistant.report.model import Report
from assistant.submission.model import Contact, Submission, UnitProfile
from assistant.submission.wording import check_unit_name, validated


def submission_from_report(report: Report, registry: FormRegistry, overrides: Overrides = NONE_GIVEN) -> Submission:
    """The submission that a report's tables make; blank cells stay blank.

    Args:
        report: the report as read.
        registry: the forms known.
        overrides: what the person says about it; wins over what was read.

    Raises:
        InputError: unit, kind or year cannot be told, or the report has no table.
    """
    read, given = (report.unit, report.kind, report.year), (overrides.unit, overrides.kind, overrides.year)
    first, second = (read, given) if overrides.fallback else (given, read)
    unit, kind, year = first[0] or second[0] or "", first[1] or second[1] or "", first[2] or second[2]
    _require(report.path, unit=unit, kind=kind, year=year)
    assert year is not None
    check_unit_name(unit, report.path)
    form = _form(report, year, registry)
    profile = validated(
        UnitProfile,
        {
            "name": unit,
            "kind": kind,
            "region": report.region,
            "site": report.site,
            "contact": Contact(phone=report.phone),
        },
        lambda path: f"{report.path} {path}",
    )
    cells = {key: report.cells.get(key) or Cell(key=key, source=Source(file=report.path)) for key in form.cells}
    values = {"unit": profile, "year": year, "form": form.id, "cells": cells, "file": report.path}
    return validated(Submission, values, lambda path: f"{report.path} {path}")


def _require(path: str, unit: str, kind: str, year: int | None) -> None:
    if not unit:
        raise InputError("报告中没有认出是哪个单位的", place=path, remedy="请用 --unit 写明单位全称")
    if not year:
        raise InputError("报告中没有认出报告年度", place=path, remedy="请用 --year 写明，例如 --year 2025")
    kinds = unit_kinds()
    options = "、".join(f"{key}（{found.label}）" for key, found in kinds.items())
    if not kind:
        raise InputError(f"不能确定“{unit}”属于哪一类单位", place=path, remedy=f"请用 --kind 写明，可选：{options}")
    if kind not in kinds:
        raise InputError(f"没有“{kind}”这一单位类型", place=path, remedy=f"可选：{options}")


def _form(report: Report, year: int, registry: FormRegistry) -> Form:
    given = [key for key, cell in report.cells.items() if cell.status != "blank"]
    if not given:
        raise InputError("报告中没有读到统计表里的数", place=report.path, remedy="表格如是图片，请改用工作簿填报")
    try:
        if any(form.id == report.form for form in registry.forms):
            return registry.get(report.form)
        return registry.for_cells(given, year)
    except FormError as error:
        raise InputError(error.what, place=report.path, remedy=error.remedy) from error
