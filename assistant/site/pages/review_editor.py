"""The editor of a paragraph, and that for merging when somebody else was first."""

from __future__ import annotations

from markupsafe import Markup

from assistant.review.matching import difference as compared
from assistant.review.views.draft import ParagraphView
from assistant.site.components import attributes, difference

_CHARACTERS = 34


def editor(view: ParagraphView, text: str) -> Markup:
    """A field with the paragraph's text as it prints."""
    return Markup('<div class="editor" data-own>{}{}</div>').format(_field(view, text, "修改这一段"), _buttons(view, "保存并核对"))


def merging(view: ParagraphView, head_text: str, own_text: str, head_by: str) -> Markup:
    """The other person's text beside one's own.

    Args:
        view: the paragraph as it stands now; saving replaces that version.
        head_text, head_by: the newest text and who wrote it.
        own_text: what the reader wrote on an older version.
    """
    who = head_by or "程序"
    return Markup(
        '<div class="editor merge" data-own><p class="missing"><b>{who}已先改了这一段（第 {number} 版）。'
        "</b>您写的文字还在右边，没有丢；"
        "请把两边合并好再保存，或者放弃自己的。</p>"
        '<div class="two"><div><p class="label">{who}的文字（与您的不同处有标记）</p>{marked}</div><div>{field}</div>'
        "</div>{buttons}</div>"
    ).format(
        who=who,
        number=view.number,
        marked=difference(each for each in compared(own_text, head_text) if each.kind != "removed"),
        field=_field(view, own_text, "您的文字"),
        buttons=_buttons(view, "保存合并好的文字"),
    )


def _field(view: ParagraphView, text: str, label: str) -> Markup:
    rows = max(4, min(24, sum(len(line) // _CHARACTERS + 1 for line in text.split("\n")) + 1))
    more = attributes(
        id=f"edit-{view.id}", rows=rows, data_edit=view.id, data_number=view.number, data_saved=view.text, spellcheck="false"
    )
    return Markup('<label class="label" for="edit-{}">{}</label><textarea{}>{}</textarea>').format(view.id, label, more, text)


def _buttons(view: ParagraphView, save: str) -> Markup:
    return Markup(
        '<div class="actions">'
        '<button type="button" class="button small primary" id="save-{id}" data-do="save" data-paragraph="{id}" '
        'data-number="{number}" data-editor="edit-{id}">{save}</button>'
        '<button type="button" class="button small" id="drop-{id}" data-do="drop" data-paragraph="{id}" data-editor="edit-{id}" '
        'data-ask-changed="放弃这次修改？写的文字不会保留。">不改了</button>'
        '<span class="hint">Ctrl+Enter 保存；换行分段；改动的数字保存时重新核对</span>'
        '<span class="hint kept" id="kept-{id}" role="status"></span></div>'
    ).format(id=view.id, number=view.number, save=save)
