"""Documents for the tests of the writers: all sections of a form, each cell filled with a value of its own."""

from __future__ import annotations

from assistant.form import Cell, Form, read_value
from assistant.report.document import Annotation, Document, Element, FormTable, Heading, Run, TextParagraph

UNIT = "示例县水利局"
SOURCE = Annotation("source", "新收41件（表三 D5）")
GAP = Annotation("gap", "请提供网站名称")
FINDING = Annotation("finding", "表三自然人列不平衡")


def numbered_cells(form: Form) -> dict[str, Cell]:
    """Each cell holds another number, so that a value in the wrong place is seen."""
    return {key: read_value(definition, str(100 + number)) for number, (key, definition) in enumerate(form.cells.items())}


def elements(form: Form) -> tuple[Element, ...]:
    found: list[Element] = [TextParagraph((Run("本报告依据有关规定编制。", (SOURCE,)),))]
    for section in form.sections:
        found.append(Heading(1, section.heading, (FINDING,) if section.table else ()))
        if section.table:
            found.append(FormTable(section.table, (FINDING,)))
        else:
            found.append(Heading(2, "（一）平台建设"))
            found.append(Heading(3, "1.门户网站"))
            found.append(TextParagraph((Run("全年发布信息41条。", (SOURCE, FINDING)), Run("【待补：网站名称】", (GAP,), gap=True))))
    return tuple(found)


def document(form: Form, cells: dict[str, Cell] | None = None, **changes: object) -> Document:
    year = form.first_year
    fields: dict[str, object] = {
        "title": f"{UNIT}{year}年政府信息公开工作年度报告",
        "unit": UNIT,
        "year": year,
        "form": form,
        "cells": numbered_cells(form) if cells is None else cells,
        "elements": elements(form),
        "identity": "draft-7 0123456789abcdef",
    }
    return Document(**{**fields, **changes})  # type: ignore[arg-type]
