"""The statutory tables in HTML: merged cells, scopes, and for each value the headers it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from assistant.form import Cell, GridCell, Table, table_grid
from assistant.report.printing import markup, printed_cell


@dataclass(frozen=True)
class _Slot:
    """A place for the value of a cell."""

    key: str


@lru_cache(maxsize=32)
def _skeleton(table: Table, prefix: str) -> tuple[str | _Slot, ...]:
    grid = table_grid(table)
    name = prefix + table.key
    related = _headers(name, grid.cells)
    rows: dict[int, list[GridCell]] = {}
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.col)):
        rows.setdefault(cell.row, []).append(cell)
    starts = _body_starts(grid.cells, grid.header_rows)
    caption = markup(f"{table.title} {table.name}")
    pieces: list[str | _Slot] = [
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}"><table class="{markup(table.key)}">'
        f"<caption>{caption}</caption>"
    ]
    pieces.append("<thead>" if grid.header_rows else "")
    for row in range(grid.rows):
        if row in starts:
            pieces.append(f"{'</tbody>' if row > min(starts) else '</thead>' if grid.header_rows else ''}<tbody>")
        pieces.append("<tr>")
        for cell in rows.get(row, ()):
            pieces += _cell(name, cell, related)
        pieces.append("</tr>\n")
    pieces.append("</tbody></table></div>\n")
    return tuple(pieces)


def _body_starts(cells: Iterable[GridCell], header_rows: int) -> set[int]:
    """The rows at which a row group begins: the first one below the repeated headers, or each block's title."""
    if header_rows:
        return {header_rows}
    starts, after_data = {0}, False
    for cell in cells:
        if cell.kind in ("title", "corner", "header") and after_data:
            starts.add(cell.row)
        after_data = cell.kind in ("label", "data")
    return starts


def _identifier(table: str, cell: GridCell) -> str:
    return markup(f"{table}-r{cell.row}c{cell.col}")


def _headers(table: str, cells: Iterable[GridCell]) -> dict[str, str]:
    """For each data cell the ids of its column headers (of its own block) and row labels, outermost first."""
    related: dict[str, str] = {}
    above: list[GridCell] = []
    labels: list[GridCell] = []
    after_data = False
    for cell in cells:
        if cell.kind == "data":
            columns = [head for head in above if head.col < cell.col + cell.colspan and cell.col < head.col + head.colspan]
            own = [label for label in labels if label.row <= cell.row < label.row + label.rowspan]
            related[cell.key] = " ".join(_identifier(table, head) for head in (*columns, *own))
        elif cell.kind == "label":
            labels.append(cell)
        else:
            above = [] if after_data else above
            if cell.kind != "corner":
                above.append(cell)
        after_data = cell.kind in ("label", "data")
    return related


def _cell(table: str, cell: GridCell, related: Mapping[str, str]) -> list[str | _Slot]:
    spans = "".join(f' {name}="{count}"' for name, count in (("rowspan", cell.rowspan), ("colspan", cell.colspan)) if count > 1)
    if cell.kind == "data":
        return [f'<td{spans} headers="{related[cell.key]}">', _Slot(cell.key), "</td>"]
    if cell.kind == "corner" and spans:
        return [f'<td class="corner"{spans}>{markup(cell.text)}</td>']
    identifier = _identifier(table, cell)
    return [f'<th class="{cell.kind}" id="{identifier}" scope="{_scope(cell)}"{spans}>{markup(cell.text)}</th>']


def _scope(cell: GridCell) -> str:
    if cell.kind == "label":
        return "rowgroup" if cell.rowspan > 1 else "row"
    return "colgroup" if cell.colspan > 1 else "col"


def table_html(
    table: Table, cells: Mapping[str, Cell], *, prefix: str = "", value: Callable[[str, Cell | None], str] | None = None
) -> str:
    """One statutory table with a caption, in a box that scrolls on narrow screens.

    Args:
        table: the table of the form.
        cells: the filled cells by key.
        prefix: put before the ids of header cells, so that a page may hold the same table several times.
        value: makes the content of a data cell, safe markup, from its key and the cell; None prints it as in a report.
    """
    shown = value or (lambda _key, cell: _value(cell))
    return "".join(
        piece if isinstance(piece, str) else shown(piece.key, cells.get(piece.key)) for piece in _skeleton(table, prefix)
    )


def _value(cell: Cell | None) -> str:
    printed = printed_cell(cell)
    mark = f'<mark class="gap">{printed.mark}</mark>' if printed.mark else ""
    return f"{markup(printed.text)}{mark}"
