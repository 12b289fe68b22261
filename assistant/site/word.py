"""The word that shows that a request comes from a page of ours, made for this session; and who opened that page.

A page outlives its session: somebody signs in again in another tab and goes on with what is written in the first. So a request
with the word of an ended session is told the present one, if the person is the same; an answer is read by pages of ours only.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

    from assistant.site.sessions import Visitor

WORD, PERSON, NOW = "x-csrf", "x-who", "x-csrf-now"


def is_theirs(request: Request, who: Visitor | None) -> bool:
    """Whether a request carries the word of the visitor's session."""
    return who is not None and hmac.compare_digest(request.headers.get(WORD, "").encode(), who.csrf.encode())


def renewed(request: Request, who: Visitor | None) -> Mapping[str, str]:
    """Headers for the refusal of another word: the present one, for a page that the same person opened."""
    same = who is not None and request.headers.get(PERSON) == str(who.user_id)
    return {NOW: who.csrf} if who and same else {}


def is_of_another(request: Request, who: Visitor) -> bool:
    """Whether somebody else opened the page that a request comes from."""
    return request.headers.get(PERSON, str(who.user_id)) != str(who.user_id)
