"""Settings from the environment and a ``.env`` file in the working folder; data only, read when asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class Settings(BaseModel):
    """What an office may set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(description="ASSISTANT_HOME：数据库、索引、上传文件和日志所在的文件夹")
    forms: Path | None = Field(default=None, description="ASSISTANT_FORMS：另加的表式文件（TOML）所在的文件夹")
    base_url: str = Field(default="", description="OPENAI_BASE_URL：模型服务地址")
    database: SecretStr = Field(
        default=SecretStr(""), description="ASSISTANT_DATABASE：PostgreSQL 数据库地址；不设就用数据文件夹里的 SQLite"
    )
    api_key: SecretStr = Field(default=SecretStr(""), description="OPENAI_API_KEY：模型服务密钥，只从环境读取")


def load_settings(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read the settings; the environment goes before the ``.env`` file of ``folder`` (the working folder if None)."""
    values = environment_values(environment, folder)
    forms = values.get("ASSISTANT_FORMS", "")
    return Settings(
        home=Path(values.get("ASSISTANT_HOME") or Path.home() / ".disclosure-report-assistant"),
        forms=Path(forms) if forms else None,
        base_url=values.get("OPENAI_BASE_URL", ""),
        database=SecretStr(values.get("ASSISTANT_DATABASE", "").strip()),
        api_key=SecretStr(values.get("OPENAI_API_KEY", "")),
    )


def environment_values(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> dict[str, str]:
    """All settings as text: the ``.env`` file of ``folder`` (the working folder if None), then the environment over it."""
    return {**_env_file((folder or Path.cwd()) / ".env"), **(os.environ if environment is None else environment)}


def _env_file(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    pairs = (line.removeprefix("export ").partition("=") for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
