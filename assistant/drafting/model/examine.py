"""What ``assistant doctor`` says about the model: configured, reachable, how it answers, what it has cost so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.drafting.model.client import Connection
from assistant.drafting.model.probe import describe
from assistant.drafting.model.settings import ModelSettings, model_settings, why_not
from assistant.errors import AssistantError

_PATIENCE_SECONDS = 20.0


def model_lines(settings: ModelSettings | None = None) -> Iterator[str]:
    """Chinese lines for a person. Asks the service one tiny question if it was never asked before; never shows the key."""
    try:
        chosen = settings or model_settings()
    except AssistantError as error:
        yield error.message
        return
    if chosen.base_url:
        key = "已设置" if chosen.key.get_secret_value() else "没有设置"
        yield f"服务地址 {chosen.endpoint}，模型 {chosen.model or '（没有写明）'}，密钥{key}"
    reason = why_not(chosen)
    if reason:
        yield f"{reason}起草由离线写作完成"
        return
    yield from _asked(replace(chosen, request_seconds=min(_PATIENCE_SECONDS, chosen.request_seconds), tries=1))


def _asked(settings: ModelSettings) -> Iterator[str]:
    try:
        connection = Connection(settings)
    except AssistantError as error:
        yield error.message
        return
    try:
        known = connection.calls.dialect(settings.endpoint, settings.model)
        dialect = connection.dialect()
        yield f"{'探测于 ' + str(known['at']) if known else '刚刚探测'}：{describe(dialect)}"
        spent = connection.calls.totals()
        yield f"累计请求 {spent.calls} 次，词元 {spent.input_tokens + spent.output_tokens} 个，用时 {spent.seconds:.1f} 秒"
    except AssistantError as error:
        yield f"不能使用：{error.message}起草由离线写作完成"
    finally:
        connection.close()
