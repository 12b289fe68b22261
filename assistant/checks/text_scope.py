"""Rule TX-SCOPE: figures of the whole area and of the own office in one paragraph say which they are."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from assistant.checks.engine import Check, rule
from assistant.checks.finding import Finding
from assistant.checks.prose import TEXT, fail_at, prose
from assistant.checks.subject import Subject

_WHOLE = re.compile(r"全[省市县区州盟旗镇乡](?!级)|各(?:镇|乡|街道|部门|县|区)(?:[^，。；]{0,8})(?:共|合计)|全系统")
_OWN = re.compile(
    r"[省市县区州]本级|本级机关|机关本级|本机关|本办公室|[省市县区]政府办公?室?(?:本级)?(?:新收|收到|受理|办理|办结)|(?<!各)本[局委办厅](?![职系])"
)
_PARAGRAPH = re.compile(r"[^\n]+")
_CLAUSES = re.compile(r"[。；;！？]")


@rule(
    "TX-SCOPE",
    severity="warning",
    scope=TEXT,
    formula="同一段里全域和本级的数据各自写明",
    message="这一段既有全域的数，又有本级的数，“{quote}”没有写明是哪一种",
    reason="口径不同的数不能放在一起比较，读者也分不清",
    remedy="请注明“全市”“全县”或“本级”“本机关”",
)
def mixed_scopes(subject: Subject, check: Check) -> Iterator[Finding]:
    """Paragraphs with figures of both scopes and a further figure about applications that says neither."""
    found = prose(subject)
    for part, text in found.masked.items():
        figures = sorted(each.quantity.start for each in found.readings[part] if each.kind == "figure")
        for paragraph in _PARAGRAPH.finditer(text):
            scopes = _scopes(figures, paragraph.start(), paragraph.group())
            kinds = {kind for kind, _, _ in scopes if kind}
            if len(kinds) < 2:
                continue
            unmarked = [(start, end) for (kind, start, end) in scopes if not kind]
            for start, end in unmarked[:1]:
                yield fail_at(check, part, (start, end), found.texts[part][start:end].strip("，"))
            if not unmarked:
                yield check.passed()


def _scopes(figures: Sequence[int], offset: int, text: str) -> list[tuple[str, int, int]]:
    """The clauses of a paragraph that state a figure of the tables: which scope they name (empty for none), and their span.

    A clause after the first that names a scope is unmarked only where both have been spoken of before it. ``figures`` are where
    such figures start in the part, in order.
    """
    clauses: list[tuple[str, int, int]] = []
    known: set[str] = set()
    start = 0
    for stop in (*(match.end() for match in _CLAUSES.finditer(text)), len(text)):
        words = text[start:stop]
        named = {name for name, pattern in (("whole", _WHOLE), ("own", _OWN)) if pattern.search(words)}
        known |= named
        if words and bisect_left(figures, start + offset) < bisect_left(figures, stop + offset):
            if named:
                clauses += [(kind, start + offset, stop + offset) for kind in sorted(named)]
            elif len(known) > 1:
                clauses.append(("", start + offset, stop + offset))
        start = stop
    return clauses
