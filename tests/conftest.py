"""Shared fixtures."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.form import Form, FormRegistry, default_registry

_SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference material beside the checkout: published reports and example submissions, read in place."""
    if not (_SHARED / "reports").is_dir():
        pytest.skip("reference material is not beside this checkout")
    return _SHARED


@pytest.fixture(scope="session")
def registry() -> FormRegistry:
    return default_registry()


@pytest.fixture(scope="session")
def form2021(registry: FormRegistry) -> Form:
    return registry.get("form2021")


@pytest.fixture(scope="session")
def form2019(registry: FormRegistry) -> Form:
    return registry.get("form2019")
