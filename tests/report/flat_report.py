"""Prints any form with any values as a flattened text report, one cell a line, or with bars; keeps rows apart for damage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.form import Block, Form, Node, Table

CIRCLED = "一二三四五六七八九十"


@dataclass(frozen=True)
class PrintedRow:
    """A row as printed: labels from the outermost group inwards, and values from left to right."""

    labels: tuple[str, ...]
    values: tuple[str, ...]
    leaf: str = ""


@dataclass(frozen=True)
class PrintedBlock:
    """A block as printed: title, corner, header labels, rows. ``columns`` are the places of leaves in ``header``."""

    title: str
    corner: str
    header: tuple[str, ...]
    rows: tuple[PrintedRow, ...]
    leaf_places: tuple[int, ...] = field(default=())


def by_level(nodes: Sequence[Node]) -> Iterator[Node]:
    level = list(nodes)
    while level:
        yield from level
        level = [child for node in level for child in node.children]


def printed_block(block: Block, values: Mapping[str, str]) -> PrintedBlock:
    nodes = list(by_level(block.columns))
    leaves = block.leaf_columns()
    rows = []
    seen: set[int] = set()
    for path in paths(block.rows) if block.rows else [()]:
        node = path[-1] if path else None
        labels = tuple(part.label for part in path if id(part) not in seen)
        seen |= {id(part) for part in path}
        cells = tuple(values[block.key_of(node, leaf)] for leaf in leaves)
        rows.append(PrintedRow(labels, cells, node.label if node else ""))
    places = tuple(next(n for n, node in enumerate(nodes) if node is leaf) for leaf in leaves)
    return PrintedBlock(block.title, block.corner, tuple(node.label for node in nodes), tuple(rows), places)


def paths(nodes: Sequence[Node], above: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
    for node in nodes:
        if node.children:
            yield from paths(node.children, (*above, node))
        else:
            yield (*above, node)


def printed_table(table: Table, values: Mapping[str, str]) -> list[PrintedBlock]:
    return [printed_block(block, values) for block in table.blocks]


def block_lines(block: PrintedBlock) -> list[str]:
    lines = [block.title, block.corner, *block.header]
    for row in block.rows:
        lines += [*row.labels, *row.values]
    return [line for line in lines if line]


def report_text(
    form: Form, tables: Mapping[str, list[PrintedBlock]], *, year: int | None = None, unit: str = "示例县人民政府"
) -> str:
    year = year or form.first_year
    lines = [f"{unit}{year}年政府信息公开工作年度报告", f"本报告所列数据的统计期限为{year}年1月1日至{year}年12月31日。"]
    for section in form.sections:
        lines.append(section.heading)
        lines.append(f"这里是{section.title}的文字。")
        for block in tables.get(section.table, []):
            lines += block_lines(block)
    return "\n\n".join(lines) + "\n"


def all_tables(form: Form, values: Mapping[str, str]) -> dict[str, list[PrintedBlock]]:
    return {table.key: printed_table(table, values) for table in form.tables}


def numbered_values(form: Form) -> dict[str, str]:
    """A different number in every cell, so that a value in a wrong cell shows."""
    return {key: str(1000 + number) for number, key in enumerate(form.cells)}


def change_rows(
    tables: Mapping[str, list[PrintedBlock]], key: str, change: Callable[[list[PrintedRow]], list[PrintedRow]]
) -> dict[str, list[PrintedBlock]]:
    """The tables with the rows of table ``key``, seen as one list over its blocks, changed; block sizes follow the list."""
    blocks = tables[key]
    rows = change([row for block in blocks for row in block.rows])
    changed, start = [], 0
    for number, block in enumerate(blocks):
        end = start + len(block.rows) if number + 1 < len(blocks) else len(rows)
        changed.append(replace(block, rows=tuple(rows[start:end])))
        start = end
    return {**tables, key: changed}


def drop_column(block: PrintedBlock, column: int, *, header: bool, values: bool) -> PrintedBlock:
    place = block.leaf_places[column]
    names = tuple(name for number, name in enumerate(block.header) if not (header and number == place))
    rows = tuple(
        replace(row, values=tuple(value for number, value in enumerate(row.values) if not (values and number == column)))
        for row in block.rows
    )
    return replace(block, header=names, rows=rows)
