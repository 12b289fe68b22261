"""Two texts against each other: what was taken out and what was put in, for eyes and for screen readers."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from assistant.review.views.changes import ChangeView

_TAGS = {"removed": ("del", "删去："), "added": ("ins", "增加：")}


def difference(changes: Iterable[ChangeView]) -> Markup:
    """The difference as running text; removed and added stretches are marked by colour, line and hidden words."""
    pieces = []
    for change in changes:
        if change.kind == "same":
            pieces.append(Markup("<span>{}</span>").format(change.text))
            continue
        tag, words = _TAGS[change.kind]
        pieces.append(
            Markup('<{tag}><span class="unseen">{words}</span>{text}</{tag}>').format(
                tag=Markup(tag), words=words, text=change.text
            )
        )
    return Markup('<div class="difference">{}</div>').format(Markup("").join(pieces))
