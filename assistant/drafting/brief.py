"""The brief: what each narrative part has to say, in order, before anything is written. A person can read and edit it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Topic = Literal[
    "basis", "scope", "period", "contact",
    "documents", "decisions",
    "received", "applicants", "results", "disputes",
    "note", "result", "follow_up", "problems", "fee", "unpaid", "gap",
]  # fmt: skip


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Point(_Model):
    """One thing to say.

    ``keys`` are the facts, notes, problems it rests on; ``provisions`` articles to lean on; ``ask`` is the question
    put to the unit when nobody supplied what the form demands (topic ``gap``, with the key of what is missing).
    """

    topic: Topic
    keys: tuple[str, ...] = ()
    provisions: tuple[str, ...] = ()
    new_paragraph: bool = False
    gap: str = ""
    ask: str = ""


class PartBrief(_Model):
    """A narrative part: ``preface``, ``s1.active`` … ``s1.supervise``, ``sec5``, ``sec6``."""

    key: str
    heading: str
    points: tuple[Point, ...]


class Suggestion(_Model):
    """A problem the statistics hint at, for the unit to consider; never stated in the report by itself."""

    text: str = Field(description="提示语，数字用槽")
    keys: tuple[str, ...]


class Brief(_Model):
    """The briefs of all parts of one report."""

    unit: str
    year: int
    form: str
    parts: tuple[PartBrief, ...]
    suggestions: tuple[Suggestion, ...] = ()
