"""Sentences on 依申请公开: received, who asked, how they were answered, reviews and suits."""

from __future__ import annotations

from assistant.drafting.draft import Sentence
from assistant.drafting.offline.notes import opens_with_year
from assistant.drafting.offline.sums import asked, contradictions
from assistant.drafting.offline.voice import Voice
from assistant.form import Node

_MANY = 50
_SHARE_BASE = 20
_GROUP_SHARE_BASE = 100


def received(voice: Voice) -> list[Sentence]:
    """New, carried in, to handle, settled, carried out; zero said as zero, with no rates, where no cell speaks against it."""
    keys = ("t3.new.total", "t3.carry_in.total", "t3.r7_total.total", "t3.carry_out.total")
    if not voice.has(keys[0]):
        return []
    if against := contradictions(voice, [key for key in keys if voice.zero(key)]):
        return asked(voice, "s1.request", against)
    if voice.zero(*keys):
        return [_nothing(voice, keys)]
    text = _new_clause(voice)
    carried = _carried_clause(voice)
    if not carried:
        return [voice.sentence(f"{text}。", *_compared(voice, "t3.new.total"))]
    return [voice.sentence(f"{text}；{carried}。", *_compared(voice, "t3.new.total"), *(key for key in keys if voice.has(key)))]


def _nothing(voice: Voice, keys: tuple[str, ...]) -> Sentence:
    who = voice.one_of("zero.who", (f"{{year}}年，{voice.actor}", f"{voice.actor}全年"))
    tail = voice.one_of(
        "zero.tail",
        ("上年无结转，年末也无在办申请", "没有上年结转的申请，也没有结转下年度的申请", "上年没有结转，年末没有申请结转下年度"),
    )
    return voice.sentence(f"{who}未收到政府信息公开申请，{tail}。", *keys)


def _new_clause(voice: Voice) -> str:
    if voice.zero("t3.new.total"):
        text = f"{voice.actor}全年没有新收政府信息公开申请"
        change = voice.change("t3.new.total")
        return f"{text}（上年为{{prev.t3.new.total}}件）" if change and change != "与上年持平" else text
    leads = (f"{voice.actor}全年新收政府信息公开申请", "全年新收政府信息公开申请", f"{{year}}年，{voice.actor}新收政府信息公开申请")
    lead = voice.one_of("received.lead", leads[:2] if opens_with_year(voice) else leads)
    change = voice.change("t3.new.total", base=bool(voice.scope))
    return f"{lead}{{t3.new.total}}件" + (f"，{change}" if change else "")


def _carried_clause(voice: Voice) -> str:
    parts = []
    if voice.positive("t3.carry_in.total"):
        parts.append(voice.one_of("carry", ("上年结转{t3.carry_in.total}件", "另有上年结转申请{t3.carry_in.total}件")))
        if voice.has("d.to_handle"):
            parts.append("应办理{d.to_handle}件")
    elif voice.zero("t3.carry_in.total"):
        parts.append("上年没有结转")
    if voice.has("t3.r7_total.total"):
        parts.append("办结{t3.r7_total.total}件" if voice.positive("t3.r7_total.total") else "年内尚无办结")
    if voice.positive("t3.carry_out.total"):
        parts.append("结转下年度继续办理{t3.carry_out.total}件")
    elif voice.zero("t3.carry_out.total"):
        parts.append("没有结转下年度的申请")
    return "，".join(parts)


def _compared(voice: Voice, key: str) -> tuple[str, ...]:
    """Last year's figure as a source wherever a change could be stated."""
    return (f"prev.{key}",) if voice.has(f"d.diff.{key.removeprefix('d.')}") else ()


def applicants(voice: Voice) -> list[Sentence]:
    """Natural persons and organisations among the new requests."""
    natural, organisations, total = "t3.new.natural", "d.org_sum.new", "t3.new.total"
    if not voice.has(natural, organisations, total) or not voice.positive(total):
        return []
    if voice.zero(organisations):
        return [voice.sentence(f"新收申请{_every(voice)}由自然人提出。", natural, organisations)]
    kinds = _organisations(voice)
    if voice.zero(natural):
        who = kinds[0][0].prose if len(kinds) == 1 else "法人或其他组织"
        detail = "" if len(kinds) == 1 else _detail(kinds)
        return [
            voice.sentence(
                f"新收申请{_every(voice)}由{who}提出{detail}。", natural, organisations, *(key for _node, key in kinds[:1])
            )
        ]
    share = "，占{d.share.new.natural}%" if voice.number(total) >= _MANY and voice.has("d.share.new.natural") else ""
    lead = voice.one_of("applicants", ("从申请人看，", "按申请人划分，", "新收申请中，"))
    big = voice.number(organisations) >= 10
    detail = _detail(kinds) if big else ""
    joint = "；" if share or detail else "，"
    text = f"{lead}自然人申请{{{natural}}}件{share}{joint}法人或其他组织申请{{{organisations}}}件{detail}。"
    return [voice.sentence(text)]


def _every(voice: Voice) -> str:
    return "均" if voice.number("t3.new.total") > 1 else ""


def _organisations(voice: Voice) -> list[tuple[Node, str]]:
    group = voice.form.table("t3").node("org")
    rows = [(leaf, f"t3.new.{leaf.key}") for leaf in group.leaves() if voice.positive(f"t3.new.{leaf.key}")]
    return sorted(rows, key=lambda row: -voice.number(row[1]))


def _detail(kinds: list[tuple[Node, str]]) -> str:
    if not kinds:
        return ""
    listed = "、".join(f"{node.prose}{{{key}}}件" for node, key in kinds[:2])
    if len(kinds) == 1:
        return f"，均为{kinds[0][0].prose}"
    return f"，其中{listed}" if len(kinds) == 2 else f"，主要是{listed}"


def results(voice: Voice) -> list[Sentence]:
    """How the settled requests were answered, by group, largest reasons named; nothing when none was settled."""
    if not voice.positive("t3.r7_total.total"):
        return []
    table = voice.form.table("t3")
    groups = [node for node in table.node("result").children if not node.total]
    clauses = _open_clause(voice)
    extra: list[str] = []
    ranked = [node for node in groups if node.key not in ("r1_open", "r2_partial")]
    if voice.one_of("results.order", ("form", "size")) == "size":
        ranked.sort(key=lambda node: -_group_value(voice, node))
    for node in ranked:
        clause, used = _group_clause(voice, node)
        if clause:
            clauses.append(clause)
        extra += used
    if not clauses:
        return []
    lead = voice.one_of("results.lead", ("办结的申请中，", "从办理结果看，", "已办结的申请，"))
    return [voice.sentence(lead + "；".join(clauses) + "。", *extra)]


def _open_clause(voice: Voice) -> list[str]:
    both = [key for key in ("t3.r1_open.total", "t3.r2_partial.total") if voice.positive(key)]
    words = {"t3.r1_open.total": "予以公开", "t3.r2_partial.total": "部分公开"}
    if not both:
        return []
    text = "、".join(f"{words[key]}{{{key}}}件" for key in both)
    if voice.number("t3.r7_total.total") >= _SHARE_BASE and shares_hold(voice):
        if len(both) == 2 and voice.has("d.share.disclosed"):
            text += "，合计占办结总数的{d.share.disclosed}%"
        elif len(both) == 1:
            share = "d.share." + both[0].split(".")[1]
            text += f"，占办结总数的{{{share}}}%" if voice.has(share) else ""
    return [text]


def shares_hold(voice: Voice) -> bool:
    """Whether the settled requests add up, so that a share of them says something."""
    return not contradictions(voice, ("t3.r7_total.total",))


def _group_key(node: Node) -> str:
    return f"d.{node.key}_sum" if node.children else f"t3.{node.key}.total"


def _group_value(voice: Voice, node: Node) -> int:
    key = _group_key(node)
    return int(voice.number(key)) if voice.has(key) else 0


def _being(prose: str, *, several: bool) -> str:
    """What all cases of a group are: 均为重复申请, 属于行政执法案卷."""
    every = "均" if several else ""
    return f"{every}{prose}" if prose.startswith("属于") else f"{every}为{prose}"


def _group_clause(voice: Voice, node: Node) -> tuple[str, list[str]]:
    key = _group_key(node)
    if not voice.positive(key):
        return "", []
    share = f"d.share.{node.key}_sum" if node.children else f"d.share.{node.key}"
    text = f"{node.prose}{{{key}}}件"
    total = voice.number("t3.r7_total.total")
    if total >= _GROUP_SHARE_BASE and voice.has(share) and voice.number(share) >= 10 and shares_hold(voice):
        text += f"，占{{{share}}}%"
    leaves = [(leaf, f"t3.{leaf.key}.total") for leaf in node.leaves() if voice.positive(f"t3.{leaf.key}.total")]
    if not node.children or not leaves:
        return text, []
    if len(leaves) == 1 and leaves[0][0].prose.startswith("其他"):
        return text, [leaves[0][1]]
    if len(leaves) == 1:
        return f"{text}，{_being(leaves[0][0].prose, several=voice.number(key) > 1)}", [leaves[0][1]]
    leaves.sort(key=lambda row: -voice.number(row[1]))
    if len(leaves) <= 3:
        return f"{text}，其中{'、'.join(voice.listed(leaves))}", []
    return f"{text}，主要是{'、'.join(voice.listed(leaves[:3]))}", []


_REVIEWS = ("t4.rev.total",)
_SUITS = ("t4.lit_direct.total", "t4.lit_after.total")
_OUTCOMES = (("upheld", "结果维持"), ("corrected", "结果纠正"), ("other", "其他结果"), ("pending", "尚未审结"))


def disputes(voice: Voice) -> list[Sentence]:
    """Administrative reviews and suits with their outcomes; suits are the sum of both groups (表四 has no such cell).

    Outcomes that do not add up to their total are left out, and none is never said against a cell that says otherwise.
    """
    review, suits = "t4.rev.total", "d.lit_total"
    against = {review: contradictions(voice, _REVIEWS), suits: contradictions(voice, _SUITS)}
    if voice.zero(review, suits) and not any(against.values()):
        tail = voice.one_of(
            "disputes.none", ("未发生因政府信息公开引起的行政复议、行政诉讼", "没有因政府信息公开被申请行政复议、提起行政诉讼")
        )
        return [voice.sentence(f"{tail}。", review, suits)]
    sentences = []
    stated = {key for key, broken in against.items() if voice.has(key) and not (broken and voice.zero(key))}
    if review in stated:
        lead = voice.one_of("disputes.lead", ("因政府信息公开被申请行政复议", "因政府信息公开引起的行政复议有"))
        sentences.append(_dispute(voice, review, "" if against[review] else "t4.rev.", lead, "未发生行政复议"))
    if suits in stated:
        lead = "被提起行政诉讼" if review in stated and voice.positive(review) else "因政府信息公开被提起行政诉讼"
        none = "未发生行政诉讼" if review in stated else "未发生因政府信息公开引起的行政诉讼"
        sentences.append(_dispute(voice, suits, "" if against[suits] else "d.lit.", lead, none))
    return sentences + asked(voice, "s1.request.disputes", [equation for broken in against.values() for equation in broken])


def _dispute(voice: Voice, total: str, prefix: str, lead: str, none: str) -> Sentence:
    """One kind of dispute; without a ``prefix`` of the outcomes' keys no outcome is told."""
    change = voice.change(total)
    if voice.zero(total):
        before = f"prev.{total}"
        past = f"，上年为{{{before}}}件" if change and change != "与上年持平" else ""
        return voice.sentence(f"{none}{past}。", total)
    text = f"{lead}{{{total}}}件" + (f"，{change}" if change else "")
    outcomes = [(name, f"{prefix}{outcome}") for outcome, name in _OUTCOMES if prefix and voice.positive(f"{prefix}{outcome}")]
    if len(outcomes) == 1:
        text += "，" + _single_outcome(outcomes[0][0], several=voice.number(total) > 1)
        return voice.sentence(f"{text}。", outcomes[0][1], *_compared(voice, total))
    if outcomes:
        text += "，其中" + "、".join(f"{name}{{{key}}}件" for name, key in outcomes)
    return voice.sentence(f"{text}。", *_compared(voice, total))


def _single_outcome(name: str, *, several: bool) -> str:
    """The outcome all cases share: 结果均为维持, 尚未审结."""
    every = "均" if several else ""
    if name.startswith("结果"):
        return f"结果{every}为{name.removeprefix('结果')}"
    return f"{every}为{name}" if name == "其他结果" else f"{every}{name}"
