"""The brief: what each narrative part has to say, in order, before anything is written. A person can read and edit it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import InputError

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


def read_brief(path: Path) -> Brief:
    """Read an edited brief: a brief on its own, or the JSON of a draft that holds one.

    Raises:
        InputError: the file cannot be read or is not a brief; the message names the place.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InputError("提纲文件无法读取，或者不是 JSON", place=str(path), remedy="请使用 --json 输出的文件") from error
    try:
        return Brief.model_validate(data["brief"] if isinstance(data, dict) and "brief" in data else data)
    except ValidationError as error:
        where = "/".join(str(item) for item in error.errors()[0]["loc"])
        raise InputError(
            f"提纲的内容不合规定，位置 /{where}", place=str(path), remedy="请对照 --json 输出中的 brief 修改"
        ) from error
