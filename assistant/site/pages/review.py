"""审阅: the report as it will read, each sentence with its evidence, findings at their place, and what people decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.errors import AssistantError
from assistant.review.reading import current_draft, last_year_text, open_draft, similar
from assistant.review.views.draft import DraftView
from assistant.site.components import attributes, badge, empty, join
from assistant.site.page import Act, Context
from assistant.site.pages import review_beside, review_panel, review_text
from assistant.site.pages.choosing import choose_draft
from assistant.site.pages.review_acts import ACTS, panel_of

if TYPE_CHECKING:
    from assistant.site.wiring import Wiring

VIEWS = {"": "报告", "last": "与上年对照", "similar": "雷同检查"}
KEYS = (
    ("j / k", "下一段 / 上一段"),
    ("n", "下一处没有处理的：未决定、有意见或待补"),
    ("← / →", "这一段里的上一句 / 下一句"),
    ("Enter", "看这一段或这一句的依据"),
    ("a", "采用"),
    ("e", "修改（Ctrl+Enter 保存，Esc 离开输入框，写的文字会暂存）"),
    ("r", "退回"),
    ("u", "重新打开"),
    ("s", "换个写法"),
    ("h", "历史"),
    ("c", "批注"),
    ("o", "旁栏回到总览"),
    ("/ 或 ?", "这张表"),
)


class Review:
    """The page of one draft (``?draft=``); ``view`` last or similar, ``show`` the filter, ``at`` and ``panel`` where one was."""

    path, title, action, shown = "review", "审阅", "", True
    acts: Mapping[str, Act] = ACTS

    def build(self, wiring: Wiring) -> None:
        """One HTML component; everything after the first showing is done by acts on pieces of it."""
        body = wiring.html("review", classes=["page"])
        wiring.load(show, [body])


def show(context: Context) -> Markup:
    """The page as its address says."""
    draft_id = context.number("draft")
    unit, year = context.number("unit"), context.number("year")
    if draft_id is None and unit is not None and year is not None:
        draft_id = current_draft(context.record, context.actor, unit, year)
        if draft_id is None:
            return join((Markup("<h1>审阅</h1>"), _none_yet(unit, year)))
    if draft_id is None:
        return choose_draft(context, title="审阅", path="review", otherwise="起草以后，在这里逐段审阅。")
    view = open_draft(context.record, context.actor, draft_id)
    wanted = context.query.get("view", "")
    data_link = f"/data?unit={view.unit_id}&year={view.year - 1}"
    if wanted == "last":
        body = review_beside.last_year(last_year_text(context.record, context.actor, draft_id), view.year, data_link)
    elif wanted == "similar":
        body = review_beside.similar(similar(context.record, context.actor, draft_id), draft_id)
    else:
        body = _working(context, view)
    return join((_head(view, wanted if wanted in VIEWS else ""), body))


def _none_yet(unit: int, year: int) -> Markup:
    return empty("这一年度还没有草稿", "先起草，再到这里审阅。", link=f"/draft?unit={unit}&year={year}", action="去起草")


def _head(view: DraftView, wanted: str) -> Markup:
    tabs = join(
        Markup('<a href="/review?draft={}{}"{}>{}</a>').format(
            view.id, f"&view={key}" if key else "", Markup(' aria-current="true"') if key == wanted else "", label
        )
        for key, label in VIEWS.items()
    )
    return Markup(
        '<div class="review-head"><h1>{} {} 年度 {}</h1><nav class="tabs" aria-label="看法">{}</nav>'
        '<button type="button" class="button small" data-do="help" id="help-open" aria-keyshortcuts="/">快捷键 /</button></div>{}{}'
    ).format(view.unit, view.year, badge(view.state_label, view.state), tabs, _help(), _closed(view))


def _closed(view: DraftView) -> Markup:
    """Why nothing can be changed, or that the data are newer."""
    lines: list[Markup] = []
    if view.state == "final":
        lines.append(
            Markup('这份稿已经定稿，只能查看。要再改，请审核人先到<a href="/final?draft={}">定稿</a>页撤回。').format(view.id)
        )
    elif view.state == "superseded":
        lines.append(
            Markup('这份稿已被新稿代替，只能查看。<a href="/review?unit={}&year={}">打开新稿</a>').format(view.unit_id, view.year)
        )
    elif not review_text.may_change(view):
        lines.append(Markup("您的角色只能查看这份稿。"))
    if view.newer_data and view.state != "superseded":
        lines.append(
            Markup(
                '起草以后数据又改过，这份稿用的还是原来的数据。可以<a href="/draft?unit={}&year={}">重新起草'
                "</a>，已决定的段落不变。"
            ).format(view.unit_id, view.year)
        )
    return join(Markup('<p class="notice info">{}</p>').format(each) for each in lines)


def _working(context: Context, view: DraftView) -> Markup:
    filters = context.query.get("show", "all")
    chosen = filters if filters in review_text.FILTERS else "all"
    return Markup(
        '<div id="desk-of-draft"{}>{}<div class="panes">{}{}</div></div><div id="said" class="unseen" role="status"></div>'
    ).format(
        attributes(
            data_show=chosen, data_unit=view.unit_id, data_year=view.year, data_draft=view.id, data_at_first=context.number("at")
        ),
        review_text.bar(view.id, view.counts, view.stamp, chosen, changing=review_text.may_change(view)),
        review_text.report(view),
        _panel(context, view),
    )


def _panel(context: Context, view: DraftView) -> Markup:
    """The panel as the address says; what is not there any more gives way to the overview."""
    if not context.query.get("panel"):
        return review_panel.overview(view)
    try:
        return panel_of(context, context.query)[0]
    except AssistantError:
        return review_panel.overview(view)


def _help() -> Markup:
    rows = join(Markup("<tr><th scope=row><kbd>{}</kbd></th><td>{}</td></tr>").format(key, words) for key, words in KEYS)
    return Markup(
        '<dialog id="help" aria-labelledby="help-title"><h2 id="help-title">快捷键</h2>'
        '<table class="keys"><caption class="unseen">快捷键</caption><tbody>{}</tbody></table>'
        '<p class="hint">不在输入框里时有效。每一句都可以点开看依据。</p>'
        '<button type="button" class="button primary" data-do="help-close" id="help-close">知道了</button></dialog>'
    ).format(rows)
