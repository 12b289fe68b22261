"""The indexes of the library as one: who owns them, whether they hold, and what answers while they do not."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from assistant.library.embedding import Embedder, notice_of
from assistant.library.everyday import Everyday, embed_everyday
from assistant.library.lexical import Progress, WordIndex
from assistant.library.lexical import available as words_available
from assistant.library.lock import OwnerLock
from assistant.library.model import Filters, LibraryError
from assistant.library.settings import LibrarySettings
from assistant.library.store import Store
from assistant.library.tokens import document_marks, figure_marks
from assistant.library.vectors import ChromaIndex, Scan, nearest

if TYPE_CHECKING:
    from assistant.library.embedding import Vectors

_EMBED_AT_ONCE = 64
_READ_AT_ONCE = 2048
_MOST_WORDS = 14
_FEW = 1500
_SCANNED = 20_000  # Up to here the exact scan takes a quarter of the time Chroma takes (benchmarks/library_scale.py).
_CHROMA_GONE = "Chroma 中断，改为逐段比较语义，结果相同；请检查该服务，再运行 assistant library rebuild"


def silent(_what: str, _done: int, _total: int) -> None:
    """No progress shown."""


class Index:
    """Word index and vectors of a library.

    The owner keeps both up to date and searches by meaning in Chroma. Everybody else reads the word index and scans the vectors
    of the truth. What is stale, damaged or being built is not used: words are then looked for in the truth itself.
    """

    def __init__(self, store: Store, settings: LibrarySettings, embedder: Embedder) -> None:
        self._store, self.embedder = store, embedder
        folder = settings.folder / "index"
        self.lock = OwnerLock(folder)
        self._words = WordIndex(folder)
        self._server = settings.chroma
        self._chroma = ChromaIndex(folder, settings.chroma)
        self._scan: Scan | None = None
        self._everyday: Everyday | None = None
        self._guard = threading.RLock()
        self._building: threading.Thread | None = None
        self.failure = ""

    # ---- keeping it up

    def own(self) -> bool:
        """Become the owner, if nobody else is."""
        return self.lock.take()

    def refresh(self, progress: Progress = silent, *, rebuild: bool = False) -> None:
        """Bring all to the state of the truth: missing vectors, words, Chroma. Only for the owner.

        Args:
            progress: called with what is being done, how much is done, how much there is.
            rebuild: build anew, and take over the embedder that is set now.

        Raises:
            LibraryError: somebody else owns the index, or it cannot be written.
        """
        if not self.own():
            raise LibraryError(f"索引正由{self.lock.holder()}使用", remedy="请等它结束，或先停掉它，再重试")
        with self._guard:
            self.failure = ""
            if rebuild or not self._store.model:
                self._store.model = self.embedder.model
            if rebuild:
                self._words.forget()
                self._chroma.forget()
                self._scan = None
            if words_available():
                self._words.bring_up(self._store, progress)
            if self.meaning:
                self.embed_missing(progress)
                self._bring_up_chroma(progress)

    def _bring_up_chroma(self, progress: Progress) -> None:
        """A server that does not answer is told of and done without; the exact scan of the truth takes its place."""
        if find_spec("chromadb") is None:
            return
        try:
            self._chroma.bring_up(self._store, self.embedder.model, progress)
        except LibraryError as error:
            if not self._server:
                raise
            self.failure = error.message

    def refresh_in_background(self) -> threading.Thread:
        """Refresh in a thread; searches meanwhile use what there is. A failure is kept in ``failure``."""

        def run() -> None:
            try:
                self.refresh()
            except LibraryError as error:
                self.failure = error.message

        self._building = threading.Thread(target=run, name="library-index", daemon=True)
        self._building.start()
        return self._building

    def embed_missing(self, progress: Progress = silent) -> None:
        """Make the vectors that are missing, in batches; each batch is kept when done."""
        store, model = self._store, self.embedder.model
        done = 0
        while missing := store.without_vector(model, _READ_AT_ONCE):
            total = done + (len(missing) if len(missing) < _READ_AT_ONCE else store.missing_vectors(model))
            for at in range(0, len(missing), _EMBED_AT_ONCE):
                batch = missing[at : at + _EMBED_AT_ONCE]
                vectors = self.embedder.passages([text for _hash, text in batch])
                store.put_vectors(model, ((name, vector.tobytes()) for (name, _text), vector in zip(batch, vectors, strict=True)))
                done += len(batch)
                progress("生成语义向量", done, total)
        if embed_everyday(store, self.embedder, progress):
            self._everyday = None

    def close(self) -> None:
        """Let go of everything."""
        if self._building is not None:
            self._building.join(timeout=60)
        self._chroma.close()
        self.lock.release()

    # ---- what state it is in

    @property
    def meaning(self) -> bool:
        """Whether the library's vectors are those of the embedder that is set."""
        return bool(self.embedder.model) and self._store.model == self.embedder.model

    @property
    def words_ready(self) -> bool:
        """Whether the word index holds what the truth holds."""
        return words_available() and self._words.ready(self._store)

    @property
    def chroma_ready(self) -> bool:
        """Whether this process searches in Chroma."""
        return self._chroma.ready

    def notices(self) -> list[str]:
        """What a person should know about the state of the index, in Chinese."""
        found = [notice_of(self.embedder)] if notice_of(self.embedder) else []
        mine, held = self.embedder.model, self._store.model
        if mine and held and mine != held:
            found.append(f"语义模型已由 {held} 换成 {mine}，暂时只按词语检索；请运行 assistant library rebuild 重建")
        if not words_available():
            found.append("本机没有词语检索引擎（tantivy），改为逐段查找，资料多时较慢。安装：pip install tantivy")
        if mine and find_spec("chromadb") is None:
            found.append("本机没有向量库（chromadb），改为逐段比较语义，结果相同。安装：pip install chromadb")
        if self.failure:
            found.append(self.failure)
        return found

    # ---- searching

    def by_words(self, words: Sequence[str], filters: Filters, limit: int, marks: Sequence[Sequence[str]] = ()) -> list[int]:
        """Passage ids, best first; see :meth:`WordIndex.search`. Looks into the truth while there is no index."""
        return [number for number, _score in self.by_words_scored(words, filters, limit, marks)]

    def by_words_scored(
        self,
        words: Sequence[str],
        filters: Filters,
        limit: int,
        marks: Sequence[Sequence[str]] = (),
        *,
        also: Sequence[str] = (),
        weight: float = 0.0,
    ) -> list[tuple[int, float]]:
        """Passage ids and scores, best first. ``also`` are other words for the same, counted with ``weight``."""
        if self.words_ready:
            return self._words.search(words, filters, limit, marks=marks, also=also, weight=weight)
        pairs = [word for word in dict.fromkeys(words) if len(word) > 1 or not "\u3400" <= word <= "\u9fff"]
        found = self._store.containing((pairs or list(words))[:_MOST_WORDS], filters, limit if not marks else limit * 20)
        if not marks:
            return found
        held = self._store.passages(number for number, _score in found)
        return [item for item in found if _has_marks(held[item[0]].text, marks)][:limit]

    def rarity(self, words: Sequence[str]) -> dict[str, float]:
        """How rare each word is, as in BM25; all alike while there is no index."""
        return self._words.rarity(words) if self.words_ready else dict.fromkeys(words, 1.0)

    def cosines(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The cosines of these passages."""
        return dict(nearest(self._store.vectors_of(self.embedder.model, ids), vector, len(ids))) if self.meaning else {}

    def asked_like(self, vector: Vectors) -> dict[int, float]:
        """Articles, and the cosine of the everyday question for each that is nearest; none while they are not embedded."""
        if not self.meaning:
            return {}
        if self._everyday is None or self._everyday.model != self.embedder.model:
            self._everyday = Everyday(self._store, self.embedder.model)
        return self._everyday.nearest(vector)

    def by_meaning(self, vector: Vectors, filters: Filters, limit: int) -> list[tuple[int, float]]:
        """Passage ids and cosines, nearest first."""
        if not self.meaning:
            return []
        whole = replace(filters, not_type="") == Filters()
        if whole and self._chroma.ready and (self._server or self._store.count() > _SCANNED) and not self._guarded():
            left_out = set(self._store.ids(Filters(type=filters.not_type), _FEW)) if filters.not_type else set()
            held = self._store.count()
            found = self._chroma.answers(vector, min(limit + len(left_out), held)) if held else []
            if found is not None:
                return [item for item in found if item[0] not in left_out][:limit]
            if not self._guarded():
                self.failure = _CHROMA_GONE
        few = self._store.ids(filters, _FEW + 1) if filters and self._scan is None else []
        if filters and self._scan is None and len(few) <= _FEW:
            return nearest(self._store.vectors_of(self.embedder.model, few), vector, limit)
        return self._scanned().search(vector, filters, limit)

    def _guarded(self) -> bool:
        """Whether the index is being changed right now."""
        free = self._guard.acquire(blocking=False)
        if free:
            self._guard.release()
        return not free

    def _scanned(self) -> Scan:
        scan = self._scan
        if scan is None or scan.state != self._store.state():
            self._scan = scan = None  # The old vectors go before the new ones are read.
            self._scan = scan = Scan(self._store, self.embedder.model)
        return scan


def _has_marks(text: str, groups: Sequence[Sequence[str]]) -> bool:
    held = {*figure_marks(text), *document_marks(text)}
    return all(held & set(group) for group in groups)
