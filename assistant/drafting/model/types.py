"""What goes to the model and what comes back. Free of any model library, so that importing it costs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal[
    "ok",
    "cached",
    "truncated",
    "refused",
    "empty",
    "unparsable",
    "wrong_language",
    "repetition",
    "not_a_model",
    "unavailable",
    "over_budget",
    "cancelled",
]
USABLE: frozenset[Outcome] = frozenset({"ok", "cached"})


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """A prompt with its variables filled in.

    Attributes:
        name: the prompt file's name without its ending.
        version: version of the file by content, a short hexadecimal digest.
        system: the system message.
        user: the user message.
    """

    name: str
    version: str
    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking the model once, repeats on faults of the wire included.

    Attributes:
        text: the model's text with its thinking taken off; empty where there is none. Never document text by itself.
        data: the parsed object: an instance of the asked Pydantic class, or a dict where the schema was a dict; None unless usable.
        outcome: what became of it; ``ok`` and ``cached`` are usable, the others are not.
        reason: why it is not usable, a Chinese clause; empty where it is usable.
        model: the name the server gave for the model, else the name asked for.
        input_tokens: tokens of the prompt, 0 when answered from the record.
        output_tokens: tokens of the answer, 0 when answered from the record.
        seconds: wall time of all of it, waits included.
        calls: HTTP requests made, 0 when answered from the record or stopped by a limit.
    """

    text: str
    data: object | None
    outcome: Outcome
    reason: str
    model: str
    input_tokens: int
    output_tokens: int
    seconds: float
    calls: int

    @property
    def usable(self) -> bool:
        """Whether ``data`` may be used."""
        return self.outcome in USABLE
