"""The report as it will read, as HTML: sections, tables, paragraphs with their sentences, marks and findings at their place."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime

from markupsafe import Markup

from assistant.review.remembered import Remembered
from assistant.review.views.draft import PARAGRAPH_STATES, Counts, DraftView, ParagraphView, PartView, SectionView, SentenceView
from assistant.review.views.findings import FindingView
from assistant.site.components import attributes, badge, join, statutory_table

FILTERS = {
    "all": "全部",
    "findings": "有意见",
    "undecided": "未决定",
    "gaps": "待补",
    "comments": "有批注",
    "rejected": "已退回",
}
_RANK = {"error": 0, "warning": 1, "info": 2}
_BOTH = frozenset({"rule"})
Findings = Sequence[FindingView]
_shown: Remembered[Markup] = Remembered(2000)  # by all that a paragraph shows to its reader: nobody gets another's


def by_mark(findings: Iterable[FindingView]) -> dict[str, FindingView]:
    """Findings by fingerprint."""
    return {each.fingerprint: each for each in findings if each.fingerprint}


def may_change(view: DraftView) -> bool:
    """Whether the reader may edit and decide: the draft is open and the role allows it."""
    return view.state in ("draft", "review") and {"edit", "decide"} <= view.may


def report(view: DraftView) -> Markup:
    """The whole report in printed order."""
    changing = may_change(view)
    sections = join(_section(each, view, changing=changing) for each in view.sections)
    return Markup('<div id="report" class="report"{}><h2 class="title">{}</h2>{}</div>').format(
        attributes(data_changing=changing), view.title, sections
    )


def _section(section: SectionView, view: DraftView, *, changing: bool) -> Markup:
    heading = Markup('<h2 class="section-heading">{}</h2>').format(section.heading) if section.heading else Markup("")
    inner = [_part(part, section, view.findings, changing=changing) for part in section.parts]
    inner += [
        Markup('<div class="table-section">{}{}</div>').format(
            statutory_table(each, by_mark(view.findings), prefix="report"), table_notes(view, each.key)
        )
        for each in view.tables
        if each.key == section.table
    ]
    return Markup('<section class="block"{}>{}{}</section>').format(
        attributes(data_section=section.key, aria_label=section.heading or "开头"), heading, join(inner)
    )


def _part(part: PartView, section: SectionView, findings: Findings, *, changing: bool) -> Markup:
    own = part.heading if part.heading != section.heading and part.key != "preface" else ""
    heading = Markup('<h3 class="part-heading">{}</h3>').format(own) if own else Markup("")
    shown = join(paragraph(each, findings, changing=changing) for each in part.paragraphs)
    nothing = "" if part.paragraphs else Markup('<p class="hint">这一部分没有内容。</p>')
    return Markup('<div class="part" data-part="{}">{}{}{}{}</div>').format(
        part.key, heading, part_notes(part, findings), shown, nothing
    )


def part_notes(part: PartView, findings: Findings) -> Markup:
    """The findings on a part as a whole."""
    whole = [each for each in findings if each.paragraph_id is None and each.section == part.key and not each.table]
    return Markup('<div id="notes-{}" data-open="{}">{}</div>').format(part.key, len(open_ones(whole)), finding_list(whole, _BOTH))


def table_notes(view: DraftView, table: str) -> Markup:
    """The findings on a table."""
    found = [each for each in view.findings if each.paragraph_id is None and each.table == table]
    return Markup('<div id="notes-{}" data-open="{}">{}</div>').format(table, len(open_ones(found)), finding_list(found, _BOTH))


def all_notes(view: DraftView) -> dict[str, Markup]:
    """The findings on parts and tables, by the id of their element."""
    notes = {f"notes-{part.key}": part_notes(part, view.findings) for section in view.sections for part in section.parts}
    return {**notes, **{f"notes-{each.key}": table_notes(view, each.key) for each in view.tables}}


def open_ones(findings: Iterable[FindingView]) -> list[FindingView]:
    """The findings nobody has ruled on."""
    return [each for each in findings if each.ruling is None]


def paragraph(view: ParagraphView, findings: Findings, *, changing: bool, body: Markup | None = None) -> Markup:
    """One paragraph with its foot.

    Args:
        view: the paragraph.
        findings: those of the draft; two may have the same fingerprint at different places.
        changing: whether the reader may edit and decide.
        body: what stands in place of the text, such as an editor.
    """
    own = tuple(ordered(each for each in findings if each.paragraph_id == view.id))
    if body is not None:
        return _paragraph(view, own, changing, body)
    return _shown.get((view, own, changing), lambda: _paragraph(view, own, changing, None))


def _paragraph(view: ParagraphView, own: Findings, changing: bool, body: Markup | None) -> Markup:
    waiting = [each for each in view.comments if not each.resolved_by]
    more = attributes(
        id=f"para-{view.id}",
        tabindex="0",
        data_paragraph=view.id,
        data_number=view.number,
        data_state=view.state,
        data_open=len(open_ones(own)),
        data_gaps=view.gaps,
        data_comments=len(waiting),
        aria_label=_name(view, own),
    )
    return Markup('<article class="para {}{}"{}>{}{}{}{}</article>').format(
        view.state,
        " editing" if body is not None else "",
        more,
        body if body is not None else text_of(view, own),
        finding_list(own, _BOTH if changing else frozenset()),
        _left_over(view) if changing and body is None else "",
        foot(view, changing=changing and body is None),
    )


def _name(view: ParagraphView, own: Sequence[FindingView]) -> str:
    pieces = [f"第 {view.position + 1} 段", view.state_label]
    if count := len(open_ones(own)):
        pieces.append(f"{count} 条意见")
    if view.gaps:
        pieces.append(f"{view.gaps} 处待补")
    return "，".join(pieces)


def ordered(findings: Iterable[FindingView]) -> list[FindingView]:
    """Findings as they are read: open before ruled, grave before light."""
    return sorted(findings, key=lambda each: (each.ruling is not None, each.status == "unknown", _RANK[each.severity]))


def text_of(view: ParagraphView, own: Sequence[FindingView]) -> Markup:
    """The text of a paragraph: each sentence can be pressed, findings are marked where they are."""
    heading = Markup('<p class="sub">{}</p>').format(view.heading) if view.heading else ""
    spans = [each for each in own if each.start is not None and each.end is not None]
    sentences = join(_sentence(each, spans, view.id) for each in view.sentences)
    return Markup('<div class="text">{}<p class="body">{}</p></div>').format(heading, sentences)


def _sentence(view: SentenceView, spans: Sequence[FindingView], paragraph_id: int) -> Markup:
    cuts = {view.start, view.end}
    slots: list[tuple[int, int]] = []
    at = view.start
    for piece in view.pieces:
        if piece.slot:
            slots.append((at, at + len(piece.text)))
            cuts |= {at, at + len(piece.text)}
        at += len(piece.text)
    for each in spans:
        cuts |= {place for place in (each.start, each.end) if place is not None and view.start < place < view.end}
    places = sorted(cuts)
    inner = [
        _stretch(view.rendered[start - view.start : end - view.start], start, end, slots, spans)
        for start, end in itertools.pairwise(places)
    ]
    return Markup('<span class="sentence{}"{}>{}</span>').format(
        " gap" if view.gap is not None else "",
        attributes(
            id=f"sentence-{view.id}",
            role="button",
            tabindex="-1",
            data_do="panel",
            data_panel="evidence",
            data_sentence=view.id,
            data_at=paragraph_id,
        ),
        join(inner),
    )


def _stretch(text: str, start: int, end: int, slots: Sequence[tuple[int, int]], spans: Sequence[FindingView]) -> Markup:
    shown = Markup("{}").format(text)
    if any(low <= start and end <= high for low, high in slots):
        shown = Markup('<b class="slot">{}</b>').format(shown)
    over = [each for each in spans if each.start is not None and each.end is not None and each.start <= start and end <= each.end]
    if not over:
        return shown
    worst = over[0]
    tone = "ruled" if worst.ruling else tone_of(worst)
    return Markup('<mark class="{}"{}>{}</mark>').format(
        tone, attributes(data_finding=worst.fingerprint, title="；".join(each.message for each in over)), shown
    )


def tone_of(finding: FindingView) -> str:
    """The class of the style sheet for a finding."""
    return "unknown" if finding.status == "unknown" else finding.severity


def finding_list(findings: Sequence[FindingView], may: frozenset[str]) -> Markup:
    """Findings with what to do about them; empty for none."""
    if not findings:
        return Markup("")
    items = join(finding_item(each, may) for each in findings)
    return Markup('<ul class="findings" aria-label="检查意见">{}</ul>').format(items)


def finding_item(finding: FindingView, may: frozenset[str]) -> Markup:
    """One finding: how grave, what, the remedy; what to do with it opens in the side panel."""
    remedy = Markup('<span class="remedy">{}</span>').format(finding.remedy) if finding.remedy else ""
    ruling = (
        Markup('<span class="remedy">已说明保留：{}（{}，{}）</span>').format(
            finding.ruling.why, finding.ruling.by, moment(finding.ruling.at)
        )
        if finding.ruling
        else ""
    )
    deal = (
        Markup('<button type="button" class="button small"{}>{}</button>').format(
            attributes(
                data_do="panel",
                data_panel="finding",
                data_fingerprint=finding.fingerprint,
                data_at=finding.paragraph_id,
            ),
            "理由与处理" if "rule" in may else "理由",
        )
        if finding.fingerprint
        else ""
    )
    return Markup('<li class="finding {}" data-finding="{}">{}{}<span class="what">{}</span>{}{}</li>').format(
        "ruled" if finding.ruling else tone_of(finding),
        finding.fingerprint,
        deal,
        badge(finding.severity_label, tone_of(finding)),
        finding.message,
        remedy,
        ruling,
    )


def _left_over(view: ParagraphView) -> Markup:
    """What the reader was typing when the page was left."""
    if view.unsaved is None or view.unsaved == view.text:
        return Markup("")
    return Markup(
        '<div class="left-over" role="note"><b>您上次在这一段写了还没有保存的文字：</b><q>{}</q>'
        '<span class="actions">{}{}</span></div>'
    ).format(
        view.unsaved if len(view.unsaved) < 160 else view.unsaved[:150] + "…",
        button("接着写", "edit", view.id, primary=True, resume="yes"),
        button("丢掉", "drop", view.id, confirm="丢掉这些没有保存的文字？"),
    )


def foot(view: ParagraphView, *, changing: bool) -> Markup:
    """How a paragraph stands and what may be done with it."""
    return Markup('<div class="foot">{}{}<span class="when">{}</span></div>').format(
        badge(view.state_label, {"accepted": "good", "rejected": "error"}.get(view.state, "")), _buttons(view, changing), told(view)
    )


def told(view: ParagraphView) -> str:
    """Who did what last, in a line."""
    from assistant.review.views.changes import WHY

    pieces = [f"第 {view.number} 版，{view.by or '程序'}{WHY.get(view.why, view.why)}，{moment(view.at)}"]
    if view.state != "undecided":
        verb = PARAGRAPH_STATES[view.state].removeprefix("已")
        pieces.append(f"{view.decided_by}{verb}" + (f"（{view.decided_why}）" if view.decided_why else ""))
    return "；".join(pieces)


def _buttons(view: ParagraphView, changing: bool) -> Markup:
    waiting = sum(not each.resolved_by for each in view.comments)
    looking = [
        _opener("依据", "evidence", view.id, "Enter"),
        _opener(f"历史 {view.versions}" if view.versions > 1 else "历史", "history", view.id, "h"),
        _opener(f"批注 {waiting}" if waiting else "批注", "comments", view.id, "c"),
    ]
    doing = []
    if changing:
        if view.state == "undecided":
            doing.append(button("采用", "accept", view.id, key="a", primary=True))
        doing.append(button("修改", "edit", view.id, key="e"))
        if view.state == "undecided":
            doing.append(_opener("退回…", "reject", view.id, "r"))
        else:
            doing.append(button("重新打开", "reopen", view.id, key="u"))
        doing.append(_opener(f"换个写法 {view.suggestions}" if view.suggestions else "换个写法", "suggest", view.id, "s"))
    return Markup('<span class="actions">{}</span>').format(join((*doing, *looking)))


def button(
    label: str, do: str, paragraph_id: int, *, key: str = "", primary: bool = False, confirm: str = "", **data: object
) -> Markup:
    """A button of a paragraph; ``key`` is the letter that presses it."""
    more = attributes(
        id=f"do-{do}-{paragraph_id}" + ("-resume" if "resume" in data else ""),
        data_do=do,
        data_ask=confirm or None,
        data_key=key or None,
        aria_keyshortcuts=key or None,
        **{f"data_{name}": value for name, value in data.items()},
    )
    return Markup('<button type="button" class="button small{}"{}>{}</button>').format(" primary" if primary else "", more, label)


def _opener(label: str, panel: str, paragraph_id: int, key: str) -> Markup:
    more = attributes(
        id=f"open-{panel}-{paragraph_id}",
        data_do="panel",
        data_panel=panel,
        data_at=paragraph_id,
        data_key=key,
        aria_keyshortcuts=key,
    )
    return Markup('<button type="button" class="button small plain"{}>{}</button>').format(more, label)


def moment(at: datetime) -> str:
    """A time as people read it."""
    return f"{at.astimezone():%m-%d %H:%M}"


def bar(draft_id: int, counts: Counts, stamp: str, show: str, *, changing: bool) -> Markup:
    """How the draft stands, the filters, accept all, the next step; replaced after every deed."""
    found = counts.errors + counts.warnings + counts.infos + counts.unknown
    numbers = {
        "all": counts.paragraphs,
        "findings": found,
        "undecided": counts.undecided,
        "gaps": counts.gaps,
        "comments": counts.comments,
        "rejected": counts.rejected,
    }
    links = join(
        Markup("<a{}>{} <b>{}</b></a>").format(
            attributes(
                id=f"show-{key}",
                href=f"/review?draft={draft_id}&show={key}",
                data_filter=key,
                aria_current="true" if key == show else None,
            ),
            label,
            numbers[key],
        )
        for key, label in FILTERS.items()
        if numbers[key] or key in ("all", "findings", "undecided", "gaps", show)
    )
    accept = (
        Markup('<button type="button" class="button small"{}>全部采用</button>').format(
            attributes(
                id="do-accept-all",
                data_do="accept-all",
                data_stamp=stamp,
                data_ask="采用所有还没有决定的段落？有待补内容或错误意见的段落会留下，由您逐段处理。",
            )
        )
        if changing and counts.undecided
        else ""
    )
    done = counts.paragraphs - counts.undecided
    return Markup(
        '<div id="bar" class="bar-line"><nav class="filters" aria-label="筛选段落">{links}</nav>'
        '<span class="progress"><meter min="0" max="{total}" value="{done}" aria-label="已决定的段落">'
        "</meter> 已决定 {done}/{total}</span>"
        '<span class="actions">{accept}<a class="button small{primary}" href="/final?draft={draft}">下一步：定稿</a></span></div>'
    ).format(
        links=links,
        total=counts.paragraphs,
        done=done,
        accept=accept,
        primary="" if counts.undecided else " primary",
        draft=draft_id,
    )
