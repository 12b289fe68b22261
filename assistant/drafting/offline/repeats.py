"""Clauses of notes that only repeat what the tables' own sentences say."""

from __future__ import annotations

import re

from assistant.drafting.offline.voice import Voice

_SAID: dict[str, tuple[str, ...]] = {
    "t3.new.total": ("新收", "新收申请", "新申请", "收到申请", "申请"),
    "t3.carry_in.total": ("上年结转",),
    "t3.r7_total.total": ("办结", "答复"),
    "t3.carry_out.total": ("结转下年", "结转下年度"),
    "t3.new.natural": ("自然人", "个人"),
    "d.org_sum.new": ("法人或其他组织", "法人和其他组织"),
    "t3.r1_open.total": ("予以公开",),
    "t3.r2_partial.total": ("部分公开",),
    "t4.rev.total": ("行政复议", "复议"),
    "d.lit_total": ("行政诉讼", "诉讼"),
    "t4.rev.upheld": ("维持", "结果维持"),
    "t4.rev.corrected": ("纠正", "结果纠正"),
    "d.lit.upheld": ("维持", "结果维持"),
    "d.lit.corrected": ("纠正", "结果纠正"),
}
_KEYS: dict[str, list[str]] = {}
for _key, _words in _SAID.items():
    for _word in _words:
        _KEYS.setdefault(_word, []).append(_key)
_WORD = "|".join(sorted(_KEYS, key=len, reverse=True))
_PIECE = re.compile(
    rf"(?:其中|全年|共)*(?P<word>{_WORD})(?:申请)?(?:了|有|共|为)?\{{(?P<slot>[^{{}}]+)\}}件"
    rf"|\{{(?P<slot2>[^{{}}]+)\}}件(?P<word2>{_WORD})"
)
_OUTCOME = re.compile("(?:结果)?(?:均|都)?(?:为)?(?:结果)?(?:维持|纠正)|(?:均|都)?(?:尚未|未)审结")
_CLAUSE = re.compile(r"[^，；。]+[，；。]?")


def without_repeats(voice: Voice, text: str) -> str:
    """A sentence with the clauses left out whose every figure is one the tables' sentences state in the same words.

    Args:
        text: a written sentence with slots, its stop included; empty comes back when nothing is left.
    """
    kept, dropped = "", False
    for clause in _CLAUSE.findall(text):
        bare = clause.rstrip("，；。")
        dropped = _repeats(voice, bare) or (dropped and bool(_OUTCOME.fullmatch(bare)))
        kept += "" if dropped else clause
    body = kept.rstrip("，；。")
    return f"{body}。" if body else ""


def _repeats(voice: Voice, clause: str) -> bool:
    pieces = [_PIECE.fullmatch(piece) for piece in re.split("[、和]", clause)]
    return all(piece is not None and _same(voice, piece) for piece in pieces)


def _same(voice: Voice, piece: re.Match[str]) -> bool:
    slot, word = piece["slot"] or piece["slot2"], piece["word"] or piece["word2"]
    return voice.has(slot) and any(voice.has(key) and voice.number(key) == voice.number(slot) for key in _KEYS[word])
