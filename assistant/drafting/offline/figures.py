"""Sentences on documents, decisions and what the statistics add to a problem or a follow-up."""

from __future__ import annotations

from assistant.drafting.draft import Sentence
from assistant.drafting.offline.voice import Voice
from assistant.form import Node
from assistant.language.quantities import statistics

_NORM = ("t2.norm.issued", "t2.norm.repealed", "t2.norm.valid")
_NORM_2019 = ("t2.norm.new_made", "t2.norm.new_disclosed", "t2.norm.total_disclosed")
_DECISIONS = (("license", "行政许可决定"), ("penalty", "行政处罚决定"), ("coercion", "行政强制决定"))


def documents(voice: Voice) -> list[Sentence]:
    """Regulatory documents issued, repealed and in force (or, in the form of 2019, made and disclosed)."""
    sentences = []
    if voice.kind.rule_power and any(voice.positive(f"t2.rules.{name}") for name in ("issued", "repealed", "valid")):
        sentences.append(voice.sentence(f"{_when(voice)}{_documents(voice, 'rules', '规章')}。"))
    if any(voice.has(key) for key in _NORM):
        sentences.append(_norm_sentence(voice))
    elif all(voice.has(key) for key in _NORM_2019):
        sentences.append(_norm_2019(voice))
    return sentences


def _norm_sentence(voice: Voice) -> Sentence:
    stated = [key for key in _NORM if voice.has(key)]
    if voice.zero(*_NORM[:2]) and all(voice.has(key) for key in _NORM):
        text = voice.one_of(
            "norm.none", (f"{_when(voice)}未制发、未废止行政规范性文件", f"{_when(voice)}没有制发行政规范性文件，也没有废止")
        )
        return voice.sentence(f"{text}{'，年末现行有效{t2.norm.valid}件' if voice.positive(_NORM[2]) else ''}。", *stated)
    text = f"{_when(voice)}{_documents(voice, 'norm', '行政规范性文件')}"
    change = voice.change("t2.norm.valid")
    if voice.scope and voice.positive("t2.norm.valid") and change and change != "与上年持平" and _rolls(voice):
        text += "，" + change.partition("，")[0].replace("比上年", "比上年末")
        return voice.sentence(f"{text}。", *stated, "prev.t2.norm.valid")
    return voice.sentence(f"{text}。", *stated)


def _rolls(voice: Voice) -> bool:
    """Whether the documents issued and repealed explain how many more or fewer are in force than a year ago."""
    issued, repealed, valid = _NORM
    fits = voice.has(issued, repealed) and voice.has(f"prev.{valid}")
    return fits and voice.number(valid) - voice.number(f"prev.{valid}") == voice.number(issued) - voice.number(repealed)


def _when(voice: Voice) -> str:
    return f"{voice.scope}" if voice.scope else "全年"


_VERBS = {"issued": "制发", "repealed": "废止", "valid": "年末现行有效"}


def _documents(voice: Voice, row: str, name: str) -> str:
    """Clauses for one row of documents, one a column of the form; the noun stands with the first."""
    clauses: list[str] = []
    for column in _columns_of(voice, row):
        key = f"t2.{row}.{column.key}"
        verb = _VERBS.get(column.key, column.prose)
        noun = "" if clauses else name
        if voice.positive(key):
            clauses.append(f"{verb}{noun}{{{key}}}件")
        elif voice.zero(key) and column.key in ("issued", "repealed"):
            clauses.append(f"没有{verb}{noun}")
    return "，".join(clauses)


def _columns_of(voice: Voice, row: str) -> tuple[Node, ...]:
    blocks = voice.form.table("t2").blocks
    return next((block.leaf_columns() for block in blocks if any(leaf.key == row for leaf in block.leaf_rows())), ())


def _norm_2019(voice: Voice) -> Sentence:
    if voice.zero(*_NORM_2019):
        return voice.sentence(f"{_when(voice)}没有新制作、新公开规范性文件。", *_NORM_2019)
    text = f"{_when(voice)}新制作规范性文件{{{_NORM_2019[0]}}}件，新公开{{{_NORM_2019[1]}}}件，对外公开总数为{{{_NORM_2019[2]}}}件"
    return voice.sentence(f"{text}。")


def decisions(voice: Voice) -> list[Sentence]:
    """Decisions made (never 公开条数) and, in the form of 2019, items and procurement: used where notes say little."""
    made = [f"{name}{{t2.{row}.decisions}}件" for row, name in _DECISIONS if voice.positive(f"t2.{row}.decisions")]
    when = "" if any(voice.has(key) for key in (*_NORM, *_NORM_2019)) else _when(voice)
    sentences = [voice.sentence(f"{when}作出{'、'.join(made)}。")] if made else []
    rows = [
        (row, f"d.cur_items.{row.key}")
        for row in (voice.form.table("t2").leaf_rows() if voice.form.has_table("t2") else ())
        if voice.positive(f"d.cur_items.{row.key}")
    ]
    if rows:
        items = "、".join(voice.listed(rows, "项"))
        sentences.append(voice.sentence(f"按事项计，年末有{items}。"))
    if voice.positive("t2.procure.items") and voice.positive("t2.procure.amount") and voice.ledger["t2.procure.amount"].unit:
        unit = voice.ledger["t2.procure.amount"].unit
        sentences.append(voice.sentence(f"政府集中采购项目{{t2.procure.items}}项，采购总金额{{t2.procure.amount}}{unit}。"))
    return sentences


def related_figures(voice: Voice, text: str, *, change: bool) -> list[Sentence]:
    """Figures of the tables that a problem or follow-up speaks of, set beside it without a conclusion.

    Args:
        text: the problem or follow-up as handed in.
        change: state last year's and this year's figure (for follow-ups) instead of this year's share.
    """
    if not voice.form.has_table("t3"):
        return []
    sentences = []
    for row in voice.form.table("t3").leaf_rows():
        key = f"t3.{row.key}.total"
        if not any(word in text for word in row.words) or not voice.has(key):
            continue
        if change and _told(voice, text, key):
            continue
        sentence = _changed(voice, row.prose, key) if change else _stated(voice, row.prose, key, f"d.share.{row.key}")
        if sentence:
            sentences.append(sentence)
    if change:
        return sentences
    named = (item for item in voice.form.derived if any(word in text for word in item.words) and voice.positive(item.key))
    return sentences + [voice.sentence(f"{item.label.removesuffix('合计')}共{{{item.key}}}{item.unit}。") for item in named]


def _told(voice: Voice, text: str, key: str) -> bool:
    """Whether the text itself gives last year's and this year's figure."""
    told = {item.value for item in statistics(text)}
    return voice.has(f"prev.{key}") and {voice.number(key), voice.number(f"prev.{key}")} <= told


def _stated(voice: Voice, name: str, key: str, share: str) -> Sentence | None:
    if not voice.positive(key):
        return None
    text = f"{voice.scope or '全年'}以“{name}”答复{{{key}}}件" if "不掌握" in name else f"{voice.scope or '全年'}{name}{{{key}}}件"
    return voice.sentence(text + (f"，占办结总数的{{{share}}}%。" if voice.has(share) else "。"))


def _changed(voice: Voice, name: str, key: str) -> Sentence | None:
    before = f"prev.{key}"
    if not voice.has(key, before) or voice.number(key) == voice.number(before):
        return None
    if voice.zero(key):
        return voice.sentence(f"没有{name}的，上年为{{{before}}}件。", key)
    if voice.zero(before):
        return voice.sentence(f"{name}的有{{{key}}}件，上年没有。", before)
    verb = "增至" if voice.number(key) > voice.number(before) else "减至"
    return voice.sentence(f"{name}的由上年的{{{before}}}件{verb}{{{key}}}件。")
