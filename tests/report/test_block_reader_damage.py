"""Tables with rows or columns deleted, doubled, swapped or unnamed: no accepted wrong cell, and the damage is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.form import Form, FormRegistry
from assistant.form.layout import table_grid
from assistant.form.loader import load_form
from assistant.report.block_reader import read_blocks
from assistant.report.blocks import GridBlock
from assistant.report.model import Report
from tests.report.block_report import Printed, blocks, printed, sheet, sheets, with_lines
from tests.report.flat_report import numbered_values

FORMS = ("form2019", "form2021", "form2027")
_THIRD = Path(__file__).parents[1] / "data" / "form2027.toml"


@pytest.fixture(scope="module")
def known(registry: FormRegistry) -> FormRegistry:
    return FormRegistry([*registry.forms, load_form(_THIRD)])


def read_damaged(form: Form, known: FormRegistry, key: str, table: Printed) -> Report:
    tables = {**sheets(form, numbered_values(form)), key: sheet(table, key)}
    return read_blocks(blocks(form, tables), "damaged.docx", known)


def wrong(report: Report, values: dict[str, str]) -> list[str]:
    return [key for key, cell in report.cells.items() if cell.ok and cell.raw != values.get(key)]


def structural(report: Report) -> list[str]:
    return [remark.rule for remark in report.remarks if remark.rule.startswith(("S-ROW", "S-COL", "S-CELL", "S-TABLE", "S-HEADER"))]


def damages(table: Printed) -> Iterator[tuple[str, Printed]]:
    """Every row and every column deleted, doubled, swapped with the next, and moved to the end."""
    for rows, count in ((True, table.rows), (False, table.cols)):
        what = "row" if rows else "column"
        every = list(range(1, count + 1))
        for number in every:
            rest = [line for line in every if line != number]
            yield f"{what} {number} deleted", with_lines(table, rest, rows=rows)
            yield f"{what} {number} doubled", with_lines(table, [*every[:number], number, *every[number:]], rows=rows)
            yield f"{what} {number} moved to the end", with_lines(table, [*rest, number], rows=rows)
            if number < count:
                order = [*every[: number - 1], number + 1, number, *every[number + 1 :]]
                yield f"{what} {number} swapped", with_lines(table, order, rows=rows)


@pytest.mark.parametrize("form_id", FORMS)
def test_the_undamaged_tables_are_read_whole(form_id: str, known: FormRegistry) -> None:
    form, values = known.get(form_id), numbered_values(known.get(form_id))
    report = read_blocks(blocks(form, sheets(form, values)), "whole.docx", known)
    assert (report.form, report.unit, report.year) == (form_id, "示例县人民政府", form.first_year)
    assert {key: cell.raw for key, cell in report.cells.items() if cell.ok} == values
    assert report.remarks == ()


@pytest.mark.parametrize("form_id", FORMS)
def test_no_damage_to_lines_makes_an_accepted_wrong_cell(form_id: str, known: FormRegistry) -> None:
    form, values = known.get(form_id), numbered_values(known.get(form_id))
    untold = []
    for definition in form.tables:
        whole = printed(definition, values)
        for name, table in damages(whole):
            report = read_damaged(form, known, definition.key, table)
            assert not wrong(report, values), f"{definition.key} {name}"
            lost = [key for key, cell in report.cells.items() if key.startswith(definition.key) and not cell.ok]
            if lost and not structural(report):
                untold.append(f"{definition.key} {name}: {lost[:3]}")
    assert untold == []


@pytest.mark.parametrize("form_id", FORMS)
def test_every_data_row_deleted_doubled_or_swapped_is_told(form_id: str, known: FormRegistry) -> None:
    form, values = known.get(form_id), numbered_values(known.get(form_id))
    for definition in form.tables:
        whole = printed(definition, values)
        data = sorted({row for row, _ in whole.keys})
        for row in data:
            every = list(range(1, whole.rows + 1))
            deleted = read_damaged(form, known, definition.key, with_lines(whole, [n for n in every if n != row], rows=True))
            assert {"S-ROW-MISSING", "S-TABLE-MISSING"} & set(structural(deleted)), f"{definition.key} {row} deleted"
            doubled = read_damaged(form, known, definition.key, with_lines(whole, [*every[:row], row, *every[row:]], rows=True))
            assert "S-ROW-DOUBLE" in structural(doubled), f"{definition.key} {row} doubled"
            if row + 1 in data:
                order = [*every[: row - 1], row + 1, row, *every[row + 1 :]]
                swapped = read_damaged(form, known, definition.key, with_lines(whole, order, rows=True))
                assert structural(swapped), f"{definition.key} {row} swapped"


@pytest.mark.parametrize("form_id", FORMS)
def test_every_label_lost_is_told(form_id: str, known: FormRegistry) -> None:
    """Each label of a row or column wiped out, and each replaced by something the form does not know."""
    form, values = known.get(form_id), numbered_values(known.get(form_id))
    for definition in form.tables:
        whole = printed(definition, values)
        kinds = {(cell.row + 1, cell.col + 1): cell.kind for cell in table_grid(definition).cells}
        for place, kind in kinds.items():
            if kind not in ("header", "label"):
                continue
            for text in ("", "来源不明的名称"):
                report = read_damaged(form, known, definition.key, replace(whole, texts={**whole.texts, place: text}))
                assert not wrong(report, values), f"{definition.key} {place} {text}"
                lost = [
                    key for key in values if key.startswith(definition.key) and not (key in report.cells and report.cells[key].ok)
                ]
                assert not lost or structural(report), f"{definition.key} {place} {text}"


def shifted(table: Printed, place: tuple[int, int]) -> Printed:
    """A cell taken out of its row, so that what stands right of it moves left: what a hand-made file does."""
    height, width = table.spans[place]
    if height > 1:
        return table
    row = place[0]
    texts, spans = {}, {}
    for (top, left), text in table.texts.items():
        if (top, left) == place:
            continue
        new = (top, left - width) if top == row and left > place[1] else (top, left)
        texts[new], spans[new] = text, table.spans[top, left]
    return Printed(table.rows, table.cols, texts, spans)


@pytest.mark.parametrize("form_id", FORMS)
def test_a_cell_missing_in_a_row_never_shifts_values(form_id: str, known: FormRegistry) -> None:
    form, values = known.get(form_id), numbered_values(known.get(form_id))
    for definition in form.tables:
        whole = printed(definition, values)
        for place in sorted(whole.texts):
            table = shifted(whole, place)
            if table is whole:
                continue
            damaged = sheet(table, definition.key)
            damaged.ends[place[0]] = whole.cols - whole.spans[place][1]
            report = read_blocks(blocks(form, {**sheets(form, values), definition.key: damaged}), "shifted.docx", known)
            assert not wrong(report, values), f"{definition.key} {place}"
            lost = [key for key in values if key.startswith(definition.key) and not (key in report.cells and report.cells[key].ok)]
            assert not lost or structural(report), f"{definition.key} {place}"


def merged_values(table: Printed, place: tuple[int, int], *, down: int, right: int) -> Printed:
    height, width = table.spans[place]
    covered = {
        (row, col) for row in range(place[0], place[0] + height + down) for col in range(place[1], place[1] + width + right)
    } - {place}
    texts = {key: text for key, text in table.texts.items() if key not in covered}
    spans = {**{key: span for key, span in table.spans.items() if key in texts}, place: (height + down, width + right)}
    return Printed(table.rows, table.cols, texts, spans)


@pytest.mark.parametrize(("down", "right"), [(0, 1), (1, 0)])
def test_a_value_merged_over_several_cells_is_nobodys(form2021: Form, known: FormRegistry, down: int, right: int) -> None:
    values = numbered_values(form2021)
    whole = printed(form2021.table("t3"), values)
    for place, key in whole.keys.items():
        beside = (place[0] + down, place[1] + right)
        if beside not in whole.keys:
            continue
        report = read_damaged(form2021, known, "t3", merged_values(whole, place, down=down, right=right))
        assert not wrong(report, values)
        assert not report.cells[key].ok
        assert not report.cells[whole.keys[beside]].ok
        assert "S-CELL-COUNT" in structural(report)


def test_two_tables_for_the_same_part_are_told_and_neither_is_taken(form2021: Form, known: FormRegistry) -> None:
    values = numbered_values(form2021)
    whole = sheets(form2021, values)
    other = sheets(form2021, {key: str(int(value) + 5000) for key, value in values.items()})
    made = blocks(form2021, whole)
    place = next(number for number, block in enumerate(made) if getattr(block, "sheet", None) is whole["t3"])
    made.insert(place + 1, GridBlock(other["t3"], "t3"))
    report = read_blocks(made, "two.docx", known)
    assert not any(cell.ok for key, cell in report.cells.items() if key.startswith("t3"))
    assert "S-ROW-DOUBLE" in structural(report)
    assert all(cell.ok for key, cell in report.cells.items() if not key.startswith("t3"))


def test_a_table_whose_page_with_the_header_is_lost_is_not_read_by_position(form2021: Form, known: FormRegistry) -> None:
    values = numbered_values(form2021)
    damage: Callable[[Printed], Printed] = lambda table: with_lines(table, list(range(12, table.rows + 1)), rows=True)  # noqa: E731
    report = read_damaged(form2021, known, "t3", damage(printed(form2021.table("t3"), values)))
    assert not any(cell.ok for key, cell in report.cells.items() if key.startswith("t3"))
    assert {"S-COLUMN-HEADER", "S-ROW-MISSING"} <= set(structural(report))
