"""Clauses of notes that only repeat what the tables' own sentences say."""

from __future__ import annotations

import re

from assistant.drafting.draft import Hint
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
    rf"(?:其中|全年|共)*(?:新收(?:申请)?(?:\{{(?P<whole>[^{{}}]+)\}}件)?(?:申请)?中[，]?)?"
    rf"(?P<word>{_WORD})(?:申请|(?:提出|提交|递交|递|提|交)的)?(?:了|有|共|为)?\{{(?P<slot>[^{{}}]+)\}}件"
    rf"|\{{(?P<slot2>[^{{}}]+)\}}件(?P<word2>{_WORD})"
)
_PENDING = re.compile(
    r"(?:另?有)?\{(?P<slot>[^{}]+)\}件(?:行政)?(?P<kind>复议|诉讼)(?:案件)?(?:到?年底|年末|截至年末|还|尚|仍)*"
    r"(?:没|没有|未)(?:出结果|审结|办结|结案|作出决定)"
)
_PENDING_KEYS = {"复议": "t4.rev.pending", "诉讼": "d.lit.pending"}
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
    if pending := _PENDING.fullmatch(clause):
        return _equal(voice, pending["slot"], _PENDING_KEYS[pending["kind"]])
    pieces = [_PIECE.fullmatch(piece) for piece in re.split("[、和]", clause)]
    return all(piece is not None and _same(voice, piece) for piece in pieces)


def _same(voice: Voice, piece: re.Match[str]) -> bool:
    slot, word = piece["slot"] or piece["slot2"], piece["word"] or piece["word2"]
    if piece["whole"] and not _equal(voice, piece["whole"], "t3.new.total"):
        return False
    return any(_equal(voice, slot, key) for key in _KEYS[word])


def _equal(voice: Voice, slot: str, key: str) -> bool:
    return voice.has(slot, key) and voice.number(slot) == voice.number(key)


_CHANGE = re.compile(
    r"(?:比|较)?(?:上年|往年|以前|之前)?(?:明显|有所|略有|已经?|也)*(?P<down>少了|变少了?|减少了?|下降了?|降低了?|降了)|"
    r"(?:比|较)?(?:上年|往年|以前|之前)?(?:明显|有所|略有|已经?|也)*(?P<up>多了|变多了?|增加了?|增多了?|上升了?|升高了?)"
)


def without_bare_changes(voice: Voice, text: str, name: str, source: str) -> str:
    """A written sentence without the clauses that say, with no figure, that a row of 表三 rose or fell.

    The program states the two figures itself. A clause that says the opposite of them becomes a hint for the unit.

    Args:
        text: a written sentence with slots.
        name: how the unit knows the text.
        source: its key.
    """
    kept = ""
    for clause in _CLAUSE.findall(text):
        bare = clause.rstrip("，；。")
        fall = _told_change(voice, bare)
        kept += clause if fall is None else ""
        if fall is False:
            told = f"{name}说“{bare}”，与表三本年、上年的数不符，没有写入正文，请核对"
            voice.hints.append(Hint(kind="left_out", text=told, sources=(source,)))
    body = kept.rstrip("，；。")
    return f"{body}。" if body else ""


def _told_change(voice: Voice, clause: str) -> bool | None:
    """Whether a clause without a figure tells a row's change as the tables do; None if it tells none they know."""
    if "{" in clause or not voice.form.has_table("t3") or not (change := _CHANGE.search(clause)):
        return None
    for row in voice.form.table("t3").leaf_rows():
        key, before = f"t3.{row.key}.total", f"prev.t3.{row.key}.total"
        if any(word in clause for word in row.words) and voice.has(key, before):
            return (voice.number(key) < voice.number(before)) == bool(change["down"]) and voice.number(key) != voice.number(before)
    return None
