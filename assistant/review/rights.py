"""Who may do what: a table of role × action (``rights.toml``), in one's own units; an admin works in every unit."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.review.errors import NotFound, Refused


@dataclass(frozen=True)
class Actor:
    """Who acts; made from the record for each request, so that a changed role or unit counts at once."""

    user_id: int
    name: str
    role: str
    units: frozenset[int]
    must_change: bool = False

    @property
    def everywhere(self) -> bool:
        """Whether the person works in every unit."""
        return self.role == "admin"

    def of(self, unit_id: int) -> bool:
        """Whether the unit is one of the person's own."""
        return self.everywhere or unit_id in self.units


@dataclass(frozen=True)
class Right:
    """An action: what it is called, whether it is done in a unit, and which roles may."""

    label: str
    unit: bool
    roles: frozenset[str]


@cache
def rights() -> dict[str, Right]:
    """The table of actions."""
    text = (resources.files("assistant.review") / "rights.toml").read_text(encoding="utf-8")
    actions = tomllib.loads(text)["actions"]
    return {name: Right(row["label"], row["unit"], frozenset(row["roles"])) for name, row in actions.items()}


def require(actor: Actor, action: str, unit_id: int | None = None) -> None:
    """Go on only if the actor may.

    Args:
        actor: who acts.
        action: a name in ``rights.toml``.
        unit_id: the unit it is done in, for an action that is done in a unit.

    Raises:
        NotFound: the unit is not one of the actor's; told in the same words as something that does not exist.
        Refused: the role does not allow it, or the first password has not been changed yet.
        ValueError: no such action, or the unit is missing or too many (a fault of the program).
    """
    right = rights().get(action)
    if right is None or right.unit != (unit_id is not None):
        raise ValueError(f"action {action!r} with unit {unit_id!r}")
    if actor.must_change:
        raise Refused("请先改掉初始密码", remedy="改好以后就可以继续")
    if unit_id is not None and not actor.of(unit_id):
        raise NotFound
    if actor.role not in right.roles:
        raise Refused(f"您的角色不能{right.label}")


def may(actor: Actor, action: str, unit_id: int | None = None) -> bool:
    """Whether :func:`require` would go on, for showing or hiding a button; never a substitute for it."""
    try:
        require(actor, action, unit_id)
    except (NotFound, Refused):
        return False
    return True
