"""How drafting gets on, part by part, and what can be done once it is over."""

from __future__ import annotations

from markupsafe import Markup

from assistant.review.views.work import JobView
from assistant.site.components import badge, join

_PART_STATES = {"waiting": "等待", "writing": "正在写", "done": "写好了", "failed": "没有写成"}
_TONES = {"writing": "running", "done": "done", "failed": "failed"}
_NOTHING_LOST = {
    "failed": "没有写成。已有的数据和稿都没有改动。",
    "cancelled": "已取消。已有的数据和稿都没有改动。",
    "lost": "服务中断，没有写完。已有的数据和稿都没有改动。",
}


def show(job: JobView) -> Markup:
    """One job as it stands."""
    what = "重写一部分" if job.kind == "part" else "起草"
    parts = join(
        Markup("<li>{} {}{}</li>").format(
            badge(_PART_STATES.get(part.state, part.state), _TONES.get(part.state, "")),
            part.heading,
            Markup(' <span class="hint">{}</span>').format(part.message) if part.message else "",
        )
        for part in job.parts
    )
    return Markup(
        '<section class="box progress" id="job" data-state="{}" aria-label="{}进度"><h2>{} {}</h2>'
        '<p role="status">{}</p>{}<ol class="parts">{}</ol>{}</section>'
    ).format(
        job.state,
        what,
        f"{what}：{job.unit} {job.year} 年度",
        badge(job.state_label, job.state),
        _words(job),
        _bar(job),
        parts,
        _deeds(job),
    )


def _words(job: JobView) -> Markup:
    if job.state == "waiting":
        text = "前面还有别的起草，轮到就开始。可以离开本页，回来还能看到。"
    elif job.state == "running":
        text = f"写好 {job.done} / {job.total} 部分。可以离开本页，回来还能看到。"
    elif job.state == "done":
        text = _done(job)
    else:
        text = _NOTHING_LOST[job.state]
    lines = [line for line in job.message.splitlines() if line.strip()]
    more = join(Markup('<span class="line">{}</span>').format(line) for line in lines)
    return join((text, more))


def _done(job: JobView) -> str:
    if job.kind == "part":
        return "这一部分已重写，已决定的段落没有动。"
    gaps, found = job.result.get("gaps", 0), job.result.get("findings", 0)
    return f"写好了，共 {job.total} 部分；待补 {gaps} 处，检查意见 {found} 条，都在“审阅”页标在原处。"


def _bar(job: JobView) -> Markup:
    if job.state != "running" or not job.total:
        return Markup("")
    return Markup('<progress max="{}" value="{}" aria-label="写好的部分"></progress>').format(job.total, job.done)


def _deeds(job: JobView) -> Markup:
    plan = Markup('<a class="button" href="/draft?unit={}&year={}">回到提纲</a>').format(job.unit_id, job.year)
    deeds = [plan]
    if job.may_cancel:
        deeds = [
            Markup(
                '<button type="button" class="button" id="cancel" data-act="cancel" data-job="{}" '
                'data-confirm="停止这次起草？">取消</button>'
            ).format(job.id),
            plan,
        ]
    elif job.may_retry:
        again = Markup('<button type="button" class="button primary" id="retry" data-act="retry" data-job="{}">重新开始</button>')
        deeds = [again.format(job.id), plan]
    elif job.draft_id is not None:
        deeds = [Markup('<a class="button primary" href="/review?draft={}">下一步：去审阅</a>').format(job.draft_id), plan]
    return Markup('<p class="actions">{}</p>').format(join(deeds, " "))
