"""体检: any report, its findings at their places; the files checked stand in the address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import Markup

from assistant.form import Form
from assistant.review.checkup import check_upload
from assistant.review.uploads import own_uploads
from assistant.review.views.findings import FindingView
from assistant.review.views.report import CheckView
from assistant.site.components import attributes, badge, empty, file_drop, join, statutory_table, table
from assistant.site.page import Act, Context
from assistant.site.pages.check_text import Marks, marked

if TYPE_CHECKING:
    from assistant.site.wiring import Wiring

SHOWN = {"error": "错误", "warning": "提醒", "info": "提示", "unknown": "无法核对"}
_READS = "可查 PDF、Word（.docx）、网页、文本格式的报告，以及填好的工作簿、JSON 填报件。不知道单位也能查，结果只有自己看得到。"


class Check:
    """The page of checks."""

    path, title, action, shown = "check", "体检", "check", True
    acts: Mapping[str, Act] = {}

    def build(self, wiring: Wiring) -> None:
        """One HTML component; which findings are shown is the business of the page's own script."""
        body = wiring.html("check", '<p class="hint" role="status">正在打开……</p>', classes=["page"])
        wiring.load(_show, [body])


def _show(context: Context) -> Markup:
    upload = context.query.get("upload", "")
    if not upload:
        return join((Markup("<h1>体检</h1>"), _start(context), _recent(context)))
    context.spend("check")
    earlier = context.query.get("previous", "")
    view = check_upload(context.record, context.actor, upload, previous_upload_id=earlier or None, today=context.today)
    if view.error:
        return join((Markup("<h1>体检</h1>"), _refused(view), _start(context)))
    return _checked(context, view, upload, earlier)


def _start(context: Context) -> Markup:
    return Markup(
        '<section class="box"><h2>选一份要查的报告</h2>{}<p class="hint">{}上年的报告可以在查完后加上，一起比对。</p></section>'
    ).format(_file("把文件拖到这里，或点选文件", "check-file", "/check?upload={id}", context), _READS)


def _file(label: str, identifier: str, go: str, context: Context) -> Markup:
    return file_drop(label, id=identifier, data_upload=True, data_go=go, data_limit=context.services.options.upload_bytes)


def _recent(context: Context) -> Markup:
    found = own_uploads(context.record, context.actor)
    if not found:
        return Markup("")
    rows = [[Markup('<a href="/check?upload={}">{}</a>').format(each.id, each.name), _moment(each.at)] for each in found]
    return Markup('<section class="box"><h2>最近查过的</h2>{}</section>').format(
        table("最近查过的文件", ("文件", "上传时间"), rows)
    )


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _refused(view: CheckView) -> Markup:
    return Markup(
        '<section class="box refused" role="alert"><h2>这份文件没有查成</h2><p>{}</p>'
        '<p class="hint">文件没有改动，也没有进入任何单位的数据。</p></section>'
    ).format(view.error)


def _checked(context: Context, view: CheckView, upload: str, earlier: str) -> Markup:
    shown = context.query.get("show", "")
    shown = shown if shown in SHOWN else ""
    findings = [each for kind in SHOWN for each in view.findings if kind_of(each) == kind]
    marks = Marks(findings)
    form = context.registry.get(view.form) if view.form else None
    which = f"按{form.document_number}的格式核对" if form else "没有认出三张统计表，只核对文字"
    head = Markup('<h1>体检：{}</h1><p class="meta">{}</p>').format(
        view.name, "　".join(filter(None, (view.unit, f"{view.year} 年度" if view.year else "", which)))
    )
    notes = join(Markup('<p class="notice warning"><b>注意</b>{}</p>').format(note) for note in view.notes)
    return join(
        (
            head,
            notes,
            Markup('<div class="checked" data-show="{}">').format(shown or "all"),
            _filters(findings, upload, earlier, shown),
            _actions(upload, earlier),
            Markup('<div class="result"><section class="box list" aria-label="检查意见" tabindex="0" data-scroll="list">'),
            _list(findings, marks),
            Markup('</section><article class="box report" aria-label="报告">'),
            _report(view, form, findings, marks),
            Markup("</article></div></div>"),
            _more(context, upload, earlier),
        )
    )


def kind_of(finding: FindingView) -> str:
    """How a finding is shown: its severity, or that it could not be judged."""
    return "unknown" if finding.status == "unknown" else finding.severity


def _address(upload: str, earlier: str, shown: str = "") -> str:
    return "/check?" + urlencode(
        {key: value for key, value in (("upload", upload), ("previous", earlier), ("show", shown)) if value}
    )


def _filters(findings: list[FindingView], upload: str, earlier: str, shown: str) -> Markup:
    counts = {kind: sum(kind_of(each) == kind for each in findings) for kind in SHOWN}
    choices = [("", "全部", len(findings)), *((kind, label, counts[kind]) for kind, label in SHOWN.items())]
    links = [
        Markup("<a{}>{} {}</a>").format(
            attributes(
                href=_address(upload, earlier, kind), data_kind=kind or "all", aria_current="true" if kind == shown else None
            ),
            label,
            count,
        )
        for kind, label, count in choices
    ]
    return Markup(
        '<nav class="tabs filters" aria-label="按级别筛选">{}</nav><p class="unseen" id="check-told" role="status"></p>'
    ).format(join(links))


def _actions(upload: str, earlier: str) -> Markup:
    more = "?" + urlencode({"previous": earlier}) if earlier else ""
    return Markup(
        '<div class="actions"><a class="button" href="/findings/{0}/xlsx{1}" download>下载检查意见（Excel）</a>'
        '<a class="button" href="/findings/{0}/html{1}" download>下载检查意见（网页）</a>'
        '<a class="button" href="/check">再查一份</a></div>'
    ).format(upload, more)


def _list(findings: list[FindingView], marks: Marks) -> Markup:
    if not findings:
        return empty("没有检查意见", "各项规则都核对过了。可以放心使用，或在下面加上上年的报告再比对一次。")
    items = join(_finding(number, each, marks) for number, each in enumerate(findings))
    return Markup('<h2>检查意见</h2><ol class="findings">{}</ol><p class="hint none" hidden>没有这一级别的意见。</p>').format(items)


def _finding(number: int, finding: FindingView, marks: Marks) -> Markup:
    kind, place = kind_of(finding), marks.place(number)
    go = Markup(' <a href="#{}" aria-label="第 {} 条意见在报告中的位置">看位置</a>').format(place, number + 1) if place else ""
    lines = [("怎么办", finding.remedy), ("依据", finding.reason), ("位置", finding.place), ("原文", finding.quote)]
    lines.append(("两边的数", f"{finding.left} 与 {finding.right}" if finding.left and finding.right else ""))
    more = join(Markup("<dt>{}</dt><dd>{}</dd>").format(label, text) for label, text in lines if text)
    return Markup(
        '<li class="finding {kind}" id="finding-{number}" value="{shown}" tabindex="0" data-item>'
        "{badge} {message}{go}<dl>{more}</dl><code>{rule}</code></li>"
    ).format(
        kind=kind, number=number, shown=number + 1, badge=badge(finding.severity_label, kind), message=finding.message, go=go,
        more=more, rule=finding.rule,
    )  # fmt: skip


def _report(view: CheckView, form: Form | None, findings: list[FindingView], marks: Marks) -> Markup:
    """The report as printed, each table in its section; of a submission the tables alone."""
    known = {each.fingerprint: each for each in findings if each.fingerprint}
    tables = {each.key: statutory_table(each, known) for each in view.tables}
    at = {section.key: section.table for section in form.sections if section.table} if form else {}
    pieces: list[Markup] = []
    for key, heading, text in view.sections:
        pieces.append(Markup('<h2 id="section-{}">{}</h2>').format(key, heading))
        pieces.append(marked(text, key, marks))
        pieces.append(tables.pop(at.get(key, ""), Markup("")))
    if not view.sections:
        pieces.append(Markup('<p class="hint">这是填报件，只有表格和素材，没有报告文字。</p>'))
    return join((*pieces, *tables.values()))


def _more(context: Context, upload: str, earlier: str) -> Markup:
    if earlier:
        told = Markup('<p>已和上年的材料比对过。<a href="{}">不比对上年</a></p>').format(_address(upload, ""))
    else:
        go = f"/check?upload={upload}&previous={{id}}"
        told = _file("加上这个单位上年的报告或填报件，一起比对", "previous-file", go, context)
    return Markup(
        '<section class="box"><h2>接下来</h2>{}<p class="hint">请在原文件里改好，再到本页查一遍；'
        '要由本系统重新起草，请到<a href="/">工作台</a>选择单位，上传填报件。</p></section>'
    ).format(told)
