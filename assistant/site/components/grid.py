"""A statutory table as printed, with inputs in its data cells or figures only."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from assistant.review.views.findings import FindingView
from assistant.review.views.tables import CellView, TableView
from assistant.site.components.basics import attributes

_STATUS = {
    "placeholder": "填的是占位符号",
    "unparsed": "不能识别为数字",
    "inferred_zero": "推断为零，请核对",
    "position_uncertain": "位置不能确定，请核对",
}


def statutory_table(
    view: TableView,
    findings: Mapping[str, FindingView],
    *,
    act: str = "",
    context: Mapping[str, object] | None = None,
    prefix: str = "cell",
) -> Markup:
    """A table with merged headers as printed.

    Args:
        view: the table laid out.
        findings: findings by fingerprint, for the marks' words.
        act: name of the page's act that takes a changed cell (payload ``key``, ``value``); empty shows figures only.
        context: what every payload carries besides (unit, year, version).
        prefix: how the ids of cells begin; another one where the same table stands on a page twice.
    """
    rows: list[list[Markup]] = [[] for _ in range(view.rows)]
    for cell in view.cells:
        rows[cell.row].append(_cell(cell, findings, act, prefix))
    body = Markup("").join(Markup("<tr>{}</tr>").format(Markup("").join(cells)) for cells in rows)
    data = attributes(**{f"data_{name}": value for name, value in (context or {}).items()})
    return Markup(
        '<div class="scroll" data-scroll="{key}"><table class="statutory{edit}" data-grid="{key}"{data}>'
        "<caption>{title}</caption><tbody>{body}</tbody></table></div>"
    ).format(key=view.key, edit=" editable" if act else "", data=data, title=view.title, body=body)


def grid_cell(cell: CellView, view: TableView, findings: Mapping[str, FindingView], *, act: str = "") -> tuple[str, Markup]:
    """A data cell anew after a change: the id of its element, and its markup."""
    return _identifier(cell), _cell(cell, findings, act)


def _identifier(cell: CellView, prefix: str = "cell") -> str:
    return f"{prefix}-{cell.key.replace('.', '-')}"


def _cell(cell: CellView, findings: Mapping[str, FindingView], act: str, prefix: str = "cell") -> Markup:
    spans = attributes(rowspan=cell.rowspan if cell.rowspan > 1 else None, colspan=cell.colspan if cell.colspan > 1 else None)
    if cell.kind == "data":
        return _data(cell, spans, findings, act, prefix)
    if cell.kind == "label":
        scope = "rowgroup" if cell.rowspan > 1 else "row"
        return Markup('<th scope="{}" class="label level{}"{}>{}</th>').format(scope, cell.col, spans, cell.text)
    if cell.kind == "corner":
        return Markup('<td class="corner"{}>{}</td>').format(spans, cell.text)
    scope = "colgroup" if cell.colspan > 1 else "col"
    return Markup('<th scope="{}" class="{}"{}>{}</th>').format(scope, cell.kind, spans, cell.text)


def _data(cell: CellView, spans: Markup, findings: Mapping[str, FindingView], act: str, prefix: str) -> Markup:
    own = [findings[each] for each in cell.findings if each in findings]
    words = [finding.message for finding in own]
    if cell.status in _STATUS:
        words.append(_STATUS[cell.status])
    identifier = _identifier(cell, prefix)
    described = f"{identifier}-why" if words else None
    classes = " ".join(
        filter(None, ("data", cell.worst, "marked" if cell.marked else "", cell.status if cell.status in _STATUS else ""))
    )
    control = _input(cell, act, described) if act else Markup('<span class="figure">{}</span>').format(cell.text)
    why = Markup('<span class="why" id="{}">{}</span>').format(described, "；".join(words)) if words else Markup("")
    return Markup('<td id="{}" class="{}"{}>{}{}{}</td>').format(identifier, classes, spans, control, _beside(cell), why)


def _input(cell: CellView, act: str, described: str | None) -> Markup:
    more = attributes(
        id=f"{_identifier(cell)}-in",
        value=cell.text,
        data_act=act,
        data_key=cell.key,
        aria_label=_name(cell),
        aria_describedby=described,
        aria_invalid="true" if cell.worst == "error" else None,
    )
    return Markup('<input inputmode="decimal" autocomplete="off" maxlength="40"{}>').format(more)


def _beside(cell: CellView) -> Markup:
    """Last year's figure under this year's, with the change in words."""
    if not cell.last:
        return Markup("")
    words = f"上年 {cell.last}" + (f"，{cell.change}" if cell.change else "")
    change = Markup(" <i>{}</i>").format(cell.change) if cell.change else ""
    return Markup('<span class="last" title="{}">{}{}</span>').format(words, cell.last, change)


def _name(cell: CellView) -> str:
    """What a screen reader says of an input: the cell's label, its unit, last year's figure."""
    unit = f"（{cell.unit}）" if cell.unit else ""
    return f"{cell.label}{unit}" + (f"，上年 {cell.last}" if cell.last else "")
