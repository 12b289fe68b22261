"""A draft: parts, paragraphs, sentences with slots and sources (its JSON Schema: ``assistant schema draft``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.checks.finding import Finding
from assistant.drafting.brief import Brief

WriterName = Literal["offline", "model", "person"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Attempt(_Model):
    """A wording that was refused before the one that stands: which try (from 1), its text with slots, why it was refused.

    ``text`` is empty where no usable answer came or the answer left the point out. Number 0 is the wording handed in itself,
    where no wording of it could pass and none was asked for.
    """

    number: int
    text: str = ""
    reasons: tuple[str, ...] = ()


class Sentence(_Model):
    """One sentence. ``text`` carries slots ``{key}``; ``rendered`` is what prints; ``gap`` names the missing thing.

    ``attempts`` are the model's wordings refused before this one, whoever wrote it in the end.
    """

    text: str
    rendered: str
    sources: tuple[str, ...]
    writer: WriterName = "offline"
    gap: str | None = None
    attempts: tuple[Attempt, ...] = ()


class Paragraph(_Model):
    """Sentences printed as one paragraph, under a sub-heading where there is one."""

    sentences: tuple[Sentence, ...]
    heading: str = ""

    @property
    def text(self) -> str:
        """The paragraph as printed."""
        return "".join(sentence.rendered for sentence in self.sentences)


class Part(_Model):
    """A narrative part: ``preface``, ``s1.active`` … ``s1.supervise``, ``sec5``, ``sec6``."""

    key: str
    heading: str
    paragraphs: tuple[Paragraph, ...]


class Gap(_Model):
    """Something the form demands and nobody supplied."""

    key: str
    ask: str


class Hint(_Model):
    """A remark for the unit: a problem the statistics hint at (never asserted), a clause left out, a count to make exact."""

    kind: Literal["problem", "left_out", "vague", "profile", "unused", "personal"]
    text: str
    sources: tuple[str, ...] = ()


class FactView(_Model):
    """A fact as shown beside a draft."""

    label: str
    value: str
    unit: str
    source: str


class Usage(_Model):
    """What the writing cost."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0


class Draft(_Model):
    """A complete first draft with its facts, gaps and findings."""

    unit: str
    year: int
    form: str
    title: str
    writer: WriterName = "offline"
    fingerprint: str
    parts: tuple[Part, ...]
    gaps: tuple[Gap, ...] = ()
    hints: tuple[Hint, ...] = ()
    facts: dict[str, FactView] = Field(default_factory=dict)
    brief: Brief
    findings: tuple[Finding, ...] = ()
    usage: Usage = Usage()
    model: str = Field(default="", description="所用模型的名称，离线写作时为空")
    prompts: dict[str, str] = Field(default_factory=dict, description="所用提示词及其版本")

    def sentences(self) -> Iterator[tuple[Part, int, int, Sentence]]:
        """Each sentence with its part and its paragraph and sentence numbers (from 0)."""
        for part in self.parts:
            for paragraph_number, paragraph in enumerate(part.paragraphs):
                for sentence_number, sentence in enumerate(paragraph.sentences):
                    yield part, paragraph_number, sentence_number, sentence
