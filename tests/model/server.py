"""A scripted OpenAI-compatible chat service over real HTTP on loopback.

``ScriptedServer`` keeps a queue of behaviours (see :mod:`tests.model.behaviours`) and a history. Each request takes the next
behaviour of the queue; when the queue is empty, ``author`` answers.

    with ScriptedServer([status(429, retry_after=0), json_answer({"reply": "好"})]) as server:
        ...                                   # base_url = server.url
        assert len(server.history) == 2       # each: path, headers, body, time

An author is a function from the request's body to the text of the answer (:func:`scripted_author` wraps one for the queue).
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from tests.model.behaviours import PROBE, answer, scripted_author, status
from tests.model.exchange import Author, Behaviour, Exchange, Seen


class ScriptedServer:
    """The service. Use it as a context manager; one thread per connection.

    Args:
        script: behaviours of the first requests, in order.
        author: who answers once the script is used up; an error 500 if None.
        choose: the behaviour for each request once the script is used up, asked one at a time; goes before ``author``.
        probe: what answers the question by which a client finds out what the service understands, outside the script;
            None puts it into the script's order like any other request.
    """

    def __init__(
        self,
        script: Iterable[Behaviour] = (),
        *,
        author: Author | None = None,
        choose: Callable[[Seen], Behaviour] | None = None,
        probe: Behaviour | None = None,
        scripted_probe: bool = False,
    ) -> None:
        self.script: deque[Behaviour] = deque(script)
        self.history: list[Seen] = []
        self._author, self._choose = author, choose
        self._probe = None if scripted_probe else (probe or answer(PROBE))
        self._released = threading.Event()
        self._lock = threading.Lock()
        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._httpd.daemon_threads = True
        self._thread = threading.Thread(target=self._httpd.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._httpd.server_address[1]}/v1"

    @property
    def asked(self) -> list[Seen]:
        """The history without probes."""
        return [seen for seen in self.history if not seen.is_probe]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._released.set()
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join(5)

    def _next(self, seen: Seen) -> Behaviour:
        with self._lock:
            self.history.append(seen)
            if seen.is_probe and self._probe is not None:
                return self._probe
            if self.script:
                return self.script.popleft()
            if self._choose is not None:
                return self._choose(seen)
        return status(500, "the script is used up") if self._author is None else scripted_author(self._author)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                seen = Seen(
                    self.path, {name.lower(): value for name, value in self.headers.items()}, json.loads(body), time.monotonic()
                )
                with suppress(OSError, ValueError):
                    server._next(seen)(Exchange(seen, self, server._released))

            def do_GET(self) -> None:
                with server._lock:
                    server.history.append(Seen(self.path, {}, {"messages": [{"content": ""}]}, time.monotonic()))
                self.send_error(404)

            def log_message(self, *_args: object) -> None:
                pass

        return Handler
