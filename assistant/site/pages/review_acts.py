"""What the review page's script may ask for: each act calls the service and answers with the pieces of the page that change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup

from assistant.errors import AssistantError
from assistant.review import paragraphs, remarks
from assistant.review import suggestions as wordings
from assistant.review.errors import Conflict
from assistant.review.reading import evidence, history, open_draft, paragraph
from assistant.review.views.draft import DraftView, EditResult, ParagraphView
from assistant.site.page import Context, NotThere, Payload, Reply, whole
from assistant.site.pages import review_panel as panels
from assistant.site.pages import review_text as text
from assistant.site.pages.review_editor import editor, merging

_LOOKED_AT = 400


def needed(value: object) -> int:
    """A number that the page must have sent.

    Raises:
        NotThere: it is none.
    """
    found = whole(value)
    if found is None:
        raise NotThere
    return found


def draft_of(context: Context) -> int:
    """The draft in the page's address."""
    return needed(context.query.get("draft"))


def seen(context: Context) -> DraftView:
    """The draft as it stands now."""
    return open_draft(context.record, context.actor, draft_of(context))


def changing(context: Context, view: DraftView | None = None) -> bool:
    """Whether the reader may change the draft; after a deed that worked it is so."""
    return view is None or text.may_change(view)


# Showing


def panel(context: Context, data: Payload) -> Reply:
    """Show something in the side panel."""
    shown, focus = panel_of(context, data)
    return Reply(patches={"panel": shown}, data={"focus": focus, "panel": str(data.get("panel", ""))})


def panel_of(context: Context, data: Payload) -> tuple[Markup, str]:
    """The panel that ``data`` names (``panel``, ``at``, ``sentence``, ``fingerprint``), and what in it takes the focus."""
    wanted = str(data.get("panel", ""))
    if wanted == "evidence":
        return _evidence(context, data), ""
    if wanted == "finding":
        view = seen(context)
        found = next((each for each in view.findings if each.fingerprint == data.get("fingerprint")), None)
        if found is None:
            raise AssistantError("这条意见已经没有了", remedy="文字或数据改过以后意见会变；请看总览里现在的意见")
        return panels.finding(found, may_rule="rule" in view.may and view.state in ("draft", "review")), "rule-why"
    if wanted in ("suggest", "history", "comments", "reject"):
        return _paragraph_panel(context, wanted, needed(data.get("at")))
    return panels.overview(seen(context)), ""


def _evidence(context: Context, data: Payload) -> Markup:
    sentence = whole(data.get("sentence"))
    if sentence is None:
        place = paragraph(context.record, context.actor, needed(data.get("at")))
        at = min(whole(data.get("position")) or 0, len(place.sentences) - 1)
        sentence = place.sentences[at].id
    found = evidence(context.record, context.actor, draft_of(context), sentence)
    unit, year = whole(data.get("unit")), whole(data.get("year"))
    return panels.evidence(found, f"/data?unit={unit}&year={year}" if unit and year else "/data")


def _paragraph_panel(context: Context, wanted: str, at: int) -> tuple[Markup, str]:
    record, actor = context.record, context.actor
    view = seen(context)
    place = next((each for each in view.paragraphs() if each.id == at), None)
    if place is None:
        raise NotThere("这一段已经不在稿中")
    may = text.may_change(view)
    if wanted == "suggest":
        return panels.suggestions(wordings.suggestions(record, actor, at), place, changing=may), "wish"
    if wanted == "history":
        return panels.history(history(record, actor, at), place, changing=may), ""
    if wanted == "reject":
        return panels.rejecting(place), "reject-why"
    return panels.comments(place, may="comment" in view.may), "comment-text"


def fresh(context: Context, data: Payload) -> Reply:
    """The paragraphs that changed since the page showed them (``known``: id.number.state of each, by commas)."""
    view = seen(context)
    known = set(str(data.get("known", "")).split(",")[:_LOOKED_AT])
    busy = {whole(each) for each in str(data.get("busy", "")).split(",")}
    other = [each for each in view.paragraphs() if f"{each.id}.{each.number}.{each.state}" not in known]
    if not other:
        return Reply()
    if {f"{each.id}" for each in view.paragraphs()} != {each.split(".")[0] for each in known}:
        context.tell("有的部分刚被重新起草，请刷新页面看新的稿子", "info")
        return Reply()
    findings, may = view.findings, text.may_change(view)
    patches = {f"para-{each.id}": text.paragraph(each, findings, changing=may) for each in other if each.id not in busy}
    names = "、".join(dict.fromkeys(each.decided_by or each.by for each in other if each.decided_by or each.by))
    context.tell(f"{names or '有人'}刚处理了 {len(other)} 段，页面已经更新", "info")
    return Reply(patches={**patches, **text.all_notes(view), "bar": _bar(context, view)})


def _bar(context: Context, view: DraftView) -> Markup:
    return text.bar(view.id, view.counts, view.stamp, context.query.get("show", "all"), changing=text.may_change(view))


# Typing


def edit(context: Context, data: Payload) -> Reply:
    """Open the editor of a paragraph; with ``resume`` on what was typed before."""
    view = seen(context)
    place = _place(view, needed(data.get("paragraph")))
    kept = place.unsaved if data.get("resume") else None
    if kept is not None and place.unsaved_base is not None and place.unsaved_base != place.number:
        body = merging(place, place.text, kept, place.by)
    else:
        body = editor(place, place.text if kept is None else kept)
    shown = text.paragraph(place, view.findings, changing=text.may_change(view), body=body)
    return Reply(patches={f"para-{place.id}": shown}, data={"focus": f"edit-{place.id}"})


def _place(view: DraftView, paragraph_id: int) -> ParagraphView:
    found = next((each for each in view.paragraphs() if each.id == paragraph_id), None)
    if found is None:
        raise NotThere("这一段已经不在稿中")
    return found


def typing(context: Context, data: Payload) -> Reply:
    """Keep what is being typed."""
    place, number = needed(data.get("paragraph")), needed(data.get("number"))
    paragraphs.keep_typing(context.record, context.actor, place, number, str(data.get("text", "")))
    return Reply()


def drop(context: Context, data: Payload) -> Reply:
    """Close the editor without saving; what was typed is thrown away."""
    place = needed(data.get("paragraph"))
    paragraphs.drop_typing(context.record, context.actor, place)
    return Reply(patches=_shown(context, [place]), data={"focus": f"para-{place}"})


def _shown(context: Context, wanted: Iterable[int]) -> dict[str, Markup]:
    view = seen(context)
    may, ids = text.may_change(view), set(wanted)
    shown = {f"para-{each.id}": text.paragraph(each, view.findings, changing=may) for each in view.paragraphs() if each.id in ids}
    return {**shown, "bar": _bar(context, view)}


def save(context: Context, data: Payload) -> Reply:
    """Save an edit; when somebody else was first, their text is shown beside one's own."""
    place, number, typed = needed(data.get("paragraph")), needed(data.get("number")), str(data.get("text", ""))
    try:
        result = paragraphs.edit(context.record, context.actor, place, number, typed)
    except Conflict as conflict:
        context.tell(conflict.message, "warning")
        view = paragraph(context.record, context.actor, place)
        body = merging(view, conflict.head_text, conflict.own_text, conflict.head_by)
        shown = text.paragraph(view, (), changing=True, body=body)
        return Reply(patches={f"para-{place}": shown}, data={"focus": f"edit-{place}"})
    return _after(context, data, result, "已保存" if result.changed else "文字没有变化")


# Deciding


def _deciding(work: Callable[[Context, int, Payload], EditResult], said: str) -> Callable[[Context, Payload], Reply]:
    """An act on one paragraph in the version seen; a newer version is shown instead of deciding on it."""

    def act(context: Context, data: Payload) -> Reply:
        place = needed(data.get("paragraph"))
        try:
            result = work(context, place, data)
        except Conflict as conflict:
            context.tell(conflict.message, "warning")
            return Reply(patches=_shown(context, [place]), data={"focus": f"para-{place}"})
        return _after(context, data, result, said)

    return act


def _accept(context: Context, place: int, data: Payload) -> EditResult:
    return paragraphs.accept(context.record, context.actor, place, needed(data.get("number")))


def _reject(context: Context, place: int, data: Payload) -> EditResult:
    return paragraphs.reject(context.record, context.actor, place, needed(data.get("number")), str(data.get("reason", "")))


def _reopen(context: Context, place: int, data: Payload) -> EditResult:
    return paragraphs.reopen(context.record, context.actor, place, needed(data.get("number")))


def _restore(context: Context, place: int, data: Payload) -> EditResult:
    version = needed(data.get("version"))
    return paragraphs.restore(context.record, context.actor, place, needed(data.get("number")), version)


def _after(context: Context, data: Payload, result: EditResult, said: str) -> Reply:
    """The pieces that a deed changes: the paragraph, the bar, the panel where it shows the same, others whose findings changed."""
    view = result.paragraph
    patches: dict[str, Any] = {f"para-{view.id}": text.paragraph(view, result.findings, changing=True)}
    filters = context.query.get("show", "all")
    patches["bar"] = text.bar(draft_of(context), result.counts, result.stamp, filters, changing=True)
    plain = whole(data.get("number")) == view.number and view.state == "accepted"
    if result.appeared or result.gone or (data.get("open_panel") == "overview" and not plain):
        whole_view = seen(context)
        others = {each.paragraph_id for each in whole_view.findings if each.fingerprint in result.appeared} - {view.id}
        for each in whole_view.paragraphs():
            if each.id in others:
                patches[f"para-{each.id}"] = text.paragraph(each, whole_view.findings, changing=True)
        patches |= text.all_notes(whole_view)
        patches["open-things"] = panels.open_things(whole_view)
    patches |= _panel_again(context, data, view)
    context.tell(_told(said, result), "warning" if result.appeared else "good")
    return Reply(patches=patches, data={"gone": list(result.gone), "focus": f"para-{view.id}"})


def _told(said: str, result: EditResult) -> str:
    pieces = [said]
    if result.appeared:
        count = sum(each.fingerprint in result.appeared for each in result.findings)
        pieces.append(f"核对出 {count} 条新意见")
    if result.gone:
        pieces.append(f"{len(result.gone)} 条意见消除")
    left = result.counts.undecided
    pieces.append(f"还有 {left} 段未决定" if left else "各段都已决定，可以去定稿")
    return "；".join(pieces)


def _panel_again(context: Context, data: Payload, view: ParagraphView) -> dict[str, Markup]:
    """The panel anew, if it shows this paragraph and holds nothing typed."""
    shown = data.get("open_panel")
    if whole(data.get("open_at")) != view.id:
        return {}
    if shown == "evidence" and whole(data.get("number")) == view.number:
        return {}
    if shown == "evidence":
        wanted = {**data, "panel": "evidence", "sentence": None, "at": view.id, "position": data.get("open_position")}
        return {"panel": panel_of(context, wanted)[0]}
    if shown == "history":
        return {"panel": panels.history(history(context.record, context.actor, view.id), view, changing=True)}
    return {"panel": panels.overview(seen(context))} if shown == "reject" else {}


def accept_all(context: Context, data: Payload) -> Reply:
    """Accept every undecided paragraph that nothing speaks against."""
    try:
        result = paragraphs.accept_all(context.record, context.actor, draft_of(context), str(data.get("stamp", "")))
    except Conflict as conflict:
        context.tell(conflict.message, "warning")
        return Reply(reload=True)
    left = f"；留下 {len(result.left)} 段：{'、'.join(dict.fromkeys(why for _id, why in result.left))}" if result.left else ""
    context.tell(f"采用了 {result.accepted} 段{left}", "warning" if result.left else "good")
    return Reply(patches=_shown(context, (each.id for each in seen(context).paragraphs())))


# Other wordings


def ask(context: Context, data: Payload) -> Reply:
    """Ask for other wordings."""
    context.spend("suggest")
    place = needed(data.get("paragraph"))
    found = wordings.ask_suggestions(context.record, context.actor, place, str(data.get("wish", "")))
    view = seen(context)
    at = _place(view, place)
    shown = text.paragraph(at, view.findings, changing=True)
    patches = {"panel": panels.suggestions(found, at, changing=True), f"para-{place}": shown, "bar": _bar(context, view)}
    return Reply(patches=patches, data={"focus": "panel-title"})


def take(context: Context, data: Payload) -> Reply:
    """Take a suggestion."""
    place = needed(data.get("open_at"))
    try:
        result = wordings.accept_suggestion(context.record, context.actor, needed(data.get("suggestion")))
    except Conflict as conflict:
        context.tell(conflict.message, "warning")
        return Reply(patches=_shown(context, [place]))
    reply = _after(context, data, result, "已采用这个写法")
    return Reply(patches={**reply.patches, "panel": _paragraph_panel(context, "history", place)[0]}, data=reply.data)


def decline(context: Context, data: Payload) -> Reply:
    """Turn a suggestion down."""
    wordings.reject_suggestion(context.record, context.actor, needed(data.get("suggestion")))
    place = needed(data.get("open_at"))
    patches: dict[str, Any] = {"panel": _paragraph_panel(context, "suggest", place)[0], **_shown(context, [place])}
    return Reply(patches=patches, data={"focus": "panel-title"})


# Remarks


def comment(context: Context, data: Payload) -> Reply:
    """Remark on a paragraph, or on the draft."""
    place = whole(data.get("paragraph"))
    remarks.comment(context.record, context.actor, draft_of(context), place, str(data.get("text", "")))
    context.tell("批注已保存")
    return _talked(context, place)


def resolve(context: Context, data: Payload) -> Reply:
    """Mark a comment as dealt with."""
    remarks.resolve_comment(context.record, context.actor, needed(data.get("comment")))
    return _talked(context, whole(data.get("paragraph")))


def _talked(context: Context, place: int | None) -> Reply:
    view = seen(context)
    if place is None:
        return Reply(patches={"panel": panels.overview(view), "bar": _bar(context, view)}, data={"focus": "comment-text"})
    at = _place(view, place)
    shown = text.paragraph(at, view.findings, changing=text.may_change(view))
    patches = {"panel": panels.comments(at, may="comment" in view.may), f"para-{place}": shown, "bar": _bar(context, view)}
    return Reply(patches=patches, data={"focus": "comment-text"})


def rule(context: Context, data: Payload) -> Reply:
    """Let a finding stand, with a reason."""
    mark = str(data.get("fingerprint", ""))
    remarks.rule_on_finding(context.record, context.actor, draft_of(context), mark, str(data.get("why", "")))
    context.tell("已记下理由，这条意见不再阻碍定稿")
    return _ruled(context, mark)


def unrule(context: Context, data: Payload) -> Reply:
    """Take a ruling back."""
    mark = str(data.get("fingerprint", ""))
    remarks.withdraw_ruling(context.record, context.actor, draft_of(context), mark)
    context.tell("已撤回说明，这条意见恢复")
    return _ruled(context, mark)


def _ruled(context: Context, mark: str) -> Reply:
    view = seen(context)
    places = [each.paragraph_id for each in view.findings if each.fingerprint == mark and each.paragraph_id is not None]
    shown, _focus = panel_of(context, {"panel": "finding", "fingerprint": mark})
    return Reply(patches={**_shown(context, places), **text.all_notes(view), "panel": shown}, data={"focus": "panel-title"})


ACTS = {
    "panel": panel,
    "fresh": fresh,
    "edit": edit,
    "typing": typing,
    "drop": drop,
    "save": save,
    "accept": _deciding(_accept, "已采用"),
    "reject": _deciding(_reject, "已退回"),
    "reopen": _deciding(_reopen, "已重新打开"),
    "restore": _deciding(_restore, "已恢复，请再看一遍后决定"),
    "accept-all": accept_all,
    "ask": ask,
    "take": take,
    "decline": decline,
    "comment": comment,
    "resolve": resolve,
    "rule": rule,
    "unrule": unrule,
}
