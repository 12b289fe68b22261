"""A chart of shares as bars in SVG: no script, nothing loaded, read by screen readers as a table of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Share:
    """One stretch of a bar: its name, how many, the class of the style sheet that colours it."""

    label: str
    count: int
    tone: str


def stacked_bars(title: str, bars: Sequence[tuple[str, Sequence[Share]]]) -> Markup:
    """Bars of shares, one under the other, all drawn to the scale of the longest, from zero.

    Args:
        title: what is counted.
        bars: name of the bar with its shares; nothing is drawn for an empty share.
    """
    longest = max((sum(share.count for share in shares) for _name, shares in bars), default=0)
    legend = Markup("").join(
        Markup('<li><i class="{}"></i>{} <b>{}</b></li>').format(share.tone, share.label, share.count) for share in _totals(bars)
    )
    rows = Markup("").join(_row(name, shares, longest) for name, shares in bars)
    return Markup(
        '<figure class="chart"><figcaption>{}</figcaption><div class="bars">{}</div>'
        '<ul class="legend" aria-label="图例">{}</ul></figure>'
    ).format(title, rows, legend)


def _totals(bars: Sequence[tuple[str, Sequence[Share]]]) -> list[Share]:
    found: dict[str, Share] = {}
    for _name, shares in bars:
        for share in shares:
            before = found.get(share.label)
            found[share.label] = Share(share.label, share.count + (before.count if before else 0), share.tone)
    return list(found.values())


def _row(name: str, shares: Sequence[Share], longest: int) -> Markup:
    words = "，".join(f"{share.label} {share.count}" for share in shares if share.count)
    x, pieces = 0.0, []
    for share in shares:
        width = 100 * share.count / longest if longest else 0
        if width:
            pieces.append(
                Markup('<rect x="{:.3f}" y="0" width="{:.3f}" height="10" class="{}"><title>{} {}</title></rect>').format(
                    x, width, share.tone, share.label, share.count
                )
            )
        x += width
    total = sum(share.count for share in shares)
    return Markup(
        '<div class="bar"><span class="name">{name}</span><svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        'aria-label="{name}：{words}">{pieces}</svg><span class="total">{total}</span></div>'
    ).format(name=name, words=words or "无", pieces=Markup("").join(pieces), total=total)
