"""A scripted OpenAI-compatible chat service over real HTTP on loopback.

``ScriptedServer`` keeps a queue of behaviours and a history. Each request takes the next behaviour of the queue; when the queue is
empty, ``author`` answers. A behaviour is a function ``(exchange) -> None`` that writes to the wire; those below are named after
what a service can do to its callers. Requests with ``stream`` get server-sent events, others one JSON body, from the same
behaviour.

    with ScriptedServer([status(429, retry_after=0), json_answer({"reply": "好"})]) as server:
        ...                                   # base_url = server.url
        assert len(server.history) == 2       # each: path, headers, body, time

An author is a function from the request's body to the text of the answer (:func:`scripted_author` wraps one for the queue).
"""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

Behaviour = Callable[["Exchange"], None]
Author = Callable[[dict[str, Any]], str]
SERVED_MODEL = "scripted-1"
PROBE = '{"reply": "ok"}'


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][-1]["content"])

    @property
    def is_probe(self) -> bool:
        return self.user == "JSON"


@dataclass
class Exchange:
    """One request and the wire to answer it on."""

    seen: Seen
    handler: BaseHTTPRequestHandler
    released: threading.Event

    @property
    def streams(self) -> bool:
        return bool(self.seen.body.get("stream"))

    def start(self, status: int, kind: str, headers: dict[str, str] | None = None, length: int | None = None) -> None:
        """Send status and headers; without ``length`` the body ends when the connection closes."""
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        if length is not None:
            self.handler.send_header("Content-Length", str(length))
        self.handler.send_header("Connection", "close")
        for name, value in (headers or {}).items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.close_connection = True

    def write(self, data: bytes) -> None:
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def whole(self, status: int, body: bytes, kind: str = "application/json", headers: dict[str, str] | None = None) -> None:
        self.start(status, kind, headers, len(body))
        self.write(body)

    def event(self, data: dict[str, Any]) -> None:
        self.write(b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n")

    def wait(self, seconds: float) -> None:
        """Stay silent, but not beyond the server's end."""
        self.released.wait(seconds)

    def reset(self) -> None:
        """Break the connection off with RST."""
        sock = self.handler.connection
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(sock.detach())


class ScriptedServer:
    """The service. Use it as a context manager; one thread per connection.

    Args:
        script: behaviours of the first requests, in order.
        author: who answers once the script is used up; an error 500 if None.
        probe: what answers the question by which a client finds out what the service understands, outside the script;
            None puts it into the script's order like any other request.
    """

    def __init__(
        self,
        script: Iterable[Behaviour] = (),
        *,
        author: Author | None = None,
        probe: Behaviour | None = None,
        scripted_probe: bool = False,
    ) -> None:
        self.script: deque[Behaviour] = deque(script)
        self.history: list[Seen] = []
        self._author = author
        self._probe = None if scripted_probe else (probe or answer(PROBE))
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._httpd.daemon_threads = True
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._httpd.server_address[1]}/v1"

    @property
    def asked(self) -> list[Seen]:
        """The history without probes."""
        return [seen for seen in self.history if not seen.is_probe]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._released.set()
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join(5)

    def _next(self, seen: Seen) -> Behaviour:
        with self._lock:
            self.history.append(seen)
            if seen.is_probe and self._probe is not None:
                return self._probe
            if self.script:
                return self.script.popleft()
        return status(500, "the script is used up") if self._author is None else scripted_author(self._author)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                seen = Seen(
                    self.path, {name.lower(): value for name, value in self.headers.items()}, json.loads(body), time.monotonic()
                )
                with suppress(OSError, ValueError):
                    server._next(seen)(Exchange(seen, self, server._released))

            def do_GET(self) -> None:
                with server._lock:
                    server.history.append(Seen(self.path, {}, {"messages": [{"content": ""}]}, time.monotonic()))
                self.send_error(404)

            def log_message(self, *_args: object) -> None:
                pass

        return Handler


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
    """Give this answer after ``latency`` seconds, streamed in pieces of ``piece`` characters where a stream is asked for."""

    def behave(exchange: Exchange) -> None:
        if latency:
            exchange.wait(latency)
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
    """Whatever ``author`` writes for the request's body."""

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
