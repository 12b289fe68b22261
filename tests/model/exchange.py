"""One request as a scripted service saw it, and the wire to answer it on."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

Behaviour = Callable[["Exchange"], None]
Author = Callable[[dict[str, Any]], str]


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    at: float

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][-1]["content"])

    @property
    def is_probe(self) -> bool:
        return self.user == "JSON"


@dataclass
class Exchange:
    """One request and the wire to answer it on."""

    seen: Seen
    handler: BaseHTTPRequestHandler
    released: threading.Event

    @property
    def streams(self) -> bool:
        return bool(self.seen.body.get("stream"))

    def start(self, status: int, kind: str, headers: dict[str, str] | None = None, length: int | None = None) -> None:
        """Send status and headers; without ``length`` the body ends when the connection closes."""
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        if length is not None:
            self.handler.send_header("Content-Length", str(length))
        self.handler.send_header("Connection", "close")
        for name, value in (headers or {}).items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.close_connection = True

    def write(self, data: bytes) -> None:
        self.handler.wfile.write(data)
        self.handler.wfile.flush()

    def whole(self, status: int, body: bytes, kind: str = "application/json", headers: dict[str, str] | None = None) -> None:
        self.start(status, kind, headers, len(body))
        self.write(body)

    def event(self, data: dict[str, Any]) -> None:
        self.write(b"data: " + json.dumps(data, ensure_ascii=False).encode() + b"\n\n")

    def wait(self, seconds: float) -> None:
        """Stay silent, but not beyond the server's end."""
        self.released.wait(seconds)

    def reset(self) -> None:
        """Break the connection off with RST."""
        self.handler.close_connection = True
        sock = self.handler.connection
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(sock.detach())
