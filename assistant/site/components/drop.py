"""An area that takes files, by dragging or by the keyboard, in the words of the page and not of the browser."""

from __future__ import annotations

from markupsafe import Markup

from assistant.site.components.basics import attributes


def file_drop(label: str, hint: str = "", *, button: str = "选择文件", **more: object) -> Markup:
    """A labelled file input under a button.

    Args:
        label: what to put there.
        hint: which kinds of files.
        button: what the button says.
        more: attributes of the input, as for :func:`attributes` (``data_upload=True``, ``data_action="came"``).
    """
    return Markup(
        '<label class="drop"><span>{}</span><span class="button">{}</span><input type="file" class="unseen"{}>'
        '<span class="hint">{}</span></label>'
    ).format(label, button, attributes(**more), hint)
