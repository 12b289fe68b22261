"""The chain in named stages, each leaving a readable file; any stage can be run again from what the earlier ones left.

facts → retrieve → brief → write → verify → repair → draft. Parts go through write, verify and repair side by side; a stage that
is run again takes the answers of the stages before it from their files and asks the model only for what comes after.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from assistant.drafting.assemble import Drafted, draft_report
from assistant.drafting.brief import Brief
from assistant.drafting.model.part_writer import Asker, Bounds, PartResult, Round
from assistant.drafting.model.progress import STAGES, Cancel, Stage, Tell
from assistant.drafting.model.prompts import Prompt
from assistant.drafting.model.types import Answer, RenderedPrompt
from assistant.drafting.model.writer import ModelWriter
from assistant.errors import InputError
from assistant.files import write_all
from assistant.form import FormRegistry
from assistant.report.model import Report
from assistant.submission.model import Submission

if TYPE_CHECKING:
    from assistant.library.library import Library


@dataclass(frozen=True)
class Task:
    """What the chain works on."""

    submission: Submission
    registry: FormRegistry
    previous: Submission | None = None
    report: Report | None = None
    brief: Brief | None = None
    today: date | None = None


class Chain:
    """The stages over one report.

    Args:
        task: what to draft.
        client: who answers prompts; not asked for what the files of earlier stages hold.
        folder: where each stage leaves its file (``4-write.json``); nothing is written if None.
        library: for the stage retrieve.
        prompts, bounds, tell, cancel: as for :class:`ModelWriter`.
    """

    def __init__(
        self,
        task: Task,
        client: Asker,
        *,
        folder: Path | None = None,
        library: Library | None = None,
        prompts: Mapping[str, Prompt] | None = None,
        bounds: Bounds | None = None,
        tell: Tell | None = None,
        cancel: Cancel | None = None,
    ) -> None:
        self.task, self.client, self.folder = task, client, folder
        self.tell, self.cancel, self.cancelled = tell, cancel, False
        self.library, self.prompts, self.bounds = library, prompts, bounds

    def run(self, start: Stage = "facts") -> Drafted:
        """Run the chain from a stage on; the stages before it are taken from their files.

        Raises:
            InputError: the file of an earlier stage is missing or not what it should be.
        """
        place = STAGES.index(start)
        brief = self.task.brief
        if place > STAGES.index("brief") and brief is None:
            brief = self._left_brief()
        answers = self._left_answers(start)
        asker = Replay(answers, self.client) if answers else self.client
        writer = ModelWriter(
            asker, library=self.library, prompts=self.prompts, bounds=self.bounds, tell=self.tell, cancel=self.cancel
        )
        writer.steps("facts")
        task = self.task
        drafted = draft_report(
            task.submission, task.registry, previous=task.previous, report=task.report, writer=writer, brief=brief, today=task.today
        )
        self.cancelled = writer.cancelled
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_all([(self._path(name), _readable(value)) for name, value in artefacts(drafted, writer).items()])
        return drafted

    def _path(self, stage: Stage) -> Path:
        return (self.folder or Path()) / f"{STAGES.index(stage) + 1}-{stage}.json"

    def _left(self, stage: Stage) -> Any:
        path = self._path(stage)
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError("前一步的结果无法读取", place=str(path), remedy="请从更早的一步重新运行") from error

    def _left_brief(self) -> Brief:
        try:
            return Brief.model_validate(self._left("brief"))
        except ValidationError as error:
            raise InputError("提纲的内容不合规定", place=str(self._path("brief")), remedy="请对照原来的内容改正") from error

    def _left_answers(self, start: Stage) -> list[dict[str, Any]]:
        """The answers before a stage: those of writing for verify and repair, those of repairing too for draft."""
        place = STAGES.index(start)
        found = self._left("write") if place > STAGES.index("write") else []
        return [*found, *(self._left("repair") if start == "draft" else [])]


class Replay:
    """Answers from the files of earlier stages, in the order of each part; what they do not hold is asked."""

    def __init__(self, left: list[dict[str, Any]], client: Asker) -> None:
        self._client = client
        self._left: dict[tuple[str, str], deque[dict[str, Any]]] = defaultdict(deque)
        for answer in left:
            self._left[answer["part"], answer["prompt"]].append(answer)

    @property
    def usage(self) -> object:
        """What the client spent."""
        return getattr(self._client, "usage", None)

    def ask(
        self, prompt: RenderedPrompt, *, schema: type[BaseModel] | dict[str, Any], part: str, temperature: float = 0.0
    ) -> Answer:
        """The answer left for this part and prompt, read anew; else the client's."""
        waiting = self._left[part, prompt.name]
        if not waiting:
            return self._client.ask(prompt, schema=schema, part=part, temperature=temperature)
        left = waiting.popleft()
        model = str(left.get("model", ""))
        if left["outcome"] not in ("ok", "cached") or not isinstance(schema, type):
            return Answer("", None, left["outcome"], str(left.get("reason", "")), model, 0, 0, 0.0, 0)
        try:
            data = schema.model_validate({"sentences": left["sentences"]})
        except ValidationError as error:
            raise InputError(
                "前一步留下的句子不合规定", place=f"{part}", remedy="请对照原来的内容改正，或从写作一步重新运行"
            ) from error
        return Answer("", data, "cached", "", model, 0, 0, 0.0, 0)


def artefacts(drafted: Drafted, writer: ModelWriter) -> dict[Stage, Any]:
    """What each stage left, by stage, as plain data."""
    ledger = drafted.ledger
    facts = {key: _fact(ledger[key]) for key in ledger if ledger[key].kind != "provision"}
    rounds = [(part, result, each) for part, result in writer.results.items() for each in result.rounds]
    return {
        "facts": facts,
        "retrieve": {part: found.model_dump(mode="json") for part, found in writer.retrieved.items()},
        "brief": drafted.draft.brief.model_dump(mode="json"),
        "write": [_answer(*each) for each in rounds if each[2].stage == "write"],
        "verify": [verdict for part, _result, each in rounds for verdict in _verdicts(part, each)],
        "repair": [_answer(*each) for each in rounds if each[2].stage != "write"],
        "draft": drafted.draft.model_dump(mode="json", exclude={"usage"}),
    }


def _fact(fact: Any) -> dict[str, str]:
    return {"label": fact.label, "value": f"{fact.direction}{fact.text}{fact.unit}", "source": fact.source}


def _answer(part: str, result: PartResult, each: Round) -> dict[str, Any]:
    return {
        "part": part,
        "round": each.number,
        "prompt": each.stage,
        "items": list(each.items),
        "characters": each.characters,
        "outcome": "ok" if each.outcome == "cached" else each.outcome,
        "reason": each.reason,
        "model": result.model,
        "sentences": [sentence.model_dump(mode="json") for sentence in each.written],
    }


def _verdicts(part: str, each: Round) -> list[dict[str, Any]]:
    return [
        {
            "part": part,
            "round": each.number,
            "items": list(judged.items),
            "text": judged.sentence.text,
            "sources": list(judged.sentence.sources),
            "holds": judged.holds,
            "faults": [{"code": fault.code, "reason": fault.reason} for fault in judged.faults],
        }
        for judged in each.judged
    ]


def _readable(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8")
