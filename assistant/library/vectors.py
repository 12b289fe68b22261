"""Search by meaning: Chroma for the owner of the index, an exact scan of the truth for filters and for everybody else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.library.derived import Place, Stamp
from assistant.library.model import Filters, LibraryError
from assistant.library.store import Store

if TYPE_CHECKING:
    from assistant.library.embedding import Vectors

NAME = "chroma"
COLLECTION = "passages"
_OPENING = "chroma.opening"
_READ = 5000
_MANY = 10_000
_KEPT = 16
Progress = Callable[[str, int, int], None]


class ChromaIndex:
    """The vectors of one library in Chroma, without texts: those are in the truth. Only the owner of the index may open it.

    Args:
        folder: the index folder.
        server: ``host:port`` of a Chroma server instead of a folder.
    """

    def __init__(self, folder: Path, server: str = "") -> None:
        self._place = Place(folder, NAME)
        self._server = server
        self._client: Any = None
        self._collection: Any = None

    def bring_up(self, store: Store, model: str, progress: Progress) -> None:
        """Bring the collection to the state of the truth; rebuilt if it is damaged, of another model, or not to be opened."""
        stamp = self._place.stamp()
        crashed = self._sentinel.exists()
        usable = stamp is not None and not crashed and stamp.library == store.identity and stamp.model == model
        if usable and stamp is not None and self._follow(store, stamp, progress):
            return
        self.rebuild(store, model, progress)

    @property
    def _sentinel(self) -> Path:
        """Exists while the folder is opened and probed: if the process dies of it, the next one does not try again."""
        return self._place.folder / _OPENING

    def _follow(self, store: Store, stamp: Stamp, progress: Progress) -> bool:
        try:
            if self._collection is None:
                self._sentinel.touch()
                self._collection = self._connect(stamp.folder, store.identity, create=False)
            dropped, _mark = store.dropped_after(stamp.drops)
            held = self._collection.count()
            state = self._write(store, stamp.model, stamp.highest, dropped, progress)
            if state[0] - held > _MANY:
                self._read_anew(stamp.folder, store.identity)
            sound = self._collection.count() == state[0] and self._probe(store, stamp.model)
        except LibraryError:
            raise
        except Exception:  # Chroma names no family of errors for a damaged folder.
            sound = False
        self._sentinel.unlink(missing_ok=True)
        if sound:
            self._place.write(Stamp(stamp.folder, store.identity, stamp.model, *state))
        else:
            self._collection = None
        return sound

    def rebuild(self, store: Store, model: str, progress: Progress) -> None:
        """Build the collection anew from the vectors of the truth.

        Raises:
            LibraryError: Chroma cannot be written or reached.
        """
        folder = self._place.fresh_folder()
        self._let_go()  # Else the graph of the old folder stays in memory beside the new one.
        try:
            self._collection = self._connect(folder.name, store.identity, create=True)
            state = self._write(store, model, 0, [], progress)
            if state[0] > _MANY:
                self._read_anew(folder.name, store.identity)
        except Exception as error:
            raise self._failed(error, str(folder)) from error
        self._place.write(Stamp(folder.name, store.identity, model, *state))
        self._sentinel.unlink(missing_ok=True)
        self._place.sweep(folder.name)

    def _read_anew(self, folder: str, library: str) -> None:
        """Close and open: a graph of many passages takes twice the memory when it was built that it takes when it is read."""
        if not self._server:
            self._sentinel.touch()
            self._let_go()
            self._collection = self._connect(folder, library, create=False)

    def _failed(self, error: Exception, folder: str) -> LibraryError:
        detail = str(error).strip()[:120]
        if self._server:
            remedy = "请检查该服务是否已启动、地址是否正确（ASSISTANT_CHROMA）；资料没有丢失，检索照常进行"
            return LibraryError(f"Chroma 服务不能使用（{detail}）", place=self._server, remedy=remedy)
        return LibraryError(f"向量索引不能建立（{detail}）", place=folder, remedy="请检查磁盘空间和权限；资料没有丢失")

    def _connect(self, folder: str, library: str, *, create: bool) -> Any:
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        name = COLLECTION
        if self._server:
            self.close()
        if self._server:
            host, _, port = self._server.rpartition(":")
            if not host or not port.isdigit():
                raise ValueError("地址应写成 主机:端口")
            self._client = chromadb.HttpClient(host=host, port=int(port), settings=settings)
            name = f"{COLLECTION}-{library[:16]}"
        else:
            self._client = chromadb.PersistentClient(path=str(self._place.folder / folder), settings=settings)
        if not create:
            return self._client.get_collection(name, embedding_function=None)
        if name in {collection.name for collection in self._client.list_collections()}:
            self._client.delete_collection(name)
        options = {"hnsw": {"space": "cosine", "ef_search": 200}}
        return self._client.create_collection(name, embedding_function=None, configuration=options)

    def _write(self, store: Store, model: str, after: int, dropped: list[int], progress: Progress) -> tuple[int, int, int]:
        import numpy as np

        state = store.state()
        largest = min(_READ, self._client.get_max_batch_size())
        for at in range(0, len(dropped), largest):
            self._collection.delete(ids=[str(number) for number in dropped[at : at + largest]])
        done = 0
        while rows := [row for row in store.vectors(model, after, largest) if row[0] <= state[1]]:
            matrix = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), -1)
            self._collection.upsert(ids=[str(row[0]) for row in rows], embeddings=matrix)
            after, done = rows[-1][0], done + len(rows)
            progress("建立向量索引", done, max(state[0], done))
        return state

    def _probe(self, store: Store, model: str) -> bool:
        """Whether vectors come back as they are in the truth and a query finds its own passage."""
        import numpy as np

        rows = store.vectors(model, 0, 3)
        if not rows:
            return True
        found = self._collection.get(ids=[str(row[0]) for row in rows], include=["embeddings"])
        held = {name: np.asarray(vector) for name, vector in zip(found["ids"], found["embeddings"], strict=True)}
        mine = {str(number): np.frombuffer(vector, dtype="<f4") for number, vector in rows}
        same = all(name in held and np.allclose(held[name], vector, atol=1e-4) for name, vector in mine.items())
        return same and bool(self.search(next(iter(mine.values())), 1))

    @property
    def ready(self) -> bool:
        """Whether it can be searched."""
        return self._collection is not None

    def answers(self, vector: Vectors, limit: int) -> list[tuple[int, float]] | None:
        """As ``search``; None, and from then on not ready, if Chroma fails: its server is gone or its files are."""
        asked = self._collection
        try:
            return self.search(vector, limit)
        except Exception:  # Chroma names no family of errors.
            if self._collection is asked:  # Not if it was rebuilt meanwhile.
                self._collection = None
            return None

    def search(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Passage ids and cosines, nearest first."""
        found = self._collection.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        return [(int(number), 1.0 - float(far)) for number, far in zip(found["ids"][0], found["distances"][0], strict=True)]

    def forget(self) -> None:
        """Have it rebuilt."""
        self._place.forget()
        self._collection = None

    def _let_go(self) -> None:
        """Close, and give the memory back to the system where the C library can: it keeps what Chroma's threads have freed."""
        import ctypes

        self.close()
        if sys.platform == "linux":
            trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
            if trim is not None:
                trim(0)

    def close(self) -> None:
        """Let go of the folder."""
        self._collection = None
        if self._client is not None:
            from contextlib import suppress

            with suppress(Exception):
                self._client.close()
        self._client = None


class Scan:
    """All vectors of the truth in one matrix, with what filters look at: exact, and safe in any process."""

    def __init__(self, store: Store, model: str) -> None:
        import numpy as np

        self.state = store.state()
        self._columns = _Columns(store)
        self._passing: dict[Filters, Any] = {}
        width = int(model.rpartition("/")[2])
        self.ids = np.empty(store.count(), dtype=np.int64)
        self._matrix = np.empty((store.count(), width), dtype=np.float32)
        filled, after = 0, 0
        while rows := store.vectors(model, after, min(_READ, len(self.ids) - filled)):
            end = filled + len(rows)
            self.ids[filled:end] = [row[0] for row in rows]
            self._matrix[filled:end] = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), width)
            filled, after = end, rows[-1][0]
        self.ids, self._matrix = self.ids[:filled], self._matrix[:filled]
        self._places = np.searchsorted(self._columns.ids, self.ids)

    def _rows(self, filters: Filters) -> Any:
        """The rows that pass; kept, the same filters come again."""
        import numpy as np

        if filters not in self._passing:
            if len(self._passing) >= _KEPT:
                self._passing.clear()
            self._passing[filters] = np.flatnonzero(self._columns.mask(filters)[self._places]).astype(np.int32)
        return self._passing[filters]

    def search(self, vector: Vectors, filters: Filters, limit: int) -> list[tuple[int, float]]:
        """Passage ids and cosines, nearest first, among those that pass."""
        import numpy as np

        rows = self._rows(filters) if filters else None
        if rows is not None and len(rows) * 20 < len(self._matrix):
            scores = self._matrix[rows] @ vector
        else:  # Copying many rows costs more than multiplying all.
            scores = self._matrix @ vector
            scores = scores if rows is None else scores[rows]
        if not len(scores):
            return []
        best = np.argpartition(-scores, min(limit, len(scores)) - 1)[:limit]
        best = best[np.argsort(-scores[best], kind="stable")]
        chosen = best if rows is None else rows[best]
        return [(int(self.ids[row]), float(score)) for row, score in zip(chosen, scores[best], strict=True)]


def nearest(rows: list[tuple[int, bytes]], vector: Vectors, limit: int) -> list[tuple[int, float]]:
    """Of a few passages those nearest to a vector, with their cosines."""
    import numpy as np

    if not rows:
        return []
    scores = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), -1) @ vector
    order = np.argsort(-scores, kind="stable")[:limit]
    return [(rows[place][0], float(scores[place])) for place in order]


class _Columns:
    """What filters look at, as columns of small numbers."""

    def __init__(self, store: Store) -> None:
        import numpy as np

        self._codes: list[dict[Any, int]] = [{} for _ in range(11)]
        self.ids = np.empty(store.count(), dtype=np.int64)
        self._values = np.empty((11, store.count()), dtype=np.int32)
        place, after = 0, 0
        while rows := store.attributes(after, min(_READ, len(self.ids) - place)):
            for row in rows:
                self.ids[place] = row[0]
                self._values[:, place] = [codes.setdefault(v, len(codes)) for codes, v in zip(self._codes, row[1:], strict=True)]
                place += 1
            after = rows[-1][0]
        self.ids, self._values = self.ids[:place], self._values[:, :place]

    def _is(self, column: int, values: tuple[Any, ...]) -> Any:
        import numpy as np

        codes = [self._codes[column][value] for value in values if value in self._codes[column]]
        return np.isin(self._values[column], codes)

    def mask(self, filters: Filters) -> Any:
        """Which passages pass."""
        import numpy as np

        found = np.ones(len(self.ids), dtype=bool)
        singles = (
            (0, filters.source),
            (2, filters.kind),
            (3, filters.region),
            (5, filters.status),
            (6, filters.type),
            (9, filters.role),
        )
        for column, value in singles:
            if value:
                found &= self._is(column, (value,))
        for column, values in ((1, filters.units), (10, filters.articles)):
            if values:
                found &= self._is(column, values)
        if filters.not_type:
            found &= ~self._is(6, (filters.not_type,))
        if filters.section:
            found &= self._is(7, (filters.section,)) | self._is(8, (filters.section,))
        if filters.by_year:
            found &= self._is(4, tuple(year for year in self._codes[4] if filters.admits_year(year)))
        return found
