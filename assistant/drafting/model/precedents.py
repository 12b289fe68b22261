"""Precedents as style only: what is left of another report's text when figures, names and deeds are taken out."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.drafting.model.support import lists
from assistant.form import Form

_MARK = "，。；：、"


def skeleton(text: str, form: Form) -> str:
    """The order and the joints of a passage: set words and the form's own labels stay, everything else becomes …"""
    kept = _kept(form.id, tuple(_labels(form)))
    pieces = (match.group() if match.lastgroup == "set" else "…" for match in kept.finditer(text))
    joined = re.sub("…+", "…", "".join(pieces))
    return re.sub(rf"(?:…[{_MARK}])(?:…[{_MARK}])+", "…，", joined)


def _labels(form: Form) -> set[str]:
    return {node.prose for table in form.tables for node in table.nodes() if 2 <= len(node.prose) <= 12}


@lru_cache(maxsize=8)
def _kept(_form: str, labels: tuple[str, ...]) -> re.Pattern[str]:
    words = sorted({*lists().style, *labels}, key=lambda word: (-len(word), word))
    return re.compile(f"(?P<set>{'|'.join(map(re.escape, words))}|[{_MARK}])|.", re.S)
