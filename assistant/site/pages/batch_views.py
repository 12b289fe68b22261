"""What the page of batch runs shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from assistant.batch.office import Place, RunView
from assistant.batch.overview_html import overview_body
from assistant.batch.overview_model import STATE_NAMES, Overview, UnitLine
from assistant.batch.records import Progress, UnitRecord
from assistant.review.from_batch import Standing
from assistant.review.views.work import JobView
from assistant.site.components import attributes, badge, empty, field, file_drop, join, table

_STATES = {"running": "正在进行", "stopped": "已停下", "paused": "已暂停", "finished": "已完成"}
_TONES = {"running": "running", "stopped": "warning", "paused": "warning", "finished": "good"}
_PLACES: dict[Place, tuple[str, str]] = {
    "in": ("本年的填报件", "各单位的工作簿、JSON 填报件或报告；可以一次选多个文件，也可以上传 .zip 压缩包"),
    "previous": ("上年的材料（可选）", "各单位上年的填报件或公布的报告；资料库里有的不用再交"),
    "units": ("应报单位名单（可选）", "CSV 文件，第一行写列名：单位、别名、单位类型、行政区；没有交来的单位会列在总览里"),
}
_WRITERS = {"offline": "离线写作（不用模型）", "model": "模型写作"}
_FAILURES = {"offline": "由离线写作做完", "pause": "暂停，等处理好再接着做"}
_KINDS = {".docx": "docx", ".html": "html", ".json": "draft"}


def new_form(runs: Sequence[RunView], no_model: str) -> Markup:
    """What makes a new run; without any run yet, what it is good for. ``no_model`` says why the model cannot write, if so."""
    options = join(
        Markup("<option{}>{}</option>").format(attributes(value=key, disabled=bool(no_model) and key == "model"), label)
        for key, label in _WRITERS.items()
    )
    failures = join(Markup('<option value="{}">{}</option>').format(key, label) for key, label in _FAILURES.items())
    form = join(
        (
            field(
                "名称",
                Markup('<input name="name" id="run-name" maxlength="60" autocomplete="off">'),
                "如 2025 年度各部门；可以不填",
            ),
            field("年度", Markup('<input name="year" id="run-year" inputmode="numeric" maxlength="4">'), "留空就由填报件判断"),
            field("由谁写", Markup('<select name="writer" id="run-writer">{}</select>').format(options), no_model),
            field("模型写作中断时", Markup('<select name="failure" id="run-failure">{}</select>').format(failures)),
            Markup('<button type="button" class="button primary" data-act="new">新建批量</button>'),
        )
    )
    first = "" if runs else Markup(
        '<p>把各单位的填报件一次交来，逐个起草、检查，得到每个单位的报告和一张总览表；再把结果带入系统，由审阅人继续。</p>'
    )  # fmt: skip
    return Markup('<section class="box"><h2>新建批量</h2>{}<div class="form-row" data-form>{}</div></section>').format(first, form)


def runs_table(runs: Sequence[RunView]) -> Markup:
    """All runs."""
    if not runs:
        return empty("还没有批量", "请在上面新建一个，下一步上传各单位的填报件。")
    rows = [_run_row(view) for view in runs]
    head = ("名称", "状态", "单位", "建立", "")
    return Markup('<section class="box"><h2>做过的批量</h2>{}</section>').format(table("做过的批量", head, rows))


def _run_row(view: RunView) -> list[str]:
    about, progress = view.about, view.state.progress
    units = f"{progress.done}/{progress.total} 完成" if progress else f"{len(view.files['in'])} 个文件"
    link = Markup('<a class="button small" href="/batch?run={}" aria-label="打开 {}">打开</a>').format(about.id, about.name)
    return [about.name, _state(view), units, f"{about.at.astimezone():%Y-%m-%d %H:%M} {about.by_name}", link]


def _state(view: RunView) -> Markup:
    if view.state.alive:
        return badge("正在进行", "running")
    if not view.begun or view.state.progress is None:
        return badge("还没有开始", "info")
    state = view.state.progress.state
    return badge(_STATES.get(state, state), _TONES.get(state, ""))


def status(view: RunView, job: JobView | None, told: str, removal: str) -> Markup:
    """Name, state, progress and what can be done now; ``removal`` as for :func:`buttons`."""
    about = view.about
    year = f"{about.year} 年度，" if about.year else ""
    writer = _WRITERS[about.writer]
    if about.writer == "model":
        writer += f"，中断时{_FAILURES[about.on_model_failure]}"
    head = Markup('<p class="meta"><a href="/batch">全部批量</a>　{}{}　{}</p><h1>{} {}</h1>').format(
        year, writer, f"{about.at.astimezone():%Y-%m-%d %H:%M} {about.by_name} 建立", about.name, _state(view)
    )
    lines = [progress_bar(view), _message(view), buttons(view, removal)]
    if told:
        lines.append(Markup('<p class="hint" role="status">{}</p>').format(told))
    if job is not None:
        lines.append(_taking_in(job))
    return join((head, Markup('<section class="box" aria-live="polite">{}</section>').format(join(lines))))


def progress_bar(view: RunView) -> Markup:
    """How far the run is, in figures and as a bar."""
    progress = view.state.progress
    if progress is None:
        words = "先上传填报件，再开始。" if not view.files["in"] else f"已收到 {len(view.files['in'])} 个文件，可以开始了。"
        words = "正在准备……" if view.state.alive else words
        return Markup('<div id="batch-progress"><p>{}</p></div>').format(words)
    return Markup(
        '<div id="batch-progress"><progress max="{}" value="{}" aria-label="完成的单位"></progress><p>{}</p></div>'
    ).format(max(progress.total, 1), progress.done + progress.failed, _figures(progress, alive=view.state.alive))


def _figures(progress: Progress, *, alive: bool) -> str:
    pieces = [f"共 {progress.total} 个单位", f"完成 {progress.done}", f"未完成 {progress.failed}", f"等待 {progress.waiting}"]
    if progress.calls:
        pieces.append(f"模型调用 {progress.calls} 次，{progress.tokens} 个 token")
    if alive and progress.seconds_left is not None:
        pieces.append(f"大约还要 {_minutes(progress.seconds_left)}")
    return "，".join(pieces)


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} 分钟" if seconds >= 90 else f"{seconds:.0f} 秒"


def _message(view: RunView) -> Markup:
    words = view.state.message
    return Markup('<p class="hint">{}</p>').format(words) if words else Markup("")


def buttons(view: RunView, removal: str) -> Markup:
    """Start, stop, go on, downloads, and the end of it; ``removal`` is asked before."""
    run, shown = view.about.id, list[Markup]()
    if view.state.alive:
        shown.append(Markup('<button type="button" class="button danger" data-act="stop">停下</button>'))
        shown.append(Markup('<span class="hint">可以离开本页，它会继续做；停下后可以接着做。</span>'))
    else:
        label = _start_label(view)
        ready = attributes(disabled=not view.files["in"])
        first = "" if view.state.progress is not None and view.state.progress.state == "finished" else " primary"
        shown.append(Markup('<button type="button" class="button{}" data-act="start"{}>{}</button>').format(first, ready, label))
        if view.begun:
            shown.append(Markup('<a class="button" href="/run/{}/overview.xlsx" download>下载总览（Excel）</a>').format(run))
        if view.state.progress is not None and view.state.progress.done:
            shown.append(Markup('<a class="button" href="/run/{}/results.zip" download>下载全部结果（压缩包）</a>').format(run))
        shown.append(
            Markup('<button type="button" class="button danger" data-act="remove"{}>删去这次批量</button>').format(
                attributes(data_confirm=removal)
            )
        )
    return Markup('<div class="actions" id="batch-buttons">{}</div>').format(join(shown))


def _start_label(view: RunView) -> str:
    progress = view.state.progress
    if progress is None:
        return "开始起草"
    return "再做一次（只做有变动的）" if progress.state == "finished" else "接着做"


def _taking_in(job: JobView) -> Markup:
    if not job.over:
        words = f"正在带入审阅：{job.done}/{job.total}"
        bar = Markup('<progress max="{}" value="{}"></progress>').format(max(job.total, 1), job.done)
        return Markup('<p role="status">{} {}</p>').format(words, bar)
    failed = join(Markup("<li>{}：{}</li>").format(part.heading, part.message) for part in job.parts if part.state == "failed")
    told = job.message or job.state_label
    return Markup('<p role="status">{}。<a href="/">到工作台看</a></p>{}').format(
        told, Markup("<ul>{}</ul>").format(failed) if failed else ""
    )


def files(view: RunView) -> Markup:
    """What was handed in, by place, with where to put more."""
    boxes = join(_place(view, place) for place in _PLACES)
    if not view.begun:
        return Markup('<div class="thirds">{}</div>').format(boxes)
    count = sum(map(len, view.files.values()))
    return Markup('<details class="box"><summary>交来的文件（{}）</summary><div class="thirds">{}</div>{}</details>').format(
        count, boxes, _unused(view)
    )


def _place(view: RunView, place: Place) -> Markup:
    title, help_text = _PLACES[place]
    address = f"/run/{view.about.id}/files/{place}"
    drop = Markup('<div data-own>{}<div class="told" role="status" aria-live="polite"></div></div>').format(
        file_drop("把文件拖到这里，或点选文件", id=f"more-{place}", multiple=place != "units", data_run_files=address)
    )
    closed = Markup('<p class="hint">正在进行，停下后才能增减文件。</p>')
    return Markup('<section class="box"><h2>{}</h2><p class="hint">{}</p>{}{}</section>').format(
        title, help_text, closed if view.state.alive else drop, file_list(view, place)
    )


def file_list(view: RunView, place: Place) -> Markup:
    """The files of one place."""
    items = join(
        Markup(
            '<li><span>{}</span> <span class="hint">{}</span>'
            '<button type="button" class="button small" data-act="drop" data-place="{}" data-name="{}"{}>移除</button></li>'
        ).format(
            each.name,
            _size(each.size),
            place,
            each.name,
            attributes(disabled=view.state.alive, aria_label=f"移除 {each.name}"),
        )
        for each in view.files[place]
    )
    return Markup('<div id="files-{}" class="files scroll"><p class="hint">{} 个文件</p><ul>{}</ul></div>').format(
        place, len(view.files[place]), items
    )


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(size // 1024, 1)} KB"


def _unused(view: RunView) -> Markup:
    """Files of which nothing could be made, with the reason."""
    found = [each for each in view.state.run.files if each.role in ("refused", "other", "ignored")] if view.state.run else []
    if not found:
        return Markup("")
    rows = [[each.path, each.message or "不是填报件"] for each in found]
    return Markup("<h3>没有用上的文件（{}）</h3>{}").format(len(found), table("没有用上的文件", ("文件", "原因"), rows))


def taking(view: RunView, standings: Mapping[str, Standing]) -> Markup:
    """Finished units with what the record holds of them, to be taken in."""
    units = [unit for unit in view.state.run.units if unit.key in standings] if view.state.run else []
    if not units:
        return Markup("")
    free = sum(each.state == "free" for each in standings.values())
    everything = Markup('<button type="button" class="button primary" data-act="take-all">全部带入（{}）</button>').format(free)
    rows = [_taking_row(unit, standings[unit.key]) for unit in units]
    listed = table("可以带入审阅的单位", ("单位", "系统里", "操作"), rows)
    return Markup(
        '<section class="box"><h2>带入审阅</h2><p class="hint">带入后，数据和草稿进入系统，审阅人在“审阅”里逐段处理、定稿、导出；'
        '批量的文件不变。系统里已有数据或草稿的单位不会被全部带入，要逐个确认。</p><div class="actions">{}</div>'
        "<details{}><summary>逐个单位（{}）</summary>{}</details></section>"
    ).format(everything if free else "", attributes(open=len(units) <= 12), len(units), listed)


def _taking_row(unit: UnitRecord, now: Standing) -> list[str]:
    if now.state == "same":
        link = Markup('<a class="button small" href="/review?draft={}" aria-label="审阅 {}">去审阅</a>').format(
            now.draft_id, unit.unit
        )
        return [unit.unit, badge("已带入", "good"), link]
    if now.state == "final":
        return [unit.unit, badge(now.words, "final"), "—"]
    other = now.state == "other"
    ask = f"系统里“{unit.unit}”{now.words}。仍要带入？原有的会作为旧版本保留。" if other else None
    button = Markup('<button type="button" class="button small" data-action="take"{}>{}</button>').format(
        attributes(data_key=unit.key, data_replace="yes" if other else None, data_confirm=ask, aria_label=f"带入 {unit.unit}"),
        "仍要带入" if other else "带入",
    )
    return [unit.unit, badge(now.words, "warning") if other else "—", button]


def overview(view: RunView, found: Overview) -> Markup:
    """The overview of a run that ended, in the page; links lead to routes that know who asks."""
    run = view.about.id

    def link(unit: UnitLine, path: str) -> str:
        kind = next((kind for ending, kind in _KINDS.items() if path.endswith(ending)), "draft")
        return f"/run/{run}/{unit.key}/{kind}"

    counts = found.counts()
    tiles = join(
        Markup("<li><b>{}</b> {}</li>").format(counts[state], name) for state, name in STATE_NAMES.items() if counts[state]
    )
    notes = Markup('<p class="meta">{}</p>').format("；".join(found.notes)) if found.notes else Markup("")
    return Markup('<div class="overview" data-overview><h2>总览</h2><ul class="tiles">{}</ul>{}{}</div>').format(
        tiles, notes, Markup(overview_body(found, link=link))
    )
