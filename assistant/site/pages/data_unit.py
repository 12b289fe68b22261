"""The unit's particulars and the fee on the data page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from assistant.errors import InputError
from assistant.form.kinds import unit_kinds
from assistant.review.errors import Conflict
from assistant.review.filling import FillingView, filling
from assistant.review.rights import may
from assistant.review.stored import digest
from assistant.review.submissions import set_texts, submission
from assistant.site.components import attributes, field, join
from assistant.site.page import Act, Context, Payload, Reply
from assistant.site.pages.data_parts import Place, next_step, saved_line
from assistant.submission.model import Contact, Fee, UnitProfile

_CONTACT = {"unit": "联系单位（科室）", "address": "地址", "zip": "邮编", "phone": "电话", "fax": "传真", "email": "电子邮箱"}
_FEES = {"": "还没有说明", "none": "本年没有收取信息处理费", "some": "本年收取了信息处理费"}


def show(context: Context, place: Place, view: FillingView) -> Markup:
    """Two forms: particulars, fee."""
    shown = view.view
    profile = shown.content.unit if shown.content else None
    fee = shown.content.fee if shown.content else None
    return Markup('<div class="columns" data-unit="{}" data-year="{}">{}<div>{}</div></div>{}').format(
        place.unit, place.year, _profile(context, view.view.kind, profile), _fee(fee), next_step(view)
    )


def _profile(context: Context, kind: str, profile: UnitProfile | None) -> Markup:
    contact = profile.contact if profile else Contact()
    pieces = [
        _kind(context, kind),
        _text("region", "所在行政区全称", profile.region if profile else "", "如 示例县"),
        _text("aliases", "简称、曾用名", "、".join(profile.aliases) if profile else "", "用顿号隔开；报告里用简称的写在这里"),
        _text("site", "公开电子版的网址", profile.site if profile else "", "报告里照写"),
        *(_text(f"contact-{key}", label, getattr(contact, key)) for key, label in _CONTACT.items()),
        _text("neighbours", "同级其他单位名称", "、".join(profile.neighbours) if profile else "", "用来查有没有误写成别的单位"),
    ]
    return Markup(
        '<section class="box" id="unit-form" aria-label="单位信息" data-was="{}"><h2>单位信息</h2><p class="hint">'
        "报告里只照抄这里写的；没有写的，报告留待补标记。</p>"
        '<div class="stack two" data-form>{}<span class="actions"><button type="button" class="button primary" '
        'data-act="save-unit">'
        "保存单位信息</button></span></div></section>"
    ).format(digest(profile and profile.model_dump(mode="json")), join(pieces))


def _kind(context: Context, kind: str) -> Markup:
    kinds = unit_kinds()
    if kind in kinds and not may(context.actor, "add_unit"):
        hidden = Markup('<input type="hidden" name="kind" value="{}"><b>{}</b>').format(kind, kinds[kind].label)
        return Markup('<div class="field"><span>单位类型</span>{}<span class="hint">要改请管理员处理</span></div>').format(hidden)
    options = join(
        Markup("<option{}>{}</option>").format(attributes(value=key, selected=key == kind), each.label)
        for key, each in kinds.items()
    )
    first = "" if kind else Markup('<option value="">请选择</option>')
    return field("单位类型", Markup('<select name="kind">{}{}</select>').format(first, options))


def _text(name: str, label: str, value: str, hint: str = "") -> Markup:
    return field(label, Markup('<input autocomplete="off" maxlength="300"{}>').format(attributes(name=name, value=value)), hint)


def _fee(fee: Fee | None) -> Markup:
    chosen = "" if fee is None or fee.count is None else ("none" if fee.count == 0 else "some")
    radios = join(
        Markup('<label><input type="radio" name="fee"{}> {}</label>').format(attributes(value=key, checked=key == chosen), label)
        for key, label in _FEES.items()
    )
    count = str(fee.count) if fee and fee.count else ""
    yuan = f"{fee.yuan.normalize():f}" if fee and fee.yuan and fee.count else ""
    return Markup(
        '<section class="box" id="fee-form" aria-label="信息处理费" data-was="{}"><h2>信息处理费</h2><p class="hint">'
        "第六部分必须写明。没有说明的，报告留待补标记。</p>"
        '<div class="stack" data-form><fieldset class="choices"><legend>本年收取情况</legend>{}</fieldset>{}{}'
        '<span class="actions"><button type="button" class="button primary" data-act="save-fee">保存</button></span>'
        "</div></section>"
    ).format(
        digest(fee and fee.model_dump(mode="json")),
        radios,
        field(
            "件数（收取了的）",
            Markup('<input name="count" inputmode="numeric" maxlength="9" autocomplete="off" value="{}">').format(count),
        ),
        field(
            "金额（元）",
            Markup('<input name="yuan" inputmode="decimal" maxlength="20" autocomplete="off" value="{}">').format(yuan),
        ),
    )


def _save_unit(context: Context, payload: Payload) -> Reply:
    place = Place.of(payload, context)
    profile: dict[str, Any] = {name: _given(payload, name) for name in ("kind", "region", "site")}
    if not profile["kind"]:
        raise InputError("没有选择单位类型", remedy="请在“单位类型”里选一个；其他内容还在页上，没有保存")
    profile |= {name: _split(_given(payload, name)) for name in ("aliases", "neighbours")}
    profile["contact"] = {key: _given(payload, f"contact-{key}") for key in _CONTACT}
    before = _unchanged(context, place, payload, "unit")
    view = set_texts(context.record, context.actor, place.unit, place.year, {"unit": profile}, base=before)
    context.tell(f"已保存单位信息（第 {view.number} 版）。")
    form = _profile(context, view.kind, view.content.unit if view.content else None)
    known = Markup(
        '<p class="notice good" id="kind-first" role="status"><b>完成</b>已知道单位类型。<a href="{}">下一步：填统计表</a></p>'
    )
    go = f"/data?unit={place.unit}&year={place.year}&tab=tables"
    return Reply(patches={"unit-form": form, "kind-first": known.format(go), **_around(context, place)})


def _around(context: Context, place: Place) -> dict[str, str]:
    view = filling(context.record, context.actor, place.unit, place.year, today=context.today)
    return {"filling-saved": saved_line(view.view), "filling-next": next_step(view)}


def _save_fee(context: Context, payload: Payload) -> Reply:
    place, choice = Place.of(payload, context), str(payload.get("fee", ""))
    if choice not in _FEES:
        choice = ""
    fee: dict[str, Any] | None = None
    if choice == "none":
        fee = {"count": 0}
    elif choice == "some":
        if not _given(payload, "count"):
            raise InputError("没有填收取的件数", remedy="请填件数和金额；没有保存")
        fee = {"count": _given(payload, "count"), "yuan": _given(payload, "yuan") or None}
    before = _unchanged(context, place, payload, "fee")
    view = set_texts(context.record, context.actor, place.unit, place.year, {"fee": fee}, base=before)
    context.tell(f"已保存信息处理费（第 {view.number} 版）。")
    return Reply(patches={"fee-form": _fee(view.content.fee if view.content else None), **_around(context, place)})


def _unchanged(context: Context, place: Place, payload: Payload, what: str) -> int:
    """The number of the newest version, in which this form's content is still what the person saw.

    Raises:
        Conflict: somebody changed it meanwhile.
    """
    view = submission(context.record, context.actor, place.unit, place.year, today=context.today)
    now = getattr(view.content, what) if view.content else None
    if digest(now and now.model_dump(mode="json")) != payload.get("was"):
        whose = f"{view.by}刚" if view.by else "刚有人"
        remedy = "没有保存；您填的还在页上，请在新的标签页打开本页对照，再刷新后填写"
        raise Conflict(view.number, "", "", what=f"{whose}改过这里的内容", remedy=remedy)
    return view.number


def _given(payload: Payload, name: str) -> str:
    return str(payload.get(name, "")).strip()


def _split(text: str) -> list[str]:
    for sign in "，,；;":
        text = text.replace(sign, "、")
    return [each.strip() for each in text.split("、") if each.strip()]


ACTS: Mapping[str, Act] = {"save-unit": _save_unit, "save-fee": _save_fee}
