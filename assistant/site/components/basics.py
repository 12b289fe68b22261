"""Small pieces: empty state, notices, badges, plain tables, labelled fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from markupsafe import Markup, escape

Tone = Literal["good", "info", "warning", "error"]
_TONES: dict[Tone, str] = {"good": "完成", "info": "提示", "warning": "注意", "error": "未能完成"}


def attributes(**values: object) -> Markup:
    """HTML attributes, values escaped; ``None`` and ``False`` are left out, ``True`` has no value, ``_`` stands for ``-``.

    A trailing ``_`` is dropped (``class_``, ``for_``).
    """
    pieces = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        written = escape(name.rstrip("_").replace("_", "-"))
        pieces.append(f" {written}" if value is True else f' {written}="{escape(value)}"')  # a page has thousands of them
    return Markup("".join(pieces))


def join(pieces: Iterable[str], between: str = "") -> Markup:
    """Pieces in a row; what is not markup is escaped."""
    return escape(between).join(escape(piece) for piece in pieces)


def empty(title: str, remedy: str, *, link: str = "", action: str = "") -> Markup:
    """What stands where there is nothing yet: says what to do, with a link (path) if there is one to follow."""
    go = Markup('<p><a class="button primary" href="{}">{}</a></p>').format(link, action) if link else ""
    return Markup('<section class="empty"><h2>{}</h2><p>{}</p>{}</section>').format(title, remedy, go)


def notices(lines: Sequence[tuple[Tone, str]]) -> Markup:
    """Messages on what has just happened; errors are read out at once."""
    items = Markup("").join(
        Markup('<p class="notice {tone}" role="{role}"><b>{label}</b>{text}</p>').format(
            tone=tone, role="alert" if tone == "error" else "status", label=_TONES[tone], text=text
        )
        for tone, text in lines
    )
    return Markup('<div class="notices">{}</div>').format(items) if lines else Markup("")


def badge(text: str, tone: str = "") -> Markup:
    """A state as a small label; ``tone`` is a class of the style sheet: a severity or a state."""
    return Markup('<span class="badge {}">{}</span>').format(tone, text)


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = ()) -> Markup:
    """A plain table; columns in ``numbers`` (from 0) are set to the right."""
    titles = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(attributes(class_="number" if place in numbers else None), text)
        for place, text in enumerate(head)
    )
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup("<td{}>{}</td>").format(attributes(class_="number" if place in numbers else None), cell)
                for place, cell in enumerate(row)
            )
        )
        for row in rows
    )
    return Markup(
        '<div class="scroll"><table class="plain"><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(caption, titles, body)


def field(label: str, control: Markup, help_text: str = "") -> Markup:
    """A control with its label."""
    hint = Markup('<span class="hint">{}</span>').format(help_text) if help_text else ""
    return Markup('<label class="field"><span>{}</span>{}{}</label>').format(label, control, hint)
