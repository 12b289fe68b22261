"""What a service understands: asked once with a tiny question, strictest form of answer first; kept for endpoint and model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, get_args

from assistant.drafting.model.answers import read_answer
from assistant.drafting.model.calls import Calls
from assistant.drafting.model.endpoint import Dialect, Job, Mode, Reply, TokenField
from assistant.drafting.model.faults import ModelFault, NotStreaming, Rejected, ServerFailed, TooLong
from assistant.drafting.model.settings import ModelSettings

_QUESTION: dict[str, Any] = {
    "type": "object",
    "properties": {"reply": {"type": "string", "enum": ["ok"]}},
    "required": ["reply"],
    "additionalProperties": False,
}
_SYSTEM = 'JSON: {"reply": "ok"}'
_SECONDS = 60.0
_ANSWER_TOKENS = 1024
_MOST_REQUESTS = 8
_MODES: tuple[Mode, ...] = get_args(Mode)
_NAMES: dict[Mode, str] = {"json_schema": "按格式定义作答", "json_object": "按 JSON 作答", "text": "只按文字说明作答"}

Send = Callable[[Job, Dialect], Reply]


def known_dialect(calls: Calls, settings: ModelSettings) -> Dialect | None:
    """What an earlier probe found, None if there was none or it cannot be read."""
    found = calls.dialect(settings.endpoint, settings.model)
    try:
        return Dialect(**{name: value for name, value in found.items() if name != "at"}) if found else None
    except TypeError:
        return None


def probe(send: Send, calls: Calls, settings: ModelSettings) -> Dialect:
    """Find out what the service understands, and keep it.

    A refused request field is given up; an answer that does not keep to the asked form makes the next looser form be tried.
    Words alone always count as understood.

    Raises:
        ModelFault: the service gave no answer at all; nothing is kept.
    """
    dialect = Dialect()
    for _request in range(_MOST_REQUESTS):
        following: Dialect | None
        job = Job(
            _SYSTEM, "JSON", _QUESTION, min(_ANSWER_TOKENS, settings.answer_tokens), 0.0, min(_SECONDS, settings.request_seconds)
        )
        try:
            reply = send(job, dialect)
        except (Rejected, TooLong) as fault:
            following = _without(dialect, fault)
        except NotStreaming:
            following = replace(dialect, stream=False)
        except ServerFailed:
            following = _looser(dialect) if dialect.mode != "text" else None
            if following is None:
                raise
        else:
            following = None if _kept_form(reply, dialect) else _looser(dialect)
        if following is None:
            calls.learn(settings.endpoint, settings.model, asdict(dialect))
            return dialect
        dialect = following
    raise ServerFailed("模型服务对各种问法都不接受", remedy="请确认服务兼容 OpenAI 的对话接口")


def with_schema(system: str, schema: dict[str, Any], dialect: Dialect) -> str:
    """The system message as sent: the schema is put behind it where the service takes none of its own."""
    if dialect.mode == "json_schema":
        return system
    return f"{system}\n\nJSON Schema:\n{json.dumps(schema, ensure_ascii=False, separators=(',', ':'))}"


def describe(dialect: Dialect) -> str:
    """One Chinese line for ``assistant doctor``."""
    return f"{_NAMES[dialect.mode]}，{'逐段' if dialect.stream else '整段'}接收"


def _kept_form(reply: Reply, dialect: Dialect) -> bool:
    if dialect.mode == "text":
        return True
    return read_answer(reply.text, _QUESTION, finish=reply.finish, refusal=reply.refusal).outcome == "ok" and "ok" in reply.text


def _without(dialect: Dialect, fault: ModelFault) -> Dialect:
    """The dialect without the field the service refused; a looser form where it named none of ours."""
    if "max_completion_tokens" in fault.fields and "max_tokens" not in fault.fields:
        return _tokens(dialect, "max_tokens", fault)
    if "max_tokens" in fault.fields:
        return _tokens(dialect, "max_completion_tokens", fault)
    if "temperature" in fault.fields and dialect.temperature:
        return replace(dialect, temperature=False)
    if fault.fields & {"stream", "stream_options"} and dialect.stream:
        return replace(dialect, stream=False)
    following = _looser(dialect)
    if following is None:
        raise fault
    return following


def _tokens(dialect: Dialect, other: TokenField, fault: ModelFault) -> Dialect:
    if dialect.tokens != "both":
        raise fault
    return replace(dialect, tokens=other)


def _looser(dialect: Dialect) -> Dialect | None:
    at = _MODES.index(dialect.mode) + 1
    return replace(dialect, mode=_MODES[at]) if at < len(_MODES) else None
