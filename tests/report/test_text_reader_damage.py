"""Whatever happens to rows and columns of a flattened report: no wrong cell is accepted, and the damage is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.form import Form, FormRegistry
from assistant.report.model import Report
from assistant.report.text_reader import read_text_report
from tests.report.flat_report import (
    PrintedRow,
    all_tables,
    block_lines,
    change_rows,
    drop_column,
    numbered_values,
    report_text,
)
from tests.report.test_text_reader import forms

FORMS = {form.id: form for form in forms().forms}
REGISTRY = forms()


def places() -> Iterator[tuple[str, str, int]]:
    for form in FORMS.values():
        for table in form.tables:
            for row in range(max(1, len(table.leaf_rows()))):
                yield form.id, table.key, row


def columns() -> Iterator[tuple[str, str, int, int]]:
    for form in FORMS.values():
        for table in form.tables:
            for number, block in enumerate(table.blocks):
                for column in range(len(block.leaf_columns())):
                    yield form.id, table.key, number, column


def read(text: str, registry: FormRegistry = REGISTRY) -> Report:
    return read_text_report(text, "报告.txt", registry)


def assert_no_wrong_cell(form: Form, report: Report) -> None:
    values = numbered_values(form)
    wrong = {key: str(cell.value) for key, cell in report.cells.items() if cell.ok and values.get(key) != str(cell.value)}
    assert wrong == {}


@pytest.mark.parametrize(("form_id", "table", "row"), list(places()))
def test_a_deleted_row_is_told(form_id: str, table: str, row: int) -> None:
    form = FORMS[form_id]
    tables = change_rows(all_tables(form, numbered_values(form)), table, lambda rows: rows[:row] + rows[row + 1 :])
    report = read(report_text(form, tables))
    assert_no_wrong_cell(form, report)
    assert {remark.rule for remark in report.remarks} & {"S-ROW-MISSING", "S-TABLE-MISSING"}


@pytest.mark.parametrize(("form_id", "table", "row"), list(places()))
def test_a_doubled_row_is_told_and_two_values_are_not_accepted(form_id: str, table: str, row: int) -> None:
    form = FORMS[form_id]

    def double(rows: list[PrintedRow]) -> list[PrintedRow]:
        again = replace(
            rows[row], labels=(rows[row].leaf,) if rows[row].leaf else (), values=tuple("9" + v for v in rows[row].values)
        )
        return [*rows[: row + 1], again, *rows[row + 1 :]]

    report = read(report_text(form, change_rows(all_tables(form, numbered_values(form)), table, double)))
    assert_no_wrong_cell(form, report)
    assert {remark.rule for remark in report.remarks} & {"S-ROW-DOUBLE", "S-CELL-COUNT"}


@pytest.mark.parametrize(
    ("form_id", "table", "row"), [place for place in places() if len(FORMS[place[0]].table(place[1]).leaf_rows()) > 1]
)
def test_swapped_rows_are_told(form_id: str, table: str, row: int) -> None:
    form = FORMS[form_id]

    def swap(rows: list[PrintedRow], *, labels_only: bool) -> list[PrintedRow]:
        other = (row + 1) % len(rows)
        first, second = min(row, other), max(row, other)
        changed = list(rows)
        changed[first] = replace(rows[second], values=rows[first].values if labels_only else rows[second].values)
        changed[second] = replace(rows[first], values=rows[second].values if labels_only else rows[first].values)
        return changed

    for labels_only in (False, True):
        tables = change_rows(all_tables(form, numbered_values(form)), table, lambda rows: swap(rows, labels_only=labels_only))  # noqa: B023
        report = read(report_text(form, tables))
        assert_no_wrong_cell(form, report)
        assert any(remark.rule in ("S-ROW-ORDER", "S-COLUMN-HEADER", "S-CELL-COUNT") for remark in report.remarks)


@pytest.mark.parametrize(("form_id", "table", "row"), list(places()))
def test_a_lost_row_label_is_told(form_id: str, table: str, row: int) -> None:
    form = FORMS[form_id]
    if not form.table(table).leaf_rows():
        return

    def unname(rows: list[PrintedRow]) -> list[PrintedRow]:
        return [*rows[:row], replace(rows[row], labels=rows[row].labels[:-1]), *rows[row + 1 :]]

    report = read(report_text(form, change_rows(all_tables(form, numbered_values(form)), table, unname)))
    assert_no_wrong_cell(form, report)
    assert any(remark.rule == "S-ROW-MISSING" for remark in report.remarks)


@pytest.mark.parametrize(("form_id", "table", "row"), list(places()))
def test_a_foreign_row_is_told(form_id: str, table: str, row: int) -> None:
    form = FORMS[form_id]

    def insert(rows: list[PrintedRow]) -> list[PrintedRow]:
        return [*rows[:row], PrintedRow(("9.当面申请数量",), tuple("7" for _ in rows[row].values)), *rows[row:]]

    report = read(report_text(form, change_rows(all_tables(form, numbered_values(form)), table, insert)))
    assert_no_wrong_cell(form, report)
    assert any(remark.rule == "S-ROW-FOREIGN" for remark in report.remarks)


@pytest.mark.parametrize(("form_id", "table", "block", "column"), list(columns()))
@pytest.mark.parametrize(("header", "values"), [(True, True), (True, False), (False, True)])
def test_a_dropped_column_is_told(form_id: str, table: str, block: int, column: int, header: bool, values: bool) -> None:
    form = FORMS[form_id]
    tables = all_tables(form, numbered_values(form))
    tables[table][block] = drop_column(tables[table][block], column, header=header, values=values)
    report = read(report_text(form, tables))
    assert_no_wrong_cell(form, report)
    keys = {key for key, definition in form.cells.items() if definition.table == table and definition.block == block}
    if form_id == report.form:
        assert not any(report.cells[key].ok for key in keys)
    told = {"S-COLUMN-HEADER", "S-CELL-COUNT", "C-POSITION", "S-TABLE-MISSING", "S-FORM-MIXED"}
    lone = len(form.table(table).blocks[block].leaf_columns()) == 1 and values
    assert lone or told & {remark.rule for remark in report.remarks}


@pytest.mark.parametrize("form_id", list(FORMS))
@pytest.mark.parametrize("kind", ["lost", "stray"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_lost_or_stray_lines_never_make_a_wrong_cell(form_id: str, kind: str, data: st.DataObject) -> None:
    form = FORMS[form_id]
    tables = all_tables(form, numbered_values(form))
    texts = {key: [line for block in blocks for line in block_lines(block)] for key, blocks in tables.items()}
    lines = texts[data.draw(st.sampled_from(sorted(texts)))]
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        if kind == "stray":
            lines.insert(place, lines[data.draw(st.integers(0, len(lines) - 1))])
        elif len(lines) > 1:
            lines.pop(place)
    whole = report_text(form, {})
    for name, printed in texts.items():
        section = next(section for section in form.sections if section.table == name)
        whole = whole.replace(f"这里是{section.title}的文字。", "\n".join(printed))
    assert_no_wrong_cell(form, read(whole))
