"""定稿: what still hinders, sign-off and its withdrawal, files to hand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from markupsafe import Markup

from assistant.review import signoff
from assistant.review.errors import Conflict
from assistant.review.exports import FOR_PUBLISHING, export, exports
from assistant.review.reading import current_draft, open_draft
from assistant.review.views.draft import DraftView
from assistant.review.views.final import EXPORTS, ExportKind, ExportView, Hindrance, ReadinessView, SignoffView
from assistant.site.components import attributes, badge, empty, join, table
from assistant.site.page import Act, Context, NotThere, Payload, Reply, whole
from assistant.site.pages.choosing import choose_draft

if TYPE_CHECKING:
    from assistant.site.wiring import Wiring

_GROUPS = {
    "state": "这份稿",
    "data": "数据",
    "error": "错误意见",
    "gap": "待补内容",
    "undecided": "没有决定的段落",
}
_WHAT: dict[ExportKind, str] = {
    "docx": "公布用的正式稿，定稿后可以导出",
    "html": "公布用的网页，定稿后可以导出",
    "working": "内部传阅：检查意见、批注和未决定的段落写在页边，不得公布",
    "json": "每一句的来源和依据，供存档或别的系统使用",
    "findings": "检查意见清单，一行一条",
}
_FIRST: ExportKind = "docx"
_MANY = 8


class Final:
    """The page of one draft (``?draft=``)."""

    path, title, action, shown = "final", "定稿", "", True

    def __init__(self) -> None:
        self.acts: Mapping[str, Act] = {"sign": _sign, "withdraw": _withdraw, "export": _export}

    def build(self, wiring: Wiring) -> None:
        """One HTML component, pieces of which are replaced by acts."""
        body = wiring.html("final", classes=["page"])
        wiring.load(show, [body])


def show(context: Context) -> Markup:
    """The page as its address says."""
    draft_id = context.number("draft")
    unit, year = context.number("unit"), context.number("year")
    if draft_id is None and unit is not None and year is not None:
        draft_id = current_draft(context.record, context.actor, unit, year)
        if draft_id is None:
            go = f"/draft?unit={unit}&year={year}"
            return Markup("<h1>定稿</h1>") + empty(f"{year} 年度还没有草稿", "先起草，审阅以后再来定稿。", link=go, action="去起草")
    if draft_id is None:
        return choose_draft(context, title="定稿", path="final", otherwise="起草并审阅以后，在这里定稿和导出。")
    return _body(context, draft_id)


def _body(context: Context, draft_id: int, made: str = "") -> Markup:
    view = open_draft(context.record, context.actor, draft_id)
    ready = signoff.readiness(context.record, context.actor, draft_id)
    files = exports(context.record, context.actor, draft_id)
    head = Markup(
        '<h1>{} {} 年度 {}</h1><p class="hint">稿号 {}　指纹 <code>{}</code>　<a href="/review?draft={}">回到审阅</a></p>'
    ).format(view.unit, view.year, badge(view.state_label, view.state), view.id, ready.content, view.id)
    left = join((_standing(view, ready), _history(ready.history)))
    return Markup('<div id="final-body">{}<div class="columns final"><div>{}</div><div>{}</div></div></div>').format(
        head, left, _files(context, view, files, made)
    )


def _standing(view: DraftView, ready: ReadinessView) -> Markup:
    if ready.state == "final" and ready.signed is not None:
        return _signed(view, ready.signed)
    if ready.state == "superseded":
        return empty("这份稿已被新稿代替", "请打开新稿。", link=f"/final?unit={view.unit_id}&year={view.year}", action="打开新稿")
    return join((_hindrances(view, ready), _signing(view, ready)))


def _signed(view: DraftView, signed: SignoffView) -> Markup:
    why = Markup("<p>定稿时说明：{}</p>").format(signed.reason) if signed.reason else ""
    back = (
        Markup(
            '<details class="more"><summary>撤回定稿</summary><div class="stack" data-form>'
            '<p class="hint">撤回后可以再改；已导出的文件'
            '会标明已过时。</p><label class="field"><span>撤回的理由（必填）</span>'
            '<textarea name="reason" id="withdraw-why" rows="2" maxlength="2000"></textarea></label>'
            '<span class="actions">'
            '<button type="button" class="button danger" data-act="withdraw" id="withdraw-now">撤回定稿</button></span>'
            "</div></details>"
        )
        if "sign" in view.may
        else Markup('<p class="hint">要再改，请审核人撤回定稿。</p>')
    )
    return Markup(
        '<section class="box signed"><h2>{} 已定稿</h2><p>{} 于 {} 定稿。正文不能再改。</p>{}'
        "<p>下一步：在右边导出正式稿。</p>{}</section>"
    ).format(badge("完成", "good"), signed.by, f"{signed.at.astimezone():%Y-%m-%d %H:%M}", why, back)


def _hindrances(view: DraftView, ready: ReadinessView) -> Markup:
    if ready.ready:
        return Markup('<section class="box"><h2>{} 可以定稿</h2><p>没有错误意见和待补内容，各段都已决定。</p></section>').format(
            badge("齐备", "good")
        )
    groups = []
    for kind, label in _GROUPS.items():
        found = [each for each in ready.hindrances if each.kind == kind]
        if found:
            groups.append(_group(view, label, found))
    return Markup('<section class="box"><h2>定稿前还要处理 {} 处</h2>{}</section>').format(len(ready.hindrances), join(groups))


def _group(view: DraftView, label: str, found: Sequence[Hindrance]) -> Markup:
    items = [Markup("<li>{} {}</li>").format(each.text, _place(view, each)) for each in found]
    shown = Markup("<ul>{}</ul>").format(join(items[:_MANY]))
    if len(items) > _MANY:
        shown += Markup('<details class="more"><summary>另外 {} 处</summary><ul>{}</ul></details>').format(
            len(items) - _MANY, join(items[_MANY:])
        )
    return Markup("<h3>{} {}</h3>{}").format(label, len(found), shown)


def _place(view: DraftView, hindrance: Hindrance) -> Markup:
    if hindrance.kind == "data":
        return Markup('<a href="/draft?unit={}&year={}">去起草</a>').format(view.unit_id, view.year)
    if hindrance.paragraph_id is not None:
        panel = f"&panel=finding&fingerprint={hindrance.fingerprint}" if hindrance.fingerprint else ""
        return Markup('<a href="/review?draft={}&at={}{}">去处理</a>').format(view.id, hindrance.paragraph_id, panel)
    if hindrance.fingerprint:
        return Markup('<a href="/review?draft={}&panel=finding&fingerprint={}">去处理</a>').format(view.id, hindrance.fingerprint)
    return Markup("")


def _signing(view: DraftView, ready: ReadinessView) -> Markup:
    if not ready.may_sign:
        when = "现在" if ready.ready else "处理完上面各处以后，"
        return Markup('<section class="box"><h2>定稿</h2><p>由审核人定稿。{}请告诉审核人打开本页。</p></section>').format(when)
    reason = Markup("")
    if not ready.ready:
        reason = Markup(
            '<label class="field"><span>有上列各处仍要定稿的，写明理由（会记录在案）</span>'
            '<textarea name="reason" id="sign-why" rows="2" maxlength="2000"></textarea></label>'
        )
    button = Markup('<button type="button"{}>定稿</button>').format(
        attributes(
            id="sign-now",
            class_="button primary" if ready.ready else "button",
            data_act="sign",
            data_stamp=ready.stamp,
            data_confirm=None if ready.ready else "还有没有处理完的地方，确定按写明的理由定稿？",
        )
    )
    return Markup(
        '<section class="box"><h2>定稿</h2><div class="stack" data-form>'
        '<p class="hint">定稿后正文不能再改，可以导出正式稿；需要时可以撤回。</p>'
        '{}<span class="actions">{}</span></div></section>'
    ).format(reason, button)


def _history(history: Sequence[SignoffView]) -> Markup:
    if not history:
        return Markup("")
    rows = [
        ["定稿" if each.kind == "sign" else "撤回", each.by, f"{each.at.astimezone():%Y-%m-%d %H:%M}", each.reason or "—"]
        for each in reversed(history)
    ]
    return Markup('<section class="box"><h2>定稿记录</h2>{}</section>').format(table("定稿记录", ("", "谁", "时间", "理由"), rows))


def _files(context: Context, view: DraftView, files: Sequence[ExportView], made: str) -> Markup:
    final, may = view.state == "final", "export" in view.may
    rows = (
        join(_kind(kind, closed=kind in FOR_PUBLISHING and not final, first=final and kind == _FIRST) for kind in _WHAT)
        if may
        else ""
    )
    return Markup(
        '<section class="box"><h2>导出</h2><ul class="kinds">{}</ul></section>'
        '<section class="box"><h2>导出过的文件</h2>{}</section>'
    ).format(rows, _listed(files, made))


def _kind(kind: ExportKind, *, closed: bool, first: bool) -> Markup:
    button = Markup('<button type="button"{}>导出</button>').format(
        attributes(
            id=f"export-{kind}",
            class_="button small" + (" primary" if first else ""),
            data_act="export",
            data_kind=kind,
            disabled=closed,
            aria_label=f"导出{EXPORTS[kind]}",
        )
    )
    return Markup('<li><div><b>{}</b><span class="hint">{}</span></div>{}</li>').format(EXPORTS[kind], _WHAT[kind], button)


def _listed(files: Sequence[ExportView], made: str) -> Markup:
    if not files:
        return Markup('<p class="hint">还没有导出过。</p>')
    return Markup('<ul class="kinds">{}</ul>').format(join(_file(each, made) for each in files))


def _file(view: ExportView, made: str) -> Markup:
    mark = badge("已过时：正文后来改过", "warning") if view.outdated else badge("与现在的正文一致", "good")
    link = Markup("<a{}>下载</a>").format(
        attributes(
            class_="button small",
            href=f"/export/{view.id}",
            download=view.name,
            data_fetch=True if view.id == made else None,
            aria_label=f"下载 {view.name}",
        )
    )
    return Markup('<li><div><b>{}</b><span class="hint">{}，{}，{} KB，指纹 {}</span>{}</div>{}</li>').format(
        view.name, view.by, f"{view.at.astimezone():%m-%d %H:%M}", max(1, view.size // 1024), view.fingerprint, mark, link
    )


def _draft(context: Context) -> int:
    found = whole(context.query.get("draft"))
    if found is None:
        unit, year = context.number("unit"), context.number("year")
        found = current_draft(context.record, context.actor, unit, year) if unit is not None and year is not None else None
    if found is None:
        raise NotThere
    return found


def _again(context: Context, draft_id: int, made: str = "") -> Reply:
    return Reply(patches={"final-body": _body(context, draft_id, made)})


def _sign(context: Context, data: Payload) -> Reply:
    draft_id = _draft(context)
    try:
        signoff.sign(context.record, context.actor, draft_id, str(data.get("stamp", "")), str(data.get("reason", "")))
    except Conflict as conflict:
        context.tell(conflict.message, "warning")
        return _again(context, draft_id)
    context.tell("已定稿。现在可以导出正式稿")
    return _again(context, draft_id)


def _withdraw(context: Context, data: Payload) -> Reply:
    draft_id = _draft(context)
    signoff.withdraw(context.record, context.actor, draft_id, str(data.get("reason", "")))
    context.tell("已撤回定稿，可以继续审阅和修改")
    return _again(context, draft_id)


def _export(context: Context, data: Payload) -> Reply:
    kinds: dict[str, ExportKind] = {kind: kind for kind in get_args(ExportKind)}
    kind = kinds.get(str(data.get("kind")))
    if kind is None:
        raise NotThere
    draft_id = _draft(context)
    made = export(context.record, context.actor, draft_id, kind)
    context.tell(f"已导出“{made.name}”，正在下载；没有开始的话，请点列表里的“下载”")
    return _again(context, draft_id, made.id)
