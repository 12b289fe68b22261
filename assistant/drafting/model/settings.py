"""What an office may set about its model, from the environment and the ``.env`` file."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from assistant.drafting.model.budget import Limits, read_limits
from assistant.errors import InputError
from assistant.settings import environment_values, load_settings

PART = Limits(requests=12, tokens=120_000, seconds=300)
REPORT = Limits(requests=120, tokens=1_000_000, seconds=1_500)
RUN = Limits()
EXTRA = "disclosure-report-assistant[model]"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Settings of the model.

    Attributes:
        home: ASSISTANT_HOME, where the record of calls lives.
        base_url: OPENAI_BASE_URL, the one address that is ever contacted (``http://127.0.0.1:8080/v1``).
        key: OPENAI_API_KEY; empty for a service without keys.
        model: ASSISTANT_MODEL, the model's name at that service.
        request_seconds: ASSISTANT_MODEL_SECONDS: longest time of one request; also how long a silent service is waited for.
        answer_tokens: ASSISTANT_MODEL_TOKENS: longest answer, thinking included, in tokens.
        tries: ASSISTANT_MODEL_TRIES: most requests for one answer when the service fails.
        part: ASSISTANT_LIMIT_PART: ``requests,tokens,seconds`` of one part.
        report: ASSISTANT_LIMIT_REPORT: of one report.
        run: ASSISTANT_LIMIT_RUN: of one command.
    """

    home: Path
    base_url: str = ""
    key: SecretStr = field(default_factory=lambda: SecretStr(""))
    model: str = ""
    request_seconds: float = 120.0
    answer_tokens: int = 4096
    tries: int = 4
    part: Limits = PART
    report: Limits = REPORT
    run: Limits = RUN

    @property
    def endpoint(self) -> str:
        """The address without user, password, query or final slash: fit to be shown and stored."""
        parts = urlsplit(self.base_url)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))

    @property
    def loopback(self) -> bool:
        """Whether the service is on this machine."""
        host = urlsplit(self.base_url).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")


def model_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> ModelSettings:
    """Read the settings; ``environment`` and ``folder`` as for :func:`assistant.settings.load_settings`.

    Raises:
        InputError: a number or address that cannot be used; the message names the setting.
    """
    base = load_settings(environment, folder)
    values = environment_values(environment, folder)
    address = base.base_url.strip()
    if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname):
        raise InputError("OPENAI_BASE_URL 不是网址", remedy="应以 http:// 或 https:// 开头，例如 http://127.0.0.1:8080/v1")
    return ModelSettings(
        home=base.home,
        base_url=address.rstrip("/"),
        key=base.api_key,
        model=values.get("ASSISTANT_MODEL", "").strip(),
        request_seconds=_number(values, "ASSISTANT_MODEL_SECONDS", 120.0, 3600.0),
        answer_tokens=int(_number(values, "ASSISTANT_MODEL_TOKENS", 4096, 200_000)),
        tries=int(_number(values, "ASSISTANT_MODEL_TRIES", 4, 20)),
        part=read_limits(values.get("ASSISTANT_LIMIT_PART", ""), PART, "ASSISTANT_LIMIT_PART"),
        report=read_limits(values.get("ASSISTANT_LIMIT_REPORT", ""), REPORT, "ASSISTANT_LIMIT_REPORT"),
        run=read_limits(values.get("ASSISTANT_LIMIT_RUN", ""), RUN, "ASSISTANT_LIMIT_RUN"),
    )


def why_not(settings: ModelSettings) -> str:
    """Why this office cannot write with a model, a Chinese sentence with what to do; empty if it can. Contacts nothing."""
    if not settings.base_url:
        return "没有配置模型服务，请设 OPENAI_BASE_URL（服务地址）和 ASSISTANT_MODEL（模型名称）。"
    if not settings.model:
        return "没有写明模型名称，请设 ASSISTANT_MODEL。"
    if any(importlib.util.find_spec(name) is None for name in ("langchain_openai", "openai", "httpx2")):
        return f"没有安装模型写作的组件，请运行 pip install '{EXTRA}'。"
    return ""


def _number(values: Mapping[str, str], name: str, default: float, most: float) -> float:
    text = values.get(name, "").strip()
    try:
        number = float(text) if text else default
    except ValueError:
        number = -1.0
    if not 1 <= number <= most:
        raise InputError(f"{name} 应是 1 到 {most:g} 之间的数", remedy="不设即用默认值")
    return number
