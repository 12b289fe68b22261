"""A client against a scripted service, whose waits take no time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from assistant.drafting.model.client import Connection
from assistant.drafting.model.settings import ModelSettings
from assistant.drafting.model.types import RenderedPrompt
from tests.model.server import ScriptedServer

KEY = "sk-very-secret-0123456789"
SENTENCE = "全年新收政府信息公开申请{t3.new.total}件，比上年增加{d.diff.t3.new.total}件。"
GOOD = {"reply": SENTENCE}
PROMPT = RenderedPrompt("part", "abc123", "你是一名起草人员，只输出 JSON。", "请写一句话。素材：新收申请若干件。")


class Reply(BaseModel):
    """A bounded answer."""

    model_config = ConfigDict(extra="forbid")

    reply: str = Field(max_length=400)


class Clock:
    """Counts the waits asked for instead of waiting."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


def settings_for(server: ScriptedServer, home: Path, **changes: Any) -> ModelSettings:
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    given: dict[str, Any] = {"home": home, "base_url": server.url, "model": "m", "key": SecretStr(KEY), "request_seconds": 20.0}
    return ModelSettings(**{**given, **changes})


@contextmanager
def connected(server: ScriptedServer, home: Path, clock: Clock | None = None, **changes: Any) -> Iterator[Connection]:
    connection = Connection(settings_for(server, home, **changes), sleep=(clock or Clock()).sleep)
    try:
        yield connection
    finally:
        connection.close()
