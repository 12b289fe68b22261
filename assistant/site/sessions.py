"""The session cookie, and who stands behind it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from assistant.review.rights import Actor

_PLAIN, _SECURE = "assistant_session", "__Host-assistant_session"
KEPT_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in; ``csrf`` must come back with every form of ours."""

    actor: Actor
    csrf: str

    @property
    def user_id(self) -> int:
        """The user's number."""
        return self.actor.user_id

    @property
    def must_change(self) -> bool:
        """Whether the password has to be changed first."""
        return self.actor.must_change


def session_token(cookies: Mapping[str, str], tls: bool) -> str:
    """The token in the cookie, empty if there is none."""
    return cookies.get(_SECURE if tls else _PLAIN, "")


def keep_session(response: Response, token: str, tls: bool, seconds: int = KEPT_SECONDS) -> None:
    """Hand the token to the browser: no script sees it, no other site sends it."""
    name = _SECURE if tls else _PLAIN
    response.set_cookie(name, token, max_age=seconds, path="/", secure=tls, httponly=True, samesite="lax")


def drop_session(response: Response, tls: bool) -> None:
    """Take the token from the browser."""
    response.delete_cookie(_SECURE if tls else _PLAIN, path="/", secure=tls, httponly=True, samesite="lax")


def csrf_of(token: str) -> str:
    """The word that forms carry: only who knows the token can make it, and it does not tell the token."""
    return hashlib.sha256(f"csrf:{token}".encode()).hexdigest()
