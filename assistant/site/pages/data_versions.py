"""The saved versions of a submission on the data page."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from assistant.review.entries import SavedVersion, restore_version, versions
from assistant.review.filling import FillingView, filling
from assistant.review.rights import may
from assistant.site.components import badge, empty, join, table
from assistant.site.page import Act, Context, NotThere, Payload, Reply, whole
from assistant.site.pages.data_parts import Place, next_step, saved_line

_HEAD = ("版本", "来源", "谁", "什么时候", "与前一版不同", "")


def show(context: Context, place: Place, view: FillingView) -> Markup:
    """All versions, newest first, and what to do next."""
    return join((_list(context, place), next_step(view)))


def _list(context: Context, place: Place) -> Markup:
    found = versions(context.record, context.actor, place.unit, place.year)
    if not found:
        link = f"/data?unit={place.unit}&year={place.year}"
        return empty("还没有保存过", "填表或上传文件并保存以后，每一版都列在这里。", link=link, action="去填报")
    allowed = may(context.actor, "submit", place.unit)
    rows = [_row(each, found[0].number, allowed) for each in found]
    return Markup(
        '<section class="box" id="versions-box" data-unit="{}" data-year="{}" data-seen="{}"><h2>保存过的版本 {}</h2>{}'
        '<p class="hint">每次保存都是新的一版，旧版不会改动。起草用的是最新一版。</p></section>'
    ).format(place.unit, place.year, found[0].number, len(found), table("保存过的版本", _HEAD, rows))


def _row(version: SavedVersion, newest: int, allowed: bool) -> list[str]:
    differs = "、".join(
        words
        for words in (f"{version.cells} 格" if version.cells else "", f"{version.texts} 条文字或信息" if version.texts else "")
        if words
    )
    deed: str = badge("最新", "good")
    if version.number != newest:
        deed = (
            Markup(
                '<button type="button" class="button small" data-act="restore" data-number="{}" '
                'data-confirm="把第 {} 版的内容作为新的一版？现在的内容仍作为一版留着。">用这一版</button>'
            ).format(version.number, version.number)
            if allowed
            else ""
        )
    origin = f"{version.origin_label}：{version.file}" if version.file else version.origin_label
    return [
        f"第 {version.number} 版",
        origin,
        version.by or "程序",
        f"{version.at.astimezone():%Y-%m-%d %H:%M}",
        differs or "—",
        deed,
    ]


def _restore(context: Context, payload: Payload) -> Reply:
    place, number = Place.of(payload, context), whole(payload.get("number"))
    if number is None:
        raise NotThere
    restore_version(context.record, context.actor, place.unit, place.year, number, base=whole(payload.get("seen")) or 0)
    view = filling(context.record, context.actor, place.unit, place.year, today=context.today)
    context.tell(f"第 {number} 版的内容已保存为第 {view.view.number} 版。")
    patches = {"versions-box": _list(context, place), "filling-saved": saved_line(view.view), "filling-next": next_step(view)}
    return Reply(patches=patches)


ACTS: Mapping[str, Act] = {"restore": _restore}
