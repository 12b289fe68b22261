"""The draft beside last year's report, and what is alike with other reports."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from assistant.review.views.changes import BesideView, ChangeKind, ChangeView, LastYearView, SimilarView
from assistant.review.views.findings import FindingView
from assistant.site.components import badge, difference, empty, join
from assistant.site.pages.review_text import tone_of


def last_year(view: LastYearView, year: int, data_link: str) -> Markup:
    """Each part of this year beside last year's."""
    if not view.parts:
        return empty("没有可以对照的上年报告", view.message, link=data_link, action="去上传上年报告")
    head = Markup('<p class="hint">上年报告来自{}。标记的是两年不同的文字。</p>').format(view.source)
    return join((head, *(_beside(each, year) for each in view.parts)))


def _beside(view: BesideView, year: int) -> Markup:
    alike = (
        f"相同程度 {view.ratio:.0%}"
        if view.before and view.now
        else ("上年没有这一部分" if not view.before else "本年没有这一部分")
    )
    return Markup(
        '<section class="box beside"><h2>{} {}</h2><div class="two"><div><h3>{} 年（上年）</h3>{}</div><div>'
        "<h3>{} 年（本年）</h3>{}</div></div></section>"
    ).format(
        view.heading or "开头",
        badge(alike, "warning" if view.ratio >= 0.9 else ""),
        year - 1,
        _side(view.difference, "removed"),
        year,
        _side(view.difference, "added"),
    )


def _side(changes: Iterable[ChangeView], kind: ChangeKind) -> Markup:
    return difference(each for each in changes if each.kind in ("same", kind))


def similar(view: SimilarView, draft_id: int) -> Markup:
    """Findings of likeness with their passages side by side."""
    if not view.compared:
        return empty("没有可以比较的报告", "系统里还没有上年报告，也没有您能看到的其他单位的稿子。")
    head = Markup('<p class="hint">比较了：{}。</p>').format("、".join(view.compared))
    if not view.findings:
        return join((head, empty("没有发现雷同", "与上年报告和其他单位的稿子都没有过于相近的段落。")))
    return join((head, *(_alike(each, draft_id) for each in view.findings)))


def _alike(finding: FindingView, draft_id: int) -> Markup:
    pairs = join(
        Markup('<tr><td>{}</td><td>{}</td><td class="number">{}</td></tr>').format(each.quote, each.other, f"{each.ratio:.0%}")
        for each in finding.alike
    )
    shown = (
        Markup(
            '<div class="scroll"><table class="plain"><caption>相近的文字</caption><thead><tr><th scope="col">本稿'
            '</th><th scope="col">{}</th>'
            '<th scope="col" class="number">相同程度</th></tr></thead><tbody>{}</tbody></table></div>'
        ).format(finding.other or "另一份", pairs)
        if finding.alike
        else ""
    )
    go = Markup("")
    if finding.paragraph_id is not None:
        go = Markup('<p><a href="/review?draft={}&at={}">看这一段</a></p>').format(draft_id, finding.paragraph_id)
    return Markup('<section class="box"><p>{} {}</p><p class="hint">{}</p>{}{}</section>').format(
        badge(finding.severity_label, tone_of(finding)), finding.message, finding.remedy, shown, go
    )
