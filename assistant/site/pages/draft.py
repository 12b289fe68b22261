"""起草: the brief, who writes, progress of the work, one part again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from markupsafe import Markup

from assistant.errors import InputError
from assistant.review.desk import desk
from assistant.review.drafts import plan as plan_of
from assistant.review.drafts import start_draft, start_part
from assistant.review.reading import open_draft
from assistant.review.submissions import submission
from assistant.review.views.desk import DESK_STATES
from assistant.review.views.work import JobView, PlanView
from assistant.site.components import badge, empty, join, table
from assistant.site.page import Act, Context, NotThere, Payload, Reply, whole
from assistant.site.pages import draft_plan, draft_progress
from assistant.site.pages.draft_arrange import arranged, moved, read, write

if TYPE_CHECKING:
    from assistant.site.wiring import Wiring

_TICK = 1.0  # seconds between two looks at the work


class Draft:
    """The page; unit and year, or the work under way, are in the address."""

    path, title, action, shown = "draft", "起草", "", True
    acts: Mapping[str, Act]

    def __init__(self) -> None:
        self.acts = {"arrange": _arrange, "start": _start, "part": _part, "cancel": _cancel, "retry": _retry}

    def build(self, wiring: Wiring) -> None:
        """Brief and progress; a timer runs while work is under way."""
        import gradio as gr

        body = wiring.html("draft", classes=["page"])
        timer = gr.Timer(_TICK, active=False)
        wiring.load(_show, [body, timer])
        wiring.on(timer.tick, _show, [], [body, timer])


def _show(context: Context) -> tuple[Markup, Any]:
    import gradio as gr

    if context.query.get("job"):
        job: JobView = context.jobs.job(context.actor, context.query["job"])
        return Markup("<h1>起草</h1>{}").format(draft_progress.show(job)), gr.Timer(_TICK, active=not job.over)
    unit, year = context.number("unit"), context.number("year")
    page = _choose(context) if unit is None or year is None else _plan(context, unit, year)
    return page, gr.Timer(_TICK, active=False)


def _choose(context: Context) -> Markup:
    rows = [row for row in desk(context.record, context.actor, context.today).rows if row.state != "no_data"]
    if not rows:
        return join(
            (
                Markup("<h1>起草</h1>"),
                empty("还没有可以起草的数据", "先在“数据”页填表或上传文件。", link="/data", action="去填数据"),
            )
        )
    listed = [
        [
            row.unit,
            f"{row.year}",
            badge(DESK_STATES[row.state], row.state),
            Markup('<a class="button small" href="/draft?unit={}&year={}" aria-label="{} {} 年度的提纲">看提纲</a>').format(
                row.unit_id, row.year, row.unit, row.year
            ),
        ]
        for row in rows
    ]
    return Markup('<h1>起草：选择单位和年度</h1><section class="box">{}</section>').format(
        table("可以起草的", ("单位", "年度", "状态", ""), listed)
    )


def _plan(context: Context, unit: int, year: int) -> Markup:
    handed_in = submission(context.record, context.actor, unit, year, today=context.today)
    head = Markup('<h1>起草：{} <span class="year">{} 年度</span></h1>').format(handed_in.unit, year)
    if not handed_in.number:
        link = f"/data?unit={unit}&year={year}"
        return join((head, empty("这一年度还没有数据", "先填表或上传填报工作簿，保存后就能起草。", link=link, action="去填数据")))
    plan = plan_of(context.record, context.actor, unit, year, today=context.today)
    arrangement = read(context.query.get("plan", ""), plan.brief)
    if arrangement and whole(context.query.get("of")) != plan.submission_id:
        context.tell("数据已有新的版本，提纲已按新数据重排；刚才调整的次序没有带过来。", "warning")
        arrangement = {}
    lead = Markup(
        '<p class="lead">报告将依次写下面的内容，每一点都只根据列出的数据和素材。可以调整次序，或不写某一点。数据是第 {} 版。</p>'
    ).format(handed_in.number)
    return join(
        (
            head,
            _under_way(context, unit, year),
            _present(context, plan),
            lead,
            draft_plan.show(plan, arrangement, _blanks(context, plan)),
        )
    )


def _blanks(context: Context, plan: PlanView) -> dict[str, str]:
    return {key: f"{cell.label}：没有填" for key, cell in context.registry.get(plan.brief.form).cells.items()}


def _under_way(context: Context, unit: int, year: int) -> Markup:
    """Work of this report that is going on, or that ended without a result and was not started again."""
    found = [job for job in context.jobs.recent(context.actor, unit, year, limit=5) if job.kind in ("draft", "part")]
    if not found or found[0].state in ("done", "cancelled"):
        return Markup("")
    job: JobView = found[0]
    words = "上一次起草没有完成" if job.over else "正在起草"
    return Markup('<p class="notice {}" role="status"><b>{}</b>{}。<a href="/draft?unit={}&year={}&job={}">{}</a></p>').format(
        "warning" if job.over else "info", job.state_label, words, unit, year, job.id, "看原因、重新开始" if job.over else "看进度"
    )


def _present(context: Context, plan: PlanView) -> Markup:
    """The draft there is already, with its parts to be written again."""
    if plan.current_draft_id is None:
        return Markup("")
    view = open_draft(context.record, context.actor, plan.current_draft_id)
    parts = [part for section in view.sections for part in section.parts]
    items = join(
        Markup(
            '<li>{} <span class="hint">{} 段，已决定 {} 段</span> <button type="button" class="button small" data-act="part" '
            'data-part="{}" data-confirm="重写这一部分没有决定的段落？已采用、已退回和改过的不动。" aria-label="重写 '
            '{}"{}>重写</button></li>'
        ).format(
            part.heading or draft_plan.PREFACE,
            len(part.paragraphs),
            sum(each.state != "undecided" for each in part.paragraphs),
            part.key,
            part.heading or draft_plan.PREFACE,
            Markup(" disabled") if view.state == "final" or all(each.state != "undecided" for each in part.paragraphs) else "",
        )
        for part in parts
    )
    newer = " · 数据在起草后有改动" if view.newer_data else ""
    return Markup(
        '<section class="box present" aria-label="现有的稿"><h2>现有的稿 {}</h2><p>第 {} 稿，{:%Y-%m-%d %H:%M}，{} '
        '段中 {} 段已决定{}。 '
        '<a class="button primary small" href="/review?draft={}">去审阅</a></p><details class="more"><summary>'
        '只重写其中一部分</summary>'
        '<div data-form data-draft="{}">{}<ul class="again">{}</ul></div></details></section>'
    ).format(
        badge(view.state_label, view.state), view.number, view.at.astimezone(), view.counts.paragraphs,
        view.counts.paragraphs - view.counts.undecided, newer, view.id, view.id, draft_plan.writers(plan, "again"), items,
    )  # fmt: skip


def _arrange(context: Context, payload: Payload) -> Reply:
    plan = _seen_plan(context, payload)
    if plan.submission_id != whole(payload.get("of")):
        return Reply(reload=True)
    part = next((each for each in plan.brief.parts if each.key == payload.get("part")), None)
    place = whole(payload.get("place"))
    if part is None or place is None:
        raise NotThere
    arrangement = moved(part, read(context.query.get("plan", ""), plan.brief), place, str(payload.get("how", "")))
    state: dict[str, object] = {"unit": plan.unit_id, "year": plan.year}
    if arrangement:
        state |= {"of": plan.submission_id, "plan": write(arrangement)}
    patches = {draft_plan.box_id(part.key): draft_plan.part_box(part, plan, arrangement, _blanks(context, plan))}
    return Reply(patches=patches, address=f"/draft?{urlencode(state, safe=':;')}")


def _start(context: Context, payload: Payload) -> Reply:
    plan = _seen_plan(context, payload)
    of = whole(payload.get("of"))
    arrangement = read(context.query.get("plan", ""), plan.brief) if of == plan.submission_id else {}
    context.spend("draft")
    job = start_draft(
        context.jobs, context.actor, plan.unit_id, plan.year, writer=_writer(payload),
        brief=arranged(plan.brief, arrangement) if arrangement else None, submission_id=of,
    )  # fmt: skip
    return _to(job)


def _part(context: Context, payload: Payload) -> Reply:
    draft = whole(payload.get("draft"))
    if draft is None:
        raise NotThere
    context.spend("draft")
    return _to(start_part(context.jobs, context.actor, draft, str(payload.get("part", "")), writer=_writer(payload, "again")))


def _cancel(context: Context, payload: Payload) -> Reply:
    job = context.jobs.cancel(context.actor, str(payload.get("job", "")))
    return Reply(patches={"job": draft_progress.show(job)})


def _retry(context: Context, payload: Payload) -> Reply:
    context.spend("draft")
    return _to(context.jobs.retry(context.actor, str(payload.get("job", ""))))


def _to(job: JobView) -> Reply:
    return Reply(go=f"/draft?unit={job.unit_id}&year={job.year}&job={job.id}")


def _writer(payload: Payload, name: str = "writer") -> Any:
    writer = str(payload.get(name, ""))
    if writer not in ("offline", "model"):
        raise InputError("没有选由谁写", remedy="请选离线写作或模型写作；没有开始起草")
    return writer


def _seen_plan(context: Context, payload: Payload) -> PlanView:
    unit, year = whole(payload.get("unit")) or context.number("unit"), whole(payload.get("year")) or context.number("year")
    if not unit or not year:
        raise NotThere
    return plan_of(context.record, context.actor, unit, year, today=context.today)
