"""Which draft to open, where a page's address names none."""

from __future__ import annotations

from markupsafe import Markup

from assistant.review.desk import desk
from assistant.site.components import badge, empty, table
from assistant.site.page import Context


def choose_draft(context: Context, *, title: str, path: str, otherwise: str) -> Markup:
    """All drafts one may see, each with a link to a page.

    Args:
        context: who asks.
        title: the page's name.
        path: the page's path; ``?draft=`` is added.
        otherwise: what comes before this page, told when there is no draft.
    """
    heading = Markup("<h1>{}</h1>").format(title)
    rows = [row for row in desk(context.record, context.actor, context.today).rows if row.draft_id is not None]
    if not rows:
        return heading + empty("还没有草稿", otherwise, link="/", action="到工作台")
    listed = [
        [
            row.unit,
            f"{row.year}",
            badge(row.state_label, row.state),
            f"{row.decided}/{row.paragraphs} 段",
            Markup('<a class="button small" href="/{}?draft={}">打开</a>').format(path, row.draft_id),
        ]
        for row in rows
    ]
    shown = table("草稿", ("单位", "年度", "状态", "已决定", ""), listed)
    return heading + Markup('<section class="box">{}</section>').format(shown)
