"""数据: what a unit hands in for a year: files, the three tables, notes, the unit, saved versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.errors import FormError
from assistant.review import submissions
from assistant.review.desk import desk
from assistant.review.filling import FillingView, filling
from assistant.review.rights import may
from assistant.review.units import Unit, list_units
from assistant.site.components import empty, join
from assistant.site.page import Act, Context, NotThere, Payload
from assistant.site.pages import data_entry_acts as entry_acts
from assistant.site.pages import data_grid as grid
from assistant.site.pages import data_texts as texts
from assistant.site.pages import data_unit as profile
from assistant.site.pages import data_versions as saved
from assistant.site.pages.data_parts import Place, drop, saved_line

if TYPE_CHECKING:
    from assistant.site.wiring import Wiring

TABS: dict[str, str] = {"tables": "统计表", "texts": "素材与问题", "unit": "单位信息", "versions": "版本"}
_YEARS = 4


class Data:
    """The page; unit, year and tab are in the address."""

    path, title, action, shown = "data", "数据", "", True
    acts: Mapping[str, Act] = {**grid.ACTS, **entry_acts.ACTS, **profile.ACTS, **saved.ACTS}

    def build(self, wiring: Wiring) -> None:
        """One HTML component; files come by actions, everything else by acts."""
        body = wiring.html("data", classes=["page"])
        wiring.load(_show, [body])
        wiring.actions(body, {"came": _came, "came-last": _came_last, "came-new": _came_new}, [], [body])


def _show(context: Context, first: str = "") -> Markup:
    unit, year = context.number("unit"), context.number("year")
    if unit is None or year is None:
        return _choose(context, unit, first)
    view = filling(context.record, context.actor, unit, year, today=context.today)
    place = Place(unit, year)
    tab = context.query.get("tab", "tables")
    if tab not in TABS:
        raise NotThere
    shows: dict[str, Callable[[Context, Place, FillingView], Markup]] = {
        "tables": grid.show, "texts": texts.show, "unit": profile.show, "versions": saved.show,
    }  # fmt: skip
    if not view.view.kind:
        tab, first = "unit", join((first, Markup(_KIND_FIRST)))
    files = _files(context, view) if tab == "tables" or not view.view.kind else ""
    return join((_head(context, view, tab), first, files, shows[tab](context, place, view)))


_KIND_FIRST = (
    '<p class="notice warning" id="kind-first" role="status"><b>注意</b>还不知道这个单位属于哪一类。有填报工作簿的，直接上传，'
    "类型会从工作簿里读出；没有的，先在下面选择单位类型并保存，再填数据。</p>"
)


def _head(context: Context, view: FillingView, tab: str) -> Markup:
    shown = view.view
    links = join(
        Markup('<a href="/data?unit={}&year={}&tab={}"{}>{}</a>').format(
            shown.unit_id, shown.year, key, Markup(' aria-current="true"') if key == tab else "", label
        )
        for key, label in TABS.items()
    )
    return Markup(
        '<div class="data-head"><h1>{} <span class="year">{} 年度</span></h1><a class="hint" href="/data">换单位或年度</a>{}</div>'
        '<nav class="tabs" aria-label="数据内容">{}</nav>'
    ).format(shown.unit, shown.year, saved_line(shown), links)


def _files(context: Context, view: FillingView) -> Markup:
    """Files in and out; open as long as nothing has been handed in."""
    shown = view.view
    limit = context.services.options.upload_bytes
    blank = Markup(
        '<p>{}</p><p class="actions"><a class="button" href="/template/{}-{}.xlsx" download>下载空白工作簿</a>{}</p>'
    ).format(
        f"填报工作簿已印好单位名称和三张表{'，并附上年数' if shown.last_year else ''}；填好后从这里上传。",
        shown.unit_id,
        shown.year,
        Markup('<a class="button" href="/template/{}-{}-filled.xlsx" download>下载已填内容的工作簿</a>').format(
            shown.unit_id, shown.year
        )
        if shown.number
        else "",
    )
    this = drop(
        "came", "上传本年填报工作簿，或已写好的报告", shown.unit_id, limit, "工作簿、JSON、Word、PDF、网页、文本；拖到这里也可以"
    )
    last = drop("came-last", f"上传 {shown.year - 1} 年的填报工作簿或报告", shown.unit_id, limit, "用于逐格对比和衔接检查")
    before = f"上年数据：{shown.last_year}。" if shown.last_year else "还没有上年数据，不能对比。"
    return Markup(
        '<details class="box files"{}><summary>下载、上传文件<span class="hint">{}</span></summary>'
        '<div class="three"><div>{}</div><div data-seen="{}">{}</div><div data-seen="{}">{}</div></div></details>'
    ).format(
        "" if shown.number else Markup(" open"),
        f"上传后成为第 {shown.number + 1} 版，以前的版本都在。{before}" if shown.number else f"也可以直接在下面的表里填。{before}",
        blank,
        shown.number,
        this,
        shown.number,
        last,
    )


def _choose(context: Context, wanted: int | None, first: str) -> Markup:
    """Which unit and year: links, one for each."""
    units = [each for each in list_units(context.record, context.actor) if wanted is None or each.id == wanted]
    add = _add_by_file(context)
    if not units:
        remedy = (
            "请上传一个单位的填报工作簿，单位会自动登记；或到“管理”页登记。"
            if add
            else "请联系管理员，把您加到所在单位；然后刷新本页。"
        )
        return join((Markup("<h1>数据</h1>"), first, empty("还没有可以填报的单位", remedy), add))
    view = desk(context.record, context.actor, context.today)
    states = {(row.unit_id, row.year): row.state_label for row in view.rows}
    years = [year for year in range(view.year, view.year - _YEARS, -1) if _covered(context, year)]
    return join(
        (
            Markup("<h1>数据：选择单位和年度</h1>"),
            first,
            Markup('<section class="box"><div class="scroll"><table class="plain"><caption>单位和年度</caption><thead><tr>'
                   '<th scope="col">单位</th>{}</tr></thead><tbody>{}</tbody></table></div></section>').format(
                join(Markup('<th scope="col">{} 年度</th>').format(year) for year in years),
                join(_choice(unit, years, states) for unit in units),
            ),
            add,
        )
    )  # fmt: skip


def _choice(unit: Unit, years: list[int], states: Mapping[tuple[int, int], str]) -> Markup:
    cells = join(
        Markup('<td><a href="/data?unit={}&year={}" aria-label="{} {} 年度">{}</a></td>').format(
            unit.id, year, unit.name, year, states.get((unit.id, year), "填报")
        )
        for year in years
    )
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(unit.name, cells)


def _covered(context: Context, year: int) -> bool:
    try:
        context.registry.for_year(year)
    except FormError:
        return False
    return True


def _add_by_file(context: Context) -> Markup:
    if not may(context.actor, "add_unit"):
        return Markup("")
    limit = context.services.options.upload_bytes
    box = drop("came-new", "上传一个单位的填报工作簿或报告", None, limit, "单位和年度从文件中读出，没有登记的单位会登记")
    return Markup('<section class="box"><h2>从文件开始</h2>{}</section>').format(box)


def _came(context: Context, data: Payload) -> Markup:
    place = Place.of(data if data.get("unit") else context.query, context)
    view = submissions.import_upload(
        context.record, context.actor, place.unit, place.year, str(data.get("id", "")), base=_seen(data)
    )
    remarks = len(view.content.remarks) if view.content else 0
    more = f"有 {remarks} 处没有放进表里，见检查意见。" if remarks else ""
    context.tell(f"已读入“{data.get('name', '')}”，保存为第 {view.number} 版。{more}请核对下面的检查意见。")
    return _show(context)


def _came_last(context: Context, data: Payload) -> Markup:
    place = Place.of(context.query, context)
    submissions.import_last_year(context.record, context.actor, place.unit, place.year, str(data.get("id", "")), base=_seen(data))
    context.tell(f"已读入上年数据“{data.get('name', '')}”，每格下方显示上年数和增减。")
    return _show(context)


def _came_new(context: Context, data: Payload) -> Markup:
    view = submissions.add_by_upload(context.record, context.actor, str(data.get("id", "")))
    context.tell(f"已读入“{data.get('name', '')}”。")
    link = Markup(
        '<p class="notice good" role="status"><b>完成</b>已保存{} {} 年度第 {} 版。<a href="/data?unit={}&year={}">去核对</a></p>'
    )
    return _show(context, link.format(view.unit, view.year, view.number, view.unit_id, view.year))


def _seen(data: Payload) -> int:
    from assistant.site.page import whole

    return whole(data.get("seen")) or 0
