"""A Chroma server in a trusted network takes the place of the folder; without it everything goes on."""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.library.library import Library
from assistant.library.settings import LibrarySettings
from tests.library.conftest import CORPUS, PairsEmbedder

# Chroma's own HTTP client leaves its connections to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
QUESTION = "咨询电话打不通"


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    program = Path(sys.executable).parent / "chroma"
    if not program.exists():
        pytest.skip("no chroma command beside this Python")
    port = free_port()
    process = subprocess.Popen(
        [str(program), "run", "--path", str(tmp_path / "served"), "--host", "127.0.0.1", "--port", str(port)],
        env=os.environ | {"ANONYMIZED_TELEMETRY": "False"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"127.0.0.1:{port}", process
    process.kill()
    process.wait()


def found(library: Library) -> list[str]:
    return [hit.passage.text for hit in library.search(QUESTION).hits]


def test_a_server_holds_the_vectors_and_its_death_stops_nothing(
    server: tuple[str, subprocess.Popen[bytes]], settings: LibrarySettings
) -> None:
    address, process = server
    with Library(replace(settings, chroma=address), embedder=PairsEmbedder()) as library:
        library.add([CORPUS / "reports", CORPUS / "regulation"])
        library.index.refresh()
        assert library.index.chroma_ready and not library.index.failure
        before = found(library)
        assert any("打不通" in text for text in before)
        assert not list((settings.folder / "index").rglob("chroma.sqlite3"))
        library.index.refresh(rebuild=True)
        assert library.index.chroma_ready and found(library) == before
    with Library(replace(settings, chroma=address), embedder=PairsEmbedder()) as library:
        library.index.refresh()
        assert library.index.chroma_ready and found(library) == before
        process.kill()
        process.wait()
        assert found(library) == before
        assert "Chroma 中断" in library.index.failure and library.index.failure in library.index.notices()
        library.add([CORPUS / "samples"])
        library.index.refresh()
        assert address.split(":")[0] in library.index.failure and "资料没有丢失" in library.index.failure
        assert found(library) == before


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nonsense", "host:port"])
def test_a_server_that_is_not_there_is_told_of_and_done_without(address: str, settings: LibrarySettings) -> None:
    with Library(replace(settings, chroma=address), embedder=PairsEmbedder()) as library:
        library.add([CORPUS / "reports"])
        library.index.refresh()
        assert "ASSISTANT_CHROMA" in library.index.failure and not library.index.chroma_ready
        assert any("打不通" in text for text in found(library))
