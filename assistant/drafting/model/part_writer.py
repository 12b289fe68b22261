"""One part: write, verify, repair, and the offline sentence for what does not hold in bounded tries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel

from assistant.drafting.draft import Attempt, Paragraph, Part, Sentence
from assistant.drafting.model.contract import WrittenPart, WrittenSentence
from assistant.drafting.model.material import Item, PartMaterial
from assistant.drafting.model.progress import STOPPED, Stage, Steps
from assistant.drafting.model.prompting import prompt_length, repair_prompt, sentence_line, write_prompt
from assistant.drafting.model.prompts import Prompt
from assistant.drafting.model.types import Answer, RenderedPrompt
from assistant.drafting.model.verify import Judged, Verifier

_SMALLER = ("truncated", "unparsable", "repetition", "empty", "wrong_language")


class Asker(Protocol):
    """Whoever answers prompts: the client of the configured endpoint, or a stand-in."""

    def ask(
        self, prompt: RenderedPrompt, *, schema: type[BaseModel] | dict[str, Any], part: str, temperature: float = 0.0
    ) -> Answer:
        """Ask once; never raises for what a server does."""
        ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one part may take: rounds (writing and repairs), calls, characters of all prompts, characters of one prompt's items.

    The first round is asked whatever its length, cut into calls of at most ``once`` characters of items.
    """

    rounds: int = 3
    calls: int = 6
    characters: int = 9_000
    once: int = 4_500


@dataclass
class Round:
    """What one call gave: the artefact of the stages write and verify."""

    number: int
    stage: str
    items: tuple[int, ...]
    characters: int
    outcome: str
    reason: str
    written: tuple[WrittenSentence, ...] = ()
    judged: tuple[Judged, ...] = ()


@dataclass
class PartResult:
    """A written part with what led to it: whether a wish to stop cut it short, points that stand in the model's words."""

    part: Part
    rounds: list[Round] = field(default_factory=list)
    model: str = ""
    cancelled: bool = False
    settled: int = 0


class PartWriter:
    """Writes one part. Touches nothing outside itself, so parts can be written side by side."""

    def __init__(
        self,
        material: PartMaterial,
        asker: Asker,
        prompts: Mapping[str, Prompt],
        bounds: Bounds | None = None,
        steps: Steps | None = None,
    ) -> None:
        self.material = material
        self.steps = steps or Steps()
        self.asker = asker
        self.prompts = prompts
        self.bounds = bounds or Bounds()
        self.verifier = Verifier(material)
        self.rounds: list[Round] = []
        self.attempts: dict[int, list[Attempt]] = {item.number: [] for item in material.open}
        self.hopeless = self.verifier.hopeless()
        self.accepted: list[Judged] = []
        self.stopped = self.cancelled = False
        self.model = ""

    def run(self) -> PartResult:
        """Write, verify, repair; then put the part together."""
        for number, faults in self.hopeless.items():
            reasons = ("没有请模型写，材料本身的写法就通不过核对", *dict.fromkeys(fault.reason for fault in faults))
            given = self.material.texts[self.material.by_number[number].anchor]
            self._refuse(number, Attempt(number=0, text=given, reasons=reasons))
        pending = [item for item in self.material.open if item.number not in self.hopeless]
        for number in range(1, self.bounds.rounds + 1):
            if not pending or self.stopped:
                break
            self.steps("write" if number == 1 else "repair", self.material.key, points=len(pending))
            pending = self._round(number, pending)
            self._tell("verify")
        self._tell("draft")
        return PartResult(self.assemble(), self.rounds, self.model, self.cancelled, self._settled)

    @property
    def _settled(self) -> int:
        return len({number for each in self.accepted for number in each.items})

    def _tell(self, stage: Stage) -> None:
        self.steps(stage, self.material.key, done=True, points=len(self.material.open), settled=self._settled)

    def _round(self, number: int, pending: list[Item]) -> list[Item]:
        """One round over all pending items; returns those still pending."""
        jobs = self._jobs(number, pending)
        judged: list[Judged] = list(self.accepted)
        for items, prompt in jobs:
            if self.steps.cancelled:
                self.stopped = self.cancelled = True
                self._refused(number, items, STOPPED)
                continue
            if self.stopped or not self._may(number, prompt):
                self._refused(number, items, "本部分的调用次数或提示词字数已到上限")
                continue
            judged += self._asked(number, items, prompt)
        return self._settle(number, judged, pending)

    def _jobs(self, number: int, pending: list[Item]) -> list[tuple[list[Item], RenderedPrompt]]:
        groups = self._groups(number, pending)
        if number == 1:
            return [(group, write_prompt(self.prompts["write"], self.material, group)) for group in groups]
        return [(group, repair_prompt(self.prompts["repair"], self.material, group, self._told(group))) for group in groups]

    def _groups(self, number: int, pending: list[Item]) -> list[list[Item]]:
        """Items a call: as many as fit; halves of those whose answer could not be used."""
        last = {item: each for each in self.rounds if each.number == number - 1 for item in each.items}
        groups: list[list[Item]] = []
        size = 0
        for item in pending:
            length = sum(len(text) for text in (self.material.texts.get(item.anchor, ""), *item.slots)) + 40 + 30 * len(item.slots)
            before = last.get(item.number)
            half = bool(before) and before.outcome in _SMALLER and len(before.items) > 1 if before else False
            middle = half and before is not None and item.number == before.items[len(before.items) // 2]
            if not groups or middle or size + length > self.bounds.once:
                groups.append([])
                size = 0
            groups[-1].append(item)
            size += length
        return groups

    def _told(self, items: Iterable[Item]) -> list[str]:
        """Each refused wording of the last round with its reasons, once."""
        wanted = {item.number for item in items}
        lines: dict[str, None] = {}
        for number in sorted(wanted):
            if self.attempts[number]:
                last = self.attempts[number][-1]
                others = [n for n in sorted(wanted) if self.attempts[n] and self.attempts[n][-1] == last]
                lines[sentence_line(others, last.text, last.reasons)] = None
        return list(lines)

    def _may(self, number: int, prompt: RenderedPrompt) -> bool:
        if len(self.rounds) >= self.bounds.calls:
            return False
        return number == 1 or sum(each.characters for each in self.rounds) + prompt_length(prompt) <= self.bounds.characters

    def _asked(self, number: int, items: list[Item], prompt: RenderedPrompt) -> list[Judged]:
        answer = self.asker.ask(prompt, schema=WrittenPart, part=self.material.key)
        self.model = answer.model or self.model
        numbers = tuple(item.number for item in items)
        record = Round(number, prompt.name, numbers, prompt_length(prompt), answer.outcome, answer.reason)
        self.rounds.append(record)
        if not answer.usable or not isinstance(answer.data, WrittenPart):
            self.stopped = answer.outcome not in _SMALLER
            self.cancelled = answer.outcome == "cancelled"
            self._refused(number, items, answer.reason or "没有可用的回答")
            return []
        asked = set(numbers)
        record.written = tuple(answer.data.sentences)
        fitting = [each for each in answer.data.sentences if asked.intersection(each.items)]
        record.judged = self.verifier.judge(fitting)
        for each in record.judged:
            if not each.holds:
                for number_ in each.items:
                    if number_ in asked:
                        self._refuse(number_, Attempt(number=number, text=each.sentence.text, reasons=_reasons(each)))
        return [each for each in record.judged if asked.issuperset(each.items)]

    def _settle(self, number: int, judged: list[Judged], pending: list[Item]) -> list[Item]:
        """Keep the sentences whose items are all stated in full; the other items stay pending."""
        lost = {item: fault for item, fault in self.verifier.lost(judged).items() if item not in self.hopeless}
        open_again = set(lost)
        failed = {n for each in judged if not each.holds for n in each.items} & {item.number for item in pending}
        open_again |= {n for n in failed if n in lost}
        while True:
            tied = {n for each in judged if each.holds and open_again.intersection(each.items) for n in each.items}
            if tied <= open_again:
                break
            open_again |= tied
        for item_number in sorted(open_again):
            told = [attempt for attempt in self.attempts[item_number] if attempt.number == number]
            if not told:
                fault = lost.get(item_number)
                text = "".join(each.sentence.text for each in judged if each.holds and item_number in each.items)
                reason = fault.reason if fault else "与没有通过的要点写在同一句里"
                self._refuse(item_number, Attempt(number=number, text=text, reasons=(reason,)))
        self.accepted = [each for each in judged if each.holds and not open_again.intersection(each.items)]
        return [item for item in self.material.open if item.number in open_again]

    def _refused(self, number: int, items: Sequence[Item], reason: str) -> None:
        for item in items:
            self._refuse(item.number, Attempt(number=number, reasons=(reason,)))

    def _refuse(self, item: int, attempt: Attempt) -> None:
        if attempt not in self.attempts[item]:
            self.attempts[item].append(attempt)

    def assemble(self) -> Part:
        """The part: accepted sentences at the place of their first item, the offline ones for the rest."""
        order = {item.number: place for place, item in enumerate(self.material.items) if item.number}
        at: dict[int, list[Judged]] = {}
        for each in self.accepted:
            at.setdefault(min(each.items, key=lambda number: order[number]), []).append(each)
        stated = {number for each in self.accepted for number in each.items}
        paragraphs: dict[int, tuple[str, list[Sentence]]] = {}
        for item in self.material.items:
            _heading, sentences = paragraphs.setdefault(item.paragraph, (item.heading, []))
            if item.number in stated:
                sentences += [self._printed(each, item, first=not place) for place, each in enumerate(at.get(item.number, ()))]
            else:
                sentences += self._fallback(item)
        made = (Paragraph(sentences=tuple(sentences), heading=heading) for heading, sentences in paragraphs.values() if sentences)
        return Part(key=self.material.key, heading=self.material.brief.heading, paragraphs=tuple(made))

    def _printed(self, each: Judged, item: Item, *, first: bool) -> Sentence:
        text = (item.prefix if first else "") + each.sentence.text
        attempts = tuple(attempt for number in each.items for attempt in self.attempts[number]) if first else ()
        rendered = self.material.voice.ledger.render(text)
        return each.sentence.model_copy(update={"text": text, "rendered": rendered, "attempts": tuple(dict.fromkeys(attempts))})

    def _fallback(self, item: Item) -> list[Sentence]:
        attempts = tuple(self.attempts.get(item.number, ()))
        first, *rest = item.offline
        return [first.model_copy(update={"attempts": attempts}), *rest]


def _reasons(each: Judged) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fault.reason for fault in each.faults))
