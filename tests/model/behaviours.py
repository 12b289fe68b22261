"""What a service can do to its callers, as behaviours of a scripted one: good answers, odd ones, and none.

A behaviour is a function ``(exchange) -> None`` that writes to the wire. Requests with ``stream`` get server-sent events, others
one JSON body, from the same behaviour.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.model.exchange import Author, Behaviour, Exchange

SERVED_MODEL = "scripted-1"
PROBE = '{"reply": "ok"}'


@dataclass(frozen=True)
class Message:
    """An answer as the service would put it."""

    content: str | None
    finish: str | None = "stop"
    refusal: str | None = None
    reasoning: str | None = None
    usage: tuple[int, int] | None = (100, 50)
    extra: dict[str, Any] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        named = {"content": self.content, "refusal": self.refusal, "reasoning_content": self.reasoning}
        return {"role": "assistant", **{name: value for name, value in named.items() if value is not None or name == "content"}}


def _usage(message: Message) -> dict[str, int] | None:
    if message.usage is None:
        return None
    given, taken = message.usage
    return {"prompt_tokens": given, "completion_tokens": taken, "total_tokens": given + taken}


def _chunks(message: Message, piece: int) -> Iterator[dict[str, Any]]:
    base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": SERVED_MODEL}
    fields = message.fields()
    text = fields.pop("content") or ""
    yield {**base, "choices": [{"index": 0, "delta": {**fields, "content": ""}, "finish_reason": None}]}
    for at in range(0, len(text), piece):
        yield {**base, "choices": [{"index": 0, "delta": {"content": text[at : at + piece]}, "finish_reason": None}]}
    if message.finish:
        yield {**base, "choices": [{"index": 0, "delta": {}, "finish_reason": message.finish}]}
    if message.usage:
        yield {**base, "choices": [], "usage": _usage(message)}


def say(message: Message, *, latency: float = 0.0, piece: int = 200) -> Behaviour:
    """Give this answer ``latency`` seconds after the request, in pieces of ``piece`` characters where a stream is asked for."""

    def behave(exchange: Exchange) -> None:
        if latency:
            exchange.wait(max(0.0, exchange.seen.at + latency - time.monotonic()))
        if exchange.streams:
            exchange.start(200, "text/event-stream")
            for chunk in _chunks(message, piece):
                exchange.event(chunk)
            exchange.write(b"data: [DONE]\n\n")
            return
        choice = {"index": 0, "message": message.fields(), "finish_reason": message.finish}
        body = {
            "id": "c1",
            "object": "chat.completion",
            "created": 1,
            "model": SERVED_MODEL,
            "choices": [choice],
            "usage": _usage(message),
        }
        exchange.whole(200, json.dumps(body, ensure_ascii=False).encode())

    return behave


def answer(text: str, **message: Any) -> Behaviour:
    """This text."""
    return say(Message(text, **message))


def json_answer(data: object, **message: Any) -> Behaviour:
    """This object as JSON."""
    return answer(json.dumps(data, ensure_ascii=False), **message)


def scripted_author(author: Author, *, latency: float = 0.0) -> Behaviour:
    """Whatever ``author`` writes for the request's body, its own time counted as part of ``latency``."""

    def behave(exchange: Exchange) -> None:
        text = author(exchange.seen.body)
        say(Message(text, usage=(len(exchange.seen.system) + len(exchange.seen.user), len(text))), latency=latency)(exchange)

    return behave


def thinking(text: str, thought: str = '先想一想 {"x": 1} 再答', *, closed: bool = True, opened: bool = True) -> Behaviour:
    """A thinking model with its thinking in the content; ``opened=False`` as where the template already opened the tag."""
    return answer(("<think>" if opened else "") + thought + ("</think>\n\n" if closed else "") + (text if closed else ""))


def reasoning_field(text: str, thought: str = "先想一想") -> Behaviour:
    """A thinking model with its thinking in a field of its own."""
    return answer(text, reasoning=thought)


def fenced(text: str) -> Behaviour:
    """JSON in a code fence between polite words."""
    return answer(f"好的，以下是结果：\n```json\n{text}\n```\n希望对您有帮助！")


def trailing_commas(data: dict[str, Any]) -> Behaviour:
    """JSON with a comma before each closing bracket."""
    return answer(_with_commas(data))


def _with_commas(value: object) -> str:
    if isinstance(value, dict):
        return "{" + "".join(f"{json.dumps(name)}: {_with_commas(item)}, " for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + "".join(f"{_with_commas(item)},\n" for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def half_json(data: object) -> Behaviour:
    """The first half of the JSON, said to be all of it."""
    text = json.dumps(data, ensure_ascii=False)
    return answer(text[: len(text) // 2])


def truncated(data: object) -> Behaviour:
    """The first half of the JSON, cut at the token limit."""
    text = json.dumps(data, ensure_ascii=False)
    return answer(text[: len(text) // 2], finish="length")


def refusal(reason: str = "I cannot help with that.") -> Behaviour:
    """A refusal in its own field, no content."""
    return say(Message(None, refusal=reason))


def refusal_in_words(text: str = "很抱歉，我无法完成这个请求。") -> Behaviour:
    """A refusal where the answer should be."""
    return answer(text)


def empty() -> Behaviour:
    """An empty answer."""
    return answer("")


def null_content() -> Behaviour:
    """Content null."""
    return say(Message(None))


def repeating(piece: str = "加强组织领导，提高公开水平。", times: int = 3000) -> Behaviour:
    """The same words over and over."""
    return answer('{"reply": "' + piece * times)


def login_page(status_code: int = 200) -> Behaviour:
    """A proxy's login page."""
    page = "<!DOCTYPE html><html><head><title>登录</title></head><body><form>用户名</form></body></html>".encode()
    return lambda exchange: exchange.whole(status_code, page, "text/html; charset=utf-8")


def login_page_called_json() -> Behaviour:
    """A login page under a content type that lies."""
    return lambda exchange: exchange.whole(200, b"<!DOCTYPE html><html><body>login</body></html>", "text/event-stream")


def not_json() -> Behaviour:
    """Status 200 and a body that is no JSON."""
    return lambda exchange: exchange.whole(200, b"OK", "application/json")


def no_choices() -> Behaviour:
    """Status 200 and no choices."""

    def behave(exchange: Exchange) -> None:
        body = {"id": "c1", "object": "chat.completion", "created": 1, "model": SERVED_MODEL, "choices": []}
        if exchange.streams:
            exchange.whole(200, b"data: " + json.dumps(body).encode() + b"\n\ndata: [DONE]\n\n", "text/event-stream")
        else:
            exchange.whole(200, json.dumps(body).encode())

    return behave


def status(code: int, message: str = "no", *, error_code: str = "", retry_after: float | str | None = None) -> Behaviour:
    """An error in the agreed form."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = json.dumps({"error": {"message": message, "type": "error", "code": error_code or None}}, ensure_ascii=False).encode()
    return lambda exchange: exchange.whole(code, body, headers=headers)


def redirect(to: str) -> Behaviour:
    """A redirect to another address."""
    return lambda exchange: exchange.whole(307, b"", "text/plain", {"Location": to})


def reset() -> Behaviour:
    """The connection is reset before a byte of the answer."""
    return lambda exchange: exchange.reset()


def silent(seconds: float = 30.0) -> Behaviour:
    """Nothing at all for a long time."""
    return lambda exchange: exchange.wait(seconds)


def cut(text: str = '{"reply": "写到一半', *, by_reset: bool = False) -> Behaviour:
    """A stream that ends in the middle, without a finish reason."""

    def behave(exchange: Exchange) -> None:
        exchange.start(200, "text/event-stream")
        for chunk in _chunks(Message(text, finish=None, usage=None), 5):
            exchange.event(chunk)
        if by_reset:
            exchange.reset()

    return behave


def stalled(text: str = '{"reply": "写到一半', seconds: float = 30.0) -> Behaviour:
    """A stream that stops moving in the middle."""

    def behave(exchange: Exchange) -> None:
        cut(text)(exchange)
        exchange.wait(seconds)

    return behave


def dripping(seconds: float = 30.0, every: float = 0.05) -> Behaviour:
    """A stream that never stalls and never ends: a comment line every now and then."""

    def behave(exchange: Exchange) -> None:
        exchange.start(200, "text/event-stream")
        until = time.monotonic() + seconds
        while time.monotonic() < until and not exchange.released.is_set():
            exchange.write(b": keep-alive\n\n")
            exchange.wait(every)

    return behave


def error_event(message: str = "the model crashed") -> Behaviour:
    """An error in the middle of a stream."""

    def behave(exchange: Exchange) -> None:
        exchange.start(200, "text/event-stream")
        exchange.event(next(_chunks(Message("写到"), 5)))
        exchange.event({"error": {"message": message, "type": "server_error", "code": 500}})

    return behave


def never_streams(text: str) -> Behaviour:
    """One JSON body, whatever was asked for."""

    def behave(exchange: Exchange) -> None:
        exchange.seen.body["stream"] = False
        answer(text)(exchange)

    return behave


def refuses_field(name: str, then: Behaviour) -> Behaviour:
    """400 as long as the request has the field (or the value of ``response_format``) ``name``, then ``then``."""

    def behave(exchange: Exchange) -> None:
        if exchange.seen.body.get(name) or (exchange.seen.body.get("response_format") or {}).get("type") == name:
            status(400, f"Unsupported parameter: '{name}' is not supported with this model.")(exchange)
        else:
            then(exchange)

    return behave
