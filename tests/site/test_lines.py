"""What comes over the line: slow, long and odd requests; nobody keeps the others out."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import uvicorn

from assistant.site import lines
from tests.site.serving import Site


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Serves a small application with a clock that runs out soon; at most 20 connections."""
    servers: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def serve(**seconds: float) -> int:
        for name, value in seconds.items():
            monkeypatch.setattr(lines, name, value)
        listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        config = uvicorn.Config(_answer, log_config=None, lifespan="off", ws="none", limit_concurrency=20, **lines.line_options())
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        servers.append((server, thread, listening))
        return int(listening.getsockname()[1])

    yield serve
    for server, thread, listening in servers:
        server.should_exit = True
        thread.join(10)
        listening.close()


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message.get("more_body", False)
    size = 20_000_000 if scope["path"] == "/large" else 2
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(size).encode())]})
    for start in range(0, size, 1_000_000):
        piece = b"x" * min(1_000_000, size - start)
        await send({"type": "http.response.body", "body": piece, "more_body": start + len(piece) < size})


def _ask(port: int, request: bytes, wait: float = 10) -> bytes:
    """Everything that comes back until the server closes the line."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        found = b""
        try:
            line.sendall(request)
            while piece := line.recv(65536):
                found += piece
        except ConnectionError:  # closed while there was still something to send
            pass
        return found


GET = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def test_connections_that_never_finish_their_head_do_not_keep_others_out(hasty: Callable[..., int]) -> None:
    port = hasty(HEAD_SECONDS=1.0)
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(30)]
    for number, line in enumerate(idle):
        line.sendall(b"GET / HT" if number % 2 else b"")
    for _ in range(100):
        if b" 200 " in (answer := _ask(port, GET)):
            break
        time.sleep(0.1)
    assert b" 200 " in answer
    for line in idle:
        line.close()


def test_a_head_that_drips_is_cut_off(hasty: Callable[..., int]) -> None:
    port = hasty(HEAD_SECONDS=1.0)
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line, pytest.raises(ConnectionError):
        for sign in GET * 100:
            line.sendall(bytes([sign]))
            time.sleep(0.05)
            assert time.monotonic() - started < 30


def test_a_body_that_drips_is_cut_off_but_an_upload_may_take_its_time(hasty: Callable[..., int]) -> None:
    port = hasty(BODY_SECONDS=1.0)

    def drip(path: str) -> bytes:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 20\r\n\r\n".encode())
            try:
                for _ in range(20):
                    line.sendall(b"x")
                    time.sleep(0.1)
                return line.recv(1000)
            except ConnectionError:
                return b""

    assert drip("/act/review/save") == b""
    assert b" 200 " in drip("/upload")


def test_an_answer_that_nobody_reads_is_given_up(hasty: Callable[..., int]) -> None:
    port = hasty(READ_SECONDS=0.5)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(GET.replace(b"GET /", b"GET /large"))
        time.sleep(2)
        found = 0
        with suppress(ConnectionError):
            while piece := line.recv(1 << 20):
                found += len(piece)
        assert found < 20_000_000


def test_requests_one_after_the_other_keep_their_connection(hasty: Callable[..., int]) -> None:
    port = hasty(HEAD_SECONDS=0.6)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        for _ in range(3):
            line.sendall(GET.replace(b"Connection: close\r\n", b""))
            assert b" 200 " in line.recv(1000)
            time.sleep(0.9)


def test_a_head_without_end_is_refused(hasty: Callable[..., int]) -> None:
    assert b" 400 " in _ask(hasty(), GET[:-2] + b"X-Long: " + b"a" * 100_000)


CHUNKS = "Transfer-Encoding: chunked\r\n\r\n5\r\nname=\r\n0\r\n\r\n"
HEAD = "Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nConnection: close\r\n"
ODD = {
    "a length and pieces": ("POST /login HTTP/1.1", f"Content-Length: 4\r\n{CHUNKS}"),
    "pieces": ("POST /login HTTP/1.1", CHUNKS),
    "two lengths": ("POST /login HTTP/1.1", "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd"),
    "a length that is none": ("POST /login HTTP/1.1", "Content-Length: +4\r\n\r\nabcd"),
    "a large form": ("POST /login HTTP/1.1", "Content-Length: 4000000\r\n\r\n"),
    "many fields": ("POST /login HTTP/1.1", f"Content-Length: 200\r\n\r\n{'a=1&' * 50}"),
    "broken letters": ("POST /login HTTP/1.1", "Content-Length: 35\r\n\r\nname=%ed%a0%80%00&password=%ed%a0%80"),
    "no letters in the next page": ("GET /login?next=%00%ff%0d%0aX:1 HTTP/1.1", "\r\n"),
    "a long name": (f"GET /site/{'a' * 300} HTTP/1.1", "\r\n"),
    "a long asset": (f"GET /assets/{'a' * 300} HTTP/1.1", "\r\n"),
    "a name with a zero": ("GET /static/%00 HTTP/1.1", "\r\n"),
    "a socket": ("GET / HTTP/1.1", "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eA==\r\n\r\n"),
    "a cookie that is none": ("GET / HTTP/1.1", "Cookie: assistant_session=\xff; =;;;=x\r\n\r\n"),
    "another method": ("TRACE /login HTTP/1.1", "\r\n"),
    "a proxy's line": ("GET http://example.com/manage HTTP/1.1", "\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("what", ODD)
def test_an_odd_request_is_refused_calmly(site: Site, what: str) -> None:
    first, rest = ODD[what]
    answer = _ask(site.port, f"{first}\r\n{HEAD.format(port=site.port)}{rest}".encode("latin-1"))
    status = int(answer.split(b" ", 2)[1])
    assert status < 500
    assert b"set-cookie" not in answer.lower()
    assert b"\r\nX:1" not in answer
    assert "fault" not in "".join(line for line in site.log_text().splitlines()[-3:])


@pytest.mark.parametrize("host", ["localhost/login?", "localhost#", "a@localhost", "localhost:x", "localhost?", "localhost "])
def test_a_host_with_more_than_a_name_is_refused(site: Site, host: str) -> None:
    answer = _ask(site.port, f"GET /manage HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert answer.split(b" ", 2)[1] in (b"421", b"400") or host == "localhost "
