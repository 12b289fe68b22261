"""What the forms of the data page's texts ask for: keep while typing, add, change, remove."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.review.entries import LISTS, add_entry, change_entry, offers, remove_entry
from assistant.review.filling import FillingView, filling, forget, keep
from assistant.site.page import Act, Context, NotThere, Payload, Reply
from assistant.site.pages import data_texts as texts
from assistant.site.pages.data_parts import Place, findings_box, next_step, saved_line


def _typing(context: Context, payload: Payload) -> Reply:
    place, entry, text = Place.of(payload, context), _entry(payload), str(payload.get("text", ""))
    keep(context.record, context.actor, place.unit, place.year, {entry: text}, today=context.today)
    return Reply(patches={texts.figures_id(entry): texts.figures_line(entry, text)})


def _open(context: Context, payload: Payload) -> Reply:
    view, name, key = _now(context, payload), _name(payload), str(payload.get("key", ""))
    note = texts.note_of(view, name, key)
    if note is None:
        return Reply(reload=True)
    return Reply(patches={f"entry-{name}-{key}": texts.entry(name, note, view, editing=True)})


def _close(context: Context, payload: Payload) -> Reply:
    place, name, key = Place.of(payload, context), _name(payload), str(payload.get("key", ""))
    forget(context.record, context.actor, place.unit, place.year, [f"{name}:{key}"])
    view = _now(context, payload)
    note = texts.note_of(view, name, key)
    return Reply(reload=True) if note is None else Reply(patches={f"entry-{name}-{key}": texts.entry(name, note, view)})


def _add(context: Context, payload: Payload) -> Reply:
    place, name, aspect = Place.of(payload, context), _name(payload), str(payload.get("aspect", ""))
    add_entry(context.record, context.actor, place.unit, place.year, name, _values(name, payload))
    if payload.get("entry"):
        forget(context.record, context.actor, place.unit, place.year, [_entry(payload)])
    context.tell(f"已添加{LISTS[name]}，保存为新的一版。")
    return _lists(context, payload, name, aspect, fresh=True)


def _change(context: Context, payload: Payload) -> Reply:
    place, name, key = Place.of(payload, context), _name(payload), str(payload.get("key", ""))
    values = _values(name, payload)
    change_entry(context.record, context.actor, place.unit, place.year, name, key, values, seen=str(payload.get("seen", "")))
    forget(context.record, context.actor, place.unit, place.year, [f"{name}:{key}"])
    view = _now(context, payload)
    note = texts.note_of(view, name, key)
    context.tell("已保存。")
    patches = _around(view)
    if note is not None:
        patches[f"entry-{name}-{key}"] = texts.entry(name, note, view)
    return Reply(patches=patches)


def _remove(context: Context, payload: Payload) -> Reply:
    place, name, key = Place.of(payload, context), _name(payload), str(payload.get("key", ""))
    before = texts.note_of(_now(context, payload), name, key)
    remove_entry(context.record, context.actor, place.unit, place.year, name, key, seen=str(payload.get("seen", "")))
    forget(context.record, context.actor, place.unit, place.year, [f"{name}:{key}"])
    context.tell("已删去；以前的版本里还有。")
    return _lists(context, payload, name, before.aspect if before and name == "notes" else "")


def _lists(context: Context, payload: Payload, name: str, aspect: str, *, fresh: bool = False) -> Reply:
    place, view = Place.of(payload, context), _now(context, payload)
    patches = _around(view)
    if name == "follow_ups":
        patches["follow-box"] = texts.follow_box(view, offers(context.record, context.actor, place.unit, place.year))
        return Reply(patches=patches)
    patches[texts.list_id(name, aspect)] = texts.entries_list(name, aspect, view)
    if fresh:
        patches[f"new-{texts.list_id(name, aspect)}"] = texts.new_form(name, aspect, view)
    if name == "problems":
        patches[texts.list_id("improvements")] = texts.entries_list("improvements", "", view)
        patches[f"new-{texts.list_id('improvements')}"] = texts.new_form("improvements", "", view)
    return Reply(patches=patches)


def _around(view: FillingView) -> dict[str, str]:
    return {
        "filling-findings": findings_box(view.view, "texts"),
        "filling-next": next_step(view),
        "filling-saved": saved_line(view.view),
    }


def _values(name: str, payload: Payload) -> dict[str, Any]:
    """The fields of a form as an entry of a submission's JSON."""
    given = {key: str(payload.get(key, "")).strip() for key in ("text", "source", "status", "problem", "aspect", "answers")}
    if name == "notes":
        return {"text": given["text"], "source": given["source"], **({"aspect": given["aspect"]} if given["aspect"] else {})}
    if name == "improvements":
        return {"text": given["text"], "answers": [each for each in given["answers"].split(",") if each]}
    if name == "follow_ups":
        named = {"problem": given["problem"]} if given["problem"] else {}
        return {"text": given["text"], "status": given["status"], **named}
    return {"text": given["text"]}


def _now(context: Context, payload: Payload) -> FillingView:
    place = Place.of(payload, context)
    return filling(context.record, context.actor, place.unit, place.year, today=context.today)


def _name(payload: Payload) -> Any:
    name = str(payload.get("list", ""))
    if name not in LISTS:
        raise NotThere
    return name


def _entry(payload: Payload) -> str:
    entry = str(payload.get("entry", ""))
    if entry.split(":")[0] not in LISTS or len(entry) > 200:
        raise NotThere
    return entry


ACTS: Mapping[str, Act] = {
    "typing": _typing,
    "open-entry": _open,
    "close-entry": _close,
    "add-entry": _add,
    "change-entry": _change,
    "remove-entry": _remove,
}
