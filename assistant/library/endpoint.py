"""Vectors from an OpenAI-compatible service (``POST /embeddings``)."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from assistant.library.embedding import LONGEST_PASSAGE, LONGEST_QUERY, _unit, cleaned
from assistant.library.model import LibraryError

if TYPE_CHECKING:
    from assistant.library.embedding import Vectors

_BATCH = 64
_SECONDS = 60.0
_TRIES = 3
_LARGEST = 64 * 1024 * 1024


class EndpointEmbedder:
    """A service's model. Its dimension is learned from its first answer.

    Args:
        address: base address, such as ``http://127.0.0.1:8080/v1``. A loopback address is never reached through a proxy.
        name: the model's name there.
        key: bearer key, empty for none.
    """

    def __init__(self, address: str, name: str, key: str = "") -> None:
        if not name:
            raise LibraryError("没有写明语义模型的名称", remedy="请设 ASSISTANT_EMBEDDING_MODEL")
        self._address, self._name, self._key = address.rstrip("/"), name, key
        local = urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")
        self._open = urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if local else [])).open
        self._model = ""

    @property
    def model(self) -> str:
        """Name and dimension; asks the service once."""
        if not self._model:
            self._ask(["政府信息公开"])
        return self._model

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages; an empty text is refused."""
        import numpy as np

        clean = [cleaned(text, LONGEST_PASSAGE) for text in texts]
        if not all(clean):
            raise LibraryError("空白的段落不能生成向量")
        parts = [self._ask(clean[at : at + _BATCH]) for at in range(0, len(clean), _BATCH)]
        return np.vstack(parts) if parts else np.zeros((0, 1), dtype=np.float32)

    def query(self, text: str) -> Vectors | None:
        """The vector of a query; None if nothing is left of it after cleaning."""
        clean = cleaned(text, LONGEST_QUERY)
        return self._ask([clean])[0] if clean else None

    def _ask(self, texts: Sequence[str]) -> Vectors:
        import numpy as np

        rows = self._rows(self._post({"model": self._name, "input": list(texts)}), len(texts))
        vectors = _unit(np.asarray(rows, dtype=np.float32))
        model = f"{self._name}@{self._address}/{vectors.shape[1]}"
        if self._model and model != self._model:
            raise self._failed("向量维数中途变了")
        self._model = model
        return vectors

    def _rows(self, answer: Any, count: int) -> list[list[float]]:
        try:
            ordered = sorted(answer["data"], key=lambda item: item.get("index", 0))
            rows = [[float(value) for value in item["embedding"]] for item in ordered]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._failed("答复不是向量") from error
        if len(rows) != count or len({len(row) for row in rows}) != 1 or not rows[0]:
            raise self._failed(f"要 {count} 个向量，得到 {len(rows)} 个，或者长短不一")
        return rows

    def _post(self, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        request = urllib.request.Request(f"{self._address}/embeddings", json.dumps(body).encode(), headers)
        for attempt in range(1, _TRIES + 1):
            try:
                with self._open(request, timeout=_SECONDS) as answer:
                    return json.loads(answer.read(_LARGEST))
            except urllib.error.HTTPError as error:
                error.close()
                if error.code not in (429, 500, 502, 503, 504) or attempt == _TRIES:
                    raise self._failed(f"服务返回 {error.code}") from error
            except (OSError, TimeoutError) as error:
                if attempt == _TRIES:
                    raise self._failed(str(getattr(error, "reason", error))) from error
            except ValueError as error:
                raise self._failed("答复不是 JSON") from error
            time.sleep(0.3 * attempt)
        raise self._failed("没有答复")

    def _failed(self, why: str) -> LibraryError:
        remedy = "请检查 ASSISTANT_EMBEDDING 和服务是否在运行，或设 ASSISTANT_EMBEDDING=none 只按词语检索"
        return LibraryError(f"语义模型服务不能用（{why}）", place=self._address, remedy=remedy)
