"""What can go wrong between us and the service: a small tree, each saying whether to ask again and what a person can do."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from assistant.drafting.model.types import Outcome
from assistant.errors import AssistantError

_LONG_PROMPT = re.compile(r"context|exceed\w* .*(?:token|length)|too long|too many tokens|超过.*长度|输入过长", re.IGNORECASE)
_NO_MONEY = re.compile(r"insufficient_quota|insufficient balance|余额不足|欠费|arrear", re.IGNORECASE)
_REFUSED_FIELD = re.compile(r"\b(max_completion_tokens|max_tokens|temperature|stream_options|stream|response_format|json_schema)\b")
_MOST_DETAIL = 160


class ModelFault(AssistantError):
    """The service gave no answer to read.

    Args:
        what: what is wrong, a Chinese clause.
        remedy: what a person can do.
        wait: seconds the service asked to wait before asking again, None if it did not say.
        status: the HTTP status, 0 if there was none.
        fields: request fields the service named in refusing the request.
        tokens: tokens known to be spent on the failed request.
    """

    retry = False
    everywhere = False
    outcome: Outcome = "unavailable"

    def __init__(
        self,
        what: str,
        *,
        remedy: str = "",
        wait: float | None = None,
        status: int = 0,
        fields: frozenset[str] = frozenset(),
        tokens: int = 0,
    ) -> None:
        self.wait, self.status, self.fields, self.tokens = wait, status, fields, tokens
        super().__init__(what, remedy=remedy)


class Unreachable(ModelFault):
    """No connection, or one that broke before the answer was whole."""

    retry = True


class TimedOut(ModelFault):
    """The service stayed silent, or the answer took longer than it may."""

    retry = True


class Busy(ModelFault):
    """Too many requests (429)."""

    retry = True


class ServerFailed(ModelFault):
    """The service failed (5xx), or its answer is not in the agreed form."""

    retry = True


class NotStreaming(ServerFailed):
    """The service answers in one piece though asked for pieces."""


class TooLong(ModelFault):
    """The prompt does not fit the model."""


class Rejected(ModelFault):
    """The request was refused as wrong (400 and the like)."""


class NotAllowed(ModelFault):
    """The key is missing, wrong or not entitled, or the account is empty: asking again is of no use."""

    everywhere = True


class NoSuchModel(ModelFault):
    """Address or model name unknown."""

    everywhere = True


class NotAModel(ModelFault):
    """Something else answers at the address: a login page, a redirect."""

    everywhere = True
    outcome: Outcome = "not_a_model"


class Overlong(ModelFault):
    """The answer went on past the largest size that is read."""

    outcome: Outcome = "repetition"


def html_page() -> NotAModel:
    """The fault of a web page where an answer should be."""
    return NotAModel("服务地址返回的是网页，不是模型的答复", remedy="请检查 OPENAI_BASE_URL，并确认没有被登录页或代理拦截")


def fault_of(error: BaseException) -> ModelFault:
    """The fault behind an exception of the model library; a fault of ours is found even when others are wrapped around it."""
    import openai

    chain = list(_chain(error))
    for item in chain:
        if isinstance(item, ModelFault):
            return item
    for item in chain:
        if isinstance(item, openai.APIStatusError):
            return _of_status(item.status_code, _detail(item), dict(item.response.headers))
    for item in chain:
        if isinstance(item, openai.APITimeoutError | TimeoutError):
            return TimedOut("模型服务没有在时限内答复", remedy="请检查服务是否过载，或调大 ASSISTANT_MODEL_SECONDS")
    for item in chain:
        if isinstance(item, openai.APIConnectionError | ConnectionError):
            return Unreachable("连不上模型服务，或连接中途断开", remedy="请检查服务是否在运行、OPENAI_BASE_URL 是否正确")
    for item in chain:
        if isinstance(item, openai.APIError):
            return ServerFailed(f"模型服务在答复途中报错（{_short(item.message)}）")
    return ServerFailed(f"模型服务的答复不合约定的格式（{type(error).__name__}）", remedy="请确认服务兼容 OpenAI 的对话接口")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _detail(error: object) -> str:
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    text = message if isinstance(message, str) else (json.dumps(body, ensure_ascii=False) if body else str(error))
    code = body.get("code") if isinstance(body, dict) else None
    return f"{code} {text}" if isinstance(code, str) else text


def _of_status(status: int, detail: str, headers: dict[str, str]) -> ModelFault:
    if detail.lstrip().lower().startswith(("<!doctype", "<html")):
        detail = "返回网页"
    shown, wait = _short(detail), retry_after(headers)
    if status in (401, 403) or status == 402 or (status == 429 and _NO_MONEY.search(detail)):
        return NotAllowed(f"模型服务拒绝了密钥或账户（{status}）", remedy="请检查 OPENAI_API_KEY 和账户余额、权限", status=status)
    if status in (404, 405):
        return NoSuchModel(
            f"模型服务没有这个地址或模型（{status}）", remedy="请检查 OPENAI_BASE_URL 和 ASSISTANT_MODEL", status=status
        )
    if status == 429:
        return Busy("模型服务说请求太多", remedy="请稍后再运行，已写成的不会重写", wait=wait, status=status)
    if 300 <= status < 400:
        return NotAModel(f"服务地址转向别处（{status}），没有跟随", remedy="请检查 OPENAI_BASE_URL", status=status)
    if status in (408, 409, 425) or status >= 500:
        return ServerFailed(f"模型服务出错（{status}）", remedy="请查看服务的日志", wait=wait, status=status)
    if status == 413 or _LONG_PROMPT.search(detail):
        return TooLong(f"提示超过模型能读的长度（{shown}）", remedy="请换上下文更长的模型，或删减工作素材", status=status)
    return Rejected(f"模型服务不接受请求（{status}：{shown}）", status=status, fields=frozenset(_REFUSED_FIELD.findall(detail)))


def retry_after(headers: dict[str, str], now: float | None = None) -> float | None:
    """Seconds to wait from ``Retry-After`` (seconds or a date) or ``retry-after-ms``; None where neither can be read."""
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    try:
        if "retry-after-ms" in lower:
            return max(0.0, float(lower["retry-after-ms"]) / 1000)
        if re.fullmatch(r"\d+(\.\d+)?", lower.get("retry-after", "")):
            return float(lower["retry-after"])
        if "retry-after" in lower:
            moment = parsedate_to_datetime(lower["retry-after"]).timestamp()
            return max(0.0, moment - (time.time() if now is None else now))
    except (ValueError, TypeError, OverflowError):
        return None
    return None


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= _MOST_DETAIL else one_line[:_MOST_DETAIL] + "…"
