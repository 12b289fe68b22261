"""What the page of the library shows."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from assistant.form import default_registry
from assistant.form.kinds import unit_kinds
from assistant.library.model import ROLE_NAMES, STATUS_NAMES, Answer, Hit, Source
from assistant.review.shelf import MOST_QUERIES, ShelfView, SourceView
from assistant.review.views.work import JobView
from assistant.site.components import attributes, badge, empty, field, file_drop, join, table

_TONES = {"official": "good", "sample": "info", "digest": "warning"}
_MOST_WORDS = 12


def job(found: JobView | None) -> Markup:
    """A change of the library under way, or what became of it."""
    if found is None:
        return Markup("")
    tone = {"done": "good", "failed": "error", "lost": "error"}.get(found.state, "info")
    bar = Markup("") if found.over else Markup('<progress aria-label="进度"></progress>')
    words = found.message or ("已完成" if found.state == "done" else f"{found.state_label}……")
    return Markup('<div class="notice {}" role="status" aria-live="polite"><b>{}</b>{}{}</div>').format(
        tone, found.state_label, words, bar
    )


def nothing(*, changing: bool) -> Markup:
    """An empty library."""
    if changing:
        return empty(
            "资料库里还没有资料",
            "请加入本地各单位往年公布的报告和条例文本，起草时作参考。",
            link="/library?tab=change",
            action="加入资料",
        )
    return empty("资料库里还没有资料", "请联系管理员加入往年公布的报告和条例文本。")


def search_form(query: Mapping[str, str], found: ShelfView) -> Markup:
    """Words and filters; sent as an address, so that a search can be kept and passed on."""
    units = sorted({each.unit for each in found.sources if each.unit})
    regions = sorted({each.region for each in found.sources if each.region})
    kinds = {key: kind.label for key, kind in unit_kinds().items()}
    controls = join(
        (
            field("单位", _choice("unit", {each: each for each in units}, query)),
            field("类型", _choice("kind", kinds, query)),
            field("地区", _choice("region", {each: each for each in regions}, query)),
            field(
                "年度",
                Markup('<input name="year" id="search-year" placeholder="2024 或 2022-2024"{}>').format(
                    attributes(value=query.get("year", ""))
                ),
            ),
            field("部分", _choice("section", _parts(), query)),
            field("内容", _choice("role", ROLE_NAMES, query)),
            field("性质", _choice("status", STATUS_NAMES, query)),
        )
    )
    text = Markup('<textarea name="q" id="search-text" rows="2" required>{}</textarea>').format(query.get("q", ""))
    return Markup(
        '<form class="box search" method="get" action="/library" role="search">{}<div class="filters">{}</div>'
        '<div class="actions"><button type="submit" class="button primary">检索</button>'
        '<a class="button" href="/library">清空</a></div></form>'
    ).format(
        field(f"查什么（一行一个，最多 {MOST_QUERIES} 个）", text, "词语或一句话都可以，如“依申请公开 补正”“第三十三条 答复期限”"),
        controls,
    )


def _parts() -> dict[str, str]:
    form = default_registry().forms[-1]
    named = {aspect.key: aspect.heading for aspect in form.aspects}
    return {**named, **{section.key: f"{section.number}、{section.title}".strip("、") for section in form.sections}}


def _choice(name: str, options: Mapping[str, str], query: Mapping[str, str]) -> Markup:
    chosen = query.get(name, "")
    listed = join(
        Markup("<option{}>{}</option>").format(attributes(value=key, selected=key == chosen), label)
        for key, label in {"": "不限", **options}.items()
    )
    return Markup('<select name="{0}" id="search-{0}">{1}</select>').format(name, listed)


def hints(found: ShelfView) -> Markup:
    """What there is to search, before anything is asked."""
    current = [each for each in found.sources if not each.superseded_by]
    return Markup('<p class="hint">共 {} 份资料、{} 段。</p>{}').format(len(current), found.passages, _notices(found))


def _notices(found: ShelfView) -> Markup:
    return join(Markup('<p class="notice warning"><b>注意</b>{}</p>').format(each) for each in found.notices)


def answer(found: Answer, *, several: bool) -> Markup:
    """The answer to one query."""
    head = Markup("<h2>{}</h2>").format(found.query) if several else Markup('<h2 class="unseen">检索结果</h2>')
    notes = join(Markup('<p class="hint">{}</p>').format(note) for note in found.notes)
    if not found.hits:
        told = notes or Markup('<p class="hint">没有结果。请换个说法，或放宽筛选。</p>')
        return Markup('<section class="box" aria-label="检索结果">{}{}</section>').format(head, told)
    hits = join(_hit(number, hit) for number, hit in enumerate(found.hits, start=1))
    return Markup('<section class="box" aria-label="检索结果">{}<ol class="hits">{}</ol>{}</section>').format(head, hits, notes)


def _hit(number: int, hit: Hit) -> Markup:
    source, piece = hit.passage.source, hit.passage.piece
    where = "·".join(piece.heading)
    only = "" if hit.passage.quotable else Markup(" {}").format(badge("摘要，只可引条，不可引文", "warning"))
    return Markup(
        '<li tabindex="0" data-item><blockquote>{}</blockquote>'
        '<p class="from"><a href="/library?tab=sources&amp;source={}">{}</a> {}{} <span class="hint">{} {}</span></p>'
        '<p class="hint">为什么：{}</p></li>'
    ).format(
        _marked(hit.passage.text, hit.words), source.id, source.title, badge(STATUS_NAMES[source.status], _TONES[source.status]),
        only, where, piece.place, hit.why or "意思相近",
    )  # fmt: skip


def _marked(text: str, words: tuple[str, ...]) -> Markup:
    """A passage with the words that were found in it marked."""
    import re

    wanted = sorted({word for word in words[:_MOST_WORDS] if word}, key=len, reverse=True)
    if not wanted:
        return escape(text)
    pieces = re.split(f"({'|'.join(map(re.escape, wanted))})", text, flags=re.IGNORECASE)
    return join(Markup("<mark>{}</mark>").format(piece) if at % 2 else piece for at, piece in enumerate(pieces))


def sources(found: ShelfView, *, everything: bool, changing: bool) -> Markup:
    """All sources with what was found wrong in them."""
    listed = [each for each in found.sources if everything or not each.superseded_by]
    if not listed:
        return nothing(changing=changing)
    rows = [_source_row(each) for each in listed]
    head = ("资料", "性质", "单位", "年度", "段数", "检查意见", "版本", "加入时间")
    old = sum(bool(each.superseded_by) for each in found.sources)
    more = Markup("")
    if old:
        address, words = (
            ("/library?tab=sources", "只看现行的") if everything else ("/library?tab=sources&all=yes", f"连同 {old} 份旧版本")
        )
        more = Markup('<p><a href="{}">{}</a></p>').format(address, words)
    return Markup('<section class="box"><h2>资料 {}</h2>{}{}</section>').format(
        len(listed), more, table("资料", head, rows, numbers=(4,))
    )


def _source_row(source: Source) -> list[str]:
    link = Markup('<a href="/library?tab=sources&amp;source={}">{}</a>').format(source.id, source.title)
    faults = badge(f"{len(source.findings)} 条", "warning") if source.findings else "—"
    version = badge("旧版本", "warning") if source.superseded_by else "现行"
    year = f"{source.year}" if source.year else "—"
    status = badge(STATUS_NAMES[source.status], _TONES[source.status])
    return [link, status, source.unit or "—", year, f"{source.passages}", faults, version, source.added[:16].replace("T", " ")]


def source(view: SourceView, *, changing: bool) -> Markup:
    """One source: what was found wrong in it, its versions, its passages."""
    own = view.source
    facts = [
        STATUS_NAMES[own.status],
        own.unit,
        f"{own.year} 年度" if own.year else "",
        own.region,
        f"来自 {own.origin}",
        own.added[:16],
    ]
    remove = Markup("")
    if changing:
        ask = f"移除《{own.title}》？以后起草和检索都不再用它；它替换过旧版本的，旧版本恢复。"
        remove = Markup('<button type="button" class="button danger" data-action="remove"{}>移除</button>').format(
            attributes(data_source=own.id, data_confirm=ask)
        )
    findings = join(Markup("<li>{}</li>").format(str(each.get("message", ""))) for each in own.findings)
    versions = join(
        Markup('<li><a href="/library?tab=sources&amp;source={}">{}</a> {}</li>').format(
            each.id, each.title, badge("旧版本", "warning") if each.superseded_by else badge("现行", "good")
        )
        for each in view.versions
    )
    passages = join(
        Markup('<li><p class="hint">{} {}</p><p>{}</p></li>').format("·".join(each.piece.heading), each.piece.place, each.text)
        for each in view.passages
    )
    if not view.passages:
        passages = Markup('<p class="hint">这是旧版本，已不参加检索；新版本移除后它会恢复。</p>')
    return Markup(
        '<section class="box"><h2>{title}</h2><p class="hint">{facts}</p><div class="actions">'
        '<a class="button" href="/library?tab=sources">返回</a>{remove}</div>{findings}{versions}</section>'
        '<section class="box"><h2>内容（{count} 段）</h2><ol class="passages">{passages}</ol></section>'
    ).format(
        title=own.title, facts="　".join(filter(None, facts)), remove=remove, count=len(view.passages), passages=passages,
        findings=Markup("<h3>检查意见</h3><ul>{}</ul>").format(findings) if findings else "",
        versions=Markup("<h3>其他版本</h3><ul>{}</ul>").format(versions) if versions else "",
    )  # fmt: skip


def change(found: ShelfView) -> Markup:
    """Adding, rebuilding, how the index stands."""
    return Markup('<div class="columns">{}{}</div>').format(_adding(), _index(found))


def _adding() -> Markup:
    options = Markup('<option value="official">正式公布的报告或法规正文</option><option value="sample">样例（没有公布过）</option>')
    return Markup(
        '<section class="box"><h2>加入资料</h2><div class="stack" data-form>{}{}</div>'
        '<p class="hint">收已经公布的年度报告，以及《政府信息公开条例》的正式文本（PDF、Word、网页、文本都可以）。'
        "没有正式文本时，条例只有摘要，只能引条，不能引文。同一单位同一年度的新版本会替换旧版本，旧版本保留。</p></section>"
    ).format(
        field("资料的性质", Markup('<select name="status" id="library-status">{}</select>').format(options)),
        file_drop("把文件拖到这里，或点选文件", id="library-file", data_upload=True, data_action="add"),
    )


def _index(found: ShelfView) -> Markup:
    lines = [
        ("资料", f"{sum(not each.superseded_by for each in found.sources)} 份，{found.passages} 段"),
        ("词语索引", "齐备" if found.words_ready else "需要更新"),
        ("语义模型", found.model or "没有，只按词语检索"),
        ("缺语义向量", f"{found.missing} 段"),
        ("索引使用者", found.holder or "没有别的程序在用"),
    ]
    shown = join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in lines)
    return Markup(
        '<section class="box"><h2>索引</h2><dl class="facts">{}</dl>{}<div class="actions">'
        '<button type="button" class="button" data-action="rebuild">重建索引</button></div>'
        '<p class="hint">索引可以随时重建，资料不受影响；重建时仍可检索。</p></section>'
    ).format(shown, _notices(found))
