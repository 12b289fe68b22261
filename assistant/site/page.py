"""What a page of the site is, what it may use, and how its events reach it. See ``docs/site.md`` for the pattern."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import AssistantError
from assistant.form import FormRegistry
from assistant.settings import Settings
from assistant.site.components.basics import Tone
from assistant.site.limits import Limiter
from assistant.site.options import SiteOptions

if TYPE_CHECKING:
    from assistant.review.engine import Record
    from assistant.review.rights import Actor
    from assistant.site.wiring import Wiring

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Services:
    """What all pages share, made once when the site starts. ``jobs`` runs long work."""

    settings: Settings
    options: SiteOptions
    record: Record
    registry: FormRegistry
    limiter: Limiter
    jobs: Any = None


@dataclass(slots=True)
class Context:
    """One request: who asks, with which address, and what to tell them.

    Attributes:
        services: what all pages share.
        actor: who asks, with role and units as they are now.
        query: the page's address after the question mark: the state of the page.
        told: messages for the person, in order.
    """

    services: Services
    actor: Actor
    query: Mapping[str, str]
    told: list[tuple[Tone, str]] = field(default_factory=list)

    @property
    def record(self) -> Record:
        """The record of the review."""
        return self.services.record

    @property
    def jobs(self) -> Any:
        """Long work."""
        return self.services.jobs

    @property
    def registry(self) -> FormRegistry:
        """The forms."""
        return self.services.registry

    @property
    def today(self) -> date:
        """The day by which deadlines are judged."""
        return date.today()

    def number(self, name: str) -> int | None:
        """A whole number in the page's address, None if it is not there or is no number."""
        return whole(self.query.get(name))

    def tell(self, text: str, tone: Tone = "good") -> None:
        """Say something in the page's notice area once the event is over."""
        self.told.append((tone, text))

    def spend(self, kind: str) -> None:
        """Count something that costs much.

        Args:
            kind: a key of :data:`assistant.site.limits.RATES`.

        Raises:
            TooOften: this person has done it too often.
        """
        self.services.limiter.spend(kind, f"user:{self.actor.user_id}")


@dataclass(frozen=True, slots=True)
class Reply:
    """What an act answers to the browser.

    Attributes:
        patches: HTML by the id of the element that it replaces.
        go: address to go to, empty to stay.
        reload: whether the page should be built anew.
        address: what the page's address becomes, without loading it anew: the state it shows from now on.
        data: anything small the page's own script wants.
    """

    patches: Mapping[str, str] = field(default_factory=dict)
    go: str = ""
    reload: bool = False
    address: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


Act = Callable[[Context, Payload], Reply]


class Page(Protocol):
    """A page: a small object in ``assistant/site/pages``.

    Attributes:
        path: last part of its address in lower case, empty for the first page.
        title: its name in the navigation.
        action: the action of ``rights.toml`` that lets somebody open it, empty for everybody signed in.
        shown: whether it stands in the navigation.
        acts: what elements with ``data-act`` may ask for, by name; each decides rights through the service it calls.
    """

    path: str
    title: str
    action: str
    shown: bool
    acts: Mapping[str, Act]

    def build(self, wiring: Wiring) -> None:
        """Make the page's components and connect its events."""
        ...


class NotThere(AssistantError):
    """What the page's address names is not there, or not for this person."""

    def __init__(self, what: str = "没有这项内容，或者您没有查看的权限") -> None:
        super().__init__(what, remedy="请从工作台重新打开")


def whole(text: object) -> int | None:
    """A whole number from outside: digits of ordinary length, else None."""
    written = str(text) if isinstance(text, int | str) and not isinstance(text, bool) else ""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None
