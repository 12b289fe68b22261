"""Other wordings of a sentence or paragraph of a draft on a person's instruction: same evidence, same contract, same checks.

For a page that holds a draft::

    found = wordings(drafted, "s1.request", [sentence], "更简洁", client)      # client None: no model is configured
    for each in found.alternatives:                                         # each.holds: may take the sentence's place
        show(each.difference, each.reasons)
    if found.reason:
        tell(found.reason)
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.drafting.assemble import Drafted
from assistant.drafting.brief import PartBrief
from assistant.drafting.draft import Sentence
from assistant.drafting.model.contract import Alternatives, WrittenSentence
from assistant.drafting.model.material import SLOT, Item, PartMaterial, part_material
from assistant.drafting.model.part_writer import Asker
from assistant.drafting.model.prompting import rewrite_prompt
from assistant.drafting.model.prompts import Prompt, load_prompt
from assistant.drafting.model.retrieving import retrieve
from assistant.drafting.model.verify import Judged, Verifier
from assistant.drafting.model.wishes import wish_of
from assistant.drafting.model.writer import PLAIN_PARTS
from assistant.drafting.offline.writer import OfflineWriter
from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.library.library import Library

COUNT = 3
_VARIANTS = 6
_OF_FRAME = {"year", "unit", "year.prev", "year.next"}
_TOKEN = re.compile(r"\{[^{}]+\}|[^\x00-\x7f]|[A-Za-z0-9.%]+|.", re.S)


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of the difference between two wordings, as printed."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True)
class Alternative:
    """One other wording. It may take the place of the passage only if ``reasons`` is empty.

    Attributes:
        sentences: the sentences, ready for a draft.
        difference: from the present wording to this one.
        reasons: why it does not hold, Chinese sentences.
    """

    sentences: tuple[Sentence, ...]
    difference: tuple[Change, ...]
    reasons: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether it may be used."""
        return not self.reasons


@dataclass(frozen=True)
class Rewriting:
    """What came of asking: the alternatives, those that hold first, and why there are none when there are none."""

    alternatives: tuple[Alternative, ...]
    reason: str = ""
    model: str = ""


def rewrite(
    material: PartMaterial,
    passage: Sequence[Sentence],
    instruction: str,
    client: Asker,
    *,
    prompt: Prompt | None = None,
    count: int = COUNT,
) -> Rewriting:
    """Ask for other wordings of a passage.

    Args:
        material: the part's material (:class:`ModelWriter` keeps it in ``materials``).
        passage: one sentence, or those of a paragraph, of that part; gap marks cannot be rewritten.
        instruction: what the person wants, such as 更简洁, 按条例用语, 补充与上年比较.
        client: who answers.
        prompt: the prompt ``rewrite`` of the prompts folder if None.
        count: how many wordings to ask for, 1 to 4.

    Raises:
        InputError: the passage holds a gap mark or rests on nothing of this part, or the instruction is empty.
    """
    if not instruction.strip():
        raise InputError("没有写明改写要求", remedy="例如：更简洁；按条例用语；补充与上年比较")
    items = items_of(material, passage)
    asked = rewrite_prompt(
        prompt or load_prompt("rewrite"),
        material,
        items,
        "".join(each.text for each in passage),
        instruction,
        max(1, min(4, count)),
    )
    answer = client.ask(asked, schema=Alternatives, part=material.key, temperature=0.7)
    if not answer.usable or not isinstance(answer.data, Alternatives):
        return Rewriting((), answer.reason or "没有可用的回答", answer.model)
    made = [_alternative(material, items, passage, each) for each in answer.data.alternatives]
    distinct = {"".join(s.text for s in each.sentences): each for each in reversed(made)}
    now = "".join(each.text for each in passage)
    kept = [each for text, each in reversed(distinct.items()) if text != now]
    return Rewriting(tuple(sorted(kept, key=lambda each: not each.holds)), "" if kept else "没有给出不同的写法", answer.model)


def wordings(
    drafted: Drafted,
    part: str,
    passage: Sequence[Sentence],
    instruction: str,
    client: Asker | None,
    *,
    library: Library | None = None,
    count: int = COUNT,
) -> Rewriting:
    """Other wordings of a passage of a draft, from the model or, where there is none, those of the offline writer that do
    what is wanted.

    Args:
        drafted: the draft.
        part: the key of the part the passage stands in.
        passage, instruction, count: as for :func:`rewrite`; the passage may have been edited since.
        client: who answers; None if no model is configured. The preface is never shown to a model: it holds contact data.
        library: to tell what was copied from other reports.

    Raises:
        InputError: as :func:`rewrite`, or there is no such part.
    """
    if client is not None and part not in PLAIN_PARTS:
        found = rewrite(material_of(drafted, part, library), passage, instruction, client, count=count)
        if found.alternatives:
            return found
        why = f"模型没有给出可用的写法（{found.reason}）"
    elif client is not None:
        why = "前言由程序按固定格式写成，不交给模型"
    else:
        why = "没有配置模型服务，不能按要求改写"
    others, told = _offline_granting(offline_wordings(drafted, part, passage), passage, instruction)
    return Rewriting(others, f"{why}；{told}。")


def _offline_granting(
    others: tuple[Alternative, ...], passage: Sequence[Sentence], instruction: str
) -> tuple[tuple[Alternative, ...], str]:
    """Of the offline writer's wordings those that do what is wanted, and what to tell; a wish it cannot judge it does not grant."""
    wish = wish_of(instruction)
    if wish is None:
        return (), "离线写作不能按这一要求改写，请直接修改文字"
    now = "".join(each.rendered for each in passage)
    kept = tuple(each for each in others if wish.granted(now, "".join(one.rendered for one in each.sentences)))
    return kept, f"以下是离线写作中{wish.told}写法" if kept else f"离线写作没有{wish.told}写法，请直接修改文字"


def offline_wordings(drafted: Drafted, part: str, passage: Sequence[Sentence]) -> tuple[Alternative, ...]:
    """How the offline writer can put a passage otherwise: sentences on the same facts, of its other variants.

    Raises:
        InputError: there is no such part, or the passage holds a gap mark.
    """
    brief = _brief_of(drafted, part)
    if not passage or any(each.gap for each in passage):
        raise InputError("待补标记不能改写", remedy="请先补充材料")
    wanted = _facts_of(passage)
    now = "".join(each.rendered for each in passage)
    found: dict[str, Alternative] = {}
    for variant in range(_VARIANTS):
        written = OfflineWriter(variant).write(brief, drafted.voice())
        told = [each for paragraph in written.paragraphs for each in paragraph.sentences if not each.gap]
        same = tuple(each for each in told if (own := _facts_of([each])) and own <= wanted)
        after = "".join(each.rendered for each in same)
        if same and _facts_of(same) == wanted and after != now:
            found.setdefault(after, Alternative(same, tuple(difference(now, after))))
    return tuple(found.values())


def material_of(drafted: Drafted, part: str, library: Library | None = None) -> PartMaterial:
    """The material of one part of a draft.

    Raises:
        InputError: there is no such part.
    """
    brief, voice = _brief_of(drafted, part), drafted.voice()
    found = retrieve(voice, (part,), library)[part]
    offline = OfflineWriter().write(brief, voice)
    return part_material(brief, offline, voice, precedents=(*found.precedents, *found.last_year), provisions=found.provisions)


def _brief_of(drafted: Drafted, key: str) -> PartBrief:
    brief = next((part for part in drafted.draft.brief.parts if part.key == key), None)
    if brief is None:
        raise InputError(f"报告里没有“{key[:40]}”这一部分", remedy="请核对部分的编号")
    return brief


def _facts_of(passage: Sequence[Sentence]) -> set[str]:
    return {key for each in passage for key in (*each.sources, *SLOT.findall(each.text))} - _OF_FRAME


def items_of(material: PartMaterial, passage: Sequence[Sentence]) -> tuple[Item, ...]:
    """The items a passage states, told by its sources.

    Raises:
        InputError: the passage is empty, holds a gap mark, or rests on no item of this part.
    """
    if not passage or any(each.gap for each in passage):
        raise InputError("待补标记不能改写", remedy="请先补充材料")
    sources = {key for each in passage for key in (*each.sources, *SLOT.findall(each.text))} - {"year", "unit"}
    anchored = [item for item in material.open if item.anchor and item.anchor in sources]
    plain = [
        item
        for item in material.open
        if not item.anchor and sources & {key for key in item.sources if not key.startswith(("条例:", "year"))}
    ]
    found = tuple(item for item in material.open if item in anchored or item in plain)
    if not found:
        raise InputError("这句话的依据不在本部分的材料里，不能改写", remedy="请直接修改文字")
    return found


def _alternative(
    material: PartMaterial, items: Sequence[Item], passage: Sequence[Sentence], written: Sequence[WrittenSentence]
) -> Alternative:
    verify = Verifier(material)
    judged = verify.judge(written)
    lost = verify.lost(judged)
    reasons = [fault.reason for each in judged for fault in each.faults]
    reasons += [lost[item.number].reason for item in items if item.number in lost and _stated(item, passage)]
    sentences = tuple(_printed(material, each, items, first=not place) for place, each in enumerate(judged))
    before = "".join(each.rendered for each in passage)
    after = "".join(each.rendered for each in sentences)
    return Alternative(sentences, tuple(difference(before, after)), tuple(dict.fromkeys(reasons)))


def _stated(item: Item, passage: Sequence[Sentence]) -> bool:
    """Whether the passage itself states all of the item; what it leaves to its neighbours may stay there."""
    printed = {key for each in passage for key in SLOT.findall(each.text)}
    return set(item.required) <= printed


def _printed(material: PartMaterial, each: Judged, items: Sequence[Item], *, first: bool) -> Sentence:
    text = (items[0].prefix if first else "") + each.sentence.text
    known = all(
        key in material.voice.ledger and material.voice.ledger[key].kind not in ("text", "provision") for key in SLOT.findall(text)
    )
    sound = known and text.count("{") == len(SLOT.findall(text)) == text.count("}")
    rendered = material.voice.ledger.render(text) if sound else text
    return each.sentence.model_copy(update={"text": text, "rendered": rendered})


def difference(before: str, after: str) -> list[Change]:
    """What changes from one wording to another, character by character, figures and slots whole."""
    one, two = _TOKEN.findall(before), _TOKEN.findall(after)
    changes: list[Change] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag == "equal":
            changes.append(Change("same", "".join(one[a:b])))
            continue
        changes += [Change("removed", "".join(one[a:b]))] * (b > a)
        changes += [Change("added", "".join(two[c:d]))] * (d > c)
    return changes


def with_marks(changes: Sequence[Change]) -> str:
    """A difference in one line for a terminal: [-removed-]{+added+}."""
    shown = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(shown[change.kind].format(change.text) for change in changes)
