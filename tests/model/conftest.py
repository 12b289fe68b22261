"""Marks of the model tests; no test reaches a real service, a home folder or a proxy by accident."""

from __future__ import annotations

import pytest

_SETTINGS = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "small_model: asks a real small model served on this machine (extra small-model)")


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _SETTINGS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
