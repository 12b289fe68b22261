"""A library of our own reports, with an embedder that needs no model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.language.text import bigrams
from assistant.library.library import Library
from assistant.library.model import LibraryError
from assistant.library.settings import LibrarySettings

if TYPE_CHECKING:
    from assistant.library.embedding import Vectors

CORPUS = Path(__file__).parents[2] / "corpus"


class PairsEmbedder:
    """Vectors from the pairs of characters in a text: the same text always gets the same vector, alike texts near ones."""

    model = "pairs/64"
    calls = 0

    def passages(self, texts: Sequence[str]) -> Vectors:
        if not all(text.strip() for text in texts):
            raise LibraryError("空白的段落不能生成向量")
        type(self).calls += len(texts)
        return np.vstack([self._vector(text) for text in texts])

    def query(self, text: str) -> Vectors | None:
        return self._vector(text) if text.strip() else None

    def _vector(self, text: str) -> Vectors:
        row = np.full(64, 0.01, dtype="<f4")
        for pair in bigrams(text) or {text}:
            digest = hashlib.md5(pair.encode("utf-8", "replace")).digest()
            row[digest[0] % 64] += 1
        unit: Vectors = row / np.linalg.norm(row)
        return unit


Opened = Callable[..., Library]


@pytest.fixture
def settings(tmp_path: Path) -> LibrarySettings:
    return LibrarySettings(tmp_path / "home" / "library", embedding="none")


@pytest.fixture
def opened(settings: LibrarySettings) -> Iterator[Opened]:
    """Opens the library of this test; what a test leaves open is closed."""
    held: list[Library] = []

    def open_library(**options: object) -> Library:
        library = Library(settings, embedder=options.pop("embedder", None) or PairsEmbedder(), **options)  # type: ignore[arg-type]
        held.append(library)
        return library

    yield open_library
    for library in held:
        library.close()


@pytest.fixture
def sample(opened: Opened) -> Library:
    """The sample corpus, indexed."""
    library = opened()
    library.add([CORPUS])
    library.index.refresh()
    return library
