"""工作台: units and years, how each stands, when it is due; for several units the progress of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, get_args

from markupsafe import Markup

from assistant.review.desk import desk
from assistant.review.views.desk import DESK_STATES, DeskRow, DeskState, DeskView
from assistant.site.components import badge, empty, join, stacked_bars, table
from assistant.site.components.chart import Share
from assistant.site.page import Act, Context

if TYPE_CHECKING:
    from assistant.site.wiring import Wiring

_HEAD = ("单位", "年度", "状态", "法定期限", "检查意见", "审阅进度", "最近一次", "下一步")
_NEXT: dict[DeskState, tuple[str, str]] = {
    "no_data": ("填报数据", "/data?unit={unit}&year={year}"),
    "has_errors": ("核对数据", "/data?unit={unit}&year={year}"),
    "ready": ("开始起草", "/draft?unit={unit}&year={year}"),
    "draft": ("审阅", "/review?draft={draft}"),
    "review": ("继续审阅", "/review?draft={draft}"),
    "final": ("导出", "/final?draft={draft}"),
}


class Desk:
    """The first page."""

    path, title, action, shown = "", "工作台", "", True
    acts: Mapping[str, Act] = {}

    def build(self, wiring: Wiring) -> None:
        """One HTML component, filled when the page is opened; filters are links, so that the address holds the state."""
        body = wiring.html("desk", classes=["page"])
        wiring.load(_show, [body])


def _show(context: Context) -> str:
    view = desk(context.record, context.actor, context.today)
    if not view.rows:
        return Markup("<h1>工作台</h1>") + _nothing(context)
    wanted = context.query.get("state", "")
    rows = [row for row in view.rows if not wanted or row.state == wanted]
    return join(
        (
            Markup("<h1>工作台</h1>"),
            _progress(view) if len({row.unit_id for row in view.rows}) > 1 else "",
            _filters(view, wanted),
            Markup('<section class="box">{}</section>').format(table("单位和年度", _HEAD, map(_row, rows), numbers=()))
            if rows
            else empty("没有这个状态的报告", "请在上面选择“全部”。"),
        )
    )


def _nothing(context: Context) -> Markup:
    if context.actor.everywhere:
        remedy = "请登记单位，或上传一个单位的填报工作簿，单位会自动登记。"
        return empty("还没有登记单位", remedy, link="/manage?tab=units", action="去登记单位")
    return empty("您还没有分到单位", "请联系管理员，把您加到所在单位；然后刷新本页。")


def _progress(view: DeskView) -> Markup:
    shares = [Share(DESK_STATES[state], view.counts.get(state, 0), state) for state in get_args(DeskState)]
    chart = stacked_bars(f"{view.year} 年度报告进度（单位数）", [(f"{view.year} 年度", shares)])
    return Markup('<section class="box">{}</section>').format(chart)


def _filters(view: DeskView, wanted: str) -> Markup:
    choices = [("", "全部", len(view.rows))]
    choices += [(state, label, sum(row.state == state for row in view.rows)) for state, label in DESK_STATES.items()]
    links = [
        Markup('<a href="{}"{}>{} {}</a>').format(
            f"/?state={state}" if state else "/", Markup(' aria-current="true"') if state == wanted else "", label, count
        )
        for state, label, count in choices
        if count or not state or state == wanted
    ]
    return Markup('<nav class="tabs" aria-label="按状态筛选">{}</nav>').format(join(links))


def _row(row: DeskRow) -> list[str]:
    words, target = _NEXT[row.state]
    link = target.format(unit=row.unit_id, year=row.year, draft=row.draft_id)
    return [
        row.unit,
        f"{row.year}",
        badge(row.state_label, row.state),
        _due(row),
        _findings(row),
        _decided(row),
        _when(row.updated, row.updated_by),
        Markup('<a class="button small" href="{}" aria-label="{}：{} {} 年度">{}</a>').format(
            link, words, row.unit, row.year, words
        ),
    ]


def _due(row: DeskRow) -> str:
    if row.due is None:
        return "按当地通知"
    day = f"{row.due:%Y-%m-%d}"
    if row.state == "final" or row.days_left is None:
        return day
    if row.days_left < 0:
        return Markup('{} <span class="late">已过 {} 天</span>').format(day, -row.days_left)
    return f"{day}（还有 {row.days_left} 天）"


def _findings(row: DeskRow) -> str:
    found = [(row.errors, "错误", "error"), (row.warnings, "提醒", "warning"), (row.gaps, "待补", "warning")]
    return join((badge(f"{label} {count}", tone) for count, label, tone in found if count), " ") or "—"


def _decided(row: DeskRow) -> str:
    if not row.paragraphs:
        return "—"
    return Markup('<meter min="0" max="{total}" value="{done}" aria-label="已决定的段落"></meter> {done}/{total} 段').format(
        done=row.decided, total=row.paragraphs
    )


def _when(at: datetime | None, by: str) -> str:
    return f"{at.astimezone():%m-%d %H:%M} {by}" if at else "—"
