"""What the model must hand back: sentences with slots and sources, every string and list bounded."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

LONGEST_SENTENCE = 1200
MOST_SENTENCES = 40

ItemNumber = Annotated[int, Field(ge=1, le=99)]
SourceKey = Annotated[str, StringConstraints(max_length=60, strip_whitespace=True)]
_KEY = re.compile(r"\{\s*([^{}]+?)\s*\}")
_HALF = str.maketrans({"｛": "{", "｝": "}", ",": "，", ";": "；"})


class WrittenSentence(BaseModel):
    """One sentence: the items it states, its text with slots ``{key}``, the keys it rests on."""

    model_config = ConfigDict(extra="forbid")

    items: list[ItemNumber] = Field(min_length=1, max_length=8)
    text: str = Field(min_length=1, max_length=LONGEST_SENTENCE)
    sources: list[SourceKey] = Field(max_length=32)


class WrittenPart(BaseModel):
    """The sentences of one part, in order."""

    model_config = ConfigDict(extra="forbid")

    sentences: list[WrittenSentence] = Field(min_length=1, max_length=MOST_SENTENCES)


class Alternatives(BaseModel):
    """Several wordings of the same sentences."""

    model_config = ConfigDict(extra="forbid")

    alternatives: list[Annotated[list[WrittenSentence], Field(min_length=1, max_length=8)]] = Field(min_length=1, max_length=4)


def tidy(text: str) -> str:
    """A sentence as handed back, in one line, with Chinese marks, its slots without inner blanks, and a final stop.

    Only marks and white space change; no word and no figure does.
    """
    pieces = re.split(r"(\{[^{}]*\})", text.replace("｛", "{").replace("｝", "}").strip())
    plain = (_KEY.sub(r"{\1}", piece) if piece.startswith("{") else _marks(piece) for piece in pieces)
    whole = "".join(plain).strip("，；、 ")
    return whole if whole.endswith("。") or not whole else whole.rstrip(".；，") + "。"


def _marks(text: str) -> str:
    text = re.sub(r"[ \t\r\n　]+(?=[^\x00-\x7f]|$)|(?<=[^\x00-\x7f])[ \t\r\n　]+|^[ \t\r\n　]+", "", text)
    return re.sub(r"(?<!\d)[,;]|[,;](?!\d)", lambda match: match.group().translate(_HALF), text)
