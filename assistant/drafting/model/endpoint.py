"""The one configured service: asked through LangChain, within a hard time limit, followed nowhere else, watched by nobody."""

from __future__ import annotations

import contextvars
import os
import re
import threading
import time
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from assistant.drafting.model.answers import endless
from assistant.drafting.model.faults import (
    ModelFault,
    NotAModel,
    NotStreaming,
    Overlong,
    TimedOut,
    Unreachable,
    fault_of,
    html_page,
)
from assistant.drafting.model.settings import ModelSettings

if TYPE_CHECKING:
    import httpx2
    from langchain_core.messages import AIMessageChunk

    from assistant.drafting.model.chat import Chat

Mode = Literal["json_schema", "json_object", "text"]
TokenField = Literal["both", "max_tokens", "max_completion_tokens"]
_TRACING = ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_OTEL_ENABLED")
_CONNECT_SECONDS = 10.0
_LARGEST = 4 * 1024 * 1024
_WATCH_EVERY = 400
_PAGE = re.compile(rb"\s*(?:<!doctype html|<html\b)", re.IGNORECASE)
_deadline: contextvars.ContextVar[float] = contextvars.ContextVar("deadline", default=float("inf"))
_streaming: contextvars.ContextVar[bool] = contextvars.ContextVar("streaming", default=False)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a service understands. The first mode is the strictest.

    Attributes:
        mode: how an answer's form is asked for: by schema, as any JSON object, or by words alone.
        stream: whether answers come piece by piece.
        tokens: the request field that bounds the answer.
        temperature: whether a temperature is accepted.
    """

    mode: Mode = "json_schema"
    stream: bool = True
    tokens: TokenField = "both"
    temperature: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """One request.

    Attributes:
        system: the system message, as sent.
        user: the user message, as sent.
        schema: JSON Schema of the answer, used in the mode ``json_schema``.
        answer_tokens: longest answer.
        temperature: 0 for the likeliest answer.
        seconds: hard limit of the whole request.
    """

    system: str
    user: str
    schema: dict[str, Any]
    answer_tokens: int
    temperature: float
    seconds: float


@dataclass(slots=True)
class Reply:
    """What the service sent, unjudged."""

    text: str = ""
    refusal: str = ""
    thought: int = 0
    finish: str = ""
    model: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    streamed: bool = True
    stopped: bool = False


class Endpoint:
    """Asks the configured service. Shared between threads.

    Args:
        settings: where and what the model is. LangChain is imported at the first request.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._http: httpx2.Client | None = None
        self._chat: Chat | None = None

    def send(self, job: Job, dialect: Dialect) -> Reply:
        """Make one request; never repeats it.

        Raises:
            ModelFault: no answer to read; the class says what it was.
        """
        chat = self._ready()
        token, piecewise = _deadline.set(time.monotonic() + job.seconds), _streaming.set(dialect.stream)
        try:
            return self._streamed(chat, job, dialect) if dialect.stream else self._whole(chat, job, dialect)
        finally:
            _deadline.reset(token)
            _streaming.reset(piecewise)

    def close(self) -> None:
        """Close open connections."""
        with self._lock:
            if self._http is not None:
                self._http.close()
            self._http = self._chat = None

    def _ready(self) -> Chat:
        with self._lock:
            if self._chat is None:
                self._http, self._chat = _build(self._settings)
            return self._chat

    def _streamed(self, chat: Chat, job: Job, dialect: Dialect) -> Reply:
        pieces: list[str] = []
        reply = Reply(model=self._settings.model)
        length = watched = 0
        source = _pieces(chat.stream(_messages(job), **_options(job, dialect)))
        for piece in source:
            text = piece.text
            pieces.append(text)
            length += len(text)
            _take(reply, piece)
            if length - watched >= _WATCH_EVERY:
                watched = length
                if endless("".join(pieces)):
                    reply.stopped = True
                    break
        reply.text = "".join(pieces)
        if reply.stopped:
            source.close()
        elif not reply.finish and not reply.input_tokens:
            raise Unreachable("模型服务的答复中途断开", remedy="请检查服务和网络是否稳定")
        return reply

    def _whole(self, chat: Chat, job: Job, dialect: Dialect) -> Reply:
        options = _options(job, dialect)
        with _judged():
            message = chat.invoke(_messages(job), **options)
        reply = Reply(text=message.text, model=self._settings.model, streamed=False)
        _take(reply, message)
        return reply


@contextmanager
def _judged() -> Iterator[None]:
    """The one boundary to the model library: whatever it raises becomes a fault. Our own code stays outside of it."""
    try:
        yield
    except ModelFault:
        raise
    except Exception as error:
        raise fault_of(error) from error


def _pieces(source: Iterator[AIMessageChunk]) -> Generator[AIMessageChunk, None, None]:
    try:
        while True:
            with _judged():
                piece = next(source, None)
            if piece is None:
                return
            yield piece
    finally:
        getattr(source, "close", lambda: None)()


def silence_tracing() -> None:
    """Switch LangSmith and its kin off in this process, whatever the environment says."""
    for name in _TRACING:
        os.environ[name] = "false"
    os.environ.pop("LANGSMITH_GATEWAY", None)
    from langsmith import utils

    for cached in (utils.get_env_var, getattr(utils, "tracing_is_enabled", None)):
        clear = getattr(cached, "cache_clear", None)
        if clear:
            clear()


def _build(settings: ModelSettings) -> tuple[httpx2.Client, Chat]:
    silence_tracing()
    warnings.filterwarnings("ignore", module=r"langchain_openai\b")
    import httpx2

    from assistant.drafting.model.chat import Chat

    http = httpx2.Client(
        trust_env=not settings.loopback,
        follow_redirects=False,
        event_hooks={"response": [_guard]},
        limits=httpx2.Limits(max_connections=64, max_keepalive_connections=16),
    )
    chat = Chat(
        model=settings.model,
        base_url=settings.base_url,
        api_key=lambda: settings.key.get_secret_value() or "none",
        openai_proxy=None,
        http_client=http,
        max_retries=0,
        stream_usage=True,
        use_responses_api=False,
        cache=False,
    )
    address = str(chat.root_client.base_url).rstrip("/")
    if address != settings.base_url:
        http.close()
        raise NotAModel("模型组件要连接的不是所配置的地址，没有连接", remedy="请检查环境变量中有没有改写服务地址的设置")
    return http, chat


def _messages(job: Job) -> list[tuple[str, str]]:
    return [("system", job.system), ("user", job.user)]


def _options(job: Job, dialect: Dialect) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if dialect.mode == "json_schema":
        described = {"name": "answer", "strict": True, "schema": job.schema}
        extra["response_format"] = {"type": "json_schema", "json_schema": described}
    elif dialect.mode == "json_object":
        extra["response_format"] = {"type": "json_object"}
    if dialect.tokens in ("both", "max_tokens"):
        extra["max_tokens"] = job.answer_tokens
    if dialect.tokens in ("both", "max_completion_tokens"):
        extra["max_completion_tokens"] = job.answer_tokens
    import httpx2

    timeout = httpx2.Timeout(job.seconds, connect=min(_CONNECT_SECONDS, job.seconds))
    options: dict[str, Any] = {"extra_body": extra, "timeout": timeout}
    if dialect.temperature:
        options["temperature"] = job.temperature
    return options


def _take(reply: Reply, message: Any) -> None:
    kept = message.additional_kwargs
    reply.refusal += kept.get("refusal") or ""
    reply.thought += len(kept.get("thought") or "")
    about = message.response_metadata
    reply.finish = about.get("finish_reason") or reply.finish
    reply.model = about.get("model_name") or reply.model
    usage = message.usage_metadata
    if usage:
        reply.input_tokens = max(reply.input_tokens or 0, usage.get("input_tokens", 0))
        reply.output_tokens = max(reply.output_tokens or 0, usage.get("output_tokens", 0))


def _guard(response: httpx2.Response) -> None:
    """Refuse a web page at once, and put a limit of time and size on the body, byte by byte."""
    kind = response.headers.get("content-type", "").lower()
    if response.status_code == 200 and "html" in kind:
        response.close()
        raise html_page()
    if response.status_code == 200 and _streaming.get() and "json" in kind and "event-stream" not in kind:
        response.close()
        raise NotStreaming("模型服务不按要求逐段作答", remedy="请运行 assistant doctor 重新探测")
    response.stream = _guarded(response.stream)


def _guarded(stream: Any) -> Any:
    import httpx2

    class Guarded(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for data in stream:
                if not size and _PAGE.match(data):
                    raise html_page()
                size += len(data)
                if size > _LARGEST:
                    raise Overlong("模型的答复没完没了，已经中断", remedy="请换一个模型")
                if time.monotonic() > _deadline.get():
                    raise TimedOut("模型服务没有在时限内答完", remedy="请检查服务是否过载，或调大 ASSISTANT_MODEL_SECONDS")
                yield data

        def close(self) -> None:
            stream.close()

    return Guarded()
