"""Prints any form with any values the way some web pages come out as text: the cells of a table without anything between them."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.form import Form
from tests.report.flat_report import PrintedBlock, all_tables, block_lines

Tables = Mapping[str, list[PrintedBlock]]


def glued_text(form: Form, tables: Tables, *, unit: str = "示例县人民政府") -> str:
    """A report whose parts stand in one line each."""
    year = form.first_year
    pieces = [
        f"{unit}{year}年政府信息公开工作年度报告\n",
        f"本报告的统计期限为{year}年1月1日至{year}年12月31日，电子版可在网站查阅。",
    ]
    for section in form.sections:
        table = "".join("".join(block_lines(block)) for block in tables.get(section.table, []))
        pieces.append(section.heading + (table or f"这里是{section.title}的文字。"))
    return "".join(pieces)


def glued_report(form: Form, values: Mapping[str, object]) -> str:
    return glued_text(form, all_tables(form, {key: str(value) for key, value in values.items()}))
