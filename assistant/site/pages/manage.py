"""管理: users and units, the audit trail, what this machine has and lacks, what the models cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.form.kinds import unit_kinds
from assistant.review import people, units
from assistant.review.errors import Refused
from assistant.review.rights import may, require
from assistant.site.components import attributes, badge, empty, field, join, table
from assistant.site.page import Act, Context, NotThere, Payload, whole
from assistant.site.pages import manage_views as views

if TYPE_CHECKING:
    from assistant.site.wiring import Wiring

TABS = {"users": "用户", "units": "单位", "audit": "操作记录", "status": "运行状况", "usage": "模型用量"}
_RIGHTS = {"users": "manage_users", "units": "add_unit", "audit": "see_audit", "status": "see_status", "usage": "see_status"}


class Manage:
    """The admin's page; its tab is in the address."""

    path, title, action, shown = "manage", "管理", "manage_users", True
    acts: Mapping[str, Act] = {}

    def build(self, wiring: Wiring) -> None:
        """One HTML component; forms in it call actions, each decided by the record."""
        body = wiring.html("manage", classes=["page"])
        wiring.load(_show, [body])
        wiring.actions(
            body,
            {
                "add-user": _add_user,
                "reset": _reset,
                "disable": _disable,
                "enable": _enable,
                "change": _change,
                "add-unit": _add_unit,
            },
            [],
            [body],
        )


def _show(context: Context, first: str = "") -> Markup:
    tab = context.query.get("tab", "users")
    if tab not in TABS:
        raise NotThere
    require(context.actor, _RIGHTS[tab])
    shows: dict[str, Callable[[Context], Markup]] = {
        "users": _users, "units": _units, "audit": views.audit, "status": views.status, "usage": views.usage,
    }  # fmt: skip
    links = [
        Markup('<a href="/manage?tab={}"{}>{}</a>').format(key, Markup(' aria-current="true"') if key == tab else "", label)
        for key, label in TABS.items()
        if may(context.actor, _RIGHTS[key])
    ]
    nav = Markup('<nav class="tabs" aria-label="管理内容">{}</nav>').format(join(links))
    return join((Markup("<h1>管理</h1>"), nav, first, shows[tab](context)))


def _users(context: Context) -> Markup:
    known = units.list_units(context.record, context.actor)
    found = people.list_users(context.record, context.actor)
    rows = [_user_row(user, known, own=user.id == context.actor.user_id) for user in found]
    head = ("用户名", "角色", "单位", "状态", "操作")
    return Markup(
        '<div class="columns"><section class="box"><h2>用户 {}</h2>{}</section>'
        '<section class="box"><h2>新增用户</h2>{}</section></div>'
    ).format(len(found), table("用户", head, rows), _new_user(known))


def _user_row(user: people.User, known: list[units.Unit], *, own: bool) -> list[str]:
    marks = (
        (user.disabled, "已停用", "error"),
        (user.suspended, "暂停登录", "warning"),
        (user.must_change, "尚未改初始密码", "info"),
    )
    state = join((badge(text, tone) for said, text, tone in marks if said), " ") or badge("正常", "good")
    where = "全部单位" if user.role == "admin" else "、".join(user.units) or "没有单位"
    return [user.name, people.ROLE_NAMES[user.role], where, state, _user_actions(user, known, own=own)]


def _user_actions(user: people.User, known: list[units.Unit], *, own: bool) -> Markup:
    def button(action: str, label: str, ask: str, *, danger: bool = False) -> Markup:
        return Markup('<button type="button" class="button small{}"{}>{}</button>').format(
            " danger" if danger else "", attributes(data_action=action, data_user=user.id, data_confirm=ask), label
        )

    reset = button("reset", "重置密码", f"给“{user.name}”一个新的初始密码？原密码和所有登录立即失效。")
    if own:
        return Markup('<div class="actions">{}</div>').format(reset)
    switch = (
        button("enable", "重新启用", f"重新启用“{user.name}”？")
        if user.disabled
        else button("disable", "停用", f"停用“{user.name}”？其登录立即退出，做过的事都保留。", danger=True)
    )
    return Markup('<div class="actions">{}{}</div><details class="more"><summary>角色和单位</summary>{}</details>').format(
        reset, switch, _change_form(user, known)
    )


def _change_form(user: people.User, known: list[units.Unit]) -> Markup:
    return Markup(
        '<div class="stack" data-form data-user="{}">{}{}'
        '<button type="button" class="button small" data-action="change">保存</button></div>'
    ).format(user.id, field("角色", _roles(user.role)), _unit_boxes(known, user.unit_ids))


def _new_user(known: list[units.Unit]) -> Markup:
    name = Markup('<input name="name" id="new-name" maxlength="40" autocomplete="off">')
    return Markup(
        '<div class="stack" data-form>{}{}{}<button type="button" class="button primary" data-action="add-user">新增</button></div>'
    ).format(field("用户名", name, "登录时输入，如 zhangsan 或 张三"), field("角色", _roles("drafter")), _unit_boxes(known, ()))


def _roles(chosen: str) -> Markup:
    options = [
        Markup("<option{}>{}</option>").format(attributes(value=role, selected=role == chosen), label)
        for role, label in people.ROLE_NAMES.items()
    ]
    return Markup('<select name="role">{}</select>').format(join(options))


def _unit_boxes(known: list[units.Unit], chosen: tuple[int, ...]) -> Markup:
    if not known:
        return Markup('<p class="hint">还没有登记单位，可先新增用户，再到“单位”登记。</p>')
    boxes = [
        Markup('<label><input type="checkbox" name="units"{}> {}</label>').format(
            attributes(value=unit.id, checked=unit.id in chosen), unit.name
        )
        for unit in known
    ]
    return Markup('<fieldset class="choices"><legend>单位（管理员不用选）</legend><div class="scroll">{}</div></fieldset>').format(
        join(boxes)
    )


def _units(context: Context) -> Markup:
    known, kinds = units.list_units(context.record, context.actor), unit_kinds()
    rows = [[unit.name, kinds[unit.kind].label if unit.kind else "未写明", unit.region or "未写明"] for unit in known]
    listed = table("单位", ("单位全称", "类型", "地区"), rows) if rows else empty("还没有登记单位", "请在右边登记。")
    options = [Markup("<option{}>{}</option>").format(attributes(value=kind.key), kind.label) for kind in kinds.values()]
    form = join(
        (
            field("单位全称", Markup('<input name="name" id="unit-name" maxlength="120" autocomplete="off">')),
            field("类型", Markup('<select name="kind"><option value="">以后再定</option>{}</select>').format(join(options))),
            field("地区全称", Markup('<input name="region" maxlength="120" autocomplete="off">'), "如 示例县；可以不填"),
            Markup('<button type="button" class="button primary" data-action="add-unit">登记</button>'),
        )
    )
    return Markup(
        '<div class="columns"><section class="box"><h2>单位 {}</h2>{}</section><section class="box"><h2>登记单位</h2>'
        '<div class="stack" data-form>{}</div></section></div>'
    ).format(len(rows), listed, form)


def _add_user(context: Context, data: Payload) -> Markup:
    added = people.add_user(context.record, context.actor, str(data.get("name", "")), str(data.get("role", "")), _chosen(data))
    context.tell(f"已新增用户“{added.name}”。")
    return _show(context, _password(added))


def _reset(context: Context, data: Payload) -> Markup:
    given = people.reset_password(context.record, context.actor, _user_id(data))
    context.tell(f"已重置“{given.name}”的密码。")
    return _show(context, _password(given))


def _password(given: people.NewPassword) -> Markup:
    return Markup(
        '<section class="box once" data-focus tabindex="-1"><h2>“{}”的初始密码</h2><p class="password">{}</p>'
        '<p class="hint">只显示这一次。请当面告诉本人，首次登录时必须更改。</p></section>'
    ).format(given.name, given.password)


def _disable(context: Context, data: Payload) -> Markup:
    people.disable_user(context.record, context.actor, _user_id(data))
    context.tell("已停用，其登录已退出。")
    return _show(context)


def _enable(context: Context, data: Payload) -> Markup:
    people.enable_user(context.record, context.actor, _user_id(data))
    context.tell("已重新启用。")
    return _show(context)


def _change(context: Context, data: Payload) -> Markup:
    user, role = _user_id(data), str(data.get("role", ""))
    if user == context.actor.user_id:
        raise Refused("不能改自己的角色", remedy="请另一位管理员来改")
    people.set_units(context.record, context.actor, user, _chosen(data))
    people.set_role(context.record, context.actor, user, role)
    context.tell("已保存角色和单位，立即生效。")
    return _show(context)


def _add_unit(context: Context, data: Payload) -> Markup:
    name, kind, region = (str(data.get(key, "")) for key in ("name", "kind", "region"))
    unit, new = units.add_unit(context.record, context.actor, name, kind=kind, region=region)
    context.tell(f"已登记“{unit.name}”。" if new else f"“{unit.name}”已经登记过。", "good" if new else "info")
    return _show(context)


def _user_id(data: Payload) -> int:
    found = whole(data.get("user"))
    if found is None:
        raise NotThere
    return found


def _chosen(data: Payload) -> list[int]:
    numbers = [whole(piece) for piece in str(data.get("units", "")).split(",") if piece]
    if None in numbers:
        raise NotThere
    return [number for number in numbers if number is not None]
