"""What a prompt is filled with: the items of a part and their evidence, between marks, as compact as can be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.drafting.model.material import SLOT, Item, PartMaterial
from assistant.drafting.model.prompts import Prompt
from assistant.drafting.model.types import RenderedPrompt
from assistant.drafting.register import printable
from assistant.facts.model import Fact

_MARKS = str.maketrans({"<": "＜", ">": "＞"})
_STATUS = {"resolved": "已经解决", "partial": "部分解决", "ongoing": "仍在整改"}
_MOST_STYLE = 500


def write_prompt(prompt: Prompt, material: PartMaterial, items: Sequence[Item]) -> RenderedPrompt:
    """The prompt that asks for these items of a part."""
    voice = material.voice
    scope = f"，说到全辖区用“{voice.scope}”" if voice.scope else ""
    return prompt.render(
        **_common(material, items),
        scope=scope,
        provisions=_provisions(material, items),
        style=_style(material),
    )


def repair_prompt(prompt: Prompt, material: PartMaterial, items: Sequence[Item], faults: Iterable[str]) -> RenderedPrompt:
    """The prompt that asks again for items whose sentences did not hold; ``faults`` are lines with sentence and reasons."""
    return prompt.render(**_common(material, items), faults="\n".join(faults))


def rewrite_prompt(
    prompt: Prompt, material: PartMaterial, items: Sequence[Item], current: str, instruction: str, count: int
) -> RenderedPrompt:
    """The prompt that asks for other wordings of a passage on a person's instruction."""
    values = _common(material, items)
    del values["limits"]
    return prompt.render(
        **values,
        provisions=_provisions(material, items),
        current=safe(current),
        instruction=safe(instruction).replace("\n", " ")[:200],
        count=str(count),
    )


def _common(material: PartMaterial, items: Sequence[Item]) -> dict[str, str]:
    voice = material.voice
    heading = re.sub(r"^（[^）]*）|^[一二三四五六七八九十]、", "", material.brief.heading)
    return {
        "unit": safe(voice.submission.unit.name),
        "year": str(voice.submission.year),
        "own": voice.own,
        "part": heading,
        "limits": f"不超过{min(40, 2 * len(items) + 2)}句",
        "items": "\n".join(item_block(material, item) for item in items),
        **sample(material, items),
    }


def sample(material: PartMaterial, items: Sequence[Item]) -> dict[str, str]:
    """An example of an answer with a slot, an item and a source of this very prompt, so that what is copied is real."""
    for item in items:
        for key in item.slots:
            fact = material.slots.get(key)
            if fact is not None and fact.kind not in ("year", "name", "text", "provision") and not key.startswith("prev."):
                return _sample(item, f"{{{key}}}", fact.unit, item.anchor or key)
    first = items[0]
    return _sample(first, "{year}", "年", first.anchor or next(iter(first.sources), "year"))


def _sample(item: Item, slot: str, unit: str, source: str) -> dict[str, str]:
    line = {"items": [item.number], "text": f"……{slot}{unit}……。", "sources": [source]}
    return {"sample": json.dumps(line, ensure_ascii=False, separators=(",", ":")), "sample_slot": slot}


def safe(text: str) -> str:
    """A text that cannot close the marks it stands between."""
    return text.translate(_MARKS)


def item_block(material: PartMaterial, item: Item) -> str:
    """One item as the model sees it: what it is, the text handed in between marks, the slots with value, count word, meaning."""
    facts = {key: material.slots[key] for key in item.slots if key in material.slots}
    text = material.texts.get(item.anchor, "")
    lines = [f"要点{item.number}〔{_what(material, item)}〕{_how(item)}"]
    if text:
        lines.append(f"<材料>{safe(text)}</材料>")
        if values := [f"{fact.text}{fact.unit}" for key, fact in facts.items() if f"{{{key}}}" in text and fact.kind == "quantity"]:
            lines.append(f"各槽依次为：{'、'.join(values)}")
    others = {key: material.texts.get(key, "") for key in item.beside}
    lines += [f"还可依据素材{key}：<材料>{safe(other)}</材料>" for key, other in others.items() if other]
    told = text + "".join(others.values())
    lines += [_figure(key, fact) for key, fact in facts.items() if f"{{{key}}}" not in told and fact.kind not in ("year", "name")]
    lines += _zeros(material, item, facts)
    return "\n".join(lines)


def _what(material: PartMaterial, item: Item) -> str:
    ledger = material.voice.ledger
    if not item.anchor:
        return "表格数字"
    if item.anchor == "fee":
        return f"fee，政府信息公开信息处理费：{ledger['fee'].text}"
    if re.fullmatch(r"f\d+", item.anchor):
        follow = material.voice.submission.follow_ups[int(item.anchor[1:]) - 1]
        past = "".join(f"，{key}" for key in item.sources if key.startswith("prev.p"))
        return f"{item.anchor}{past}，上年问题“{safe(_plain(follow.problem))}”的整改：{_STATUS[follow.status]}"
    kind = ledger[item.anchor].label.partition(item.anchor)[0] or "素材"
    return f"{kind}{item.anchor}"


def _plain(text: str) -> str:
    """Last year's problem without the clauses that hold figures: they belong to last year."""
    from assistant.language.quantities import statistics

    text = printable(text, (), 0).text
    clauses = [clause for clause in re.split(r"[，；。]", text.replace("{", "｛").replace("}", "｝")) if clause]
    return "，".join(clause for clause in clauses if not statistics(clause)) or "上年所列问题"


def _how(item: Item) -> str:
    return f"（程序会在句首印“{item.prefix}”，不要重复，也不要与别的要点合句）" if item.prefix else ""


def _figure(key: str, fact: Fact) -> str:
    return f"{{{key}}}={fact.direction}{fact.text}{fact.unit}，{fact.label}"


def _zeros(material: PartMaterial, item: Item, facts: Mapping[str, Fact]) -> Iterator[str]:
    ledger = material.voice.ledger
    zeros = [
        f"{key}（{fact.label}）"
        for key in item.sources
        if key not in facts and (fact := ledger.get(key)) and fact.kind in ("cell", "sum") and not fact.value
    ]
    if zeros:
        yield f"为零：{'、'.join(zeros)}"


def _provisions(material: PartMaterial, items: Sequence[Item]) -> str:
    keys = dict.fromkeys(key for item in items for key in item.sources if key.startswith("条例:"))
    shown = (f"{key}（{material.voice.ledger[key].label.partition('（')[2].rstrip('）')}）" for key in keys)
    return "、".join(shown) or "无"


def _style(material: PartMaterial) -> str:
    """Skeletons of how other reports put this part: order and sentence forms only."""
    from assistant.drafting.model.precedents import skeleton

    lines: list[str] = []
    for text in material.precedents:
        line = skeleton(text, material.form)
        if len(line) >= 20 and sum(map(len, lines)) + len(line) <= _MOST_STYLE:
            lines.append(line)
    return "往年同类写法（只参考句式和次序，“…”处的内容与本年无关）：\n" + "\n".join(lines) if lines else ""


def sentence_line(items: Sequence[int], text: str, reasons: Sequence[str]) -> str:
    """A refused sentence with the reasons, as one line of the repair prompt."""
    numbers = "、".join(str(number) for number in items)
    told = "；".join(reasons[:3])
    return f"要点{numbers}：{safe(text)}〔{told}〕" if text else f"要点{numbers}：〔{told}〕"


def prompt_length(prompt: RenderedPrompt) -> int:
    """Characters of a prompt, both messages."""
    return len(prompt.system) + len(prompt.user)


def slots_of(text: str) -> list[str]:
    """The keys of a text's slots."""
    return SLOT.findall(text)
