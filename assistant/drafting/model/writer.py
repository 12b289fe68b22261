"""The writer with a model: parts side by side, each written, verified, repaired; the same result in whatever order they arrive."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING

from assistant.drafting.brief import Brief, PartBrief
from assistant.drafting.draft import Part, Usage
from assistant.drafting.model.material import PartMaterial, part_material
from assistant.drafting.model.part_writer import Asker, Bounds, PartResult, PartWriter
from assistant.drafting.model.progress import Cancel, Steps, Tell
from assistant.drafting.model.prompts import NEEDED, Prompt, load_prompt
from assistant.drafting.model.retrieving import Retrieved, retrieve
from assistant.drafting.offline.voice import Voice
from assistant.drafting.offline.writer import OfflineWriter

if TYPE_CHECKING:
    from assistant.library.library import Library

PLAIN_PARTS = frozenset({"preface"})


class ModelWriter:
    """Writes the parts of a report with a model; the preface, gap marks and joining sentences are the program's.

    Args:
        client: who answers prompts.
        library: for precedents and provisions; None if there is none.
        prompts: prompts by name; those of the prompts folder if None.
        bounds: how much one part may take.
        workers: parts written at the same time.
        tell: who is told of each step, see :mod:`assistant.drafting.model.progress`.
        cancel: a wish to stop, heard before each call; what is written by then stands, the offline sentences take the rest.

    Raises:
        PromptError: a prompt file cannot be used.
    """

    name = "model"

    def __init__(
        self,
        client: Asker,
        *,
        library: Library | None = None,
        prompts: Mapping[str, Prompt] | None = None,
        bounds: Bounds | None = None,
        workers: int = 8,
        tell: Tell | None = None,
        cancel: Cancel | None = None,
    ) -> None:
        self.client, self.library, self.workers = client, library, workers
        self.loaded = dict(prompts) if prompts is not None else {name: load_prompt(name) for name in NEEDED}
        self.bounds = bounds or Bounds()
        self.steps = Steps(tell, cancel, lambda: getattr(client, "usage", None))
        self.retrieved: dict[str, Retrieved] = {}
        self.materials: dict[str, PartMaterial] = {}
        self.results: dict[str, PartResult] = {}

    @property
    def prompts(self) -> dict[str, str]:
        """Versions of the prompts used, by name."""
        used = {each.stage for result in self.results.values() for each in result.rounds}
        return {name: prompt.version for name, prompt in self.loaded.items() if name in used}

    @property
    def model(self) -> str:
        """The name of the model that answered, empty if none did."""
        return next((result.model for result in self.results.values() if result.model), "")

    @property
    def usage(self) -> Usage:
        """What the client spent, as far as it counts."""
        spent = getattr(self.client, "usage", None)
        if spent is None:
            return Usage()
        return Usage(
            calls=spent.calls, input_tokens=spent.input_tokens, output_tokens=spent.output_tokens, seconds=round(spent.seconds, 3)
        )

    @property
    def cancelled(self) -> bool:
        """Whether a part was left to the offline writer because somebody wished to stop."""
        return any(result.cancelled for result in self.results.values())

    def write(self, brief: PartBrief, voice: Voice) -> Part:
        """Write one part."""
        return self._written((brief,), voice)[0]

    def write_all(self, brief: Brief, voice: Voice) -> tuple[Part, ...]:
        """Write all parts, side by side."""
        self.results = {}
        return self._written(brief.parts, voice)

    def prepare(self, briefs: tuple[PartBrief, ...], voice: Voice) -> tuple[Part, ...]:
        """The offline draft of each part and from it the material, in order: the stages retrieve and brief."""
        self.steps("facts", done=True)
        offline = tuple(OfflineWriter().write(part, voice) for part in briefs)
        self.steps("retrieve")
        self.retrieved = retrieve(voice, (part.key for part in briefs), self.library)
        for brief, part in zip(briefs, offline, strict=True):
            found = self.retrieved[brief.key]
            texts = (*found.precedents, *found.last_year)
            self.materials[brief.key] = part_material(brief, part, voice, precedents=texts, provisions=found.provisions)
        voice.ledger.with_value(Decimal(-1))
        self.steps("retrieve", done=True)
        return offline

    def _written(self, briefs: tuple[PartBrief, ...], voice: Voice) -> tuple[Part, ...]:
        offline = self.prepare(briefs, voice)
        points = sum(len(self.materials[part.key].open) for part in briefs if part.key not in PLAIN_PARTS)
        self.steps("brief", done=True, points=points)
        open_parts = [part.key for part in briefs if part.key not in PLAIN_PARTS and self.materials[part.key].open]
        writers = [PartWriter(self.materials[key], self.client, self.loaded, self.bounds, self.steps) for key in open_parts]
        with ThreadPoolExecutor(max_workers=max(1, min(self.workers, len(writers) or 1))) as pool:
            results = list(pool.map(PartWriter.run, writers))
        self.results |= dict(zip(open_parts, results, strict=True))
        self.steps("draft", done=True, points=points, settled=sum(result.settled for result in results))
        return tuple(self.results[part.key].part if part.key in open_parts else part for part in offline)
