"""Connections that dawdle are closed, so that a thousand of them do not keep everybody else out."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from assistant.site.guard import FILE_FOLDERS, FILES

HEAD_SECONDS, BODY_SECONDS, READ_SECONDS = 20.0, 60.0, 60.0
HEAD_BYTES = 32 * 1024


class Line(H11Protocol):
    """One connection: its request's head, its body and the reading of its answer each get a time.

    An upload may take long as long as something comes. The server's own limits: ``timeout_keep_alive`` between requests,
    :data:`HEAD_BYTES` for a head (``h11_max_incomplete_event_size``).
    """

    _clock: asyncio.TimerHandle | None = None
    _reading_clock: asyncio.TimerHandle | None = None
    _awaited = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Somebody connects."""
        super().connection_made(transport)
        self._await("head", HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Something comes."""
        super().data_received(data)
        state = self.conn.their_state
        if state is h11.IDLE:
            self._await("head", HEAD_SECONDS)
        elif state is h11.SEND_BODY:
            self._await("body", BODY_SECONDS, again=self.scope["path"].startswith((*FILES, *FILE_FOLDERS)))
        else:
            self._await("", 0)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection ended."""
        self._await("", 0)
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The other side does not read what it asked for."""
        super().pause_writing()
        if self._reading_clock is None:
            self._reading_clock = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads on."""
        super().resume_writing()
        if self._reading_clock is not None:
            self._reading_clock.cancel()
            self._reading_clock = None

    def _await(self, what: str, seconds: float, *, again: bool = False) -> None:
        """Start the clock for what has to come; ``again`` sets it back although the same is awaited already."""
        if what == self._awaited and not again:
            return
        if self._clock is not None:
            self._clock.cancel()
        self._awaited = what
        self._clock = self.loop.call_later(seconds, self.transport.abort) if what else None


def line_options() -> dict[str, Any]:
    """What ``uvicorn.Config`` has to be told."""
    return {"http": Line, "h11_max_incomplete_event_size": HEAD_BYTES}
