"""Vectors of the everyday questions for articles: further ways to an article beside its own text."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from assistant.library.embedding import Embedder
from assistant.library.lexical import Progress
from assistant.library.lexicon import lexicon
from assistant.library.model import Filters
from assistant.library.store import Store

if TYPE_CHECKING:
    from assistant.library.embedding import Vectors

_AT_ONCE = 64


def _named() -> list[tuple[int, str, str]]:
    """Article, name of the vector, wording, of each everyday question."""
    return [
        (number, "e:" + hashlib.sha256(text.encode()).hexdigest()[:30], text)
        for number, asked in lexicon().articles.items()
        for text in asked
    ]


def embed_everyday(store: Store, embedder: Embedder, progress: Progress) -> int:
    """Make the vectors of everyday questions that are missing, where the library holds the Regulation; how many."""
    if not store.ids(Filters(type="regulation"), 1):
        return 0
    named = _named()
    held = store.vectors_named(embedder.model, [name for _number, name, _text in named])
    missing = [(name, text) for _number, name, text in named if name not in held]
    for at in range(0, len(missing), _AT_ONCE):
        batch = missing[at : at + _AT_ONCE]
        vectors = embedder.passages([text for _name, text in batch])
        rows = ((name, vector.tobytes()) for (name, _text), vector in zip(batch, vectors, strict=True))
        store.put_vectors(embedder.model, rows)
        progress("生成条例问法的向量", min(at + _AT_ONCE, len(missing)), len(missing))
    return len(missing)


class Everyday:
    """The everyday questions that have a vector."""

    def __init__(self, store: Store, model: str) -> None:
        import numpy as np

        self.model = model
        named = _named()
        held = store.vectors_named(model, [name for _number, name, _text in named])
        rows = [(number, held[name]) for number, name, _text in named if name in held]
        self._articles = [number for number, _vector in rows]
        self._matrix = (
            np.frombuffer(b"".join(vector for _number, vector in rows), dtype="<f4").reshape(len(rows), -1) if rows else None
        )

    def nearest(self, vector: Vectors) -> dict[int, float]:
        """Articles, and the cosine of the question for each that is nearest to a vector."""
        found: dict[int, float] = {}
        if self._matrix is not None:
            for number, cosine in zip(self._articles, (self._matrix @ vector).tolist(), strict=True):
                found[number] = max(found.get(number, -1.0), cosine)
        return found
