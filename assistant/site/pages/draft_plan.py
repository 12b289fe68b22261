"""The brief on the draft page: what each part will say, what it rests on, what is missing, who is to write."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from assistant.drafting.brief import PartBrief, Point
from assistant.review.views.work import PlanView
from assistant.site.components import attributes, badge, join
from assistant.site.pages.data_parts import tab_for
from assistant.site.pages.draft_arrange import Arrangement, order_of

TOPICS = {
    "basis": "编制依据", "scope": "编制范围", "period": "统计期限", "contact": "联系方式", "documents": "文件制发情况",
    "decisions": "行政许可、处罚、收费", "received": "申请的收到和办理", "applicants": "申请人类别", "results": "办理结果",
    "disputes": "复议、诉讼", "note": "工作素材", "result": "考核、评议、责任追究", "follow_up": "上年问题整改",
    "problems": "今年问题和改进措施", "fee": "信息处理费", "unpaid": "逾期不缴费视为放弃", "gap": "缺少内容",
}  # fmt: skip
PREFACE = "前言"


def show(plan: PlanView, arrangement: Arrangement, blanks: Mapping[str, str]) -> Markup:
    """The whole plan with the form that starts drafting; ``blanks`` says of each cell that it is not filled in."""
    parts = join(part_box(part, plan, arrangement, blanks) for part in plan.brief.parts)
    return Markup(
        '<div class="columns plan" data-unit="{}" data-year="{}" data-of="{}"><div>{}</div><div class="beside">{}{}{}</div></div>'
    ).format(plan.unit_id, plan.year, plan.submission_id, parts, _start(plan), _missing(plan), _hints(plan))


def part_box(part: PartBrief, plan: PlanView, arrangement: Arrangement, blanks: Mapping[str, str]) -> Markup:
    """One part: its points in order, then those left out."""
    order = order_of(part, arrangement)
    out = [place for place in range(len(part.points)) if place not in order]
    points = join(_point(part, place, plan, blanks, number, len(order)) for number, place in enumerate(order))
    left = join(_left_out(part, place) for place in out)
    more = Markup('<p class="hint">不写的要点：</p><ul class="left-out">{}</ul>').format(left) if out else ""
    return Markup('<section class="box" id="{}" data-part="{}" aria-label="{}"><h2>{}</h2><ol class="points">{}</ol>'
        '{}</section>').format(
        box_id(part.key), part.key, part.heading or PREFACE, part.heading or PREFACE, points, more
    )  # fmt: skip


def box_id(key: str) -> str:
    """The id of a part's element."""
    return f"part-{key.replace('.', '-')}"


def _point(part: PartBrief, place: int, plan: PlanView, blanks: Mapping[str, str], number: int, count: int) -> Markup:
    point = part.points[place]
    name = _name(point, number)
    buttons = join(
        Markup('<button type="button" class="button small" data-act="arrange"{}>{}</button>').format(
            attributes(
                id=f"{box_id(part.key)}-{how}-{place}", data_place=place, data_how=how, aria_label=f"{words}：{name}",
                title=words, disabled=off,
            ),
            sign,
        )
        for how, sign, words, off in (
            ("up", "↑", "上移", number == 0),
            ("down", "↓", "下移", number == count - 1),
            ("out", "不写", "不写", count == 1),
        )
    )  # fmt: skip
    return Markup('<li class="{}"><div class="what"><b>{}</b>{}</div><span class="actions">{}</span></li>').format(
        "gap" if point.topic == "gap" else "", TOPICS.get(point.topic, point.topic), _rests_on(point, plan, blanks), buttons
    )


def _name(point: Point, number: int) -> str:
    return f"第 {number + 1} 点 {TOPICS.get(point.topic, point.topic)}"


def _rests_on(point: Point, plan: PlanView, blanks: Mapping[str, str]) -> Markup:
    """What a point rests on: the first facts at once, all of them on demand."""
    if point.topic == "gap":
        return Markup('：<span class="ask">{}</span>').format(point.ask)
    facts = [plan.facts.get(key) or blanks[key] for key in point.keys if key in plan.facts or key in blanks]
    articles = [plan.facts.get(key, key).split("：")[0] for key in point.provisions]
    if len(facts) > 2:
        listed = Markup("<details class=more><summary>依据 {} 项数据</summary><ul>{}</ul></details>").format(
            len(facts), join(Markup("<li>{}</li>").format(fact) for fact in facts)
        )
    else:
        listed = join(Markup('<p class="fact">{}</p>').format(fact) for fact in facts)
    cited = Markup('<p class="hint">参照 {}</p>').format("、".join(articles)) if articles else ""
    return join((listed, cited))


def _left_out(part: PartBrief, place: int) -> Markup:
    name = TOPICS.get(part.points[place].topic, part.points[place].topic)
    return Markup('<li>{} <button type="button" class="button small" data-act="arrange"{}>还是写</button></li>').format(
        name,
        attributes(id=f"{box_id(part.key)}-in-{place}", data_place=place, data_how="in", aria_label=f"还是写：{name}"),
    )


def _start(plan: PlanView) -> Markup:
    """Choosing the writer and starting."""
    errors = sum(each.blocking for each in plan.findings)
    told = (
        Markup('<p class="notice warning" role="status"><b>注意</b>数据里还有 {} 处错误，<a '
            'href="/data?unit={}&year={}">先去核对</a>'
               "；现在起草也可以，定稿前必须处理。</p>").format(errors, plan.unit_id, plan.year)
        if errors
        else ""
    )  # fmt: skip
    sure = (
        "已有一份稿。重新起草会生成新稿代替它，旧稿留存，但其中的修改和决定不会带到新稿。继续？" if plan.current_draft_id else None
    )
    return Markup(
        '<section class="box" aria-label="起草"><h2>{}</h2>{}<div class="stack" data-form>{}<span class="actions">'
        '<button type="button" class="button primary" id="start" data-act="start"{}>开始起草</button></span></div></section>'
    ).format("重新起草" if plan.current_draft_id else "起草", told, writers(plan, "writer"), attributes(data_confirm=sure))


def writers(plan: PlanView, name: str) -> Markup:
    """Who is to write; the model with why it cannot, where it cannot. ``name`` is another one for each such choice on a page."""
    why = plan.model_reason.rstrip("。")
    state = "已配置" if plan.model_available else f"现在不能用：{why}"
    return Markup(
        '<fieldset class="choices"><legend>由谁写</legend><label><input type="radio" name="{0}" value="offline" '
        "checked> 离线写作"
        '<span class="hint">不用模型，几秒钟写成；数字和素材照实写入</span></label><label><input type="radio" '
        'name="{0}" value="model"{1}>'
        ' 模型写作<span class="hint">{2}。每句都按数据核对，不合格的由离线写作代替</span></label></fieldset>'
    ).format(name, attributes(disabled=not plan.model_available), state)


def _missing(plan: PlanView) -> Markup:
    if not plan.gaps:
        body = Markup('<p class="hint">要写的内容都有了。</p>')
    else:
        body = Markup('<ul class="gaps">{}</ul>').format(
            join(
                Markup('<li>{} <a href="/data?unit={}&year={}&tab={}">去补</a></li>').format(
                    gap.ask, plan.unit_id, plan.year, tab_for(gap.key)
                )
                for gap in plan.gaps
            )
        )
        body = join((body, Markup('<p class="hint">没有补的，稿中留待补标记，不会编写。</p>')))
    return Markup('<section class="box" aria-label="还缺什么"><h2>还缺什么 {}</h2>{}</section>').format(
        badge(f"{len(plan.gaps)}", "warning") if plan.gaps else "", body
    )


def _hints(plan: PlanView) -> Markup:
    if not plan.hints:
        return Markup("")
    items = join(Markup("<li>{}</li>").format(hint.text) for hint in plan.hints)
    return Markup(
        '<section class="box" aria-label="数据提示的问题"><h2>数据提示的问题</h2><p class="hint">'
        "供写“存在的主要问题”时考虑，不会自动写进报告。"
        '确是问题的，请<a href="/data?unit={}&year={}&tab=texts">记入问题</a>。</p><ul>{}</ul></section>'
    ).format(plan.unit_id, plan.year, items)
