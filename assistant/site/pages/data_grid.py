"""The tables of the data page: filled in as printed, checked while one types, kept until saved, saved as one version."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from assistant.review.filling import FillingView, filling, forget, keep, save_filled, settle
from assistant.site.components import attributes, grid_cell, join, statutory_table
from assistant.site.page import Act, Context, NotThere, Payload, Reply, whole
from assistant.site.pages.data_parts import Place, findings_box, next_step, saved_line

_MOST = 600  # cells in one request


def show(context: Context, place: Place, view: FillingView) -> Markup:
    """The tables with what is not saved yet, findings beside them."""
    shown = view.view
    findings = {each.fingerprint: each for each in shown.findings}
    tables = join(
        Markup('<section class="box">{}</section>').format(statutory_table(table, findings, act="typed")) for table in shown.tables
    )
    last = f"格下小字是上年数和增减（{shown.last_year}）。" if shown.last_year else ""
    return Markup(
        '<div data-filling data-own data-unit="{}" data-year="{}" data-seen="{}">{}{}<p class="hint">{}可以从电子表格复制一块粘贴；'
        "方向键和回车移动；空着就是没有填，不等于 0。</p>"
        '<div class="columns filling"><div>{}</div>{}</div></div>{}'
    ).format(place.unit, place.year, shown.number, _bar(view), _theirs(view), last, tables, findings_box(shown), next_step(view))


def _bar(view: FillingView) -> Markup:
    """How many cells are not saved, and the buttons for them."""
    count = len(view.cells)
    off = attributes(disabled=not count)
    text = f"有 {count} 格还没有保存（已随时记下，关掉页面也不会丢）" if count else "没有未保存的改动"
    return Markup(
        '<div class="filling-bar" id="filling-bar" data-typed="{}"><span role="status">{}</span><span class="actions">'
        '<button type="button" class="button small" id="filling-undo" disabled>撤销一步</button>'
        '<button type="button" class="button small" data-press="forget"{} data-confirm="放弃没有保存的改动，回到已保存的数？">'
        "回到已保存的</button>"
        '<button type="button" class="button primary" data-press="save"{}>保存</button></span></div>'
    ).format(" ".join(view.cells), text, off, off)


def _theirs(view: FillingView) -> Markup:
    """Cells that somebody else saved while they are being filled in here."""
    if not view.theirs:
        return Markup('<div id="filling-theirs"></div>')
    labels = {cell.key: cell.label for table in view.view.tables for cell in table.cells if cell.key}
    who = view.view.by or "别人"
    items = join(
        Markup(
            '<li>{}：您填的是 <b>{}</b>，{} 后来保存的是 <b>{}</b> <button type="button" class="button small" {}>用我填的</button> '
            '<button type="button" class="button small" {}>用已保存的</button></li>'
        ).format(
            labels.get(key, key), view.cells[key].text or "（空）", who, theirs or "（空）",
            attributes(data_press="settle", data_key=key, data_theirs=theirs, data_whose="mine"),
            attributes(data_press="settle", data_key=key, data_theirs=theirs, data_whose="theirs"),
        )
        for key, theirs in view.theirs.items()
    )  # fmt: skip
    return Markup(
        '<section class="box conflict" id="filling-theirs" role="alert"><h2>有 {} 格在您填写以后又保存过，请选用哪个数</h2><ul>'
        "{}</ul></section>"
    ).format(len(view.theirs), items)


def _typed(context: Context, payload: Payload) -> Reply:
    place = Place.of(payload, context)
    texts = payload.get("texts")
    if not isinstance(texts, dict) or len(texts) > _MOST or not all(isinstance(each, str) for each in texts.values()):
        raise NotThere
    before = filling(context.record, context.actor, place.unit, place.year, today=context.today)
    cells = {str(key): str(text).strip() for key, text in texts.items() if ":" not in str(key)}
    after = keep(context.record, context.actor, place.unit, place.year, cells, today=context.today)
    return _reply(context, payload, before, after)


def _save(context: Context, payload: Payload) -> Reply:
    place = Place.of(payload, context)
    before = filling(context.record, context.actor, place.unit, place.year, today=context.today)
    if not before.cells:
        context.tell("没有要保存的改动。", "info")
        return _reply(context, payload, before, before)
    after = save_filled(context.record, context.actor, place.unit, place.year, today=context.today)
    context.tell(f"已保存为第 {after.view.number} 版（{len(before.cells)} 格）。")
    return _reply(context, payload, before, after, told=True)


def _forget(context: Context, payload: Payload) -> Reply:
    place = Place.of(payload, context)
    before = filling(context.record, context.actor, place.unit, place.year, today=context.today)
    forget(context.record, context.actor, place.unit, place.year)
    after = filling(context.record, context.actor, place.unit, place.year, today=context.today)
    context.tell(f"已回到第 {after.view.number} 版的数。" if after.view.number else "已清空没有保存的数。", "info")
    return _reply(context, {**payload, "all": True}, before, after)


def _settle(context: Context, payload: Payload) -> Reply:
    place, key = Place.of(payload, context), str(payload.get("key", ""))
    before = filling(context.record, context.actor, place.unit, place.year, today=context.today)
    mine = payload.get("whose") == "mine"
    settle(context.record, context.actor, place.unit, place.year, key, mine=mine, seen=str(payload.get("theirs", "")))
    after = filling(context.record, context.actor, place.unit, place.year, today=context.today)
    return _reply(context, payload, before, after)


def _reply(context: Context, payload: Payload, before: FillingView, after: FillingView, *, told: bool = False) -> Reply:
    """What changed on the page: cells whose look or value is another one, and everything around the tables."""
    seen = whole(payload.get("seen")) or 0
    newer = after.view.number != seen
    if newer and not told:
        who = after.view.by or "别人"
        context.tell(f"{who}刚保存了第 {after.view.number} 版，表中已换成新的数；您没有保存的改动都在。", "warning")
    everything = newer or bool(payload.get("all"))
    old, new = ({} if everything else _cells(before)), _cells(after)
    values = {cell.key: cell.text for table in after.view.tables for cell in table.cells if cell.key} if everything else {}
    patches = {
        "filling-bar": _bar(after),
        "filling-theirs": _theirs(after),
        "filling-findings": findings_box(after.view),
        "filling-next": next_step(after),
        "filling-saved": saved_line(after.view),
    }
    changed = {name: html for name, html in new.items() if old.get(name) != html}
    return Reply(patches=patches, data={"cells": changed, "values": values, "seen": after.view.number})


def _cells(view: FillingView) -> dict[str, str]:
    findings = {each.fingerprint: each for each in view.view.findings}
    drawn = (grid_cell(cell, table, findings, act="typed") for table in view.view.tables for cell in table.cells if cell.key)
    return {name: str(html) for name, html in drawn}


ACTS: Mapping[str, Act] = {"typed": _typed, "save": _save, "forget": _forget, "settle": _settle}
