"""The real server in a process of its own, with a folder of its own and users made on the command line."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Lan-tian-2026-bai"
_WHERE = re.compile(r"http://127\.0\.0\.1:(\d+)/")


class Site:
    """A server that can be stopped, killed and started again on the same folder and port."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home, self.port, self.lines, self.program = home, 0, list[str](), "assistant"
        outside = {name: value for name, value in os.environ.items() if not name.startswith(("ASSISTANT_", "OPENAI_", "GRADIO_"))}
        self.environment = {**outside, "ASSISTANT_HOME": str(home), "PYTHONPATH": str(ROOT), **environment}
        self._process: subprocess.Popen[str] | None = None
        self._passwords: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        self._clients: list[httpx.Client] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the program on this site's folder."""
        command = [sys.executable, "-m", "assistant", *arguments]
        return subprocess.run(command, env=self.environment, cwd=self.home, capture_output=True, text=True, timeout=120)

    def start(self, *options: str) -> float:
        """Start serving; seconds until the first page."""
        self.home.mkdir(exist_ok=True)
        started = time.monotonic()
        command = [sys.executable, "-m", self.program, "serve", "--port", str(self.port), *options]
        self._process = subprocess.Popen(command, env=self.environment, cwd=self.home, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr
        told = threading.Event()
        threading.Thread(target=self._read, args=(self._process.stderr, told), daemon=True).start()
        assert told.wait(60), self.lines
        assert self.port, self.lines
        for _ in range(200):
            try:
                if httpx.get(f"{self.url}/login").status_code == 200:
                    return time.monotonic() - started
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(self.lines)

    def _read(self, stream: object, told: threading.Event) -> None:
        for line in stream:  # type: ignore[attr-defined]  # a pipe of text
            self.lines.append(line)
            if found := _WHERE.search(line):
                self.port = int(found.group(1))
                told.set()
        told.set()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the server; SIGKILL gives it no chance to save anything."""
        if self._process:
            self._process.poll()
            self._process.send_signal(how)
            self._process.wait(20)
            if self._process.stderr:
                self._process.stderr.close()
            self._process = None

    def add_user(self, name: str, role: str, *units: str) -> str:
        """Make a user on the command line; the first password."""
        done = self.run("user", "add", name, "--role", role, *(piece for unit in units for piece in ("--unit", unit)))
        assert done.returncode == 0, done.stderr
        self._passwords[name] = done.stdout.strip()
        return self._passwords[name]

    def know(self, name: str, first: str) -> None:
        """Somebody was added otherwise, with this first password."""
        self._passwords[name] = first

    def visitor(self, name: str = "", **headers: str) -> httpx.Client:
        """A client as a browser would be, signed in with a password of its own if a name is given."""
        client = httpx.Client(base_url=self.url, headers={"origin": self.url, **headers}, timeout=30)
        self._clients.append(client)
        if not name:
            return client
        if name in self._tokens:
            client.cookies.set("assistant_session", self._tokens[name], domain="127.0.0.1", path="/")
            if client.get("/").status_code == 200:
                return client
            client.cookies.clear()
        answer = client.post("/login", data={"name": name, "password": self._passwords[name]})
        assert answer.status_code == 303, answer.text
        if answer.headers["location"] == "/password":
            data = {"old": self._passwords[name], "new": PASSWORD, "again": PASSWORD, "csrf": csrf_of(client)}
            answer = client.post("/password", data=data)
            assert answer.status_code == 303, answer.text
            self._passwords[name] = PASSWORD
        self._tokens[name] = client.cookies["assistant_session"]
        return client

    def let_go(self) -> None:
        """Close the clients handed out."""
        while self._clients:
            self._clients.pop().close()

    def password(self, name: str) -> str:
        """The present password of a user made here."""
        return self._passwords[name]

    def log_text(self) -> str:
        """What the site logged."""
        return (self.home / "logs" / "site.log").read_text(encoding="utf-8")


def csrf_of(client: httpx.Client) -> str:
    """The word that forms carry, from a page."""
    page = client.get("/password").text
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found, page
    return found.group(1)
