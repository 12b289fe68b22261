"""Notes by aspect, problems, measures and follow-ups on the data page, each with the figures found in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from assistant.language.quantities import statistics
from assistant.review.entries import Offer, offers
from assistant.review.filling import FillingView, Typed
from assistant.review.views.data import FigureView, NoteView
from assistant.site.components import attributes, field, join
from assistant.site.page import Context
from assistant.site.pages.data_parts import Place, findings_box, next_step
from assistant.submission.build import STATUS_LABELS

_NEW = "+"
_CHOOSE = Markup('<option value="">请选进展</option>')


def show(context: Context, place: Place, view: FillingView) -> Markup:
    """All texts by aspect, with a form for a new one in each."""
    shown = view.view
    form = context.registry.get(shown.form)
    asks = {aspect.key: aspect.ask for aspect in form.aspects}
    sections = [_section("notes", key, f"素材：{label}", asks.get(key, ""), view) for key, label in shown.aspects.items()]
    problems = _section("problems", "", "存在的主要问题", "今年工作中发现的、报告里要写的问题，一条写一个。", view)
    measures = _section("improvements", "", "改进措施", "下一步怎么改，并勾选它回应哪一个问题。", view)
    follow = follow_box(view, offers(context.record, context.actor, place.unit, place.year))
    return Markup(
        '<div class="columns" data-unit="{}" data-year="{}"><div class="texts"><p class="hint">照台账和工作记录写，'
        "一条写一件事，注明数字；"
        "没有写的，报告里不会出现。标出的数字会原样进入报告。</p>{}{}{}{}</div>{}</div>{}"
    ).format(place.unit, place.year, follow, join(sections), problems, measures, findings_box(shown, "texts"), next_step(view))


def _section(name: str, aspect: str, title: str, ask: str, view: FillingView) -> Markup:
    return Markup('<section class="box" aria-label="{}"><h2>{}</h2>{}{}{}</section>').format(
        title,
        title,
        Markup('<p class="hint">{}</p>').format(ask) if ask else "",
        entries_list(name, aspect, view),
        new_form(name, aspect, view),
    )


def list_id(name: str, aspect: str = "") -> str:
    """The id of a list's element."""
    return f"list-{name}{'-' if aspect else ''}{aspect.replace('.', '-')}"


def entries_list(name: str, aspect: str, view: FillingView) -> Markup:
    """The entries of a list, those being changed as a form."""
    found = [each for each in getattr(view.view, name) if not aspect or each.aspect == aspect]
    items = join(entry(name, each, view) for each in found)
    return Markup('<div class="entries" id="{}">{}</div>').format(list_id(name, aspect), items)


def entry(name: str, note: NoteView, view: FillingView, *, editing: bool = False) -> Markup:
    """One entry: as text with its figures marked, or as a form while it is being changed."""
    typed = view.texts.get(f"{name}:{note.id}")
    if typed is not None or editing:
        return _change_form(name, note, typed, view)
    more = Markup(' <span class="hint">出处：{}</span>').format(note.source) if name == "notes" and note.source else Markup("")
    if name == "improvements":
        more = _answered(note.id, view)
    head = Markup("<b>{}</b> · {}：").format(note.label, STATUS_LABELS.get(note.aspect, "")) if name == "follow_ups" else ""
    data = attributes(data_list=name, data_key=note.id, data_seen=note.text)
    return Markup(
        '<article class="entry" id="entry-{}-{}"{}><p>{}{}{}</p><span class="actions">'
        '<button type="button" class="button small" data-act="open-entry" aria-label="修改 {}">修改</button>'
        '<button type="button" class="button small danger" data-act="remove-entry" data-confirm="删去这一条？以前的版本里还有。" '
        'aria-label="删去 {}">删去</button></span></article>'
    ).format(name, note.id, data, head, marked(note.text, note.figures), more, note.id, note.id)


def marked(text: str, figures: Iterable[FigureView]) -> Markup:
    """A text with its figures marked, as the report will print them."""
    pieces, at = [], 0
    for each in sorted(figures, key=lambda figure: figure.start):
        if each.start < at:
            continue
        shown = Markup('<mark title="报告中印作 {}">{}</mark>').format(f"{each.value}{each.unit}", text[each.start : each.end])
        pieces += [text[at : each.start], shown]
        at = each.end
    return join((*pieces, text[at:]))


def figures_line(entry_name: str, text: str) -> Markup:
    """The figures found in what is being typed."""
    found = [text[each.start : each.end] for each in statistics(text)]
    words = f"找到数字：{'、'.join(found)}" if found else ("没有找到数字" if text.strip() else "")
    return Markup('<p class="hint figures" id="{}" aria-live="polite">{}</p>').format(figures_id(entry_name), words)


def figures_id(entry_name: str) -> str:
    """The id of the line of figures under a text that is being typed."""
    return "figures-" + entry_name.replace(":", "-").replace("+", "new").replace(".", "-")


def new_form(name: str, aspect: str, view: FillingView) -> Markup:
    """The form for a new entry; what was typed and not saved stands in it."""
    entry_name = f"{name}:{_NEW}{aspect}"
    typed = view.texts.get(entry_name)
    inside = _fields(name, entry_name, typed.text if typed else "", view)
    return Markup(
        '<details class="more new" id="new-{}"{}><summary>添加一条</summary><div class="stack" data-form '
        'data-list="{}" data-aspect="{}" '
        'data-entry="{}">{}<span class="actions"><button type="button" class="button primary small" '
        'data-act="add-entry">保存这一条</button>'
        "</span></div></details>"
    ).format(list_id(name, aspect), Markup(" open") if typed else "", name, aspect, entry_name, inside)


def _change_form(name: str, note: NoteView, typed: Typed | None, view: FillingView) -> Markup:
    entry_name = f"{name}:{note.id}"
    inside = _fields(name, entry_name, typed.text if typed else note.text, view, note)
    return Markup(
        '<article class="entry" id="entry-{}-{}"><div class="stack" data-form data-list="{}" data-key="{}" data-seen="{}" '
        'data-entry="{}">{}<span class="actions"><button type="button" class="button primary small" '
        'data-act="change-entry">保存</button>'
        '<button type="button" class="button small" data-act="close-entry">不改了</button></span></div></article>'
    ).format(name, note.id, name, note.id, note.text, entry_name, inside)


def _fields(name: str, entry_name: str, text: str, view: FillingView, note: NoteView | None = None) -> Markup:
    identifier = "text-" + figures_id(entry_name)
    label = {"notes": "做了什么", "problems": "问题", "improvements": "措施", "follow_ups": "怎么改的"}[name]
    area = Markup('<textarea id="{}" name="text" rows="3" maxlength="{}" data-act="typing" data-typing="700">{}</textarea>').format(
        identifier, 5000 if name == "notes" else 2000, text
    )
    pieces = [field(label, area), figures_line(entry_name, text)]
    if name == "notes":
        value = note.source if note else ""
        control = Markup('<input name="source" maxlength="200" autocomplete="off" value="{}">').format(value)
        pieces.append(field("出处（台账、文件名，可不填）", control))
    if name == "improvements":
        pieces.append(_answers(note.id if note else "", view))
    if name == "follow_ups":
        pieces.insert(0, _status(note.aspect if note else ""))
    return join(pieces)


def _status(chosen: str) -> Markup:
    options = join(
        Markup("<option{}>{}</option>").format(attributes(value=key, selected=key == chosen), label)
        for key, label in STATUS_LABELS.items()
    )
    first = "" if chosen else _CHOOSE
    return field("进展", Markup('<select name="status">{}{}</select>').format(first, options))


def _answers(key: str, view: FillingView) -> Markup:
    """Which problems a measure answers."""
    chosen = {
        answer
        for each in (view.view.content.improvements if view.view.content else ())
        if each.id == key
        for answer in each.answers
    }
    boxes = join(
        Markup('<label><input type="checkbox" name="answers"{}> {} {}</label>').format(
            attributes(value=each.id, checked=each.id in chosen), each.id, each.text[:40]
        )
        for each in view.view.problems
    )
    if not boxes:
        return Markup('<p class="hint">先写问题，再勾选措施回应哪个问题。</p>')
    return Markup('<fieldset class="choices"><legend>回应哪个问题</legend>{}</fieldset>').format(boxes)


def _answered(key: str, view: FillingView) -> Markup:
    content = view.view.content
    answers = next((each.answers for each in content.improvements if each.id == key), ()) if content else ()
    texts = {each.id: each.text for each in view.view.problems}
    named = "；".join(texts.get(answer, answer)[:30] for answer in answers)
    return Markup(' <span class="hint">回应：{}</span>').format(named or "没有勾选问题")


def follow_box(view: FillingView, offered: tuple[Offer, ...]) -> Markup:
    """Follow-ups to last year's problems; problems nobody has answered yet are offered."""
    shown = view.view
    if not offered and not shown.follow_ups and not view.texts.get(f"follow_ups:{_NEW}"):
        text = f"上年数据里没有读到问题。要写上年问题的整改情况，请先上传 {shown.year - 1} 年的填报工作簿，或在下面照上年报告写。"
        offer = Markup('<p class="hint">{}</p>').format(text)
    else:
        offer = _offers(offered)
    typed = view.texts.get(f"follow_ups:{_NEW}")
    form = Markup(
        '<details class="more new" id="new-follow"{}><summary>添加一条</summary><div class="stack" data-form '
        'data-list="follow_ups" '
        'data-entry="follow_ups:{}">{}{}<span class="actions"><button type="button" class="button primary small" '
        'data-act="add-entry">'
        "保存这一条</button></span></div></details>"
    ).format(
        Markup(" open") if typed else "",
        _NEW,
        field("上年的问题", Markup('<input name="problem" maxlength="2000" autocomplete="off">')),
        _fields("follow_ups", f"follow_ups:{_NEW}", typed.text if typed else "", view),
    )
    return Markup(
        '<section class="box" id="follow-box" aria-label="上年问题整改情况"><h2>上年问题整改情况</h2>{}{}{}</section>'
    ).format(offer, entries_list("follow_ups", "", view), form)


def _offers(offered: tuple[Offer, ...]) -> Markup:
    if not offered:
        return Markup("")
    items = join(
        Markup(
            '<li data-form data-list="follow_ups" data-problem="{}"><p>{} <span class="hint">{}</span></p><span class="inline">'
            '<label class="unseen" for="offer-{}">进展</label><select id="offer-{}" name="status">{}</select>'
            '<label class="unseen" for="offer-text-{}">怎么改的</label><input id="offer-text-{}" name="text" '
            'maxlength="2000" autocomplete="off" '
            'placeholder="怎么改的，照台账写"><button type="button" class="button small" data-act="add-entry">'
            "记下</button></span></li>"
        ).format(each.text, each.text, each.source, place, place, _options(), place, place)
        for place, each in enumerate(offered[:40])
    )
    return Markup('<p>上年提出、还没有说明整改情况的：</p><ul class="offers">{}</ul>').format(items)


def _options() -> Markup:
    return join((_CHOOSE, *(Markup('<option value="{}">{}</option>').format(key, label) for key, label in STATUS_LABELS.items())))


def note_of(view: FillingView, name: str, key: str) -> NoteView | None:
    """An entry of the saved submission by its key."""
    found: Mapping[str, NoteView] = {each.id: each for each in getattr(view.view, name)}
    return found.get(key)
