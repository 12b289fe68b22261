"""What the parts of the data page share: which unit and year, findings, drop areas, the next step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from assistant.review.entries import ORIGINS
from assistant.review.filling import FillingView
from assistant.review.views.data import SubmissionView
from assistant.review.views.findings import FindingView
from assistant.site.components import badge, file_drop, join
from assistant.site.page import Context, NotThere, Payload, whole

_ORDER = {"error": 0, "warning": 1, "info": 2}
_TABLES = "s1.request"  # what is missing there are cells
_UNIT_TAB = ("fee", "contact", "unit", "site", "sec6")
_TYPES = ".xlsx,.json,.docx,.pdf,.html,.htm,.txt,.md"


@dataclass(frozen=True, slots=True)
class Place:
    """The unit (its id) and the year of what is filled in."""

    unit: int
    year: int

    @classmethod
    def of(cls, data: Payload, context: Context) -> Place:
        """From what an element handed over, else from the page's address.

        Raises:
            NotThere: neither says it.
        """
        unit = whole(data.get("unit")) or context.number("unit")
        year = whole(data.get("year")) or context.number("year")
        if not unit or not year:
            raise NotThere
        return cls(unit, year)


def saved_line(view: SubmissionView) -> Markup:
    """Which version is saved, by whom and when."""
    if not view.number or view.at is None:
        text = Markup("还没有保存过")
    else:
        origin = ORIGINS.get(view.origin, view.origin)
        text = Markup("已保存第 {} 版 · {} · {:%Y-%m-%d %H:%M} · {}").format(
            view.number, view.by or "程序", view.at.astimezone(), origin
        )
    return Markup('<p class="hint saved" id="filling-saved">{}</p>').format(text)


def drop(action: str, label: str, unit: int | None, limit: int, hint: str) -> Markup:
    """An area that takes a file, by dragging or by the keyboard."""
    return file_drop(label, hint, data_upload=True, data_action=action, data_unit=unit, data_limit=limit, accept=_TYPES)


def findings_box(view: SubmissionView, about: Literal["tables", "texts"] = "tables") -> Markup:
    """The findings on what is filled in, worst first, each with links to its cells.

    Those on what the tab is about come first. The others, and what cannot be judged because cells are blank, which the findings on
    blank cells say already, are folded up.
    """
    labels = {cell.key: cell.label for table in view.tables for cell in table.cells if cell.key}
    found = sorted(view.findings, key=lambda each: (each.status == "unknown", _ORDER[each.severity]))
    open_ones = [each for each in found if each.status != "unknown"]
    here = [each for each in open_ones if bool(each.cells or each.suspects) == (about == "tables")]
    groups = (
        ("other", "素材、问题和单位信息" if about == "tables" else "统计表", [each for each in open_ones if each not in here]),
        ("unknown", "还不能核对的", [each for each in found if each.status == "unknown"]),
    )
    if here:
        items = Markup('<ul class="findings">{}</ul>').format(join(_finding(each, labels, view) for each in here))
    else:
        text = "没有检查意见。" if view.content is not None else "填了数据以后，检查意见显示在这里。"
        items = Markup('<p class="hint">{}</p>').format(text if not found else "这一页没有检查意见。")
    folded = join(_folded(key, title, group, labels, view) for key, title, group in groups if group)
    counted = _counts(found)
    return Markup(
        '<section class="box findings-box" id="filling-findings" aria-label="检查意见"><h2>检查意见 {}</h2>'
        '<div aria-live="polite" class="unseen">{}</div>{}{}</section>'
    ).format(join((badge(f"{label} {count}", tone) for label, count, tone in counted), " "),
             "，".join(f"{label} {count}" for label, count, _tone in counted) or "没有检查意见", items, folded)  # fmt: skip


def _folded(key: str, title: str, group: list[FindingView], labels: Mapping[str, str], view: SubmissionView) -> Markup:
    """Findings that are not what the tab is about, under a line that counts them."""
    counted = "、".join(f"{label} {count}" for label, count, _tone in _counts(group))
    words = counted if key != "unknown" else f"{len(group)} 项，补填或更正后自动核对"
    items = join(_finding(each, labels, view) for each in group)
    return Markup(
        '<details class="more folded" id="findings-{}"><summary>{}：{}</summary><ul class="findings">{}</ul></details>'
    ).format(key, title, words, items)


def _counts(found: Iterable[FindingView]) -> list[tuple[str, int, str]]:
    counts: dict[tuple[str, str], int] = {}
    for each in found:
        name = (each.severity_label, "unknown" if each.status == "unknown" else each.severity)
        counts[name] = counts.get(name, 0) + 1
    return [(label, count, tone) for (label, tone), count in counts.items()]


def _finding(finding: FindingView, labels: Mapping[str, str], view: SubmissionView) -> Markup:
    keys = list(dict.fromkeys(key.removeprefix("prev.") for key in (*finding.suspects, *finding.cells)))
    links = join(
        (
            Markup('<a href="/data?unit={}&year={}#{}" data-cell="cell-{}-in">{}</a>').format(
                view.unit_id, view.year, f"cell-{key.replace('.', '-')}", key.replace(".", "-"), labels[key]
            )
            for key in keys[:6]
            if key in labels
        ),
        "、",
    )
    tone = "unknown" if finding.status == "unknown" else finding.severity
    place = Markup('<p class="cells"><a href="/data?unit={}&year={}&tab={}">去填写</a></p>').format(
        view.unit_id, view.year, tab_for(finding.section)
    )
    to_text = place if finding.section else ""
    return Markup("<li>{} {}{}{}{}</li>").format(
        badge(finding.severity_label, tone),
        finding.message,
        Markup('<p class="remedy">{}</p>').format(finding.remedy) if finding.remedy else "",
        Markup('<p class="cells">看这些格：{}{}</p>').format(links, "等" if len(keys) > 6 else "") if links else to_text,
        Markup('<details class="more"><summary>为什么查这个</summary><div>{}</div></details>').format(finding.reason)
        if finding.reason
        else "",
    )


def tab_for(key: str) -> str:
    """The tab of the data page where something missing is filled in, by its key or part."""
    if key.split(".")[0] in _UNIT_TAB:
        return "unit"
    return "tables" if key.startswith(_TABLES) else "texts"


def next_step(view: FillingView) -> Markup:
    """What to do next, with the link to do it."""
    shown = view.view
    errors = sum(each.blocking for each in shown.findings)
    if not shown.number:
        text = "先填表或上传文件，保存后就能起草。"
        link = Markup("")
    else:
        text = "还有没保存的改动，起草用的是已保存的数据。" if view.cells else ""
        text += f"还有 {errors} 处错误：建议先核对；也可以先起草，定稿前必须处理。" if errors else "数据里没有发现错误。"
        link = Markup('<a class="button primary" href="/draft?unit={}&year={}">下一步：起草</a>').format(shown.unit_id, shown.year)
    return Markup('<section class="box next" id="filling-next"><p>{}</p>{}</section>').format(text, link)
