"""The side panel of the review: what is open, evidence, a finding, other wordings, history, comments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from assistant.review.views.changes import SuggestionsView, SuggestionView, VersionView
from assistant.review.views.data import NoteView
from assistant.review.views.draft import WRITERS, CommentView, DraftView, ParagraphView, SentenceView
from assistant.review.views.evidence import EvidenceView, FactView
from assistant.review.views.findings import FindingView
from assistant.site.components import attributes, badge, difference, join, statutory_table
from assistant.site.pages.review_text import finding_item, moment, ordered, tone_of

TABS = {"evidence": "依据", "suggest": "换个写法", "history": "历史", "comments": "批注"}
WISHES = ("换个说法", "更简洁", "更正式", "用条例用语", "分成两句")
_FRAME = ("name", "year")


def frame(
    panel: str, title: str, body: Markup, *, at: int | None = None, sentence: SentenceView | None = None, fingerprint: str = ""
) -> Markup:
    """The panel around its content; what it shows stands in its data, so that a reload shows it again."""
    tabs = Markup("")
    if at is not None:
        tabs = Markup('<nav class="tabs small" aria-label="这一段">{}</nav>').format(
            join(
                Markup('<button type="button"{}>{}</button>').format(
                    attributes(
                        id=f"tab-{key}", data_do="panel", data_panel=key, data_at=at, aria_current="true" if key == panel else None
                    ),
                    label,
                )
                for key, label in TABS.items()
            )
        )
    back = Markup("")
    if panel != "overview":
        back = Markup(
            '<button type="button" class="button small" id="tab-overview" data-do="panel" data-panel="overview">总览</button>'
        )
    return Markup(
        '<aside id="panel" class="panel box" aria-label="旁栏：{title}"{data}><header>'
        '<h2 id="panel-title" tabindex="-1">{title}</h2>{back}'
        "</header>{tabs}<div>{body}</div></aside>"
    ).format(
        title=title,
        back=back,
        tabs=tabs,
        body=body,
        data=attributes(
            data_panel=panel,
            data_at=at,
            data_sentence=sentence.id if sentence else None,
            data_position=sentence.position if sentence else None,
            data_fingerprint=fingerprint or None,
        ),
    )


def overview(view: DraftView) -> Markup:
    """What is open in the whole draft, and the remarks on it."""
    return frame("overview", "总览", join((open_things(view), _talk(view.comments, None, "comment" in view.may, "对整份稿的批注"))))


def open_things(view: DraftView) -> Markup:
    """Findings, gaps and hints of the whole draft."""
    found = [each for each in ordered(view.findings) if each.fingerprint or each.ruling is None]
    kept = [each for each in view.paragraphs() if each.state != "rejected"]
    gaps = [(each.id, sentence) for each in kept for sentence in each.sentences if sentence.gap is not None]
    pieces = [_findings(found, view)]
    if gaps:
        items = join(
            Markup('<li>{} <a href="#para-{}" data-go="{}">看这一段</a></li>').format(each.rendered, place, place)
            for place, each in gaps
        )
        fill = f"/data?unit={view.unit_id}&year={view.year}"
        pieces.append(
            Markup(
                '<h3>待补 {}</h3><ul>{}</ul><p class="hint">补的办法：到<a href="{}">数据</a>页填好后重新起草这一部分；'
                "或在这里直接修改这一段。</p>"
            ).format(len(gaps), items, fill)
        )
    if view.hints:
        hints = join(Markup("<li>{}</li>").format(each.text) for each in view.hints)
        pieces.append(
            Markup('<details class="more"><summary>写作提示 {}</summary><ul>{}</ul></details>').format(len(view.hints), hints)
        )
    return Markup('<div id="open-things">{}</div>').format(join(pieces))


def _findings(found: Sequence[FindingView], view: DraftView) -> Markup:
    if not found:
        return Markup('<h3>检查意见</h3><p class="hint">没有检查意见。每次修改以后都会重新核对。</p>')
    items = join(_finding_link(each, view) for each in found)
    return Markup('<h3>检查意见 {}</h3><ul class="findings">{}</ul>').format(len(found), items)


def _finding_link(finding: FindingView, view: DraftView) -> Markup:
    item = finding_item(finding, view.may if view.state in ("draft", "review") else frozenset())
    if finding.paragraph_id is None:
        return item
    go = Markup('<a class="go" href="#para-{0}" data-go="{0}">看这一段</a></li>').format(finding.paragraph_id)
    return Markup(str(item).removesuffix("</li>")) + go


def evidence(view: EvidenceView, data_link: str) -> Markup:
    """What a sentence rests on.

    Args:
        view: the evidence.
        data_link: address of the page where what is missing can be filled in.
    """
    pieces = [_quoted(view.sentence)]
    if view.gap:
        pieces.append(
            Markup(
                '<div class="missing"><b>这里还缺：</b>{}<p class="hint">请到<a href="{}">数据'
                "</a>页填好后重新起草这一部分，或直接修改这一段。</p></div>"
            ).format(view.gap.removeprefix("待补："), data_link)
        )
    pieces += [Markup('<p class="missing">{}</p>').format(each) for each in view.missing]
    facts = [each for each in view.facts if each.kind not in _FRAME]
    frame_facts = [each for each in view.facts if each.kind in _FRAME]
    if facts:
        pieces.append(Markup('<h3>数字和依据</h3><dl class="facts">{}</dl>').format(join(_fact(each) for each in facts)))
    pieces += [
        Markup('<div class="evidence-table">{}</div>').format(statutory_table(each, {}, prefix="proof")) for each in view.tables
    ]
    if view.notes:
        pieces.append(Markup("<h3>填报的文字</h3>{}").format(join(_note(each, view.facts) for each in view.notes)))
    pieces += _laws(view)
    pieces += _written(view, frame_facts)
    if len(pieces) == 1:
        pieces.append(
            Markup('<p class="hint">这一句没有登记依据。它是{}写的，请对照材料核实。</p>').format(
                WRITERS.get(view.sentence.writer, "")
            )
        )
    return frame("evidence", "这一句的依据", join(pieces), at=view.paragraph_id, sentence=view.sentence)


def _quoted(sentence: SentenceView) -> Markup:
    words = join(Markup('<b class="slot">{}</b>').format(each.text) if each.slot else each.text for each in sentence.pieces)
    return Markup('<blockquote class="quoted">{}</blockquote>').format(words or sentence.rendered)


def _fact(fact: FactView) -> Markup:
    """A figure with how it came about."""
    how = Markup("")
    if fact.formula:
        how = Markup('<span class="formula">{}<br>＝ {}</span>').format(fact.formula, fact.source)
    elif fact.kind == "quantity":
        how = Markup('<span class="formula">填报的文字，来源：{}</span>').format(fact.source)
    elif fact.cells:
        how = Markup('<span class="formula">表中原数</span>')
    return Markup("<div><dt>{}</dt><dd>{}{}</dd></div>").format(fact.value, fact.label, how)


def _note(note: NoteView, facts: Iterable[FactView]) -> Markup:
    """A text of the submission with the figures of this sentence marked."""
    used = {each.key for each in facts}
    pieces: list[Markup] = []
    at = 0
    for figure in note.figures:
        if figure.key not in used or figure.start < at:
            continue
        pieces.append(
            Markup("{}<mark>{}</mark>").format(
                note.text[at : figure.start],
                note.text[figure.start : figure.end + len(figure.unit)]
                if note.text[figure.end :].startswith(figure.unit)
                else note.text[figure.start : figure.end],
            )
        )
        at = figure.end + (len(figure.unit) if note.text[figure.end :].startswith(figure.unit) else 0)
    pieces.append(Markup("{}").format(note.text[at:]))
    source = Markup('<span class="hint">来源：{}</span>').format(note.source) if note.source and "/" not in note.source else ""
    return Markup('<figure class="note"><figcaption>{} {}</figcaption><p>{}</p></figure>').format(note.label, source, join(pieces))


def _laws(view: EvidenceView) -> list[Markup]:
    pieces = []
    for each in view.provisions:
        text = Markup("<p>{}</p>").format(each.text) if each.text else Markup('<p class="hint">资料库里没有这一条的文字。</p>')
        kind = badge("原文", "good") if each.quotable else (badge("摘要，不得引用", "warning") if each.text else "")
        pieces.append(
            Markup('<figure class="note"><figcaption>{} {}</figcaption>{}<span class="hint">{}</span></figure>').format(
                each.name, kind, text, each.source
            )
        )
    if pieces:
        pieces.insert(0, Markup("<h3>条文</h3>"))
    if view.precedents:
        examples = join(
            Markup('<figure class="note"><figcaption>{}</figcaption><p>{}</p></figure>').format(each.source, each.text)
            for each in view.precedents
        )
        pieces.append(
            Markup(
                '<details class="more"><summary>别的报告这一部分怎么写 {}（只供参考写法，不是依据）</summary><div>{}'
                "</div></details>"
            ).format(len(view.precedents), examples)
        )
    return pieces


def _written(view: EvidenceView, frame_facts: Sequence[FactView]) -> list[Markup]:
    pieces = []
    if frame_facts:
        words = "；".join(f"{each.label}：{each.value}（{each.source}）" for each in frame_facts)
        pieces.append(Markup('<p class="hint">{}</p>').format(words))
    if view.attempts:
        tries = join(
            Markup('<li>{}<br><span class="hint">没有采用：{}</span></li>').format(text, "；".join(reasons))
            for text, reasons in view.attempts
        )
        pieces.append(
            Markup('<details class="more"><summary>没有通过核对的写法 {}</summary><ul>{}</ul></details>').format(
                len(view.attempts), tries
            )
        )
    if pieces or view.facts or view.notes:
        pieces.append(Markup('<p class="hint">写作：{}</p>').format(WRITERS.get(view.sentence.writer, view.sentence.writer)))
    return pieces


def finding(view: FindingView, *, may_rule: bool) -> Markup:
    """A finding with its reason, and the form to let it stand."""
    pieces = [Markup("<p>{} {}</p>").format(badge(view.severity_label, tone_of(view)), view.message)]
    rows = [("怎么办", view.remedy), ("为什么要查", view.reason), ("原文", view.quote)]
    if view.left or view.right:
        rows.append(("两边的数", "，".join(filter(None, (view.left, view.right, view.difference and f"相差 {view.difference}")))))
    pieces.append(
        Markup('<dl class="plain-list">{}</dl>').format(
            join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, text) for name, text in rows if text)
        )
    )
    if view.paragraph_id is not None:
        pieces.append(Markup('<p><a href="#para-{0}" data-go="{0}">看这一段</a></p>').format(view.paragraph_id))
    pieces.append(_ruling(view, may_rule))
    return frame("finding", "检查意见", join(pieces), fingerprint=view.fingerprint)


def _ruling(view: FindingView, may_rule: bool) -> Markup:
    if view.ruling:
        back = Markup('<button type="button" class="button small" data-do="unrule" data-fingerprint="{}">撤回说明</button>').format(
            view.fingerprint
        )
        return Markup("<p>已说明保留：{}（{}，{}）</p>{}").format(
            view.ruling.why, view.ruling.by, moment(view.ruling.at), back if may_rule else ""
        )
    if not may_rule:
        return Markup('<p class="hint">改好文字或数据后意见自动消失；确实应当保留的，请审核人写明理由。</p>')
    return Markup(
        '<form class="stack" data-form data-fingerprint="{}"><label class="field"><span>确实应当保留的，写明理由</span>'
        '<textarea name="why" id="rule-why" rows="3" maxlength="2000" data-form-text></textarea></label>'
        '<span class="actions"><button type="button" class="button primary" data-do="rule" data-submit>保留这条意见'
        "</button></span></form>"
    ).format(view.fingerprint)


def rejecting(view: ParagraphView) -> Markup:
    """The form to reject a paragraph."""
    body = Markup(
        "<p>退回后这一段不进入正文，也不导出；可以随时重新打开。</p>"
        '<form class="stack" data-form data-paragraph="{0}" data-number="{1}"><label class="field">'
        "<span>退回的理由（可以不填）</span>"
        '<textarea name="reason" id="reject-why" rows="2" maxlength="1000" data-form-text></textarea></label>'
        '<span class="actions">'
        '<button type="button" class="button primary" id="reject-now" data-do="reject" data-submit>退回这一段</button>'
        '<button type="button" class="button" data-do="panel" data-panel="overview">不退回</button></span></form>'
    ).format(view.id, view.number)
    return frame("reject", "退回", body, at=view.id)


def suggestions(view: SuggestionsView, paragraph: ParagraphView, *, changing: bool) -> Markup:
    """Other wordings, and the form to ask for them."""
    pieces = []
    if changing:
        chips = join(
            Markup('<button type="button" class="button small" data-fill="wish" data-text="{0}">{0}</button>').format(each)
            for each in WISHES
        )
        pieces.append(
            Markup(
                '<form class="stack" data-form data-paragraph="{}"><label class="field"><span>想怎么改</span>'
                '<input name="wish" id="wish" maxlength="300" autocomplete="off"></label><span class="actions">{}</span>'
                '<span class="actions"><button type="button" class="button primary" id="ask" data-do="ask" data-submit '
                'data-waiting="正在改写，一般几秒钟…">给出别的写法</button></span>'
                '<p class="hint">数字只会照抄依据，不会改变；采用以前这一段不变。</p></form>'
            ).format(paragraph.id, chips)
        )
    if view.message:
        pieces.append(Markup('<p class="missing" role="status">{}</p>').format(view.message))
    pieces += [_suggestion(each, changing) for each in view.suggestions]
    if not view.suggestions and not view.message:
        pieces.append(Markup('<p class="hint">还没有别的写法。</p>'))
    return frame("suggest", "换个写法", join(pieces), at=paragraph.id)


def _suggestion(view: SuggestionView, changing: bool) -> Markup:
    doing: list[Markup] = []
    if changing:
        if view.may_accept:
            doing.append(
                Markup(
                    '<button type="button" class="button small primary" data-do="take" data-suggestion="{}">采用这个写法</button>'
                ).format(view.id)
            )
        doing.append(
            Markup('<button type="button" class="button small" data-do="decline" data-suggestion="{}">不用</button>').format(
                view.id
            )
        )
    why = Markup('<p class="missing">不能采用：{}</p>').format("；".join(view.reasons)) if view.reasons else ""
    writer = WRITERS.get(view.writer, view.writer) + (f"（{view.model}）" if view.model else "")
    return Markup(
        '<section class="suggestion" id="suggestion-{}"><p class="hint">“{}”　{}，{}</p>{}{}<span class="actions">{}'
        "</span></section>"
    ).format(view.id, view.instruction, writer, moment(view.at), difference(view.difference), why, join(doing))


def history(versions: Sequence[VersionView], paragraph: ParagraphView, *, changing: bool) -> Markup:
    """All versions of a paragraph, newest first."""
    return frame(
        "history", "这一段的历史", join(_version(each, paragraph, changing=changing) for each in versions), at=paragraph.id
    )


def _version(view: VersionView, paragraph: ParagraphView, *, changing: bool) -> Markup:
    verbs = {"accept": "采用", "reject": "退回", "reopen": "重新打开"}
    decided = join(
        Markup("<li>{} {}，{}{}</li>").format(each.by, verbs[each.kind], moment(each.at), f"：{each.reason}" if each.reason else "")
        for each in view.decisions
    )
    back = Markup("")
    if changing and view.number != paragraph.number:
        back = Markup(
            '<button type="button" class="button small" data-do="restore" data-paragraph="{}" data-number="{}" '
            'data-version="{}">恢复这一版</button>'
        ).format(paragraph.id, paragraph.number, view.number)
    shown = difference(view.difference) if view.difference else Markup('<div class="difference">{}</div>').format(view.text)
    source = f"（取自第 {view.from_number} 版）" if view.why == "restored" and view.from_number else ""
    return Markup('<section class="version"><h3>第 {} 版　{}{}{}</h3><p class="hint">{}，{}　指纹 {}</p>{}{}{}</section>').format(
        view.number,
        view.why_label,
        source,
        Markup(" {}").format(badge("现在的", "info")) if view.number == paragraph.number else "",
        view.by or WRITERS.get(view.writer, "程序"),
        moment(view.at),
        view.fingerprint[:12],
        shown,
        Markup('<ul class="hint">{}</ul>').format(decided) if decided else "",
        back,
    )


def comments(paragraph: ParagraphView, *, may: bool) -> Markup:
    """What people say on a paragraph."""
    return frame("comments", "这一段的批注", _talk(paragraph.comments, paragraph.id, may, ""), at=paragraph.id)


def _talk(found: Sequence[CommentView], paragraph_id: int | None, may: bool, title: str) -> Markup:
    items = join(_comment(each, may) for each in found)
    form = Markup(
        '<form class="stack" data-form{}><label class="field"><span>写批注</span>'
        '<textarea name="text" id="comment-text" rows="3" maxlength="2000" data-form-text></textarea></label>'
        '<span class="actions">'
        '<button type="button" class="button" id="comment-now" data-do="comment" data-submit>存批注</button></span></form>'
    ).format(attributes(data_paragraph=paragraph_id))
    heading = Markup("<h3>{} {}</h3>").format(title, len(found) or "") if title else ""
    nothing = Markup('<p class="hint">还没有批注。</p>') if not found and not title else ""
    return Markup('{}<ul class="talk">{}</ul>{}{}').format(heading, items, nothing, form if may else "")


def _comment(view: CommentView, may: bool) -> Markup:
    if view.resolved_by and view.resolved_at:
        state: Markup | str = Markup('<span class="hint">{} 已了结，{}</span>').format(view.resolved_by, moment(view.resolved_at))
    elif may:
        state = Markup('<button type="button" class="button small" data-do="resolve" data-comment="{}"{}>了结</button>').format(
            view.id, attributes(data_paragraph=view.paragraph_id)
        )
    else:
        state = ""
    return Markup('<li class="{}"><span class="hint">{}，{}</span><p>{}</p>{}</li>').format(
        "resolved" if view.resolved_by else "", view.by, moment(view.at), view.text, state
    )
